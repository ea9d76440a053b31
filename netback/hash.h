/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Toeplitz hashes as the guest set them up over its control ring, and the queue that a
 * hash selects.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 *
 * One writer (the control ring) may change a hash while any number of readers use it.
 * Every word is valid at any time, so the worst that a reader can do during a change is
 * to select another queue for a packet.
 */
#ifndef XSPLIT_NETBACK_HASH_H
#define XSPLIT_NETBACK_HASH_H

#include <linux/kernel.h>
#include <linux/types.h>

#include "xenbus/netif.h"

/* Source and destination address of IPv6, and both ports. */
#define XNB_HASH_INPUT	36u
#define XNB_HASH_NIBBLES (2 * XNB_HASH_INPUT)

/* xnb_hash_type(): the guest wants no hash of such a packet. */
#define XNB_HASHT_NONE	(-1)

/**
 * struct xnb_hash - what the guest asked for; zeroed: no hashing
 * @algorithm: XNET_HASH_*
 * @flags: XNET_HASHF() of the types to compute
 * @size: entries of the mapping, up to XNET_HASH_MAPPING_MAX; 0: modulo the
 *	number of queues
 * @mapping: queue of each entry, below the number of queues when it was set
 * @key: the key, zeroes where the guest gave none
 * @table: the key's part of the hash for each nibble of the input and its value
 */
struct xnb_hash {
	u32 algorithm;
	u32 flags;
	u32 size;
	u16 mapping[XNET_HASH_MAPPING_MAX];
	u8 key[XNET_HASH_KEY_BYTES];
	u32 table[XNB_HASH_NIBBLES][16];
};

/* Forget everything the guest asked for. */
void xnb_hash_reset(struct xnb_hash *hash);

/*
 * Set the key to @len bytes of private memory, at most XNET_HASH_KEY_BYTES, and zeroes
 * after them. @key is not read if @len is 0.
 */
void xnb_hash_set_key(struct xnb_hash *hash, const u8 *key, u32 len);

/*
 * The type of hash that the guest wants of an IPv6 or IPv4 packet. @tcp: it is TCP, its
 * header is complete and it is not a fragment. Return: XNET_HASHT_*, or XNB_HASHT_NONE.
 */
int xnb_hash_type(const struct xnb_hash *hash, bool ipv6, bool tcp);

/**
 * xnb_hash_packet - compute a hash
 * @hash: the hash
 * @type: XNET_HASHT_*
 * @addrs: source and destination address, as they follow each other in an IP
 *	header: 8 bytes for IPv4, 32 for IPv6
 * @ports: source and destination port, as they follow each other in a TCP header:
 *	4 bytes; not read for types without TCP
 *
 * Return: the hash, host byte order.
 */
u32 xnb_hash_packet(const struct xnb_hash *hash, u32 type, const void *addrs,
		    const void *ports);

/*
 * The queue that a packet's hash selects. @nr_queues is at least 1.
 * Return: a queue below @nr_queues, whatever the mapping says.
 */
u32 xnb_hash_queue(const struct xnb_hash *hash, u32 value, u32 nr_queues);

#endif /* XSPLIT_NETBACK_HASH_H */
