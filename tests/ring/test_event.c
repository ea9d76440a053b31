// SPDX-License-Identifier: GPL-2.0
/* When to notify, and that no wakeup is lost whichever end is faster. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "ring_pair.h"
#include "suites.h"

__thread void (*shim_at_barrier)(enum shim_barrier kind);

/* The rule in words: one of the new indices, counted from 1, is the wish. */
static bool wished(u32 old, u32 new, u32 event)
{
	u32 i;

	for (i = old; i != new; i++)
		if (i + 1 == event)
			return true;
	return false;
}

static void check_notify(u32 start, u32 nr, s32 wish)
{
	struct ring_pair pair;

	ring_pair_init(&pair, 0, SLOT_64, start);
	test_context("start 0x%x, %u new, wish %d", start, nr, wish);
	pair.shared->req_event = start + wish;
	EXPECT_EQ(ring_pair_ask(&pair, nr), wished(start, start + nr,
						   start + wish));
	pair.shared->rsp_event = start + wish;
	EXPECT_EQ(ring_pair_answer(&pair, nr), wished(start, start + nr,
						      start + wish));
	ring_pair_free(&pair);
}

static void notify_follows_the_event_index(void)
{
	u32 nr;
	s32 wish;
	size_t s;

	for (s = 0; s < nr_ring_starts; s++)
		for (nr = 0; nr <= 32; nr++)
			for (wish = -2; wish <= 34; wish++)
				check_notify(ring_starts[s], nr, wish);
}

static void pushing_nothing_is_silent(void)
{
	struct ring_pair pair;

	ring_pair_init(&pair, 0, SLOT_64, 0);
	pair.shared->req_event = 0;
	pair.shared->rsp_event = 0;
	pair.shared->req_prod = 0x1234;
	pair.shared->rsp_prod = 0x1234;
	EXPECT(!xsplit_front_push(&pair.front));
	EXPECT(!xsplit_back_push(&pair.back));
	EXPECT_EQ(pair.shared->req_prod, 0x1234);
	EXPECT_EQ(pair.shared->rsp_prod, 0x1234);
	ring_pair_free(&pair);
}

static void batch_notifies_once(void)
{
	struct ring_pair pair;

	ring_pair_init(&pair, 0, SLOT_64, 0xfffffff8);
	EXPECT(ring_pair_ask(&pair, 16));
	EXPECT(!ring_pair_ask(&pair, 1));
	EXPECT(ring_pair_answer(&pair, 16));
	EXPECT(!ring_pair_answer(&pair, 1));
	ring_pair_free(&pair);
}

static void arm_asks_for_the_next(void)
{
	struct ring_pair pair;
	size_t s;

	for (s = 0; s < nr_ring_starts; s++) {
		test_context("start 0x%x", ring_starts[s]);
		ring_pair_init(&pair, 0, SLOT_64, ring_starts[s]);
		pair.shared->req_event = 0;
		pair.shared->rsp_event = 0;
		EXPECT(!xsplit_back_arm(&pair.back));
		EXPECT(!xsplit_front_arm(&pair.front));
		EXPECT_EQ(pair.shared->req_event, ring_starts[s] + 1);
		EXPECT_EQ(pair.shared->rsp_event, ring_starts[s] + 1);
		EXPECT(ring_pair_ask(&pair, 1));
		EXPECT(xsplit_back_arm(&pair.back));
		EXPECT(ring_pair_answer(&pair, 1));
		EXPECT(xsplit_front_arm(&pair.front));
		ring_pair_free(&pair);
	}
}

/* The event may be asked for when more has come than it was to announce. */
static void arm_at_sees_later_responses(void)
{
	struct ring_pair pair;
	size_t s;

	for (s = 0; s < nr_ring_starts; s++) {
		u32 start = ring_starts[s];

		test_context("start 0x%x", start);
		ring_pair_init(&pair, 0, SLOT_64, start);
		ring_pair_ask(&pair, 8);
		EXPECT(!xsplit_front_arm_at(&pair.front, start + 4));
		EXPECT_EQ(pair.shared->rsp_event, start + 4);
		ring_pair_answer(&pair, 3);
		EXPECT(!xsplit_front_arm_at(&pair.front, start + 4));
		ring_pair_answer(&pair, 1);
		EXPECT(xsplit_front_arm_at(&pair.front, start + 4));
		ring_pair_answer(&pair, 4);
		EXPECT(xsplit_front_arm_at(&pair.front, start + 4));
		ring_pair_free(&pair);
	}
}

