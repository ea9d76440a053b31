// SPDX-License-Identifier: GPL-2.0
/* Indices of rings: every size, every index, whatever the peer writes. */
#include "prove.h"
#include "xenbus/ring.h"

#define MOST_BYTES (16 * 4096)

static u8 pages[MOST_BYTES];

/* A ring of a kind that there is, in pages that hold anything. */
static struct xsplit_ring any_ring(u32 *bytes)
{
	static const u32 slots[] = { 112, 108, 16, 12, 8 };
	u32 kind = nondet_u8(), order = nondet_u8();
	struct xsplit_ring ring;

	GIVEN(kind < 5 && order <= 4);
	*bytes = 4096u << order;
	ring.shared = (struct xsplit_sring *)pages;
	ring.slot_bytes = slots[kind];
	ring.size = xsplit_ring_slots(*bytes, ring.slot_bytes);
	ring.cons = nondet_u32();
	ring.prod = nondet_u32();
	ring.pushed = nondet_u32();
	ANYTHING(pages);
	CLAIM(ring.size && !(ring.size & (ring.size - 1)));
	return ring;
}

/* Every slot lies in the pages. */
void prove_slot(void)
{
	u32 bytes, index = nondet_u32();
	struct xsplit_ring ring = any_ring(&bytes);
	u8 *slot = xsplit_ring_slot(&ring, index);

	CLAIM(slot >= pages + sizeof(struct xsplit_sring));
	CLAIM(slot + ring.slot_bytes <= pages + bytes);
}

void prove_attach(void)
{
	struct xsplit_ring any, ring;
	u32 bytes, nr;

	any = any_ring(&bytes);
	if (xsplit_back_attach(&ring, pages, bytes, any.slot_bytes))
		return;
	CLAIM(ring.size == any.size);
	CLAIM(ring.cons == ring.prod && ring.prod == ring.pushed);
	if (xsplit_back_visible(&ring, &nr))
		return;
	CLAIM(nr <= ring.size);
}

/* What is visible fits in the slots that are not in use, and nothing is without a reason. */
void prove_back_visible(void)
{
	u32 bytes, nr;
	struct xsplit_ring ring = any_ring(&bytes);
	u32 producer = xsplit_ring_req_prod(&ring);

	GIVEN(ring.cons - ring.prod <= ring.size);
	if (xsplit_back_visible(&ring, &nr)) {
		CLAIM(nr == 0);
		CLAIM(producer - ring.prod > ring.size || producer - ring.cons > ring.size);
		return;
	}
	CLAIM(nr + (ring.cons - ring.prod) <= ring.size);
	CLAIM(ring.cons + nr == producer);
}

void prove_front_visible(void)
{
	u32 bytes, nr;
	struct xsplit_ring ring = any_ring(&bytes);
	u32 producer = xsplit_ring_rsp_prod(&ring);

	GIVEN(ring.pushed - ring.cons <= ring.size);
	GIVEN(ring.prod - ring.cons <= ring.size);
	GIVEN(ring.prod - ring.pushed <= ring.prod - ring.cons);
	CLAIM(xsplit_front_free(&ring) <= ring.size);
	if (xsplit_front_visible(&ring, &nr)) {
		CLAIM(nr == 0);
		return;
	}
	CLAIM(nr <= ring.pushed - ring.cons);
	CLAIM(ring.cons + nr == producer);
}

/* The peer is told exactly if one of the new slots is the one that it wants to hear of. */
void prove_push(void)
{
	u32 bytes;
	struct xsplit_ring ring = any_ring(&bytes);
	u32 old = ring.pushed, event = xsplit_ring_rsp_event(&ring), nr = ring.prod - old;
	bool told;

	GIVEN(nr <= ring.size);
	told = xsplit_back_push(&ring);
	CLAIM(told == (nr && event - old - 1 < nr));
	CLAIM(ring.pushed == ring.prod);
	CLAIM(!nr || ring.shared->rsp_prod == ring.prod);
}

/* An end that goes to sleep has nothing to do, and has asked for the next slot. */
void prove_arm(void)
{
	u32 bytes, nr = nondet_u32();
	struct xsplit_ring ring = any_ring(&bytes);

	GIVEN(nr >= 1 && nr <= ring.size);
	if (!xsplit_back_arm(&ring))
		CLAIM(xsplit_ring_req_prod(&ring) == ring.cons &&
		      xsplit_ring_req_event(&ring) == ring.cons + 1);
	if (!xsplit_front_arm(&ring))
		CLAIM(xsplit_ring_rsp_prod(&ring) == ring.cons &&
		      xsplit_ring_rsp_event(&ring) == ring.cons + 1);
	if (!xsplit_back_arm_for(&ring, nr))
		CLAIM(xsplit_ring_req_prod(&ring) - ring.cons < nr &&
		      xsplit_ring_req_event(&ring) == ring.cons + nr);
}
