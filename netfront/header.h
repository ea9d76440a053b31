/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a frame's headers end, and where its checksum is.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_NETFRONT_HEADER_H
#define XSPLIT_NETFRONT_HEADER_H

#include <linux/types.h>

/* The longest headers that are recognised: Ethernet, a VLAN tag, IPv4 and TCP with all options. */
#define XNF_HEADER_BYTES (14 + 4 + 60 + 60)

/* The headers of a TCP or UDP packet. */
struct xnf_header {
	u16 len;	/* all of them, in bytes */
	u16 l4;		/* where the header of TCP or UDP begins */
	u8 csum;	/* where its checksum is, from @l4 on */
	u8 gso_type;	/* XNET_GSO_TCPV4 or _TCPV6, whichever it would be; _NONE: UDP */
};

/*
 * Find the headers at the start of a frame, in @len bytes of private memory. Return: false if it
 * is no TCP or UDP over IPv4 or IPv6, a fragment, cut short, or has extension headers or more
 * than one VLAN tag.
 */
bool xnf_header_find(const u8 *data, u32 len, struct xnf_header *header);

/* How many of @len bytes of private memory are headers, or may be if they are not known. */
u32 xnf_header_bytes(const u8 *data, u32 len);

#endif /* XSPLIT_NETFRONT_HEADER_H */
