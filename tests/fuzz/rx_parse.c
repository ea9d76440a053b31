// SPDX-License-Identifier: GPL-2.0
/*
 * A backend's responses to our frontend, frame by frame: each frame accepted lies within
 * our pages, and each takes as many slots as its flags say, good or not.
 */
#include <stdlib.h>
#include <string.h>

#include "front_wire.h"
#include "fuzz.h"

enum { RX_SLOT = 8, RECORD = 9, RING_BYTES = RING_HEADER + NET_SLOTS * RX_SLOT };

static u16 get16(const u8 *at)
{
	return at[0] | at[1] << 8;
}

/* Slots of the frame by its flags alone; more than @visible if it goes on behind them. */
static u32 walk(const u8 *page, u32 cons, u32 visible)
{
	u32 used = 1;
	u16 flags;

#define SLOT(nth) (page + RING_HEADER + RX_SLOT * ((cons + (nth)) % NET_SLOTS))
	flags = get16(SLOT(0) + 4);
	if (flags & RXF_EXTRA) {
		do {
			if (used == visible)
				return visible + 1;
		} while (SLOT(used++)[1] & EXTRA_MORE);
	}
	while (flags & RXF_MORE) {
		if (used == visible)
			return visible + 1;
		flags = get16(SLOT(used++) + 4);
	}
#undef SLOT
	return used;
}

static void check_pieces(const struct xnf_frame *frame, u32 cons)
{
	u32 sum = 0, next = 0, i;

	EXPECT(frame->nr_pieces >= 1 && frame->nr_pieces <= NET_MAX_SLOTS);
	for (i = 0; i < frame->nr_pieces; i++) {
		const struct xnf_frame_piece *piece = &frame->piece[i];
		u32 nth = (piece->slot - cons) % NET_SLOTS;

		EXPECT(piece->slot < NET_SLOTS);
		EXPECT(nth >= next && nth < frame->used);
		next = nth + 1;
		EXPECT(piece->len >= (i ? 1 : ETH));
		EXPECT(piece->offset + piece->len <= NET_PAGE);
		EXPECT(piece->offset >= frame->headroom);
		sum += piece->len;
	}
	EXPECT_EQ(frame->piece[0].slot, cons % NET_SLOTS);
	EXPECT_EQ(sum, frame->len);
	EXPECT(frame->len <= XNF_FRAME_BYTES);
	EXPECT(frame->nr_pieces - xnf_frame_copied(frame, MAX_FRAGS) <= MAX_FRAGS);
}

static void check_frame(const struct xnf_frame *frame, const struct xnf_frame_expect *expect)
{
	EXPECT(frame->headroom <= expect->headroom);
	EXPECT(frame->hash_type <= 3 || frame->hash_type == XNF_NO_HASH);
	EXPECT(frame->csum <= XNF_CSUM_REDO);
	EXPECT(!frame->gso_type == !frame->gso_size);
	if (!frame->gso_type)
		return;
	EXPECT(frame->gso_type == GSO_V4 || frame->gso_type == GSO_V6);
	EXPECT(expect->gso >> frame->gso_type & 1);
	EXPECT(frame->len > frame->gso_size + (frame->gso_type == GSO_V4 ? 54u : 74u));
	EXPECT(frame->csum == XNF_CSUM_BLANK || frame->csum == XNF_CSUM_REDO);
}

/* Return: slots that the frame took. */
static u32 try_frame(const struct xsplit_ring *ring, u32 visible,
		     const struct xnf_frame_expect *expect)
{
	const u8 *page = (const u8 *)ring->shared;
	u32 walked = walk(page, ring->cons, visible);
	struct xsplit_ring before = *ring;
	enum xnf_frame_verdict verdict;
	struct xnf_frame *frame = exact(sizeof(*frame));
	struct xnet_rx_response first;
	u32 used;

	xsplit_ring_take(ring, ring->cons, &first, sizeof(first));
	verdict = xnf_frame_parse(ring, &first, visible, expect, frame);
	EXPECT(verdict < XNF_NR_FRAME_VERDICTS);
	EXPECT(!memcmp(&before, ring, sizeof(before)));
	used = frame->used;
	EXPECT_EQ(used, walked > visible ? visible : walked);
	EXPECT(walked <= visible || verdict != XNF_FRAME_OK);
	EXPECT(walked > visible || verdict != XNF_DROP_CUT);
	if (verdict == XNF_FRAME_OK) {
		check_pieces(frame, ring->cons);
		check_frame(frame, expect);
	}
	free(frame);
	return used;
}

/* A record is a byte and a slot; an odd byte lets the slot have the id that it must have. */
static void fill(const struct input *input, struct xsplit_ring *ring)
{
	u8 records[NET_SLOTS * RECORD];
	u32 i;

	input_repeat(input, records, sizeof(records));
	for (i = 0; i < NET_SLOTS; i++) {
		u32 slot = (ring->cons + i) % NET_SLOTS;
		u8 *to = ring->shared->slot + RX_SLOT * slot;

		memcpy(to, records + RECORD * i + 1, RX_SLOT);
		if (records[RECORD * i] & 1)
			put16(to, 0, slot);
	}
}

void fuzz(struct input *input)
{
	struct xnf_frame_expect expect = { .gso = input_u8(input) & (1 << GSO_V4 | 1 << GSO_V6) };
	u32 visible = input_u8(input) + 1u, used;
	struct xsplit_ring ring;
	u8 *before = exact(RING_BYTES), *page = exact(RING_BYTES);

	expect.headroom = input_u16(input) % 4096;
	xsplit_front_init(&ring, page, RING_BYTES, RX_SLOT);
	EXPECT_EQ(ring.size, NET_SLOTS);
	ring.cons = input_u32(input);
	fill(input, &ring);
	memcpy(before, page, RING_BYTES);
	for (; visible; visible -= used) {
		used = try_frame(&ring, visible, &expect);
		EXPECT(used >= 1 && used <= visible);
		ring.cons += used;
	}
	EXPECT(!memcmp(before, page, RING_BYTES));
	free(before);
	free(page);
}
