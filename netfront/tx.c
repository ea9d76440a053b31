// SPDX-License-Identifier: GPL-2.0
/*
 * Sending: packets to the ring, responses from it.
 *
 * The lock of the queue's half in the stack protects everything here, so that
 * sending takes no lock of its own. Responses are taken by NAPI, and by the
 * sender when half of the ring is in flight: copied packets need no event.
 */
#include <linux/slab.h>

#include "compat/gso.h"
#include "netfront/front.h"
#include "netfront/queue.h"
#include "netfront/tx.h"

/* Up to this many bytes copying is cheaper than lending. */
#define SHORT_BYTES 256

/* References: a page of our own for every slot, and a packet's page in it. */
#define MAX_REFS (2 * XNET_RING_SLOTS)

static_assert(XNF_TX_IDLE >= XNET_RING_SLOTS);

static void assert_locked(const struct xnf_tx *tx)
{
	lockdep_assert_held(&tx->txq->_xmit_lock);
}

/* --- room ---------------------------------------------------------------- */

static unsigned int in_flight(const struct xnf_tx *tx)
{
	return tx->ring.prod - tx->ring.cons;
}

/* Is there room for any packet? */
static bool has_room(const struct xnf_tx *tx)
{
	return in_flight(tx) + XNF_REQUEST_SLOTS <= READ_ONCE(tx->limit) &&
	       tx->nr_free >= XNF_REQUEST_SLOTS;
}

/* Enough of it that waking the sender is worth while? */
static bool has_much_room(const struct xnf_tx *tx)
{
	return has_room(tx) && in_flight(tx) <= READ_ONCE(tx->limit) / 2;
}

/* --- pages that stay lent ------------------------------------------------ */

static bool stage_add(struct xnf_tx *tx, struct xnf_tx_slot *slot)
{
	/* Zeroed: what is lent shows only data that was meant for the backend. */
	struct page *page = alloc_page(GFP_ATOMIC | __GFP_NOWARN | __GFP_ZERO);

	if (!page)
		return false;
	slot->stage = page;
	slot->stage_ref = xsplit_lend(&tx->reserve, page, true);
	return true;
}

/* Have a page for each of the next slots. */
static bool stage_prepare(struct xnf_tx *tx, unsigned int nr)
{
	struct xnf_tx_slot *slot;
	unsigned int i;

	for (i = 1; i <= nr; i++) {
		slot = &tx->slot[tx->free_id[tx->nr_free - i]];
		if (unlikely(!slot->stage) && !stage_add(tx, slot))
			return false;
	}
	return true;
}

static void stage_remove(struct xnf_tx *tx, struct xnf_tx_slot *slot)
{
	if (slot->stage)
		xsplit_lend_abandon(&tx->reserve, slot->stage_ref, slot->stage);
	slot->stage = NULL;
}

/* --- writing a packet ---------------------------------------------------- */

/**
 * struct writer - a packet being written
 * @tx: where to
 * @pkt: the packet
 * @nr: pieces written
 * @first: id of the first one
 */
struct writer {
	struct xnf_tx *tx;
	const struct xnf_packet *pkt;
	unsigned int nr;
	u16 first;
};

static void write_piece(struct writer *w, const struct xnf_piece *piece)
{
	if (!w->nr)
		xnf_put_first(&w->tx->ring, w->pkt, piece);
	else
		xnf_put_next(&w->tx->ring, piece, w->nr + 1 == w->pkt->nr_pieces);
	w->nr++;
}

/* Copy @len bytes to the next slot's own page; there is one. */
static struct xnf_tx_slot *write_copied(struct writer *w, struct sk_buff *skb,
					unsigned int offset, unsigned int len)
{
	struct xnf_tx *tx = w->tx;
	struct xnf_piece piece = { .id = tx->free_id[--tx->nr_free], .len = len };
	struct xnf_tx_slot *slot = &tx->slot[piece.id];
	void *to = page_address(slot->stage);

	if (likely(offset + len <= skb_headlen(skb)))
		memcpy(to, skb->data + offset, len);
	else
		skb_copy_bits(skb, offset, to, len);
	piece.gref = slot->stage_ref;
	slot->first = piece.id;
	write_piece(w, &piece);
	return slot;
}

