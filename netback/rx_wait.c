// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that wait for room.
 *
 * A packet without room is held, and the transmit queue is stopped: the packets after it
 * wait in the queue discipline, bounded as the operator configured it. Packets that would
 * wait there for long are taken out and wait here instead. They may lie in the pages of
 * another guest, whose requests are not answered until these pages are free, and only
 * here can they be copied. rx_stall.c decides when.
 */

#include <linux/skbuff.h>
#include <net/sch_generic.h>

#include "netback/params.h"
#include "netback/queue.h"
#include "netback/rx_batch.h"
#include "netback/rx_flush.h"
#include "netback/rx_stall.h"
#include "netback/rx_wait.h"

void xnb_rx_drop(struct sk_buff *skb, u64 *counter)
{
	xsplit_count(counter, 1);
	dev_kfree_skb_any(skb);
}

void xnb_rx_drop_failed(struct xnb_queue *queue, struct sk_buff *skb, int err)
{
	struct xnb_rx_counts *counts = &queue->counts.rx;

	xnb_rx_drop(skb, err == -E2BIG || err == -EMSGSIZE ? &counts->too_long : &counts->dropped);
}

void xnb_rx_arm(struct xnb_rx *rx)
{
	if (!rx->broken && xsplit_back_arm_for(&rx->ring, rx->need))
		napi_schedule(&rx->napi);
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

void xnb_rx_hold(struct xnb_queue *queue, struct sk_buff *skb, u32 need)
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
	xnb_rx_arm(rx);
}

void xnb_rx_join(struct xnb_queue *queue, struct sk_buff *skb)
{
	struct xnb_rx *rx = &queue->rx;

	/* Without absorbing, only senders that ignore a stopped queue get here. */
	if (!rx->absorbing || rx->waiting_bytes + skb->truesize > xnb_rx_most_bytes() ||
	    skb_orphan_frags_rx(skb, GFP_ATOMIC | __GFP_NOWARN)) {
		xnb_rx_drop(skb, &queue->counts.rx.dropped);
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
		xnb_rx_drop(skb, &queue->counts.rx.dropped);
		WRITE_ONCE(rx->held, false);
	} else {
		rx->waiting_bytes += skb->truesize;
		rx->absorbing = true;
	}
	netif_tx_wake_queue(rx->txq);
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
		xnb_rx_drop(skb, &queue->counts.rx.dropped);
	none_held(&queue->rx);
}

void xnb_rx_expire(struct xnb_queue *queue, unsigned long timeout)
{
	struct xnb_rx *rx = &queue->rx;

	while (!skb_queue_empty(&rx->waiting) &&
	       time_after_eq(jiffies, xnb_rx_held_since(rx) + timeout)) {
		xnb_rx_drop(queue_head(rx), &queue->counts.rx.dropped);
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
	if (likely(!err))
		rx->blocked = jiffies;
	else
		xnb_rx_drop_failed(queue, skb, err);
	if (rx->copy.nr >= XNB_RX_FLUSH_OPS)
		xnb_rx_flush(queue, 1);
	return true;
}

void xnb_rx_send_held(struct xnb_queue *queue)
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
