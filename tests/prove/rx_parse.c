// SPDX-License-Identifier: GPL-2.0
/*
 * A chain of rx responses, all data, of any lengths, offsets and ids. What is read off the ring may be anything, and differs
 * from one reading to the next; where the ring lies is proven in ring.c.
 */
#include "netfront/rx_parse.h"
#include "prove.h"

/* Data alone, and one slot too many. */
#define LONGEST (XNET_MAX_SLOTS + 1)

static u32 nr_visible;
/* Each slot is followed by another, but the last. */
static u16 flags_given[LONGEST];

static void take(const struct xsplit_ring *ring, u32 index, u32 bytes)
{
	CLAIM(index - ring->cons >= 1 && index - ring->cons < nr_visible);
	CLAIM(bytes <= ring->slot_bytes);
}

/* What is not initialised may be anything. */
static void take_response(const struct xsplit_ring *ring, u32 index,
			  struct xnet_rx_response *rsp, u32 bytes)
{
	struct xnet_rx_response any;

	take(ring, index, bytes);
	*rsp = any;
	rsp->flags = flags_given[index - ring->cons];
}

static void take_extra(const struct xsplit_ring *ring, u32 index, struct xnet_extra *extra,
		       u32 bytes)
{
	struct xnet_extra any;

	take(ring, index, bytes);
	*extra = any;
}

#define xsplit_ring_take(ring, index, slot, bytes) \
	_Generic(*(slot), struct xnet_extra : take_extra, \
		 struct xnet_rx_response : take_response)(ring, index, slot, bytes)
#include "netfront/rx_parse.c"

static void good_frame(const struct xnf_frame *frame, const struct xnf_frame_expect *expect)
{
	u32 any = nondet_u32();

	CLAIM(frame->nr_pieces >= 1 && frame->nr_pieces <= XNET_MAX_SLOTS);
	CLAIM(frame->piece[0].len >= XNET_MIN_BYTES);
	CLAIM(frame->len <= XNF_FRAME_BYTES);
	CLAIM(frame->headroom <= expect->headroom);
	if (frame->gso_size) {
		CLAIM(frame->gso_type && expect->gso & 1 << frame->gso_type);
		CLAIM(frame->csum == XNF_CSUM_BLANK || frame->csum == XNF_CSUM_REDO);
	}
	CLAIM(frame->hash_type == XNF_NO_HASH || frame->hash_type <= XNET_HASHT_IPV6_TCP);
	/* What is true of any piece is true of all. */
	GIVEN(any < frame->nr_pieces);
	CLAIM(frame->piece[any].slot < XNET_RING_SLOTS);
	CLAIM(frame->piece[any].len >= 1);
	CLAIM(frame->piece[any].offset + frame->piece[any].len <= XNET_PAGE_BYTES);
	CLAIM(frame->piece[any].offset >= frame->headroom);
}

static void parse(struct xnf_frame *frame, const struct xnf_frame_expect *expect,
		  const struct xnet_rx_response *first)
{
	struct xsplit_ring ring = {
		.size = XNET_RING_SLOTS, .slot_bytes = sizeof(struct xnet_rx_response),
	};
	enum xnf_frame_verdict verdict;

	verdict = xnf_frame_parse(&ring, first, nr_visible, expect, frame);
	CLAIM(verdict < XNF_NR_FRAME_VERDICTS);
	CLAIM(frame->used >= 1 && frame->used <= nr_visible);
	CLAIM(ring.cons == 0);
	if (!verdict)
		good_frame(frame, expect);
}

/* Slots of any lengths: the array of pieces is filled to its end. */
void prove_longest(void)
{
	struct xnf_frame_expect expect = { };
	struct xnet_rx_response first;
	struct xnf_frame frame;
	u32 i;

	nr_visible = LONGEST;
	for (i = 0; i + 1 < LONGEST; i++)
		flags_given[i] = XNET_RXF_MORE_DATA;
	ANYTHING(&first);
	first.flags = flags_given[0];
	parse(&frame, &expect, &first);
}
