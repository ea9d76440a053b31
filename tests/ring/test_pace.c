// SPDX-License-Identifier: GPL-2.0
/* What a peer can cause at will: how often, and what it can have us print. */
#include <string.h>

#include "suites.h"
#include "xenbus/pace.h"
#include "xenbus/text.h"

/* --- pace -------------------------------------------------------------------- */

/* Somebody who does it whenever he may. Return: how often until @end. */
static unsigned int hurry(struct xsplit_pace *pace, u64 now, u64 end)
{
	unsigned int nr = 0, wait;

	while (now < end) {
		wait = xsplit_pace_wait(pace, now);
		now += wait;
		if (wait)
			continue;
		xsplit_pace_charge(pace, now);
		nr++;
	}
	return nr;
}

static void some_at_once(void)
{
	struct xsplit_pace pace = XSPLIT_PACE_CONNECTS;

	EXPECT_EQ(hurry(&pace, 1000000, 1000001), 16);
	EXPECT(xsplit_pace_wait(&pace, 1000001) > 0);
	EXPECT(xsplit_pace_wait(&pace, 1000001) <= 500);
}

static void then_two_a_second(void)
{
	struct xsplit_pace pace = XSPLIT_PACE_CONNECTS;
	unsigned int nr = hurry(&pace, 0, 60000);

	EXPECT(nr >= 16 + 118 && nr <= 16 + 120);
	nr = hurry(&pace, 60000, 120000);
	EXPECT(nr >= 118 && nr <= 121);
}

static void a_slow_one_never_waits(void)
{
	struct xsplit_pace pace = XSPLIT_PACE_CONNECTS;
	u64 now;

	for (now = 0; now < 10000000; now += 500) {
		EXPECT_EQ(xsplit_pace_wait(&pace, now), 0);
		xsplit_pace_charge(&pace, now);
	}
}

/* However long it was quiet, no more are at once than at first. */
static void quiet_is_not_saved_up(void)
{
	struct xsplit_pace pace = XSPLIT_PACE_CONNECTS;

	hurry(&pace, 0, 1);
	EXPECT_EQ(hurry(&pace, 1ULL << 40, (1ULL << 40) + 1), 16);
	EXPECT_EQ(xsplit_pace_wait(&pace, 1ULL << 62), 0);
}

/* To ask costs nothing. */
static void asking_is_free(void)
{
	struct xsplit_pace pace = XSPLIT_PACE_CONNECTS;
	unsigned int i;

	for (i = 0; i < 1000; i++)
		EXPECT_EQ(xsplit_pace_wait(&pace, i), 0);
}

/* A backend that holds pages in each connection: six lines a minute for each queue. */
static void caught_ones_wait_longer(void)
{
	struct xsplit_pace pace = XSPLIT_PACE_CAUGHT;

	EXPECT_EQ(hurry(&pace, 1000000, 1000001), 8);
	EXPECT_EQ(hurry(&pace, 1000001, 1600001), 60);
}

/* A backend that changes the size of a disk: the block layer logs a line of each. */
static void sizes_wait_longer(void)
{
	struct xsplit_pace pace = XSPLIT_PACE_RESIZES;

	EXPECT_EQ(hurry(&pace, 1000000, 1000001), 10);
	EXPECT_EQ(hurry(&pace, 1000001, 1600001), 100);
}

/* Several things at one pace share what is free. */
static void all_that_is_counted_shares_a_burst(void)
{
	struct xsplit_pace pace = XSPLIT_PACE_CONNECTS;
	unsigned int i;

	for (i = 0; i < 15; i++)
		xsplit_pace_charge(&pace, 1000);
	EXPECT_EQ(xsplit_pace_wait(&pace, 1000), 0);
	xsplit_pace_charge(&pace, 1000);
	EXPECT_EQ(xsplit_pace_wait(&pace, 1000), 500);
	EXPECT_EQ(xsplit_pace_wait(&pace, 1499), 1);
	EXPECT_EQ(xsplit_pace_wait(&pace, 1500), 0);
}

/* --- text -------------------------------------------------------------------- */

static void cleaned(const char *text, const char *want)
{
	char buf[64];

	strcpy(buf, text);
	xsplit_text_clean(buf);
	test_context("'%s'", buf);
	EXPECT(!strcmp(buf, want));
}

static void plain_text_stays(void)
{
	cleaned("", "");
	cleaned("ring-ref is ' ~!', want 1 to 2", "ring-ref is ' ~!', want 1 to 2");
}

static void lines_and_escapes_go(void)
{
	cleaned("x\n<0>panic", "x?<0>panic");
	cleaned("\r\t\b\x1b[31m\x7f", "????[31m?");
	cleaned("\xc2\x9bJ\xff", "??J?");
}

static void no_byte_but_printable_ones(void)
{
	char text[256];
	unsigned int i;

	for (i = 0; i < 255; i++)
		text[i] = i + 1;
	text[255] = '\0';
	xsplit_text_clean(text);
	EXPECT_EQ(strlen(text), 255);
	for (i = 0; i < 255; i++)
		EXPECT(text[i] >= ' ' && text[i] <= '~' && (text[i] == (char)(i + 1) || text[i] == '?'));
}

static const struct test_case cases[] = {
	CASE(some_at_once),
	CASE(then_two_a_second),
	CASE(a_slow_one_never_waits),
	CASE(quiet_is_not_saved_up),
	CASE(asking_is_free),
	CASE(caught_ones_wait_longer),
	CASE(sizes_wait_longer),
	CASE(all_that_is_counted_shares_a_burst),
	CASE(plain_text_stays),
	CASE(lines_and_escapes_go),
	CASE(no_byte_but_printable_ones),
};

TEST_SUITE(pace_suite, "peers' pace and text", cases, NULL);
