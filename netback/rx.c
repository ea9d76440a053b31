// SPDX-License-Identifier: GPL-2.0
/*
 * What is sent to the guest.
 *
 * A packet is laid into the pages the guest has lent as it comes from the network
 * stack, by the one who sends it; nothing is queued and nobody woken. The copies
 * are done by the hypervisor in one call when no more packets follow at once: at
 * the end of xmit_more, at the end of the poll the packets come from, or when
 * there are many. Responses are shown at that time, so at packet boundaries only.
 *
 * A packet without room is held, and the transmit queue stopped: what follows
 * waits, and is bounded, where the operator said (the queue discipline). If it would
 * wait there for long it waits here instead: it may be in another guest's pages, whose
 * slots are not answered before, and only here can it be copied. slow.c says when.
 *
 * All of it is under the lock that the network stack holds for a transmit queue.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/skbuff.h>
#include <net/sch_generic.h>

#include "netback/params.h"
#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/rx_stall.h"
#include "netback/rx_hash.h"
#include "netback/xdp.h"

/* Frontends want a packet's headers in its first slot. */
#define HEAD_BYTES 128u

/* How often a guest is told again of the same packets. */
#define REPEAT_MOST 3

/* --- room in the ring --------------------------------------------------- */

static void rx_break(struct xnb_queue *queue)
{
	queue->rx.broken = true;
	queue->rx.room = 0;
	xsplit_link_broken(queue->link, "queue %u: the frontend's rx index is beyond its ring",
			   queue->index);
}

/* The ring is looked at only if what was seen last time is not enough. */
static bool has_room(struct xnb_queue *queue, u32 want)
{
	struct xnb_rx *rx = &queue->rx;

	if (likely(rx->room >= want))
		return true;
	if (unlikely(rx->broken))
		return false;
	if (unlikely(xsplit_back_visible(&rx->ring, &rx->room)))
		rx_break(queue);
	return rx->room >= want;
}

/* --- a packet into the batch -------------------------------------------- */

static bool add_run(struct xnb_rx *rx, u32 *nr, struct page *page, u32 offset, u32 len)
{
	if (unlikely(*nr == XNB_RX_RUNS))
		return false;
	rx->run_page[*nr] = page + offset / PAGE_SIZE;
	rx->run[*nr] = (struct xnb_run){ .offset = offset % PAGE_SIZE, .len = len };
	++*nr;
	return true;
}

static bool add_frags(struct xnb_rx *rx, u32 *nr, const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int i;

	for (i = 0; i < info->nr_frags; i++) {
		const skb_frag_t *frag = &info->frags[i];

		if (!add_run(rx, nr, skb_frag_page(frag), skb_frag_off(frag),
			     skb_frag_size(frag)))
			return false;
	}
	return true;
}

static bool add_linear(struct xnb_rx *rx, u32 *nr, const struct sk_buff *skb)
{
	u32 len = skb_headlen(skb);

	return !len || add_run(rx, nr, virt_to_page(skb->data), offset_in_page(skb->data), len);
}

static bool add_skb(struct xnb_rx *rx, u32 *nr, const struct sk_buff *skb)
{
	const struct sk_buff *part;

	if (!add_linear(rx, nr, skb) || !add_frags(rx, nr, skb))
		return false;
	skb_walk_frags(skb, part)
		if (!add_linear(rx, nr, part) || !add_frags(rx, nr, part))
			return false;
	return true;
}

/* Return: number of runs; 0 if there are too many. */
static u32 collect(struct xnb_rx *rx, const struct sk_buff *skb)
{
	u32 nr = 0;

	return likely(add_skb(rx, &nr, skb)) ? nr : 0;
}

/* The request in a place of the ring; the response will go there. */
static void take_request(struct xnb_rx *rx, u32 place, struct xnet_rx_request *req)
{
	xsplit_ring_take(&rx->ring, rx->ring.cons + place, req, sizeof(*req));
}

/* The response for a place behind those that are filled in. */
static u32 rsp_index(const struct xnb_rx *rx, u32 place)
{
	return (rx->nr_rsp + place) % ARRAY_SIZE(rx->rsp);
}

/* Return: false if the batch is full. */
static bool add_copy(struct xnb_rx *rx, u32 place, u32 ref, u32 dst,
		     struct page *page, u32 offset, u32 len)
{
	if (unlikely(rx->copy.nr >= ARRAY_SIZE(rx->op_rsp)))
		return false;
	rx->op_rsp[rx->copy.nr] = rsp_index(rx, place);
	xsplit_copy_to(&rx->copy, ref, dst, page, offset, len);
	return true;
}

