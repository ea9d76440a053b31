// SPDX-License-Identifier: GPL-2.0
/* Judging a guest's tx slots; see tx_parse.h. */

#include <linux/compiler.h>
#include <linux/string.h>

#include "netback/tx_parse.h"

/* For each extra, the extras that cannot be in the same packet. */
static const u32 excludes[XNET_EXTRA_TYPES] = {
	[XNET_EXTRA_GSO] = XNB_EXTRA(XNET_EXTRA_GSO),
	[XNET_EXTRA_MCAST_ADD] = XNB_EXTRA(XNET_EXTRA_MCAST_ADD) | XNB_EXTRA(XNET_EXTRA_MCAST_DEL),
	[XNET_EXTRA_MCAST_DEL] = XNB_EXTRA(XNET_EXTRA_MCAST_ADD) | XNB_EXTRA(XNET_EXTRA_MCAST_DEL),
	[XNET_EXTRA_HASH] = XNB_EXTRA(XNET_EXTRA_HASH),
};

static const struct xnet_tx_request *request_at(const union xnb_tx_slot *window, u32 at)
{
	return &xnb_tx_at(window, at)->req;
}

static bool crosses_page(u32 offset, u32 len)
{
	return offset + len > XNET_PAGE_BYTES;
}

/* --- how far the chain goes --------------------------------------------------- */

/* Extras behind the first slot, as far as they are visible. */
static u32 walk_extras(const union xnb_tx_slot *window, u32 at, u32 nr, bool *ended)
{
	u32 i = 0;

	*ended = !(request_at(window, at)->flags & XNET_TXF_EXTRA);
	while (!*ended && i + 1 < nr) {
		i++;
		*ended = !(xnb_tx_at(window, at + i)->extra.flags & XNET_EXTRAF_MORE);
	}
	return i;
}

/* All slots of the chain; more than @nr if its end is not visible. */
static u32 walk_chain(const union xnb_tx_slot *window, u32 at, u32 nr, u8 *nr_extras)
{
	u32 flags = request_at(window, at)->flags, slots;
	bool ended;

	*nr_extras = walk_extras(window, at, nr, &ended);
	if (!ended)
		return nr + 1;
	for (slots = 1 + *nr_extras; flags & XNET_TXF_MORE_DATA; slots++) {
		if (slots >= nr)
			return nr + 1;
		flags = request_at(window, at + slots)->flags;
	}
	return slots;
}

/* --- extras ------------------------------------------------------------------- */

static enum xnb_tx_verdict take_gso(const struct xnet_extra *extra, struct xnb_tx_packet *pkt)
{
	if (!extra->u.gso.size ||
	    (extra->u.gso.type != XNET_GSO_TCPV4 && extra->u.gso.type != XNET_GSO_TCPV6))
		return XNB_TX_BAD_GSO;
	pkt->gso_type = extra->u.gso.type;
	pkt->gso_size = extra->u.gso.size;
	return XNB_TX_FRAME;
}

static void take_mcast(const struct xnet_extra *extra, struct xnb_tx_packet *pkt)
{
	pkt->mcast_op = extra->type;
	memcpy(pkt->mcast, extra->u.mcast.addr, sizeof(pkt->mcast));
}

/* A hash is a hint, so one of an unknown kind is ignored. */
static void take_hash(const struct xnet_extra *extra, struct xnb_tx_packet *pkt)
{
	const u8 *value = extra->u.hash.value;

	if (extra->u.hash.algorithm != XNET_HASH_TOEPLITZ ||
	    extra->u.hash.type > XNET_HASHT_IPV6_TCP)
		return;
	pkt->has_hash = true;
	pkt->hash_type = extra->u.hash.type;
	pkt->hash = value[0] | value[1] << 8 | value[2] << 16 | (u32)value[3] << 24;
}

static enum xnb_tx_verdict judge_extra(const struct xnet_extra *extra, struct xnb_tx_packet *pkt)
{
	switch (extra->type) {
	case XNET_EXTRA_GSO:
		return take_gso(extra, pkt);
	case XNET_EXTRA_MCAST_ADD:
	case XNET_EXTRA_MCAST_DEL:
		take_mcast(extra, pkt);
		return XNB_TX_FRAME;
	case XNET_EXTRA_HASH:
		take_hash(extra, pkt);
		return XNB_TX_FRAME;
	default:
		return XNB_TX_BAD_EXTRA;
	}
}

static enum xnb_tx_verdict judge_extras(const union xnb_tx_slot *window, u32 offered,
					struct xnb_tx_packet *pkt)
{
	enum xnb_tx_verdict verdict;
	u32 seen = 0, i;

