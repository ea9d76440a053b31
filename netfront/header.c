// SPDX-License-Identifier: GPL-2.0
/*
 * The common headers, by their bytes on the wire.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>

#include "netfront/header.h"
#include "xenbus/netif.h"

enum {
	ETHER_BYTES = 14,
	TAG_BYTES = 4,
	IPV4_LEAST = 20,
	IPV6_BYTES = 40,
	TCP_LEAST = 20,
	UDP_BYTES = 8,
};

/* Headers that are not recognised are assumed to end within this many bytes. */
#define UNKNOWN_BYTES 128u

enum { TYPE_IPV4 = 0x0800, TYPE_VLAN = 0x8100, TYPE_IPV6 = 0x86dd };
enum { PROTO_TCP = 6, PROTO_UDP = 17 };

static u32 get16(const u8 *at)
{
	return (u32)at[0] << 8 | at[1];
}

/* Where TCP or UDP begins after IPv4; 0: not here. */
static u32 after_ipv4(const u8 *ip, u32 len, u8 *proto)
{
	u32 bytes;

	if (len < IPV4_LEAST || ip[0] >> 4 != 4)
		return 0;
	bytes = (ip[0] & 15) * 4;
	/* More fragments, or not the first. */
	if (bytes < IPV4_LEAST || get16(ip + 6) & 0x3fff)
		return 0;
	*proto = ip[9];
	return bytes;
}

static u32 after_ipv6(const u8 *ip, u32 len, u8 *proto)
{
	if (len < IPV6_BYTES || ip[0] >> 4 != 6)
		return 0;
	*proto = ip[6];
	return IPV6_BYTES;
}

static bool find_tcp(const u8 *tcp, u32 len, bool ipv6, struct xnf_header *header)
{
	u32 bytes;

	if (len < TCP_LEAST)
		return false;
	bytes = (tcp[12] >> 4) * 4;
	if (bytes < TCP_LEAST || bytes > len)
		return false;
	header->csum = 16;
	header->gso_type = ipv6 ? XNET_GSO_TCPV6 : XNET_GSO_TCPV4;
	header->len = header->l4 + bytes;
	return true;
}

static bool find_udp(u32 len, struct xnf_header *header)
{
	header->csum = 6;
	header->gso_type = XNET_GSO_NONE;
	header->len = header->l4 + UDP_BYTES;
	return len >= UDP_BYTES;
}

bool xnf_header_find(const u8 *data, u32 len, struct xnf_header *header)
{
	u32 ip = ETHER_BYTES, ip_bytes = 0, type;
	u8 proto = 0;

	if (len < ETHER_BYTES + TAG_BYTES)
		return false;
	type = get16(data + 12);
	if (type == TYPE_VLAN) {
		type = get16(data + 16);
		ip += TAG_BYTES;
	}
	if (type == TYPE_IPV4)
		ip_bytes = after_ipv4(data + ip, len - ip, &proto);
	else if (type == TYPE_IPV6)
		ip_bytes = after_ipv6(data + ip, len - ip, &proto);
	if (!ip_bytes || ip + ip_bytes > len)
		return false;
	header->l4 = ip + ip_bytes;
	if (proto == PROTO_TCP)
		return find_tcp(data + header->l4, len - header->l4, type == TYPE_IPV6, header);
	return proto == PROTO_UDP && find_udp(len - header->l4, header);
}

u32 xnf_header_bytes(const u8 *data, u32 len)
{
	struct xnf_header header;

	return likely(xnf_header_find(data, len, &header)) ? header.len : min(len, UNKNOWN_BYTES);
}
