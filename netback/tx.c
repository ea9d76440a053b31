// SPDX-License-Identifier: GPL-2.0
/*
 * What the guest sends.
 *
 * The poll works in passes over what is visible: all packets are judged, skbs
 * made for them, the hypervisor copies all their bytes in one call, all slots are
 * answered and shown at once, and then the network stack gets the packets. The
 * end of the event channel's interrupt is held back until the ring is drained and
 * the guest has been asked for the next event.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>

#include "compat/net.h"
#include "netback/build.h"
#include "netback/map.h"
#include "netback/offload.h"
#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/tx.h"
#include "netback/xdp.h"

/* --- taking packets ----------------------------------------------------- */

static void break_ring(struct xnb_queue *queue)
{
	queue->tx.broken = true;
	xsplit_link_broken(queue->link, "queue %u: the frontend's tx index is beyond its ring",
			   queue->index);
}

/* Slots are as long in the ring as in the window, and have the same place. */
static void take_slots(struct xnb_tx *tx, u32 nr)
{
	u32 place = tx->ring.cons & (XNET_RING_SLOTS - 1);
	u32 first = min(nr, XNET_RING_SLOTS - place);

	static_assert(sizeof(tx->window[0]) == sizeof(struct xnet_tx_request));
	xsplit_ring_take(&tx->ring, tx->ring.cons, &tx->window[place],
			 first * sizeof(tx->window[0]));
	tx->ring.cons += first;
	if (likely(nr == first))
		return;
	xsplit_ring_take(&tx->ring, tx->ring.cons, &tx->window[0],
			 (nr - first) * sizeof(tx->window[0]));
	tx->ring.cons += nr - first;
}

static void take_visible(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;
	u32 nr;

	if (unlikely(tx->broken))
		return;
	if (unlikely(xsplit_back_visible(&tx->ring, &nr)))
		break_ring(queue);
	else if (nr)
		take_slots(tx, nr);
}

/* May the packet be taken? If not, the poll stops until it may. */
static bool within_limit(struct xnb_queue *queue, const struct xnb_tx_packet *pkt)
{
	u64 wait = xnb_limit_take(&queue->vif->limit, pkt->len);

	if (likely(!wait))
		return true;
	queue->tx.limited = true;
	xsplit_count(&queue->counts.tx.limited, 1);
	mod_timer(&queue->tx.timer, jiffies + nsecs_to_jiffies(wait) + 1);
	return false;
}

static void change_filter(struct xnb_queue *queue, struct xnb_tx_work *work)
{
	xsplit_count(&queue->counts.tx.mcast, 1);
	work->status = xnb_filter_change(&queue->vif->filter, work->pkt.mcast_op,
					 work->pkt.mcast);
}

/* What is no frame only gets an answer. */
static void refuse(struct xnb_queue *queue, struct xnb_tx_work *work,
		   enum xnb_tx_verdict verdict)
{
	work->skb = NULL;
	work->mapped = NULL;
	work->nr_ops = 0;
	work->status = XNET_RSP_ERROR;
	if (verdict == XNB_TX_MCAST)
		change_filter(queue, work);
	else
		xsplit_count(&queue->counts.tx.refused[verdict], 1);
}

/* Return: false without memory. */
static bool build(struct xnb_queue *queue, struct xnb_tx_work *work,
		  const struct xnb_tx_piece *piece)
{
	struct xnb_tx *tx = &queue->tx;

	if (unlikely(!xnb_build_skb(tx, work, piece)))
		return false;
	if (work->pkt.len <= XNB_LINEAR_BYTES)
		return true;
	tx->maps->big++;
	if (tx->mapping && xnb_map_packet(queue, work, piece))
		return true;
	return xnb_build_rest(tx, work->skb, &work->pkt, piece);
}

static void begin_work(struct xnb_queue *queue, struct xnb_tx_work *work,
		       const struct xnb_tx_piece *piece)
{
	struct xnb_tx *tx = &queue->tx;

	work->mapped = NULL;
	work->status = XNET_RSP_OKAY;
	work->first_op = tx->copy.nr;
	if (unlikely(!build(queue, work, piece))) {
		work->status = XNET_RSP_ERROR;
		tx->failed = true;
		xsplit_count(&queue->counts.tx.no_memory, 1);
	}
	work->nr_ops = tx->copy.nr - work->first_op;
}

