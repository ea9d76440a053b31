/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets to the guest and its hashes: which one a packet has, which queue it
 * goes to.
 */
#ifndef XSPLIT_NETBACK_RX_HASH_H
#define XSPLIT_NETBACK_RX_HASH_H

#include <linux/skbuff.h>

#include "netback/hash.h"

/* Does the guest want hashes at all? Context: any. */
static inline bool xnb_rx_hash_wanted(const struct xnb_hash *hash)
{
	return unlikely(READ_ONCE(hash->algorithm) != XNET_HASH_NONE);
}

/**
 * xnb_rx_hash - the hash the guest wants of a packet
 * @hash: what it asked for
 * @skb: the packet, its data at the Ethernet header, its device set
 * @value: the hash, if there is one
 *
 * Context: any. Return: XNET_HASHT_*, or XNB_HASHT_NONE.
 */
int xnb_rx_hash(const struct xnb_hash *hash, const struct sk_buff *skb, u32 *value);

/**
 * xnb_rx_hash_queue - the queue the guest wants a packet in
 * @hash: what it asked for
 * @skb: the packet
 * @nr_queues: how many there are, at least 1
 *
 * Context: any. Return: a queue below @nr_queues.
 */
u32 xnb_rx_hash_queue(const struct xnb_hash *hash, const struct sk_buff *skb, u32 nr_queues);

#endif /* XSPLIT_NETBACK_RX_HASH_H */
