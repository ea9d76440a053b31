// SPDX-License-Identifier: GPL-2.0
/*
 * Packets from the guest.
 *
 * The poll works in passes over the slots that are visible. In a pass all packets are
 * judged (tx_parse.c), skbs are built for them and filled by one hypercall (tx_skb.c),
 * all slots are answered and pushed at once, and the packets go to the network stack
 * (tx_deliver.c). The event channel's interrupt is ended once the ring is drained and
 * the guest has been asked for the next event.
 */

#include <linux/ktime.h>
#include <linux/netdevice.h>

#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/tx.h"
#include "netback/tx_zerocopy.h"
#include "netback/xdp.h"

/* --- interrupts --------------------------------------------------------- */

irqreturn_t xnb_tx_interrupt(int irq, void *arg)
{
	struct xnb_queue *queue = arg;

	xsplit_event_raise(&queue->tx.event);
	napi_schedule_irqoff(&queue->tx.napi);
	return IRQ_HANDLED;
}

/* The tx poll ends the interrupt, whichever direction it was for. */
irqreturn_t xnb_interrupt(int irq, void *arg)
{
	struct xnb_queue *queue = arg;

	if (READ_ONCE(queue->rx.held) || READ_ONCE(queue->rx.dropping))
		napi_schedule_irqoff(&queue->rx.napi);
	return xnb_tx_interrupt(irq, arg);
}

/* --- taking packets ----------------------------------------------------- */

static void break_ring(struct xnb_queue *queue)
{
	queue->tx.broken = true;
	xsplit_link_broken(queue->link, "queue %u: the frontend's tx index is beyond its ring",
			   queue->index);
}

/* A slot has the same length and place in the window as in the ring. */
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

/* Return: false if the rate makes the packet wait; the poll then stops until it may go on. */
static bool within_rate(struct xnb_queue *queue, const struct xnb_tx_packet *pkt)
{
	struct xnb_vif *vif = queue->vif;
	u64 wait;

	if (likely(!READ_ONCE(vif->credit.period)))
		return true;
	spin_lock(&vif->rate_lock);
	wait = xnb_credit_take(&vif->credit, pkt->len, ktime_get_ns());
	spin_unlock(&vif->rate_lock);
	if (!wait)
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

/* A chain of slots that is no frame is only answered. */
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
		     (tx->mapping && xnb_zerocopy_full(tx->zc)))) {
		tx->full = true;
		return false;
	}
	verdict = xnb_tx_judge(tx->window, tx->at, nr, XNB_TX_EXTRAS, &work->pkt, piece);
	if (unlikely(verdict == XNB_TX_MORE))
		return false;
	if (unlikely(verdict != XNB_TX_FRAME)) {
		refuse(queue, work, verdict);
	} else {
		if (unlikely(!within_rate(queue, &work->pkt)))
			return false;
		xnb_tx_skb_build(queue, work, piece);
	}
	tx->at += work->pkt.nr_slots;
	tx->nr_work++;
	return true;
}

/* --- a pass ------------------------------------------------------------- */

static void answer(struct xnb_tx *tx, const struct xnb_tx_work *work)
{
	const struct xnb_tx_packet *pkt = &work->pkt;
	unsigned int i;

	for (i = 0; i < pkt->nr_slots; i++) {
		struct xnet_tx_response rsp = xnb_tx_response(tx->window, pkt, i, work->status);

		xnb_tx_answer(xsplit_ring_slot(&tx->ring, tx->ring.prod++), rsp.id, rsp.status);
	}
}

void xnb_tx_push(struct xnb_queue *queue)
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

/* A mapped packet is answered after it has been unmapped. */
static void answer_all(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;
	unsigned int i;

	for (i = 0; i < tx->nr_work; i++)
		if (unlikely(tx->work[i].mapped))
			xnb_zerocopy_store_answer(tx, &tx->work[i]);
		else
			answer(tx, &tx->work[i]);
	xnb_tx_push(queue);
}

static unsigned int run_pass(struct xnb_queue *queue, unsigned int budget)
{
	struct xnb_tx *tx = &queue->tx;

	tx->nr_work = 0;
	tx->limited = false;
	tx->full = false;
	tx->prog = rcu_dereference_bh(queue->vif->prog);
	tx->mapping = !tx->prog && xnb_zerocopy_begin(queue);
	take_visible(queue);
	while (tx->nr_work < budget && take_packet(queue))
		;
	if (!tx->nr_work)
		return 0;
	xsplit_count_size(queue->counts.tx.passes, tx->nr_work);
	tx->event.worked = true;
	xnb_tx_skb_fill(queue);
	answer_all(queue);
	xnb_tx_deliver(queue);
	return tx->nr_work;
}

/* --- the poll ----------------------------------------------------------- */

/* Ask for the next event, and end this one. Return: false if more slots have come. */
static bool finish(struct xnb_queue *queue, int done)
{
	struct xnb_tx *tx = &queue->tx;

	if (!tx->broken && xsplit_back_arm(&tx->ring))
		return false;
	if (!queue->vif->front.split && xsplit_event_raised(&tx->event))
		tx->event.worked |= xnb_rx_progress(queue);
	tx->merging = false;
	xnb_event_finish(&tx->event, &tx->napi, done);
	return true;
}

static int xnb_tx_poll(struct napi_struct *napi, int budget)
{
	struct xnb_queue *queue = container_of(napi, struct xnb_queue, tx.napi);
	unsigned int max = min_t(unsigned int, budget, XNB_PASS_PACKETS);
	struct xnb_tx *tx = &queue->tx;
	unsigned int done;

	/* netpoll calls with interrupts off, when nothing may be received. */
	if (!budget)
		return 0;
	xnb_burst_begin();
	if (unlikely(xnb_zerocopy_any_done(tx->zc)))
		xnb_zerocopy_reap(queue);
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

/* A poll that is disabled, or waits for the rate, needs no event. */
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

/* --- create and destroy ------------------------------------------------- */

/* The rate allows another packet. */
static void xnb_tx_rate_timer(struct timer_list *timer)
{
	struct xnb_tx *tx = container_of(timer, struct xnb_tx, timer);

	napi_schedule(&tx->napi);
}

int xnb_tx_create(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;

	timer_setup(&tx->timer, xnb_tx_rate_timer, 0);
	netif_napi_add(queue->vif->dev, &tx->napi, xnb_tx_poll);
	return xsplit_copy_init(&tx->copy, xsplit_link_peer(queue->link), XNB_TX_OPS) ?:
	       xnb_tx_skb_create(tx) ?: xnb_xdp_register(queue) ?: xnb_zerocopy_create(queue);
}

void xnb_tx_destroy(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;

	xnb_zerocopy_destroy(queue);
	if (tx->napi.dev) {
		timer_shutdown_sync(&tx->timer);
		netif_napi_del(&tx->napi);
	}
	xnb_xdp_unregister(queue);
	xnb_tx_skb_destroy(tx);
	xsplit_copy_free(&tx->copy);
}

void xnb_tx_kick(struct xnb_queue *queue)
{
	local_bh_disable();
	napi_schedule(&queue->tx.napi);
	local_bh_enable();
}

void xnb_tx_start(struct xnb_queue *queue)
{
	xnb_zerocopy_start(queue);
	napi_enable(&queue->tx.napi);
	/* Packets may have come while the poll was disabled. */
	xnb_tx_kick(queue);
}

void xnb_tx_stop(struct xnb_queue *queue)
{
	napi_disable(&queue->tx.napi);
	xnb_zerocopy_stop(queue);
}
