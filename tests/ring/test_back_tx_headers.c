// SPDX-License-Identifier: GPL-2.0
/* What is said to the network stack of a guest's headers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "headers.h"
#include "netback/tx_headers.h"
#include "suites.h"
#include "xenbus/netif.h"

enum { HOP = 0, TCP = 6, UDP = 17, ROUTING = 43, FRAGMENT = 44, AUTH = 51, DEST = 60 };

static u32 type, len;
static struct xnb_headers got;

/* Tags, from the outer to the inner. Return: where IP begins. */
static u32 tags(u32 nr, u32 ip)
{
	u32 at;

	memset(frame, 0, sizeof(frame));
	type = nr == 2 ? 0x88a8 : nr ? 0x8100 : ip;
	for (at = 0; nr--; at += 4)
		put_be16(at + 2, nr ? 0x8100 : ip);
	return at;
}

static u32 extension(u32 at, u8 next, u8 units)
{
	frame[at] = next;
	frame[at + 1] = units;
	return at + (units + 1) * 8;
}

/* The frame has all that comes before the payload, and the payload. */
static u32 tcp(u32 at, u32 words, u32 payload)
{
	frame[at + 12] = words << 4;
	len = at + words * 4 + payload;
	return at;
}

static u32 udp(u32 at, u32 payload)
{
	len = at + 8 + payload;
	return at;
}

/* Only @seen bytes may be read: one more is found by the address sanitizer. */
static enum xnb_headers_verdict find(u32 seen)
{
	u8 *copy = malloc(seen ?: 1);
	enum xnb_headers_verdict verdict;

	memcpy(copy, frame, seen);
	memset(&got, 0xa5, sizeof(got));
	verdict = xnb_headers_find(type, copy, seen, len, &got);
	free(copy);
	return verdict;
}

static enum xnb_headers_verdict find_all(void)
{
	return find(len < XNB_HEADERS_MAX ? len : XNB_HEADERS_MAX);
}

static void expect(u32 l3, u32 l4, u32 end, u32 payload, bool is_tcp, bool six)
{
	EXPECT_EQ(find_all(), XNB_HEADERS_FOUND);
	EXPECT_EQ(got.l3, l3);
	EXPECT_EQ(got.l4, l4);
	EXPECT_EQ(got.end, end);
	EXPECT_EQ(got.payload, payload);
	EXPECT_EQ(got.csum, is_tcp ? 16 : 6);
	EXPECT_EQ(got.tcp, is_tcp);
	EXPECT_EQ(got.six, six);
}

static void plain(void)
{
	tcp(ipv4(tags(0, 0x0800), 5, TCP), 5, 1000);
	expect(0, 20, 40, 1000, true, false);
	tcp(ipv4(tags(0, 0x0800), 15, TCP), 15, 7);
	expect(0, 60, 120, 7, true, false);
	udp(ipv4(tags(0, 0x0800), 5, UDP), 0);
	expect(0, 20, 28, 0, false, false);
	tcp(ipv6(tags(0, 0x86dd), TCP), 8, 100);
	expect(0, 40, 72, 100, true, true);
	udp(ipv6(tags(0, 0x86dd), UDP), 60000);
	expect(0, 40, 48, 60000, false, true);
}

static void tagged(void)
{
	udp(ipv4(tags(1, 0x0800), 5, UDP), 100);
	expect(4, 24, 32, 100, false, false);
	tcp(ipv6(tags(1, 0x86dd), TCP), 5, 100);
	expect(4, 44, 64, 100, true, true);
	tcp(ipv4(tags(2, 0x0800), 6, TCP), 5, 100);
	expect(8, 32, 52, 100, true, false);
	udp(ipv6(tags(2, 0x86dd), UDP), 1);
	expect(8, 48, 56, 1, false, true);
	udp(ipv4(tags(3, 0x0800), 5, UDP), 100);
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	udp(ipv4(tags(1, 0x0806), 5, UDP), 100);
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
}

static void extensions(void)
{
	u32 at = extension(ipv6(tags(0, 0x86dd), HOP), DEST, 0);

	at = extension(at, ROUTING, 1);
	at = extension(at, DEST, 2);
	at = extension(at, TCP, 0);
	tcp(at, 5, 50);
	expect(0, 40 + 8 + 16 + 24 + 8, 116, 50, true, true);
	/* An authentication header counts in units of 4, two of them not counted. */
	at = ipv6(tags(1, 0x86dd), AUTH);
	frame[at] = UDP;
	frame[at + 1] = 4;
	udp(at + 24, 10);
	expect(4, 68, 76, 10, false, true);
	at = extension(ipv6(tags(0, 0x86dd), DEST), TCP, 25);
	tcp(at, 5, 10);
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	/* Endless ones. */
	for (len = 40, at = ipv6(tags(0, 0x86dd), DEST); at < 500; at += 8)
		extension(at, DEST, 0);
	len = 500;
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
}