/* Return: false if there is no packet, or not all of one, or it must wait. */
static bool take_packet(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;
	struct xnb_tx_work *work = &tx->work[tx->nr_work];
	struct xnb_tx_piece piece[XNET_MAX_SLOTS];
	u32 nr = tx->ring.cons - tx->at;
	enum xnb_tx_verdict verdict;

	if (!nr)
		return false;
	if (unlikely(XNB_TX_OPS - tx->copy.nr < XNB_TX_PACKET_OPS ||
		     (tx->mapping && xnb_map_full(tx->maps)))) {
		tx->full = true;
		return false;
	}
	verdict = xnb_tx_judge(tx->window, tx->at, nr, XNB_TX_EXTRAS, &work->pkt, piece);
	if (unlikely(verdict == XNB_TX_MORE))
		return false;
	if (unlikely(verdict != XNB_TX_FRAME)) {
		refuse(queue, work, verdict);
	} else {
		if (unlikely(!within_limit(queue, &work->pkt)))
			return false;
		begin_work(queue, work, piece);
	}
	tx->at += work->pkt.nr_slots;
	tx->nr_work++;
	return true;
}

/* --- a pass ------------------------------------------------------------- */

static bool copied(const struct xnb_tx *tx, const struct xnb_tx_work *work)
{
	unsigned int i;

	for (i = 0; i < work->nr_ops; i++)
		if (!xsplit_copy_ok(&tx->copy, work->first_op + i))
			return false;
	return true;
}

static void drop_failed(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;
	unsigned int i;

	for (i = 0; i < tx->nr_work; i++) {
		struct xnb_tx_work *work = &tx->work[i];

		if (!work->skb)
			continue;
		if (work->status == XNET_RSP_OKAY) {
			if (copied(tx, work))
				continue;
			xsplit_count(&queue->counts.tx.bad_grant, 1);
		}
		work->status = XNET_RSP_ERROR;
		kfree_skb(work->skb);
		work->skb = NULL;
	}
}

static void copy_all(struct xnb_queue *queue)
{
	struct xsplit_grant_count *grants = &queue->counts.tx.grants;
	struct xnb_tx *tx = &queue->tx;
	u64 errors = grants->errors;

	xsplit_copy_run(&tx->copy, grants, false);
	if (unlikely(tx->failed || grants->errors != errors))
		drop_failed(queue);
	tx->failed = false;
	xsplit_copy_reset(&tx->copy);
}

static void answer(struct xnb_tx *tx, const struct xnb_tx_work *work)
{
	const struct xnb_tx_packet *pkt = &work->pkt;
	unsigned int i;

	for (i = 0; i < pkt->nr_slots; i++) {
		struct xnet_tx_response rsp = xnb_tx_response(tx->window, pkt, i, work->status);

		xnb_tx_answer(xsplit_ring_slot(&tx->ring, tx->ring.prod++), rsp.id, rsp.status);
	}
}

void xnb_tx_show(struct xnb_queue *queue)
{
	struct xnb_tx_counts *counts = &queue->counts.tx;
	struct xnb_tx *tx = &queue->tx;
	u32 nr = tx->ring.prod - tx->ring.pushed;

	if (!nr)
		return;
	xsplit_count(&counts->answers, nr);
	xsplit_count(&counts->pushes, 1);
	if (!xsplit_back_push(&tx->ring))
		return;
	xsplit_count(&counts->notified, 1);
	xsplit_event_notify(&tx->event);
}

/* What is mapped is answered when it no longer is. */
static void answer_all(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;
	unsigned int i;

	for (i = 0; i < tx->nr_work; i++)
		if (unlikely(tx->work[i].mapped))
			xnb_map_keep_answer(tx, &tx->work[i]);
		else
			answer(tx, &tx->work[i]);
	xnb_tx_show(queue);
}

/*
 * TCP gains from being merged, and tagged frames may hold it; for others the search
 * costs more than the rest of their delivery. What is still to be segmented comes the
 * same way, or it would overtake what is held of its connection, but merged it is not:
 * see compat/net.h. @skb: its data begins at the network header.
 */
static bool may_merge(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return skb_headlen(skb) >= sizeof(struct iphdr) &&
		       ((const struct iphdr *)skb->data)->protocol == IPPROTO_TCP;
	if (skb->protocol == htons(ETH_P_IPV6))
		return skb_headlen(skb) >= sizeof(struct ipv6hdr) &&
		       ((const struct ipv6hdr *)skb->data)->nexthdr == IPPROTO_TCP;
	return eth_type_vlan(skb->protocol);
}

