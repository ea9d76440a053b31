// SPDX-License-Identifier: GPL-2.0
/*
 * From a guest's packet to the network stack.
 *
 * The guest may claim anything about a packet. What later layers rely on is looked up
 * in the packet itself: where its headers are, that they add up, and that they lie in
 * the linear part.
 */

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/gro.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>

#include "compat/net.h"
#include "netback/csum.h"
#include "netback/queue.h"
#include "netback/tx.h"
#include "netback/tx_headers.h"
#include "netback/xdp.h"

/* Network cards want the headers of a packet in its linear part. */
#define HEADERS_MAX 128u

/* --- what the stack is told of a packet --------------------------------- */

static enum xnb_headers_verdict find_headers(const struct sk_buff *skb,
					     struct xnb_headers *headers)
{
	u8 copy[XNB_HEADERS_MAX];
	u32 seen = min(skb->len, XNB_HEADERS_MAX);
	const u8 *data = skb_header_pointer(skb, 0, seen, copy);

	return xnb_headers_find(ntohs(skb->protocol), data, seen, skb->len, headers);
}

/* The stack expects the sum of the pseudo header; the guest has left something else. */
static void write_pseudo_csum(struct sk_buff *skb, const struct xnb_headers *headers)
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
 * SKB_GSO_DODGY makes later layers check the headers again where they rely on them, and
 * GRO leave the packet alone.
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

/* All headers that the stack is told of end up in the linear part. */
static int set_unfinished(struct sk_buff *skb, const struct xnb_tx_packet *pkt, bool gso)
{
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
		write_pseudo_csum(skb, &headers);
	if (!skb_partial_csum_set(skb, headers.l4, headers.csum))
		return -EPROTO;
	return gso ? set_gso(skb, &headers, pkt) : 0;
}

/* Checksum and segments. Return: 0 or -errno, if the guest's claims do not fit the packet. */
static int set_offloads(struct sk_buff *skb, const struct xnb_tx_packet *pkt,
			struct xnb_tx_counts *counts)
{
	bool gso = pkt->gso_type != XNET_GSO_NONE;

	skb_reset_network_header(skb);
	if (!gso && !pkt->csum_blank) {
		if (pkt->validated && skb->dev->features & NETIF_F_RXCSUM)
			skb->ip_summed = CHECKSUM_UNNECESSARY;
	} else {
		/* Some guests do not mark the checksum of a GSO packet as missing. */
		if (!pkt->csum_blank)
			xsplit_count(&counts->csum_fixup, 1);
		if (set_unfinished(skb, pkt, gso))
			return -EPROTO;
	}
	if (likely(gso || !skb->data_len || skb_headlen(skb) >= HEADERS_MAX))
		return 0;
	xsplit_count(&counts->linear, 1);
	return pskb_may_pull(skb, min(skb->len, HEADERS_MAX)) ? 0 : -EPROTO;
}

