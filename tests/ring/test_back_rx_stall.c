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
	/* The end of the tick is behind the wrap, and the time not yet. */
	EXPECT(!xnb_rx_wait_ticks(&wait));
	wait.now += TICK - 1;
	EXPECT(!xnb_rx_wait_ticks(&wait));
	wait.now++;
	EXPECT(xnb_rx_wait_ticks(&wait));
	wait.absorbing = true;
	EXPECT(xnb_rx_wait_ticks(&wait));
	EXPECT_EQ(next_after(wait.held_since), TICK);
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

/* Absorbing ends at half of the time at which it begins, so that it does not flap. */
static void catching_up(void)
{
	EXPECT(!xnb_rx_wait_caught_up(&wait, 1000, 1, false));
	wait.absorbing = true;
	EXPECT(!xnb_rx_wait_caught_up(&wait, 0, 1, false));
	EXPECT(!xnb_rx_wait_caught_up(&wait, 1, 50, false));
	EXPECT(xnb_rx_wait_caught_up(&wait, 1, 49, false));
	EXPECT(!xnb_rx_wait_caught_up(&wait, 10, 5, true));
	EXPECT(xnb_rx_wait_caught_up(&wait, 11, 5, true));
}

/* A guest that lends four slots gets what fits, and five are not waited for until the drain. */
static void more_than_the_guest_ever_lends(void)
{
	wait.need = 4;
	wait.lent_most = 4;
	wait.now += TICK;
	EXPECT(!xnb_rx_wait_hopeless(&wait));
	wait.need = 5;
	EXPECT(xnb_rx_wait_hopeless(&wait));
	wait.held_since++;
	EXPECT(!xnb_rx_wait_hopeless(&wait));
	/* The judgement is due then, whenever the pace is measured. */
	wait.tick = wait.now;
	EXPECT_EQ(next_after(wait.held_since), TICK);
	wait.need = 4;
	EXPECT_EQ(next_after(wait.tick), TICK);
	wait.need = 5;
	wait.now++;
	wait.held = false;
	EXPECT(!xnb_rx_wait_hopeless(&wait));
}

/* Nothing was lent since it connected: packets wait, and the drain and stall timeouts count. */
static void a_guest_that_has_lent_nothing_yet(void)
{
	wait.need = 1;
	wait.now += TICK;
	EXPECT(!xnb_rx_wait_hopeless(&wait));
	wait.tick = wait.now;
	EXPECT_EQ(next_after(wait.tick), TICK);
	wait.now += DRAIN - TICK;
	EXPECT(!xnb_rx_wait_hopeless(&wait));
	EXPECT(xnb_rx_wait_drops(&wait));
	wait.lent_most = 1;
	wait.need = 2;
	EXPECT(xnb_rx_wait_hopeless(&wait));
}

static void drops_after_the_drain_timeout(void)
{
	wait.now += DRAIN - 1;
	EXPECT(!xnb_rx_wait_drops(&wait));
	wait.now++;
	EXPECT(xnb_rx_wait_drops(&wait));
}

/*
 * A guest that takes a packet now and then, or has room for one but not for this one: the
 * oldest packet still ends in time, and no packet is spared because others were taken
 * (XSA-392).
 */
static void a_guest_that_drips(void)
{
	unsigned long since = wait.held_since, at;
	u32 i;

	for (i = 1; i < DRAIN; i++) {
		/* It has just taken another packet; the oldest one waits on. */
		wait.now++;
		wait.blocked = wait.now;
		wait.tick = wait.now;
		EXPECT(!xnb_rx_wait_drops(&wait));
		EXPECT(xnb_rx_wait_next(&wait, &at));
		EXPECT((long)(at - (since + DRAIN)) <= 0);
		wait.absorbing = !wait.absorbing;
	}
	wait.now++;
	wait.blocked = wait.now;
	EXPECT(!xnb_rx_wait_drops(&wait));
	EXPECT_EQ(next_after(since), DRAIN);
	wait.absorbing = !wait.absorbing;
	EXPECT_EQ(next_after(since), DRAIN);
	/* At that pace a queue of any length is too slow, and is taken over. */
	EXPECT(xnb_rx_wait_too_slow(&wait, 1, DRAIN / TICK, false));
}

/* Sums over any time and any number of packets do not wrap around. */
static void numbers_that_are_large(void)
{
	wait.drain = 1UL << 30;
	EXPECT(xnb_rx_wait_too_slow(&wait, 1, UINT_MAX, false));
	EXPECT(xnb_rx_wait_too_slow(&wait, 1, UINT_MAX / TICK + 1, false));
	EXPECT(!xnb_rx_wait_too_slow(&wait, 1ULL << 33, UINT_MAX, false));
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
	CASE(catching_up),
	CASE(more_than_the_guest_ever_lends),
	CASE(a_guest_that_has_lent_nothing_yet),
	CASE(short_drain_comes_before_the_tick),
	CASE(pace),
	CASE(drops_after_the_drain_timeout),
	CASE(a_guest_that_drips),
	CASE(numbers_that_are_large),
	CASE(stalls_once),
	CASE(never_stalls_without_a_timeout),
};

TEST_SUITE(back_rx_stall_suite, "a guest that does not receive", cases, prepare);
