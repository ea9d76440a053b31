// SPDX-License-Identifier: GPL-2.0
/*
 * The end of the loans of pages that frames come in.
 */
#include <linux/mm.h>

#include "netfront/front.h"
#include "netfront/queue.h"
#include "netfront/rx.h"

/* Take a page that the backend still holds out of the pool. */
static struct page *leave_pool(struct xnf_rx *rx, struct page *page)
{
	get_page(page);
	page_pool_put_full_page(rx->pool, page, false);
	return page;
}

struct page *xnf_rx_take_page(struct xnf_queue *q, u32 nr)
{
	struct xnf_rx_slot *slot = xnf_rx_slot(&q->rx, nr);
	struct page *page = slot->page;

	slot->page = NULL;
	if (likely(xsplit_lend_end(&q->rx.reserve, slot->ref)))
		return page;
	xsplit_quarantine(&q->rx.reserve, slot->ref, leave_pool(&q->rx, page), &q->count.grants);
	xsplit_link_caught(q->front->link);
	q->broken = "it holds a page of a frame that it has handed over";
	return NULL;
}

void xnf_rx_put_pages(struct xnf_queue *q, struct page **page, unsigned int nr)
{
	while (nr--)
		if (page[nr])
			page_pool_recycle_direct(q->rx.pool, page[nr]);
}

bool xnf_rx_take(struct xnf_queue *q, const struct xnf_frame *frame, bool first,
		 struct page **page)
{
	unsigned int i;

	page[0] = NULL;
	for (i = !first; i < frame->nr_pieces; i++) {
		page[i] = xnf_rx_take_page(q, frame->piece[i].slot);
		if (unlikely(!page[i])) {
			xnf_rx_put_pages(q, page, i);
			return false;
		}
		xsplit_count(&q->count.rx.pages, 1);
	}
	return true;
}

/* The backend may be copying into a page without breaking a rule. */
void xnf_rx_abandon(struct xnf_rx *rx)
{
	struct xnf_rx_slot *slot;

	for (slot = rx->slot; slot < rx->slot + XNET_RING_SLOTS; slot++)
		if (slot->page)
			xsplit_lend_abandon(&rx->reserve, slot->ref, leave_pool(rx, slot->page));
}
