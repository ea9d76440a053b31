// SPDX-License-Identifier: GPL-2.0
/*
 * From a packet of the stack to slots of the ring.
 *
 * A packet goes out in one of two ways. It is copied into a page of ours that stays lent:
 * it is then consumed at once, and the response only frees the page for reuse. Or its own
 * pages are lent for reading: it is then consumed when all of them have been answered.
 */
#include <linux/gfp.h>
#include <linux/mm.h>

#include "compat/net.h"
#include "grant/page.h"
#include "netfront/front.h"
#include "netfront/queue.h"
#include "netfront/trace.h"
#include "netfront/tx.h"
#include "xenbus/latency.h"

/* Up to this many bytes copying is cheaper than lending. */
#define SHORT_BYTES 256

void xnf_tx_drop(struct xnf_queue *q, struct sk_buff *skb)
{
	xsplit_count(&q->count.tx.dropped, 1);
	dev_kfree_skb_any(skb);
}

/* --- pages that stay lent ------------------------------------------------ */

static bool stage_add(struct xnf_tx *tx, struct xnf_tx_slot *slot)
{
	/* Zeroed: what is lent shows only data that was meant for the backend. */
	struct page *page = alloc_page(GFP_ATOMIC | __GFP_NOWARN | __GFP_ZERO);

	if (!page)
		return false;
	slot->stage = page_address(page);
	slot->stage_ref = xsplit_lend(&tx->reserve, page, true);
	return true;
}

/* Have a page for each of the next slots. */
static bool stage_prepare(struct xnf_tx *tx, unsigned int nr)
{
	struct xnf_tx_slot *slot;
	unsigned int i;

	for (i = 1; i <= nr; i++) {
		slot = &tx->slot[tx->ids.id[tx->ids.free - i]];
		if (unlikely(!slot->stage) && !stage_add(tx, slot))
			return false;
	}
	return true;
}

static void copy_out(const struct sk_buff *skb, unsigned int offset, void *to, unsigned int len)
{
	if (likely(offset + len <= skb_headlen(skb)))
		memcpy(to, skb->data + offset, len);
	else
		skb_copy_bits(skb, offset, to, len);
}

/* --- common to copied and lent packets ----------------------------------- */

static void count_packet(struct xnf_queue *q, const struct xnf_packet *pkt)
{
	u64_stats_update_begin(&q->count.tx.sync);
	xsplit_count(&q->count.tx.packets, 1);
	xsplit_count(&q->count.tx.bytes, pkt->len);
	u64_stats_update_end(&q->count.tx.sync);
	if (pkt->gso_size) {
		q->tx.extras++;
		xsplit_count(&q->count.tx.gso, 1);
	}
}

/* As skb_tx_timestamp(), but there is no PHY to do it. */
static void stamp(struct sk_buff *skb)
{
	if (unlikely(skb_shinfo(skb)->tx_flags & SKBTX_SW_TSTAMP))
		skb_tstamp_tx(skb, NULL);
}

static void attach_skb(struct xnf_tx *tx, struct sk_buff *skb, u16 first, unsigned int slots,
		 bool in_bql)
{
	struct xnf_tx_slot *slot = &tx->slot[first];

	slot->skb = skb;
	slot->left = slots;
	slot->in_bql = in_bql;
	xsplit_latency_stamp(&slot->sent_at);
	WRITE_ONCE(tx->nr_skbs, tx->nr_skbs + 1);
}

/* --- one slot, copied ---------------------------------------------------- */

/*
 * Write the next slot. Its page may be filled later, as nothing is shown before the push.
 * Return: NULL if there is no memory for a page.
 */
static __always_inline struct xnf_tx_slot *build_single_slot(struct xnf_queue *q,
						      const struct xnf_packet *pkt)
{
	struct xnf_tx *tx = &q->tx;
	struct xnf_piece piece = { .id = tx->ids.id[tx->ids.free - 1], .len = pkt->len };
	struct xnf_tx_slot *slot = &tx->slot[piece.id];

	if (unlikely(!slot->stage) && !stage_add(tx, slot))
		return NULL;
	tx->ids.free--;
	piece.gref = slot->stage_ref;
	xnf_encode_first(&tx->ring, pkt, &piece);
	slot->first = piece.id;
	count_packet(q, pkt);
	trace_xnf_tx_queued(q, pkt, piece.id, 0);
	xsplit_count(&q->count.tx.copied, 1);
	xsplit_count(&q->count.tx.copied_bytes, pkt->len);
	return slot;
}

/*
 * Consume the packet at once, unless the backend is behind: then its sender has to wait,
 * instead of filling the stack's queue in the belief that all has been sent.
 */
