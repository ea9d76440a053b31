// SPDX-License-Identifier: GPL-2.0
/*
 * Sending: room in the ring, responses from it, events.
 *
 * The tx lock, which is that of the stack's queue, protects everything here, so that
 * sending takes no lock of its own. Responses are taken by NAPI, and by the sender when
 * many slots are in flight, because copied packets need no event.
 */
#include <linux/slab.h>

#include "netfront/front.h"
#include "netfront/queue.h"
#include "netfront/trace.h"
#include "netfront/tx.h"
#include "xenbus/latency.h"

/* References of a slot: one for a page of our own, one for a page of a packet. */
#define REFS_PER_ID 2
#define MAX_REFS (REFS_PER_ID * XNET_RING_SLOTS)
#define MIN_REFS (REFS_PER_ID * XNF_TX_LEAST)

/* References and pages that have been idle for so long are given back, so many ids at a time. */
#define TRIM_DELAY (3 * HZ)
#define TRIM_BATCH 32

static_assert(XNF_TX_IDLE >= XNET_RING_SLOTS);

static void assert_locked(const struct xnf_tx *tx)
{
	lockdep_assert_held(&tx->txq->_xmit_lock);
}

/* Is there enough room to make waking the sender worthwhile? */
static bool has_much_room(const struct xnf_tx *tx)
{
	return xnf_tx_has_room(tx) && xnf_tx_in_flight(tx) <= READ_ONCE(tx->limit) / 2;
}

/* --- responses ----------------------------------------------------------- */

/* Packets whose responses were taken. */
struct reaped {
	int budget;		/* for napi_consume_skb() */
	unsigned int skbs;
	unsigned int packets;	/* of @skbs, those that count against the byte limit */
	unsigned int bytes;	/* in @packets */
};

/* End the loan of a page that no slot in flight uses. @page: its owner keeps its reference */
static void end_loan(struct xnf_queue *q, grant_ref_t ref, struct page *page)
{
	if (likely(xsplit_lend_end(&q->tx.reserve, ref)))
		return;
	get_page(page);
	xsplit_quarantine(&q->tx.reserve, ref, page, &q->count.grants);
	xsplit_link_caught(q->front->link);
	q->broken = "it holds a page of a packet that it has answered";
}

static void free_id(struct xnf_tx *tx, u16 id)
{
	tx->ids.id[tx->ids.free++] = id;
}

/* One slot of a packet is answered; the last one consumes it. */
static void complete_skb(struct xnf_queue *q, u16 id, u16 first, struct reaped *reaped)
{
	struct xnf_tx *tx = &q->tx;
	struct xnf_tx_slot *slot = &tx->slot[first];
	struct sk_buff *skb = slot->skb;

	if (id != first)
		free_id(tx, id);
	if (--slot->left)
		return;
	slot->skb = NULL;
	xsplit_latency_end(&q->tx_packet, slot->sent_at);
	free_id(tx, first);
	reaped->skbs++;
	if (slot->in_bql) {
		reaped->packets++;
		reaped->bytes += skb->len;
	}
	napi_consume_skb(skb, reaped->budget);
}

/* Return: false if no slot is in flight under this id. */
static bool complete_slot(struct xnf_queue *q, u16 id, struct reaped *reaped)
{
	struct xnf_tx *tx = &q->tx;
	struct xnf_tx_slot *slot = &tx->slot[id];
	u16 first = slot->first;

	if (unlikely(first == XNF_TX_IDLE))
		return false;
	slot->first = XNF_TX_IDLE;
	if (slot->page)
		end_loan(q, slot->ref, slot->page);
	slot->page = NULL;
	if (tx->slot[first].skb)
		complete_skb(q, id, first, reaped);
	else
		free_id(tx, id);
	return true;
}

