// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving: frames off the ring, pages into it.
 *
 * Short frames are copied out of their page, which stays lent and is posted again as it is:
 * that costs no work on grants. The page of a longer frame is taken and becomes part of
 * the packet.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "netfront/rx_skb.h"
#include "netfront/front.h"
#include "netfront/pool.h"
#include "netfront/queue.h"
#include "netfront/rx.h"
#include "netfront/xdp.h"

#define REFILL_RETRY (HZ / 10)

static struct xnf_rx_slot *slot_at(struct xnf_rx *rx, u32 index)
{
	return &rx->slot[index % XNET_RING_SLOTS];
}

static unsigned int nr_lent(const struct xnf_rx *rx)
{
	return rx->ring.prod - rx->ring.cons;
}

/* --- pages --------------------------------------------------------------- */

/* Write the next request; its slot's page is lent. */
static void post(struct xnf_rx *rx)
{
	u32 index = rx->ring.prod++;
	struct xnet_rx_request *req = xsplit_ring_slot(&rx->ring, index);

	req->id = index % XNET_RING_SLOTS;
	req->pad = 0;
	req->gref = slot_at(rx, index)->ref;
}

/* Take a page that the backend still holds out of the pool. */
static struct page *leave_pool(struct xnf_rx *rx, struct page *page)
{
	get_page(page);
	page_pool_put_full_page(rx->pool, page, false);
	return page;
}

/* References are short: another slot may need this one. */
static void release_ref(struct xnf_rx *rx, struct xnf_rx_slot *slot)
{
	xsplit_ref_give(&rx->reserve, slot->ref);
	slot->ref = INVALID_GRANT_REF;
}

struct page *xnf_rx_take(struct xnf_queue *q, unsigned int nr)
{
	struct xnf_rx_slot *slot = slot_at(&q->rx, nr);
	struct page *page = slot->page;

	slot->page = NULL;
	if (xsplit_ref_end(slot->ref)) {
		xsplit_count(&q->count.rx.pages, 1);
		if (unlikely(q->rx.reserve.size < XNET_RING_SLOTS))
			release_ref(&q->rx, slot);
		return page;
	}
	xsplit_quarantine(&q->rx.reserve, slot->ref, leave_pool(&q->rx, page),
			  &q->count.grants);
	slot->ref = INVALID_GRANT_REF;
	xnf_queue_broken(q, "it holds a page of a frame that it has handed over");
	return NULL;
}

void *xnf_rx_data(const struct xnf_queue *q, const struct xnf_frame_piece *piece)
{
	return page_address(q->rx.slot[piece->slot].page) + piece->offset;
}

/* Take one page out of a ring that was made smaller. */
static void shrink(struct xnf_queue *q, u32 index)
{
	struct page *page = xnf_rx_take(q, index % XNET_RING_SLOTS);

	if (page)
		page_pool_put_full_page(q->rx.pool, page, false);
}

/* Post the pages of a frame's slots again, unless they were taken. */
static void repost(struct xnf_queue *q, u32 from, u32 nr)
{
	struct xnf_rx *rx = &q->rx;
	u32 index;

	for (index = from; index != from + nr; index++) {
		if (!slot_at(rx, index)->page)
			continue;
		if (unlikely(nr_lent(rx) >= READ_ONCE(rx->target))) {
			shrink(q, index);
			continue;
		}
		/* The next slot is this one in a full ring, and else one without a page. */
		if ((rx->ring.prod - index) % XNET_RING_SLOTS)
			swap(*slot_at(rx, rx->ring.prod), *slot_at(rx, index));
		post(rx);
	}
}

static bool post_new(struct xnf_rx *rx, gfp_t gfp)
{
	struct xnf_rx_slot *slot = slot_at(rx, rx->ring.prod);
	struct page *page;

	if (unlikely(slot->ref == INVALID_GRANT_REF)) {
		if (!rx->reserve.free)
			return false;
		slot->ref = xsplit_ref_take(&rx->reserve);
	}
	/*
	 * Zeroed if it is new to the pool: what was in it is not the backend's. A page that
	 * comes back to the pool holds what the backend wrote.
	 */
	page = page_pool_alloc_pages(rx->pool, gfp | __GFP_ZERO);
	if (unlikely(!page))
		return false;
	if (unlikely(rx->wipe))
		clear_page(page_address(page));
	else if (unlikely(READ_ONCE(rx->xdp_used)))
		xnf_xdp_wipe(page);
	xsplit_ref_lend(&rx->reserve, slot->ref, page, false);
	slot->page = page;
	post(rx);
	return true;
}

