// SPDX-License-Identifier: GPL-2.0
/* The hash and the queue of a packet to the guest. */

#include <linux/etherdevice.h>
#include <linux/in.h>
#include <net/flow_dissector.h>

#include "netback/rx_hash.h"

/* Ports are hashed only if every packet of the connection has them. */
static bool has_ports(const struct flow_keys *flow)
{
	return flow->basic.ip_proto == IPPROTO_TCP &&
	       !(flow->control.flags & FLOW_DIS_IS_FRAGMENT);
}

/* Return: the addresses, source first; NULL if the packet has none. */
static const void *find_addrs(const struct flow_keys *flow)
{
	switch (flow->basic.n_proto) {
	case htons(ETH_P_IP):
		return &flow->addrs.v4addrs;
	case htons(ETH_P_IPV6):
		return &flow->addrs.v6addrs;
	default:
		return NULL;
	}
}

/*
 * Dissect from the first byte of the frame: after a VLAN tag was inserted, or if the frame
 * came by way of XDP, the network header need not be where @skb says.
 */
static bool dissect(const struct sk_buff *skb, struct flow_keys *flow)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;

	return skb_headlen(skb) >= ETH_HLEN &&
	       __skb_flow_dissect(NULL, skb, &flow_keys_dissector, flow, eth, eth->h_proto,
				  ETH_HLEN, skb_headlen(skb), 0);
}

int xnb_rx_hash(const struct xnb_hash *hash, const struct sk_buff *skb, u32 *value)
{
	struct flow_keys flow = { };
	const void *addrs;
	int type;

	if (!dissect(skb, &flow))
		return XNB_HASHT_NONE;
	addrs = find_addrs(&flow);
	if (!addrs)
		return XNB_HASHT_NONE;
	type = xnb_hash_type(hash, flow.basic.n_proto == htons(ETH_P_IPV6), has_ports(&flow));
	if (type != XNB_HASHT_NONE)
		*value = xnb_hash_packet(hash, type, addrs, &flow.ports);
	return type;
}

/* Packets without a hash all go to one queue, which keeps their order. */
u32 xnb_rx_hash_queue(const struct xnb_hash *hash, const struct sk_buff *skb, u32 nr_queues)
{
	u32 value;

	if (xnb_rx_hash(hash, skb, &value) == XNB_HASHT_NONE)
		return 0;
	return xnb_hash_queue(hash, value, nr_queues);
}
