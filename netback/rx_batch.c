// SPDX-License-Identifier: GPL-2.0
/*
 * A batch of packets on its way into the pages that a guest has lent: packets are laid
 * out one after the other, and later copied and shown together (rx_flush.c).
 */

#include <linux/skbuff.h>

#include "netback/csum.h"
#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/rx_answer.h"
#include "netback/rx_hash.h"
#include "netback/trace.h"
#include "xenbus/latency.h"

/* Frontends want a packet's headers in its first slot. */
#define HEAD_BYTES 128u

/* --- room in the ring --------------------------------------------------- */

static void rx_break(struct xnb_queue *queue)
{
	queue->rx.broken = true;
	queue->rx.room = 0;
	xsplit_link_broken(queue->link, "queue %u: the frontend's rx index is beyond its ring",
			   queue->index);
}

bool xnb_rx_has_room(struct xnb_queue *queue, u32 want)
{
	struct xnb_rx *rx = &queue->rx;
	u32 lent;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (likely(rx->room >= want))
		return true;
	if (unlikely(rx->broken))
		return false;
	if (unlikely(xsplit_back_visible(&rx->ring, &rx->room)))
		rx_break(queue);
	lent = rx->room + rx->ring.cons - rx->ring.pushed;
	if (unlikely(lent > rx->lent_most)) {
		rx->lent_most = lent;
		rx->few = false;
	}
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

/* Return: number of runs; 0 if there are too many. */
static u32 collect(struct xnb_rx *rx, const struct sk_buff *skb)
{
	const struct sk_buff *part;
	u32 nr = 0;

	if (unlikely(!add_linear(rx, &nr, skb) || !add_frags(rx, &nr, skb)))
		return 0;
	skb_walk_frags(skb, part)
		if (!add_linear(rx, &nr, part) || !add_frags(rx, &nr, part))
			return 0;
	return nr;
}

/* Index of the response for a place after those that are filled in. */
static u32 rsp_index(const struct xnb_rx *rx, u32 place)
{
	return (rx->nr_rsp + place) % ARRAY_SIZE(rx->rsp);
}

static void put_extras(struct xnb_rx *rx, const struct xnb_rx_meta *meta)
{
	struct xnet_extra extra[XNB_RX_EXTRAS];
	u32 i, nr = xnb_rx_extras(meta, extra);

	for (i = 0; i < nr; i++)
		xnb_rx_answer_extra(&rx->rsp[rsp_index(rx, 1 + i)], &extra[i]);
}

/* The guest is given the hash as well. */
static void add_hash(const struct xnb_hash *hash, const struct sk_buff *skb,
		     struct xnb_rx_meta *meta)
{
	int type = xnb_rx_hash(hash, skb, &meta->hash);

	if (type == XNB_HASHT_NONE)
		return;
	meta->has_hash = true;
	meta->hash_type = type;
}

/* Lay out a packet of one page into one slot. Return: number of slots, or -EMSGSIZE. */
static int put_one(struct xnb_rx *rx, const struct sk_buff *skb, const struct xnb_rx_meta *meta)
{
	struct xnet_rx_request req;

	if (unlikely(rx->copy.nr >= ARRAY_SIZE(rx->op_rsp)))
		return -EMSGSIZE;
	xsplit_ring_take(&rx->ring, rx->ring.cons, &req, sizeof(req));
	rx->op_rsp[rx->copy.nr] = rsp_index(rx, 0);
	xsplit_copy_to(&rx->copy, req.gref, meta->headroom, virt_to_page(skb->data),
		       offset_in_page(skb->data), skb->len);
	xnb_rx_answer(&rx->rsp[rsp_index(rx, 0)], req.id, meta->headroom,
		      xnb_rx_flags(meta, 0, 1), skb->len);
	return 1;
}

static bool fits_one(const struct sk_buff *skb, const struct xnb_rx_meta *meta)
{
	return !skb->data_len && skb->len <= XNET_PAGE_BYTES - meta->headroom &&
	       offset_in_page(skb->data) + skb->len <= PAGE_SIZE;
}

/* Return: number of data slots; -EMSGSIZE if a retry in fewer pieces may succeed. */
static int put_layout(struct xnb_rx *rx, const struct sk_buff *skb,
		      const struct xnb_rx_meta *meta, u32 nr_extras)
{
	u32 nr_runs = collect(rx, skb), first = rx->copy.nr, place = 0, slot = U32_MAX;
	struct xnet_rx_request req;
	struct xnb_layout layout;
	struct xnb_copy copy;
	u16 id[XNET_MAX_SLOTS];
	int err;

	if (unlikely(!nr_runs))
		return -EMSGSIZE;
	err = xnb_layout_start(&layout, rx->run, nr_runs, skb->len,
			       min(skb->len, HEAD_BYTES), meta->headroom, rx->room - nr_extras);
	if (err)
		return err;
	while (xnb_layout_next(&layout, &copy)) {
		if (unlikely(rx->copy.nr >= ARRAY_SIZE(rx->op_rsp)))
			break;
		if (copy.slot != slot) {
			slot = copy.slot;
			place = xnb_rx_ring_slot(slot, nr_extras);
			xsplit_ring_take(&rx->ring, rx->ring.cons + place, &req, sizeof(req));
			id[slot % XNET_MAX_SLOTS] = req.id;
		}
		rx->op_rsp[rx->copy.nr] = rsp_index(rx, place);
		xsplit_copy_to(&rx->copy, req.gref, copy.dst,
			       rx->run_page[copy.run] + copy.src / PAGE_SIZE,
			       copy.src % PAGE_SIZE, copy.len);
	}
	if (unlikely(!xnb_layout_complete(&layout))) {
		/* The batch has no room for all copies, so none of them stays in it. */
		rx->copy.nr = first;
		return -EMSGSIZE;
	}
	for (slot = 0; slot < layout.nr_slots; slot++)
		xnb_rx_answer(&rx->rsp[rsp_index(rx, xnb_rx_ring_slot(slot, nr_extras))],
			      id[slot], meta->headroom,
			      xnb_rx_flags(meta, slot, layout.nr_slots), layout.len[slot]);
	return layout.nr_slots;
}

/*
 * Copy the packet's bytes into whole pages. Single pages can be allocated when 64 KiB in one
 * piece cannot.
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

/* The packet has more pieces, or needs more copies, than there is room for. */
static noinline int put_together(struct xnb_queue *queue, const struct sk_buff *skb,
				 const struct xnb_rx_meta *meta, u32 nr_extras)
{
	struct sk_buff *whole = pull_together(skb);
	int slots;

	if (!whole)
		return -ENOMEM;
	xsplit_count(&queue->counts.rx.linear, 1);
	slots = put_layout(&queue->rx, whole, meta, nr_extras);
	if (slots < 0) {
		kfree_skb(whole);
		return slots;
	}
	whole->next = queue->rx.sent;
	queue->rx.sent = whole;
	return slots;
}

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

int xnb_rx_put(struct xnb_queue *queue, struct sk_buff *skb, u32 *need)
{
	struct xnb_rx_counts *counts = &queue->counts.rx;
	struct xnb_rx *rx = &queue->rx;
	struct xnb_rx_meta meta = { .headroom = READ_ONCE(queue->vif->front.headroom) };
	u32 nr_extras;
	int slots;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	/* The guest's program needs finished checksums; most frames have them. */
	if (unlikely(meta.headroom) && xnb_finish_csum(skb))
		return -ENOMEM;
	set_offloads(skb, &meta);
	if (xnb_rx_hash_wanted(&queue->vif->ctrl.hash))
		add_hash(&queue->vif->ctrl.hash, skb, &meta);
	nr_extras = xnb_rx_nr_extras(&meta);
	*need = xnb_layout_slots(skb->len, meta.headroom) + nr_extras;
	/* With one slot more, the packet can be laid out in fewer copies. */
	if (!xnb_rx_has_room(queue, *need + (*need > 1)) && rx->room < *need)
		return *need > XNET_MAX_SLOTS + nr_extras ||
		       (rx->few && *need > rx->lent_most) ? -E2BIG : -ENOSPC;
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
	slots += nr_extras;
	rx->ring.cons += slots;
	rx->room -= slots;
	rx->nr_rsp += slots;
	if (!rx->nr_packets++)
		xsplit_latency_stamp(&rx->batch_at);
	trace_xnb_rx_queued(queue, skb->len, slots);
	skb_tx_timestamp(skb);
	skb->next = rx->sent;
	rx->sent = skb;
	xsplit_count(&counts->packets, 1);
	xsplit_count(&counts->bytes, skb->len);
	xsplit_count(&counts->slots, slots);
	if (meta.gso_type != XNET_GSO_NONE)
		xsplit_count(&counts->gso, 1);
	return 0;
}
