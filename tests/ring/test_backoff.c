// SPDX-License-Identifier: GPL-2.0
/* How long a channel stays masked whose events bring nothing, and for whom that makes no odds. */
#include "suites.h"
#include "xenbus/backoff.h"

enum { FREE = 8, MOST = 31 };

static unsigned long now;

static void prepare(void)
{
	now = INITIAL_JIFFIES;
}

/* As many events as the peer can get through in @ticks. */
static unsigned int storm(struct xsplit_backoff *backoff, unsigned long ticks)
{
	unsigned long end = now + ticks;
	unsigned int nr = 0;

	while (time_before(now, end)) {
		/* Two in a tick, if nothing delays them. */
		now += xsplit_backoff_delay(backoff, now) + nr % 2;
		nr++;
	}
	return nr;
}

static void the_first_few_cost_nothing(void)
{
	struct xsplit_backoff backoff = { };
	unsigned int i;

	for (i = 0; i < FREE; i++)
		EXPECT_EQ(xsplit_backoff_delay(&backoff, now), 0);
	EXPECT_EQ(xsplit_backoff_delay(&backoff, now), 1);
}

static void each_delay_is_twice_the_last_up_to_a_bound(void)
{
	static const unsigned long delay[] = { 1, 2, 4, 8, 16, MOST, MOST, MOST };
	struct xsplit_backoff backoff = { .empty = FREE, .last = now };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(delay); i++) {
		test_context("delay %u", i);
		EXPECT_EQ(xsplit_backoff_delay(&backoff, now), delay[i]);
		now += delay[i] + 1;
	}
}

/* However long it goes on, and whatever jiffies are: an eighth of a second, and no overflow. */
static void a_storm_costs_eight_interrupts_a_second(void)
{
	struct xsplit_backoff backoff = { };
	unsigned int i;

	storm(&backoff, HZ);
	EXPECT(storm(&backoff, 60 * HZ) <= 60 * 9);
	for (i = 0; i < 100000; i++) {
		now += xsplit_backoff_delay(&backoff, now);
		EXPECT(xsplit_backoff_delay(&backoff, now) == MOST);
	}
}

/* An honest peer: some events are empty, but one of eight in a row brings something. */
static void whoever_brings_something_never_waits(void)
{
	struct xsplit_backoff backoff = { };
	unsigned int round, i;

	for (round = 0; round < 10000; round++) {
		for (i = test_random_below(FREE + 1); i; i--) {
			EXPECT_EQ(xsplit_backoff_delay(&backoff, now), 0);
			now += test_random_below(3);
		}
		backoff.empty = 0;
	}
}

/* An event without cause now and then is no storm, however many there have been. */
static void what_is_long_ago_is_forgotten(void)
{
	struct xsplit_backoff backoff = { };
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		EXPECT_EQ(xsplit_backoff_delay(&backoff, now), 0);
		now += HZ + 1;
	}
	storm(&backoff, HZ);
	EXPECT_EQ(xsplit_backoff_delay(&backoff, now), MOST);
	now += HZ + 1;
	EXPECT_EQ(xsplit_backoff_delay(&backoff, now), 0);
}

static void nothing_but_real_work_ends_it_before(void)
{
	struct xsplit_backoff backoff = { };

	storm(&backoff, HZ);
	now += HZ - MOST - 1;
	EXPECT_EQ(xsplit_backoff_delay(&backoff, now), MOST);
	backoff.empty = 0;
	EXPECT_EQ(xsplit_backoff_delay(&backoff, now), 0);
}

static const struct test_case cases[] = {
	CASE(the_first_few_cost_nothing),
	CASE(each_delay_is_twice_the_last_up_to_a_bound),
	CASE(a_storm_costs_eight_interrupts_a_second),
	CASE(whoever_brings_something_never_waits),
	CASE(what_is_long_ago_is_forgotten),
	CASE(nothing_but_real_work_ends_it_before),
};

TEST_SUITE(backoff_suite, "empty events", cases, prepare);
