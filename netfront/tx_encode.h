/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending, as the protocol sees it: how a packet can be sent, the slots that it fills, and
 * what a response means.
 *
 * Pure: builds in user space too. A "piece" is a part of a packet that lies in
 * one lent page of 4096 bytes; it fills one slot. A packet's extra (how to
 * segment it) fills one more.
 */
#ifndef XSPLIT_NETFRONT_TX_ENCODE_H
#define XSPLIT_NETFRONT_TX_ENCODE_H

#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include "netfront/keys.h"
#include "xenbus/netif.h"
#include "xenbus/ring.h"

/* No packet that may be sent fills more slots of the ring: pieces and an extra. */
#define XNF_REQUEST_SLOTS (XNET_MAX_SLOTS + 1)

/* A packet as the protocol describes it. */
struct xnf_packet {
	u32 len;		/* of the whole packet, in bytes */
	u16 first_len;		/* of its first piece */
	u16 nr_pieces;		/* from 1 on */
	u16 gso_size;		/* payload of a segment; 0: not to be segmented */
	u8 gso_type;		/* XNET_GSO_TCPV4 or _TCPV6 with @gso_size */
	u8 flags;		/* see xnf_packet_flags() */
};

/* A piece of a packet, lent. */
struct xnf_piece {
	u32 gref;
	u16 offset;		/* in the page */
	u16 len;		/* from 1 on; @offset + @len <= 4096 */
	u16 id;			/* comes back in the response */
};

/* The length of the piece at the start of a stretch of memory; @offset may exceed a page. */
static inline u32 xnf_piece_len(u32 offset, u32 len)
{
	return min_t(u32, len, XNET_PAGE_BYTES - (offset & (XNET_PAGE_BYTES - 1)));
}

/* How many pieces a stretch of memory makes; none if @len is 0. */
static inline u32 xnf_nr_pieces(u32 offset, u32 len)
{
	return len ? ((offset & (XNET_PAGE_BYTES - 1)) + len + XNET_PAGE_BYTES - 1) /
		     XNET_PAGE_BYTES : 0;
}

/*
 * The flags for a checksum that the receiver is to finish, as it always is when the packet is to
 * be segmented, or that is known to be right.
 */
static inline u8 xnf_packet_flags(bool csum_blank, bool csum_good, bool gso)
{
	return csum_blank || gso ? XNET_TXF_CSUM_BLANK | XNET_TXF_VALIDATED :
	       csum_good ? XNET_TXF_VALIDATED : 0;
}

/* How many slots of the ring a packet fills. */
static inline u32 xnf_packet_slots(const struct xnf_packet *pkt)
{
	return pkt->nr_pieces + !!pkt->gso_size;
}

/*
 * How a packet can go out. It is copied into as few pages as its length takes if it has too many
 * pieces, or if its first one is too short for an Ethernet header.
 */
enum xnf_send {
	XNF_SEND_NOW,		/* as it is */
	XNF_SEND_DENSE,		/* copied, each page filled from its start */
	XNF_SEND_SEGMENTS,	/* segmented by us */
	XNF_SEND_NEVER,		/* not at all: too short or too long */
};

enum xnf_send xnf_packet_judge_hard(const struct xnf_packet *pkt,
				    const struct xnf_features *peer);

/* How can a packet go out to a backend that can do what @peer says? */
static inline enum xnf_send xnf_packet_judge(const struct xnf_packet *pkt,
					     const struct xnf_features *peer)
{
	if (likely(pkt->nr_pieces == 1 && !pkt->gso_size && pkt->first_len >= XNET_MIN_BYTES))
		return XNF_SEND_NOW;
	return xnf_packet_judge_hard(pkt, peer);
}

/* Write one slot, field by field, and move on. */
static inline void xnf_encode_slot(struct xsplit_ring *ring, const struct xnf_piece *piece,
				   u16 flags, u16 size)
{
	struct xnet_tx_request *slot = xsplit_ring_slot(ring, ring->prod++);

	slot->gref = piece->gref;
	slot->offset = piece->offset;
	slot->flags = flags;
	slot->id = piece->id;
	slot->size = size;
}

void xnf_encode_extra(struct xsplit_ring *ring, const struct xnf_packet *pkt);

/*
 * Write the first slot of a packet that is XNF_SEND_NOW, and its extra if it needs one, to a ring
 * with room for xnf_packet_slots(). xnf_encode_next() writes each further piece. Nothing is shown
 * to the backend before xsplit_front_push().
 */
static inline void xnf_encode_first(struct xsplit_ring *ring, const struct xnf_packet *pkt,
				 const struct xnf_piece *piece)
{
	u16 flags = pkt->flags;

	if (pkt->nr_pieces > 1)
		flags |= XNET_TXF_MORE_DATA;
	if (pkt->gso_size)
		flags |= XNET_TXF_EXTRA;
	/* The first slot's size is the whole packet's. */
	xnf_encode_slot(ring, piece, flags, pkt->len);
	if (pkt->gso_size)
		xnf_encode_extra(ring, pkt);
}

static inline void xnf_encode_next(struct xsplit_ring *ring, const struct xnf_piece *piece,
				   bool last)
{
	xnf_encode_slot(ring, piece, last ? 0 : XNET_TXF_MORE_DATA, piece->len);
}

/* What the response to a slot says. */
enum xnf_response {
	XNF_RESPONSE_SENT,	/* the backend has taken the packet; its id is done with */
	XNF_RESPONSE_REFUSED,	/* it has not; the id is done with as well */
	XNF_RESPONSE_EXTRA,	/* it answers an extra, which has no id */
	XNF_RESPONSE_BROKEN,	/* no slot has this id: the peer is broken */
};

/*
 * Judge a private copy of a response; ids in use are below @nr_ids. Responses come in any order.
 * The caller knows which ids are in flight: one that is not is as bad as XNF_RESPONSE_BROKEN.
 */
static inline enum xnf_response xnf_response_judge(const struct xnet_tx_response *rsp, u32 nr_ids)
{
	/* Nobody sets the id where the slot held an extra. */
	if (rsp->status == XNET_RSP_NULL)
		return XNF_RESPONSE_EXTRA;
	if (rsp->id >= nr_ids)
		return XNF_RESPONSE_BROKEN;
	return rsp->status == XNET_RSP_OKAY ? XNF_RESPONSE_SENT : XNF_RESPONSE_REFUSED;
}

#endif /* XSPLIT_NETFRONT_TX_ENCODE_H */