/* The packet takes @nr slots of the ring. */
static void end_put(struct xnb_rx *rx, u32 nr)
{
	rx->ring.cons += nr;
	rx->room -= nr;
	rx->nr_rsp += nr;
}

static void put_extras(struct xnb_rx *rx, const struct xnb_rx_meta *meta)
{
	struct xnet_extra extra[XNB_RX_EXTRAS];
	u32 i, nr = xnb_rx_extras(meta, extra);

	for (i = 0; i < nr; i++)
		xnb_rx_answer_extra(&rx->rsp[rsp_index(rx, 1 + i)], &extra[i]);
}

/* The guest wants to know the hash, too. */
static void add_hash(const struct xnb_hash *hash, const struct sk_buff *skb,
		     struct xnb_rx_meta *meta)
{
	int type = xnb_rx_hash(hash, skb, &meta->hash);

	if (type == XNB_HASHT_NONE)
		return;
	meta->has_hash = true;
	meta->hash_type = type;
}

/* All of the packet in one slot, out of one page. Return: slots, or -EMSGSIZE. */
static int put_one(struct xnb_rx *rx, const struct sk_buff *skb, const struct xnb_rx_meta *meta)
{
	struct xnet_rx_request req;

	take_request(rx, 0, &req);
	if (unlikely(!add_copy(rx, 0, req.gref, meta->headroom, virt_to_page(skb->data),
			       offset_in_page(skb->data), skb->len)))
		return -EMSGSIZE;
	xnb_rx_answer(&rx->rsp[rsp_index(rx, 0)], req.id, meta->headroom,
		      xnb_rx_flags(meta, 0, 1), skb->len);
	return 1;
}

static bool fits_one(const struct sk_buff *skb, const struct xnb_rx_meta *meta)
{
	return !skb->data_len && skb->len <= XNET_PAGE_BYTES - meta->headroom &&
	       offset_in_page(skb->data) + skb->len <= PAGE_SIZE;
}

/* Return: false if the copies are more than the batch takes; none is left there then. */
static bool put_copies(struct xnb_rx *rx, struct xnb_layout *layout, u32 nr_extras, u16 *id)
{
	u32 slot = U32_MAX, place = 0, first = rx->copy.nr;
	struct xnet_rx_request req;
	struct xnb_copy copy;

	while (xnb_layout_next(layout, &copy)) {
		if (copy.slot != slot) {
			slot = copy.slot;
			place = xnb_rx_ring_slot(slot, nr_extras);
			take_request(rx, place, &req);
			id[slot % XNET_MAX_SLOTS] = req.id;
		}
		if (unlikely(!add_copy(rx, place, req.gref, copy.dst,
				       rx->run_page[copy.run] + copy.src / PAGE_SIZE,
				       copy.src % PAGE_SIZE, copy.len)))
			break;
	}
	if (likely(xnb_layout_complete(layout)))
		return true;
	rx->copy.nr = first;
	return false;
}

/* Return: number of data slots; -EMSGSIZE, and the packet may be tried again in fewer pieces. */
static int put_layout(struct xnb_rx *rx, const struct sk_buff *skb,
		      const struct xnb_rx_meta *meta, u32 nr_extras)
{
	u32 nr_runs = collect(rx, skb), slot;
	struct xnb_layout layout;
	u16 id[XNET_MAX_SLOTS];
	int err;

	if (unlikely(!nr_runs))
		return -EMSGSIZE;
	err = xnb_layout_start(&layout, rx->run, nr_runs, skb->len,
			       min(skb->len, HEAD_BYTES), meta->headroom, rx->room - nr_extras);
	if (err)
		return err;
	if (unlikely(!put_copies(rx, &layout, nr_extras, id)))
		return -EMSGSIZE;
	for (slot = 0; slot < layout.nr_slots; slot++)
		xnb_rx_answer(&rx->rsp[rsp_index(rx, xnb_rx_ring_slot(slot, nr_extras))],
			      id[slot], meta->headroom,
			      xnb_rx_flags(meta, slot, layout.nr_slots), layout.len[slot]);
	return layout.nr_slots;
}

/*
 * A copy of the packet's bytes in whole pages. Single ones are there when 64 KiB in one
 * piece are not.
 */
