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

/* What the guest asked for; zeroed: no hashing */
struct xnb_hash {
	u32 algorithm;				/* XNET_HASH_* */
	u32 flags;				/* XNET_HASHF() of the types to compute */
	u32 size;				/* of @mapping; 0: modulo the number of queues */
	u16 mapping[XNET_HASH_MAPPING_MAX];	/* of a time with as many queues, or more */
	u8 key[XNET_HASH_KEY_BYTES];		/* zeroes where the guest gave none */
	u32 table[XNB_HASH_NIBBLES][16];	/* the key's part for each nibble of the input */
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

/*
 * Compute a hash. @addrs: source and destination address, @ports: source and destination
 * port, each as they follow each other in the headers; @ports is not read for types without
 * TCP. Return: the hash, host byte order.
 */
u32 xnb_hash_packet(const struct xnb_hash *hash, u32 type, const void *addrs,
		    const void *ports);

/*
 * The queue that a packet's hash selects. @nr_queues is at least 1.
 * Return: a queue below @nr_queues, whatever the mapping says.
 */
u32 xnb_hash_queue(const struct xnb_hash *hash, u32 value, u32 nr_queues);

#endif /* XSPLIT_NETBACK_HASH_H */
