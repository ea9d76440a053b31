// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a batch of packets to the guest: the hypervisor copies them in one call, and
 * they are shown to the guest together.
 */

#include <linux/skbuff.h>

#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/trace.h"
#include "xenbus/latency.h"

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

const struct xsplit_event *xnb_rx_event(const struct xnb_queue *queue)
{
	return queue->vif->front.split ? &queue->rx.event : &queue->tx.event;
}

/* Responses take the places of the requests they answer, one after the other. */
static void show(struct xnb_queue *queue)
{
	struct xnb_rx *rx = &queue->rx;
	u32 nr = rx->nr_rsp;
	u32 first = min(rx->nr_rsp, XNET_RING_SLOTS - (rx->ring.prod & (XNET_RING_SLOTS - 1)));
	bool notify;

	memcpy(xsplit_ring_slot(&rx->ring, rx->ring.prod), rx->rsp, first * sizeof(rx->rsp[0]));
	rx->ring.prod += first;
	memcpy(xsplit_ring_slot(&rx->ring, rx->ring.prod), rx->rsp + first,
	       (rx->nr_rsp - first) * sizeof(rx->rsp[0]));
	rx->ring.prod += rx->nr_rsp - first;
	rx->nr_rsp = 0;
	xsplit_count(&queue->counts.rx.pushes, 1);
	notify = xsplit_back_push(&rx->ring);
	xsplit_latency_end(&queue->rx_batch, rx->batch_at);
	trace_xnb_rx_answered(queue, nr, notify);
	xsplit_watchdog_wake(&queue->vif->watchdog);
	if (!notify)
		return;
	xsplit_count(&queue->counts.rx.notified, 1);
	xsplit_event_notify(xnb_rx_event(queue));
}

void xnb_rx_flush(struct xnb_queue *queue, int budget)
{
	struct xsplit_grant_count *grants = &queue->counts.rx.grants;
	struct xnb_rx *rx = &queue->rx;
	struct sk_buff *skb, *next;
	u64 errors = grants->errors;

	lockdep_assert_held(&rx->txq->_xmit_lock);
	if (!rx->nr_packets)
		return;
	xsplit_count_size(queue->counts.rx.flushes, rx->nr_packets);
	trace_xnb_rx_copied(queue, rx->nr_packets, rx->copy.nr);
	rx->nr_packets = 0;
	xsplit_copy_run(&rx->copy, grants, false);
	if (unlikely(grants->errors != errors))
		mark_failed(queue);
	xsplit_copy_reset(&rx->copy);
	show(queue);
	skb_list_walk_safe(rx->sent, skb, next) {
		skb_mark_not_on_list(skb);
		napi_consume_skb(skb, budget);
	}
	rx->sent = NULL;
}