/* What the guest has worked out saves others the work; it decides about its own flows. */
static void set_hash(struct sk_buff *skb, const struct xnb_tx_packet *pkt)
{
	bool ports = pkt->hash_type == XNET_HASHT_IPV4_TCP ||
		     pkt->hash_type == XNET_HASHT_IPV6_TCP;

	skb_set_hash(skb, pkt->hash, ports ? PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
}

/* Return: false if it is no packet at all, and gone. */
static bool describe(struct xnb_queue *queue, struct sk_buff *skb,
		     const struct xnb_tx_packet *pkt)
{
	struct xnb_tx_counts *counts = &queue->counts.tx;

	skb->protocol = eth_type_trans(skb, queue->vif->dev);
	skb_record_rx_queue(skb, queue->index);
	if (unlikely(pkt->has_hash))
		set_hash(skb, pkt);
	if (likely(!xnb_offload_tx(skb, pkt, counts)))
		return true;
	xsplit_count(&counts->bad_meta, 1);
	kfree_skb(skb);
	return false;
}

static void count_packet(struct xnb_queue *queue, const struct xnb_tx_packet *pkt)
{
	struct xnb_tx_counts *counts = &queue->counts.tx;

	xsplit_count(&counts->packets, 1);
	/* As every driver here has it: without the header that it takes off. */
	xsplit_count(&counts->bytes, pkt->len - ETH_HLEN);
	if (pkt->gso_type != XNET_GSO_NONE)
		xsplit_count(&counts->gso, 1);
}

/* @list: those that are delivered together. */
static void hand_over(struct xnb_queue *queue, struct sk_buff *skb, struct list_head *list)
{
	struct xnb_tx *tx = &queue->tx;

	if (tx->mapping || !may_merge(skb)) {
		list_add_tail(&skb->list, list);
		return;
	}
	if (skb_is_gso(skb) && tx->merging)
		napi_gro_flush(&tx->napi, false);
	tx->merging = true;
	napi_gro_receive(&tx->napi, skb);
}

/* --- what a program sees ------------------------------------------------ */

/* @skb: described, and finished. Apart: most packets meet no program. */
static void show_skb(struct xnb_queue *queue, struct sk_buff *skb, struct list_head *list)
{
	if (xnb_xdp_run_skb(queue, queue->tx.prog, &skb))
		hand_over(queue, skb, list);
}

static void drop_unfinished(struct xnb_queue *queue, struct sk_buff *skb)
{
	xsplit_count(&queue->counts.tx.no_memory, 1);
	kfree_skb(skb);
}

static void show_segments(struct xnb_queue *queue, struct sk_buff *skb, struct list_head *list)
{
	struct sk_buff *next, *segments = xnb_offload_segment(skb);

	if (!segments) {
		drop_unfinished(queue, skb);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segments, skb, next) {
		skb_mark_not_on_list(skb);
		show_skb(queue, skb, list);
	}
}

/* In its page, as it will be on the wire. */
static void show_page(struct xnb_queue *queue, struct sk_buff *skb,
		      const struct xnb_tx_packet *pkt, struct list_head *list)
{
	struct xnb_tx_packet finished = *pkt;

	if (pkt->csum_blank) {
		if (!describe(queue, skb, pkt))
			return;
		if (xnb_offload_finish(skb)) {
			drop_unfinished(queue, skb);
			return;
		}
		finished.csum_blank = false;
		skb_push(skb, ETH_HLEN);
		/* The program may change the address. */
		skb->pkt_type = PACKET_HOST;
	}
	if (xnb_xdp_run(queue, queue->tx.prog, skb) && describe(queue, skb, &finished))
		hand_over(queue, skb, list);
}

static noinline void show_program(struct xnb_queue *queue, struct sk_buff *skb,
				  const struct xnb_tx_packet *pkt, struct list_head *list)
{
	if (pkt->gso_type == XNET_GSO_NONE && xnb_xdp_fits(skb)) {
		show_page(queue, skb, pkt, list);
		return;
	}
	if (!describe(queue, skb, pkt))
		return;
	if (skb_is_gso(skb))
		show_segments(queue, skb, list);
	else if (xnb_offload_finish(skb))
		drop_unfinished(queue, skb);
	else
		show_skb(queue, skb, list);
}

/* --- delivery ----------------------------------------------------------- */

static void deliver(struct xnb_queue *queue, const struct xnb_tx_work *work,
		    struct list_head *list)
{
	struct sk_buff *skb = work->skb;

	/* The guest cuts its frames where it likes. */
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		xsplit_count(&queue->counts.tx.no_memory, 1);
		kfree_skb(skb);
		return;
	}
	count_packet(queue, &work->pkt);
	if (unlikely(queue->tx.prog))
		show_program(queue, skb, &work->pkt, list);
	else if (likely(describe(queue, skb, &work->pkt)))
		hand_over(queue, skb, list);
}

static void deliver_all(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;
	unsigned int i;
	LIST_HEAD(list);

	for (i = 0; i < tx->nr_work; i++)
		if (likely(tx->work[i].skb))
			deliver(queue, &tx->work[i], &list);
	if (!list_empty(&list))
		netif_receive_skb_list(&list);
}

