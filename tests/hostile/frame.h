/* SPDX-License-Identifier: GPL-2.0 */
/* Frames that dom0's own stack answers, and their answers. */
#ifndef HOSTILE_FRAME_H
#define HOSTILE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX 65535
#define ETH_BYTES 14
#define ETHERTYPE_EXPERIMENTAL 0x88b5
/* Before the payload of an echo request and of a TCP segment. */
#define ECHO_HEAD (ETH_BYTES + 20 + 8)
#define TCP_HEAD (ETH_BYTES + 20 + 20)
#define ECHO_MAX (1500 - 28)

/* Two ends of a wire; addresses as they are on it. */
struct ends {
	uint8_t mac[6], peer_mac[6];
	uint8_t ip[4], peer_ip[4];
};

/* These functions return the frame's length. */
size_t frame_arp(const struct ends *ends, uint8_t *frame);
/* The payload follows from @seq. */
size_t frame_echo(const struct ends *ends, uint8_t *frame, size_t payload, uint16_t seq);
/* A segment to a closed port, with a partial checksum. */
size_t frame_tcp(const struct ends *ends, uint8_t *frame, size_t payload, uint32_t seq);

/* Learns the peer's MAC. */
bool frame_is_arp_reply(struct ends *ends, const uint8_t *frame, size_t len);
/* The payload must be that of the request. */
bool frame_is_echo_reply(const struct ends *ends, const uint8_t *frame, size_t len,
			 size_t payload, uint16_t seq);
/* A reset that acknowledges @ack. */
bool frame_is_reset(const struct ends *ends, const uint8_t *frame, size_t len, uint32_t ack);

bool frame_parse_ip(uint8_t *ip, const char *text);
bool frame_parse_mac(uint8_t *mac, const char *text);

#endif
