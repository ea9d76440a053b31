// SPDX-License-Identifier: GPL-2.0
/*
 * Sending packets to the guest.
 *
 * The sender of a packet lays it into the pages that the guest has lent; no packet is
 * queued, and no thread is woken. The hypervisor makes the copies of many packets in one
 * call when no packet follows at once: at the end of xmit_more, at the end of the poll
 * that the packets come from, or when there are many. The responses become visible at
 * that time, so the guest sees whole packets only.
 *
 * The stages: a packet is admitted here, laid out (rx_batch.c), and copied and shown with
 * the rest of its batch (rx_flush.c); or it waits (rx_wait.c).
 *
 * The lock that the network stack holds for a transmit queue protects all of this.
 */

#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

#include "netback/queue.h"
#include "netback/rx.h"

/* How often a guest is notified again of the same packets. */
#define REPEAT_MOST 3

/* --- bursts ------------------------------------------------------------- */

DEFINE_PER_CPU(struct xnb_burst, xnb_bursts);

void xnb_burst_flush(void)
{
	struct xnb_burst *burst = this_cpu_ptr(&xnb_bursts);
	struct xnb_queue *queue;

	while ((queue = burst->first)) {
		burst->first = queue->rx.next;
		__netif_tx_lock(queue->rx.txq, smp_processor_id());
		queue->rx.in_burst = false;
		xnb_rx_flush(queue, 1);
		__netif_tx_unlock(queue->rx.txq);
	}
}

/* Let more packets join the batch; softirq always flushes it soon. */
static void defer(struct xnb_queue *queue)
{
	struct xnb_burst *burst = this_cpu_ptr(&xnb_bursts);
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	xsplit_count(&queue->counts.rx.deferred, 1);
	if (rx->in_burst)
		return;
	if (!burst->open) {
		napi_schedule(&rx->napi);
		return;
	}
	rx->in_burst = true;
	rx->next = burst->first;
	burst->first = queue;
}

/* --- sending ------------------------------------------------------------ */

/* The guest took a packet after all, and may have room for the big one by now. */
static void moves_on(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	rx->blocked = jiffies;
	if (rx->room >= rx->need)
		xnb_rx_stall_over(queue);
}

static void put_or_hold(struct xnb_queue *queue, struct sk_buff *skb)
{
	struct xnb_rx *rx = &queue->rx;
	u32 need;
	int err;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	err = xnb_rx_put(queue, skb, &need);
	if (likely(!err)) {
		if (unlikely(rx->dropping))
			moves_on(queue);
	} else if (err != -ENOSPC || rx->dropping || rx->broken || !rx->up) {
		xnb_rx_drop_failed(queue, skb, err);
	} else {
		xnb_rx_hold(queue, skb, need);
	}
}

void xnb_rx_sent(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (!rx->nr_packets)
		return;
	if (this_cpu_read(xnb_bursts.open) || in_serving_softirq())
		defer(queue);
	else
		xnb_rx_flush(queue, 0);
}

void xnb_rx_xmit(struct xnb_queue *queue, struct sk_buff *skb, bool more)
{
	const struct xnb_filter *filter = &queue->vif->filter;
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (unlikely(!rx->up))
		xnb_rx_drop(skb, &queue->counts.rx.dropped);
	else if (unlikely(xnb_filter_wanted(filter)) && xnb_filter_drops(filter, skb->data))
		xnb_rx_drop(skb, &queue->counts.rx.filtered);
	else if (unlikely(rx->held))
		xnb_rx_join(queue, skb);
	else
		put_or_hold(queue, skb);
	if (rx->copy.nr >= XNB_RX_FLUSH_OPS || rx->held)
		xnb_rx_flush(queue, 0);
	else if (!more)
		xnb_rx_sent(queue);
}

void xnb_rx_service(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	/* Read the index even if there is room, so that a bad one is found at once. */
	xnb_rx_has_room(queue, XNET_RING_SLOTS + 1);
	if (rx->held)
		xnb_rx_send_held(queue);
	else if (rx->dropping && xnb_rx_has_room(queue, rx->need))
		xnb_rx_stall_over(queue);
	xnb_rx_flush(queue, 1);
	if (rx->held || rx->dropping)
		xnb_rx_arm(rx);
}

/* --- the poll ----------------------------------------------------------- */

bool xnb_rx_progress(struct xnb_queue *queue)
{
	u32 now = xsplit_ring_req_prod(&queue->rx.ring);
	bool progress = now != queue->rx.seen;

	queue->rx.seen = now;
	return progress;
}