/* The slot belongs to a packet that is kept. */
static void write_kept(struct writer *w, struct xnf_tx_slot *slot)
{
	if (w->nr == 1)
		w->first = slot - w->tx->slot;
	slot->first = w->first;
}

/* Lend a stretch of memory, page by page. */
static void write_lent(struct writer *w, struct page *page, unsigned int offset,
		       unsigned int len)
{
	struct xnf_tx *tx = w->tx;
	struct xnf_tx_slot *slot;
	struct xnf_piece piece;

	while (len) {
		piece = (struct xnf_piece){
			.id = tx->free_id[--tx->nr_free],
			.offset = offset_in_page(offset),
			.len = xnf_piece_len(offset, len),
		};
		slot = &tx->slot[piece.id];
		slot->page = page + (offset >> PAGE_SHIFT);
		slot->ref = xsplit_lend(&tx->reserve, slot->page, true);
		piece.gref = slot->ref;
		write_piece(w, &piece);
		write_kept(w, slot);
		offset += piece.len;
		len -= piece.len;
	}
}

static void count_packet(struct xnf_queue *q, const struct xnf_packet *pkt)
{
	struct xnf_tx_count *count = &q->count.tx;

	xsplit_count(&count->packets, 1);
	xsplit_count(&count->bytes, pkt->len);
	if (pkt->gso_size) {
		q->tx.extras++;
		xsplit_count(&count->gso, 1);
	}
}

/* --- the two ways -------------------------------------------------------- */

static u8 gso_type(const struct sk_buff *skb)
{
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4)
		return XNET_GSO_TCPV4;
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6)
		return XNET_GSO_TCPV6;
	/* Not on the wire: no backend takes it. */
	return XNET_GSO_NONE;
}

static void describe(const struct sk_buff *skb, struct xnf_packet *pkt)
{
	*pkt = (struct xnf_packet){ .len = skb->len };
	if (skb_is_gso(skb)) {
		pkt->gso_size = skb_shinfo(skb)->gso_size;
		pkt->gso_type = gso_type(skb);
	}
	pkt->flags = xnf_packet_flags(skb->ip_summed == CHECKSUM_PARTIAL,
				      skb->ip_summed == CHECKSUM_UNNECESSARY, pkt->gso_size);
}

static void drop(struct xnf_queue *q, struct sk_buff *skb)
{
	xsplit_count(&q->count.tx.dropped, 1);
	dev_kfree_skb_any(skb);
}

/* The packet is done with on return. */
static void send_copied(struct xnf_queue *q, struct sk_buff *skb, struct xnf_packet *pkt)
{
	struct writer w = { .tx = &q->tx, .pkt = pkt };
	unsigned int offset, len;

	pkt->nr_pieces = DIV_ROUND_UP(pkt->len, XNET_PAGE_BYTES);
	if (unlikely(!stage_prepare(&q->tx, pkt->nr_pieces))) {
		drop(q, skb);
		return;
	}
	for (offset = 0; offset < pkt->len; offset += len) {
		len = min(pkt->len - offset, XNET_PAGE_BYTES);
		write_copied(&w, skb, offset, len);
	}
	count_packet(q, pkt);
	xsplit_count(&q->count.tx.copied, 1);
	xsplit_count(&q->count.tx.copied_bytes, pkt->len);
	skb_tx_timestamp(skb);
	dev_consume_skb_any(skb);
}

/*
 * The start of a packet is copied if it is only its headers, or in memory that
 * cannot be held back from its owner if the backend does not let go of it.
 */
