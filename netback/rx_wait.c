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
#include "netback/rx.h"
#include "netback/trace.h"

void xnb_rx_drop(struct sk_buff *skb, u64 *counter)
{
	xsplit_count(counter, 1);
	dev_kfree_skb_any(skb);
}

void xnb_rx_drop_failed(struct xnb_queue *queue, struct sk_buff *skb, int err)
{
	struct xnb_rx_counts *counts = &queue->counts.rx;

	lockdep_assert_held(&queue->rx.txq->_xmit_lock);
	xnb_rx_drop(skb, err == -E2BIG || err == -EMSGSIZE ? &counts->too_long : &counts->dropped);
}

void xnb_rx_arm(struct xnb_rx *rx)
{
	lockdep_assert_held(&rx->txq->_xmit_lock);
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
	lockdep_assert_held(&rx->txq->_xmit_lock);
	*since(skb) = jiffies;
	__skb_queue_tail(&rx->waiting, skb);
	rx->waiting_bytes += skb->truesize;
}

static struct sk_buff *queue_head(struct xnb_rx *rx)
{
	struct sk_buff *skb = __skb_dequeue(&rx->waiting);

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (skb)
		rx->waiting_bytes -= skb->truesize;
	return skb;
}

/* There was no room for the packet after all. */
static void queue_again(struct xnb_rx *rx, struct sk_buff *skb, u32 need)
{
	lockdep_assert_held(&rx->txq->_xmit_lock);
	__skb_queue_head(&rx->waiting, skb);
	rx->waiting_bytes += skb->truesize;
	rx->need = need;
}

/* The bound on the memory of the packets that wait for a guest. */
static size_t most_bytes(void)
{
	return (size_t)READ_ONCE(xnb_params.rx_wait_kbytes) << 10;
}

u32 xnb_rx_in_qdisc(const struct xnb_rx *rx, bool *too_much)
{
	u32 packets, bytes;

	rcu_read_lock();
	qdisc_qstats_qlen_backlog(rcu_dereference(rx->txq->qdisc), &packets, &bytes);
	rcu_read_unlock();
	*too_much = bytes + (u64)packets * SKB_TRUESIZE(0) > most_bytes();
	return packets;
}

void xnb_rx_hold(struct xnb_queue *queue, struct sk_buff *skb, u32 need)
{
	struct xnb_rx *rx = &queue->rx;
	bool too_much;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	xsplit_count(&queue->counts.rx.no_room, 1);
	trace_xnb_rx_held(queue, skb->len, need);
	queue_tail(rx, skb);
	WRITE_ONCE(rx->held, true);
	rx->need = need;
	netif_tx_stop_queue(rx->txq);
	xnb_rx_stall_watch(queue);
	xsplit_watchdog_wake(&queue->vif->watchdog);
	xnb_rx_in_qdisc(rx, &too_much);
	if (unlikely(too_much))
		xnb_rx_absorb(queue);
	xnb_rx_arm(rx);
}

void xnb_rx_join(struct xnb_queue *queue, struct sk_buff *skb)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	/* Without absorbing, only senders that ignore a stopped queue get here. */
	if (!rx->absorbing || rx->waiting_bytes + skb->truesize > most_bytes() ||
	    skb_orphan_frags_rx(skb, GFP_ATOMIC | __GFP_NOWARN)) {
		xnb_rx_drop(skb, &queue->counts.rx.dropped);
		return;
	}
	xsplit_count(&queue->counts.rx.absorbed, 1);
	queue_tail(rx, skb);
}

/* No packet waits any more. */
static void none_held(struct xnb_rx *rx)
{
	lockdep_assert_held(&rx->txq->_xmit_lock);
	WRITE_ONCE(rx->held, false);
	rx->absorbing = false;
}

/* The need of the next packet is not known yet. */
static void drop_first(struct xnb_rx *rx, u64 *counter)
{
	lockdep_assert_held(&rx->txq->_xmit_lock);
	xnb_rx_drop(queue_head(rx), counter);
	rx->need = 1;
	if (skb_queue_empty(&rx->waiting))
		none_held(rx);
}

void xnb_rx_absorb(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	struct sk_buff *skb = queue_head(rx);
	int err = skb_orphan_frags_rx(skb, GFP_ATOMIC | __GFP_NOWARN);

	lockdep_assert_held(&rx->txq->_xmit_lock);
	rx->absorbing = true;
	queue_again(rx, skb, rx->need);
	/* Without memory for a copy, the packet goes as if it had waited for too long. */
	if (err)
		drop_first(rx, &queue->counts.rx.dropped);
	netif_tx_wake_queue(rx->txq);
}

void xnb_rx_absorb_no_more(struct xnb_rx *rx)
{
	lockdep_assert_held(&rx->txq->_xmit_lock);
	rx->absorbing = false;
	netif_tx_stop_queue(rx->txq);
}

void xnb_rx_drop_held(struct xnb_queue *queue)
{
	struct sk_buff *skb;

	lockdep_assert_held(&queue->rx.txq->_xmit_lock);
	while ((skb = queue_head(&queue->rx)))
		xnb_rx_drop(skb, &queue->counts.rx.dropped);
	none_held(&queue->rx);
}

void xnb_rx_expire(struct xnb_queue *queue, unsigned long timeout)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	while (!skb_queue_empty(&rx->waiting) &&
	       time_after_eq(jiffies, xnb_rx_held_since(rx) + timeout))
		drop_first(rx, &queue->counts.rx.dropped);
}

void xnb_rx_give_up(struct xnb_queue *queue)
{
	lockdep_assert_held(&queue->rx.txq->_xmit_lock);
	queue->rx.few = true;
	drop_first(&queue->rx, &queue->counts.rx.too_long);
}

/* Return: false if there is no room for the first packet. */
static bool send_first(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	struct sk_buff *skb = queue_head(rx);
	u32 need;
	int err;

	lockdep_assert_held(&rx->txq->_xmit_lock);
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

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (!xnb_rx_has_room(queue, rx->need))
		return;
	xnb_rx_stall_over(queue);
	while (!skb_queue_empty(&rx->waiting))
		if (!send_first(queue))
			return;
	none_held(rx);
	netif_tx_wake_queue(rx->txq);
}