static struct sk_buff *pull_together(const struct sk_buff *skb)
{
	u32 head = min(skb->len, HEAD_BYTES), at = head, i;
	struct sk_buff *whole;
	int err;

	whole = alloc_skb_with_frags(head, skb->len - head, 0, &err, GFP_ATOMIC | __GFP_NOWARN);
	if (!whole)
		return NULL;
	skb_put(whole, head);
	whole->len = skb->len;
	whole->data_len = skb->len - head;
	err = skb_copy_bits(skb, 0, whole->data, head);
	for (i = 0; i < skb_shinfo(whole)->nr_frags && !err; i++) {
		const skb_frag_t *frag = &skb_shinfo(whole)->frags[i];

		err = skb_copy_bits(skb, at, skb_frag_address(frag), skb_frag_size(frag));
		at += skb_frag_size(frag);
	}
	if (!err)
		return whole;
	kfree_skb(whole);
	return NULL;
}

/* Goes with the packets whose copies are to be done. */
static void keep_sent(struct xnb_rx *rx, struct sk_buff *skb)
{
	skb->next = rx->sent;
	rx->sent = skb;
}

/* In more pieces, or copies, than there is room for. */
static noinline int put_together(struct xnb_queue *queue, const struct sk_buff *skb,
				 const struct xnb_rx_meta *meta, u32 nr_extras)
{
	struct sk_buff *whole = pull_together(skb);
	int slots;

	if (!whole)
		return -ENOMEM;
	xsplit_count(&queue->counts.rx.linear, 1);
	slots = put_layout(&queue->rx, whole, meta, nr_extras);
	if (slots < 0)
		kfree_skb(whole);
	else
		keep_sent(&queue->rx, whole);
	return slots;
}

/* The guest is told of a missing checksum, and of segments. */
static void set_offloads(const struct sk_buff *skb, struct xnb_rx_meta *meta)
{
	const struct skb_shared_info *info = skb_shinfo(skb);

	meta->csum_blank = skb->ip_summed == CHECKSUM_PARTIAL;
	meta->validated = skb->ip_summed == CHECKSUM_UNNECESSARY;
	if (!info->gso_size)
		return;
	if (info->gso_type & SKB_GSO_TCPV4)
		meta->gso_type = XNET_GSO_TCPV4;
	else if (info->gso_type & SKB_GSO_TCPV6)
		meta->gso_type = XNET_GSO_TCPV6;
	meta->gso_size = info->gso_size;
}

/**
 * put - lay a packet into the guest's pages
 * @queue: the queue
 * @skb: the packet; kept until its copies are done
 * @need: set to the slots that would do
 *
 * Return: 0; -ENOSPC: not now; -E2BIG or -EMSGSIZE: not at all; -ENOMEM: no memory.
 */
static int put(struct xnb_queue *queue, struct sk_buff *skb, u32 *need)
{
	struct xnb_rx_counts *counts = &queue->counts.rx;
	struct xnb_rx *rx = &queue->rx;
	struct xnb_rx_meta meta = { .headroom = READ_ONCE(queue->vif->front.headroom) };
	u32 nr_extras;
	int slots;

	/* The guest's program sees finished frames; few come that are none. */
	if (unlikely(meta.headroom) && xnb_finish_csum(skb))
		return -ENOMEM;
	set_offloads(skb, &meta);
	if (xnb_rx_hash_wanted(&queue->vif->ctrl.hash))
		add_hash(&queue->vif->ctrl.hash, skb, &meta);
	nr_extras = xnb_rx_nr_extras(&meta);
	*need = xnb_layout_slots(skb->len, meta.headroom) + nr_extras;
	/* With one more it can be laid out in fewer copies. */
	if (!has_room(queue, *need + (*need > 1)) && rx->room < *need)
		return *need > XNET_MAX_SLOTS + nr_extras ? -E2BIG : -ENOSPC;
	if (likely(fits_one(skb, &meta)))
		slots = put_one(rx, skb, &meta);
	else
		slots = put_layout(rx, skb, &meta, nr_extras);
	if (unlikely(slots == -EMSGSIZE))
		slots = put_together(queue, skb, &meta, nr_extras);
	if (slots < 0)
		return slots;
	if (nr_extras)
		put_extras(rx, &meta);
	end_put(rx, slots + nr_extras);
	xsplit_count(&counts->packets, 1);
	xsplit_count(&counts->bytes, skb->len);
	xsplit_count(&counts->slots, slots + nr_extras);
	if (meta.gso_type != XNET_GSO_NONE)
		xsplit_count(&counts->gso, 1);
	return 0;
}

