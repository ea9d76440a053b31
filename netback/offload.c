// SPDX-License-Identifier: GPL-2.0
/*
 * Checksums that are not finished and packets still to be segmented.
 *
 * A guest may say anything. What later layers rely on is looked up in the packet:
 * where its TCP header is, that it is one, and that it lies in the linear part.
 */

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>

#include "compat/net.h"
#include "netback/count.h"
#include "netback/headers.h"
#include "netback/layout.h"
#include "netback/offload.h"
#include "netback/packet.h"

/* Network cards want the headers of a packet in its linear part. */
#define HEADERS_MAX 128u

static enum xnb_headers_verdict find_headers(const struct sk_buff *skb,
					     struct xnb_headers *headers)
{
	u8 copy[XNB_HEADERS_MAX];
	u32 seen = min(skb->len, XNB_HEADERS_MAX);
	const u8 *data = skb_header_pointer(skb, 0, seen, copy);

	return xnb_headers_find(ntohs(skb->protocol), data, seen, skb->len, headers);
}

/* The sum of the pseudo header, where the guest has left something else. */
static void put_pseudo(struct sk_buff *skb, const struct xnb_headers *headers)
{
	struct tcphdr *tcp = (struct tcphdr *)(skb->data + headers->l4);
	u32 len = skb->len - headers->l4;

	if (headers->six) {
		const struct ipv6hdr *ip = (struct ipv6hdr *)(skb->data + headers->l3);

		tcp->check = ~csum_ipv6_magic(&ip->saddr, &ip->daddr, len, IPPROTO_TCP, 0);
	} else {
		const struct iphdr *ip = (struct iphdr *)(skb->data + headers->l3);

		tcp->check = ~csum_tcpudp_magic(ip->saddr, ip->daddr, len, IPPROTO_TCP, 0);
	}
}

/*
 * Nobody but us has looked at what the guest says: SKB_GSO_DODGY has the headers looked
 * at again where they are relied on, and GRO leave the packet alone.
 */
static int set_gso(struct sk_buff *skb, const struct xnb_headers *headers,
		   const struct xnb_tx_packet *pkt)
{
	struct skb_shared_info *info = skb_shinfo(skb);
	u16 size;
	int err;

	err = xnb_headers_gso(headers, pkt->gso_type, pkt->gso_size, &size);
	if (err || !size)
		return err;
	info->gso_type = SKB_GSO_DODGY | (headers->six ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4);
	info->gso_size = size;
	info->gso_segs = DIV_ROUND_UP(headers->payload, size);
	return 0;
}

/* All headers that the stack is told of are in the linear part. */
static int set_unfinished(struct sk_buff *skb, const struct xnb_tx_packet *pkt)
{
	bool gso = pkt->gso_type != XNET_GSO_NONE;
	struct xnb_headers headers;

	switch (find_headers(skb, &headers)) {
	case XNB_HEADERS_FOUND:
		break;
	case XNB_HEADERS_FRAGMENT:
		return gso ? -EPROTO : 0;
	default:
		return -EPROTO;
	}
	if (!pskb_may_pull(skb, headers.end))
		return -ENOMEM;
	if (!pkt->csum_blank)
		put_pseudo(skb, &headers);
	if (!skb_partial_csum_set(skb, headers.l4, headers.csum))
		return -EPROTO;
	return gso ? set_gso(skb, &headers, pkt) : 0;
}

int xnb_offload_tx(struct sk_buff *skb, const struct xnb_tx_packet *pkt,
		   struct xnb_tx_counts *counts)
{
	bool gso = pkt->gso_type != XNET_GSO_NONE;

	skb_reset_network_header(skb);
	if (!gso && !pkt->csum_blank) {
		if (pkt->validated && skb->dev->features & NETIF_F_RXCSUM)
			skb->ip_summed = CHECKSUM_UNNECESSARY;
	} else {
		/* Some guests forget to say that the checksum of such a packet is missing. */
		if (!pkt->csum_blank)
			xsplit_count(&counts->csum_fixup, 1);
		if (set_unfinished(skb, pkt))
			return -EPROTO;
	}
	if (likely(gso || !skb->data_len || skb_headlen(skb) >= HEADERS_MAX))
		return 0;
	xsplit_count(&counts->linear, 1);
	return pskb_may_pull(skb, min(skb->len, HEADERS_MAX)) ? 0 : -EPROTO;
}

int xnb_offload_finish(struct sk_buff *skb)
{
	if (likely(skb->ip_summed != CHECKSUM_PARTIAL || skb_is_gso(skb)))
		return 0;
	return skb_checksum_help(skb);
}

struct sk_buff *xnb_offload_segment(struct sk_buff *skb)
{
	struct sk_buff *segments, *seg;

	skb_push(skb, ETH_HLEN);
	/* For a device without any feature: linear, with finished checksums. */
	segments = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segments))
		return NULL;
	for (seg = segments; seg; seg = seg->next)
		skb_pull(seg, ETH_HLEN);
	return segments;
}

void xnb_offload_rx(const struct sk_buff *skb, struct xnb_rx_meta *meta)
{
	const struct skb_shared_info *info = skb_shinfo(skb);

	meta->csum_blank = skb->ip_summed == CHECKSUM_PARTIAL;
	meta->validated = skb->ip_summed == CHECKSUM_UNNECESSARY;
	if (!info->gso_size)
		return;
	if (info->gso_type & SKB_GSO_TCPV4)
		meta->gso_type = XNET_GSO_TCPV4;
	else if (info->gso_type & SKB_GSO_TCPV6)
		meta->gso_type = XNET_GSO_TCPV6;
	meta->gso_size = info->gso_size;
}
