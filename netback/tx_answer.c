// SPDX-License-Identifier: GPL-2.0
/* The answers to a guest's tx slots; see tx_answer.h. */

#include "netback/queue.h"
#include "netback/trace.h"
#include "netback/tx_answer.h"
#include "netback/tx_zerocopy.h"

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
	bool notify;

	if (!nr)
		return;
	xsplit_count(&counts->answers, nr);
	xsplit_count(&counts->pushes, 1);
	notify = xsplit_back_push(&tx->ring);
	trace_xnb_tx_answered(queue, nr, notify);
	if (!notify)
		return;
	xsplit_count(&counts->notified, 1);
	xsplit_event_notify(&tx->event);
}

void xnb_tx_answer_all(struct xnb_queue *queue)
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
