// SPDX-License-Identifier: GPL-2.0
/* A ring that stands still: when an event counts as lost, and when not. */
#include <stdlib.h>

#include "ring_pair.h"
#include "suites.h"
#include "xenbus/lost_event.h"

#define W XSPLIT_EVENT_WATCH
#define L XSPLIT_EVENT_LOST
#define D XSPLIT_EVENT_MISSED

/* One look and what is to be said of it. */
struct look {
	struct xsplit_ring_snapshot now;
	bool ran;
	unsigned int want;
};

#define MAX_LOOKS 10

struct story {
	unsigned int nr;
	struct look look[MAX_LOOKS];
};

static void tell_story(void)
{
	const struct story *story = test_row;
	struct xsplit_lost_event lost_event = { };
	unsigned int i;

	for (i = 0; i < story->nr; i++) {
		const struct look *look = &story->look[i];

		test_context("look %u", i);
		EXPECT_EQ(xsplit_lost_event_judge(&lost_event, &look->now, look->ran), look->want);
	}
}

#define IDLE { .cons = 5, .peer_prod = 5 }
#define WAITING(at) { .cons = (at), .peer_prod = 9, .pending = true }
#define EVENT_PENDING(at) { .cons = (at), .peer_prod = 9, .pending = true, .event_pending = true }
#define IN_FLIGHT(at, wished) { .cons = (at), .peer_prod = (at), .event_threshold = (wished), .in_flight = true }
#define DEAF(at, wished) \
	{ .cons = (at), .peer_prod = (at), .event_threshold = (wished), .in_flight = true, .missed_event = true }

static const struct story idle = { 3, {
	{ IDLE, true, 0 }, { IDLE, true, 0 }, { IDLE, false, 0 },
} };

/* Seen at one look, and still there two stretches later; then from the start. */
static const struct story lost = { 6, {
	{ WAITING(5), false, W }, { WAITING(5), true, W }, { WAITING(5), true, W | L },
	{ WAITING(5), true, W }, { WAITING(5), true, W }, { WAITING(5), true, W | L },
} };

/* Whatever was seen long ago is no beginning. */
static const struct story begins_anew = { 5, {
	{ WAITING(5), true, W }, { WAITING(5), true, W }, { IDLE, true, 0 },
	{ WAITING(5), true, W }, { WAITING(5), true, W },
} };

static const struct story slow_but_alive = { 6, {
	{ WAITING(5), true, W }, { WAITING(6), true, W }, { WAITING(6), true, W },
	{ WAITING(7), true, W }, { WAITING(7), true, W }, { WAITING(8), true, W },
} };

static const struct story being_done = { 5, {
	{ EVENT_PENDING(5), true, 0 }, { EVENT_PENDING(5), true, 0 }, { EVENT_PENDING(5), true, 0 },
	{ WAITING(5), true, W }, { EVENT_PENDING(5), true, 0 },
} };

/* A pause, or a jump of the clock, between any two looks. */
static const struct story pause_first = { 4, {
	{ WAITING(5), true, W }, { WAITING(5), false, W }, { WAITING(5), true, W },
	{ WAITING(5), true, W | L },
} };
static const struct story pause_second = { 5, {
	{ WAITING(5), true, W }, { WAITING(5), true, W }, { WAITING(5), false, W },
	{ WAITING(5), true, W }, { WAITING(5), true, W | L },
} };
/* One so short that it is not noticed: then the event is dealt with. */
static const struct story short_pause = { 3, {
	{ WAITING(5), true, W }, { WAITING(5), true, W }, { IDLE, true, 0 },
} };
static const struct story always_late = { 6, {
	{ WAITING(5), false, W }, { WAITING(5), false, W }, { WAITING(5), false, W },
	{ WAITING(5), false, W }, { WAITING(5), false, W }, { WAITING(5), false, W },
} };

/* The peer has cons what it was peer_prod and is at it. */
static const struct story slow_peer = { 5, {
	{ IN_FLIGHT(5, 20), true, W }, { IN_FLIGHT(5, 20), true, W }, { IN_FLIGHT(5, 20), true, W },
	{ IN_FLIGHT(5, 20), true, W }, { IN_FLIGHT(5, 20), true, W },
} };

static const struct story peer_that_missed_it = { 6, {
	{ DEAF(5, 8), false, W }, { DEAF(5, 8), true, W }, { DEAF(5, 8), true, W | D },
	{ DEAF(5, 8), true, W }, { DEAF(5, 8), true, W }, { DEAF(5, 8), true, W | D },
} };

static const struct story answering_peer = { 5, {
	{ DEAF(5, 8), true, W }, { DEAF(6, 8), true, W }, { DEAF(6, 8), true, W },
	{ DEAF(7, 8), true, W }, { DEAF(7, 8), true, W },
} };

/* It asks for events, so it looks at the ring. */
static const struct story asking_peer = { 5, {
	{ DEAF(5, 8), true, W }, { DEAF(5, 9), true, W }, { DEAF(5, 9), true, W },
	{ DEAF(5, 10), true, W }, { DEAF(5, 10), true, W },
} };

