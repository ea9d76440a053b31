/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checksums that are not finished and packets still to be segmented, between what
 * the wire says and what an skb says.
 */
#ifndef XSPLIT_NETBACK_OFFLOAD_H
#define XSPLIT_NETBACK_OFFLOAD_H

#include <linux/types.h>

struct sk_buff;
struct xnb_rx_meta;
struct xnb_tx_counts;
struct xnb_tx_packet;

/**
 * xnb_offload_tx - take over what the guest says of a packet
 * @skb: the packet, after eth_type_trans()
 * @pkt: as judged
 * @counts: of the queue
 *
 * Context: softirq.
 * Return: 0, or -EPROTO if what it says does not fit what is in the packet.
 */
int xnb_offload_tx(struct sk_buff *skb, const struct xnb_tx_packet *pkt,
		   struct xnb_tx_counts *counts);

/**
 * xnb_offload_finish - fill in a checksum that is missing
 * @skb: a packet, its data at the Ethernet or the network header
 *
 * That of a packet still to be segmented is left to those who segment it.
 *
 * Context: any. Return: 0 or -errno.
 */
int xnb_offload_finish(struct sk_buff *skb);

/**
 * xnb_offload_segment - cut a packet into finished segments
 * @skb: the packet, after xnb_offload_tx(), to be segmented; still the caller's
 *
 * Context: any. Return: the segments, by their next pointers, each as eth_type_trans()
 * leaves a packet; NULL without memory.
 */
struct sk_buff *xnb_offload_segment(struct sk_buff *skb);

/**
 * xnb_offload_rx - what the guest is told about a packet
 * @skb: the packet
 * @meta: checksum and GSO are filled in
 *
 * Context: any.
 */
void xnb_offload_rx(const struct sk_buff *skb, struct xnb_rx_meta *meta);

#endif /* XSPLIT_NETBACK_OFFLOAD_H */
