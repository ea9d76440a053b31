/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hash that the guest wants of a packet, and the queue it selects.
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

/*
 * Compute the hash that the guest wants of a packet, whose data begins at the Ethernet
 * header and whose device is set. Context: any. Return: XNET_HASHT_*, or XNB_HASHT_NONE
 * and @value is not set.
 */
int xnb_rx_hash(const struct xnb_hash *hash, const struct sk_buff *skb, u32 *value);

/*
 * Select the queue that the guest wants a packet in. @nr_queues is at least 1.
 * Context: any. Return: a queue below @nr_queues.
 */
u32 xnb_rx_hash_queue(const struct xnb_hash *hash, const struct sk_buff *skb, u32 nr_queues);

#endif /* XSPLIT_NETBACK_RX_HASH_H */