static bool copies_head(const struct sk_buff *skb)
{
	return skb_headlen(skb) <= SHORT_BYTES || !xsplit_can_lend(virt_to_page(skb->data));
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

static bool write_head(struct xnf_queue *q, struct sk_buff *skb, struct writer *w)
{
	unsigned int head = skb_headlen(skb);
	unsigned int offset, len;

	if (!copies_head(skb)) {
		write_lent(w, virt_to_page(skb->data), offset_in_page(skb->data), head);
		return true;
	}
	if (unlikely(!stage_prepare(&q->tx, DIV_ROUND_UP(head, XNET_PAGE_BYTES))))
		return false;
	for (offset = 0; offset < head; offset += len) {
		len = min(head - offset, XNET_PAGE_BYTES);
		write_kept(w, write_copied(w, skb, offset, len));
	}
	xsplit_count(&q->count.tx.copied_bytes, head);
	return true;
}

/* The packet is kept until it is answered. Return: see __netdev_tx_sent_queue(). */
static bool send_lent(struct xnf_queue *q, struct sk_buff *skb, struct xnf_packet *pkt)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	struct writer w = { .tx = &q->tx, .pkt = pkt };
	unsigned int i, copied;

	if (unlikely(!write_head(q, skb, &w))) {
		drop(q, skb);
		return false;
	}
	copied = w.nr;
	for (i = 0; i < info->nr_frags; i++)
		write_lent(&w, skb_frag_page(&info->frags[i]), skb_frag_off(&info->frags[i]),
			   skb_frag_size(&info->frags[i]));
	q->tx.slot[w.first].skb = skb;
	q->tx.slot[w.first].left = w.nr;
	WRITE_ONCE(q->tx.held, q->tx.held + 1);
	count_packet(q, pkt);
	xsplit_count(&q->count.tx.lent_pages, w.nr - copied);
	skb_tx_timestamp(skb);
	return __netdev_tx_sent_queue(q->tx.txq, skb->len, netdev_xmit_more());
}

static bool send_one(struct xnf_queue *q, struct sk_buff *skb);

/* The stack does this unless the backend has become another one meanwhile. */
static bool send_segments(struct xnf_queue *q, struct sk_buff *skb)
{
	struct sk_buff *segs = skb_gso_segment(skb, 0);
	struct sk_buff *next;
	bool kick = false;

	if (IS_ERR_OR_NULL(segs)) {
		drop(q, skb);
		return false;
	}
	xsplit_count(&q->count.tx.segmented, 1);
	dev_consume_skb_any(skb);
	for (; segs; segs = next) {
		next = segs->next;
		skb_mark_not_on_list(segs);
		if (skb_is_gso(segs) || !has_room(&q->tx))
			drop(q, segs);
		else
			kick |= send_one(q, segs);
	}
	return kick;
}

/* Return: true if the backend must be told now. */
static bool send_one(struct xnf_queue *q, struct sk_buff *skb)
{
	struct xnf_packet pkt;

	describe(skb, &pkt);
	if (q->tx.copy_all || (pkt.len <= SHORT_BYTES && pkt.len >= XNET_MIN_BYTES)) {
		pkt.nr_pieces = DIV_ROUND_UP(pkt.len, XNET_PAGE_BYTES);
		pkt.first_len = min(pkt.len, XNET_PAGE_BYTES);
	} else {
		pkt.nr_pieces = count_pieces(skb, &pkt);
	}
	switch (xnf_packet_judge(&pkt, &q->front->features)) {
	case XNF_SEND_NOW:
		if (!q->tx.copy_all && pkt.len > SHORT_BYTES)
			return send_lent(q, skb, &pkt);
		send_copied(q, skb, &pkt);
		return false;
	case XNF_SEND_DENSE:
		xsplit_count(&q->count.tx.dense, 1);
		send_copied(q, skb, &pkt);
		return false;
	case XNF_SEND_SEGMENTS:
		return send_segments(q, skb);
	case XNF_SEND_NEVER:
		break;
	}
	drop(q, skb);
	return false;
}