static __always_inline void build_single(struct xnf_queue *q, struct sk_buff *skb,
					const struct xnf_packet *pkt)
{
	struct xnf_tx *tx = &q->tx;
	struct xnf_tx_slot *slot = build_single_slot(q, pkt);

	if (unlikely(!slot)) {
		xnf_tx_drop(q, skb);
		return;
	}
	copy_out(skb, 0, slot->stage, pkt->len);
	stamp(skb);
	if (xnf_tx_busy(tx))
		attach_skb(tx, skb, slot->first, 1, false);
	else
		napi_consume_skb(skb, xnf_skb_budget());
}

bool xnf_tx_build_copy(struct xnf_queue *q, const void *data, unsigned int len)
{
	struct xnf_packet pkt = { .len = len, .first_len = len, .nr_pieces = 1 };
	struct xnf_tx_slot *slot = build_single_slot(q, &pkt);

	if (unlikely(!slot))
		return false;
	memcpy(slot->stage, data, len);
	return true;
}

/* --- several slots, consumed by their responses -------------------------- */

/* A packet being written: @nr pieces so far, the first of them under the id @first. */
struct writer {
	struct xnf_tx *tx;
	const struct xnf_packet *pkt;
	unsigned int nr;
	u16 first;
};

static __always_inline void write_piece(struct writer *w, const struct xnf_piece *piece)
{
	if (!w->nr++)
		xnf_encode_first(&w->tx->ring, w->pkt, piece);
	else
		xnf_encode_next(&w->tx->ring, piece, w->nr == w->pkt->nr_pieces);
	w->tx->slot[piece->id].first = w->first;
}

/* Copy the start of the packet into pages of ours, which stage_prepare() has provided. */
static void write_copied(struct writer *w, const struct sk_buff *skb, unsigned int bytes)
{
	struct xnf_tx *tx = w->tx;
	struct xnf_tx_slot *slot;
	struct xnf_piece piece;
	unsigned int offset;

	for (offset = 0; offset < bytes; offset += piece.len) {
		piece = (struct xnf_piece){
			.id = tx->ids.id[--tx->ids.free],
			.len = min(bytes - offset, XNET_PAGE_BYTES),
		};
		slot = &tx->slot[piece.id];
		copy_out(skb, offset, slot->stage, piece.len);
		piece.gref = slot->stage_ref;
		write_piece(w, &piece);
	}
}

/* Lend a stretch of memory, page by page. */
static void write_lent(struct writer *w, struct page *page, unsigned int offset,
		       unsigned int len)
{
	struct xnf_tx *tx = w->tx;
	struct xnf_tx_slot *slot;
	struct xnf_piece piece;

	for (; len; len -= piece.len, offset += piece.len) {
		piece = (struct xnf_piece){
			.id = tx->ids.id[--tx->ids.free],
			.offset = offset_in_page(offset),
			.len = xnf_piece_len(offset, len),
		};
		slot = &tx->slot[piece.id];
		slot->page = page + (offset >> PAGE_SHIFT);
		slot->ref = xsplit_lend(&tx->reserve, slot->page, true);
		piece.gref = slot->ref;
		write_piece(w, &piece);
	}
}

/*
 * The start of a packet is copied if it is only headers, or in memory that could not go
 * into quarantine if the backend did not release it.
 */
static bool copies_head(const struct sk_buff *skb)
{
	return skb_headlen(skb) <= SHORT_BYTES || !xsplit_can_lend(virt_to_page(skb->data));
}

static unsigned int bytes_to_copy(const struct sk_buff *skb, bool copy_all)
{
	if (copy_all)
		return skb->len;
	return copies_head(skb) ? skb_headlen(skb) : 0;
}

/* Return: see __netdev_tx_sent_queue(). */
static bool build_slots(struct xnf_queue *q, struct sk_buff *skb, const struct xnf_packet *pkt,
			bool copy_all)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int i, bytes = bytes_to_copy(skb, copy_all);
	unsigned int copied = DIV_ROUND_UP(bytes, XNET_PAGE_BYTES);
	struct xnf_tx *tx = &q->tx;
	struct writer w = { .tx = tx, .pkt = pkt, .first = tx->ids.id[tx->ids.free - 1] };

	if (unlikely(!stage_prepare(tx, copied))) {
		xnf_tx_drop(q, skb);
		return false;
	}
	attach_skb(tx, skb, w.first, pkt->nr_pieces, true);
	count_packet(q, pkt);
	trace_xnf_tx_queued(q, pkt, w.first, pkt->nr_pieces - copied);
	xsplit_count(&q->count.tx.copied, copy_all);
	xsplit_count(&q->count.tx.copied_bytes, bytes);
	xsplit_count(&q->count.tx.lent_pages, pkt->nr_pieces - copied);
	stamp(skb);
	write_copied(&w, skb, bytes);
	if (!bytes)
		write_lent(&w, virt_to_page(skb->data), offset_in_page(skb->data),
			   skb_headlen(skb));
	for (i = 0; i < info->nr_frags && !copy_all; i++)
		write_lent(&w, skb_frag_page(&info->frags[i]), skb_frag_off(&info->frags[i]),
			   skb_frag_size(&info->frags[i]));
	return __netdev_tx_sent_queue(tx->txq, skb->len, netdev_xmit_more());
}

