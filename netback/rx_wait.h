/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets that wait for room in the guest's ring.
 *
 * Everything here is called under the transmit queue's lock, BH off, unless said otherwise.
 */
#ifndef XSPLIT_NETBACK_RX_WAIT_H
#define XSPLIT_NETBACK_RX_WAIT_H

#include <linux/types.h>

struct sk_buff;
struct xnb_queue;
struct xnb_rx;

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

#endif /* XSPLIT_NETBACK_RX_WAIT_H */