/* --- the batch to the guest --------------------------------------------- */

static void mark_failed(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	unsigned int i;

	for (i = 0; i < rx->copy.nr; i++) {
		if (xsplit_copy_ok(&rx->copy, i))
			continue;
		rx->rsp[rx->op_rsp[i]].status = XNET_RSP_ERROR;
		xsplit_count(&queue->counts.rx.bad_grant, 1);
	}
}

static void copy_all(struct xnb_queue *queue)
{
	struct xsplit_grant_count *grants = &queue->counts.rx.grants;
	struct xnb_rx *rx = &queue->rx;
	u64 errors = grants->errors;

	xsplit_copy_run(&rx->copy, grants, false);
	if (unlikely(grants->errors != errors))
		mark_failed(queue);
	xsplit_copy_reset(&rx->copy);
}

/* The event channel that tells the guest of packets. */
static const struct xsplit_event *rx_channel(const struct xnb_queue *queue)
{
	return queue->tx.shared ? &queue->tx.event : &queue->rx.event;
}

/* Responses take the places of the requests they answer, one after the other. */
static void show_all(struct xnb_queue *queue)
{
	struct xnb_rx_counts *counts = &queue->counts.rx;
	struct xnb_rx *rx = &queue->rx;
	u32 first = min(rx->nr_rsp, XNET_RING_SLOTS - (rx->ring.prod & (XNET_RING_SLOTS - 1)));
	bool notify;

	memcpy(xsplit_ring_slot(&rx->ring, rx->ring.prod), rx->rsp, first * sizeof(rx->rsp[0]));
	rx->ring.prod += first;
	memcpy(xsplit_ring_slot(&rx->ring, rx->ring.prod), rx->rsp + first,
	       (rx->nr_rsp - first) * sizeof(rx->rsp[0]));
	rx->ring.prod += rx->nr_rsp - first;
	rx->nr_rsp = 0;
	xsplit_count(&counts->pushes, 1);
	notify = xsplit_back_push(&rx->ring);
	xsplit_watchdog_wake(&queue->vif->watchdog);
	if (!notify)
		return;
	xsplit_count(&counts->notified, 1);
	xsplit_event_notify(rx_channel(queue));
}

static void free_sent(struct xnb_rx *rx, int budget)
{
	struct sk_buff *skb = rx->sent, *next;

	rx->sent = NULL;
	for (; skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		napi_consume_skb(skb, budget);
	}
}

/* @budget: not 0 in a poll. */
static void flush(struct xnb_queue *queue, int budget)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (!rx->nr_packets)
		return;
	xsplit_count_size(queue->counts.rx.flushes, rx->nr_packets);
	rx->nr_packets = 0;
	copy_all(queue);
	show_all(queue);
	free_sent(rx, budget);
}

/* --- bursts ------------------------------------------------------------- */

/**
 * struct burst - queues that packets were sent to from a poll
 * @open: a poll of ours runs on this CPU
 * @first: the queues
 */
struct burst {
	bool open;
	struct xnb_queue *first;
};

static DEFINE_PER_CPU(struct burst, bursts);

void xnb_burst_begin(void)
{
	this_cpu_write(bursts.open, true);
}

void xnb_burst_end(void)
{
	struct burst *burst = this_cpu_ptr(&bursts);
	struct xnb_queue *queue;

	burst->open = false;
	while ((queue = burst->first)) {
		burst->first = queue->rx.next;
		xnb_rx_lock(queue->rx.txq);
		queue->rx.in_burst = false;
		flush(queue, 1);
		xnb_rx_unlock(queue->rx.txq);
	}
}

/* Let others join. What waits is always flushed soon, by somebody in softirq. */
static void defer(struct xnb_queue *queue)
{
	struct burst *burst = this_cpu_ptr(&bursts);
	struct xnb_rx *rx = &queue->rx;

	xsplit_count(&queue->counts.rx.deferred, 1);
	if (rx->in_burst)
		return;
	if (!burst->open) {
		napi_schedule(&rx->napi);
		return;
	}
	rx->in_burst = true;
	rx->next = burst->first;
	burst->first = queue;
}

