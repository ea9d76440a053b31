// SPDX-License-Identifier: GPL-2.0
/* Ring arithmetic: sizes, slots, attaching, and indices a peer may not have. */
#include <stdlib.h>

#include "ring_pair.h"
#include "suites.h"
#include "xenbus/lost_event.h"

static void header_layout(void)
{
	EXPECT_EQ(offsetof(struct xsplit_sring, req_prod), 0);
	EXPECT_EQ(offsetof(struct xsplit_sring, req_event), 4);
	EXPECT_EQ(offsetof(struct xsplit_sring, rsp_prod), 8);
	EXPECT_EQ(offsetof(struct xsplit_sring, rsp_event), 12);
	EXPECT_EQ(offsetof(struct xsplit_sring, slot), 64);
	EXPECT_EQ(sizeof(struct xsplit_sring), 64);
}

static void block_slots_per_order(void)
{
	u32 order;

	for (order = 0; order <= MAX_ORDER; order++) {
		test_context("order %u", order);
		EXPECT_EQ(xsplit_ring_slots(PAGE_BYTES << order, SLOT_64),
			  32 << order);
		EXPECT_EQ(xsplit_ring_slots(PAGE_BYTES << order, SLOT_32),
			  32 << order);
	}
}

static void network_slots(void)
{
	EXPECT_EQ(xsplit_ring_slots(PAGE_BYTES, 12), 256);
	EXPECT_EQ(xsplit_ring_slots(PAGE_BYTES, 8), 256);
	EXPECT_EQ(xsplit_ring_slots(PAGE_BYTES, 16), 128);
}

static void fresh_front(void)
{
	struct xsplit_sring *shared = test_pages(PAGE_BYTES);
	struct xsplit_ring ring;

	xsplit_front_init(&ring, shared, PAGE_BYTES, SLOT_64);
	EXPECT_EQ(shared->req_prod, 0);
	EXPECT_EQ(shared->rsp_prod, 0);
	EXPECT_EQ(shared->req_event, 1);
	EXPECT_EQ(shared->rsp_event, 1);
	EXPECT_EQ(ring.size, 32);
	EXPECT_EQ(xsplit_front_free(&ring), 32);
	EXPECT_EQ(ring.cons, 0);
	EXPECT_EQ(ring.prod, 0);
}

static void check_slot(const struct ring_pair *pair, u32 index)
{
	u8 *slot = xsplit_ring_slot(&pair->front, index);
	u8 *end = (u8 *)pair->shared + pair->bytes;

	EXPECT(slot >= pair->shared->slot);
	EXPECT(slot + pair->front.slot_bytes <= end);
	EXPECT(slot == xsplit_ring_slot(&pair->front, index + pair->front.size));
	EXPECT((size_t)(slot - pair->shared->slot) ==
	       (size_t)(index % pair->front.size) * pair->front.slot_bytes);
}

static void slots_lie_in_the_pages(void)
{
	struct ring_pair pair;
	u32 order, i, start;
	size_t s;

	for (order = 0; order <= MAX_ORDER; order++)
		for (s = 0; s < nr_ring_starts; s++) {
			start = ring_starts[s];
			test_context("order %u start 0x%x", order, start);
			ring_pair_init(&pair, order, SLOT_64, start);
			for (i = 0; i < 2 * pair.front.size; i++)
				check_slot(&pair, start + i);
			ring_pair_free(&pair);
		}
}

static void take_copies_what_was_asked(void)
{
	u8 got[SLOT_64 + 2];
	struct ring_pair pair;
	u32 i;

	ring_pair_init(&pair, 0, SLOT_64, 0xffffffff);
	memset(pair.shared->slot, 0x11, 32 * SLOT_64);
	for (i = 0; i < SLOT_64; i++)
		((u8 *)xsplit_ring_slot(&pair.back, 0xffffffff))[i] = i;
	memset(got, 0xee, sizeof(got));
	xsplit_ring_take(&pair.back, 0xffffffff, got + 1, SLOT_64);
	EXPECT_EQ(got[0], 0xee);
	EXPECT_EQ(got[SLOT_64 + 1], 0xee);
	for (i = 0; i < SLOT_64; i++)
		EXPECT_EQ(got[i + 1], i);
	xsplit_ring_take(&pair.back, 0, got + 1, 8);
	EXPECT_EQ(got[8], 0x11);
	EXPECT_EQ(got[9], 8);
	ring_pair_free(&pair);
}

