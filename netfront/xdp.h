/* SPDX-License-Identifier: GPL-2.0 */
/*
 * XDP: programs that see a frame before the stack does.
 */
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

/**
 * struct xnf_xdp_frame - a frame in one page of ours, as the program leaves it
 * @page: the page
 * @offset: where the frame begins
 * @len: its bytes
 */
struct xnf_xdp_frame {
	struct page *page;
	unsigned int offset;
	unsigned int len;
};

/**
 * xnf_xdp_fits - can the program see the frame where it lies?
 * @frame: a good frame
 *
 * It must be in one page, with headroom, and room behind it for what makes an
 * xdp_frame of it. Other frames become skbs first.
 */
bool xnf_xdp_fits(const struct xnf_frame *frame);

/**
 * xnf_xdp_finish - finish the checksum of a frame
 * @xf: the frame, its page taken from the ring; the checksum is the pseudo header's
 *
 * Return: false if its headers are too rare to be known here, and nothing is done.
 */
bool xnf_xdp_finish(const struct xnf_xdp_frame *xf);

/**
 * xnf_xdp_run - run a program on a frame in a page
 * @q: the queue
 * @prog: the program
 * @xf: the frame, its page taken from the ring; may be changed
 *
 * Context: NAPI. Return: true if the stack gets the frame; else the page is gone.
 */
bool xnf_xdp_run(struct xnf_queue *q, struct bpf_prog *prog, struct xnf_xdp_frame *xf);

/**
 * xnf_xdp_run_skb - run a program on a packet
 * @q: the queue
 * @prog: the program
 * @skb: the packet, ready for the stack; its checksum is finished, unless it is to be
 *	segmented; may be replaced
 *
 * Context: NAPI. Return: true if the stack gets the packet; else it is gone.
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
