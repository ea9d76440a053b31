// SPDX-License-Identifier: GPL-2.0
/*
 * The packets of a pass: each is judged, and an skb is built for it, or the packet is
 * only to be answered.
 */

#include <linux/ktime.h>
#include <linux/netdevice.h>

#include "netback/queue.h"
#include "netback/trace.h"
#include "netback/tx.h"
#include "netback/tx_zerocopy.h"

/* Return: false if the rate makes the packet wait; the poll then stops until it may go on. */
static bool within_rate(struct xnb_queue *queue, u32 len)
{
	struct xnb_vif *vif = queue->vif;
	u64 wait;

	spin_lock(&vif->rate_lock);
	wait = xnb_credit_take(&vif->credit, len, ktime_get_ns());
	spin_unlock(&vif->rate_lock);
	if (!wait)
		return true;
	queue->tx.limited = true;
	xsplit_count(&queue->counts.tx.limited, 1);
	mod_timer(&queue->tx.timer, jiffies + nsecs_to_jiffies(wait) + 1);
	return false;
}

/* A chain of slots that is no frame is only answered. */
static void refuse(struct xnb_queue *queue, struct xnb_tx_work *work,
		   enum xnb_tx_verdict verdict)
{
	work->skb = NULL;
	work->mapped = NULL;
	work->nr_ops = 0;
	work->status = XNET_RSP_ERROR;
	if (verdict != XNB_TX_MCAST) {
		xsplit_count(&queue->counts.tx.refused[verdict], 1);
		return;
	}
	xsplit_count(&queue->counts.tx.mcast, 1);
	work->status = xnb_filter_change(&queue->vif->filter, work->pkt.mcast_op,
					 work->pkt.mcast);
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
		if (unlikely(READ_ONCE(queue->vif->credit.period)) &&
		    !within_rate(queue, work->pkt.len))
			return false;
		xnb_tx_skb_build(queue, work, piece);
	}
	tx->at += work->pkt.nr_slots;
	tx->nr_work++;
	trace_xnb_tx_judged(queue, &work->pkt, verdict);
	return true;
}

void xnb_tx_collect(struct xnb_queue *queue, unsigned int budget)
{
	while (queue->tx.nr_work < budget && take_packet(queue))
		;
}