static void round_trip(struct ring_pair *pair, u32 nr)
{
	u32 visible = 0;

	ring_pair_ask(pair, nr);
	EXPECT_EQ(xsplit_front_free(&pair->front), pair->front.size - nr);
	EXPECT_EQ(xsplit_back_visible(&pair->back, &visible), 0);
	EXPECT_EQ(visible, nr);
	ring_pair_answer(pair, nr);
	EXPECT_EQ(xsplit_front_visible(&pair->front, &visible), 0);
	EXPECT_EQ(visible, nr);
	ring_pair_finish(pair, nr);
	EXPECT_EQ(xsplit_front_free(&pair->front), pair->front.size);
}

/* Rows: the order of the ring. */
static void wraps_at_32_bits(void)
{
	u32 order = *(const u32 *)test_row;
	struct ring_pair pair;
	u32 nr;
	size_t s;

	for (s = 0; s < nr_ring_starts; s++) {
		ring_pair_init(&pair, order, s % 2 ? SLOT_32 : SLOT_64,
			       ring_starts[s]);
		for (nr = 1; nr <= pair.front.size; nr += 1 + nr / 4) {
			test_context("start 0x%x, %u requests", ring_starts[s],
				     nr);
			round_trip(&pair, nr);
		}
		round_trip(&pair, pair.front.size);
		ring_pair_free(&pair);
	}
}

static const u32 orders[] = { 0, 1, 2, 3, 4 };

/* A ring of an earlier backend's life: @asked requests, @answered of them. */
struct attach_row {
	u32 asked;
	u32 answered;
	int result;
};

static void check_attach(const struct attach_row *row, u32 base)
{
	struct xsplit_ring back;
	struct ring_pair pair;
	u32 nr = 77;

	ring_pair_init(&pair, 0, SLOT_64, 0);
	pair.shared->req_prod = base + row->asked;
	pair.shared->rsp_prod = base + row->answered;
	EXPECT_EQ(xsplit_back_attach(&back, pair.shared, pair.bytes, SLOT_64),
		  row->result);
	if (!row->result) {
		EXPECT_EQ(back.size, 32);
		EXPECT_EQ(back.cons, base + row->answered);
		EXPECT_EQ(back.prod, base + row->answered);
		EXPECT_EQ(back.pushed, base + row->answered);
		EXPECT_EQ(xsplit_back_visible(&back, &nr), 0);
		EXPECT_EQ(nr, row->asked - row->answered);
	}
	EXPECT_EQ(pair.shared->req_prod, base + row->asked);
	EXPECT_EQ(pair.shared->rsp_prod, base + row->answered);
	ring_pair_free(&pair);
}

static void attach(void)
{
	size_t s;

	for (s = 0; s < nr_ring_starts; s++) {
		test_context("base 0x%x", ring_starts[s]);
		check_attach(test_row, ring_starts[s]);
	}
}

static const struct attach_row attach_fresh = { 0, 0, 0 };
static const struct attach_row attach_idle = { 100, 100, 0 };
static const struct attach_row attach_one = { 101, 100, 0 };
static const struct attach_row attach_full = { 132, 100, 0 };
static const struct attach_row attach_overfull = { 133, 100, -EPROTO };
static const struct attach_row attach_backwards = { 99, 100, -EPROTO };
static const struct attach_row attach_far = { 0x80000000, 0, -EPROTO };

/* What the back must make of a front's producer, with some work under way. */
struct visible_row {
	u32 taken;
	u32 answered;
	s64 producer;
	int result;
	u32 nr;
};

static void check_back_visible(const struct visible_row *row, u32 start)
{
	struct ring_pair pair;
	u32 nr = 77;

	ring_pair_init(&pair, 0, SLOT_64, start);
	pair.back.cons = start + row->taken;
	pair.back.prod = start + row->answered;
	pair.shared->req_prod = start + (u32)row->producer;
	EXPECT_EQ(xsplit_back_visible(&pair.back, &nr), row->result);
	EXPECT_EQ(nr, row->nr);
	EXPECT_EQ(pair.back.cons, start + row->taken);
	ring_pair_free(&pair);
}

