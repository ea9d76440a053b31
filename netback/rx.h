/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending packets to the guest.
 */
#ifndef XSPLIT_NETBACK_RX_H
#define XSPLIT_NETBACK_RX_H

#include <linux/netdevice.h>

struct xnb_queue;
struct xnb_rx;

/* Set up the memory and the poll of this direction. Context: may sleep. Return: 0 or -errno. */
int xnb_rx_create(struct xnb_queue *queue);

/* Undo xnb_rx_create(), also if it failed or was not called. Context: may sleep. */
void xnb_rx_destroy(struct xnb_queue *queue);

/* Begin to take packets. Context: RTNL, may sleep. */
void xnb_rx_start(struct xnb_queue *queue);

/* Take no more packets, and drop those that wait. Context: RTNL, may sleep. */
void xnb_rx_stop(struct xnb_queue *queue);

/**
 * xnb_rx_xmit - send a packet
 * @queue: the queue
 * @skb: the packet, consumed
 * @more: another packet or a call of xnb_rx_sent() follows before the lock is released;
 *	netdev_xmit_more() is valid for packets from ndo_start_xmit() only
 *
 * Context: under the lock of the queue's transmit queue.
 */
void xnb_rx_xmit(struct xnb_queue *queue, struct sk_buff *skb, bool more);

/* No packet follows: see that the guest gets those sent soon. Context: as xnb_rx_xmit(). */
void xnb_rx_sent(struct xnb_queue *queue);

/* Has the guest lent more pages since the last call? Context: the poll that ends the interrupt. */
bool xnb_rx_progress(struct xnb_queue *queue);

/* As xnb_queue_check_events(). */
bool xnb_rx_check_events(struct xnb_queue *queue, bool ran);

/* Schedule the poll of the ring. Context: any but hard interrupt. */
void xnb_rx_kick(struct xnb_queue *queue);

/* Try to send the packets that wait. Context: the transmit queue's lock held, softirq. */
void xnb_rx_service(struct xnb_queue *queue);

/* Drop the packets that wait for room. Context: as xnb_rx_service(). */
void xnb_rx_drop_held(struct xnb_queue *queue);

/* Drop packets that have waited for @timeout jiffies. Context: as xnb_rx_service(). */
void xnb_rx_expire(struct xnb_queue *queue, unsigned long timeout);

/*
 * Let packets wait in the driver, not in the queue discipline, so that they do not hold
 * another guest's pages. At least one packet waits when this is called. Up to the bound,
 * all packets that follow join it, copied if they lie in another guest's pages, until the
 * last of them has been sent. Context: as xnb_rx_service().
 */
void xnb_rx_absorb(struct xnb_queue *queue);

/* jiffies when the oldest waiting packet began to wait. Context: as xnb_rx_service(). */
unsigned long xnb_rx_held_since(const struct xnb_rx *rx);

/* The bound on the bytes that wait for a guest. Context: any. */
size_t xnb_rx_most_bytes(void);

/* Packets and bytes that wait in the queue discipline. Context: any. */
void xnb_rx_qdisc(const struct xnb_rx *rx, u32 *packets, u32 *bytes);

/*
 * Packets that a poll of this driver sends, to any queue, are copied when the poll is
 * over: one hypercall for each queue. Context: the poll.
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
