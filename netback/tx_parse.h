/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a guest's tx slots to a judged packet.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too. A guest's tx
 * slots are judged only here.
 *
 * The queue keeps a window: a private array as long as the ring, in which a slot has the
 * same place as in the ring. Every slot is copied there once (xsplit_ring_take()), when it
 * becomes visible, and only the copy is read. A packet whose last slots are not visible
 * yet (XNB_TX_MORE) stays in the window, and is judged again from its start when more are.
 */
#ifndef XSPLIT_NETBACK_TX_PARSE_H
#define XSPLIT_NETBACK_TX_PARSE_H

#include <linux/kernel.h>
#include <linux/types.h>

#include "xenbus/netif.h"

/* A private copy of a tx slot. */
union xnb_tx_slot {
	struct xnet_tx_request req;
	struct xnet_extra extra;
};

/* The slot with free-running index @index. */
static inline const union xnb_tx_slot *xnb_tx_at(const union xnb_tx_slot *window, u32 index)
{
	return &window[index & (XNET_RING_SLOTS - 1)];
}

/* What a chain of slots is. From XNB_TX_BAD_SHORT on it is only answered with an error. */
enum xnb_tx_verdict {
	XNB_TX_FRAME,
	XNB_TX_MCAST,		/* a change of the multicast filter; only answered */
	XNB_TX_MORE,		/* its end is not visible yet: nothing is to be done */
	XNB_TX_BAD_SHORT,	/* fewer bytes than an Ethernet header */
	XNB_TX_BAD_PAGE,	/* a slot runs past the end of its page */
	XNB_TX_BAD_SIZE,	/* the slots are longer than the packet */
	XNB_TX_BAD_SLOTS,	/* more than XNET_MAX_SLOTS slots of data */
	XNB_TX_BAD_CHAIN,	/* as long as the ring: its end cannot come */
	XNB_TX_BAD_EXTRA,	/* unknown, not offered, twice, or not behind the first slot */
	XNB_TX_BAD_GSO,		/* segments of no bytes, or of an unknown protocol */
	XNB_TX_VERDICTS,
};

/* What xnb_tx_judge() may accept: a bit for each type of extra. */
#define XNB_EXTRA(type)	(1u << (type))
#define XNB_TX_EXTRAS	(XNB_EXTRA(XNET_EXTRA_GSO) | XNB_EXTRA(XNET_EXTRA_MCAST_ADD) | \
			 XNB_EXTRA(XNET_EXTRA_MCAST_DEL) | XNB_EXTRA(XNET_EXTRA_HASH))

/* A slot of data: @offset + @len <= 4096. With @len 0 it is only to be answered. */
struct xnb_tx_piece {
	u32 ref;
	u16 offset;
	u16 len;
	u16 id;			/* the guest's; may repeat */
};

/*
 * A judged chain of slots. Only @at, @nr_slots and @nr_extras of a refused one count, and
 * of a change of the filter these, @mcast_op and @mcast.
 */
struct xnb_tx_packet {
	u32 at;			/* free-running index of its first slot */
	u16 nr_slots;		/* with extras, 1 to 256; each is answered once */
	u8 nr_extras;		/* they are the second slot and those behind it */
	u8 nr_pieces;		/* with data, 1 to XNET_MAX_SLOTS, in order */
	u8 nr_empty;		/* pieces without data; they follow the others */
	bool csum_blank;	/* the checksum is that of the pseudo header only */
	bool validated;		/* the checksum is known to be good */
	bool has_hash;		/* @hash and @hash_type are set */
	u8 hash_type;		/* XNET_HASHT_* */
	u8 gso_type;		/* XNET_GSO_* */
	u16 gso_size;		/* payload of a segment, at least 1 unless XNET_GSO_NONE */
	u16 len;		/* sum of the pieces, 14 to 65535 */
	u32 hash;		/* Toeplitz */
	u8 mcast[6];
	u8 mcast_op;		/* XNET_EXTRA_MCAST_ADD or _DEL */
};

/**
 * xnb_tx_judge - judge the packet that starts at a slot
 * @window: private copies of the slots, XNET_RING_SLOTS of them
 * @at: free-running index of the packet's first slot
 * @nr: slots that are visible from there on, 1 to XNET_RING_SLOTS
 * @extras: XNB_EXTRA() of the extras that were offered
 * @pkt: filled in, unless the verdict is XNB_TX_MORE
 * @piece: room for XNET_MAX_SLOTS; filled in for XNB_TX_FRAME
 *
 * Empty slots are no reason to refuse a packet. A chain of XNET_RING_SLOTS slots without an
 * end is refused as a whole, and the next slot begins a new packet.
 */
enum xnb_tx_verdict xnb_tx_judge(const union xnb_tx_slot *window, u32 at, u32 nr,
				 u32 extras, struct xnb_tx_packet *pkt,
				 struct xnb_tx_piece *piece);

#endif /* XSPLIT_NETBACK_TX_PARSE_H */