	for (i = 1; i <= pkt->nr_extras; i++) {
		const struct xnet_extra *extra = &xnb_tx_at(window, pkt->at + i)->extra;

		if (extra->type >= XNET_EXTRA_TYPES || !(offered & XNB_EXTRA(extra->type)) ||
		    (seen & excludes[extra->type]))
			return XNB_TX_BAD_EXTRA;
		seen |= XNB_EXTRA(extra->type);
		verdict = judge_extra(extra, pkt);
		if (verdict != XNB_TX_FRAME)
			return verdict;
	}
	return pkt->mcast_op ? XNB_TX_MCAST : XNB_TX_FRAME;
}

/* --- data --------------------------------------------------------------------- */

/* Extras are between the first and the second slot of data. */
static const struct xnet_tx_request *data_at(const union xnb_tx_slot *window,
					     const struct xnb_tx_packet *pkt, u32 nth)
{
	return request_at(window, pkt->at + (nth ? nth + pkt->nr_extras : 0));
}

static void set_piece(struct xnb_tx_piece *piece, const struct xnet_tx_request *req, u32 len)
{
	piece->ref = req->gref;
	piece->offset = req->offset;
	piece->len = len;
	piece->id = req->id;
}

/* The first slot has the length of the packet; its own is what the other slots leave. */
static enum xnb_tx_verdict first_len(const union xnb_tx_slot *window,
				     const struct xnb_tx_packet *pkt, u32 nr_data, u32 *len)
{
	u32 rest = 0, i;

	for (i = 1; i < nr_data; i++) {
		const struct xnet_tx_request *req = data_at(window, pkt, i);

		if (req->flags & XNET_TXF_EXTRA)
			return XNB_TX_BAD_EXTRA;
		rest += req->size;
	}
	if (rest > pkt->len)
		return XNB_TX_BAD_SIZE;
	*len = pkt->len - rest;
	return XNB_TX_FRAME;
}

static enum xnb_tx_verdict judge_data(const union xnb_tx_slot *window, struct xnb_tx_packet *pkt,
				      struct xnb_tx_piece *piece)
{
	u32 nr_data = pkt->nr_slots - pkt->nr_extras, len, i;
	enum xnb_tx_verdict verdict;

	if (nr_data > XNET_MAX_SLOTS)
		return XNB_TX_BAD_SLOTS;
	if (pkt->len < XNET_MIN_BYTES)
		return XNB_TX_BAD_SHORT;
	verdict = first_len(window, pkt, nr_data, &len);
	if (verdict != XNB_TX_FRAME)
		return verdict;
	for (i = 0; i < nr_data; i++) {
		const struct xnet_tx_request *req = data_at(window, pkt, i);

		if (i)
			len = req->size;
		if (!len) {
			pkt->nr_empty++;
			set_piece(&piece[nr_data - pkt->nr_empty], req, 0);
			continue;
		}
		if (crosses_page(req->offset, len))
			return XNB_TX_BAD_PAGE;
		set_piece(&piece[pkt->nr_pieces++], req, len);
	}
	return XNB_TX_FRAME;
}

/* --- packets ------------------------------------------------------------------- */

static enum xnb_tx_verdict judge_single(const struct xnet_tx_request *req,
					struct xnb_tx_packet *pkt, struct xnb_tx_piece *piece)
{
	if (unlikely(req->size < XNET_MIN_BYTES))
		return XNB_TX_BAD_SHORT;
	if (unlikely(crosses_page(req->offset, req->size)))
		return XNB_TX_BAD_PAGE;
	pkt->nr_pieces = 1;
	set_piece(piece, req, req->size);
	return XNB_TX_FRAME;
}

/* Not inlined, so that a frame in one slot need not save registers for it. */
static noinline enum xnb_tx_verdict judge_chain(const union xnb_tx_slot *window, u32 nr,
						u32 offered, struct xnb_tx_packet *pkt,
						struct xnb_tx_piece *piece)
{
	u32 slots = walk_chain(window, pkt->at, nr, &pkt->nr_extras);
	enum xnb_tx_verdict verdict;

	if (slots > nr && nr < XNET_RING_SLOTS)
		return XNB_TX_MORE;
	if (slots > nr) {
		pkt->nr_slots = nr;
		return XNB_TX_BAD_CHAIN;
	}
	pkt->nr_slots = slots;
	verdict = judge_extras(window, offered, pkt);
	return verdict == XNB_TX_FRAME ? judge_data(window, pkt, piece) : verdict;
}

enum xnb_tx_verdict xnb_tx_judge(const union xnb_tx_slot *window, u32 at, u32 nr, u32 extras,
				 struct xnb_tx_packet *pkt, struct xnb_tx_piece *piece)
{
	const struct xnet_tx_request *first = request_at(window, at);

	*pkt = (struct xnb_tx_packet){
		.at = at,
		.nr_slots = 1,
		.csum_blank = first->flags & XNET_TXF_CSUM_BLANK,
		.validated = first->flags & XNET_TXF_VALIDATED,
		.len = first->size,
	};
	if (likely(!(first->flags & (XNET_TXF_MORE_DATA | XNET_TXF_EXTRA))))
		return judge_single(first, pkt, piece);
	return judge_chain(window, nr, extras, pkt, piece);
}
