/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a guest's tx slots to a judged packet, and from a verdict to answers.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too. This is
 * the only place where a guest's tx slots are judged.
 *
 * The queue keeps a window: a private array as long as the ring, in which a slot
 * has the place that it has in the ring. Every slot is copied there once
 * (xsplit_ring_take()), when it becomes visible; only the window is read here.
 * The steps: copy what is visible -> xnb_tx_judge() from the first slot on that
 * belongs to no packet -> copy or map the pieces -> one answer for each slot.
 * A packet that is not all there yet (XNB_TX_MORE) stays in the window and is
 * judged from its start when more is visible.
 */
#ifndef XSPLIT_NETBACK_TX_PARSE_H
#define XSPLIT_NETBACK_TX_PARSE_H

#include <linux/kernel.h>
#include <linux/types.h>

#include "xenbus/netif.h"

/**
 * union xnb_tx_slot - a private copy of a tx slot
 * @req: as a request for data
 * @extra: as an extra
 */
union xnb_tx_slot {
	struct xnet_tx_request req;
	struct xnet_extra extra;
};

/* The slot with free-running index @index. */
static inline const union xnb_tx_slot *xnb_tx_at(const union xnb_tx_slot *window, u32 index)
{
	return &window[index & (XNET_RING_SLOTS - 1)];
}

/**
 * enum xnb_tx_verdict - what a chain of slots is
 * @XNB_TX_FRAME: a frame to be taken
 * @XNB_TX_MCAST: no frame but a change of the multicast filter (@mcast in the
 *	packet); its slots are only answered
 * @XNB_TX_MORE: its end is not visible yet; nothing is to be done
 * @XNB_TX_BAD_SHORT: fewer bytes than an Ethernet header
 * @XNB_TX_BAD_PAGE: a slot runs past the end of its page
 * @XNB_TX_BAD_SIZE: the slots are longer than the whole they are part of
 * @XNB_TX_BAD_SLOTS: more than XNET_MAX_SLOTS slots of data
 * @XNB_TX_BAD_CHAIN: a chain as long as the ring, whose end cannot come
 * @XNB_TX_BAD_EXTRA: an extra that is unknown, was not offered, is there twice,
 *	or is announced behind the first slot
 * @XNB_TX_BAD_GSO: segments of no bytes, or of an unknown protocol
 * @XNB_TX_VERDICTS: how many there are
 *
 * From XNB_TX_BAD_SHORT on the slots are answered with XNET_RSP_ERROR and that
 * is all.
 */
enum xnb_tx_verdict {
	XNB_TX_FRAME,
	XNB_TX_MCAST,
	XNB_TX_MORE,
	XNB_TX_BAD_SHORT,
	XNB_TX_BAD_PAGE,
	XNB_TX_BAD_SIZE,
	XNB_TX_BAD_SLOTS,
	XNB_TX_BAD_CHAIN,
	XNB_TX_BAD_EXTRA,
	XNB_TX_BAD_GSO,
	XNB_TX_VERDICTS,
};

static inline bool xnb_tx_refused(enum xnb_tx_verdict verdict)
{
	return verdict >= XNB_TX_BAD_SHORT;
}

/* A word for counters and messages. */
const char *xnb_tx_verdict_text(enum xnb_tx_verdict verdict);

/* What xnb_tx_judge() may accept: a bit for each type of extra. */
#define XNB_EXTRA(type)	(1u << (type))
#define XNB_TX_EXTRAS	(XNB_EXTRA(XNET_EXTRA_GSO) | XNB_EXTRA(XNET_EXTRA_MCAST_ADD) | \
			 XNB_EXTRA(XNET_EXTRA_MCAST_DEL) | XNB_EXTRA(XNET_EXTRA_HASH))

/**
 * struct xnb_tx_piece - a slot of data
 * @ref: the guest's reference
 * @offset: bytes into its page
 * @len: bytes; @offset + @len <= 4096. 0: nothing to take, only to be answered
 * @id: the guest's, only to be given back; may repeat
 */
struct xnb_tx_piece {
	u32 ref;
	u16 offset;
	u16 len;
	u16 id;
};

