/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A batch of packets on its way into the pages that a guest has lent: packets are laid
 * out one after the other, copied by the hypervisor in one call, and shown to the guest
 * together.
 *
 * Everything here is called under the transmit queue's lock.
 */
#ifndef XSPLIT_NETBACK_RX_BATCH_H
#define XSPLIT_NETBACK_RX_BATCH_H

#include <linux/types.h>

struct sk_buff;
struct xnb_queue;
struct xnb_rx;
struct xsplit_event;

/*
 * Has the guest lent @want slots that nothing uses yet? Its index is read only if what it
 * showed last time is not enough.
 */
bool xnb_rx_has_room(struct xnb_queue *queue, u32 want);

/**
 * xnb_rx_put - lay a packet into the guest's pages
 * @queue: the queue
 * @skb: the packet; must be kept until the batch is flushed, see xnb_rx_keep()
 * @need: set to the number of slots that would do
 *
 * Return: 0; -ENOSPC: not now; -E2BIG or -EMSGSIZE: not at all; -ENOMEM: no memory.
 */
int xnb_rx_put(struct xnb_queue *queue, struct sk_buff *skb, u32 *need);

/* Hand a packet to the batch, which frees it when its copies are done. */
void xnb_rx_keep(struct xnb_rx *rx, struct sk_buff *skb);

/* Copy the batch and show it to the guest. @budget is not 0 in a poll. */
void xnb_rx_flush(struct xnb_queue *queue, int budget);

/* The event channel by which the guest is notified of packets. */
const struct xsplit_event *xnb_rx_event(const struct xnb_queue *queue);

#endif /* XSPLIT_NETBACK_RX_BATCH_H */
