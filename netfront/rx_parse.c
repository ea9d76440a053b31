// SPDX-License-Identifier: GPL-2.0
/*
 * Parsing and judging the responses that describe what the backend put into our pages.
 *
 * A request that lends a page has as its id the number of its slot in the ring, 0 to 255, and
 * is answered in that slot. Slots that held an extra, slots of a dropped frame and slots
 * without data leave their page as it was: lent, unused, ready to be posted again.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "netfront/rx_parse.h"

/* Flags of a response that is not the whole story. */
#define CHAIN_FLAGS (XNET_RXF_MORE_DATA | XNET_RXF_EXTRA | XNET_RXF_GSO_PREFIX)

/* Bytes in front of the payload, by type: Ethernet, IP and TCP without options. */
static const u8 gso_headers[] = {
	[XNET_GSO_TCPV4] = 14 + 20 + 20,
	[XNET_GSO_TCPV6] = 14 + 40 + 20,
};

static u32 slot_number(const struct xsplit_ring *ring, u32 nth)
{
	return (ring->cons + nth) & (ring->size - 1);
}

static enum xnf_frame_verdict judge_slot(const struct xnet_rx_response *rsp, u32 slot)
{
	if (unlikely(rsp->id != slot))
		return XNF_DROP_ID;
	if (unlikely(rsp->status < 0))
		return XNF_DROP_STATUS;
	if (unlikely((u32)rsp->offset + rsp->status > XNET_PAGE_BYTES))
		return XNF_DROP_BOUNDS;
	return XNF_FRAME_OK;
}

static void start(struct xnf_frame *frame, const struct xnet_rx_response *rsp, u32 slot)
{
	frame->used = 1;
	frame->nr_pieces = 1;
	frame->csum = rsp->flags & XNET_RXF_CSUM_BLANK ? XNF_CSUM_BLANK :
		      rsp->flags & XNET_RXF_VALIDATED ? XNF_CSUM_GOOD : XNF_CSUM_UNKNOWN;
	frame->gso_type = XNET_GSO_NONE;
	frame->hash_type = XNF_NO_HASH;
	frame->gso_size = 0;
	frame->headroom = 0;
	frame->len = rsp->status;
	frame->piece[0] = (struct xnf_frame_piece){
		.slot = slot, .offset = rsp->offset, .len = rsp->status,
	};
}

/* --- extras -------------------------------------------------------------- */

static enum xnf_frame_verdict add_gso(struct xnf_frame *frame, const struct xnet_extra *extra,
				      const struct xnf_frame_expect *expect)
{
	u32 type = extra->u.gso.type;

	if (type != XNET_GSO_TCPV4 && type != XNET_GSO_TCPV6)
		return XNF_DROP_GSO;
	if (!(expect->gso & (1 << type)) || !extra->u.gso.size)
		return XNF_DROP_GSO;
	frame->gso_size = extra->u.gso.size;
	frame->gso_type = type;
	return XNF_FRAME_OK;
}

/* A hint: one that we do not understand is as good as none. */
static enum xnf_frame_verdict add_hash(struct xnf_frame *frame, const struct xnet_extra *extra)
{
	if (extra->u.hash.algorithm != XNET_HASH_TOEPLITZ ||
	    extra->u.hash.type > XNET_HASHT_IPV6_TCP)
		return XNF_FRAME_OK;
	frame->hash_type = extra->u.hash.type;
	memcpy(&frame->hash, extra->u.hash.value, sizeof(frame->hash));
	return XNF_FRAME_OK;
}

static enum xnf_frame_verdict add_xdp(struct xnf_frame *frame, const struct xnet_extra *extra,
				      const struct xnf_frame_expect *expect)
{
	if (!expect->headroom || extra->u.xdp.headroom > expect->headroom)
		return XNF_DROP_XDP;
	frame->headroom = extra->u.xdp.headroom;
	return XNF_FRAME_OK;
}

static enum xnf_frame_verdict add_extra(struct xnf_frame *frame, const struct xnet_extra *extra,
					const struct xnf_frame_expect *expect)
{
	switch (extra->type) {
	case XNET_EXTRA_GSO:
		return add_gso(frame, extra, expect);
	case XNET_EXTRA_HASH:
		return add_hash(frame, extra);
	case XNET_EXTRA_XDP:
		return add_xdp(frame, extra, expect);
	default:
		return XNF_DROP_EXTRA;
	}
}

/* Walks the whole chain, whatever is in it, so that the data behind it is found. */
static enum xnf_frame_verdict read_extras(const struct xsplit_ring *ring, u32 visible,
					  const struct xnf_frame_expect *expect,
					  struct xnf_frame *frame)
{
	enum xnf_frame_verdict verdict = XNF_FRAME_OK;
	struct xnet_extra extra;
	u32 seen = 0;

	do {
		if (frame->used == visible)
			return verdict ?: XNF_DROP_CUT;
		xsplit_ring_take(ring, ring->cons + frame->used++, &extra, sizeof(extra));
		if (verdict)
			continue;
		/* Each kind at most once: that bounds a good chain, too. */
		if (extra.type >= XNET_EXTRA_TYPES || seen & (1 << extra.type)) {
			verdict = XNF_DROP_EXTRA;
			continue;
		}
		seen |= 1 << extra.type;
		verdict = add_extra(frame, &extra, expect);
	} while (extra.flags & XNET_EXTRAF_MORE);
	return verdict;
}