/* The guest's hash spares others the work, and only affects the guest's own flows. */
static void set_hash(struct sk_buff *skb, const struct xnb_tx_packet *pkt)
{
	bool ports = pkt->hash_type == XNET_HASHT_IPV4_TCP ||
		     pkt->hash_type == XNET_HASHT_IPV6_TCP;

	skb_set_hash(skb, pkt->hash, ports ? PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
}

/* Return: false if the packet was malformed and has been freed. */
static bool describe(struct xnb_queue *queue, struct sk_buff *skb,
		     const struct xnb_tx_packet *pkt)
{
	struct xnb_tx_counts *counts = &queue->counts.tx;

	skb->protocol = eth_type_trans(skb, queue->vif->dev);
	skb_record_rx_queue(skb, queue->index);
	if (unlikely(pkt->has_hash))
		set_hash(skb, pkt);
	if (likely(!set_offloads(skb, pkt, counts)))
		return true;
	xsplit_count(&counts->bad_meta, 1);
	kfree_skb(skb);
	return false;
}

/* --- GRO or list -------------------------------------------------------- */

/*
 * TCP gains from being merged, and tagged frames may hold TCP; for other packets the
 * search costs more than the rest of their delivery. A GSO packet goes through GRO as
 * well, or it would overtake packets of its connection that GRO holds, but it is not
 * merged: see compat/net.h. @skb: its data begins at the network header.
 */
static bool may_merge(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return skb_headlen(skb) >= sizeof(struct iphdr) &&
		       ((const struct iphdr *)skb->data)->protocol == IPPROTO_TCP;
	if (skb->protocol == htons(ETH_P_IPV6))
		return skb_headlen(skb) >= sizeof(struct ipv6hdr) &&
		       ((const struct ipv6hdr *)skb->data)->nexthdr == IPPROTO_TCP;
	return eth_type_vlan(skb->protocol);
}

/* @list: packets that are delivered together, at the end of the pass */
static void hand_over(struct xnb_queue *queue, struct sk_buff *skb, struct list_head *list)
{
	struct xnb_tx *tx = &queue->tx;

	if (tx->mapping || !may_merge(skb)) {
		list_add_tail(&skb->list, list);
		return;
	}
	/*
	 * The first kernels of 6.1 merge packets that are still to be segmented, SKB_GSO_DODGY
	 * or not, into lists that skb_segment() cannot take apart.
	 */
	if (skb_is_gso(skb) && tx->merging)
		napi_gro_flush(&tx->napi, false);
	tx->merging = true;
	napi_gro_receive(&tx->napi, skb);
}

/* --- with an XDP program ------------------------------------------------ */

static void drop_no_memory(struct xnb_queue *queue, struct sk_buff *skb)
{
	xsplit_count(&queue->counts.tx.no_memory, 1);
	kfree_skb(skb);
}

/* @skb: described, and with a finished checksum */
static void run_prog_skb(struct xnb_queue *queue, struct sk_buff *skb, struct list_head *list)
{
	if (xnb_xdp_run_skb(queue, queue->tx.prog, &skb))
		hand_over(queue, skb, list);
}

/* Return: finished segments, each as eth_type_trans() leaves a packet; NULL without memory. */
static struct sk_buff *segment(struct sk_buff *skb)
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

static void run_prog_segments(struct xnb_queue *queue, struct sk_buff *skb,
			      struct list_head *list)
{
	struct sk_buff *next, *segments = segment(skb);

	if (!segments) {
		drop_no_memory(queue, skb);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segments, skb, next) {
		skb_mark_not_on_list(skb);
		run_prog_skb(queue, skb, list);
	}
}

/* The program sees the frame in its page, as it will be on the wire. */
static void run_prog_page(struct xnb_queue *queue, struct sk_buff *skb,
			  const struct xnb_tx_packet *pkt, struct list_head *list)
{
	struct xnb_tx_packet finished = *pkt;

	if (pkt->csum_blank) {
		if (!describe(queue, skb, pkt))
			return;
		if (xnb_finish_csum(skb)) {
			drop_no_memory(queue, skb);
			return;
		}
		finished.csum_blank = false;
		skb_push(skb, ETH_HLEN);
		/* The program may change the address. */
		skb->pkt_type = PACKET_HOST;
	}
	if (xnb_xdp_run(queue, queue->tx.prog, skb) && describe(queue, skb, &finished))
		hand_over(queue, skb, list);
}

static noinline void deliver_to_prog(struct xnb_queue *queue, struct sk_buff *skb,
				     const struct xnb_tx_packet *pkt, struct list_head *list)
{
	if (pkt->gso_type == XNET_GSO_NONE && xnb_xdp_fits(skb)) {
		run_prog_page(queue, skb, pkt, list);
		return;
	}
	if (!describe(queue, skb, pkt))
		return;
	if (skb_is_gso(skb))
		run_prog_segments(queue, skb, list);
	else if (xnb_finish_csum(skb))
		drop_no_memory(queue, skb);
	else
		run_prog_skb(queue, skb, list);
}

/* --- delivery ----------------------------------------------------------- */

static void count_packet(struct xnb_tx_counts *counts, const struct xnb_tx_packet *pkt)
{
	xsplit_count(&counts->packets, 1);
	/* Like every driver: without the header that eth_type_trans() takes off. */
	xsplit_count(&counts->bytes, pkt->len - ETH_HLEN);
	if (pkt->gso_type != XNET_GSO_NONE)
		xsplit_count(&counts->gso, 1);
}

static void deliver(struct xnb_queue *queue, const struct xnb_tx_work *work,
		    struct list_head *list)
{
	struct sk_buff *skb = work->skb;

	/* The guest may split a frame anywhere, even within the Ethernet header. */
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		drop_no_memory(queue, skb);
		return;
	}
	count_packet(&queue->counts.tx, &work->pkt);
	if (unlikely(queue->tx.prog))
		deliver_to_prog(queue, skb, &work->pkt, list);
	else if (likely(describe(queue, skb, &work->pkt)))
		hand_over(queue, skb, list);
}

void xnb_tx_deliver(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;
	unsigned int i;
	LIST_HEAD(list);

	for (i = 0; i < tx->nr_work; i++)
		if (likely(tx->work[i].skb))
			deliver(queue, &tx->work[i], &list);
	if (!list_empty(&list))
		netif_receive_skb_list(&list);
}