static int xnb_rx_poll(struct napi_struct *napi, int budget)
{
	struct xnb_queue *queue = container_of(napi, struct xnb_queue, rx.napi);
	struct xsplit_event *event = &queue->rx.event;
	struct xsplit_eoi eoi;

	if (!budget)
		return 0;
	__netif_tx_lock(queue->rx.txq, smp_processor_id());
	xnb_rx_service(queue);
	__netif_tx_unlock(queue->rx.txq);
	if (xsplit_event_raised(event))
		event->worked |= xnb_rx_progress(queue);
	eoi = xsplit_event_claim(event);
	xsplit_event_end(event, eoi, napi_complete_done(napi, 0));
	return 0;
}

/*
 * Has the guest been notified of packets, and not asked for the next event since? A guest
 * that never asks polls or stands still, so a few notifications are enough. Nothing else
 * would wake an idle guest whose event was lost.
 */
static bool missed_event(struct xnb_rx *rx, u32 event_threshold)
{
	u32 pushed = READ_ONCE(rx->ring.pushed);

	if (rx->repeated_at != pushed) {
		rx->repeated_at = pushed;
		rx->repeats = 0;
	}
	return rx->repeats < REPEAT_MOST && (s32)(pushed - event_threshold) >= 0;
}

static void take_snapshot(struct xnb_queue *queue, struct xsplit_ring_snapshot *now)
{
	struct xnb_rx *rx = &queue->rx;
	bool held = READ_ONCE(rx->held) || READ_ONCE(rx->dropping);

	xsplit_back_snapshot(&rx->ring, now);
	/* The guest sends no event for pages that no packet waits for. */
	now->pending = held && now->peer_prod - now->cons >= READ_ONCE(rx->need);
	now->event_pending = xsplit_event_raised(xnb_rx_event(queue)) || READ_ONCE(rx->broken) ||
			     test_bit(NAPI_STATE_SCHED, &rx->napi.state);
	now->event_threshold = xsplit_ring_rsp_event(&rx->ring);
	now->missed_event = missed_event(rx, now->event_threshold);
	now->in_flight = held || now->missed_event;
}

bool xnb_rx_check_events(struct xnb_queue *queue, bool ran)
{
	struct xnb_rx *rx = &queue->rx;
	struct xsplit_ring_snapshot now;
	unsigned int verdict;

	take_snapshot(queue, &now);
	verdict = xsplit_lost_event_judge(&rx->lost_event, &now, ran);
	if (verdict & XSPLIT_EVENT_LOST) {
		xsplit_count(&queue->counts.rx_lost, 1);
		napi_schedule(&rx->napi);
	}
	if (verdict & XSPLIT_EVENT_MISSED) {
		rx->repeats++;
		xsplit_count(&queue->counts.rx_notified_again, 1);
		xsplit_event_notify(xnb_rx_event(queue));
	}
	return verdict & XSPLIT_EVENT_WATCH;
}

/* --- life --------------------------------------------------------------- */

int xnb_rx_create(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	rx->txq = netdev_get_tx_queue(queue->vif->dev, queue->index);
	__skb_queue_head_init(&rx->waiting);
	netif_napi_add(queue->vif->dev, &rx->napi, xnb_rx_poll);
	return xsplit_copy_init(&rx->copy, xsplit_link_peer(queue->link),
				ARRAY_SIZE(rx->op_rsp));
}

void xnb_rx_destroy(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	if (rx->napi.dev)
		netif_napi_del(&rx->napi);
	xsplit_copy_free(&rx->copy);
}

void xnb_rx_start(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	ASSERT_RTNL();
	napi_enable(&rx->napi);
	local_bh_disable();
	__netif_tx_lock(rx->txq, smp_processor_id());
	rx->up = true;
	netif_tx_wake_queue(rx->txq);
	__netif_tx_unlock(rx->txq);
	napi_schedule(&rx->napi);
	local_bh_enable();
}

void xnb_rx_stop(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	ASSERT_RTNL();
	local_bh_disable();
	__netif_tx_lock(rx->txq, smp_processor_id());
	rx->up = false;
	netif_tx_stop_queue(rx->txq);
	xnb_rx_drop_held(queue);
	xnb_rx_flush(queue, 0);
	xnb_rx_stall_reset(queue);
	__netif_tx_unlock(rx->txq);
	local_bh_enable();
	napi_disable(&rx->napi);
}