static unsigned int run_pass(struct xnb_queue *queue, unsigned int budget)
{
	struct xnb_tx *tx = &queue->tx;

	tx->nr_work = 0;
	tx->limited = false;
	tx->full = false;
	tx->prog = rcu_dereference_bh(queue->vif->prog);
	tx->mapping = !tx->prog && xnb_map_begin(queue);
	take_visible(queue);
	while (tx->nr_work < budget && take_packet(queue))
		;
	if (!tx->nr_work)
		return 0;
	xsplit_count(&queue->counts.tx.passes[xnb_size(tx->nr_work)], 1);
	tx->event.worked = true;
	copy_all(queue);
	answer_all(queue);
	deliver_all(queue);
	return tx->nr_work;
}

/* --- the poll ----------------------------------------------------------- */

/* Nothing is there, and the guest will tell. Return: false if there is more. */
static bool finish(struct xnb_queue *queue, int done)
{
	struct xnb_tx *tx = &queue->tx;

	if (!tx->broken && xsplit_back_arm(&tx->ring))
		return false;
	if (tx->shared && xsplit_event_raised(&tx->event))
		tx->event.worked |= xnb_rx_progress(queue);
	tx->merging = false;
	xnb_event_finish(&tx->event, &tx->napi, done);
	return true;
}

static int tx_poll(struct napi_struct *napi, int budget)
{
	struct xnb_queue *queue = container_of(napi, struct xnb_queue, tx.napi);
	unsigned int max = min_t(unsigned int, budget, XNB_PASS_PACKETS);
	struct xnb_tx *tx = &queue->tx;
	unsigned int done;

	/* netpoll, with interrupts off: nothing is received there. */
	if (!budget)
		return 0;
	xnb_burst_begin();
	if (unlikely(xnb_map_any_done(tx->maps)))
		xnb_map_reap(queue);
	done = run_pass(queue, max);
	xnb_xdp_flush(queue);
	if (unlikely(tx->limited)) {
		tx->merging = false;
		napi_complete_done(napi, done);
	} else if (tx->full || (done < max && !finish(queue, done))) {
		done = max;
	}
	xnb_burst_end();
	return done;
}

/* A poll that is disabled, or waits for the rate, has no use for an event. */
bool xnb_tx_check_events(struct xnb_queue *queue, bool ran)
{
	struct xnb_tx *tx = &queue->tx;
	struct xsplit_ring_snapshot now;
	unsigned int verdict;

	xsplit_back_snapshot(&tx->ring, &now);
	now.event_pending = xsplit_event_raised(&tx->event) || READ_ONCE(tx->broken) ||
		   READ_ONCE(tx->limited) || test_bit(NAPI_STATE_SCHED, &tx->napi.state);
	verdict = xsplit_lost_event_judge(&tx->lost_event, &now, ran);
	if (verdict & XSPLIT_EVENT_LOST) {
		xsplit_count(&queue->counts.tx_lost, 1);
		napi_schedule(&tx->napi);
	}
	return verdict & XSPLIT_EVENT_WATCH;
}

/* --- life --------------------------------------------------------------- */

/* The rate allows another packet. */
static void go_on(struct timer_list *timer)
{
	struct xnb_tx *tx = container_of(timer, struct xnb_tx, timer);

	napi_schedule(&tx->napi);
}

int xnb_tx_init(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;

	timer_setup(&tx->timer, go_on, 0);
	netif_napi_add(queue->vif->dev, &tx->napi, tx_poll);
	return xsplit_copy_init(&tx->copy, xsplit_link_peer(queue->link), XNB_TX_OPS) ?:
	       xnb_build_init(tx) ?: xnb_xdp_register(queue) ?: xnb_map_init(queue);
}

void xnb_tx_exit(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;

	xnb_map_exit(queue);
	if (tx->napi.dev) {
		timer_shutdown_sync(&tx->timer);
		netif_napi_del(&tx->napi);
	}
	xnb_xdp_unregister(queue);
	xnb_build_exit(tx);
	xsplit_copy_free(&tx->copy);
}

void xnb_tx_kick(struct xnb_queue *queue)
{
	local_bh_disable();
	napi_schedule(&queue->tx.napi);
	local_bh_enable();
}

void xnb_tx_up(struct xnb_queue *queue)
{
	xnb_map_up(queue);
	napi_enable(&queue->tx.napi);
	/* What came while nobody was looking. */
	xnb_tx_kick(queue);
}

void xnb_tx_down(struct xnb_queue *queue)
{
	napi_disable(&queue->tx.napi);
	xnb_map_down(queue);
}
