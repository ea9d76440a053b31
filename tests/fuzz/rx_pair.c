// SPDX-License-Identifier: GPL-2.0
/*
 * Frames of any shape from our backend to our frontend: what one lays out the other reads,
 * every byte once and in order, and with it what was said about the frame.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "front_wire.h"
#include "fuzz.h"
#include "netback/rx_answer.h"
#include "netback/rx_layout.h"

enum { MOST_RUNS = 40, RX_SLOT = 8, RING_BYTES = RING_HEADER + NET_SLOTS * RX_SLOT };

static struct xnb_run run[MOST_RUNS];
static u8 *source[MOST_RUNS];
static struct xsplit_ring front, back;
static u8 room[NET_SLOTS][NET_PAGE];

/* Runs in memory of exactly their size; byte n of the frame is known by n. */
static u32 make_runs(struct input *input, u32 nr)
{
	u32 len = 0, i, j;

	for (i = 0; i < nr; i++) {
		run[i].offset = input_u16(input) % NET_PAGE;
		run[i].len = input_u16(input);
		if (run[i].len > 70000 - len)
			run[i].len = 70000 - len;
		source[i] = exact(run[i].len);
		for (j = 0; j < run[i].len; j++, len++)
			source[i][j] = len * 7 + (len >> 8);
	}
	return len;
}

static struct xnb_rx_meta make_meta(struct input *input)
{
	u8 how = input_u8(input);
	struct xnb_rx_meta meta = {
		.csum_blank = how & 1, .validated = how & 2, .has_hash = how & 4,
		.hash_type = how >> 3 & 3, .hash = input_u32(input),
	};

	if (how & 32)
		meta.headroom = input_u16(input) % (XNB_HEADROOM_MAX + 1);
	if (how & 64) {
		meta.gso_type = 1 + (how >> 7);
		meta.gso_size = input_u16(input) | 1;
		meta.csum_blank = true;
	}
	return meta;
}

/* Return: slots of the ring. */
static u32 write_frame(struct xnb_layout *layout, const struct xnb_rx_meta *meta, u32 len)
{
	struct xnet_extra extra[XNB_RX_EXTRAS];
	u32 extras = xnb_rx_extras(meta, extra), sum = 0, i, at;
	struct xnb_copy copy;

	while (xnb_layout_next(layout, &copy)) {
		at = (back.prod + xnb_rx_ring_slot(copy.slot, extras)) % NET_SLOTS;
		EXPECT(copy.len >= 1 && copy.dst >= meta->headroom);
		EXPECT(copy.dst + copy.len <= NET_PAGE);
		EXPECT(copy.src % NET_PAGE + copy.len <= NET_PAGE);
		memcpy(room[at] + copy.dst, source[copy.run] + copy.src - run[copy.run].offset,
		       copy.len);
		sum += copy.len;
	}
	EXPECT(xnb_layout_complete(layout));
	EXPECT_EQ(sum, len);
	for (i = 0; i < extras; i++)
		xnb_rx_answer_extra(xsplit_ring_slot(&back, back.prod + 1 + i), &extra[i]);
	for (i = 0; i < layout->nr_slots; i++) {
		at = back.prod + xnb_rx_ring_slot(i, extras);
		xnb_rx_answer(xsplit_ring_slot(&back, at), at % NET_SLOTS, meta->headroom,
			      xnb_rx_flags(meta, i, layout->nr_slots), layout->len[i]);
	}
	back.prod += layout->nr_slots + extras;
	xsplit_back_push(&back);
	return layout->nr_slots + extras;
}

static void check_bytes(const struct xnf_frame *frame, u32 len)
{
	u32 i, j, at = 0;

	EXPECT_EQ(frame->len, len);
	for (i = 0; i < frame->nr_pieces; i++)
		for (j = 0; j < frame->piece[i].len; j++, at++)
			EXPECT_EQ(room[frame->piece[i].slot][frame->piece[i].offset + j],
				  (u8)(at * 7 + (at >> 8)));
	EXPECT_EQ(at, len);
}

static void check_meta(const struct xnf_frame *frame, const struct xnb_rx_meta *meta)
{
	u32 headers = meta->gso_type == GSO_V4 ? 54 : 74;
	bool single = frame->len - headers <= meta->gso_size;

	EXPECT_EQ(frame->headroom, meta->headroom);
	EXPECT_EQ(frame->hash_type, meta->has_hash ? meta->hash_type : XNF_NO_HASH);
	EXPECT(!meta->has_hash || frame->hash == meta->hash);
	EXPECT_EQ(frame->csum, meta->csum_blank ? XNF_CSUM_BLANK :
		  meta->validated ? XNF_CSUM_GOOD : XNF_CSUM_UNKNOWN);
	EXPECT_EQ(frame->gso_type, meta->gso_type && !single ? meta->gso_type : 0);
	EXPECT_EQ(frame->gso_size, meta->gso_type && !single ? meta->gso_size : 0);
}

/* Frames that the frontend is right to drop: too short, or nothing behind the headers. */
static enum xnf_frame_verdict expected(const struct xnb_layout *layout,
				       const struct xnb_rx_meta *meta, u32 len)
{
	if (layout->len[0] < ETH)
		return XNF_DROP_SHORT;
	if (len > XNF_FRAME_BYTES)
		return XNF_DROP_LONG;
	if (meta->gso_type && len <= (meta->gso_type == GSO_V4 ? 54 : 74))
		return XNF_DROP_GSO;
	return XNF_FRAME_OK;
}

static void try_frame(struct input *input, u32 nr_runs, u32 len)
{
	struct xnf_frame_expect expect = { .gso = 6, .headroom = XNB_HEADROOM_MAX };
	u32 head = input_u16(input), slots = input_u8(input) % 24, used, visible;
	struct xnb_rx_meta meta = make_meta(input);
	u32 need = xnb_layout_slots(len, meta.headroom);
	struct xnet_rx_response first;
	enum xnf_frame_verdict want;
	struct xnb_layout layout;
	struct xnf_frame frame;
	int err;

	err = xnb_layout_start(&layout, run, nr_runs, len, head, meta.headroom, slots);
	EXPECT_EQ(err, need > NET_MAX_SLOTS ? -E2BIG : need > slots ? -ENOSPC : 0);
	if (err)
		return;
	front.prod = front.pushed = back.prod + NET_SLOTS;
	used = write_frame(&layout, &meta, len);
	EXPECT(layout.nr_slots <= slots && layout.nr_slots <= need + 1);
	EXPECT_EQ(xsplit_front_visible(&front, &visible), 0);
	EXPECT_EQ(visible, used);
	xsplit_ring_take(&front, front.cons, &first, sizeof(first));
	want = expected(&layout, &meta, len);
	EXPECT_EQ(xnf_frame_parse(&front, &first, visible, &expect, &frame), want);
	EXPECT_EQ(frame.used, used);
	if (!want) {
		check_bytes(&frame, len);
		check_meta(&frame, &meta);
	}
}

void fuzz(struct input *input)
{
	u32 nr_runs = input_u8(input) % MOST_RUNS + 1, i, len;
	u8 *page = exact(RING_BYTES);

	memset(page, 0, RING_BYTES);
	xsplit_front_init(&front, page, RING_BYTES, RX_SLOT);
	EXPECT_EQ(xsplit_back_attach(&back, page, RING_BYTES, RX_SLOT), 0);
	back.prod = back.pushed = back.cons = front.cons = input_u32(input);
	len = make_runs(input, nr_runs);
	if (len)
		try_frame(input, nr_runs, len);
	for (i = 0; i < nr_runs; i++)
		free(source[i]);
	free(page);
}