static bool may_defer(void)
{
	return this_cpu_read(bursts.open) || in_serving_softirq();
}

/* --- sending ------------------------------------------------------------ */

static void drop(struct sk_buff *skb, u64 *counter)
{
	xsplit_count(counter, 1);
	dev_kfree_skb_any(skb);
}

/* Ask for an event when the held packet has room. Return: it has already. */
static bool arm(struct xnb_rx *rx)
{
	return !rx->broken && xsplit_back_arm_for(&rx->ring, rx->need);
}

/* What is known of a packet that waits; the control block is the driver's here. */
static unsigned long *since(const struct sk_buff *skb)
{
	return (unsigned long *)skb->cb;
}

unsigned long xnb_rx_held_since(const struct xnb_rx *rx)
{
	return *since(skb_peek(&rx->waiting));
}

static void queue_tail(struct xnb_rx *rx, struct sk_buff *skb)
{
	*since(skb) = jiffies;
	__skb_queue_tail(&rx->waiting, skb);
	rx->waiting_bytes += skb->truesize;
}

static struct sk_buff *queue_head(struct xnb_rx *rx)
{
	struct sk_buff *skb = __skb_dequeue(&rx->waiting);

	if (skb)
		rx->waiting_bytes -= skb->truesize;
	return skb;
}

/* There was no room after all. */
static void queue_again(struct xnb_rx *rx, struct sk_buff *skb, u32 need)
{
	__skb_queue_head(&rx->waiting, skb);
	rx->waiting_bytes += skb->truesize;
	rx->need = need;
}

size_t xnb_rx_most_bytes(void)
{
	return (size_t)READ_ONCE(xnb_params.rx_wait_kbytes) << 10;
}

void xnb_rx_qdisc(const struct xnb_rx *rx, u32 *packets, u32 *bytes)
{
	rcu_read_lock();
	qdisc_qstats_qlen_backlog(rcu_dereference(rx->txq->qdisc), packets, bytes);
	rcu_read_unlock();
}

static bool too_much_waits(const struct xnb_rx *rx)
{
	u32 packets, bytes;

	xnb_rx_qdisc(rx, &packets, &bytes);
	return bytes > xnb_rx_most_bytes();
}

static void hold(struct xnb_queue *queue, struct sk_buff *skb, u32 need)
{
	struct xnb_rx *rx = &queue->rx;

	xsplit_count(&queue->counts.rx.no_room, 1);
	queue_tail(rx, skb);
	WRITE_ONCE(rx->held, true);
	rx->need = need;
	netif_tx_stop_queue(rx->txq);
	xnb_rx_stall_watch(queue);
	xsplit_watchdog_wake(&queue->vif->watchdog);
	if (unlikely(too_much_waits(rx)))
		xnb_rx_absorb(queue);
	if (arm(rx))
		napi_schedule(&rx->napi);
}

/* Behind the others; in memory of ours. */
static void join(struct xnb_queue *queue, struct sk_buff *skb)
{
	struct xnb_rx *rx = &queue->rx;

	/* Only those who do not heed a stopped queue come here otherwise. */
	if (!rx->absorbing || rx->waiting_bytes + skb->truesize > xnb_rx_most_bytes() ||
	    skb_orphan_frags_rx(skb, GFP_ATOMIC | __GFP_NOWARN)) {
		drop(skb, &queue->counts.rx.dropped);
		return;
	}
	xsplit_count(&queue->counts.rx.absorbed, 1);
	queue_tail(rx, skb);
}

void xnb_rx_absorb(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	struct sk_buff *skb = skb_peek(&rx->waiting);

	/* Before that there is only one. */
	rx->waiting_bytes -= skb->truesize;
	if (skb_orphan_frags_rx(skb, GFP_ATOMIC | __GFP_NOWARN)) {
		/* Go on as if it had waited for too long. */
		__skb_unlink(skb, &rx->waiting);
		drop(skb, &queue->counts.rx.dropped);
		WRITE_ONCE(rx->held, false);
	} else {
		rx->waiting_bytes += skb->truesize;
		rx->absorbing = true;
	}
	netif_tx_wake_queue(rx->txq);
}

/* It took a packet after all; perhaps it would have taken the big one, too. */
static void moves_on(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	rx->blocked = jiffies;
	if (rx->room >= rx->need)
		xnb_rx_stall_over(queue);
}

