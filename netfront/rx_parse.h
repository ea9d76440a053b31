/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Receiving, as the protocol sees it: the backend's responses, which are not to be trusted,
 * are parsed into frames that lie in pieces of our pages.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_NETFRONT_RX_PARSE_H
#define XSPLIT_NETFRONT_RX_PARSE_H

#include <linux/types.h>

#include "xenbus/netif.h"
#include "xenbus/ring.h"

/* Bytes of the largest frame: an IP packet, an Ethernet header, a VLAN tag. */
#define XNF_FRAME_BYTES (65535u + 18u)

/* Copied out of the page that stays lent: a first piece of at most so many bytes. */
#define XNF_COPY_BYTES 256u

/* A part of a frame that lies in one page: @len is 1 or more (14 in the first piece). */
struct xnf_frame_piece {
	u16 slot;	/* of the ring, which lent the page */
	u16 offset;
	u16 len;	/* @offset + @len <= 4096 */
};

/*
 * What is known about a frame's checksum. One to be redone is of a packet to be segmented, whose
 * checksum the backend did not call blank: it is set up anew, then it is blank.
 */
enum xnf_frame_csum {
	XNF_CSUM_UNKNOWN,
	XNF_CSUM_GOOD,		/* the backend says it is right */
	XNF_CSUM_BLANK,		/* it covers the pseudo header only */
	XNF_CSUM_REDO,		/* counted as rx_gso_checksum_fixup */
};

/* As @hash_type of struct xnf_frame: there is none. */
#define XNF_NO_HASH 0xff

/* One frame. Only @used is set if the frame is dropped. */
struct xnf_frame {
	u16 used;		/* slots of the ring, from 1 on */
	u8 nr_pieces;		/* 1 to XNET_MAX_SLOTS */
	u8 csum;		/* enum xnf_frame_csum */
	u8 gso_type;		/* XNET_GSO_TCPV4 or _TCPV6 with @gso_size */
	u8 hash_type;		/* XNET_HASHT_*, or XNF_NO_HASH */
	u16 gso_size;		/* payload of a segment; 0: the frame is one segment */
	u16 headroom;		/* bytes before each piece that are ours; 0 without XDP */
	u32 len;		/* the sum of the pieces */
	u32 hash;
	struct xnf_frame_piece piece[XNET_MAX_SLOTS];
};

/* What the backend may send besides data, and a hash, which does no harm. */
struct xnf_frame_expect {
	u8 gso;			/* bit n: we take frames to be segmented of type n */
	u16 headroom;		/* the most bytes that we asked for of late; 0: no XDP */
};

/* What becomes of a frame: one with several faults is dropped for the first one found. */
enum xnf_frame_verdict {
	XNF_FRAME_OK,		/* zero */
	XNF_DROP_CUT,		/* it goes on after the last visible slot */
	XNF_DROP_ID,		/* a response is not in the slot of its request */
	XNF_DROP_STATUS,	/* the backend says that it could not fill a page */
	XNF_DROP_BOUNDS,	/* data beyond a page, or where its headroom is */
	XNF_DROP_SHORT,		/* the first slot has no room for an Ethernet header */
	XNF_DROP_LONG,		/* too many slots or bytes */
	XNF_DROP_PREFIX,	/* the old form of a GSO frame, which we never offer to take */
	XNF_DROP_EXTRA,		/* an extra nobody knows, or twice the same */
	XNF_DROP_GSO,		/* segmentation that makes no sense or that we did not offer */
	XNF_DROP_XDP,		/* more headroom than we asked for */
	XNF_NR_FRAME_VERDICTS,
};

/**
 * xnf_frame_parse - judge one frame, and read the rest of it off the ring
 * @ring: the rx ring; each response is read once, nothing is changed
 * @first: a private copy of the response at @ring->cons
 * @visible: responses from @ring->cons on, as xsplit_front_visible() says; from
 *	1 on
 * @expect: what we asked for
 * @frame: filled in; @frame->used <= @visible
 *
 * The caller moves @ring->cons on by @frame->used, whatever the verdict.
 *
 * Return: XNF_FRAME_OK, or why the frame is dropped.
 */
enum xnf_frame_verdict xnf_frame_parse(const struct xsplit_ring *ring,
				       const struct xnet_rx_response *first, u32 visible,
				       const struct xnf_frame_expect *expect,
				       struct xnf_frame *frame);

/*
 * Is the first piece of a frame copied whole, and its page lent on, because that is cheaper?
 * Otherwise only its headers are copied, and the page becomes a fragment. A long piece is copied,
 * too, if the packet would have more than @max_frags fragments: a backend may fill 18 slots, and
 * a correct one does with a frame of 64 KiB when it leaves headroom in each of them.
 */
static inline bool xnf_frame_copied(const struct xnf_frame *frame, u32 max_frags)
{
	return frame->piece[0].len <= XNF_COPY_BYTES || frame->nr_pieces > max_frags;
}

#endif /* XSPLIT_NETFRONT_RX_PARSE_H */
