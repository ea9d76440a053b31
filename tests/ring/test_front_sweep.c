// SPDX-License-Identifier: GPL-2.0
/*
 * Random responses against a second judge, written from the protocol's
 * description: it looks at a frame as a whole, fault by fault, and works with
 * numbers wide enough that nothing can overflow.
 */
#include <string.h>

#include "front_wire.h"
#include "suites.h"

#define SWEEP 150000

/* --- a backend that mostly makes sense ---------------------------------------------- */

static u16 random_bytes(void)
{
	switch (test_random_below(8)) {
	case 0:
		return test_random_below(20);
	case 1:
		return 4096 - test_random_below(20);
	case 2:
		return test_random_below(4096);
	default:
		return 200 + test_random_below(1800);
	}
}

static void random_slot(u16 flags)
{
	u16 offset = test_random_below(3) ? 0 : test_random_below(300);
	u16 len = random_bytes();

	if (test_random_below(30) && offset + len > 4096)
		len = 4096 - offset;
	if (!test_random_below(150))
		flags |= test_random();
	if (!test_random_below(150))
		rx_data(offset, -(int)test_random_below(32769), flags);
	else
		rx_data(offset, test_random_below(200) ? len : len + 4096, flags);
	if (!test_random_below(200))
		put16(rx_slot(rx.nr - 1), 0, test_random());
}

static void random_extra(u8 flags)
{
	u8 *slot;

	switch (test_random_below(10)) {
	case 0 ... 3:
		rx_gso(test_random_below(8) ? 1 + test_random_below(3000) : 0,
		       test_random_below(8) ? 1 + test_random_below(2) : test_random(), flags);
		break;
	case 4 ... 6:
		slot = rx_extra(EXTRA_HASH, flags);
		put8(slot, 2, test_random_below(5));
		put8(slot, 3, test_random_below(8) ? 1 : test_random());
		put32(slot, 4, test_random());
		break;
	case 7 ... 8:
		rx_xdp(test_random_below(4) ? 200 : test_random_below(300), flags);
		break;
	default:
		rx_extra(test_random_below(8), flags);
	}
}

static u32 random_count(void)
{
	static const u32 counts[] = { 1, 1, 1, 2, 3, 5, 17, 18, 19, 20, 21, 40 };

	return counts[test_random_below(ARRAY_SIZE(counts))];
}

static void random_frame(void)
{
	u32 i, nr = random_count();
	u32 extras = test_random_below(2) ? 0 :
		     test_random_below(20) ? 1 + test_random_below(2) : test_random_below(8);
	u16 flags = test_random_below(4);

	random_slot(flags | (nr > 1 ? RXF_MORE : 0) | (extras ? RXF_EXTRA : 0));
	for (i = 0; i < extras; i++)
		random_extra(i + 1 < extras ? EXTRA_MORE : 0);
	for (i = 1; i < nr; i++)
		random_slot(i + 1 < nr ? RXF_MORE : 0);
}

static void random_expectation(void)
{
	rx.expect.gso = test_random_below(4) ? 6 : 2 * test_random_below(4);
	rx.expect.headroom = test_random_below(3) ? 256 : 0;
}

/* --- the second judge ---------------------------------------------------------------- */

struct second {
	enum xnf_frame_verdict verdict;
	u32 used;
	s64 len;
	u32 nr;
	bool gso, hash;
	s64 headroom;
	struct {
		u32 nth;
		s64 begin, end;
	} piece[NET_SLOTS];
};

static u32 get16(const u8 *slot, u32 at)
{
	return slot[at] + 256 * slot[at + 1];
}

static s64 status_of(const u8 *slot)
{
	return (s16)get16(slot, 6);
}

static enum xnf_frame_verdict second_slot(u32 nth, bool first, bool full)
{
	const u8 *slot = rx_slot(nth);
	s64 begin = get16(slot, 2);
	u32 flags = get16(slot, 4);

	if (get16(slot, 0) != (rx.ring.cons + nth) % 256)
		return XNF_DROP_ID;
	if (status_of(slot) < 0)
		return XNF_DROP_STATUS;
	if (begin + status_of(slot) > 4096)
		return XNF_DROP_BOUNDS;
	if (first && status_of(slot) < 14)
		return XNF_DROP_SHORT;
	if (flags & RXF_PREFIX)
		return XNF_DROP_PREFIX;
	if (!first && flags & RXF_EXTRA)
		return XNF_DROP_EXTRA;
	return full && status_of(slot) ? XNF_DROP_LONG : XNF_FRAME_OK;
}