static bool take_response(struct xnf_queue *q, struct reaped *reaped)
{
	struct xnf_tx *tx = &q->tx;
	struct xnet_tx_response rsp;

	xsplit_ring_take(&tx->ring, tx->ring.cons, &rsp, sizeof(rsp));
	switch (xnf_response_judge(&rsp, XNET_RING_SLOTS)) {
	case XNF_RESPONSE_REFUSED:
		xsplit_count(&q->count.tx.refused, 1);
		fallthrough;
	case XNF_RESPONSE_SENT:
		return complete_slot(q, rsp.id, reaped);
	case XNF_RESPONSE_EXTRA:
		return tx->extras && tx->extras--;
	case XNF_RESPONSE_BROKEN:
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
	xnf_tx_ids_note(&tx->ids);
	if (unlikely(xsplit_front_visible(&tx->ring, &visible)))
		q->broken = "more answers than packets";
	for (i = 0; i < visible; i++) {
		if (unlikely(!take_response(q, &reaped))) {
			q->broken = "an answer to no packet";
			break;
		}
		WRITE_ONCE(tx->ring.cons, tx->ring.cons + 1);
	}
	/* NAPI reports it. */
	if (unlikely(q->broken))
		napi_schedule(&q->napi);
	if (!visible)
		return;
	xsplit_count_size(q->count.tx.reaps, i);
	trace_xnf_tx_answered(q, i, reaped.skbs);
	WRITE_ONCE(tx->nr_skbs, tx->nr_skbs - reaped.skbs);
	tx->held_back = min(tx->held_back, xnf_tx_in_flight(tx));
	netdev_tx_completed_queue(tx->txq, reaped.packets, reaped.bytes);
}

/* --- events -------------------------------------------------------------- */

/*
 * Choose when an event is needed: for packets that wait for responses, when all slots in
 * flight have been answered; for a sender that waits for room, when half of them have. Of
 * slots that the backend holds back, the first response is enough.
 * Return: true if an event at tx->event_at must be asked for.
 */
static bool want_event(struct xnf_tx *tx)
{
	u32 at = tx->ring.prod;

	if (netif_tx_queue_stopped(tx->txq))
		at -= xnf_tx_in_flight(tx) / 2;
	else if (tx->nr_skbs)
		at -= min(tx->held_back, xnf_tx_in_flight(tx) - 1);
	else
		return false;
	/* An event that comes no later has been asked for already. */
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

	assert_locked(tx);
	if (!nr)
		return;
	/* What is not shown yet cannot be answered: the ring need not be checked again. */
	if (want_event(tx))
		xsplit_front_ask(&tx->ring, tx->event_at);
	notify = xsplit_front_push(&tx->ring);
	trace_xnf_tx_pushed(q, nr, notify);
	xsplit_watchdog_wake(&q->front->watchdog);
	xsplit_count_size(q->count.tx.pushes, nr);
	xsplit_count(notify ? &q->count.tx.notified : &q->count.tx.quiet, 1);
	if (notify)
		xsplit_event_notify(xnf_tx_event(q));
}

/* The ring may have room while references are short: try to get more of them. */
static bool make_room(struct xnf_tx *tx)
{
	unsigned int more = REFS_PER_ID * min_t(u32, tx->ids.spare, XNF_REQUEST_SLOTS);

	assert_locked(tx);
	if (tx->ids.free < XNF_REQUEST_SLOTS && more &&
	    xsplit_reserve_has(&tx->reserve, tx->reserve.free + more))
		xnf_tx_ids_allow(&tx->ids, tx->reserve.size / REFS_PER_ID);
	return xnf_tx_has_room(tx);
}

/* The ring is full: stop the sender, unless responses have made room meanwhile. */
static void stop_sender(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;

	push(q);
	netif_tx_stop_queue(tx->txq);
	xsplit_count(&q->count.tx.stops, 1);
	while (!has_much_room(tx) && !q->broken && want_event(tx)) {
		if (!xsplit_front_arm_at(&tx->ring, tx->event_at))
			return;
		reap(q, xnf_skb_budget());
	}
	/* We are the sender: nobody has to be woken. */
	if (has_much_room(tx))
		netif_tx_start_queue(tx->txq);
}

/* --- xmit and poll ------------------------------------------------------- */

netdev_tx_t xnf_tx_xmit(struct xnf_queue *q, struct sk_buff *skb)
{
	struct xnf_tx *tx = &q->tx;
	bool kick;

	assert_locked(tx);
	if (unlikely(!tx->live || q->broken)) {
		xnf_tx_drop(q, skb);
		return NETDEV_TX_OK;
	}
	if (unlikely(!xnf_tx_has_room(tx)) && !make_room(tx)) {
		stop_sender(q);
		return NETDEV_TX_BUSY;
	}
	if (xnf_tx_busy(tx))
		reap(q, xnf_skb_budget());
	kick = xnf_tx_build(q, skb);
	if (unlikely(!xnf_tx_has_room(tx)) && !make_room(tx))
		stop_sender(q);
	else if (kick || !netdev_xmit_more() || netif_xmit_stopped(tx->txq))
		push(q);
	return NETDEV_TX_OK;
}

bool xnf_tx_copy(struct xnf_queue *q, const void *data, unsigned int len)
{
	struct xnf_tx *tx = &q->tx;

	assert_locked(tx);
	if (unlikely(!tx->live || q->broken || len < XNET_MIN_BYTES || len > XNET_PAGE_BYTES))
		return false;
	if (xnf_tx_in_flight(tx) > XNET_RING_SLOTS / 2)
		reap(q, 0);
	return (likely(xnf_tx_has_room(tx)) || make_room(tx)) && xnf_tx_build_copy(q, data, len);
}

void xnf_tx_push(struct xnf_queue *q)
{
	assert_locked(&q->tx);
	if (likely(q->tx.live && !q->broken))
		push(q);
}

static bool poll_locked(struct xnf_queue *q, int budget, bool arm)
{
	struct xnf_tx *tx = &q->tx;

	assert_locked(tx);
	reap(q, budget);
	if (unlikely(!tx->live || q->broken))
		return false;
	if (netif_tx_queue_stopped(tx->txq) && has_much_room(tx))
		netif_tx_wake_queue(tx->txq);
	return arm && want_event(tx) && xsplit_front_arm_at(&tx->ring, tx->event_at);
}

bool xnf_tx_poll(struct xnf_queue *q, int budget, bool arm)
{
	struct netdev_queue *txq = q->tx.txq;
	bool more;

	if (likely(budget)) {
		__netif_tx_lock(txq, smp_processor_id());
		more = poll_locked(q, budget, arm);
		__netif_tx_unlock(txq);
		return more;
	}
	/* netpoll: a message printed under the tx lock comes here and must not wait for it. */
	if (__netif_tx_trylock(txq)) {
		poll_locked(q, budget, false);
		__netif_tx_unlock(txq);
	}
	return false;
}

/* --- what is idle -------------------------------------------------------- */

/*
 * Free the page of an idle id. A backend that could hold it here without a penalty would make us
 * lose pages and references with every burst.
 */
static void free_stage(struct xnf_queue *q, struct xnf_tx_slot *slot)
{
	struct page *page;

	if (!slot->stage)
		return;
	page = virt_to_page(slot->stage);
	slot->stage = NULL;
	end_loan(q, slot->stage_ref, page);
	put_page(page);
}

/*
 * Make ids spare that are idle, and take the references that were for them out of the reserve.
 * Return: how many there are in @ref.
 */
static unsigned int trim(struct xnf_queue *q, grant_ref_t *ref)
{
	struct xnf_tx *tx = &q->tx;
	unsigned int nr, i, keep;
	u16 id[TRIM_BATCH];

	assert_locked(tx);
	nr = xnf_tx_ids_trim(&tx->ids, XNF_REQUEST_SLOTS, XNF_TX_LEAST, id, TRIM_BATCH);
	for (i = 0; i < nr; i++)
		free_stage(q, &tx->slot[id[i]]);
	if (nr < TRIM_BATCH)
		tx->trim_at = jiffies + TRIM_DELAY;
	keep = REFS_PER_ID * xnf_tx_ids_usable(&tx->ids);
	for (i = 0; tx->reserve.size > keep && i < REFS_PER_ID * TRIM_BATCH; i++) {
		ref[i] = xsplit_ref_take(&tx->reserve);
		xsplit_lend_disown(&tx->reserve, 1);
	}
	return i;
}

/* Give back what is idle, if it is time for that. Return: as trim(). */
static unsigned int trim_idle(struct xnf_queue *q, grant_ref_t *ref)
{
	struct xnf_tx *tx = &q->tx;
	unsigned int nr;

	assert_locked(tx);
	if (!tx->live || q->broken || xsplit_event_gone(&q->rx_event.channel) ||
	    time_before(jiffies, tx->trim_at))
		return 0;
	/* Nobody has taken the responses to copied packets, because nobody waits for them. */
	if (!tx->nr_skbs && !netif_tx_queue_stopped(tx->txq))
		reap(q, 0);
	nr = trim(q, ref);
	/* NAPI reports it. */
	if (unlikely(q->broken))
		napi_schedule(&q->napi);
	return nr;
}

/* --- the watchdog -------------------------------------------------------- */

/* Should an event have come that something waits for? */
static bool event_due(const struct xnf_tx *tx, u32 shown)
{
	return (tx->nr_skbs || netif_tx_queue_stopped(tx->txq)) &&
	       (s32)(tx->event_at - tx->ring.cons) > 0 && (s32)(shown - tx->event_at) >= 0;
}

/* Take packets in flight off the byte limit. Return: true if there were any. */
static bool release_bql(struct xnf_tx *tx)
{
	unsigned int id, packets = 0, bytes = 0;
	struct xnf_tx_slot *slot;

	for (id = 0; id < XNET_RING_SLOTS; id++) {
		slot = &tx->slot[id];
		if (!slot->skb || !slot->in_bql)
			continue;
		slot->in_bql = false;
		packets++;
		bytes += slot->skb->len;
	}
	netdev_tx_completed_queue(tx->txq, packets, bytes);
	return packets;
}

/*
 * If nothing that was in flight at the last check has been answered, the backend may be
 * waiting for more packets. Return: true if more can be sent now.
 */
static bool check_held_back(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;
	u32 shown, before = tx->checked_pushed;
	unsigned int nr;

	assert_locked(tx);
	if (!tx->live || q->broken)
		return false;
	shown = xsplit_ring_rsp_prod(&tx->ring);
	tx->checked_pushed = tx->ring.pushed;
	if (!tx->nr_skbs || shown != tx->lost_event.peer_prod || (s32)(before - shown) <= 0)
		return false;
	nr = min(before - shown, xnf_tx_in_flight(tx));
	if (!release_bql(tx) && nr == tx->held_back)
		return false;
	tx->held_back = nr;
	xsplit_count(&q->count.tx.held_back, 1);
	return true;
}

static unsigned int check_lost_events(struct xnf_queue *q, bool ran)
{
	struct xnf_tx *tx = &q->tx;
	struct xsplit_ring_snapshot now;
	unsigned int verdict;

	assert_locked(tx);
	if (!tx->live || q->broken || xsplit_event_gone(&q->rx_event.channel))
		return 0;
	xsplit_front_snapshot(&tx->ring, &now);
	now.pending = event_due(tx, now.peer_prod);
	now.event_pending = xnf_event_pending(q, &q->tx_event);
	verdict = xsplit_lost_event_judge(&tx->lost_event, &now, ran);
	xsplit_count(&q->count.tx.events_lost, !!(verdict & XSPLIT_EVENT_LOST));
	xsplit_count(&q->count.tx.notified_again, !!(verdict & XSPLIT_EVENT_MISSED));
	/* Keep the stack from reporting a slow backend as a bug of the kernel. */
	if (now.in_flight && netif_tx_queue_stopped(tx->txq))
		txq_trans_cond_update(tx->txq);
	return verdict;
}

bool xnf_tx_check_events(struct xnf_queue *q, bool ran)
{
	grant_ref_t ref[REFS_PER_ID * TRIM_BATCH];
	unsigned int verdict, nr;
	bool lifted, more;

	__netif_tx_lock(q->tx.txq, smp_processor_id());
	lifted = check_held_back(q);
	verdict = check_lost_events(q, ran);
	nr = trim_idle(q, ref);
	/* Checked again later, because references above the minimum may become idle. */
	more = q->tx.live && !q->broken && q->tx.reserve.size > MIN_REFS;
	__netif_tx_unlock(q->tx.txq);
	xsplit_refs_free(ref, nr);
	if (lifted || verdict & XSPLIT_EVENT_LOST)
		napi_schedule(&q->napi);
	if (verdict & XSPLIT_EVENT_MISSED)
		xsplit_event_notify(xnf_tx_event(q));
	return more || verdict & XSPLIT_EVENT_WATCH;
}

bool xnf_tx_moved(struct xnf_queue *q)
{
	u32 now = xsplit_ring_rsp_prod(&q->tx.ring);
	bool moved = now != q->tx.eoi_at;

	q->tx.eoi_at = now;
	return moved;
}

/* --- create, start, stop, destroy ----------------------------------------- */

static int alloc_slots(struct xnf_queue *q)
{
	struct xnf_tx_slot *slot = kvcalloc(XNET_RING_SLOTS, sizeof(*slot), GFP_KERNEL);
	unsigned int id;

	if (!slot)
		return xsplit_link_error(q->front->link, -ENOMEM, "no memory for queue %u",
					 q->index);
	for (id = 0; id < XNET_RING_SLOTS; id++)
		slot[id].first = XNF_TX_IDLE;
	q->tx.slot = slot;
	return 0;
}

int xnf_tx_create(struct xnf_queue *q, bool copy_all)
{
	struct xsplit_link *link = q->front->link;
	struct xnf_tx *tx = &q->tx;
	int err;

	err = xsplit_pages_lend(link, &tx->shared, 1);
	if (err)
		return err;
	err = xsplit_reserve_open(&tx->reserve, xsplit_link_borrower(link), MAX_REFS, MIN_REFS);
	if (err) {
		xsplit_link_error(link, err, "no grant references left: raise gnttab_max_frames");
		goto take_back;
	}
	err = alloc_slots(q);
	if (err)
		goto free_reserve;
	xnf_tx_ids_init(&tx->ids);
	xnf_tx_ids_allow(&tx->ids, XNF_TX_LEAST);
	tx->trim_at = jiffies + TRIM_DELAY;
	xsplit_front_init(&tx->ring, tx->shared.addr, PAGE_SIZE, sizeof(struct xnet_tx_request));
	tx->copy_all = copy_all;
	tx->extras = 0;
	tx->nr_skbs = 0;
	tx->held_back = 0;
	tx->checked_pushed = 0;
	tx->event_at = 1;
	tx->eoi_at = 0;
	tx->lost_event = (struct xsplit_lost_event){ };
	return 0;

free_reserve:
	xsplit_reserve_free(&tx->reserve);
take_back:
	xsplit_pages_take_back(&tx->shared);
	return err;
}

/* BQL applies its minimum at a completion, which may be late: have one at once. */
static void reset_limit(struct netdev_queue *txq)
{
	netdev_tx_reset_queue(txq);
#ifdef CONFIG_BQL
	dql_completed(&txq->dql, 0);
#endif
}

void xnf_tx_start(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;

	__netif_tx_lock_bh(tx->txq);
	reset_limit(tx->txq);
	tx->live = true;
	/* Packets that the last connection could not take wait in the stack's queue. */
	netif_tx_wake_queue(tx->txq);
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

/* With the connection; the backend may still use pages without breaking a rule. */
static void give_up_pages(struct xnf_tx *tx, struct xnf_tx_slot *slot)
{
	if (slot->page) {
		get_page(slot->page);
		xsplit_lend_abandon(&tx->reserve, slot->ref, slot->page);
	}
	if (slot->stage)
		xsplit_lend_abandon(&tx->reserve, slot->stage_ref, virt_to_page(slot->stage));
}

void xnf_tx_destroy(struct xnf_queue *q)
{
	struct xnf_tx *tx = &q->tx;
	unsigned int id;

	if (!tx->shared.addr)
		return;
	for (id = 0; id < XNET_RING_SLOTS; id++)
		give_up_pages(tx, &tx->slot[id]);
	/* Only now, because a packet's pages are in several slots. */
	for (id = 0; id < XNET_RING_SLOTS; id++)
		if (tx->slot[id].skb)
			dev_kfree_skb_any(tx->slot[id].skb);
	netdev_tx_reset_queue(tx->txq);
	xsplit_reserve_free(&tx->reserve);
	kvfree(tx->slot);
	xsplit_pages_take_back(&tx->shared);
}
