// SPDX-License-Identifier: GPL-2.0
/* Toeplitz hashes against published values and a second, bitwise computation. */
#include <string.h>

#include "netback/hash.h"
#include "suites.h"

enum { V4 = 0, V4_TCP = 1, V6 = 2, V6_TCP = 3, NONE = -1 };

/* The key of Microsoft's verification suite for receive side scaling. */
static const u8 rss_key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/**
 * struct vector - one line of the verification suite
 * @src: source address
 * @dst: destination address
 * @src_port: source port
 * @dst_port: destination port
 * @ip: hash over the addresses
 * @tcp: hash over addresses and ports
 */
struct vector {
	u8 src[16];
	u8 dst[16];
	u16 src_port;
	u16 dst_port;
	u32 ip;
	u32 tcp;
};

static const struct vector v4_vectors[] = {
	{ { 66, 9, 149, 187 }, { 161, 142, 100, 80 }, 2794, 1766, 0x323e8fc2, 0x51ccc178 },
	{ { 199, 92, 111, 2 }, { 65, 69, 140, 83 }, 14230, 4739, 0xd718262a, 0xc626b0ea },
	{ { 24, 19, 198, 95 }, { 12, 22, 207, 184 }, 12898, 38024, 0xd2d0a5de, 0x5c2b394a },
	{ { 38, 27, 205, 30 }, { 209, 142, 163, 6 }, 48228, 2217, 0x82989176, 0xafc7327f },
	{ { 153, 39, 163, 191 }, { 202, 188, 127, 2 }, 44251, 1303, 0x5d1809c5, 0x10e828a2 },
};

static const struct vector v6_vectors[] = {
	/* 3ffe:2501:200:1fff::7 to 3ffe:2501:200:3::1 */
	{ { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 0x07 },
	  { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0x01 },
	  2794, 1766, 0x2cc18cd5, 0x40207d3d },
	/* 3ffe:501:8::260:97ff:fe40:efab to ff02::1 */
	{ { 0x3f, 0xfe, 0x05, 0x01, 0, 0x08, 0, 0, 0x02, 0x60, 0x97, 0xff, 0xfe, 0x40, 0xef, 0xab },
	  { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01 },
	  14230, 4739, 0x0f0c461c, 0xdde51bbf },
	/* 3ffe:1900:4545:3:200:f8ff:fe21:67cf to fe80::200:f8ff:fe21:67cf */
	{ { 0x3f, 0xfe, 0x19, 0, 0x45, 0x45, 0, 0x03, 0x02, 0, 0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf },
	  { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x02, 0, 0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf },
	  44251, 38024, 0x4b61e985, 0x02d1feef },
};

static struct xnb_hash hash;

static void prepare(void)
{
	memset(&hash, 0, sizeof(hash));
	xnb_hash_set_key(&hash, rss_key, sizeof(rss_key));
}

static void check_vector(const struct vector *vector, u32 addr_bytes, u32 type)
{
	u8 addrs[32], ports[4];

	memcpy(addrs, vector->src, addr_bytes);
	memcpy(addrs + addr_bytes, vector->dst, addr_bytes);
	ports[0] = vector->src_port >> 8;
	ports[1] = vector->src_port & 255;
	ports[2] = vector->dst_port >> 8;
	ports[3] = vector->dst_port & 255;
	EXPECT_EQ(xnb_hash_packet(&hash, type, addrs, NULL), vector->ip);
	EXPECT_EQ(xnb_hash_packet(&hash, type + 1, addrs, ports), vector->tcp);
}

static void published_ipv4(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(v4_vectors); i++) {
		test_context("vector %u", i);
		check_vector(&v4_vectors[i], 4, V4);
	}
}

static void published_ipv6(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(v6_vectors); i++) {
		test_context("vector %u", i);
		check_vector(&v6_vectors[i], 16, V6);
	}
}

/* As the protocol describes it: a window slides over the key, bit by bit. */
static u32 bitwise(const u8 *key, const u8 *input, u32 len)
{
	u32 sum = 0, i, j, window;

	for (i = 0; i < 8 * len; i++) {
		if (!(input[i / 8] >> (7 - i % 8) & 1))
			continue;
		for (window = 0, j = i; j < i + 32; j++)
			window = window << 1 | (key[j / 8] >> (7 - j % 8) & 1);
		sum ^= window;
	}
	return sum;
}

static void random_keys_and_packets(void)
{
	static const u32 addr_bytes[] = { 8, 8, 32, 32 }, port_bytes[] = { 0, 4, 0, 4 };
	u8 key[40], input[36];
	u32 round, i, type;

	for (round = 0; round < 2000; round++) {
		for (i = 0; i < 40; i++)
			key[i] = test_random();
		for (i = 0; i < 36; i++)
			input[i] = test_random();
		type = round % 4;
		xnb_hash_set_key(&hash, key, 40);
		test_context("round %u type %u", round, type);
		EXPECT_EQ(xnb_hash_packet(&hash, type, input, input + addr_bytes[type]),
			  bitwise(key, input, addr_bytes[type] + port_bytes[type]));
	}
}

