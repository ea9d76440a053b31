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
 * A packet without room is held, and the transmit queue is stopped: the packets after it
 * wait in the queue discipline, bounded as the operator configured it. Packets that would
 * wait there for long are taken out and wait here instead. They may lie in the pages of
 * another guest, whose requests are not answered until these pages are free, and only
 * here can they be copied. rx_stall.c decides when.
 *
 * The lock that the network stack holds for a transmit queue protects all of this.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/skbuff.h>
#include <net/sch_generic.h>

#include "netback/params.h"
#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/rx_batch.h"
#include "netback/rx_stall.h"

/* How often a guest is notified again of the same packets. */
#define REPEAT_MOST 3

/* --- bursts ------------------------------------------------------------- */

/**
 * struct burst - the queues to which one poll has sent packets
 * @open: a poll of this driver runs on this CPU
 * @first: list of these queues
 */
struct burst {
	bool open;
	struct xnb_queue *first;
};

static DEFINE_PER_CPU(struct burst, bursts);

void xnb_burst_begin(void)
{
	this_cpu_write(bursts.open, true);
}

void xnb_burst_end(void)
{
	struct burst *burst = this_cpu_ptr(&bursts);
	struct xnb_queue *queue;

	burst->open = false;
	while ((queue = burst->first)) {
		burst->first = queue->rx.next;
		xnb_rx_lock(queue->rx.txq);
		queue->rx.in_burst = false;
		xnb_rx_flush(queue, 1);
		xnb_rx_unlock(queue->rx.txq);
	}
}

