/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is sent to the guest.
 */
#ifndef XSPLIT_NETBACK_RX_H
#define XSPLIT_NETBACK_RX_H

#include <linux/netdevice.h>

struct xnb_queue;
struct xnb_rx;

/* Memory and poll of the direction. Context: may sleep. Return: 0 or -errno. */
int xnb_rx_init(struct xnb_queue *queue);

/* Undo it; fine where xnb_rx_init() failed or was not called. Context: may sleep. */
void xnb_rx_exit(struct xnb_queue *queue);

/* Take packets. Context: RTNL, may sleep. */
void xnb_rx_up(struct xnb_queue *queue);

/* Take no more, drop what waits. Context: RTNL, may sleep. */
void xnb_rx_down(struct xnb_queue *queue);

/**
 * xnb_rx_xmit - send a packet
 * @queue: the queue
 * @skb: the packet; ours from here on
 * @more: others follow before the lock is let go of, or xnb_rx_sent() does. What
 *	netdev_xmit_more() says holds for packets from ndo_start_xmit() only
 *
 * Context: under the lock of the queue's transmit queue.
 */
void xnb_rx_xmit(struct xnb_queue *queue, struct sk_buff *skb, bool more);

/* No more follow: what was sent reaches the guest soon. Context: as xnb_rx_xmit(). */
void xnb_rx_sent(struct xnb_queue *queue);

/**
 * xnb_rx_progress - has the guest lent more pages since this was last asked?
 * @queue: the queue
 *
 * Context: the poll that ends the interrupt.
 */
bool xnb_rx_progress(struct xnb_queue *queue);

/* As xnb_queue_check_events(). */
bool xnb_rx_check_events(struct xnb_queue *queue, bool ran);

/* Look at the ring soon. Context: any but hard interrupt. */
void xnb_rx_kick(struct xnb_queue *queue);

/**
 * xnb_rx_service - try to send what waits
 * @queue: the queue
 *
 * Context: under the lock of the queue's transmit queue, softirq.
 */
void xnb_rx_service(struct xnb_queue *queue);

/* Drop what waits for room. Context: as xnb_rx_service(). */
void xnb_rx_drop_held(struct xnb_queue *queue);

/**
 * xnb_rx_expire - drop what has waited for room for so long
 * @queue: the queue
 * @timeout: jiffies
 *
 * Context: as xnb_rx_service().
 */
void xnb_rx_expire(struct xnb_queue *queue, unsigned long timeout);

/**
 * xnb_rx_absorb - wait here, not in the queue discipline, and hold nobody's pages
 * @queue: the queue, with packets that wait
 *
 * All that come from now on join them, copied where they are in another guest's pages,
 * up to the bound. This ends when the last of them has been sent.
 * Context: under the lock of the queue's transmit queue, softirq.
 */
void xnb_rx_absorb(struct xnb_queue *queue);

/* jiffies since when the oldest packet waits; there is one. Context: as above. */
unsigned long xnb_rx_held_since(const struct xnb_rx *rx);

/* Most bytes that are to wait for a guest. Context: any. */
size_t xnb_rx_most_bytes(void);

/* Packets and bytes that wait in the queue discipline. Context: any. */
void xnb_rx_qdisc(const struct xnb_rx *rx, u32 *packets, u32 *bytes);

/*
 * What is sent from within a poll of ours, to any queue, is copied when the poll
 * is over: one hypercall for each queue. Context: the poll.
 */
void xnb_burst_begin(void);
void xnb_burst_end(void);

static inline void xnb_rx_lock(struct netdev_queue *txq)
{
	__netif_tx_lock(txq, smp_processor_id());
}

static inline void xnb_rx_unlock(struct netdev_queue *txq)
{
	__netif_tx_unlock(txq);
}

#endif /* XSPLIT_NETBACK_RX_H */