static void back_visible(void)
{
	size_t s;

	for (s = 0; s < nr_ring_starts; s++) {
		test_context("start 0x%x", ring_starts[s]);
		check_back_visible(test_row, ring_starts[s]);
	}
}

static const struct visible_row back_idle = { 0, 0, 0, 0, 0 };
static const struct visible_row back_one = { 0, 0, 1, 0, 1 };
static const struct visible_row back_whole = { 0, 0, 32, 0, 32 };
static const struct visible_row back_beyond = { 0, 0, 33, -EPROTO, 0 };
static const struct visible_row back_behind = { 0, 0, -1, -EPROTO, 0 };
static const struct visible_row back_far = { 0, 0, 1LL << 31, -EPROTO, 0 };
static const struct visible_row back_busy = { 20, 5, 37, 0, 17 };
static const struct visible_row back_busy_beyond = { 20, 5, 38, -EPROTO, 0 };
static const struct visible_row back_busy_behind = { 20, 5, 19, -EPROTO, 0 };
static const struct visible_row back_all_busy = { 32, 0, 32, 0, 0 };
static const struct visible_row back_all_busy_more = { 32, 0, 33, -EPROTO, 0 };

/* What the front must make of a back's producer. */
struct answered_row {
	u32 pushed;
	u32 unpushed;
	u32 finished;
	s64 producer;
	int result;
	u32 nr;
};

static void check_front_visible(const struct answered_row *row, u32 start)
{
	struct ring_pair pair;
	u32 nr = 77;

	ring_pair_init(&pair, 0, SLOT_64, start);
	pair.front.cons = start + row->finished;
	pair.front.pushed = start + row->pushed;
	pair.front.prod = pair.front.pushed + row->unpushed;
	pair.shared->rsp_prod = start + (u32)row->producer;
	EXPECT_EQ(xsplit_front_visible(&pair.front, &nr), row->result);
	EXPECT_EQ(nr, row->nr);
	EXPECT_EQ(xsplit_front_free(&pair.front),
		  32 - (row->pushed + row->unpushed - row->finished));
	ring_pair_free(&pair);
}

static void front_visible(void)
{
	size_t s;

	for (s = 0; s < nr_ring_starts; s++) {
		test_context("start 0x%x", ring_starts[s]);
		check_front_visible(test_row, ring_starts[s]);
	}
}

static const struct answered_row front_none = { 0, 0, 0, 0, 0, 0 };
static const struct answered_row front_some = { 10, 0, 2, 7, 0, 5 };
static const struct answered_row front_all = { 32, 0, 0, 32, 0, 32 };
static const struct answered_row front_unasked = { 10, 0, 2, 11, -EPROTO, 0 };
static const struct answered_row front_unpushed = { 10, 4, 2, 11, -EPROTO, 0 };
static const struct answered_row front_behind = { 10, 0, 2, 1, -EPROTO, 0 };
static const struct answered_row front_far = { 10, 0, 0, 1LL << 31, -EPROTO, 0 };

/* Shared indices are read once, by the one function that judges them. */
static void indices_are_read_once(void)
{
	struct xsplit_sring *shared = test_pages(PAGE_BYTES);
	struct xsplit_ring front, back;
	u32 nr;

	xsplit_front_init(&front, shared, PAGE_BYTES, SLOT_64);
	test_watch(shared, PAGE_BYTES);
	EXPECT_EQ(xsplit_back_attach(&back, shared, PAGE_BYTES, SLOT_64), 0);
	EXPECT_EQ(test_reads(&shared->req_prod), 1);
	EXPECT_EQ(test_reads(&shared->rsp_prod), 1);
	EXPECT_EQ(xsplit_back_visible(&back, &nr), 0);
	EXPECT_EQ(test_reads(&shared->req_prod), 2);
	EXPECT_EQ(test_reads(&shared->rsp_prod), 1);
	EXPECT_EQ(xsplit_front_visible(&front, &nr), 0);
	EXPECT_EQ(test_reads(&shared->rsp_prod), 2);
	EXPECT_EQ(test_reads(&shared->req_event), 0);
	EXPECT_EQ(test_reads(&shared->rsp_event), 0);
	test_unwatch();
}