static enum xnf_frame_verdict second_extra(struct second *say, const u8 *slot)
{
	static u32 seen;

	if (!say) {
		seen = 0;
		return XNF_FRAME_OK;
	}
	if ((slot[0] != 1 && slot[0] != 4 && slot[0] != 5) || seen & 1u << slot[0])
		return XNF_DROP_EXTRA;
	seen |= 1u << slot[0];
	if (slot[0] == 1) {
		say->gso = true;
		if (slot[4] < 1 || slot[4] > 2 || !get16(slot, 2) ||
		    !(rx.expect.gso & 1 << slot[4]))
			return XNF_DROP_GSO;
	}
	if (slot[0] == 4 && slot[2] < 4 && slot[3] == 1)
		say->hash = true;
	if (slot[0] == 5) {
		say->headroom = get16(slot, 2);
		if (!rx.expect.headroom || say->headroom > rx.expect.headroom)
			return XNF_DROP_XDP;
	}
	return XNF_FRAME_OK;
}

/* Finds the frame's end; the first fault wins. */
static void second_walk(struct second *say)
{
	const u8 *slot = rx_slot(0);
	bool more = get16(slot, 4) & RXF_MORE, extra = get16(slot, 4) & RXF_EXTRA;
	enum xnf_frame_verdict fault = second_slot(0, true, false);

	second_extra(NULL, NULL);
	say->used = 1;
	say->nr = 1;
	say->piece[0].begin = get16(slot, 2);
	say->piece[0].end = say->piece[0].begin + status_of(slot);
	while (extra || more) {
		if (say->used == rx.nr) {
			fault = fault ? fault : XNF_DROP_CUT;
			break;
		}
		slot = rx_slot(say->used);
		if (extra) {
			if (!fault)
				fault = second_extra(say, slot);
			extra = slot[1] & EXTRA_MORE;
			say->used++;
			continue;
		}
		if (!fault)
			fault = second_slot(say->used, false, say->nr == 18);
		if (!fault && status_of(slot)) {
			say->piece[say->nr].nth = say->used;
			say->piece[say->nr].begin = get16(slot, 2);
			say->piece[say->nr].end = get16(slot, 2) + status_of(slot);
			say->nr++;
		}
		more = get16(slot, 4) & RXF_MORE;
		say->used++;
	}
	say->verdict = fault;
}

/* Data never lies in the headroom. */
static void second_headroom(struct second *say)
{
	u32 i, kept = 0;

	for (i = 0; i < say->nr; i++) {
		if (say->piece[i].begin < say->headroom)
			say->piece[i].begin = say->headroom;
		if (say->piece[i].end < say->piece[i].begin) {
			say->verdict = XNF_DROP_BOUNDS;
			return;
		}
		if (!i && say->piece[0].begin == say->piece[0].end) {
			say->verdict = XNF_DROP_SHORT;
			return;
		}
		if (say->piece[i].end > say->piece[i].begin)
			say->piece[kept++] = say->piece[i];
	}
	say->nr = kept;
	if (say->piece[0].end - say->piece[0].begin < 14)
		say->verdict = XNF_DROP_SHORT;
}

static void second_judge(struct second *say)
{
	const u8 *gso = NULL;
	u32 i;

	memset(say, 0, sizeof(*say));
	second_walk(say);
	if (!say->verdict && say->headroom)
		second_headroom(say);
	if (say->verdict)
		return;
	for (i = 0; i < say->nr; i++)
		say->len += say->piece[i].end - say->piece[i].begin;
	if (say->len > 65535 + 18) {
		say->verdict = XNF_DROP_LONG;
		return;
	}
	for (i = 1; say->gso && !gso; i++)
		if (rx_slot(i)[0] == EXTRA_GSO)
			gso = rx_slot(i);
	if (gso && say->len <= (gso[4] == 1 ? 54 : 74))
		say->verdict = XNF_DROP_GSO;
	if (gso && say->len - (gso[4] == 1 ? 54 : 74) <= get16(gso, 2))
		say->gso = false;
}

/* --- the sweep -------------------------------------------------------------------------- */

static void compare(const struct second *say)
{
	u32 i;

	EXPECT_EQ(rx.frame.len, say->len);
	EXPECT_EQ(rx.frame.nr_pieces, say->nr);
	EXPECT_EQ(!!rx.frame.gso_size, say->gso);
	EXPECT_EQ(rx.frame.hash_type != XNF_NO_HASH, say->hash);
	EXPECT_EQ(rx.frame.headroom, say->headroom);
	for (i = 0; i < say->nr; i++)
		rx_expect_piece(i, say->piece[i].nth, say->piece[i].begin,
				say->piece[i].end - say->piece[i].begin);
}

