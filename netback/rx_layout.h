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

/**
 * struct xnb_run - source bytes that are contiguous
 * @offset: of the first byte in its page, below 4096
 * @len: bytes; may cross any number of pages that follow each other in memory
 */
struct xnb_run {
	u32 offset;
	u32 len;
};

/**
 * struct xnb_copy - one copy
 * @src: bytes from the start of the run's first page: the page is @src / 4096
 *	pages after that one, the offset in it @src % 4096
 * @run: index of the source run
 * @dst: offset in the slot's page, headroom included
 * @len: bytes, at least 1; neither side crosses a page
 * @slot: index of the data slot, from 0; extras are not counted
 */
struct xnb_copy {
	u32 src;
	u16 run;
	u16 dst;
	u16 len;
	u16 slot;
};

/**
 * struct xnb_layout - a frame being laid out
 * @run: the source
 * @nr_runs: how many
 * @at: run that is being copied
 * @done: bytes of it already copied
 * @room: bytes a slot takes
 * @headroom: bytes left free at the start of each slot
 * @head: bytes that are to be in the first slot
 * @spare: bytes that may still be left empty at the end of slots
 * @nr_slots: slots in use so far
 * @len: bytes in each slot
 */
struct xnb_layout {
	const struct xnb_run *run;
	u32 nr_runs;
	u32 at;
	u32 done;
	u32 room;
	u32 headroom;
	u32 head;
	u32 spare;
	u32 nr_slots;
	u16 len[XNET_MAX_SLOTS];
};

/**
 * xnb_layout_slots - fewest data slots a frame needs
 * @len: bytes, at least 1
 * @headroom: bytes left free in each slot, up to XNB_HEADROOM_MAX
 *
 * Return: the number. More than XNET_MAX_SLOTS: the frame cannot be sent as it
 * is, however much room the ring has.
 */
static inline u32 xnb_layout_slots(u32 len, u32 headroom)
{
	return likely(len <= XNET_PAGE_BYTES - headroom) ?
	       1 : DIV_ROUND_UP(len, XNET_PAGE_BYTES - headroom);
}

/**
 * xnb_layout_start - begin to lay out a frame
 * @layout: to set up
 * @run: the frame's bytes, in order; must stay until the last copy. Empty runs
 *	are fine
 * @nr_runs: how many
 * @len: bytes of all runs, at least 1
 * @head: bytes at the start of the frame that are to be in the first slot (its
 *	headers, or more where it is not known how long they are), as far as one
 *	slot has room; 0 if it does not matter. A run that ends before, but behind
 *	XNB_HEAD_LEAST bytes, is taken to end where the headers do
 * @headroom: bytes to leave free in each slot, up to XNB_HEADROOM_MAX
 * @room: data slots that may be used; more than XNET_MAX_SLOTS are the same as
 *	XNET_MAX_SLOTS
 *
 * With little room the frame is packed more tightly.
 *
 * Return: 0; -ENOSPC if it fits in XNET_MAX_SLOTS but not in @room slots;
 * -E2BIG if it never fits.
 */
int xnb_layout_start(struct xnb_layout *layout, const struct xnb_run *run, u32 nr_runs,
		     u32 len, u32 head, u32 headroom, u32 room);

/**
 * xnb_layout_next - the next copy
 * @layout: started
 * @copy: filled in
 *
 * The bytes come in order; each exactly once.
 *
 * Return: false if there is none left; @layout->nr_slots and @layout->len are
 * final then. Or there is no slot left, which is so only if the runs are longer than
 * what xnb_layout_start() was told: see xnb_layout_complete().
 */
bool xnb_layout_next(struct xnb_layout *layout, struct xnb_copy *copy);

/* Has every byte of the runs been laid out? */
static inline bool xnb_layout_complete(const struct xnb_layout *layout)
{
	return layout->at == layout->nr_runs;
}

#endif /* XSPLIT_NETBACK_RX_LAYOUT_H */
