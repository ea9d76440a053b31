/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the headers of a guest's frame are, and what may be said of them to the
 * network stack.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too. A frame that
 * is unfinished (its checksum is missing, or it is still to be segmented) is described
 * to the stack by these offsets and sizes alone, and the stack and the drivers below
 * it do not judge them again. So they are judged here, for the least careful of them.
 */
#ifndef XSPLIT_NETBACK_TX_HEADERS_H
#define XSPLIT_NETBACK_TX_HEADERS_H

#include <linux/types.h>

/* All headers of an unfinished frame end within so many bytes behind Ethernet's. */
#define XNB_HEADERS_MAX 256u

/*
 * The least payload of a segment. TCP announces no less than 88 bytes (Linux' own
 * TCP_MIN_MSS); with less a guest would make thousands of packets of one.
 */
#define XNB_GSO_LEAST 88u

/**
 * struct xnb_headers - headers of a frame with TCP or UDP; all offsets are from the
 *	first byte behind the Ethernet header
 * @l3: IP, behind any VLAN tags
 * @l4: TCP or UDP, behind options and extension headers
 * @end: first byte behind the headers
 * @payload: bytes behind them, as IP has it; trailing bytes do not count
 * @csum: where the checksum is, from @l4 on
 * @six: IPv6
 * @tcp: TCP
 */
struct xnb_headers {
	u16 l3;
	u16 l4;
	u16 end;
	u16 payload;
	u8 csum;
	bool six;
	bool tcp;
};

/**
 * enum xnb_headers_verdict - what a frame is
 * @XNB_HEADERS_FOUND: one with TCP or UDP
 * @XNB_HEADERS_FRAGMENT: part of a packet: its checksum covers bytes that are elsewhere,
 *	so it is finished, whatever the guest says
 * @XNB_HEADERS_BAD: none whose checksum could be missing, or with headers that do not
 *	add up
 */
enum xnb_headers_verdict {
	XNB_HEADERS_FOUND,
	XNB_HEADERS_FRAGMENT,
	XNB_HEADERS_BAD,
};

/**
 * xnb_headers_find - look at the headers of a frame
 * @type: Ethernet's type, in the order of this machine
 * @data: private memory, from the first byte behind the Ethernet header on
 * @seen: bytes of it, at most @len
 * @len: bytes of the frame behind its Ethernet header
 * @headers: filled in for XNB_HEADERS_FOUND
 *
 * Up to two VLAN tags, IPv4 with options and IPv6 with extension headers are
 * understood. Headers that are not within @seen bytes count as bad.
 *
 * Return: the verdict.
 */
enum xnb_headers_verdict xnb_headers_find(u16 type, const u8 *data, u32 seen, u32 len,
					  struct xnb_headers *headers);

/**
 * xnb_headers_gso - judge the size of segments
 * @headers: of the frame
 * @gso_type: XNET_GSO_TCPV4 or _TCPV6, as the guest says
 * @gso_size: payload of a segment, as the guest says
 * @size: set to what the stack is told; 0: the frame is one segment already
 *
 * Return: 0, or -EPROTO if such a frame cannot be segmented like that.
 */
int xnb_headers_gso(const struct xnb_headers *headers, u32 gso_type, u32 gso_size, u16 *size);

#endif /* XSPLIT_NETBACK_TX_HEADERS_H */
