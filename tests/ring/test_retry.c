// SPDX-License-Identifier: GPL-2.0
/* Getting on with less: what may pass, how long to wait, how much to ask for. */
#include <errno.h>

#include "grant/retry.h"
#include "suites.h"

/* --- what may pass ------------------------------------------------------------ */

static void only_a_lack_may_pass(void)
{
	int err, found = 0;

	for (err = -4100; err <= 4100; err++) {
		if (!xsplit_is_transient(err))
			continue;
		test_context("error %d", err);
		EXPECT(err == -ENOMEM || err == -ENOSPC || err == -EBUSY);
		found++;
	}
	EXPECT_EQ(found, 3);
}

/* --- how long to wait --------------------------------------------------------- */

static void it_is_tried_less_and_less_often(void)
{
	static const unsigned int seconds[] = { 1, 2, 4, 8, 8, 8 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(seconds); i++) {
		test_context("try %u", i);
		EXPECT_EQ(xsplit_retry_seconds(i), seconds[i]);
	}
}

/* Whatever has been counted, nobody is forgotten, and nobody asks all the time. */
static void it_is_tried_for_ever(void)
{
	unsigned int i, tries;

	for (i = 0; i < 32; i++)
		for (tries = (1u << i) - 2; tries != (1u << i) + 2; tries++) {
			test_context("try %u", tries);
			EXPECT(xsplit_retry_seconds(tries) >= 1);
			EXPECT(xsplit_retry_seconds(tries) <= 8);
		}
	EXPECT_EQ(xsplit_retry_seconds(~0u), 8);
}

/* A quota of xenstored looks like a lack of memory, but does not pass. */
static void keys_are_not_written_for_ever(void)
{
	unsigned int tries, seconds = 0;

	for (tries = 0; xsplit_retry_keys(-ENOMEM, tries) == -ENOMEM; tries++) {
		seconds += xsplit_retry_seconds(tries);
		if (seconds > 600)
			break;
	}
	EXPECT(seconds >= 120 && seconds <= 600);
	EXPECT(!xsplit_is_transient(xsplit_retry_keys(-ENOMEM, tries)));
	EXPECT(!xsplit_is_transient(xsplit_retry_keys(-ENOMEM, ~0u)));
	EXPECT_EQ(xsplit_retry_keys(-EACCES, 0), -EACCES);
	EXPECT_EQ(xsplit_retry_keys(-EACCES, tries), -EACCES);
}

/* --- how much more, and how much to give back --------------------------------- */

/* What is missing comes, if there may be so much, and a little with it; never beyond. */
static void some_more(void)
{
	unsigned int need, size, most, more;

	for (most = 1; most <= 1200; most += 1 + most / 9)
		for (size = 0; size <= most + 2; size += 1 + size / 7)
			for (need = 1; need <= 300; need += 1 + need / 5) {
				test_context("%u missing, %u of %u there", need, size, most);
				more = xsplit_larger_request(need, size, most);
				if (size > most || need > most - size) {
					EXPECT_EQ(more, 0);
					continue;
				}
				EXPECT(more >= need && size + more <= most);
				/* A disk that warms up asks dozens of times, not thousands. */
				EXPECT(more >= 32 || size + more == most);
			}
	EXPECT_EQ(xsplit_larger_request(1, 33, 1056), 32);
	EXPECT_EQ(xsplit_larger_request(100, 33, 1056), 100);
	EXPECT_EQ(xsplit_larger_request(1, 33, 33), 0);
}

/* Nothing of the guarantee, nothing that was in use. */
static void some_less(void)
{
	EXPECT_EQ(xsplit_spare(1000, 1056, 33), 1000);
	EXPECT_EQ(xsplit_spare(1056, 1056, 33), 1023);
	EXPECT_EQ(xsplit_spare(0, 1056, 33), 0);
	EXPECT_EQ(xsplit_spare(33, 33, 33), 0);
	EXPECT_EQ(xsplit_spare(20, 20, 33), 0);
	EXPECT_EQ(xsplit_spare(5, 34, 33), 1);
}

static const struct test_case cases[] = {
	CASE(only_a_lack_may_pass),
	CASE(it_is_tried_less_and_less_often),
	CASE(it_is_tried_for_ever),
	CASE(keys_are_not_written_for_ever),
	CASE(some_more),
	CASE(some_less),
};

TEST_SUITE(retry_suite, "getting on with less", cases, NULL);