/* Whatever was accepted can be used without another look. */
static void check_usable(void)
{
	bool taken[NET_SLOTS] = {};
	u32 i, sum = 0;

	EXPECT(rx.frame.nr_pieces >= 1 && rx.frame.nr_pieces <= 18);
	EXPECT(rx.frame.piece[0].len >= 14);
	for (i = 0; i < rx.frame.nr_pieces; i++) {
		const struct xnf_frame_piece *piece = &rx.frame.piece[i];

		EXPECT(piece->len >= 1);
		EXPECT(piece->offset >= rx.frame.headroom);
		EXPECT(piece->offset + piece->len <= 4096);
		EXPECT((u8)(piece->slot - rx.ring.cons) < rx.frame.used);
		EXPECT(piece->slot < 256 && !taken[piece->slot]);
		taken[piece->slot % 256] = true;
		sum += piece->len;
	}
	EXPECT_EQ(rx.frame.len, sum);
	EXPECT(rx.frame.nr_pieces - xnf_frame_copied(&rx.frame, MAX_FRAGS) <= MAX_FRAGS);
	EXPECT(!rx.frame.gso_size == !rx.frame.gso_type);
	EXPECT(!rx.frame.gso_type || rx.expect.gso & 1 << rx.frame.gso_type);
}

static void sweep(void)
{
	u32 seen[XNF_NR_FRAME_VERDICTS] = {}, i;
	enum xnf_frame_verdict verdict;
	struct second say;

	for (i = 0; i < SWEEP; i++) {
		random_expectation();
		rx_start(test_random());
		random_frame();
		if (rx.nr > 1 && !test_random_below(20))
			rx.nr -= 1 + test_random_below(rx.nr - 1);
		second_judge(&say);
		verdict = rx_read();
		test_context("frame %u of %u slots: verdict %u", i, rx.nr, verdict);
		EXPECT_EQ(verdict, say.verdict);
		EXPECT_EQ(rx.frame.used, say.used);
		seen[verdict]++;
		if (verdict)
			continue;
		compare(&say);
		check_usable();
	}
	for (i = 0; i < XNF_NR_FRAME_VERDICTS; i++) {
		test_context("verdict %u", i);
		EXPECT(seen[i] > SWEEP / 500);
	}
}

/* Nothing but noise, and of it only what the judge says may matter. */
static void noise(void)
{
	enum xnf_frame_verdict verdict;
	struct second say;
	u32 i, j;

	for (i = 0; i < 3000; i++) {
		rx_start(test_random());
		random_expectation();
		for (j = RING_HEADER; j < NET_PAGE; j += 4)
			put32(rx.page, j, test_random() & test_random());
		rx.nr = 1 + test_random_below(256);
		/* The first slot at least should pass. */
		put16(rx_slot(0), 0, rx.ring.cons % 256);
		put16(rx_slot(0), 2, 0);
		put16(rx_slot(0), 6, 1000);
		second_judge(&say);
		verdict = rx_read();
		test_context("round %u of %u slots", i, rx.nr);
		EXPECT_EQ(verdict, say.verdict);
		EXPECT_EQ(rx.frame.used, say.used);
		EXPECT(rx.frame.used >= 1 && rx.frame.used <= rx.nr);
		if (!verdict)
			check_usable();
	}
}

/* Frame after frame: every slot is accounted for, once. */
static void streams(void)
{
	u32 i, all, frames;

	for (i = 0; i < 20000; i++) {
		rx_start(test_random());
		random_expectation();
		for (frames = 0; rx.nr < 200; frames++)
			random_frame();
		all = rx.nr;
		test_context("stream %u of %u slots", i, all);
		while (rx.nr) {
			if (!rx_read())
				check_usable();
			if (!EXPECT(rx.frame.used >= 1 && rx.frame.used <= rx.nr))
				break;
			rx.ring.cons += rx.frame.used;
			rx.nr -= rx.frame.used;
			all -= rx.frame.used;
		}
		EXPECT_EQ(all, 0);
	}
}

static const struct test_case cases[] = {
	CASE(sweep),
	CASE(noise),
	CASE(streams),
};

TEST_SUITE(front_sweep_suite, "frames at our frontend, random", cases, rx_init);
