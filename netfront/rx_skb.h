/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a frame in pages to a packet for the stack.
 */
#ifndef XSPLIT_NETFRONT_RX_SKB_H
#define XSPLIT_NETFRONT_RX_SKB_H

struct xnf_frame;
struct xnf_queue;

/**
 * xnf_rx_deliver - hand a frame to the stack, as one packet, or drop it
 * @q: the queue
 * @frame: the frame, of no use any more afterwards; pages that become part of the packet
 *	are taken from the queue
 *
 * Context: NAPI.
 */
void xnf_rx_deliver(struct xnf_queue *q, struct xnf_frame *frame);

#endif /* XSPLIT_NETFRONT_RX_SKB_H */
