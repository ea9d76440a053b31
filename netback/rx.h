/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending packets to the guest.
 */
#ifndef XSPLIT_NETBACK_RX_H
#define XSPLIT_NETBACK_RX_H

#include <linux/netdevice.h>
#include <linux/percpu.h>

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

/*
 * Packets that a poll of this driver sends, to any queue, are copied when the poll is
 * over: one hypercall for each queue.
 */
struct xnb_burst {
	bool open;			/* a poll of this driver runs on this CPU */
	struct xnb_queue *first;	/* list of the queues to which it has sent packets */
};

DECLARE_PER_CPU(struct xnb_burst, xnb_bursts);

/* A poll begins or is over. Context: the poll. */
static inline void xnb_burst_open(bool open)
{
	this_cpu_write(xnb_bursts.open, open);
}

static inline bool xnb_burst_waits(void)
{
	return this_cpu_read(xnb_bursts.first);
}

/* Copy what waits, after the poll. Context: the poll. */
void xnb_burst_flush(void);

#endif /* XSPLIT_NETBACK_RX_H */
