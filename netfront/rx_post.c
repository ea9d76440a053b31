// SPDX-License-Identifier: GPL-2.0
/*
 * Pages for the backend to fill: those that stay lent are posted again, and new ones are lent
 * in place of those that were taken.
 */
#include <linux/mm.h>

#include "netfront/front.h"
#include "netfront/queue.h"
#include "netfront/rx.h"
#include "netfront/trace.h"
#include "netfront/xdp.h"

#define REFILL_RETRY (HZ / 10)

/* How often the number of lent pages is reviewed, and how many references one review frees. */
#define TRIM_DELAY (3 * HZ)
#define TRIM_BATCH 32

/* Write the next request. Return: where it names the page's reference. */
static u32 *post(struct xnf_rx *rx)
{
	u32 index = rx->ring.prod++;
	struct xnet_rx_request *req = xsplit_ring_slot(&rx->ring, index);

	req->id = index % XNET_RING_SLOTS;
	req->pad = 0;
	return &req->gref;
}

/* Take one page out of a ring that lends fewer. */
static void shrink(struct xnf_queue *q, u32 index)
{
	struct page *page = xnf_rx_take_page(q, index);

	if (page)
		page_pool_put_full_page(q->rx.pool, page, false);
}

void xnf_rx_repost(struct xnf_queue *q, u32 from, u32 nr)
{
	struct xnf_rx *rx = &q->rx;
	struct xnf_rx_slot *slot, *next;
	u32 index;

	for (index = from; index != from + nr; index++) {
		slot = xnf_rx_slot(rx, index);
		if (!slot->page)
			continue;
		if (unlikely(xnf_rx_lent(rx) >= xnf_rx_wanted(rx))) {
			shrink(q, index);
			continue;
		}
		/* The next slot is this one in a full ring, and else one without a page. */
		next = xnf_rx_slot(rx, rx->ring.prod);
		swap(*next, *slot);
		*post(rx) = next->ref;
	}
}

static bool post_new(struct xnf_rx *rx, gfp_t gfp)
{
	struct xnf_rx_slot *slot = xnf_rx_slot(rx, rx->ring.prod);
	u32 *gref;

	/*
	 * Zeroed if it is new to the pool: what was in it is not the backend's. A page that
	 * comes back to the pool holds what the backend wrote.
	 */
	slot->page = page_pool_alloc_pages(rx->pool, gfp | __GFP_ZERO);
	if (unlikely(!slot->page))
		return false;
	if (unlikely(rx->wipe))
		clear_page(page_address(slot->page));
	else if (unlikely(READ_ONCE(rx->xdp_used)))
		xnf_xdp_wipe(slot->page);
	gref = post(rx);
	slot->ref = xsplit_lend(&rx->reserve, slot->page, false);
	*gref = slot->ref;
	return true;
}

/* If references are short, the backend gets on with the pages that it has. */
static noinline bool get_refs(struct xnf_rx *rx)
{
	if (xsplit_reserve_has(&rx->reserve, 1))
		return true;
	rx->lend = max(xnf_rx_lent(rx), XNF_RX_LEAST);
	return false;
}

bool xnf_rx_refill(struct xnf_queue *q, gfp_t gfp)
{
	struct xnf_rx *rx = &q->rx;

	while (xnf_rx_lent(rx) < xnf_rx_wanted(rx)) {
		if (unlikely(!rx->reserve.free) && !get_refs(rx))
			return true;
		if (!post_new(rx, gfp | __GFP_NOWARN))
			return false;
	}
	return true;
}

/*
 * Lend fewer pages to a queue that is idle, and give back references that have not been used. A
 * page that is posted cannot be asked back: it leaves the ring when a frame has come in it.
 */
static noinline void trim(struct xnf_rx *rx)
{
	grant_ref_t ref[TRIM_BATCH];
	unsigned int nr;

	rx->lend = xnf_rx_less(rx->lend, rx->peak);
	rx->peak = 0;
	rx->trim_at = jiffies + TRIM_DELAY;
	do {
		nr = xsplit_reserve_trim(&rx->reserve, ref, TRIM_BATCH);
		xsplit_refs_free(ref, nr);
	} while (nr == TRIM_BATCH);
}

bool xnf_rx_restock(struct xnf_queue *q, bool arm)
{
	struct xnf_rx *rx = &q->rx;
	bool notify = false, more;
	u32 nr;

	if (unlikely(q->broken || rx->idle))
		return false;
	rx->lend = xnf_rx_more(rx->lend, rx->peak);
	if (unlikely(!xnf_rx_refill(q, GFP_ATOMIC))) {
		xsplit_count(&q->count.rx.refill_failed, 1);
		mod_timer(&rx->refill_timer, jiffies + REFILL_RETRY);
	}
	if (rx->ring.prod != rx->ring.pushed) {
		nr = rx->ring.prod - rx->ring.pushed;
		notify = xsplit_front_push(&rx->ring);
		trace_xnf_rx_posted(q, nr, notify);
		xsplit_count(notify ? &q->count.rx.notified : &q->count.rx.quiet, 1);
	}
	more = arm && xsplit_front_arm(&rx->ring);
	if (notify)
		xsplit_event_notify(&q->rx_event.channel);
	if (unlikely(time_after_eq(jiffies, rx->trim_at)))
		trim(rx);
	return more;
}