static void expect_reads(const struct xsplit_sring *shared, u32 req_prod, u32 req_event,
			 u32 rsp_prod, u32 rsp_event)
{
	EXPECT_EQ(test_reads(&shared->req_prod), req_prod);
	EXPECT_EQ(test_reads(&shared->req_event), req_event);
	EXPECT_EQ(test_reads(&shared->rsp_prod), rsp_prod);
	EXPECT_EQ(test_reads(&shared->rsp_event), rsp_event);
}

/* Pushing reads where the peer wants an event, arming reads how far it has come: once each. */
static void pushing_and_arming_read_one_word(void)
{
	struct xsplit_sring *shared = test_pages(PAGE_BYTES);
	struct xsplit_ring front, back;

	xsplit_front_init(&front, shared, PAGE_BYTES, SLOT_64);
	EXPECT_EQ(xsplit_back_attach(&back, shared, PAGE_BYTES, SLOT_64), 0);
	front.prod = 3;
	back.prod = 2;
	test_watch(shared, PAGE_BYTES);
	EXPECT(xsplit_front_push(&front));
	expect_reads(shared, 0, 1, 0, 0);
	EXPECT(xsplit_back_push(&back));
	expect_reads(shared, 0, 1, 0, 1);
	EXPECT(!xsplit_front_push(&front));
	EXPECT(!xsplit_back_push(&back));
	expect_reads(shared, 0, 1, 0, 1);
	EXPECT(xsplit_back_arm(&back));
	expect_reads(shared, 1, 1, 0, 1);
	EXPECT(!xsplit_back_arm_for(&back, 4));
	expect_reads(shared, 2, 1, 0, 1);
	EXPECT(xsplit_front_arm(&front));
	expect_reads(shared, 2, 1, 1, 1);
	EXPECT(!xsplit_front_arm_at(&front, 3));
	expect_reads(shared, 2, 1, 2, 1);
	xsplit_front_ask(&front, 3);
	expect_reads(shared, 2, 1, 2, 1);
	test_unwatch();
}

/*
 * What is taken of a slot is read there once, in whatever pieces, and nothing around it:
 * a peer that changes it meanwhile changes one private copy (XSA-155).
 */
static void a_slot_is_read_once(void)
{
	static const u32 sizes[] = { 112, 108, 64, 16, 12, 8, 4 };
	struct xsplit_sring *shared = test_pages(PAGE_BYTES);
	struct xsplit_ring back;
	u8 copy[112];
	u32 i, at, reads;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u8 *slot;

		memset(shared, 0, PAGE_BYTES);
		xsplit_back_attach(&back, shared, PAGE_BYTES, sizes[i]);
		slot = xsplit_ring_slot(&back, 1);
		test_watch(shared, PAGE_BYTES);
		xsplit_ring_take(&back, 1, copy, sizes[i]);
		for (at = 0, reads = 0; at < PAGE_BYTES; at++) {
			u32 nr = test_reads((u8 *)shared + at);
			bool inside = (u8 *)shared + at - slot < sizes[i] && (u8 *)shared + at >= slot;

			test_context("slot of %u bytes, byte %u of the page", sizes[i], at);
			EXPECT(!nr || inside);
			reads += nr;
		}
		EXPECT(reads > 0);
		/* Where a length is no multiple of its steps, memcpy() may overlap the last two. */
		EXPECT(reads <= DIV_ROUND_UP(sizes[i], 8) + 1);
		test_unwatch();
	}
}

/* The watchdog's looks at a ring judge numbers that are read once, too. */
static void snapshots_read_each_index_once(void)
{
	struct xsplit_sring *shared = test_pages(PAGE_BYTES);
	struct xsplit_ring_snapshot now;
	struct xsplit_ring front, back;
	u32 i, slots = 0;

	xsplit_front_init(&front, shared, PAGE_BYTES, SLOT_64);
	xsplit_back_attach(&back, shared, PAGE_BYTES, SLOT_64);
	test_watch(shared, PAGE_BYTES);
	xsplit_back_snapshot(&back, &now);
	EXPECT(test_reads(&shared->req_prod) <= 1);
	EXPECT(test_reads(&shared->rsp_event) <= 1);
	EXPECT_EQ(test_reads(&shared->rsp_prod), 0);
	xsplit_front_snapshot(&front, &now);
	EXPECT(test_reads(&shared->rsp_prod) <= 1);
	EXPECT(test_reads(&shared->req_event) <= 1);
	EXPECT(test_reads(&shared->req_prod) <= 1);
	for (i = sizeof(*shared); i < PAGE_BYTES; i++)
		slots += test_reads((u8 *)shared + i);
	EXPECT_EQ(slots, 0);
	test_unwatch();
}

