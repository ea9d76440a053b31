/* SPDX-License-Identifier: GPL-2.0 */
/*
 * XDP on an interface: programs that see the guest's frames before the network stack
 * does, and frames redirected to the guest.
 */
#ifndef XSPLIT_NETBACK_XDP_H
#define XSPLIT_NETBACK_XDP_H

#include <linux/netdevice.h>

#include "compat/net.h"

struct xnb_queue;

/* What became of frames that a program saw. */
enum xnb_xdp_count {
	XNB_XDP_PASS,
	XNB_XDP_DROP,
	XNB_XDP_TX,
	XNB_XDP_REDIRECT,
	XNB_XDP_ABORTED,	/* the program failed, or there was no room for the frame */
	XNB_XDP_SKB,		/* seen as an skb; only the kernel knows what became of it */
	XNB_NR_XDP,
};

/*
 * Can a program see the packet in its page? Others are shown as skbs when they are ready
 * for the stack. @skb: its data at the Ethernet header.
 */
bool xnb_xdp_fits(const struct sk_buff *skb);

/*
 * Run a program on a packet that xnb_xdp_fits(), or on any packet that is ready for the
 * stack, which may replace its skb. Context: the poll. Return: true if the stack gets the
 * packet; else it is gone.
 */
bool xnb_xdp_run(struct xnb_queue *queue, struct bpf_prog *prog, struct sk_buff *skb);
bool xnb_xdp_run_skb(struct xnb_queue *queue, struct bpf_prog *prog, struct sk_buff **skb);

/* Let out the frames that programs have redirected. Context: the end of the poll. */
void xnb_xdp_flush(struct xnb_queue *queue);

/* Make the queue and its page pool known to XDP. Context: may sleep. */
int xnb_xdp_register(struct xnb_queue *queue);
void xnb_xdp_unregister(struct xnb_queue *queue);

/* Operation of the device: send redirected frames to the guest. */
int xnb_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames, u32 flags);

#endif /* XSPLIT_NETBACK_XDP_H */
