// SPDX-License-Identifier: GPL-2.0
/* Laying a frame into the guest's pages; see rx_layout.h. */

#include <linux/errno.h>

#include "netback/rx_layout.h"

/*
 * Frontends have room for 17 fragments; an 18th slot is for those that need it.
 * Packing loosely must not be what makes a frame too long for them.
 */
#define LOOSE_SLOTS 17u

int xnb_layout_start(struct xnb_layout *layout, const struct xnb_run *run, u32 nr_runs,
		     u32 len, u32 head, u32 headroom, u32 room)
{
	u32 need = xnb_layout_slots(len, headroom), most = need;

	if (unlikely(need > XNET_MAX_SLOTS))
		return -E2BIG;
	if (unlikely(need > room))
		return -ENOSPC;
	if (need < LOOSE_SLOTS && need < room)
		most = need + 1;
	layout->run = run;
	layout->nr_runs = nr_runs;
	layout->at = 0;
	layout->done = 0;
	layout->room = XNET_PAGE_BYTES - headroom;
	layout->headroom = headroom;
	layout->head = head;
	layout->spare = most * layout->room - len;
	layout->nr_slots = 1;
	layout->len[0] = 0;
	return 0;
}

/* Bytes up to the end of the run or of the source page. */
static u32 source_left(const struct xnb_layout *layout)
{
	const struct xnb_run *run = &layout->run[layout->at];
	u32 page = XNET_PAGE_BYTES - (run->offset + layout->done) % XNET_PAGE_BYTES;

	return min_t(u32, run->len - layout->done, page);
}

/* Would the headers be cut in two if the first slot ended here? */
static bool cuts_head(const struct xnb_layout *layout)
{
	u32 len = layout->len[0];

	if (layout->nr_slots > 1 || len >= layout->head)
		return false;
	return layout->done || len < XNB_HEAD_LEAST;
}

/*
 * Does it save a copy to leave @left bytes of a slot empty, and can that be
 * afforded? @want bytes are to follow.
 */
static bool leave_empty(const struct xnb_layout *layout, u32 left, u32 want)
{
	if (left > layout->spare || cuts_head(layout))
		return false;
	return DIV_ROUND_UP(want, layout->room) < 1 + DIV_ROUND_UP(want - left, layout->room);
}

/* Bytes the current slot takes, after moving on to the next one where we should; 0: none. */
static u32 slot_left(struct xnb_layout *layout, u32 want)
{
	u32 left = layout->room - layout->len[layout->nr_slots - 1];

	if (likely(want <= left))
		return left;
	if (left && !leave_empty(layout, left, want))
		return left;
	if (unlikely(layout->nr_slots == ARRAY_SIZE(layout->len)))
		return 0;
	layout->spare -= left;
	layout->len[layout->nr_slots++] = 0;
	return layout->room;
}

bool xnb_layout_next(struct xnb_layout *layout, struct xnb_copy *copy)
{
	u32 want, slot;

	while (layout->at < layout->nr_runs && layout->done == layout->run[layout->at].len) {
		layout->at++;
		layout->done = 0;
	}
	if (layout->at == layout->nr_runs)
		return false;
	want = source_left(layout);
	want = min_t(u32, want, slot_left(layout, want));
	if (unlikely(!want))
		return false;
	slot = layout->nr_slots - 1;
	copy->src = layout->run[layout->at].offset + layout->done;
	copy->run = layout->at;
	copy->dst = layout->headroom + layout->len[slot];
	copy->len = want;
	copy->slot = slot;
	layout->len[slot] += want;
	layout->done += want;
	return true;
}