static const struct story paused_peer = { 4, {
	{ DEAF(5, 8), true, W }, { DEAF(5, 8), true, W }, { DEAF(5, 8), false, W },
	{ DEAF(5, 8), true, W },
} };

/* The frontend's half of a ring, with indices that are about to wrap. */
static void front_sees(u32 start)
{
	struct xsplit_ring_snapshot now;
	struct ring_pair pair;

	ring_pair_init(&pair, 0, SLOT_64, start);
	test_context("start 0x%x", start);
	pair.shared->req_event = start + 1;
	xsplit_front_snapshot(&pair.front, &now);
	EXPECT(!now.pending && !now.in_flight && !now.missed_event && !now.event_pending);

	ring_pair_ask(&pair, 3);
	xsplit_front_snapshot(&pair.front, &now);
	EXPECT(!now.pending && now.in_flight && now.missed_event);
	/* The backend has cons two of them, and has asked for the next event. */
	pair.shared->req_event = start + 3;
	xsplit_front_snapshot(&pair.front, &now);
	EXPECT(now.in_flight && now.missed_event);
	pair.shared->req_event = start + 4;
	xsplit_front_snapshot(&pair.front, &now);
	EXPECT(now.in_flight && !now.missed_event);
	EXPECT_EQ(now.event_threshold, start + 4);

	ring_pair_answer(&pair, 3);
	xsplit_front_snapshot(&pair.front, &now);
	EXPECT(now.pending && !now.in_flight && !now.missed_event);
	EXPECT_EQ(now.cons, start);
	EXPECT_EQ(now.peer_prod, start + 3);
	ring_pair_free(&pair);
}

static void back_sees(u32 start)
{
	struct xsplit_ring_snapshot now;
	struct ring_pair pair;

	ring_pair_init(&pair, 0, SLOT_64, start);
	test_context("start 0x%x", start);
	xsplit_back_snapshot(&pair.back, &now);
	EXPECT(!now.pending && !now.in_flight && !now.missed_event && !now.event_pending);
	ring_pair_ask(&pair, 3);
	xsplit_back_snapshot(&pair.back, &now);
	EXPECT(now.pending && !now.in_flight);
	EXPECT_EQ(now.cons, start);
	EXPECT_EQ(now.peer_prod, start + 3);
	ring_pair_free(&pair);
}

static const u32 starts[] = { 0, 1, 0x7ffffffe, 0x7fffffff, 0xfffffffd, 0xffffffff };

static void snapshot_of_the_front(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		front_sees(starts[i]);
}

static void snapshot_of_the_back(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		back_sees(starts[i]);
}

/* Against a second judge that keeps the whole story. */
static bool stands_still(const struct look *last, unsigned int nr)
{
	unsigned int i;

	if (nr < XSPLIT_EVENT_CHECKS)
		return false;
	for (i = 0; i < XSPLIT_EVENT_CHECKS; i++, last--) {
		if (!last->now.pending || last->now.event_pending)
			return false;
		if (i && last->now.cons != last[1].now.cons)
			return false;
		if (i < XSPLIT_EVENT_CHECKS - 1 && !last->ran)
			return false;
	}
	return true;
}

static void random_looks(void)
{
	struct xsplit_lost_event lost_event = { };
	struct look look[1000];
	unsigned int i, since = 0, found = 0;

	for (i = 0; i < ARRAY_SIZE(look); i++) {
		unsigned int verdict;
		bool still;

		look[i] = (struct look){
			.now = {
				.cons = i && test_random_below(5) ? look[i - 1].now.cons :
					 test_random_below(4),
				.pending = test_random_below(6),
				.event_pending = !test_random_below(6),
			},
			.ran = test_random_below(6),
		};
		still = stands_still(&look[i], ++since);
		test_context("look %u", i);
		verdict = xsplit_lost_event_judge(&lost_event, &look[i].now, look[i].ran);
		EXPECT_EQ(!!(verdict & L), still);
		EXPECT_EQ(!!(verdict & W), look[i].now.pending && !look[i].now.event_pending);
		if (verdict & L) {
			since = 0;
			found++;
		}
	}
	EXPECT(found > 50);
}

#define STORY(row_) { .name = #row_, .fn = tell_story, .row = &(row_) }

static const struct test_case cases[] = {
	STORY(idle), STORY(lost), STORY(begins_anew), STORY(slow_but_alive), STORY(being_done),
	STORY(pause_first), STORY(pause_second), STORY(short_pause), STORY(always_late),
	STORY(slow_peer), STORY(peer_that_missed_it), STORY(answering_peer), STORY(asking_peer),
	STORY(paused_peer),
	CASE(snapshot_of_the_front), CASE(snapshot_of_the_back), CASE(random_looks),
};

TEST_SUITE(lost_event_suite, "lost events", cases, NULL);