/* Let more packets join the batch; softirq always flushes it soon. */
static void defer(struct xnb_queue *queue)
{
	struct burst *burst = this_cpu_ptr(&bursts);
	struct xnb_rx *rx = &queue->rx;

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

static bool may_defer(void)
{
	return this_cpu_read(bursts.open) || in_serving_softirq();
}

/* --- sending ------------------------------------------------------------ */

static void drop(struct sk_buff *skb, u64 *counter)
{
	xsplit_count(counter, 1);
	dev_kfree_skb_any(skb);
}

/* Ask for an event when there is room for the held packet. Return: true if there is already. */
static bool arm(struct xnb_rx *rx)
{
	return !rx->broken && xsplit_back_arm_for(&rx->ring, rx->need);
}

/* When a packet began to wait. The control block belongs to the driver here. */
static unsigned long *since(const struct sk_buff *skb)
{
	return (unsigned long *)skb->cb;
}

unsigned long xnb_rx_held_since(const struct xnb_rx *rx)
{
	return *since(skb_peek(&rx->waiting));
}

static void queue_tail(struct xnb_rx *rx, struct sk_buff *skb)
{
	*since(skb) = jiffies;
	__skb_queue_tail(&rx->waiting, skb);
	rx->waiting_bytes += skb->truesize;
}

static struct sk_buff *queue_head(struct xnb_rx *rx)
{
	struct sk_buff *skb = __skb_dequeue(&rx->waiting);

	if (skb)
		rx->waiting_bytes -= skb->truesize;
	return skb;
}

/* There was no room for the packet after all. */
static void queue_again(struct xnb_rx *rx, struct sk_buff *skb, u32 need)
{
	__skb_queue_head(&rx->waiting, skb);
	rx->waiting_bytes += skb->truesize;
	rx->need = need;
}

size_t xnb_rx_most_bytes(void)
{
	return (size_t)READ_ONCE(xnb_params.rx_wait_kbytes) << 10;
}

void xnb_rx_qdisc(const struct xnb_rx *rx, u32 *packets, u32 *bytes)
{
	rcu_read_lock();
	qdisc_qstats_qlen_backlog(rcu_dereference(rx->txq->qdisc), packets, bytes);
	rcu_read_unlock();
}

static bool too_much_waits(const struct xnb_rx *rx)
{
	u32 packets, bytes;

	xnb_rx_qdisc(rx, &packets, &bytes);
	return bytes > xnb_rx_most_bytes();
}

static void hold(struct xnb_queue *queue, struct sk_buff *skb, u32 need)
{
	struct xnb_rx *rx = &queue->rx;

	xsplit_count(&queue->counts.rx.no_room, 1);
	queue_tail(rx, skb);
	WRITE_ONCE(rx->held, true);
	rx->need = need;
	netif_tx_stop_queue(rx->txq);
	xnb_rx_stall_watch(queue);
	xsplit_watchdog_wake(&queue->vif->watchdog);
	if (unlikely(too_much_waits(rx)))
		xnb_rx_absorb(queue);
	if (arm(rx))
		napi_schedule(&rx->napi);
}

/* Queue a packet behind those that wait, with a copy of any page of another guest. */
static void join(struct xnb_queue *queue, struct sk_buff *skb)
{
	struct xnb_rx *rx = &queue->rx;

	/* Without absorbing, only senders that ignore a stopped queue get here. */
	if (!rx->absorbing || rx->waiting_bytes + skb->truesize > xnb_rx_most_bytes() ||
	    skb_orphan_frags_rx(skb, GFP_ATOMIC | __GFP_NOWARN)) {
		drop(skb, &queue->counts.rx.dropped);
		return;
	}
	xsplit_count(&queue->counts.rx.absorbed, 1);
	queue_tail(rx, skb);
}

void xnb_rx_absorb(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	struct sk_buff *skb = skb_peek(&rx->waiting);

	/* Until a queue absorbs, only one packet waits. */
	rx->waiting_bytes -= skb->truesize;
	if (skb_orphan_frags_rx(skb, GFP_ATOMIC | __GFP_NOWARN)) {
		/* Drop the packet as if it had waited for too long. */
		__skb_unlink(skb, &rx->waiting);
		drop(skb, &queue->counts.rx.dropped);
		WRITE_ONCE(rx->held, false);
	} else {
		rx->waiting_bytes += skb->truesize;
		rx->absorbing = true;
	}
	netif_tx_wake_queue(rx->txq);
}

/* The guest took a packet after all, and may have room for the big one by now. */
static void moves_on(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	rx->blocked = jiffies;
	if (rx->room >= rx->need)
		xnb_rx_stall_over(queue);
}

/* The packet is laid out, and will be copied with the rest of the batch. */
static void sent(struct xnb_rx *rx, struct sk_buff *skb)
{
	skb_tx_timestamp(skb);
	xnb_rx_keep(rx, skb);
	rx->nr_packets++;
}

/* A retry would be useless. @err: as xnb_rx_put() returns it. */
static void drop_failed(struct xnb_queue *queue, struct sk_buff *skb, int err)
{
	struct xnb_rx_counts *counts = &queue->counts.rx;

	drop(skb, err == -E2BIG || err == -EMSGSIZE ? &counts->too_long : &counts->dropped);
}

static void put_or_hold(struct xnb_queue *queue, struct sk_buff *skb)
{
	struct xnb_rx *rx = &queue->rx;
	u32 need;
	int err;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	err = xnb_rx_put(queue, skb, &need);
	if (likely(!err)) {
		sent(rx, skb);
		if (unlikely(rx->dropping))
			moves_on(queue);
	} else if (err != -ENOSPC || rx->dropping || rx->broken || !rx->up) {
		drop_failed(queue, skb, err);
	} else {
		hold(queue, skb, need);
	}
}

void xnb_rx_sent(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (!rx->nr_packets)
		return;
	if (may_defer())
		defer(queue);
	else
		xnb_rx_flush(queue, 0);
}

void xnb_rx_xmit(struct xnb_queue *queue, struct sk_buff *skb, bool more)
{
	struct xnb_rx *rx = &queue->rx;

	if (unlikely(!rx->up))
		drop(skb, &queue->counts.rx.dropped);
	else if (unlikely(xnb_filter_drops(&queue->vif->filter, skb->data)))
		drop(skb, &queue->counts.rx.filtered);
	else if (unlikely(rx->held))
		join(queue, skb);
	else
		put_or_hold(queue, skb);
	if (rx->copy.nr >= XNB_RX_FLUSH_OPS || rx->held)
		xnb_rx_flush(queue, 0);
	else if (!more)
		xnb_rx_sent(queue);
}

/* No packet waits any more. */
static void none_held(struct xnb_rx *rx)
{
	WRITE_ONCE(rx->held, false);
	rx->absorbing = false;
}

void xnb_rx_drop_held(struct xnb_queue *queue)
{
	struct sk_buff *skb;

	while ((skb = queue_head(&queue->rx)))
		drop(skb, &queue->counts.rx.dropped);
	none_held(&queue->rx);
}

void xnb_rx_expire(struct xnb_queue *queue, unsigned long timeout)
{
	struct xnb_rx *rx = &queue->rx;

	while (!skb_queue_empty(&rx->waiting) &&
	       time_after_eq(jiffies, xnb_rx_held_since(rx) + timeout)) {
		drop(queue_head(rx), &queue->counts.rx.dropped);
		/* The need of the next packet is not known yet. */
		rx->need = 1;
	}
	if (skb_queue_empty(&rx->waiting))
		none_held(rx);
}

/* Return: false if there is no room for the first packet. */
static bool send_first(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	struct sk_buff *skb = queue_head(rx);
	u32 need;
	int err;

	err = xnb_rx_put(queue, skb, &need);
	if (err == -ENOSPC) {
		queue_again(rx, skb, need);
		return false;
	}
	if (likely(!err)) {
		sent(rx, skb);
		rx->blocked = jiffies;
	} else {
		drop_failed(queue, skb, err);
	}
	if (rx->copy.nr >= XNB_RX_FLUSH_OPS)
		xnb_rx_flush(queue, 1);
	return true;
}

static void send_held(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	if (!xnb_rx_has_room(queue, rx->need))
		return;
	xnb_rx_stall_over(queue);
	while (!skb_queue_empty(&rx->waiting))
		if (!send_first(queue))
			return;
	none_held(rx);
	netif_tx_wake_queue(rx->txq);
}

void xnb_rx_service(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	/* Read the index even if there is room, so that a bad one is found at once. */
	xnb_rx_has_room(queue, XNET_RING_SLOTS + 1);
	if (rx->held)
		send_held(queue);
	else if (rx->dropping && xnb_rx_has_room(queue, rx->need))
		xnb_rx_stall_over(queue);
	xnb_rx_flush(queue, 1);
	if ((rx->held || rx->dropping) && arm(rx))
		napi_schedule(&rx->napi);
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

	if (!budget)
		return 0;
	xnb_rx_lock(queue->rx.txq);
	xnb_rx_service(queue);
	xnb_rx_unlock(queue->rx.txq);
	if (xsplit_event_raised(event))
		event->worked |= xnb_rx_progress(queue);
	xnb_event_finish(event, napi, 0);
	return 0;
}

static bool event_is_pending(const struct xnb_queue *queue)
{
	const struct xsplit_event *event = queue->vif->front.split ?
					    &queue->rx.event : &queue->tx.event;

	return xsplit_event_raised(event) || READ_ONCE(queue->rx.broken) ||
	       test_bit(NAPI_STATE_SCHED, &queue->rx.napi.state);
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
	now->event_pending = event_is_pending(queue);
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

void xnb_rx_kick(struct xnb_queue *queue)
{
	local_bh_disable();
	napi_schedule(&queue->rx.napi);
	local_bh_enable();
}

void xnb_rx_start(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	napi_enable(&rx->napi);
	local_bh_disable();
	xnb_rx_lock(rx->txq);
	rx->up = true;
	netif_tx_wake_queue(rx->txq);
	xnb_rx_unlock(rx->txq);
	napi_schedule(&rx->napi);
	local_bh_enable();
}

void xnb_rx_stop(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	local_bh_disable();
	xnb_rx_lock(rx->txq);
	rx->up = false;
	netif_tx_stop_queue(rx->txq);
	xnb_rx_drop_held(queue);
	xnb_rx_flush(queue, 0);
	xnb_rx_stall_reset(queue);
	xnb_rx_unlock(rx->txq);
	local_bh_enable();
	napi_disable(&rx->napi);
}