static bool refill(struct xnf_queue *q, gfp_t gfp)
{
	struct xnf_rx *rx = &q->rx;
	/* Pages beyond the number of references could never be lent. */
	unsigned int target = min(READ_ONCE(rx->target), rx->reserve.size);

	while (nr_lent(rx) < target)
		if (!post_new(rx, gfp | __GFP_NOWARN))
			return false;
	return true;
}

static void push(struct xnf_queue *q)
{
	struct xnf_rx *rx = &q->rx;
	bool notify;

	if (rx->ring.prod == rx->ring.pushed)
		return;
	notify = xsplit_front_push(&rx->ring);
	xsplit_count(notify ? &q->count.rx.notified : &q->count.rx.quiet, 1);
	if (notify)
		xsplit_event_notify(&q->rx_event.channel);
}

/* --- frames -------------------------------------------------------------- */

/* Did this frame of so many slots come while the interface was down? */
static bool take_stale(struct xnf_rx *rx, u32 slots)
{
	bool old = rx->nr_stale;

	rx->nr_stale -= min(rx->nr_stale, slots);
	return old;
}

static void take_frame(struct xnf_queue *q, struct xnf_frame *frame, u32 visible)
{
	struct xnf_rx *rx = &q->rx;
	enum xnf_frame_verdict verdict;
	u32 from = rx->ring.cons;
	bool old;

	verdict = xnf_frame_parse(&rx->ring, visible, &rx->expect, frame);
	old = take_stale(rx, frame->used);
	if (unlikely(verdict != XNF_FRAME_OK))
		xsplit_count(&q->count.rx.dropped[verdict], 1);
	else if (unlikely(old))
		xsplit_count(&q->count.rx.down, 1);
	else
		xnf_rx_deliver(q, frame);
	rx->ring.cons = from + frame->used;
	repost(q, from, frame->used);
}

/* Lend new pages in place of those taken, or try again when there is memory. */
static void restock(struct xnf_queue *q)
{
	if (unlikely(!refill(q, GFP_ATOMIC))) {
		xsplit_count(&q->count.rx.refill_failed, 1);
		mod_timer(&q->rx.refill_timer, jiffies + REFILL_RETRY);
	}
	push(q);
}

/* Return: true if nothing is to be taken. */
static bool is_down(struct xnf_queue *q)
{
	if (likely(netif_running(q->front->dev)))
		return false;
	WRITE_ONCE(q->rx.idle, true);
	return true;
}

unsigned int xnf_rx_poll(struct xnf_queue *q, unsigned int budget)
{
	struct xnf_rx *rx = &q->rx;
	struct xnf_frame frame;
	unsigned int done;
	u32 visible;

	if (unlikely(q->broken || is_down(q)))
		return 0;
	if (unlikely(xsplit_front_visible(&rx->ring, &visible))) {
		xnf_queue_broken(q, "more frames than pages to put them in");
		return 0;
	}
	if (unlikely(rx->idle)) {
		rx->nr_stale = visible;
		WRITE_ONCE(rx->idle, false);
	}
	for (done = 0; visible && done < budget && !q->broken; done++) {
		take_frame(q, &frame, visible);
		visible -= frame.used;
	}
	xnf_xdp_flush(q);
	restock(q);
	return done;
}

bool xnf_rx_arm(struct xnf_queue *q)
{
	return !q->broken && !q->rx.idle && xsplit_front_arm(&q->rx.ring);
}

/* A backend that lacks pages finds that out itself, so only frames are checked for. */
bool xnf_rx_check_events(struct xnf_queue *q, bool ran)
{
	struct xnf_rx *rx = &q->rx;
	struct xsplit_ring_snapshot now;
	unsigned int verdict;

	xsplit_front_snapshot(&rx->ring, &now);
	now.in_flight = false;
	now.event_pending = READ_ONCE(q->broken) || READ_ONCE(rx->idle) ||
		   xsplit_event_gone(&q->rx_event.channel) || xnf_event_pending(q, &q->rx_event);
	verdict = xsplit_lost_event_judge(&rx->lost_event, &now, ran);
	if (verdict & XSPLIT_EVENT_LOST) {
		xsplit_count(&q->count.rx_lost, 1);
		napi_schedule(&q->napi);
	}
	return verdict & XSPLIT_EVENT_WATCH;
}

bool xnf_rx_moved(struct xnf_queue *q)
{
	bool moved = q->rx.ring.cons != q->rx.eoi_at;

	q->rx.eoi_at = q->rx.ring.cons;
	return moved;
}

/* --- create, destroy ----------------------------------------------------- */

static void xnf_refill_timer(struct timer_list *timer)
{
	struct xnf_queue *q = container_of(timer, struct xnf_queue, rx.refill_timer);

	napi_schedule(&q->napi);
}

