/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a frame for the guest is laid into the pages it lent: which bytes go to
 * which slot in which copies.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 *
 * Every copy is a sub-operation of a hypercall, and none may cross a page on
 * either side. So a slot is left partly empty where that saves a copy: payload
 * that fills whole pages goes to slots of its own, behind one with the headers
 * (64 KiB: 17 copies). This costs at most one slot more than packing tightly.
 *
 * The steps: xnb_layout_start() -> xnb_layout_next() until it says false; then
 * @nr_slots and @len tell what the slots hold.
 */
#ifndef XSPLIT_NETBACK_RX_LAYOUT_H
#define XSPLIT_NETBACK_RX_LAYOUT_H

#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/types.h>

#include "xenbus/netif.h"

/* More would leave no room for a frame of 1514 bytes and for little else. */
#define XNB_HEADROOM_MAX 2048u

/* No headers of a frame that needs several slots are shorter: Ethernet, IPv4, TCP. */
#define XNB_HEAD_LEAST 54u

/* Source bytes that are contiguous, in pages that follow each other in memory */
struct xnb_run {
	u32 offset;		/* of the first byte in its page, below 4096 */
	u32 len;
};

/* One copy; neither side crosses a page. */
struct xnb_copy {
	u32 src;		/* from the start of the run's first page; may lie in later ones */
	u16 run;
	u16 dst;		/* offset in the slot's page, headroom included */
	u16 len;		/* at least 1 */
	u16 slot;		/* of data, from 0; extras are not counted */
};

/* A frame being laid out */
struct xnb_layout {
	const struct xnb_run *run;
	u32 nr_runs;
	u32 at;			/* run that is being copied */
	u32 done;		/* bytes of it already copied */
	u32 room;		/* bytes a slot takes */
	u32 headroom;		/* bytes left free at the start of each slot */
	u32 head;		/* bytes that are to be in the first slot */
	u32 spare;		/* bytes that may still be left empty at the end of slots */
	u32 nr_slots;		/* slots in use so far */
	u16 len[XNET_MAX_SLOTS];	/* bytes in each slot */
};

/*
 * Fewest data slots that a frame of @len bytes needs, at least 1. With more than
 * XNET_MAX_SLOTS it cannot be sent as it is, however much room the ring has.
 */
static inline u32 xnb_layout_slots(u32 len, u32 headroom)
{
	return likely(len <= XNET_PAGE_BYTES - headroom) ?
	       1 : DIV_ROUND_UP(len, XNET_PAGE_BYTES - headroom);
}

/**
 * xnb_layout_start - begin to lay out a frame
 * @layout: to set up
 * @run: the frame's bytes; must stay until the last copy. Empty runs are fine
 * @nr_runs: how many
 * @len: bytes of all runs, at least 1
 * @head: bytes at the start of the frame that are to be in the first slot (its headers, or
 *	more where it is not known how long they are), as far as it has room. A run that ends
 *	before, but behind XNB_HEAD_LEAST bytes, is taken to end where the headers do
 * @headroom: bytes to leave free in each slot, up to XNB_HEADROOM_MAX
 * @room: data slots that may be used; with few of them the frame is packed more tightly
 *
 * Return: 0; -ENOSPC if it fits in XNET_MAX_SLOTS but not in @room slots; -E2BIG if it
 * never fits.
 */
int xnb_layout_start(struct xnb_layout *layout, const struct xnb_run *run, u32 nr_runs,
		     u32 len, u32 head, u32 headroom, u32 room);

/*
 * The next copy; the bytes come in order, each exactly once. Return: false if there is none
 * left, and @layout->nr_slots and @layout->len are final, or if there is no slot left, because
 * the runs are longer than xnb_layout_start() was told: see xnb_layout_complete().
 */
bool xnb_layout_next(struct xnb_layout *layout, struct xnb_copy *copy);

/* Has every byte of the runs been laid out? */
static inline bool xnb_layout_complete(const struct xnb_layout *layout)
{
	return layout->at == layout->nr_runs;
}

#endif /* XSPLIT_NETBACK_RX_LAYOUT_H */
