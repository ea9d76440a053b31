/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a frame in pages to a packet for the stack.
 */
#ifndef XSPLIT_NETFRONT_RX_SKB_H
#define XSPLIT_NETFRONT_RX_SKB_H

struct xnf_frame;
struct xnf_queue;

/*
 * Hand a frame to the stack as one packet, or drop it. Pages that become part of the packet
 * are taken from the queue, and the frame is used up. Context: NAPI.
 */
void xnf_rx_deliver(struct xnf_queue *q, struct xnf_frame *frame);

#endif /* XSPLIT_NETFRONT_RX_SKB_H */
