// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "frame.h"

enum { ETHERTYPE_IP = 0x0800, ETHERTYPE_ARP = 0x0806 };
enum { IP_ICMP = 1, IP_TCP = 6 };
enum { ICMP_REPLY = 0, ICMP_REQUEST = 8 };
enum { TCP_RST = 4, TCP_ACK = 16 };

#define IP (ETH_BYTES)
#define L4 (ETH_BYTES + 20)

static uint8_t payload_byte(size_t i, uint16_t seq)
{
	return i * 31 + i / 256 + seq * 7 + 1;
}

static void put_ether(const struct ends *ends, uint8_t *frame, uint16_t type)
{
	memcpy(frame, ends->peer_mac, 6);
	memcpy(frame + 6, ends->mac, 6);
	put16(frame + 12, type);
}

static void put_ip(const struct ends *ends, uint8_t *frame, uint8_t protocol, size_t bytes)
{
	uint8_t *ip = frame + IP;

	put_ether(ends, frame, ETHERTYPE_IP);
	memset(ip, 0, 20);
	ip[0] = 0x45;
	put16(ip + 2, 20 + bytes);
	ip[8] = 64;
	ip[9] = protocol;
	memcpy(ip + 12, ends->ip, 4);
	memcpy(ip + 16, ends->peer_ip, 4);
	put16(ip + 10, ~sum16(ip, 20, 0));
}

size_t frame_arp(const struct ends *ends, uint8_t *frame)
{
	static const uint8_t head[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	uint8_t *arp = frame + ETH_BYTES;

	memset(frame, 0, 60);
	put_ether(ends, frame, ETHERTYPE_ARP);
	memset(frame, 0xff, 6);
	memcpy(arp, head, 8);
	memcpy(arp + 8, ends->mac, 6);
	memcpy(arp + 14, ends->ip, 4);
	memcpy(arp + 24, ends->peer_ip, 4);
	return 60;
}

bool frame_is_arp_reply(struct ends *ends, const uint8_t *frame, size_t len)
{
	const uint8_t *arp = frame + ETH_BYTES;

	if (len < ETH_BYTES + 28 || get16(frame + 12) != ETHERTYPE_ARP || get16(arp + 6) != 2 ||
	    memcmp(arp + 14, ends->peer_ip, 4))
		return false;
	memcpy(ends->peer_mac, arp + 8, 6);
	return true;
}

size_t frame_echo(const struct ends *ends, uint8_t *frame, size_t payload, uint16_t seq)
{
	uint8_t *icmp = frame + L4;
	size_t i;

	put_ip(ends, frame, IP_ICMP, 8 + payload);
	memset(icmp, 0, 8);
	icmp[0] = ICMP_REQUEST;
	put16(icmp + 4, 0x4711);
	put16(icmp + 6, seq);
	for (i = 0; i < payload; i++)
		icmp[8 + i] = payload_byte(i, seq);
	put16(icmp + 2, ~sum16(icmp, 8 + payload, 0));
	return ECHO_HEAD + payload;
}

static bool is_ip(const struct ends *ends, const uint8_t *frame, size_t len, uint8_t protocol)
{
	return len >= L4 && get16(frame + 12) == ETHERTYPE_IP && frame[IP] == 0x45 &&
		frame[IP + 9] == protocol && !memcmp(frame + IP + 12, ends->peer_ip, 4);
}

bool frame_is_echo_reply(const struct ends *ends, const uint8_t *frame, size_t len,
			 size_t payload, uint16_t seq)
{
	const uint8_t *icmp = frame + L4;
	size_t i;

	if (!is_ip(ends, frame, len, IP_ICMP) || len < ECHO_HEAD + payload ||
	    icmp[0] != ICMP_REPLY || get16(icmp + 4) != 0x4711 || get16(icmp + 6) != seq)
		return false;
	for (i = 0; i < payload; i++)
		if (icmp[8 + i] != payload_byte(i, seq))
			return false;
	return true;
}

size_t frame_tcp(const struct ends *ends, uint8_t *frame, size_t payload, uint32_t seq)
{
	uint8_t *tcp = frame + L4;

	put_ip(ends, frame, IP_TCP, 20 + payload);
	memset(tcp, 0, 20);
	put16(tcp, 40000);
	put16(tcp + 2, 4);
	put32(tcp + 4, seq);
	tcp[12] = 5 << 4;
	put16(tcp + 14, 1000);
	memset(tcp + 20, 0x42, payload);
	/* Only the pseudo header: addresses, protocol, length. */
	put16(tcp + 16, sum16(frame + IP + 12, 8, IP_TCP + 20 + payload));
	return TCP_HEAD + payload;
}

bool frame_is_reset(const struct ends *ends, const uint8_t *frame, size_t len, uint32_t ack)
{
	const uint8_t *tcp = frame + L4;

	return is_ip(ends, frame, len, IP_TCP) && len >= TCP_HEAD &&
		(tcp[13] & (TCP_RST | TCP_ACK)) == (TCP_RST | TCP_ACK) && get32(tcp + 8) == ack;
}

bool frame_parse_ip(uint8_t *ip, const char *text)
{
	return sscanf(text, "%hhu.%hhu.%hhu.%hhu", &ip[0], &ip[1], &ip[2], &ip[3]) == 4;
}

bool frame_parse_mac(uint8_t *mac, const char *text)
{
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2],
		      &mac[3], &mac[4], &mac[5]) == 6;
}
