// SPDX-License-Identifier: GPL-2.0
/* How many pages our network frontend lends: few while there is little to receive. */
#include "netfront/rx_demand.h"
#include "suites.h"

enum { LEAST = 32, ALL = 256 };

/* What is lent after a long time with @peak pages filled at a time; @steps: changes. */
static u32 settle(u32 lend, u32 peak, u32 *steps)
{
	u32 i, before;

	for (i = 0, *steps = 0; i < 100; i++) {
		before = lend;
		lend = xnf_rx_more(lend, peak);
		lend = xnf_rx_less(lend, peak);
		*steps += lend != before;
	}
	return lend;
}

static void an_idle_queue_lends_few(void)
{
	u32 steps;

	EXPECT_EQ(settle(ALL, 0, &steps), LEAST);
	EXPECT_EQ(steps, 3);
	EXPECT_EQ(settle(LEAST, 8, &steps), LEAST);
	EXPECT_EQ(steps, 0);
}

/* Three runs of NAPI after the first frames of 64 KiB. */
static void a_busy_queue_lends_all(void)
{
	u32 lend = LEAST, runs;

	for (runs = 0; lend < ALL; runs++)
		lend = xnf_rx_more(lend, ALL);
	EXPECT_EQ(runs, 3);
	EXPECT_EQ(xnf_rx_more(ALL, ALL), ALL);
	EXPECT_EQ(xnf_rx_more(LEAST, 9), 2 * LEAST);
}

/* From any number, also one that a lack of references has left. */
static void a_steady_load_settles(void)
{
	u32 lend, peak, settled, steps;

	for (lend = LEAST; lend <= ALL; lend++)
		for (peak = 0; peak <= ALL; peak++) {
			test_context("%u lent, %u at a time", lend, peak);
			settled = settle(lend, peak, &steps);
			EXPECT(steps <= 3);
			EXPECT(settled >= LEAST && settled <= ALL);
			EXPECT(settled == ALL || settled >= 4 * peak);
			EXPECT_EQ(xnf_rx_more(settled, peak), settled);
			EXPECT_EQ(xnf_rx_less(settled, peak), settled);
		}
}

/* A load that varies by less than half causes no change once it has settled. */
static void a_load_that_varies_a_little_settles(void)
{
	u32 peak, lend, steps, i;

	for (peak = 1; peak <= ALL; peak++) {
		lend = settle(LEAST, peak, &steps);
		for (i = 0; i < 100; i++) {
			u32 now = peak - test_random_below(peak / 2 + 1);

			test_context("%u at a time, then %u", peak, now);
			EXPECT_EQ(xnf_rx_more(lend, now), lend);
			EXPECT_EQ(xnf_rx_less(lend, now), lend);
		}
	}
}

static const struct test_case cases[] = {
	CASE(an_idle_queue_lends_few),
	CASE(a_busy_queue_lends_all),
	CASE(a_steady_load_settles),
	CASE(a_load_that_varies_a_little_settles),
};

TEST_SUITE(front_rx_demand_suite, "how many pages are lent to receive", cases, NULL);
