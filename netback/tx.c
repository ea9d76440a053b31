// SPDX-License-Identifier: GPL-2.0
/*
 * Packets from the guest.
 *
 * The poll works in passes over the slots that are visible. In a pass all packets are
 * judged, and skbs are built for them (tx_collect.c); one hypercall fills these; all slots
 * are answered and pushed at once (tx_answer.c); and the packets go to the network stack
 * (tx_deliver.c). The event channel's interrupt is ended once the ring is drained and
 * the guest has been asked for the next event.
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/trace.h"
#include "netback/tx.h"
#include "netback/tx_answer.h"
#include "netback/tx_zerocopy.h"
#include "netback/xdp.h"
#include "xenbus/latency.h"

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

/* --- a pass ------------------------------------------------------------- */

static void break_ring(struct xnb_queue *queue)
{
	queue->tx.broken = true;
	xsplit_link_broken(queue->link, "queue %u: the frontend's tx index is beyond its ring",
			   queue->index);
}

/* A slot has the same length and place in the window as in the ring. */
static void take_visible(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;
	u32 nr, place, len;

	static_assert(sizeof(tx->window[0]) == sizeof(struct xnet_tx_request));
	if (unlikely(tx->broken))
		return;
	if (unlikely(xsplit_back_visible(&tx->ring, &nr)))
		break_ring(queue);
	if (nr)
		trace_xnb_tx_fetched(queue, nr);
	for (; nr; nr -= len) {
		place = tx->ring.cons & (XNET_RING_SLOTS - 1);
		len = min(nr, XNET_RING_SLOTS - place);
		xsplit_ring_take(&tx->ring, tx->ring.cons, &tx->window[place],
				 len * sizeof(tx->window[0]));
		tx->ring.cons += len;
		/* Even if the packet they begin is not complete. */
		tx->event.worked = true;
	}
}

static unsigned int run_pass(struct xnb_queue *queue, unsigned int budget)
{
	struct xsplit_grant_count *grants = &queue->counts.tx.grants;
	struct xnb_tx *tx = &queue->tx;
	u64 errors = grants->errors, start = 0;

	xsplit_latency_stamp(&start);
	tx->nr_work = 0;
	tx->limited = false;
	tx->full = false;
	tx->prog = rcu_dereference_bh(queue->vif->prog);
	tx->mapping = !tx->prog && xnb_zerocopy_due(tx->zc) && xnb_zerocopy_begin(queue);
	take_visible(queue);
	xnb_tx_collect(queue, budget);
	if (!tx->nr_work)
		return 0;
	xsplit_count_size(queue->counts.tx.passes, tx->nr_work);
	tx->event.worked = true;
	trace_xnb_tx_copied(queue, tx->nr_work, tx->copy.nr);
	xsplit_copy_run(&tx->copy, grants, false);
	if (unlikely(tx->failed || grants->errors != errors))
		xnb_tx_drop_failed(queue);
	xsplit_copy_reset(&tx->copy);
	xnb_tx_answer_all(queue);
	xsplit_latency_end(&queue->tx_pass, start);
	trace_xnb_tx_delivered(queue, tx->nr_work);
	xnb_tx_deliver(queue);
	return tx->nr_work;
}

/* --- the poll ----------------------------------------------------------- */

static int xnb_tx_poll(struct napi_struct *napi, int budget)
{
	struct xnb_queue *queue = container_of(napi, struct xnb_queue, tx.napi);
	unsigned int done, max = min_t(unsigned int, budget, XNB_PASS_PACKETS);
	struct xnb_tx *tx = &queue->tx;
	struct xsplit_eoi eoi;

	/* netpoll calls with interrupts off, when nothing may be received. */
	if (!budget)
		return 0;
	xnb_burst_open(true);
	if (unlikely(xnb_zerocopy_any_done(tx->zc)))
		xnb_zerocopy_reap(tx->zc, queue);
	done = run_pass(queue, max);
	if (unlikely(tx->redirected))
		xnb_xdp_flush(queue);
	if (unlikely(tx->limited)) {
		tx->merging = false;
		napi_complete_done(napi, done);
	} else if (tx->full || done == max || (!tx->broken && xsplit_back_arm(&tx->ring))) {
		/* There are more slots, or may be. */
		done = max;
	} else {
		if (!queue->vif->front.split && xsplit_event_raised(&tx->event))
			tx->event.worked |= xnb_rx_progress(queue);
		tx->merging = false;
		eoi = xsplit_event_claim(&tx->event);
		xsplit_event_end(&tx->event, eoi, napi_complete_done(napi, done));
	}
	xnb_burst_open(false);
	if (xnb_burst_waits())
		xnb_burst_flush();
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

void xnb_tx_start(struct xnb_queue *queue)
{
	ASSERT_RTNL();
	xnb_zerocopy_by_thread(queue->tx.zc, false);
	napi_enable(&queue->tx.napi);
	/* Packets may have come while the poll was disabled. */
	xnb_kick(&queue->tx.napi);
}

void xnb_tx_stop(struct xnb_queue *queue)
{
	ASSERT_RTNL();
	napi_disable(&queue->tx.napi);
	xnb_zerocopy_by_thread(queue->tx.zc, true);
}
