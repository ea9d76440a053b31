// SPDX-License-Identifier: GPL-2.0
/* Toeplitz hashes; see hash.h. */

#include <linux/compiler.h>
#include <linux/string.h>

#include "netback/hash.h"

/* The last nibble of the input meets the last 32 bits of the key. */
static_assert(XNB_HASH_INPUT + 4 == XNET_HASH_KEY_BYTES);

static const struct {
	u8 addr_bytes;
	u8 port_bytes;
} inputs[] = {
	[XNET_HASHT_IPV4] = { 8, 0 },
	[XNET_HASHT_IPV4_TCP] = { 8, 4 },
	[XNET_HASHT_IPV6] = { 32, 0 },
	[XNET_HASHT_IPV6_TCP] = { 32, 4 },
};

/* 32 bits of the key from a bit on; bits count from the most significant one. */
static u32 key_bits(const u8 *key, u32 bit)
{
	const u8 *at = key + bit / 8;
	u64 bits = (u64)at[0] << 32 | (u64)at[1] << 24 | at[2] << 16 | at[3] << 8 | at[4];

	return bits >> (8 - bit % 8);
}

static u32 nibble_hash(const u8 *key, u32 nibble, u32 value)
{
	u32 sum = 0, bit;

	for (bit = 0; bit < 4; bit++)
		if (value & (8u >> bit))
			sum ^= key_bits(key, 4 * nibble + bit);
	return sum;
}

void xnb_hash_set_key(struct xnb_hash *hash, const u8 *key, u32 len)
{
	u32 nibble, value;

	memset(hash->key, 0, sizeof(hash->key));
	if (len)
		memcpy(hash->key, key, len);
	for (nibble = 0; nibble < XNB_HASH_NIBBLES; nibble++)
		for (value = 0; value < 16; value++)
			WRITE_ONCE(hash->table[nibble][value],
				   nibble_hash(hash->key, nibble, value));
}

void xnb_hash_reset(struct xnb_hash *hash)
{
	WRITE_ONCE(hash->algorithm, XNET_HASH_NONE);
	WRITE_ONCE(hash->flags, 0);
	WRITE_ONCE(hash->size, 0);
	memset(hash->mapping, 0, sizeof(hash->mapping));
	memset(hash->key, 0, sizeof(hash->key));
	memset(hash->table, 0, sizeof(hash->table));
}

int xnb_hash_type(const struct xnb_hash *hash, bool ipv6, bool tcp)
{
	u32 ip_type = ipv6 ? XNET_HASHT_IPV6 : XNET_HASHT_IPV4;
	u32 tcp_type = ipv6 ? XNET_HASHT_IPV6_TCP : XNET_HASHT_IPV4_TCP;
	u32 flags = READ_ONCE(hash->flags);

	if (READ_ONCE(hash->algorithm) != XNET_HASH_TOEPLITZ)
		return XNB_HASHT_NONE;
	if (tcp && (flags & XNET_HASHF(tcp_type)))
		return tcp_type;
	return flags & XNET_HASHF(ip_type) ? (int)ip_type : XNB_HASHT_NONE;
}

static u32 hash_bytes(const struct xnb_hash *hash, const u8 *bytes, u32 from, u32 len)
{
	u32 sum = 0, i;

	for (i = 0; i < len; i++) {
		sum ^= hash->table[2 * (from + i)][bytes[i] >> 4];
		sum ^= hash->table[2 * (from + i) + 1][bytes[i] & 15];
	}
	return sum;
}

u32 xnb_hash_packet(const struct xnb_hash *hash, u32 type, const void *addrs, const void *ports)
{
	u32 nr = inputs[type].addr_bytes;

	return hash_bytes(hash, addrs, 0, nr) ^
	       hash_bytes(hash, ports, nr, inputs[type].port_bytes);
}

u32 xnb_hash_queue(const struct xnb_hash *hash, u32 value, u32 nr_queues)
{
	u32 size = READ_ONCE(hash->size), queue = value;

	if (nr_queues <= 1)
		return 0;
	if (size)
		queue = READ_ONCE(hash->mapping[value % size]);
	/* The mapping may be from a time with more queues. */
	return queue < nr_queues ? queue : queue % nr_queues;
}
