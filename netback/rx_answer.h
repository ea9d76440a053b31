/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the guest is told about a frame: the bytes of the responses and extras.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 */
#ifndef XSPLIT_NETBACK_RX_ANSWER_H
#define XSPLIT_NETBACK_RX_ANSWER_H

#include <linux/types.h>

#include "xenbus/netif.h"

/* Most extras with one frame: GSO, XDP, hash. */
#define XNB_RX_EXTRAS 3u

/* What the guest is told about a frame */
struct xnb_rx_meta {
	bool csum_blank;	/* its layer 4 checksum is that of the pseudo header only */
	bool validated;		/* its checksum is known to be good */
	bool has_hash;		/* @hash and @hash_type, which the guest asked for, are set */
	u8 hash_type;		/* XNET_HASHT_* */
	u8 gso_type;		/* XNET_GSO_*; only if the guest takes them */
	u16 gso_size;		/* payload bytes in each segment */
	u16 headroom;		/* bytes left free in each slot, as the guest asked for */
	u32 hash;		/* Toeplitz hash of the frame */
};

/* Extras the frame needs; each takes a slot of the ring after the first one. */
static inline u32 xnb_rx_nr_extras(const struct xnb_rx_meta *meta)
{
	return (meta->gso_type != XNET_GSO_NONE) + !!meta->headroom + meta->has_hash;
}

/* Of the slots a frame takes of the ring, the index of the one for data slot @slot. */
static inline u32 xnb_rx_ring_slot(u32 slot, u32 nr_extras)
{
	return slot ? slot + nr_extras : 0;
}

/* Fill in the extras of a frame; there is room for XNB_RX_EXTRAS. Return: how many. */
u32 xnb_rx_extras(const struct xnb_rx_meta *meta, struct xnet_extra *extra);

/* The flags of a data slot. @nr_slots: data slots of the frame */
static inline u16 xnb_rx_flags(const struct xnb_rx_meta *meta, u32 slot, u32 nr_slots)
{
	u16 flags = slot + 1 < nr_slots ? XNET_RXF_MORE_DATA : 0;

	if (slot)
		return flags;
	if (meta->csum_blank)
		flags |= XNET_RXF_CSUM_BLANK | XNET_RXF_VALIDATED;
	else if (meta->validated)
		flags |= XNET_RXF_VALIDATED;
	if (xnb_rx_nr_extras(meta))
		flags |= XNET_RXF_EXTRA;
	return flags;
}

/*
 * Write the response of a data slot. @slot is in the shared ring, or will be copied there,
 * and only written to; @status: bytes in the slot without the headroom, or XNET_RSP_ERROR.
 *
 * With headroom, other backends report offset 0 and count the headroom as bytes;
 * a frontend that takes the offset from the XDP extra then sees that many
 * bytes too much. Here the offset says where the data is and the status how
 * long it is, which that frontend understands as well, and a new one can tell
 * the two apart by the offset.
 */
static inline void xnb_rx_answer(void *slot, u16 id, u16 headroom, u16 flags, s16 status)
{
	struct xnet_rx_response *rsp = slot;

	rsp->id = id;
	rsp->offset = headroom;
	rsp->flags = flags;
	rsp->status = status;
}

/* Write an extra over the slot of a response; @slot is only written to. */
static inline void xnb_rx_answer_extra(void *slot, const struct xnet_extra *extra)
{
	*(struct xnet_extra *)slot = *extra;
}

#endif /* XSPLIT_NETBACK_RX_ANSWER_H */
