/* SPDX-License-Identifier: GPL-2.0 */
/*
 * XDP on an interface: programs that see what the guest sends before the stack
 * does, and frames redirected to the guest.
 */
#ifndef XSPLIT_NETBACK_XDP_H
#define XSPLIT_NETBACK_XDP_H

#include <linux/netdevice.h>

#include "compat/net.h"

struct xnb_queue;

/**
 * enum xnb_xdp_count - what became of frames that a program saw
 * @XNB_XDP_PASS: the stack got it
 * @XNB_XDP_DROP: the program did not want it
 * @XNB_XDP_TX: it went back to the guest
 * @XNB_XDP_REDIRECT: it went elsewhere
 * @XNB_XDP_ABORTED: the program failed, or there was no room where it should go
 * @XNB_XDP_SKB: it was seen as an skb; what became of it the kernel knows
 * @XNB_NR_XDP: how many there are
 */
enum xnb_xdp_count {
	XNB_XDP_PASS,
	XNB_XDP_DROP,
	XNB_XDP_TX,
	XNB_XDP_REDIRECT,
	XNB_XDP_ABORTED,
	XNB_XDP_SKB,
	XNB_NR_XDP,
};

/**
 * xnb_xdp_fits - can a program see the packet in its page?
 * @skb: the packet, its data at the Ethernet header
 *
 * Others are shown as skbs when they are ready for the stack.
 */
bool xnb_xdp_fits(const struct sk_buff *skb);

/**
 * xnb_xdp_run - run a program on a packet in its page
 * @queue: the queue
 * @prog: the program
 * @skb: the packet, for which xnb_xdp_fits(); changed as the program says
 *
 * Context: the poll. Return: true if the stack gets it; else it is gone.
 */
bool xnb_xdp_run(struct xnb_queue *queue, struct bpf_prog *prog, struct sk_buff *skb);

/**
 * xnb_xdp_run_skb - run a program on any packet
 * @queue: the queue
 * @prog: the program
 * @skb: the packet, ready for the stack; may be replaced
 *
 * Context: the poll. Return: true if the stack gets it; else it is gone.
 */
bool xnb_xdp_run_skb(struct xnb_queue *queue, struct bpf_prog *prog, struct sk_buff **skb);

/* Let out what programs have redirected. Context: the poll, at its end. */
void xnb_xdp_flush(struct xnb_queue *queue);

/* Make the queue known to XDP, with the pool its pages are from. Context: may sleep. */
int xnb_xdp_register(struct xnb_queue *queue);
void xnb_xdp_unregister(struct xnb_queue *queue);

/*
 * A program, here or in the guest, sees frames with finished checksums only. The checksum
 * of a packet still to be segmented is left to whoever segments it. @skb: its data at the
 * Ethernet or the network header. Context: any. Return: 0 or -errno.
 */
static inline int xnb_finish_csum(struct sk_buff *skb)
{
	if (likely(skb->ip_summed != CHECKSUM_PARTIAL || skb_is_gso(skb)))
		return 0;
	return skb_checksum_help(skb);
}

/* Operations of the device. */
int xnb_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);
int xnb_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames, u32 flags);

#endif /* XSPLIT_NETBACK_XDP_H */
