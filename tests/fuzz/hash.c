// SPDX-License-Identifier: GPL-2.0
/* Toeplitz hashes of any key and packet, against the definition, bit by bit. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "netback/hash.h"

enum { KEY = 40, ADDRS = 32, PORTS = 4 };

static bool bit(const u8 *bytes, u32 nth)
{
	return bytes[nth / 8] >> (7 - nth % 8) & 1;
}

/* For each bit of the input that is set, the 32 bits of the key from there on. */
static u32 toeplitz(const u8 *key, const u8 *input, u32 len)
{
	u32 sum = 0, i, j, window;

	for (i = 0; i < 8 * len; i++) {
		if (!bit(input, i))
			continue;
		for (window = 0, j = 0; j < 32; j++)
			window = window << 1 | bit(key, i + j);
		sum ^= window;
	}
	return sum;
}

static void packet(const struct xnb_hash *hash, u32 type, struct input *input)
{
	u32 addrs = type & 2 ? ADDRS : 8, ports = type & 1 ? PORTS : 0;
	u8 *addr = exact(addrs), *port = exact(ports), whole[ADDRS + PORTS];

	input_bytes(input, addr, addrs);
	input_bytes(input, port, ports);
	memcpy(whole, addr, addrs);
	memcpy(whole + addrs, port, ports);
	EXPECT_EQ(xnb_hash_packet(hash, type, addr, port),
		  toeplitz(hash->key, whole, addrs + ports));
	free(addr);
	free(port);
}

static void type_chosen(const struct xnb_hash *hash, bool ipv6, bool tcp)
{
	int type = xnb_hash_type(hash, ipv6, tcp);
	u32 ip = ipv6 ? 2 : 0;

	if (hash->algorithm != 1)
		EXPECT_EQ(type, -1);
	else if (tcp && hash->flags >> (ip + 1) & 1)
		EXPECT_EQ(type, ip + 1);
	else
		EXPECT_EQ(type, hash->flags >> ip & 1 ? (int)ip : -1);
}

void fuzz(struct input *input)
{
	struct xnb_hash *hash = exact(sizeof(*hash));
	u32 len = input_u8(input) % (KEY + 1), i, nr;
	u8 *key = exact(len), zero[KEY] = { };

	xnb_hash_reset(hash);
	EXPECT(!memcmp(hash->key, zero, KEY));
	input_bytes(input, key, len);
	xnb_hash_set_key(hash, key, len);
	EXPECT(!memcmp(hash->key, key, len));
	EXPECT(!memcmp(hash->key + len, zero, KEY - len));
	hash->algorithm = input_u8(input) & 1;
	hash->flags = input_u8(input) & 15;
	for (i = 0; i < 4; i++) {
		packet(hash, i, input);
		type_chosen(hash, i & 1, i & 2);
	}
	hash->size = input_u8(input) % 129;
	for (i = 0; i < 128; i++)
		hash->mapping[i] = input_u16(input);
	nr = input_u8(input) + 1u;
	EXPECT(xnb_hash_queue(hash, input_u32(input), nr) < nr);
	free(key);
	free(hash);
}