/* Neither more headers than drivers look through, nor headers beyond what is kept linear. */
static void headers_have_a_limit(void)
{
	u32 nr, i, at;

	for (nr = 4; nr <= 9; nr++) {
		test_context("%u extension headers", nr);
		at = ipv6(tags(0, 0x86dd), DEST);
		for (i = 1; i < nr; i++)
			at = extension(at, DEST, 0);
		udp(extension(at, UDP, 0), 10);
		EXPECT_EQ(find_all(), nr <= 6 ? XNB_HEADERS_FOUND : XNB_HEADERS_BAD);
	}
	udp(extension(ipv6(tags(0, 0x86dd), DEST), UDP, 25), 10);
	EXPECT_EQ(find(len), XNB_HEADERS_FOUND);
	EXPECT_EQ(got.end, 256);
	udp(extension(ipv6(tags(0, 0x86dd), DEST), UDP, 26), 10);
	EXPECT_EQ(find(len), XNB_HEADERS_BAD);
}

/* Nobody knows where the header behind an unknown one begins. */
static void unknown_extension(void)
{
	u32 at = ipv6(tags(0, 0x86dd), 135);

	frame[at] = TCP;
	tcp(at, 5, 100);
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
}

static void fragments(void)
{
	u32 at;

	udp(ipv4(tags(0, 0x0800), 5, UDP), 100);
	put_be16(6, 0x2000);
	EXPECT_EQ(find_all(), XNB_HEADERS_FRAGMENT);
	put_be16(6, 0x0001);
	EXPECT_EQ(find_all(), XNB_HEADERS_FRAGMENT);
	put_be16(6, 0x8000);
	EXPECT_EQ(find_all(), XNB_HEADERS_FOUND);
	at = extension(ipv6(tags(1, 0x86dd), FRAGMENT), UDP, 0);
	udp(at, 100);
	put_be16(44 + 2, 8);
	EXPECT_EQ(find_all(), XNB_HEADERS_FRAGMENT);
	put_be16(44 + 2, 1);
	EXPECT_EQ(find_all(), XNB_HEADERS_FRAGMENT);
	/* All of the packet; what these bits are for nobody knows yet. */
	put_be16(44 + 2, 6);
	expect(4, 52, 60, 100, false, true);
}

static void bad(void)
{
	u32 words;

	for (words = 0; words < 5; words++) {
		tcp(ipv4(tags(0, 0x0800), 5, TCP), 5, 100);
		frame[0] = 4 << 4 | words;
		/* Where TCP would be then it looks well. */
		frame[words * 4 + 12] = 5 << 4;
		EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
		tcp(ipv4(tags(0, 0x0800), 5, TCP), 5, 100);
		frame[32] = words << 4;
		EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	}
	tcp(ipv4(tags(0, 0x0800), 5, TCP), 5, 100);
	frame[0] = 0x65;
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	tcp(ipv6(tags(0, 0x86dd), TCP), 5, 100);
	frame[0] = 0x40;
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	tcp(ipv4(tags(0, 0x0800), 5, 1), 5, 100);
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	tcp(ipv6(tags(0, 0x86dd), 58), 5, 100);
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	/* More words of TCP than bytes. */
	tcp(ipv4(tags(0, 0x0800), 5, TCP), 6, 0);
	frame[32] = 7 << 4;
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
}

/* No length that is too short is taken, and none is read beyond. */
static void cut_short(void)
{
	u32 full, seen;

	tcp(ipv4(tags(2, 0x0800), 7, TCP), 8, 0);
	for (full = len, len = 0; len < full; len++)
		EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	EXPECT_EQ(find_all(), XNB_HEADERS_FOUND);
	udp(extension(ipv6(tags(1, 0x86dd), HOP), UDP, 0), 0);
	for (full = len, len = 0; len < full; len++)
		EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	EXPECT_EQ(find_all(), XNB_HEADERS_FOUND);
	/* The frame goes on, but no more of it has been copied. */
	tcp(ipv4(tags(0, 0x0800), 6, TCP), 15, 1000);
	for (full = 24 + 60, seen = 0; seen < full; seen++)
		EXPECT_EQ(find(seen), XNB_HEADERS_BAD);
	EXPECT_EQ(find(full), XNB_HEADERS_FOUND);
	/* A fragment whose options are not there. */
	put_be16(6, 0x2000);
	EXPECT_EQ(find(23), XNB_HEADERS_BAD);
	EXPECT_EQ(find(24), XNB_HEADERS_FRAGMENT);
}