/* Laid out, to be copied with the others. */
static void sent(struct xnb_rx *rx, struct sk_buff *skb)
{
	skb_tx_timestamp(skb);
	keep_sent(rx, skb);
	rx->nr_packets++;
}

/* It is not to be tried again. @err: as put() returns it. */
static void drop_failed(struct xnb_queue *queue, struct sk_buff *skb, int err)
{
	struct xnb_rx_counts *counts = &queue->counts.rx;

	drop(skb, err == -E2BIG || err == -EMSGSIZE ? &counts->too_long : &counts->dropped);
}

static void put_or_hold(struct xnb_queue *queue, struct sk_buff *skb)
{
	struct xnb_rx *rx = &queue->rx;
	u32 need;
	int err;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	err = put(queue, skb, &need);
	if (likely(!err)) {
		sent(rx, skb);
		if (unlikely(rx->dropping))
			moves_on(queue);
	} else if (err != -ENOSPC || rx->dropping || rx->broken || !rx->up) {
		drop_failed(queue, skb, err);
	} else {
		hold(queue, skb, need);
	}
}

void xnb_rx_sent(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (!rx->nr_packets)
		return;
	if (may_defer())
		defer(queue);
	else
		flush(queue, 0);
}

void xnb_rx_xmit(struct xnb_queue *queue, struct sk_buff *skb, bool more)
{
	struct xnb_rx *rx = &queue->rx;

	if (unlikely(!rx->up))
		drop(skb, &queue->counts.rx.dropped);
	else if (unlikely(xnb_filter_drops(&queue->vif->filter, skb->data)))
		drop(skb, &queue->counts.rx.filtered);
	else if (unlikely(rx->held))
		join(queue, skb);
	else
		put_or_hold(queue, skb);
	if (rx->copy.nr >= XNB_RX_FLUSH_OPS || rx->held)
		flush(queue, 0);
	else if (!more)
		xnb_rx_sent(queue);
}

/* Nothing waits any more. */
static void none_held(struct xnb_rx *rx)
{
	WRITE_ONCE(rx->held, false);
	rx->absorbing = false;
}

void xnb_rx_drop_held(struct xnb_queue *queue)
{
	struct sk_buff *skb;

	while ((skb = queue_head(&queue->rx)))
		drop(skb, &queue->counts.rx.dropped);
	none_held(&queue->rx);
}

void xnb_rx_expire(struct xnb_queue *queue, unsigned long timeout)
{
	struct xnb_rx *rx = &queue->rx;

	while (!skb_queue_empty(&rx->waiting) &&
	       time_after_eq(jiffies, xnb_rx_held_since(rx) + timeout)) {
		drop(queue_head(rx), &queue->counts.rx.dropped);
		/* Of the next one it is not known what it wants. */
		rx->need = 1;
	}
	if (skb_queue_empty(&rx->waiting))
		none_held(rx);
}

/* Return: false if there is no room for the first one. */
static bool send_first(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	struct sk_buff *skb = queue_head(rx);
	u32 need;
	int err;

	err = put(queue, skb, &need);
	if (err == -ENOSPC) {
		queue_again(rx, skb, need);
		return false;
	}
	if (likely(!err)) {
		sent(rx, skb);
		rx->blocked = jiffies;
	} else {
		drop_failed(queue, skb, err);
	}
	if (rx->copy.nr >= XNB_RX_FLUSH_OPS)
		flush(queue, 1);
	return true;
}

static void send_held(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	if (!has_room(queue, rx->need))
		return;
	xnb_rx_stall_over(queue);
	while (!skb_queue_empty(&rx->waiting))
		if (!send_first(queue))
			return;
	none_held(rx);
	netif_tx_wake_queue(rx->txq);
}

void xnb_rx_service(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	/* A producer that makes no sense is found here, not packets later. */
	has_room(queue, XNET_RING_SLOTS + 1);
	if (rx->held)
		send_held(queue);
	else if (rx->dropping && has_room(queue, rx->need))
		xnb_rx_stall_over(queue);
	flush(queue, 1);
	if ((rx->held || rx->dropping) && arm(rx))
		napi_schedule(&rx->napi);
}

/* --- the poll ----------------------------------------------------------- */

bool xnb_rx_progress(struct xnb_queue *queue)
{
	u32 now = READ_ONCE(queue->rx.ring.shared->req_prod);
	bool progress = now != queue->rx.seen;

	queue->rx.seen = now;
	return progress;
}

