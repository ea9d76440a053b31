/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the headers of a guest's frame are, and what the network stack may be told of them.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too. An unfinished frame
 * (its checksum is missing, or it is still to be segmented) is described to the stack by
 * these offsets and sizes alone, which neither the stack nor the drivers below it judge
 * again. So they are judged here, for the least careful of them.
 */
#ifndef XSPLIT_NETBACK_TX_HEADERS_H
#define XSPLIT_NETBACK_TX_HEADERS_H

#include <linux/types.h>

/* The headers of an unfinished frame end within so many bytes behind the Ethernet header. */
#define XNB_HEADERS_MAX 256u

/*
 * The least payload of a segment. No TCP announces less than 88 bytes (Linux' own
 * TCP_MIN_MSS); with less a guest could make thousands of packets of one.
 */
#define XNB_GSO_LEAST 88u

/* Headers of a frame with TCP or UDP. Offsets count from behind the Ethernet header. */
struct xnb_headers {
	u16 l3;		/* IP, behind any VLAN tags */
	u16 l4;		/* TCP or UDP, behind options and extension headers */
	u16 end;	/* first byte behind the headers */
	u16 payload;	/* bytes behind the headers by IP's length, without padding */
	u8 csum;	/* where the checksum is, from @l4 on */
	bool six;	/* IPv6 */
	bool tcp;
};

/*
 * A fragment counts as finished, whatever the guest claims, because its checksum covers
 * bytes in other frames. A bad frame has no checksum that could be missing, or its headers
 * do not add up.
 */
enum xnb_headers_verdict {
	XNB_HEADERS_FOUND,
	XNB_HEADERS_FRAGMENT,
	XNB_HEADERS_BAD,
};

/*
 * Find the headers of a frame. @type: Ethernet's, in host byte order; @data: private memory,
 * the first @seen of the @len bytes behind the Ethernet header. Up to two VLAN tags, IPv4 with
 * options and IPv6 with extension headers are understood. A frame whose headers are not
 * within @seen bytes counts as bad.
 */
enum xnb_headers_verdict xnb_headers_find(u16 type, const u8 *data, u32 seen, u32 len,
					  struct xnb_headers *headers);

/*
 * Judge the type and size of segments that the guest claims. @size is set to the size for
 * the stack; 0: the frame is a single segment. Return: 0, or -EPROTO if such a frame cannot
 * be segmented like that.
 */
int xnb_headers_gso(const struct xnb_headers *headers, u32 gso_type, u32 gso_size, u16 *size);

#endif /* XSPLIT_NETBACK_TX_HEADERS_H */