/**
 * struct xnb_tx_packet - a judged chain of slots
 * @at: free-running index of its first slot
 * @nr_slots: slots it takes of the ring, extras included, 1 to 256; each of
 *	them is answered once
 * @nr_extras: how many of them, from the second one on, are extras
 * @nr_pieces: pieces with data, 1 to XNET_MAX_SLOTS, in the packet's order
 * @nr_empty: pieces of length 0; they follow those with data, and there are
 *	@nr_slots - @nr_extras pieces in all
 * @csum_blank: the layer 4 checksum is that of the pseudo header only
 * @validated: the checksum is known to be good
 * @has_hash: @hash and @hash_type are there
 * @hash_type: XNET_HASHT_*
 * @gso_type: XNET_GSO_*; XNET_GSO_NONE: an ordinary frame
 * @gso_size: payload bytes in each segment, at least 1 unless XNET_GSO_NONE
 * @len: bytes of the frame, 14 to 65535: the sum of the pieces
 * @hash: the guest's Toeplitz hash of the frame
 * @mcast: XNB_TX_MCAST: the address
 * @mcast_op: XNB_TX_MCAST: XNET_EXTRA_MCAST_ADD or _DEL
 *
 * Of a refused packet only @at, @nr_slots and @nr_extras count; of a filter's
 * change these and @mcast_op and @mcast.
 */
struct xnb_tx_packet {
	u32 at;
	u16 nr_slots;
	u8 nr_extras;
	u8 nr_pieces;
	u8 nr_empty;
	bool csum_blank;
	bool validated;
	bool has_hash;
	u8 hash_type;
	u8 gso_type;
	u16 gso_size;
	u16 len;
	u32 hash;
	u8 mcast[6];
	u8 mcast_op;
};

/**
 * xnb_tx_judge - judge the packet that starts at a slot
 * @window: private copies of the slots, XNET_RING_SLOTS of them
 * @at: free-running index of the packet's first slot
 * @nr: slots that are there from @at on, 1 to XNET_RING_SLOTS
 * @extras: XNB_EXTRA() of the extras that were offered, usually XNB_TX_EXTRAS
 * @pkt: filled in, unless the verdict is XNB_TX_MORE
 * @piece: room for XNET_MAX_SLOTS; filled in for XNB_TX_FRAME
 *
 * Empty slots are no reason to refuse a packet, wherever they are. A chain of
 * XNET_RING_SLOTS slots without an end is refused as a whole; what follows is
 * looked at as a packet of its own. The walk is bounded by @nr.
 *
 * Return: the verdict.
 */
enum xnb_tx_verdict xnb_tx_judge(const union xnb_tx_slot *window, u32 at, u32 nr,
				 u32 extras, struct xnb_tx_packet *pkt,
				 struct xnb_tx_piece *piece);

/**
 * xnb_tx_answer - write a tx response
 * @slot: in the shared ring; only written to
 * @id: the slot's id
 * @status: XNET_RSP_*
 */
static inline void xnb_tx_answer(void *slot, u16 id, s16 status)
{
	struct xnet_tx_response *rsp = slot;

	rsp->id = id;
	rsp->status = status;
}

/**
 * xnb_tx_response - what one slot of a packet is answered with
 * @window: as judged; the packet's slots must still be there
 * @pkt: the packet
 * @nth: which of its slots, below @pkt->nr_slots
 * @status: of the packet, XNET_RSP_OKAY, _ERROR or _DROPPED
 *
 * A slot that held an extra has no id, and NULL as its status. For a packet that
 * outlives the window the ids are in its pieces.
 */
static inline struct xnet_tx_response xnb_tx_response(const union xnb_tx_slot *window,
						      const struct xnb_tx_packet *pkt,
						      u32 nth, s16 status)
{
	if (nth - 1 < pkt->nr_extras)
		return (struct xnet_tx_response){ .status = XNET_RSP_NULL };
	return (struct xnet_tx_response){
		.id = xnb_tx_at(window, pkt->at + nth)->req.id,
		.status = status,
	};
}

#endif /* XSPLIT_NETBACK_TX_PARSE_H */