/* What a shorter key lacks is zero, whatever the key before it was. */
static void shorter_keys(void)
{
	u8 padded[40], input[36];
	u32 len, i;

	for (i = 0; i < 36; i++)
		input[i] = test_random();
	for (len = 0; len <= 40; len++) {
		prepare();
		memset(padded, 0, sizeof(padded));
		memcpy(padded, rss_key, len);
		xnb_hash_set_key(&hash, rss_key, len);
		test_context("%u bytes", len);
		EXPECT_EQ(xnb_hash_packet(&hash, V6_TCP, input, input + 32),
			  bitwise(padded, input, 36));
		EXPECT(!memcmp(hash.key, padded, 40));
	}
	xnb_hash_set_key(&hash, NULL, 0);
	EXPECT_EQ(xnb_hash_packet(&hash, V6_TCP, input, input + 32), 0);
}

static void reset_forgets_everything(void)
{
	static const struct xnb_hash zero;

	memset(&hash, 0xff, sizeof(hash));
	xnb_hash_reset(&hash);
	EXPECT(!memcmp(&hash, &zero, sizeof(hash)));
}

/* All 16 sets of types, for the four kinds of packets. */
static void type_chosen(void)
{
	u32 flags;

	for (flags = 0; flags < 16; flags++) {
		hash.flags = flags;
		hash.algorithm = 1;
		test_context("flags %u", flags);
		EXPECT_EQ(xnb_hash_type(&hash, false, false), flags & 1 ? V4 : NONE);
		EXPECT_EQ(xnb_hash_type(&hash, false, true),
			  flags & 2 ? V4_TCP : flags & 1 ? V4 : NONE);
		EXPECT_EQ(xnb_hash_type(&hash, true, false), flags & 4 ? V6 : NONE);
		EXPECT_EQ(xnb_hash_type(&hash, true, true),
			  flags & 8 ? V6_TCP : flags & 4 ? V6 : NONE);
		hash.algorithm = 0;
		EXPECT_EQ(xnb_hash_type(&hash, false, false), NONE);
		EXPECT_EQ(xnb_hash_type(&hash, true, true), NONE);
	}
}

static void queue_without_mapping(void)
{
	u32 nr;

	for (nr = 1; nr <= 9; nr++) {
		EXPECT_EQ(xnb_hash_queue(&hash, 0, nr), 0);
		EXPECT_EQ(xnb_hash_queue(&hash, 1000003, nr), 1000003 % nr);
		EXPECT_EQ(xnb_hash_queue(&hash, 0xffffffff, nr), 0xffffffff % nr);
	}
}

/* The index is the hash modulo a size that need be no power of two. */
static void queue_by_mapping(void)
{
	static const u32 sizes[] = { 1, 3, 100, 127, 128 };
	u32 i, value;

	for (i = 0; i < 128; i++)
		hash.mapping[i] = (i * 7 + 3) % 8;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		hash.size = sizes[i];
		for (value = 0; value < 1000; value++) {
			u32 entry = (value << 22 | value) % sizes[i];

			test_context("size %u value %u", sizes[i], value);
			EXPECT_EQ(xnb_hash_queue(&hash, value << 22 | value, 8),
				  (entry * 7 + 3) % 8);
		}
	}
}

/* After a reconnect with fewer queues the mapping may name some that are gone. */
static void queue_is_always_one_there_is(void)
{
	u32 i, nr;

	hash.size = 128;
	for (i = 0; i < 128; i++)
		hash.mapping[i] = i * 513;
	for (nr = 1; nr <= 16; nr++)
		for (i = 0; i < 1000; i++)
			EXPECT(xnb_hash_queue(&hash, test_random(), nr) < nr);
	for (i = 0; i < 128; i++)
		hash.mapping[i] = i;
	for (nr = 1; nr <= 127; nr++)
		EXPECT_EQ(xnb_hash_queue(&hash, nr, nr), 0);
}

static const struct test_case cases[] = {
	CASE(published_ipv4),
	CASE(published_ipv6),
	CASE(random_keys_and_packets),
	CASE(shorter_keys),
	CASE(reset_forgets_everything),
	CASE(type_chosen),
	CASE(queue_without_mapping),
	CASE(queue_by_mapping),
	CASE(queue_is_always_one_there_is),
};

TEST_SUITE(back_hash_suite, "Toeplitz hashes", cases, prepare);
