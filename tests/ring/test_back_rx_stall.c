// SPDX-License-Identifier: GPL-2.0
/* How long packets wait for a guest, also across the wrap of jiffies. */
#include <limits.h>
#include <string.h>

#include "netback/rx_stall_judge.h"
#include "suites.h"

enum { TICK = 25, DRAIN = 2500, STALL = 15000 };

static struct xnb_rx_wait wait;

/* One packet has just begun to wait; the times wrap around soon. */
static void prepare(void)
{
	unsigned long start = ULONG_MAX - 10;

	wait = (struct xnb_rx_wait){
		.now = start,
		.blocked = start,
		.held_since = start,
		.tick = start,
		.tick_length = TICK,
		.drain = DRAIN,
		.stall = STALL,
		.held = true,
	};
}

static unsigned long next_after(unsigned long from)
{
	unsigned long at;

	EXPECT(xnb_rx_wait_next(&wait, &at));
	return at - from;
}

static void nothing_waits(void)
{
	unsigned long at;

	wait.held = false;
	EXPECT(!xnb_rx_wait_next(&wait, &at));
	wait.now += STALL;
	EXPECT(!xnb_rx_wait_ticks(&wait));
	EXPECT(!xnb_rx_wait_stalls(&wait));
}

static void pace_is_measured_each_tick(void)
{
	EXPECT_EQ(next_after(wait.now), TICK);
	wait.now += TICK - 1;
	EXPECT(!xnb_rx_wait_ticks(&wait));
	wait.now++;
	EXPECT(xnb_rx_wait_ticks(&wait));
	wait.absorbing = true;
	EXPECT(!xnb_rx_wait_ticks(&wait));
	EXPECT_EQ(next_after(wait.held_since), DRAIN);
}

static void short_drain_comes_before_the_tick(void)
{
	wait.drain = TICK - 1;
	EXPECT_EQ(next_after(wait.held_since), TICK - 1);
}

static void pace(void)
{
	/* At 1 packet in a tick, 100 ticks are enough for fewer than 100 packets. */
	EXPECT(!xnb_rx_wait_too_slow(&wait, 1, 99, false));
	EXPECT(xnb_rx_wait_too_slow(&wait, 1, 100, false));
	/* Another guest's pages are held for one tick at most. */
	EXPECT(!xnb_rx_wait_too_slow(&wait, 2, 1, true));
	EXPECT(xnb_rx_wait_too_slow(&wait, 1, 1, true));
	EXPECT(xnb_rx_wait_too_slow(&wait, 0, 0, false));
	/* A drain timeout below a tick counts as a tick. */
	wait.drain = 1;
	EXPECT(!xnb_rx_wait_too_slow(&wait, 2, 1, false));
	EXPECT(!xnb_rx_wait_too_slow(&wait, 1ULL << 40, UINT_MAX, false));
}

static void drops_after_the_drain_timeout(void)
{
	wait.now += DRAIN - 1;
	EXPECT(!xnb_rx_wait_drops(&wait));
	wait.now++;
	EXPECT(xnb_rx_wait_drops(&wait));
}

static void stalls_once(void)
{
	unsigned long at;

	wait.held = false;
	wait.dropping = true;
	EXPECT_EQ(next_after(wait.blocked), STALL);
	wait.now += STALL - 1;
	EXPECT(!xnb_rx_wait_stalls(&wait));
	wait.now++;
	EXPECT(xnb_rx_wait_stalls(&wait));
	wait.stalled = true;
	EXPECT(!xnb_rx_wait_stalls(&wait));
	EXPECT(!xnb_rx_wait_next(&wait, &at));
}

static void never_stalls_without_a_timeout(void)
{
	unsigned long at;

	wait.held = false;
	wait.dropping = true;
	wait.stall = 0;
	wait.now += STALL;
	EXPECT(!xnb_rx_wait_stalls(&wait));
	EXPECT(!xnb_rx_wait_next(&wait, &at));
}

static const struct test_case cases[] = {
	CASE(nothing_waits),
	CASE(pace_is_measured_each_tick),
	CASE(short_drain_comes_before_the_tick),
	CASE(pace),
	CASE(drops_after_the_drain_timeout),
	CASE(stalls_once),
	CASE(never_stalls_without_a_timeout),
};

TEST_SUITE(back_rx_stall_suite, "a guest that does not receive", cases, prepare);
