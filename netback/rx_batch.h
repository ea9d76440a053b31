/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A batch of packets on its way into the pages that a guest has lent: packets are laid
 * out one after the other, and later copied and shown together (rx_flush.c).
 *
 * Everything here is called under the transmit queue's lock.
 */
#ifndef XSPLIT_NETBACK_RX_BATCH_H
#define XSPLIT_NETBACK_RX_BATCH_H

#include <linux/types.h>

struct sk_buff;
struct xnb_queue;

/*
 * Has the guest lent @want slots that nothing uses yet? Its index is read only if what it
 * showed last time is not enough.
 */
bool xnb_rx_has_room(struct xnb_queue *queue, u32 want);

/**
 * xnb_rx_put - lay a packet into the guest's pages
 * @queue: the queue
 * @skb: the packet; on success the batch keeps it, and frees it when it has been copied
 * @need: set to the number of slots that would do
 *
 * Return: 0; -ENOSPC: not now; -E2BIG or -EMSGSIZE: not at all; -ENOMEM: no memory.
 */
int xnb_rx_put(struct xnb_queue *queue, struct sk_buff *skb, u32 *need);

#endif /* XSPLIT_NETBACK_RX_BATCH_H */