void xnf_rx_init(struct xnf_queue *q)
{
	q->rx.target = XNET_RING_SLOTS;
	timer_setup(&q->rx.refill_timer, xnf_refill_timer, 0);
}

static int make_pool(struct xnf_queue *q)
{
	q->rx.pool = xnf_pool_create();
	if (!IS_ERR(q->rx.pool))
		return 0;
	return xsplit_link_error(q->front->link, PTR_ERR(q->rx.pool),
				 "no page pool for queue %u", q->index);
}

/* XDP names the queue and the pool in every frame it passes on. */
static int register_rxq(struct xnf_queue *q)
{
	struct xdp_rxq_info *rxq = &q->rx.rxq;
	int err;

	err = xdp_rxq_info_reg(rxq, q->front->dev, q->index, q->napi.napi_id);
	if (err)
		goto failed;
	err = xdp_rxq_info_reg_mem_model(rxq, MEM_TYPE_PAGE_POOL, q->rx.pool);
	if (!err)
		return 0;
	xdp_rxq_info_unreg(rxq);
failed:
	return xsplit_link_error(q->front->link, err, "cannot register queue %u for XDP",
				 q->index);
}

static int fill(struct xnf_queue *q)
{
	struct xsplit_link *link = q->front->link;
	int err;

	err = xsplit_reserve_share(&q->rx.reserve, xsplit_link_peer(link), XNET_RING_SLOTS,
				   XNF_RX_LEAST);
	if (err)
		return xsplit_link_error(link, err,
					 "no grant references left: raise gnttab_max_frames");
	if (!refill(q, GFP_KERNEL) && nr_lent(&q->rx) < XNF_RX_LEAST)
		return xsplit_link_error(link, -ENOMEM, "no memory for the pages of queue %u",
					 q->index);
	/* The backend is not connected yet, so there is nobody to notify. */
	xsplit_front_push(&q->rx.ring);
	return 0;
}

int xnf_rx_create(struct xnf_queue *q, bool wipe)
{
	struct xnf_rx *rx = &q->rx;
	unsigned int i;
	int err;

	err = xsplit_pages_lend(q->front->link, &rx->shared, 1);
	if (err)
		return err;
	xsplit_front_init(&rx->ring, rx->shared.addr, PAGE_SIZE, sizeof(struct xnet_rx_request));
	rx->wipe = wipe;
	rx->idle = false;
	rx->nr_stale = 0;
	rx->redirected = false;
	rx->sent_back = false;
	rx->eoi_at = 0;
	rx->lost_event = (struct xsplit_lost_event){ };
	rx->expect = (struct xnf_frame_expect){
		.gso = 1 << XNET_GSO_TCPV4 | 1 << XNET_GSO_TCPV6,
		/* Asked for since a program was first attached. */
		.headroom = rx->xdp_used ? XNF_XDP_HEADROOM : 0,
	};
	rx->slot = kvcalloc(XNET_RING_SLOTS, sizeof(*rx->slot), GFP_KERNEL);
	if (!rx->slot) {
		err = xsplit_link_error(q->front->link, -ENOMEM, "no memory for queue %u",
					q->index);
		goto take_back;
	}
	for (i = 0; i < XNET_RING_SLOTS; i++)
		rx->slot[i].ref = INVALID_GRANT_REF;
	err = make_pool(q);
	if (err)
		goto free_slots;
	err = register_rxq(q);
	if (err)
		goto destroy_pool;
	err = fill(q);
	if (err)
		xnf_rx_destroy(q);
	return err;

destroy_pool:
	page_pool_destroy(rx->pool);
free_slots:
	kvfree(rx->slot);
take_back:
	xsplit_pages_take_back(&rx->shared);
	return err;
}

/* The backend may be copying into the page without breaking a rule. */
static void abandon_slot(struct xnf_rx *rx, struct xnf_rx_slot *slot)
{
	if (slot->ref == INVALID_GRANT_REF)
		return;
	if (slot->page)
		xsplit_lend_abandon(&rx->reserve, slot->ref, leave_pool(rx, slot->page));
	else
		xsplit_ref_give(&rx->reserve, slot->ref);
}

void xnf_rx_destroy(struct xnf_queue *q)
{
	struct xnf_rx *rx = &q->rx;
	unsigned int i;

	if (!rx->shared.addr)
		return;
	for (i = 0; i < XNET_RING_SLOTS; i++)
		abandon_slot(rx, &rx->slot[i]);
	xdp_rxq_info_unreg(&rx->rxq);
	xnf_pool_retire(rx->pool);
	xsplit_reserve_free(&rx->reserve);
	kvfree(rx->slot);
	xsplit_pages_take_back(&rx->shared);
}
