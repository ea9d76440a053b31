// SPDX-License-Identifier: GPL-2.0
/* A ring that stands still: when an event counts as lost, and when not. */
#include <stdlib.h>

#include "ring_pair.h"
#include "suites.h"
#include "xenbus/stall.h"

#define W XSPLIT_STALL_WATCH
#define L XSPLIT_STALL_LOST
#define D XSPLIT_STALL_DEAF

/* One look and what is to be said of it. */
struct look {
	struct xsplit_glance now;
	bool sure;
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
	struct xsplit_stall stall = { };
	unsigned int i;

	for (i = 0; i < story->nr; i++) {
		const struct look *look = &story->look[i];

		test_context("look %u", i);
		EXPECT_EQ(xsplit_stall_judge(&stall, &look->now, look->sure), look->want);
	}
}

#define IDLE { .taken = 5, .shown = 5 }
#define WAITING(at) { .taken = (at), .shown = 9, .waiting = true }
#define TOLD(at) { .taken = (at), .shown = 9, .waiting = true, .told = true }
#define OWED(at, wished) { .taken = (at), .shown = (at), .wish = (wished), .owed = true }
#define DEAF(at, wished) \
	{ .taken = (at), .shown = (at), .wish = (wished), .owed = true, .deaf = true }

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
	{ TOLD(5), true, 0 }, { TOLD(5), true, 0 }, { TOLD(5), true, 0 },
	{ WAITING(5), true, W }, { TOLD(5), true, 0 },
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

/* The peer has taken what it was shown and is at it. */
static const struct story slow_peer = { 5, {
	{ OWED(5, 20), true, W }, { OWED(5, 20), true, W }, { OWED(5, 20), true, W },
	{ OWED(5, 20), true, W }, { OWED(5, 20), true, W },
} };

static const struct story deaf_peer = { 6, {
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
	struct xsplit_glance now;
	struct ring_pair pair;

	ring_pair_init(&pair, 0, SLOT_64, start);
	test_context("start 0x%x", start);
	pair.shared->req_event = start + 1;
	xsplit_front_glance(&pair.front, &now);
	EXPECT(!now.waiting && !now.owed && !now.deaf && !now.told);

	ring_pair_ask(&pair, 3);
	xsplit_front_glance(&pair.front, &now);
	EXPECT(!now.waiting && now.owed && now.deaf);
	/* The backend has taken two of them, and has asked for the next event. */
	pair.shared->req_event = start + 3;
	xsplit_front_glance(&pair.front, &now);
	EXPECT(now.owed && now.deaf);
	pair.shared->req_event = start + 4;
	xsplit_front_glance(&pair.front, &now);
	EXPECT(now.owed && !now.deaf);
	EXPECT_EQ(now.wish, start + 4);

	ring_pair_answer(&pair, 3);
	xsplit_front_glance(&pair.front, &now);
	EXPECT(now.waiting && !now.owed && !now.deaf);
	EXPECT_EQ(now.taken, start);
	EXPECT_EQ(now.shown, start + 3);
	ring_pair_free(&pair);
}

static void back_sees(u32 start)
{
	struct xsplit_glance now;
	struct ring_pair pair;

	ring_pair_init(&pair, 0, SLOT_64, start);
	test_context("start 0x%x", start);
	xsplit_back_glance(&pair.back, &now);
	EXPECT(!now.waiting && !now.owed && !now.deaf && !now.told);
	ring_pair_ask(&pair, 3);
	xsplit_back_glance(&pair.back, &now);
	EXPECT(now.waiting && !now.owed);
	EXPECT_EQ(now.taken, start);
	EXPECT_EQ(now.shown, start + 3);
	ring_pair_free(&pair);
}

static const u32 starts[] = { 0, 1, 0x7ffffffe, 0x7fffffff, 0xfffffffd, 0xffffffff };

static void glance_of_the_front(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		front_sees(starts[i]);
}

static void glance_of_the_back(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		back_sees(starts[i]);
}

/* Against a second judge that keeps the whole story. */
static bool stands_still(const struct look *last, unsigned int nr)
{
	unsigned int i;

	if (nr < XSPLIT_STALL_LOOKS)
		return false;
	for (i = 0; i < XSPLIT_STALL_LOOKS; i++, last--) {
		if (!last->now.waiting || last->now.told)
			return false;
		if (i && last->now.taken != last[1].now.taken)
			return false;
		if (i < XSPLIT_STALL_LOOKS - 1 && !last->sure)
			return false;
	}
	return true;
}

static void random_looks(void)
{
	struct xsplit_stall stall = { };
	struct look look[1000];
	unsigned int i, since = 0, found = 0;

	for (i = 0; i < ARRAY_SIZE(look); i++) {
		unsigned int verdict;
		bool still;

		look[i] = (struct look){
			.now = {
				.taken = i && test_random_below(5) ? look[i - 1].now.taken :
					 test_random_below(4),
				.waiting = test_random_below(6),
				.told = !test_random_below(6),
			},
			.sure = test_random_below(6),
		};
		still = stands_still(&look[i], ++since);
		test_context("look %u", i);
		verdict = xsplit_stall_judge(&stall, &look[i].now, look[i].sure);
		EXPECT_EQ(!!(verdict & L), still);
		EXPECT_EQ(!!(verdict & W), look[i].now.waiting && !look[i].now.told);
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
	STORY(slow_peer), STORY(deaf_peer), STORY(answering_peer), STORY(asking_peer),
	STORY(paused_peer),
	CASE(glance_of_the_front), CASE(glance_of_the_back), CASE(random_looks),
};

TEST_SUITE(stall_suite, "stall", cases, NULL);