/* --- copied or lent ------------------------------------------------------ */

static u8 gso_type(const struct sk_buff *skb)
{
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4)
		return XNET_GSO_TCPV4;
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6)
		return XNET_GSO_TCPV6;
	/* Not in the protocol: no backend takes it. */
	return XNET_GSO_NONE;
}

static u8 flags_of(const struct sk_buff *skb, bool gso)
{
	return xnf_packet_flags(skb->ip_summed == CHECKSUM_PARTIAL,
				skb->ip_summed == CHECKSUM_UNNECESSARY, gso);
}

static void describe_copied(struct xnf_packet *pkt)
{
	pkt->nr_pieces = DIV_ROUND_UP(pkt->len, XNET_PAGE_BYTES);
	pkt->first_len = min(pkt->len, XNET_PAGE_BYTES);
}

/* Pieces that a packet makes if its pages are lent; more than fit if they cannot be. */
static unsigned int count_pieces(const struct sk_buff *skb, struct xnf_packet *pkt)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int head = skb_headlen(skb);
	unsigned int offset = copies_head(skb) ? 0 : offset_in_page(skb->data);
	unsigned int i, nr = xnf_nr_pieces(offset, head);

	pkt->first_len = xnf_piece_len(offset, head);
	if (skb_has_frag_list(skb))
		return XNET_MAX_SLOTS + 1;
	for (i = 0; i < info->nr_frags; i++) {
		const skb_frag_t *frag = &info->frags[i];

		if (!xsplit_can_lend(skb_frag_page(frag)))
			return XNET_MAX_SLOTS + 1;
		nr += xnf_nr_pieces(skb_frag_off(frag), skb_frag_size(frag));
	}
	return nr;
}

/* The stack segments packets itself, unless the backend has changed in between. */
static bool build_segments(struct xnf_queue *q, struct sk_buff *skb)
{
	struct sk_buff *segs = skb_gso_segment(skb, 0);
	struct sk_buff *next;
	bool kick = false;

	if (IS_ERR_OR_NULL(segs)) {
		xnf_tx_drop(q, skb);
		return false;
	}
	xsplit_count(&q->count.tx.segmented, 1);
	dev_consume_skb_any(skb);
	for (; segs; segs = next) {
		next = segs->next;
		skb_mark_not_on_list(segs);
		if (skb_is_gso(segs) || !xnf_tx_has_room(&q->tx))
			xnf_tx_drop(q, segs);
		else
			kick |= xnf_tx_build(q, segs);
	}
	return kick;
}

static noinline bool build_hard(struct xnf_queue *q, struct sk_buff *skb)
{
	struct xnf_packet pkt = { .len = skb->len };
	bool copy;

	if (skb_is_gso(skb)) {
		pkt.gso_size = skb_shinfo(skb)->gso_size;
		pkt.gso_type = gso_type(skb);
	}
	pkt.flags = flags_of(skb, pkt.gso_size);
	copy = q->tx.copy_all || (!skb_is_nonlinear(skb) && copies_head(skb));
	if (copy)
		describe_copied(&pkt);
	else
		pkt.nr_pieces = count_pieces(skb, &pkt);
	switch (xnf_packet_judge(&pkt, &q->front->features)) {
	case XNF_SEND_NOW:
		break;
	case XNF_SEND_DENSE:
		xsplit_count(&q->count.tx.dense, 1);
		describe_copied(&pkt);
		copy = true;
		break;
	case XNF_SEND_SEGMENTS:
		return build_segments(q, skb);
	case XNF_SEND_NEVER:
		xnf_tx_drop(q, skb);
		return false;
	}
	if (!copy || pkt.nr_pieces > 1)
		return build_slots(q, skb, &pkt, copy);
	build_single(q, skb, &pkt);
	return false;
}

bool xnf_tx_build(struct xnf_queue *q, struct sk_buff *skb)
{
	struct xnf_packet pkt = { .len = skb->len, .nr_pieces = 1 };

	if (unlikely(pkt.len > SHORT_BYTES || pkt.len < XNET_MIN_BYTES || skb_is_gso(skb)))
		return build_hard(q, skb);
	pkt.flags = flags_of(skb, false);
	build_single(q, skb, &pkt);
	return false;
}