static int rx_poll(struct napi_struct *napi, int budget)
{
	struct xnb_queue *queue = container_of(napi, struct xnb_queue, rx.napi);
	struct xsplit_event *event = &queue->rx.event;

	if (!budget)
		return 0;
	xnb_rx_lock(queue->rx.txq);
	xnb_rx_service(queue);
	xnb_rx_unlock(queue->rx.txq);
	if (xsplit_event_raised(event))
		event->worked |= xnb_rx_progress(queue);
	xnb_event_finish(event, napi, 0);
	return 0;
}

static bool rx_told(const struct xnb_queue *queue)
{
	const struct xsplit_event *event = queue->tx.shared ? &queue->tx.event : &queue->rx.event;

	return xsplit_event_raised(event) || READ_ONCE(queue->rx.broken) ||
	       test_bit(NAPI_STATE_SCHED, &queue->rx.napi.state);
}

/*
 * Has the guest been told of packets, and not asked for the next event since? One that
 * never does polls, or stands still: a few times is enough. An idle guest has nobody
 * else to notice that the event was lost.
 */
static bool guest_is_deaf(struct xnb_rx *rx, u32 wish)
{
	u32 pushed = READ_ONCE(rx->ring.pushed);

	if (rx->repeated_at != pushed) {
		rx->repeated_at = pushed;
		rx->repeats = 0;
	}
	return rx->repeats < REPEAT_MOST && (s32)(pushed - wish) >= 0;
}

static void rx_glance(struct xnb_queue *queue, struct xsplit_ring_snapshot *now)
{
	struct xnb_rx *rx = &queue->rx;
	bool held = READ_ONCE(rx->held) || READ_ONCE(rx->dropping);

	xsplit_back_snapshot(&rx->ring, now);
	/* Pages that nothing waits for come without an event. */
	now->pending = held && now->peer_prod - now->cons >= READ_ONCE(rx->need);
	now->event_pending = rx_told(queue);
	now->event_threshold = READ_ONCE(rx->ring.shared->rsp_event);
	now->missed_event = guest_is_deaf(rx, now->event_threshold);
	now->in_flight = held || now->missed_event;
}

bool xnb_rx_check_events(struct xnb_queue *queue, bool ran)
{
	struct xnb_rx *rx = &queue->rx;
	struct xsplit_ring_snapshot now;
	unsigned int verdict;

	rx_glance(queue, &now);
	verdict = xsplit_lost_event_judge(&rx->lost_event, &now, ran);
	if (verdict & XSPLIT_EVENT_LOST) {
		xsplit_count(&queue->counts.rx_lost, 1);
		napi_schedule(&rx->napi);
	}
	if (verdict & XSPLIT_EVENT_MISSED) {
		rx->repeats++;
		xsplit_count(&queue->counts.rx_notified_again, 1);
		xsplit_event_notify(rx_channel(queue));
	}
	return verdict & XSPLIT_EVENT_WATCH;
}

/* --- life --------------------------------------------------------------- */

int xnb_rx_init(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	rx->txq = netdev_get_tx_queue(queue->vif->dev, queue->index);
	__skb_queue_head_init(&rx->waiting);
	netif_napi_add(queue->vif->dev, &rx->napi, rx_poll);
	return xsplit_copy_init(&rx->copy, xsplit_link_peer(queue->link),
				ARRAY_SIZE(rx->op_rsp));
}

void xnb_rx_exit(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	if (rx->napi.dev)
		netif_napi_del(&rx->napi);
	xsplit_copy_free(&rx->copy);
}

void xnb_rx_kick(struct xnb_queue *queue)
{
	local_bh_disable();
	napi_schedule(&queue->rx.napi);
	local_bh_enable();
}

void xnb_rx_up(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	napi_enable(&rx->napi);
	local_bh_disable();
	xnb_rx_lock(rx->txq);
	rx->up = true;
	netif_tx_wake_queue(rx->txq);
	xnb_rx_unlock(rx->txq);
	napi_schedule(&rx->napi);
	local_bh_enable();
}

void xnb_rx_down(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;

	local_bh_disable();
	xnb_rx_lock(rx->txq);
	rx->up = false;
	netif_tx_stop_queue(rx->txq);
	xnb_rx_drop_held(queue);
	flush(queue, 0);
	xnb_rx_stall_reset(queue);
	xnb_rx_unlock(rx->txq);
	local_bh_enable();
	napi_disable(&rx->napi);
}
