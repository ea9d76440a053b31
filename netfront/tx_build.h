/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a packet of the stack to slots of the ring.
 */
#ifndef XSPLIT_NETFRONT_TX_BUILD_H
#define XSPLIT_NETFRONT_TX_BUILD_H

#include <linux/types.h>

struct sk_buff;
struct xnf_queue;

/*
 * Write a packet to the ring, which has room for any, or drop it. The packet is used up.
 * Context: the tx lock. Return: true if the backend must see it before more packets come.
 */
bool xnf_tx_build(struct xnf_queue *q, struct sk_buff *skb);

/* Copy a frame of 14 to 4096 bytes to the ring. Return: false if there is no memory. */
bool xnf_tx_build_copy(struct xnf_queue *q, const void *data, unsigned int len);

/* Drop a packet and count it. Context: the tx lock. */
void xnf_tx_drop(struct xnf_queue *q, struct sk_buff *skb);

#endif /* XSPLIT_NETFRONT_TX_BUILD_H */
