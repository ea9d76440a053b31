// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving: a run of NAPI, and the creation and destruction of a queue's receiving half.
 *
 * Each frame goes through the stages of a file each: it is judged (rx_parse.c), the loans of
 * its pages end (rx_loan.c), it becomes a packet (rx_skb.c), and pages that stayed lent are
 * posted again (rx_post.c). Short frames are copied out of such a page: that costs no work on
 * grants. New pages are lent, and the backend is shown all, once in a run.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "netfront/front.h"
#include "netfront/queue.h"
#include "netfront/rx.h"
#include "netfront/trace.h"
#include "netfront/xdp.h"

/* --- a run of NAPI ------------------------------------------------------- */

/*
 * While the interface is down, nothing is taken: in the end the backend runs out of pages and
 * sends no more events. What it sent until then is dropped when the interface is up.
 */
static bool is_down(struct xnf_queue *q)
{
	if (likely(netif_running(q->front->dev)))
		return false;
	WRITE_ONCE(q->rx.idle, true);
	return true;
}

/* Count a frame that is bad, or came while the interface was down. */
static void drop(struct xnf_queue *q, enum xnf_frame_verdict verdict, u32 slots)
{
	struct xnf_rx *rx = &q->rx;

	xsplit_count(verdict ? &q->count.rx.dropped[verdict] : &q->count.rx.down, 1);
	rx->nr_stale -= min(rx->nr_stale, slots);
}

/* Is the page of the first piece taken, whether for its length or for a program? */
static bool takes_first(const struct xnf_frame *frame, const struct bpf_prog *prog)
{
	return !xnf_frame_copied(frame, MAX_SKB_FRAGS) || (unlikely(prog) && xnf_xdp_fits(frame));
}

static unsigned int take_frames(struct xnf_queue *q, unsigned int budget)
{
	struct bpf_prog *prog = rcu_dereference_bh(q->front->prog);
	struct page *page[XNET_MAX_SLOTS];
	struct xnet_rx_response first;
	enum xnf_frame_verdict verdict;
	struct xnf_rx *rx = &q->rx;
	struct xnf_frame frame;
	unsigned int done;
	u32 visible, from;

	if (unlikely(xsplit_front_visible(&rx->ring, &visible)))
		q->broken = "more frames than pages to put them in";
	if (unlikely(rx->idle)) {
		rx->nr_stale = visible;
		WRITE_ONCE(rx->idle, false);
	}
	rx->peak = max(rx->peak, visible);
	if (visible)
		trace_xnf_rx_fetched(q, visible);
	for (done = 0; visible && done < budget && !q->broken; done++) {
		from = rx->ring.cons;
		xsplit_ring_take(&rx->ring, from, &first, sizeof(first));
		verdict = xnf_frame_parse(&rx->ring, &first, visible, &rx->expect, &frame);
		trace_xnf_rx_judged(q, &frame, verdict);
		if (unlikely(verdict != XNF_FRAME_OK || rx->nr_stale))
			drop(q, verdict, frame.used);
		else if (likely(xnf_rx_take(q, &frame, takes_first(&frame, prog), page)))
			xnf_rx_deliver(q, prog, &frame, page);
		rx->ring.cons = from + frame.used;
		xnf_rx_repost(q, from, frame.used);
		visible -= frame.used;
	}
	return done;
}

unsigned int xnf_rx_poll(struct xnf_queue *q, unsigned int budget)
{
	unsigned int done;

	if (unlikely(q->broken || is_down(q)))
		return 0;
	done = take_frames(q, budget);
	if (done)
		trace_xnf_rx_delivered(q, done);
	if (unlikely(q->rx.redirected || q->rx.sent_back))
		xnf_xdp_flush(q);
	return done;
}

/* --- lost events --------------------------------------------------------- */

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
	const struct page_pool_params params = {
		.pool_size = XNET_RING_SLOTS,
		.nid = NUMA_NO_NODE,
	};

	q->rx.pool = page_pool_create(&params);
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

	err = xsplit_reserve_open(&q->rx.reserve, xsplit_link_borrower(link), XNET_RING_SLOTS,
				  XNF_RX_LEAST);
	if (err)
		return xsplit_link_error(link, err,
					 "no grant references left: raise gnttab_max_frames");
	if (!xnf_rx_refill(q, GFP_KERNEL) && xnf_rx_lent(&q->rx) < XNF_RX_LEAST)
		return xsplit_link_error(link, -ENOMEM, "no memory for the pages of queue %u",
					 q->index);
	/* The backend is not connected yet, so there is nobody to notify. */
	xsplit_front_push(&q->rx.ring);
	return 0;
}

int xnf_rx_create(struct xnf_queue *q, bool wipe)
{
	struct xnf_rx *rx = &q->rx;
	int err;

	err = xsplit_pages_lend(q->front->link, &rx->shared, 1);
	if (err)
		return err;
	xsplit_front_init(&rx->ring, rx->shared.addr, PAGE_SIZE, sizeof(struct xnet_rx_request));
	rx->wipe = wipe;
	rx->lend = XNF_RX_LEAST;
	rx->peak = 0;
	rx->trim_at = jiffies;
	rx->idle = false;
	rx->nr_stale = 0;
	rx->redirected = false;
	rx->sent_back = false;
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

void xnf_rx_destroy(struct xnf_queue *q)
{
	struct xnf_rx *rx = &q->rx;

	if (!rx->shared.addr)
		return;
	xnf_rx_abandon(rx);
	xdp_rxq_info_unreg(&rx->rxq);
	/* Applications may leave packets unread for as long as they like. */
	xsplit_page_pool_destroy(rx->pool);
	xsplit_reserve_free(&rx->reserve);
	kvfree(rx->slot);
	xsplit_pages_take_back(&rx->shared);
}
