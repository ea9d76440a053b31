// SPDX-License-Identifier: GPL-2.0
/*
 * Checksums that are not finished and packets still to be segmented.
 *
 * A guest may say anything. What later layers rely on is looked up in the packet:
 * where its TCP header is, that it is one, and that it lies in the linear part.
 */

#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

#include "netback/count.h"
#include "netback/layout.h"
#include "netback/offload.h"
#include "netback/packet.h"

/* Network cards want the headers of a packet in its linear part. */
#define HEADERS_MAX 128u

static const struct gso_kind {
	__be16 protocol;
	unsigned int type;
} gso_kinds[] = {
	[XNET_GSO_TCPV4] = { htons(ETH_P_IP), SKB_GSO_TCPV4 },
	[XNET_GSO_TCPV6] = { htons(ETH_P_IPV6), SKB_GSO_TCPV6 },
};

/* The TCP header, looked up from where its checksum is to be put. */
static int set_gso(struct sk_buff *skb, const struct xnb_tx_packet *pkt)
{
	const struct gso_kind *kind = &gso_kinds[pkt->gso_type];
	struct skb_shared_info *info;
	unsigned int headers;

	if (skb->protocol != kind->protocol ||
	    skb->csum_offset != offsetof(struct tcphdr, check))
		return -EPROTO;
	headers = skb_transport_offset(skb) + tcp_hdrlen(skb);
	if (tcp_hdrlen(skb) < sizeof(struct tcphdr) || headers >= skb->len ||
	    !pskb_may_pull(skb, headers))
		return -EPROTO;
	/* One segment needs no segmenting, and some sizes have a meaning of their own. */
	if (pkt->gso_size >= skb->len - headers)
		return 0;
	info = skb_shinfo(skb);
	info->gso_type = kind->type;
	info->gso_size = pkt->gso_size;
	info->gso_segs = DIV_ROUND_UP(skb->len - headers, pkt->gso_size);
	return 0;
}

int xnb_offload_tx(struct sk_buff *skb, const struct xnb_tx_packet *pkt,
		   struct xnb_tx_counts *counts)
{
	bool gso = pkt->gso_type != XNET_GSO_NONE;

	if (!gso && !pkt->csum_blank) {
		if (pkt->validated && skb->dev->features & NETIF_F_RXCSUM)
			skb->ip_summed = CHECKSUM_UNNECESSARY;
	} else {
		/* Some guests forget to say that the checksum of such a packet is missing. */
		if (!pkt->csum_blank)
			xsplit_count(&counts->csum_fixup, 1);
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb_reset_network_header(skb);
		if (skb_checksum_setup(skb, !pkt->csum_blank) || (gso && set_gso(skb, pkt)))
			return -EPROTO;
	}
	if (likely(gso || !skb->data_len || skb_headlen(skb) >= HEADERS_MAX))
		return 0;
	xsplit_count(&counts->linear, 1);
	return pskb_may_pull(skb, min(skb->len, HEADERS_MAX)) ? 0 : -EPROTO;
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