/* --- the end of a chain -------------------------------------------------- */

/*
 * Linux's backend says offset 0 and counts the headroom as data; others may say
 * where the data really is. Cutting off what lies in the headroom serves both.
 */
static enum xnf_frame_verdict cut_headroom(struct xnf_frame *frame)
{
	u32 cut, i, nr = 0;

	for (i = 0; i < frame->nr_pieces; i++) {
		struct xnf_frame_piece *piece = &frame->piece[i];

		cut = frame->headroom - min(piece->offset, frame->headroom);
		if (cut > piece->len)
			return XNF_DROP_BOUNDS;
		frame->len -= cut;
		piece->offset += cut;
		piece->len -= cut;
		if (piece->len)
			frame->piece[nr++] = *piece;
		else if (!i)
			return XNF_DROP_SHORT;
	}
	frame->nr_pieces = nr;
	return frame->piece[0].len < XNET_MIN_BYTES ? XNF_DROP_SHORT : XNF_FRAME_OK;
}

static enum xnf_frame_verdict judge_gso(struct xnf_frame *frame)
{
	u32 headers = gso_headers[frame->gso_type];

	if (frame->len <= headers)
		return XNF_DROP_GSO;
	if (frame->csum != XNF_CSUM_BLANK)
		frame->csum = XNF_CSUM_REDO;
	/* One segment needs no segmenting; the stack would wonder. */
	if (frame->len - headers <= frame->gso_size) {
		frame->gso_size = 0;
		frame->gso_type = XNET_GSO_NONE;
	}
	return XNF_FRAME_OK;
}

static enum xnf_frame_verdict finish(struct xnf_frame *frame)
{
	enum xnf_frame_verdict verdict = XNF_FRAME_OK;

	if (frame->headroom)
		verdict = cut_headroom(frame);
	if (!verdict && frame->len > XNF_FRAME_BYTES)
		verdict = XNF_DROP_LONG;
	if (!verdict && frame->gso_size)
		verdict = judge_gso(frame);
	return verdict;
}

/* --- slots --------------------------------------------------------------- */

static enum xnf_frame_verdict add_slot(struct xnf_frame *frame, const struct xnet_rx_response *rsp,
				       u32 slot)
{
	enum xnf_frame_verdict verdict = judge_slot(rsp, slot);

	if (verdict)
		return verdict;
	if (rsp->flags & XNET_RXF_GSO_PREFIX)
		return XNF_DROP_PREFIX;
	/* Extras follow a frame's first slot only. */
	if (rsp->flags & XNET_RXF_EXTRA)
		return XNF_DROP_EXTRA;
	if (!rsp->status)
		return XNF_FRAME_OK;
	if (frame->nr_pieces == XNET_MAX_SLOTS)
		return XNF_DROP_LONG;
	frame->piece[frame->nr_pieces++] = (struct xnf_frame_piece){
		.slot = slot, .offset = rsp->offset, .len = rsp->status,
	};
	frame->len += rsp->status;
	return XNF_FRAME_OK;
}

/* Goes to the end of the chain also when the frame is lost already. */
static enum xnf_frame_verdict read_chain(const struct xsplit_ring *ring, u32 visible,
					 const struct xnf_frame_expect *expect,
					 struct xnf_frame *frame, u16 flags,
					 enum xnf_frame_verdict verdict)
{
	enum xnf_frame_verdict extras = XNF_FRAME_OK;
	struct xnet_rx_response rsp;

	if (flags & XNET_RXF_EXTRA)
		extras = read_extras(ring, visible, expect, frame);
	if (!verdict)
		verdict = flags & XNET_RXF_GSO_PREFIX ? XNF_DROP_PREFIX : extras;
	while (flags & XNET_RXF_MORE_DATA) {
		u32 slot = slot_number(ring, frame->used);

		if (frame->used == visible)
			return verdict ?: XNF_DROP_CUT;
		xsplit_ring_take(ring, ring->cons + frame->used++, &rsp, sizeof(rsp));
		flags = rsp.flags;
		if (!verdict)
			verdict = add_slot(frame, &rsp, slot);
	}
	return verdict ?: finish(frame);
}

enum xnf_frame_verdict xnf_frame_parse(const struct xsplit_ring *ring,
				       const struct xnet_rx_response *first, u32 visible,
				       const struct xnf_frame_expect *expect,
				       struct xnf_frame *frame)
{
	u32 slot = slot_number(ring, 0);
	enum xnf_frame_verdict verdict;

	start(frame, first, slot);
	verdict = judge_slot(first, slot);
	if (likely(!verdict) && unlikely(frame->len < XNET_MIN_BYTES))
		verdict = XNF_DROP_SHORT;
	if (likely(!(first->flags & CHAIN_FLAGS)))
		return verdict;
	return read_chain(ring, visible, expect, frame, first->flags, verdict);
}
