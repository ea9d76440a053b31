// SPDX-License-Identifier: GPL-2.0
/* Where the headers of a guest's frame are; see tx_headers.h. */

#include <linux/errno.h>
#include <linux/kernel.h>

#include "netback/tx_headers.h"
#include "xenbus/netif.h"

enum { TYPE_IPV4 = 0x0800, TYPE_VLAN = 0x8100, TYPE_IPV6 = 0x86dd, TYPE_STAG = 0x88a8 };
enum {
	PROTO_HOP = 0, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ROUTING = 43, PROTO_FRAGMENT = 44,
	PROTO_AUTH = 51, PROTO_DEST = 60,
};

#define TAG_BYTES 4u
#define IPV4_BYTES 20u
#define IPV6_BYTES 40u
#define TCP_BYTES 20u
#define UDP_BYTES 8u
#define TCP_CSUM 16
#define UDP_CSUM 6

/* No order of headers that the standards allow, fragments aside, has more. */
#define MOST_TAGS 2
#define MOST_EXTENSIONS 6

/* A walk over headers */
struct walk {
	const u8 *data;		/* the bytes */
	u32 seen;		/* how many bytes @data has */
	u32 at;			/* the next header */
	u32 proto;		/* what it is, behind IP */
	u32 end;		/* where the packet ends, by IP's own length */
};

static bool there(const struct walk *walk, u32 bytes)
{
	return walk->seen >= bytes && walk->at <= walk->seen - bytes;
}

static u32 get16(const struct walk *walk, u32 offset)
{
	const u8 *at = walk->data + walk->at + offset;

	return at[0] << 8 | at[1];
}

/* Return: the type behind all tags. */
static u32 skip_tags(struct walk *walk, u32 type)
{
	u32 nr;

	for (nr = 0; nr < MOST_TAGS && (type == TYPE_VLAN || type == TYPE_STAG); nr++) {
		if (!there(walk, TAG_BYTES))
			return 0;
		type = get16(walk, 2);
		walk->at += TAG_BYTES;
	}
	return type;
}

/* Without a length in the IP header the packet ends with the frame. */
static void set_end(struct walk *walk, u32 bytes, u32 len)
{
	walk->end = bytes ? min(walk->at + bytes, len) : len;
}

static enum xnb_headers_verdict walk_ipv4(struct walk *walk, u32 len)
{
	u32 words;

	if (!there(walk, IPV4_BYTES))
		return XNB_HEADERS_BAD;
	words = walk->data[walk->at] & 15;
	if (walk->data[walk->at] >> 4 != 4 || words * 4 < IPV4_BYTES || !there(walk, words * 4))
		return XNB_HEADERS_BAD;
	/* More fragments, or an offset. */
	if (get16(walk, 6) & 0x3fff)
		return XNB_HEADERS_FRAGMENT;
	set_end(walk, get16(walk, 2), len);
	walk->proto = walk->data[walk->at + 9];
	walk->at += words * 4;
	return XNB_HEADERS_FOUND;
}

/* Return: bytes of the extension header; 0 if it is none. */
static u32 extension_bytes(const struct walk *walk)
{
	u32 len = walk->data[walk->at + 1];

	switch (walk->proto) {
	case PROTO_HOP:
	case PROTO_ROUTING:
	case PROTO_DEST:
		return (len + 1) * 8;
	case PROTO_AUTH:
		return (len + 2) * 4;
	case PROTO_FRAGMENT:
		return 8;
	default:
		return 0;
	}
}

static enum xnb_headers_verdict walk_extensions(struct walk *walk)
{
	u32 nr, bytes;

	for (nr = 0; nr <= MOST_EXTENSIONS; nr++) {
		if (walk->proto == PROTO_TCP || walk->proto == PROTO_UDP)
			return XNB_HEADERS_FOUND;
		if (!there(walk, 8))
			return XNB_HEADERS_BAD;
		bytes = extension_bytes(walk);
		if (!bytes || !there(walk, bytes))
			return XNB_HEADERS_BAD;
		/* An offset, or more fragments; otherwise it is all of the packet. */
		if (walk->proto == PROTO_FRAGMENT && get16(walk, 2) & 0xfff9)
			return XNB_HEADERS_FRAGMENT;
		walk->proto = walk->data[walk->at];
		walk->at += bytes;
	}
	return XNB_HEADERS_BAD;
}

static enum xnb_headers_verdict walk_ipv6(struct walk *walk, u32 len)
{
	u32 bytes;

	if (!there(walk, IPV6_BYTES) || walk->data[walk->at] >> 4 != 6)
		return XNB_HEADERS_BAD;
	bytes = get16(walk, 4);
	set_end(walk, bytes ? IPV6_BYTES + bytes : 0, len);
	walk->proto = walk->data[walk->at + 6];
	walk->at += IPV6_BYTES;
	return walk_extensions(walk);
}

static enum xnb_headers_verdict find_l4(struct walk *walk, struct xnb_headers *headers)
{
	u32 bytes = UDP_BYTES;

	headers->tcp = walk->proto == PROTO_TCP;
	if (!headers->tcp && walk->proto != PROTO_UDP)
		return XNB_HEADERS_BAD;
	if (!there(walk, headers->tcp ? TCP_BYTES : UDP_BYTES))
		return XNB_HEADERS_BAD;
	if (headers->tcp) {
		bytes = (walk->data[walk->at + 12] >> 4) * 4;
		if (bytes < TCP_BYTES || !there(walk, bytes))
			return XNB_HEADERS_BAD;
	}
	if (walk->at + bytes > walk->end)
		return XNB_HEADERS_BAD;
	headers->l4 = walk->at;
	headers->end = walk->at + bytes;
	headers->payload = walk->end - headers->end;
	headers->csum = headers->tcp ? TCP_CSUM : UDP_CSUM;
	return XNB_HEADERS_FOUND;
}

enum xnb_headers_verdict xnb_headers_find(u16 type, const u8 *data, u32 seen, u32 len,
					  struct xnb_headers *headers)
{
	struct walk walk = { .data = data, .seen = min(seen, XNB_HEADERS_MAX) };
	enum xnb_headers_verdict verdict;

	switch (skip_tags(&walk, type)) {
	case TYPE_IPV4:
		headers->six = false;
		headers->l3 = walk.at;
		verdict = walk_ipv4(&walk, len);
		break;
	case TYPE_IPV6:
		headers->six = true;
		headers->l3 = walk.at;
		verdict = walk_ipv6(&walk, len);
		break;
	default:
		return XNB_HEADERS_BAD;
	}
	return verdict == XNB_HEADERS_FOUND ? find_l4(&walk, headers) : verdict;
}

int xnb_headers_gso(const struct xnb_headers *headers, u32 gso_type, u32 gso_size, u16 *size)
{
	if (!headers->tcp || !headers->payload ||
	    gso_type != (headers->six ? XNET_GSO_TCPV6 : XNET_GSO_TCPV4))
		return -EPROTO;
	gso_size = max(gso_size, XNB_GSO_LEAST);
	/* A single segment is no GSO packet, and some sizes have a special meaning. */
	*size = gso_size < headers->payload ? gso_size : 0;
	return 0;
}
