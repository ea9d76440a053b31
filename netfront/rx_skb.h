/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a frame in pages to a packet for the stack.
 */
#ifndef XSPLIT_NETFRONT_RX_SKB_H
#define XSPLIT_NETFRONT_RX_SKB_H

struct bpf_prog;
struct page;
struct xnf_frame;
struct xnf_queue;

/*
 * Hand a frame to the stack as one packet, or to a program, which may be NULL, or drop it. The
 * pages of its pieces, as xnf_rx_take() left them, are used up. Context: NAPI.
 */
void xnf_rx_deliver(struct xnf_queue *q, struct bpf_prog *prog, struct xnf_frame *frame,
		    struct page **page);

#endif /* XSPLIT_NETFRONT_RX_SKB_H */
