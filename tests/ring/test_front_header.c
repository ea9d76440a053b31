// SPDX-License-Identifier: GPL-2.0
/* Where headers end. */
#include <stdlib.h>
#include <string.h>

#include "headers.h"
#include "netfront/header.h"
#include "suites.h"
#include "xenbus/netif.h"

static struct xnf_header got;

/* Ethernet, with or without a tag. Return: where IP begins. */
static u32 ether(u32 type, bool tag)
{
	memset(frame, 0, sizeof(frame));
	if (!tag) {
		put_be16(12, type);
		return 14;
	}
	put_be16(12, 0x8100);
	put_be16(16, type);
	return 18;
}

static u32 tcp(u32 at, u32 words)
{
	frame[at + 12] = words << 4;
	return at + words * 4;
}

/* Read exactly @len bytes: a byte more is found by the address sanitizer. */
static bool find(u32 len)
{
	u8 *copy = malloc(len ?: 1);
	bool found;

	memcpy(copy, frame, len);
	memset(&got, 0xa5, sizeof(got));
	found = xnf_header_find(copy, len, &got);
	free(copy);
	return found;
}

static void expect(u32 len, u32 l4, u32 csum, u32 gso_type)
{
	EXPECT_EQ(got.len, len);
	EXPECT_EQ(got.l4, l4);
	EXPECT_EQ(got.csum, csum);
	EXPECT_EQ(got.gso_type, gso_type);
}

static void tcp_over_both(void)
{
	EXPECT_EQ(tcp(ipv4(ether(0x0800, false), 5, 6), 8), 66);
	EXPECT(find(sizeof(frame)));
	expect(66, 34, 16, XNET_GSO_TCPV4);
	EXPECT_EQ(tcp(ipv6(ether(0x86dd, false), 6), 5), 74);
	EXPECT(find(sizeof(frame)));
	expect(74, 54, 16, XNET_GSO_TCPV6);
}

static void udp_over_both(void)
{
	ipv4(ether(0x0800, false), 5, 17);
	EXPECT(find(42));
	expect(42, 34, 6, XNET_GSO_NONE);
	ipv6(ether(0x86dd, false), 17);
	EXPECT(find(62));
	expect(62, 54, 6, XNET_GSO_NONE);
}

static void a_tag_is_passed_over(void)
{
	tcp(ipv4(ether(0x0800, true), 5, 6), 5);
	EXPECT(find(sizeof(frame)));
	expect(58, 38, 16, XNET_GSO_TCPV4);
	/* A second one is not. */
	put_be16(16, 0x8100);
	EXPECT(!find(sizeof(frame)));
}

static void every_length(void)
{
	u32 words, options, end, len;

	for (words = 0; words < 16; words++)
		for (options = 0; options < 16; options++) {
			end = tcp(ipv4(ether(0x0800, true), words, 6), options);
			test_context("IP of %u words, TCP of %u", words, options);
			for (len = 0; len <= sizeof(frame); len++)
				EXPECT_EQ(find(len), words >= 5 && options >= 5 && len >= end);
		}
	EXPECT_EQ(end, XNF_HEADER_BYTES);
}

static void found_from(u32 end)
{
	u32 len;

	for (len = 0; len <= sizeof(frame); len++)
		EXPECT_EQ(find(len), len >= end);
}

static void every_length_of_others(void)
{
	ipv4(ether(0x0800, false), 5, 17);
	found_from(42);
	ipv6(ether(0x86dd, false), 17);
	found_from(62);
	found_from(tcp(ipv6(ether(0x86dd, true), 6), 7));
}

static void fragments_have_no_checksum_of_their_own(void)
{
	u32 ip = ether(0x0800, false);

	tcp(ipv4(ip, 5, 6), 5);
	put_be16(ip + 6, 0x4000);
	EXPECT(find(sizeof(frame)));
	put_be16(ip + 6, 0x2000);
	EXPECT(!find(sizeof(frame)));
	put_be16(ip + 6, 0x0001);
	EXPECT(!find(sizeof(frame)));
}

static void others(void)
{
	u32 ip = ether(0x0800, false);

	ipv4(ip, 5, 1);
	EXPECT(!find(sizeof(frame)));
	/* Version and type disagree. */
	tcp(ipv4(ip, 5, 6), 5);
	frame[ip] = 6 << 4 | 5;
	EXPECT(!find(sizeof(frame)));
	/* Extension headers. */
	ipv6(ether(0x86dd, false), 0);
	EXPECT(!find(sizeof(frame)));
	ether(0x0806, false);
	EXPECT(!find(sizeof(frame)));
}

static void bytes_of_headers(void)
{
	u32 end = tcp(ipv4(ether(0x0800, false), 5, 6), 5);

	EXPECT_EQ(xnf_header_bytes(frame, sizeof(frame)), end);
	EXPECT_EQ(xnf_header_bytes(frame, end), end);
	/* What is not known may be in headers all the same, up to a bound. */
	EXPECT_EQ(xnf_header_bytes(frame, end - 1), end - 1);
	ether(0x0806, false);
	EXPECT_EQ(xnf_header_bytes(frame, 14), 14);
	EXPECT_EQ(xnf_header_bytes(frame, 128), 128);
	EXPECT_EQ(xnf_header_bytes(frame, sizeof(frame)), 128);
}

static const struct test_case cases[] = {
	CASE(tcp_over_both),
	CASE(udp_over_both),
	CASE(a_tag_is_passed_over),
	CASE(every_length),
	CASE(every_length_of_others),
	CASE(fragments_have_no_checksum_of_their_own),
	CASE(others),
	CASE(bytes_of_headers),
};

TEST_SUITE(front_header_suite, "where the headers of a frame end", cases, NULL);
