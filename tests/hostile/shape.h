/* SPDX-License-Identifier: GPL-2.0 */
/* Frames of every shape that domain 0's network stack parses. */
#ifndef HOSTILE_SHAPE_H
#define HOSTILE_SHAPE_H

#include "vif.h"

enum { TYPE_IPV4 = 0x0800, TYPE_VLAN = 0x8100, TYPE_IPV6 = 0x86dd, TYPE_STAG = 0x88a8 };
enum { PROTO_HOP = 0, PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17 };
enum { PROTO_ICMPV6 = 58, PROTO_DEST = 60 };

/**
 * struct shape - what headers a frame has
 * @tags: VLAN tags, 0 to 2
 * @six: IPv6
 * @more: IPv4: words of options; IPv6: extension headers, 0 to 2
 * @proto: TCP or UDP
 * @port: where to
 */
struct shape {
	uint8_t tags;
	bool six;
	uint8_t more;
	uint8_t proto;
	uint16_t port;
};

/**
 * struct frame - a frame and where its headers are
 * @bytes: the frame
 * @l3: IP
 * @l4: TCP or UDP
 * @data: payload
 * @len: all of it
 */
struct frame {
	uint8_t bytes[FRAME_MAX];
	size_t l3, l4, data, len;
};

/* @seq: of the first byte of payload; the checksum is partial. */
void shape_frame(const struct vif *vif, struct frame *frame, const struct shape *shape,
		 size_t payload, uint32_t seq);

/*
 * Append the frame to a script, in transmit pages from @page on. @first: bytes in the first
 * slot; @mss: 0 if it is one packet.
 */
void shape_script(struct vif *vif, struct script *script, const struct frame *frame,
		  unsigned int page, size_t first, uint16_t mss, bool six);

#endif
