/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a packet of the stack to slots of the ring.
 */
#ifndef XSPLIT_NETFRONT_TX_BUILD_H
#define XSPLIT_NETFRONT_TX_BUILD_H

#include <linux/types.h>

struct sk_buff;
struct xnf_queue;

/**
 * xnf_tx_build - write a packet to the ring, or drop it
 * @q: the queue; its ring has room for any packet
 * @skb: the packet; no longer the caller's
 *
 * Context: the lock of the queue's half in the stack.
 * Return: true if the backend must be told before more packets come.
 */
bool xnf_tx_build(struct xnf_queue *q, struct sk_buff *skb);

/**
 * xnf_tx_build_copy - copy a frame to the ring
 * @q: the queue; its ring has room for any packet
 * @data: the frame
 * @len: its bytes, 14 to 4096
 *
 * Context: the lock of the queue's half in the stack.
 * Return: false if there is no memory.
 */
bool xnf_tx_build_copy(struct xnf_queue *q, const void *data, unsigned int len);

/**
 * xnf_tx_drop - drop a packet and count it
 * @q: the queue
 * @skb: the packet
 *
 * Context: as xnf_tx_build().
 */
void xnf_tx_drop(struct xnf_queue *q, struct sk_buff *skb);

#endif /* XSPLIT_NETFRONT_TX_BUILD_H */