/* --- responses ----------------------------------------------------------- */

/**
 * struct reaped - packets that were answered
 * @budget: NAPI's, or 0
 * @packets: how many were kept
 * @bytes: in them
 */
struct reaped {
	int budget;
	unsigned int packets;
	unsigned int bytes;
};

static void end_loan(struct xnf_queue *q, struct xnf_tx_slot *slot)
{
	struct page *page = slot->page;

	slot->page = NULL;
	if (likely(xsplit_lend_end(&q->tx.reserve, slot->ref)))
		return;
	get_page(page);
	xsplit_quarantine(&q->tx.reserve, slot->ref, page, &q->count.grants);
	xnf_queue_broken(q, "it holds a page of a packet that it has answered");
}

static void free_id(struct xnf_tx *tx, u16 id)
{
	tx->free_id[tx->nr_free++] = id;
}

/* One slot less of a packet that is kept. */
static void answer_kept(struct xnf_tx *tx, u16 id, u16 first, struct reaped *reaped)
{
	struct xnf_tx_slot *slot = &tx->slot[first];
	struct sk_buff *skb = slot->skb;

	if (id != first)
		free_id(tx, id);
	if (--slot->left)
		return;
	slot->skb = NULL;
	free_id(tx, first);
	reaped->packets++;
	reaped->bytes += skb->len;
	napi_consume_skb(skb, reaped->budget);
}

/* Return: false if no slot is in flight under this id. */
static bool answer(struct xnf_queue *q, u16 id, struct reaped *reaped)
{
	struct xnf_tx *tx = &q->tx;
	struct xnf_tx_slot *slot = &tx->slot[id];
	u16 first = slot->first;

	if (unlikely(first == XNF_TX_IDLE))
		return false;
	slot->first = XNF_TX_IDLE;
	if (slot->page)
		end_loan(q, slot);
	if (tx->slot[first].skb)
		answer_kept(tx, id, first, reaped);
	else
		free_id(tx, id);
	return true;
}

static bool take_response(struct xnf_queue *q, struct reaped *reaped)
{
	struct xnf_tx *tx = &q->tx;
	struct xnet_tx_response rsp;

	xsplit_ring_take(&tx->ring, tx->ring.cons, &rsp, sizeof(rsp));
	switch (xnf_answer_judge(&rsp, XNET_RING_SLOTS)) {
	case XNF_ANSWER_REFUSED:
		xsplit_count(&q->count.tx.refused, 1);
		fallthrough;
	case XNF_ANSWER_SENT:
		return answer(q, rsp.id, reaped);
	case XNF_ANSWER_EXTRA:
		return tx->extras && tx->extras--;
	case XNF_ANSWER_BROKEN:
		break;
	}
	return false;
}

static void reap(struct xnf_queue *q, int budget)
{
	struct reaped reaped = { .budget = budget };
	struct xnf_tx *tx = &q->tx;
	u32 visible, i;

	assert_locked(tx);
	if (unlikely(!tx->live || q->broken))
		return;
	if (unlikely(xsplit_front_visible(&tx->ring, &visible)))
		xnf_queue_broken(q, "more answers than packets");
	if (!visible)
		return;
	for (i = 0; i < visible; i++) {
		if (unlikely(!take_response(q, &reaped))) {
			xnf_queue_broken(q, "an answer to no packet");
			break;
		}
		WRITE_ONCE(tx->ring.cons, tx->ring.cons + 1);
	}
	xnf_count_size(q->count.tx.reaps, i);
	WRITE_ONCE(tx->held, tx->held - reaped.packets);
	netdev_tx_completed_queue(tx->txq, reaped.packets, reaped.bytes);
}

/* --- events -------------------------------------------------------------- */