/* What is behind the packet, as IP counts, is no payload. */
static void lengths(void)
{
	tcp(ipv4(tags(1, 0x0800), 5, TCP), 5, 1000);
	put_be16(4 + 2, 20 + 20 + 300);
	expect(4, 24, 44, 300, true, false);
	put_be16(4 + 2, 20 + 20 + 1001);
	expect(4, 24, 44, 1000, true, false);
	put_be16(4 + 2, 39);
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
	tcp(ipv6(tags(0, 0x86dd), TCP), 5, 1000);
	put_be16(4, 20 + 10);
	expect(0, 40, 60, 10, true, true);
	put_be16(4, 19);
	EXPECT_EQ(find_all(), XNB_HEADERS_BAD);
}

static void expect_gso(u32 payload, u32 gso_type, u32 size, int result, u32 want)
{
	u16 told = 0xa5a5;

	got = (struct xnb_headers){ .tcp = true, .payload = payload,
				    .six = gso_type == XNET_GSO_TCPV6 };
	EXPECT_EQ(xnb_headers_gso(&got, gso_type, size, &told), result);
	if (!result)
		EXPECT_EQ(told, want);
}

static void segments(void)
{
	u16 told;

	expect_gso(60000, XNET_GSO_TCPV4, 1448, 0, 1448);
	expect_gso(60000, XNET_GSO_TCPV6, 1448, 0, 1448);
	expect_gso(1449, XNET_GSO_TCPV4, 1448, 0, 1448);
	expect_gso(1448, XNET_GSO_TCPV4, 1448, 0, 0);
	expect_gso(60000, XNET_GSO_TCPV4, 65535, 0, 0);
	expect_gso(60000, XNET_GSO_TCPV4, 88, 0, 88);
	expect_gso(60000, XNET_GSO_TCPV4, 1, 0, 88);
	expect_gso(50, XNET_GSO_TCPV4, 1, 0, 0);
	expect_gso(0, XNET_GSO_TCPV4, 1448, -EPROTO, 0);
	got = (struct xnb_headers){ .tcp = true, .payload = 3000 };
	EXPECT_EQ(xnb_headers_gso(&got, XNET_GSO_TCPV6, 1448, &told), -EPROTO);
	got.six = true;
	EXPECT_EQ(xnb_headers_gso(&got, XNET_GSO_TCPV4, 1448, &told), -EPROTO);
	got.tcp = false;
	EXPECT_EQ(xnb_headers_gso(&got, XNET_GSO_TCPV6, 1448, &told), -EPROTO);
}

/* Random bytes: whatever is found lies inside, in order, behind what it needs. */
static void anything(void)
{
	static const u32 types[] = { 0x0800, 0x86dd, 0x8100, 0x88a8 };
	u32 round, i, found = 0;

	for (round = 0; round < 200000; round++) {
		u32 at = tags(test_random_below(3), types[test_random_below(2)]);

		type = test_random_below(8) ? type : types[test_random_below(4)];
		for (i = at; i < 200; i++)
			frame[i] = test_random_below(4) ? test_random() : test_random_below(64);
		frame[at] = test_random_below(2) ? 0x45 + test_random_below(3) : 0x60;
		frame[at + (frame[at] == 0x60 ? 6 : 9)] = test_random_below(2) ? TCP : UDP;
		len = test_random_below(200);
		if (find_all() != XNB_HEADERS_FOUND)
			continue;
		found++;
		EXPECT(got.l3 <= 8);
		EXPECT(got.l4 >= got.l3 + (got.six ? 40 : 20));
		EXPECT(got.end >= got.l4 + (got.tcp ? 20 : 8));
		EXPECT(got.end + got.payload <= len);
		EXPECT(got.l4 + got.csum + 2 <= got.end);
	}
	EXPECT(found > 1000);
}

static const struct test_case cases[] = {
	CASE(plain),
	CASE(tagged),
	CASE(extensions),
	CASE(headers_have_a_limit),
	CASE(unknown_extension),
	CASE(fragments),
	CASE(bad),
	CASE(cut_short),
	CASE(lengths),
	CASE(segments),
	CASE(anything),
};

TEST_SUITE(back_tx_headers_suite, "headers of a guest's frames", cases, NULL);
