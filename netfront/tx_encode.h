/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets on their way out: how they can go, the slots they fill, and what an
 * answer says.
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

/**
 * struct xnf_packet - a packet, as the wire describes it
 * @len: all of it, in bytes
 * @first_len: its first piece, in bytes
 * @nr_pieces: how many pieces it has, from 1 on
 * @gso_size: payload of a segment in bytes; 0: not to be segmented
 * @gso_type: XNET_GSO_TCPV4 or _TCPV6 with @gso_size, else XNET_GSO_NONE
 * @flags: of its first slot, see xnf_packet_flags()
 */
struct xnf_packet {
	u32 len;
	u16 first_len;
	u16 nr_pieces;
	u16 gso_size;
	u8 gso_type;
	u8 flags;
};

/**
 * struct xnf_piece - a piece of a packet, lent
 * @gref: grant reference of its page
 * @offset: where it begins in the page, in bytes
 * @len: bytes, from 1 on; @offset + @len <= 4096
 * @id: our name for the slot; it comes back in the answer
 */
struct xnf_piece {
	u32 gref;
	u16 offset;
	u16 len;
	u16 id;
};

/**
 * xnf_piece_len - the piece at the start of a stretch of memory
 * @offset: where the stretch begins; only its place in a page matters
 * @len: bytes of the stretch
 */
static inline u32 xnf_piece_len(u32 offset, u32 len)
{
	return min_t(u32, len, XNET_PAGE_BYTES - (offset & (XNET_PAGE_BYTES - 1)));
}

/**
 * xnf_nr_pieces - how many pieces a stretch of memory makes
 * @offset: where it begins; only its place in a page matters
 * @len: bytes of it; 0 makes no piece
 */
static inline u32 xnf_nr_pieces(u32 offset, u32 len)
{
	if (unlikely(!len))
		return 0;
	return ((offset & (XNET_PAGE_BYTES - 1)) + len + XNET_PAGE_BYTES - 1) / XNET_PAGE_BYTES;
}

/**
 * xnf_packet_flags - what the wire says about a packet's checksum
 * @csum_blank: the checksum is to be finished by the receiver
 * @csum_good: the checksum is known to be right
 * @gso: it is to be segmented; its checksum is then always to be finished
 *
 * Return: @flags of struct xnf_packet.
 */
static inline u8 xnf_packet_flags(bool csum_blank, bool csum_good, bool gso)
{
	if (csum_blank || gso)
		return XNET_TXF_CSUM_BLANK | XNET_TXF_VALIDATED;
	return csum_good ? XNET_TXF_VALIDATED : 0;
}

/* How many slots of the ring a packet fills. */
static inline u32 xnf_packet_slots(const struct xnf_packet *pkt)
{
	return pkt->nr_pieces + !!pkt->gso_size;
}

/**
 * enum xnf_send - how a packet can go out
 * @XNF_SEND_NOW: as it is
 * @XNF_SEND_DENSE: copied into as few pages as its length takes, each filled
 *	from its start: it has too many pieces, or its first one is too short for
 *	an Ethernet header
 * @XNF_SEND_SEGMENTS: segmented by us
 * @XNF_SEND_NEVER: not at all: too short or too long
 */
enum xnf_send {
	XNF_SEND_NOW,
	XNF_SEND_DENSE,
	XNF_SEND_SEGMENTS,
	XNF_SEND_NEVER,
};

enum xnf_send xnf_packet_judge_hard(const struct xnf_packet *pkt,
				    const struct xnf_features *peer);

/**
 * xnf_packet_judge - how can a packet go out?
 * @pkt: the packet
 * @peer: what the backend can do
 */
static inline enum xnf_send xnf_packet_judge(const struct xnf_packet *pkt,
					     const struct xnf_features *peer)
{
	if (likely(pkt->nr_pieces == 1 && !pkt->gso_size && pkt->first_len >= XNET_MIN_BYTES))
		return XNF_SEND_NOW;
	return xnf_packet_judge_hard(pkt, peer);
}

/* Write one slot, field by field, and move on. */
static inline void xnf_encode_slot(struct xsplit_ring *ring, const struct xnf_piece *piece, u16 flags,
				u16 size)
{
	struct xnet_tx_request *slot = xsplit_ring_slot(ring, ring->prod++);

	slot->gref = piece->gref;
	slot->offset = piece->offset;
	slot->flags = flags;
	slot->id = piece->id;
	slot->size = size;
}

void xnf_encode_extra(struct xsplit_ring *ring, const struct xnf_packet *pkt);

/**
 * xnf_encode_first - write a packet's first slot, and its extra if it needs one
 * @ring: the tx ring, with room for xnf_packet_slots(); @ring->prod moves on
 * @pkt: the packet, XNF_SEND_NOW
 * @piece: its first piece
 *
 * Call xnf_encode_next() for each further piece. Nothing is shown to the backend
 * before xsplit_front_push().
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

/**
 * xnf_encode_next - write the slot of a further piece
 * @ring: as for xnf_encode_first()
 * @piece: the piece
 * @last: it is the packet's last one
 */
static inline void xnf_encode_next(struct xsplit_ring *ring, const struct xnf_piece *piece, bool last)
{
	xnf_encode_slot(ring, piece, last ? 0 : XNET_TXF_MORE_DATA, piece->len);
}

/**
 * enum xnf_response - what the response to a slot says
 * @XNF_RESPONSE_SENT: the backend has taken the packet; @id is done with
 * @XNF_RESPONSE_REFUSED: it has not; @id is done with as well
 * @XNF_RESPONSE_EXTRA: it answers an extra, which has no id
 * @XNF_RESPONSE_BROKEN: no slot has this id: the peer is broken
 */
enum xnf_response {
	XNF_RESPONSE_SENT,
	XNF_RESPONSE_REFUSED,
	XNF_RESPONSE_EXTRA,
	XNF_RESPONSE_BROKEN,
};

/**
 * xnf_response_judge - judge one response
 * @rsp: a private copy of it
 * @nr_ids: ids in use are below this
 *
 * Answers come in any order. The caller knows which ids are in flight; an id
 * that is not is as bad as XNF_RESPONSE_BROKEN.
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