/*
 * Copied packets need no event. One is wanted when all that is in flight has been
 * answered, for the packets that are kept; or half of it, for a sender that waits.
 * Return: true if one is to be asked for, at tx->event_at.
 */
static bool want_event(struct xnf_tx *tx)
{
	u32 at = tx->ring.prod;

	if (netif_tx_queue_stopped(tx->txq))
		at -= in_flight(tx) / 2;
	else if (!tx->held)
		return false;
	/* One that comes no later has been asked for. */
	if ((s32)(tx->event_at - tx->ring.cons) > 0 && (s32)(tx->event_at - at) <= 0)
		return false;
	tx->event_at = at;
	return true;
}

static void push(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;
	unsigned int nr = tx->ring.prod - tx->ring.pushed;
	bool notify;

	if (!nr)
		return;
	/* What has not been shown cannot be answered: no need to look again. */
	if (want_event(tx))
		xsplit_front_ask(&tx->ring, tx->event_at);
	notify = xsplit_front_push(&tx->ring);
	xnf_count_size(q->count.tx.pushes, nr);
	xsplit_count(notify ? &q->count.tx.notified : &q->count.tx.quiet, 1);
	if (notify)
		xsplit_event_notify(xnf_tx_channel(q));
}

/* The ring is full: the sender waits, unless room has been made meanwhile. */
static void stop_sender(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;

	push(q);
	netif_tx_stop_queue(tx->txq);
	xsplit_count(&q->count.tx.stops, 1);
	while (!has_much_room(tx) && !q->broken && want_event(tx)) {
		if (!xsplit_front_arm_at(&tx->ring, tx->event_at))
			return;
		reap(q, 0);
	}
	if (has_much_room(tx))
		netif_tx_start_queue(tx->txq);
}

/* --- the stack's side ---------------------------------------------------- */

netdev_tx_t xnf_tx_send(struct xnf_queue *q, struct sk_buff *skb)
{
	struct xnf_tx *tx = &q->tx;
	bool kick;

	if (unlikely(!tx->live || q->broken)) {
		drop(q, skb);
		return NETDEV_TX_OK;
	}
	if (unlikely(!has_room(tx))) {
		stop_sender(q);
		return NETDEV_TX_BUSY;
	}
	kick = send_one(q, skb);
	if (in_flight(tx) > XNET_RING_SLOTS / 2)
		reap(q, 0);
	if (unlikely(!has_room(tx)))
		stop_sender(q);
	else if (kick || !netdev_xmit_more() || netif_xmit_stopped(tx->txq))
		push(q);
	return NETDEV_TX_OK;
}

/* Nothing to take, and nothing to wait for that has not been asked for. */
static bool nothing_to_do(const struct xnf_tx *tx, bool rest)
{
	return xsplit_front_shown(&tx->ring) == READ_ONCE(tx->ring.cons) &&
	       !(rest && (READ_ONCE(tx->held) || netif_tx_queue_stopped(tx->txq)));
}

static bool poll_locked(struct xnf_queue *q, int budget, bool rest)
{
	struct xnf_tx *tx = &q->tx;

	reap(q, budget);
	if (unlikely(!tx->live || q->broken))
		return false;
	if (netif_tx_queue_stopped(tx->txq) && has_much_room(tx))
		netif_tx_wake_queue(tx->txq);
	return rest && want_event(tx) && xsplit_front_arm_at(&tx->ring, tx->event_at);
}

bool xnf_tx_poll(struct xnf_queue *q, int budget, bool rest)
{
	struct netdev_queue *txq = q->tx.txq;
	bool more;

	if (nothing_to_do(&q->tx, rest))
		return false;
	if (likely(budget)) {
		__netif_tx_lock(txq, smp_processor_id());
		more = poll_locked(q, budget, rest);
		__netif_tx_unlock(txq);
		return more;
	}
	/* Who prints from under the lock comes here, and must not wait for it. */
	if (__netif_tx_trylock(txq)) {
		poll_locked(q, budget, false);
		__netif_tx_unlock(txq);
	}
	return false;
}