/* A push writes its index and reads the peer's wish, nothing else. */
static void own_indices_are_not_read_back(void)
{
	struct xsplit_sring *shared = test_pages(PAGE_BYTES);
	struct xsplit_ring front, back;

	xsplit_front_init(&front, shared, PAGE_BYTES, SLOT_64);
	xsplit_back_attach(&back, shared, PAGE_BYTES, SLOT_64);
	front.prod++;
	back.cons++;
	back.prod++;
	test_watch(shared, PAGE_BYTES);
	EXPECT(xsplit_front_push(&front));
	EXPECT_EQ(test_reads(&shared->req_prod), 0);
	EXPECT_EQ(test_writes(&shared->req_prod), 1);
	EXPECT_EQ(test_reads(&shared->req_event), 1);
	EXPECT(xsplit_back_push(&back));
	EXPECT_EQ(test_reads(&shared->rsp_prod), 0);
	EXPECT_EQ(test_writes(&shared->rsp_prod), 1);
	EXPECT_EQ(test_reads(&shared->rsp_event), 1);
	test_unwatch();
}

static const struct test_case cases[] = {
	CASE(header_layout),
	CASE(block_slots_per_order),
	CASE(network_slots),
	CASE(fresh_front),
	CASE(slots_lie_in_the_pages),
	CASE(take_copies_what_was_asked),
	{ "wraps_at_32_bits, order 0", wraps_at_32_bits, &orders[0] },
	{ "wraps_at_32_bits, order 1", wraps_at_32_bits, &orders[1] },
	{ "wraps_at_32_bits, order 2", wraps_at_32_bits, &orders[2] },
	{ "wraps_at_32_bits, order 3", wraps_at_32_bits, &orders[3] },
	{ "wraps_at_32_bits, order 4", wraps_at_32_bits, &orders[4] },
	{ "attach, fresh ring", attach, &attach_fresh },
	{ "attach, everything answered", attach, &attach_idle },
	{ "attach, one request unanswered", attach, &attach_one },
	{ "attach, a whole ring unanswered", attach, &attach_full },
	{ "attach, more requests than slots", attach, &attach_overfull },
	{ "attach, fewer requests than responses", attach, &attach_backwards },
	{ "attach, producer far away", attach, &attach_far },
	{ "back, nothing visible", back_visible, &back_idle },
	{ "back, one visible", back_visible, &back_one },
	{ "back, whole ring visible", back_visible, &back_whole },
	{ "back, producer beyond the ring", back_visible, &back_beyond },
	{ "back, producer went backwards", back_visible, &back_behind },
	{ "back, producer far away", back_visible, &back_far },
	{ "back busy, all free slots used", back_visible, &back_busy },
	{ "back busy, producer beyond", back_visible, &back_busy_beyond },
	{ "back busy, producer backwards", back_visible, &back_busy_behind },
	{ "back, all slots under way", back_visible, &back_all_busy },
	{ "back, one more than all slots", back_visible, &back_all_busy_more },
	{ "front, nothing visible", front_visible, &front_none },
	{ "front, some visible", front_visible, &front_some },
	{ "front, all visible", front_visible, &front_all },
	{ "front, more answers than questions", front_visible, &front_unasked },
	{ "front, answer to what was not shown", front_visible, &front_unpushed },
	{ "front, producer went backwards", front_visible, &front_behind },
	{ "front, producer far away", front_visible, &front_far },
	CASE(indices_are_read_once),
	CASE(a_slot_is_read_once),
	CASE(pushing_and_arming_read_one_word),
	CASE(snapshots_read_each_index_once),
	CASE(own_indices_are_not_read_back),
};

TEST_SUITE(ring_suite, "ring", cases, NULL);
