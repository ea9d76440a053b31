/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets to the guest: the poll (rx.c), their way into the guest's pages (rx_batch.c,
 * rx_flush.c), packets that wait (rx_wait.c), and guests that let them (rx_stall.c).
 *
 * Locked: under the lock of the queue's transmit queue, BH off. All functions of the last four
 * files are called like that unless said otherwise.
 */
#ifndef XSPLIT_NETBACK_RX_H
#define XSPLIT_NETBACK_RX_H

#include <linux/netdevice.h>
#include <linux/percpu.h>

struct xnb_queue;
struct xnb_rx;
struct xsplit_event;

/* --- rx.c ----------------------------------------------------------------- */

/* Set up the memory and the poll of this direction. Context: may sleep. Return: 0 or -errno. */
int xnb_rx_create(struct xnb_queue *queue);

/* Undo xnb_rx_create(), also if it failed or was not called. Context: may sleep. */
void xnb_rx_destroy(struct xnb_queue *queue);

/* Take packets, or take no more, and drop those that wait. Context: RTNL, may sleep. */
void xnb_rx_start(struct xnb_queue *queue);
void xnb_rx_stop(struct xnb_queue *queue);

/*
 * Send a packet, which is consumed. With @more, another one or a call of xnb_rx_sent() follows
 * before the lock is released; netdev_xmit_more() says so for packets from ndo_start_xmit()
 * only. Context: locked.
 */
void xnb_rx_xmit(struct xnb_queue *queue, struct sk_buff *skb, bool more);

/* No packet follows: see that the guest gets those sent soon. Context: locked. */
void xnb_rx_sent(struct xnb_queue *queue);

/* Has the guest lent more pages since the last call? Context: the poll that ends the interrupt. */
bool xnb_rx_progress(struct xnb_queue *queue);

/* As xnb_queue_check_events(). */
bool xnb_rx_check_events(struct xnb_queue *queue, bool ran);

/* Try to send the packets that wait. Context: locked. */
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

/* --- rx_batch.c --------------------------------------------------------- */

/*
 * Has the guest lent @want slots that nothing uses yet? Its index is read only if what it
 * showed last time is not enough.
 */
bool xnb_rx_has_room(struct xnb_queue *queue, u32 want);

/*
 * Lay a packet into the guest's pages. On success the batch keeps it, and frees it when it has
 * been copied. @need: set to the number of slots that would do.
 * Return: 0; -ENOSPC: not now; -E2BIG or -EMSGSIZE: not at all; -ENOMEM: no memory.
 */
int xnb_rx_put(struct xnb_queue *queue, struct sk_buff *skb, u32 *need);

/* --- rx_flush.c --------------------------------------------------------- */

/* Copy the batch and show it to the guest. @budget is not 0 in a poll. */
void xnb_rx_flush(struct xnb_queue *queue, int budget);

/* The event channel by which the guest is notified of packets. Context: any. */
const struct xsplit_event *xnb_rx_event(const struct xnb_queue *queue);

/* --- rx_wait.c ---------------------------------------------------------- */

/* Drop and count a packet. */
void xnb_rx_drop(struct sk_buff *skb, u64 *counter);

/* Drop a packet that can never be sent. @err: as xnb_rx_put() returns it. */
void xnb_rx_drop_failed(struct xnb_queue *queue, struct sk_buff *skb, int err);

/* Ask for an event when there is room for the next packet, and poll if there is already. */
void xnb_rx_arm(struct xnb_rx *rx);

/* Let the first packet wait until the guest has lent @need slots. */
void xnb_rx_hold(struct xnb_queue *queue, struct sk_buff *skb, u32 need);

/* Queue a packet behind those that wait, with a copy of any page of another guest. */
void xnb_rx_join(struct xnb_queue *queue, struct sk_buff *skb);

/* Send the packets that wait, as far as there is room. */
void xnb_rx_send_held(struct xnb_queue *queue);

/* Drop the packets that wait. */
void xnb_rx_drop_held(struct xnb_queue *queue);

/* Drop packets that have waited for @timeout jiffies. */
void xnb_rx_expire(struct xnb_queue *queue, unsigned long timeout);

/* Drop the first packet, which needs more slots than the guest ever lends. */
void xnb_rx_give_up(struct xnb_queue *queue);

/*
 * Let packets wait here, not in the queue discipline, so that they do not hold
 * another guest's pages. At least one packet waits when this is called. Up to the bound,
 * all packets that follow join it, copied if they lie in another guest's pages, until the
 * last of them has been sent or xnb_rx_absorb_no_more() is called.
 */
void xnb_rx_absorb(struct xnb_queue *queue);

/* The packets that wait stay, and others wait in the queue discipline again. */
void xnb_rx_absorb_no_more(struct xnb_rx *rx);

/* jiffies when the oldest waiting packet began to wait. */
unsigned long xnb_rx_held_since(const struct xnb_rx *rx);

/*
 * Return: packets that wait in the queue discipline. @too_much: they take more memory, at
 * least, than packets may that wait here. Context: any.
 */
u32 xnb_rx_in_qdisc(const struct xnb_rx *rx, bool *too_much);

/* --- rx_stall.c --------------------------------------------------------- */

/* Start the queue's thread. Context: may sleep. Return: 0 or -errno. */
int xnb_rx_stall_start(struct xnb_queue *queue);

/* Stop the thread, if it was started. Context: may sleep. */
void xnb_rx_stall_stop(struct xnb_queue *queue);

/* A packet begins to wait. */
void xnb_rx_stall_watch(struct xnb_queue *queue);

/* The guest has lent pages enough. */
void xnb_rx_stall_over(struct xnb_queue *queue);

/* Forget a stall when the queue goes down; xnb_vif_start() restores the carrier. */
void xnb_rx_stall_reset(struct xnb_queue *queue);

#endif /* XSPLIT_NETBACK_RX_H */