bool xnf_tx_moved(struct xnf_queue *q)
{
	u32 now = xsplit_front_shown(&q->tx.ring);
	bool moved = now != q->tx.eoi_at;

	q->tx.eoi_at = now;
	return moved;
}

/* --- life ---------------------------------------------------------------- */

static int alloc_tables(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;
	unsigned int id;

	tx->slot = kvcalloc(XNET_RING_SLOTS, sizeof(*tx->slot), GFP_KERNEL);
	tx->free_id = kvcalloc(XNET_RING_SLOTS, sizeof(*tx->free_id), GFP_KERNEL);
	if (!tx->slot || !tx->free_id) {
		kvfree(tx->slot);
		kvfree(tx->free_id);
		return xsplit_link_error(q->front->link, -ENOMEM, "no memory for queue %u",
					 q->index);
	}
	for (id = 0; id < XNET_RING_SLOTS; id++) {
		tx->slot[id].first = XNF_TX_IDLE;
		tx->free_id[id] = XNET_RING_SLOTS - 1 - id;
	}
	tx->nr_free = XNET_RING_SLOTS;
	return 0;
}

int xnf_tx_open(struct xnf_queue *q, bool copy_all)
{
	struct xsplit_link *link = q->front->link;
	struct xnf_tx *tx = &q->tx;
	int err;

	err = xsplit_pages_lend(link, &tx->shared, 1);
	if (err)
		return err;
	err = alloc_tables(q);
	if (err)
		goto take_back;
	err = xsplit_reserve_init(&tx->reserve, xsplit_link_peer(link), MAX_REFS);
	if (err) {
		xsplit_link_error(link, err, "no grant references left: raise gnttab_max_frames");
		goto free_tables;
	}
	xsplit_front_init(&tx->ring, tx->shared.addr, PAGE_SIZE, sizeof(struct xnet_tx_request));
	tx->copy_all = copy_all;
	tx->extras = 0;
	tx->held = 0;
	tx->event_at = 1;
	tx->eoi_at = 0;
	return 0;

free_tables:
	kvfree(tx->slot);
	kvfree(tx->free_id);
take_back:
	xsplit_pages_take_back(&tx->shared);
	return err;
}

void xnf_tx_start(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;

	__netif_tx_lock_bh(tx->txq);
	netdev_tx_reset_queue(tx->txq);
	tx->live = true;
	netif_tx_start_queue(tx->txq);
	__netif_tx_unlock_bh(tx->txq);
}

void xnf_tx_stop(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;

	__netif_tx_lock_bh(tx->txq);
	netif_tx_stop_queue(tx->txq);
	tx->live = false;
	__netif_tx_unlock_bh(tx->txq);
}

/* The backend may still hold what is in flight, without doing wrong. */
static void give_up_page(struct xnf_tx *tx, struct xnf_tx_slot *slot)
{
	if (slot->page) {
		get_page(slot->page);
		xsplit_lend_abandon(&tx->reserve, slot->ref, slot->page);
	}
	stage_remove(tx, slot);
}

void xnf_tx_close(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;
	unsigned int id;

	if (!tx->shared.addr)
		return;
	for (id = 0; id < XNET_RING_SLOTS; id++)
		give_up_page(tx, &tx->slot[id]);
	/* Not before all pages have been seen to. */
	for (id = 0; id < XNET_RING_SLOTS; id++)
		if (tx->slot[id].skb)
			dev_kfree_skb_any(tx->slot[id].skb);
	netdev_tx_reset_queue(tx->txq);
	xsplit_reserve_free(&tx->reserve);
	kvfree(tx->slot);
	kvfree(tx->free_id);
	xsplit_pages_take_back(&tx->shared);
}