static void back_arms_for_several(void)
{
	struct ring_pair pair;
	size_t s;

	for (s = 0; s < nr_ring_starts; s++) {
		test_context("start 0x%x", ring_starts[s]);
		ring_pair_init(&pair, 0, SLOT_64, ring_starts[s]);
		EXPECT(!xsplit_back_arm_for(&pair.back, 4));
		EXPECT_EQ(pair.shared->req_event, ring_starts[s] + 4);
		ring_pair_ask(&pair, 3);
		EXPECT(!xsplit_back_arm_for(&pair.back, 4));
		ring_pair_ask(&pair, 1);
		EXPECT(xsplit_back_arm_for(&pair.back, 4));
		ring_pair_ask(&pair, 2);
		EXPECT(xsplit_back_arm_for(&pair.back, 4));
		ring_pair_free(&pair);
	}
}

static void arm_sees_a_broken_producer(void)
{
	struct ring_pair pair;

	ring_pair_init(&pair, 0, SLOT_64, 5);
	pair.shared->req_prod = 4;
	EXPECT(xsplit_back_arm(&pair.back));
	pair.shared->rsp_prod = 4;
	EXPECT(xsplit_front_arm(&pair.front));
	ring_pair_free(&pair);
}

/* The other end's turn, taken at the barrier a row names. */
static struct ring_pair race;
static bool notified;

static void front_pushes(enum shim_barrier kind)
{
	shim_at_barrier = NULL;
	if (kind == SHIM_MB)
		notified = ring_pair_ask(&race, 1);
}

static void back_pushes(enum shim_barrier kind)
{
	shim_at_barrier = NULL;
	if (kind == SHIM_MB)
		notified = ring_pair_answer(&race, 1);
}

/* The front pushes while the back goes to sleep: one of them must notice. */
static void back_arm_race(void)
{
	ring_pair_init(&race, 0, SLOT_64, 0xffffffff);
	race.shared->req_event = 0xfffffff0;
	shim_at_barrier = front_pushes;
	EXPECT(xsplit_back_arm(&race.back) && notified);
	ring_pair_free(&race);
}

static void front_arm_race(void)
{
	ring_pair_init(&race, 0, SLOT_64, 0xffffffff);
	ring_pair_ask(&race, 1);
	race.shared->rsp_event = 0xfffffff0;
	shim_at_barrier = back_pushes;
	EXPECT(xsplit_front_arm(&race.front) && notified);
	ring_pair_free(&race);
}

static bool armed_saw;

static void back_arms(enum shim_barrier kind)
{
	if (kind != SHIM_MB)
		return;
	shim_at_barrier = NULL;
	armed_saw = xsplit_back_arm(&race.back);
}

static void front_arms(enum shim_barrier kind)
{
	if (kind != SHIM_MB)
		return;
	shim_at_barrier = NULL;
	armed_saw = xsplit_front_arm(&race.front);
}

/* The back goes to sleep in the middle of the front's push. */
static void front_push_race(void)
{
	ring_pair_init(&race, 0, SLOT_64, 0);
	race.shared->req_event = 0x80000000;
	shim_at_barrier = back_arms;
	EXPECT(ring_pair_ask(&race, 1));
	EXPECT(armed_saw);
	ring_pair_free(&race);
}

static void back_push_race(void)
{
	ring_pair_init(&race, 0, SLOT_64, 0);
	ring_pair_ask(&race, 1);
	race.shared->rsp_event = 0x80000000;
	shim_at_barrier = front_arms;
	EXPECT(ring_pair_answer(&race, 1));
	EXPECT(armed_saw);
	ring_pair_free(&race);
}

