// SPDX-License-Identifier: GPL-2.0
/* The ids of our slots to send: as many as there are references for, and no more than of use. */
#include "netfront/tx_ids.h"
#include "suites.h"

enum { ALL = 256, PACKET = 19, LEAST = 38, BATCH = 32 };

static struct xnf_tx_ids ids;
static u16 flying[ALL];
static u32 nr_flying;

static void prepare(void)
{
	nr_flying = 0;
	xnf_tx_ids_init(&ids);
	xnf_tx_ids_allow(&ids, LEAST);
}

static void send(u32 nr)
{
	while (nr--)
		flying[nr_flying++] = ids.id[--ids.free];
}

/* Responses come in any order. */
static void answer(u32 nr)
{
	u32 at;

	xnf_tx_ids_note(&ids);
	while (nr--) {
		at = test_random_below(nr_flying);
		ids.id[ids.free++] = flying[at];
		flying[at] = flying[--nr_flying];
	}
}

static u32 trim(void)
{
	u16 id[BATCH];
	u32 nr, sum = 0;

	do {
		nr = xnf_tx_ids_trim(&ids, PACKET, LEAST, id, BATCH);
		sum += nr;
	} while (nr == BATCH);
	return sum;
}

/* Each id is free, spare or in flight, and only one of these. */
static void check(void)
{
	u8 seen[ALL] = { 0 };
	u32 i;

	EXPECT_EQ(ids.free + ids.spare + nr_flying, ALL);
	EXPECT_EQ(xnf_tx_ids_usable(&ids), ids.free + nr_flying);
	for (i = 0; i < ids.free; i++)
		seen[ids.id[i]]++;
	for (i = 0; i < ids.spare; i++)
		seen[ids.id[ALL - 1 - i]]++;
	for (i = 0; i < nr_flying; i++)
		seen[flying[i]]++;
	for (i = 0; i < ALL; i++) {
		test_context("id %u", i);
		EXPECT_EQ(seen[i], 1);
	}
}

/* --- what is asked of it ------------------------------------------------------ */

static void all_can_be_used(void)
{
	xnf_tx_ids_allow(&ids, 100);
	EXPECT_EQ(xnf_tx_ids_usable(&ids), 100);
	xnf_tx_ids_allow(&ids, 60);
	EXPECT_EQ(xnf_tx_ids_usable(&ids), 100);
	send(100);
	xnf_tx_ids_allow(&ids, 1000);
	EXPECT_EQ(ids.free, ALL - 100);
	EXPECT_EQ(ids.spare, 0);
	check();
}

static void idle_ones_go(void)
{
	xnf_tx_ids_allow(&ids, ALL);
	/* The time in which they came does not count. */
	trim();
	EXPECT_EQ(trim(), ALL - LEAST);
	EXPECT_EQ(trim(), 0);
	EXPECT_EQ(ids.free, LEAST);
	check();
}

/* An id that has been in use since the last trim stays. */
static void those_in_use_stay(void)
{
	u8 used[ALL] = { 0 };
	u16 id[ALL];
	u32 i, nr;

	xnf_tx_ids_allow(&ids, ALL);
	trim();
	send(100);
	for (i = 0; i < nr_flying; i++)
		used[flying[i]] = 1;
	answer(100);
	nr = xnf_tx_ids_trim(&ids, PACKET, LEAST, id, ALL);
	EXPECT_EQ(nr, ALL - 100 - PACKET);
	for (i = 0; i < nr; i++)
		EXPECT(!used[id[i]]);
	check();
}

/* What is needed again and again is neither given back nor asked for anew. */
static void a_steady_load_keeps_what_it_has(void)
{
	u32 peak, round, i;

	for (peak = 1; peak <= ALL - PACKET; peak += 9) {
		prepare();
		xnf_tx_ids_allow(&ids, ALL);
		for (round = 0; round < 6; round++) {
			for (i = 0; i < 5; i++) {
				send(peak);
				answer(peak);
			}
			test_context("%u at a time, round %u", peak, round);
			if (round > 1)
				EXPECT_EQ(trim(), 0);
			else
				trim();
			/* There is always room for a packet, so the sender is not stopped. */
			EXPECT(ids.free >= peak + PACKET);
		}
		EXPECT(xnf_tx_ids_usable(&ids) <= (peak + PACKET > LEAST ? peak + PACKET : LEAST));
	}
}

static void nothing_is_lost_in_any_order(void)
{
	u32 step;

	for (step = 0; step < 3000; step++) {
		switch (test_random_below(5)) {
		case 0:
			xnf_tx_ids_allow(&ids, test_random_below(300));
			break;
		case 1:
			trim();
			break;
		case 2:
			answer(test_random_below(nr_flying + 1));
			break;
		default:
			send(test_random_below(ids.free + 1));
		}
		EXPECT(xnf_tx_ids_usable(&ids) >= LEAST);
		check();
		if (test_complaints())
			return;
	}
}

static const struct test_case cases[] = {
	CASE(all_can_be_used),
	CASE(idle_ones_go),
	CASE(those_in_use_stay),
	CASE(a_steady_load_keeps_what_it_has),
	CASE(nothing_is_lost_in_any_order),
};

TEST_SUITE(front_tx_ids_suite, "the ids of slots to send", cases, prepare);
