/* SPDX-License-Identifier: GPL-2.0 */
/* XDP: programs that see a frame before the stack does. */
#ifndef XSPLIT_NETFRONT_XDP_H
#define XSPLIT_NETFRONT_XDP_H

#include "compat/net.h"

struct page;
struct xnf_frame;
struct xnf_queue;
struct xsplit_link;
struct xsplit_txn;

/* The headroom we ask a backend for while there is a program, in bytes. */
#define XNF_XDP_HEADROOM XDP_PACKET_HEADROOM

/* A frame in one page that was taken from the ring, as the program leaves it. */
struct xnf_xdp_frame {
	struct page *page;
	unsigned int offset;
	unsigned int len;
};

/*
 * Can the program see a good frame where it lies, in one page, with headroom, and room behind it
 * for what makes an xdp_frame of it? Other frames become skbs first.
 */
bool xnf_xdp_fits(const struct xnf_frame *frame);

/*
 * Finish the checksum of a frame, which is the pseudo header's. Return: false, and nothing is
 * done, if its headers are too rare to be known here.
 */
bool xnf_xdp_finish(const struct xnf_xdp_frame *xf);

/* Run a program on a frame. Context: NAPI. Return: true if the stack gets it; else it is gone. */
bool xnf_xdp_run(struct xnf_queue *q, struct bpf_prog *prog, struct xnf_xdp_frame *xf);

/*
 * The same for a packet that is ready for the stack and may be replaced. Its checksum is finished,
 * unless it is to be segmented.
 */
bool xnf_xdp_run_skb(struct xnf_queue *q, struct bpf_prog *prog, struct sk_buff **skb);

/* Flush what programs redirected or sent back. Context: the end of a run of NAPI. */
void xnf_xdp_flush(struct xnf_queue *q);

/* Wipe what a program or the kernel may have written at both ends of a page to be lent. */
void xnf_xdp_wipe(struct page *page);

/* Write the keys that ask the backend for headroom and finished frames. */
void xnf_xdp_write_keys(struct xsplit_link *link, struct xsplit_txn *txn);

/* Operations of the device. */
int xnf_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);
int xnf_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames, u32 flags);

#endif /* XSPLIT_NETFRONT_XDP_H */