static u32 shown_at[3];
static unsigned int barriers[3];

static void note_producer(enum shim_barrier kind)
{
	shown_at[kind] = race.shared->req_prod;
	barriers[kind]++;
}

/* Slots before the index, the index before the wish, the index before slots. */
static void barriers_stand_in_order(void)
{
	u32 nr;

	ring_pair_init(&race, 0, SLOT_64, 7);
	shim_at_barrier = note_producer;
	ring_pair_ask(&race, 3);
	EXPECT_EQ(barriers[SHIM_WMB], 1);
	EXPECT_EQ(shown_at[SHIM_WMB], 7);
	EXPECT_EQ(barriers[SHIM_MB], 1);
	EXPECT_EQ(shown_at[SHIM_MB], 10);
	EXPECT_EQ(xsplit_back_visible(&race.back, &nr), 0);
	EXPECT_EQ(barriers[SHIM_RMB], 1);
	EXPECT_EQ(xsplit_front_visible(&race.front, &nr), 0);
	EXPECT_EQ(barriers[SHIM_RMB], 2);
	shim_at_barrier = NULL;
	ring_pair_free(&race);
}

/*
 * Two threads that sleep on an "event channel" whenever arming says they may.
 * A lost wakeup leaves both asleep, and the case runs into its time limit.
 */
#define STRESS_REQUESTS 200000

static struct ring_pair stress;
static sem_t to_front, to_back;

static void back_pass(u32 *done)
{
	u32 nr;

	while (!EXPECT_EQ(xsplit_back_visible(&stress.back, &nr), 0))
		abort();
	if (nr && ring_pair_answer(&stress, nr))
		sem_post(&to_front);
	*done += nr;
	if (*done < STRESS_REQUESTS && !xsplit_back_arm(&stress.back))
		sem_wait(&to_back);
}

static void *back_thread(void *unused)
{
	u32 done = 0;

	while (done < STRESS_REQUESTS)
		back_pass(&done);
	return unused;
}

static void front_pass(u32 *asked, u32 *done)
{
	u32 free_slots = xsplit_front_free(&stress.front);
	u32 want = 1 + test_random_below(32);
	u32 nr;

	want = min(want, min(free_slots, STRESS_REQUESTS - *asked));
	if (want && ring_pair_ask(&stress, want))
		sem_post(&to_back);
	*asked += want;
	while (!EXPECT_EQ(xsplit_front_visible(&stress.front, &nr), 0))
		abort();
	ring_pair_finish(&stress, nr);
	*done += nr;
	if (!nr && !want && !xsplit_front_arm(&stress.front))
		sem_wait(&to_front);
}

static void no_wakeup_is_lost(void)
{
	u32 asked = 0, done = 0;
	pthread_t back;

	ring_pair_init(&stress, 0, SLOT_64, 0xffff0000);
	sem_init(&to_front, 0, 0);
	sem_init(&to_back, 0, 0);
	pthread_create(&back, NULL, back_thread, NULL);
	while (done < STRESS_REQUESTS)
		front_pass(&asked, &done);
	pthread_join(back, NULL);
	EXPECT_EQ(asked, STRESS_REQUESTS);
	EXPECT_EQ(stress.shared->rsp_prod, 0xffff0000 + STRESS_REQUESTS);
	ring_pair_free(&stress);
}

static const struct test_case cases[] = {
	CASE(notify_follows_the_event_index),
	CASE(pushing_nothing_is_silent),
	CASE(batch_notifies_once),
	CASE(arm_asks_for_the_next),
	CASE(arm_at_sees_later_responses),
	CASE(back_arms_for_several),
	CASE(arm_sees_a_broken_producer),
	CASE(back_arm_race),
	CASE(front_arm_race),
	CASE(front_push_race),
	CASE(back_push_race),
	CASE(barriers_stand_in_order),
	CASE(no_wakeup_is_lost),
};

TEST_SUITE(event_suite, "events", cases, NULL);
