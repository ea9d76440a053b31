// SPDX-License-Identifier: GPL-2.0
/*
 * Creation and destruction of a queue, its events, and NAPI.
 *
 * An interrupt only schedules NAPI. It is not ended, and its channel stays masked, until
 * NAPI has found nothing more to do.
 */
#include <linux/interrupt.h>

#include "netfront/front.h"
#include "netfront/queue.h"
#include "xenbus/latency.h"

/* --- events -------------------------------------------------------------- */

static irqreturn_t xnf_interrupt(int irq, void *arg)
{
	struct xnf_event *event = arg;

	xsplit_event_raise(&event->channel);
	napi_schedule(&event->queue->napi);
	return IRQ_HANDLED;
}

static int xnf_poll(struct napi_struct *napi, int budget)
{
	struct xnf_queue *q = container_of(napi, struct xnf_queue, napi);
	struct xsplit_event *tx = &q->tx_event.channel, *rx = &q->rx_event.channel;
	struct xsplit_eoi tx_eoi, rx_eoi;
	bool last, more;
	u64 start = 0;
	int done;

	xsplit_count(&q->count.polls, 1);
	/* netpoll, which may not receive. */
	if (unlikely(!budget)) {
		xnf_tx_poll(q, budget, false);
		return 0;
	}
	/* The domain was restored: the rings are stale, and about to be destroyed. */
	if (unlikely(xsplit_event_gone(rx))) {
		napi_complete_done(napi, 0);
		return 0;
	}
	xsplit_latency_stamp(&start);
	done = xnf_rx_poll(q, budget);
	rx->worked |= done > 0;
	last = done < budget;
	more = !xnf_tx_idle(&q->tx, last) && xnf_tx_poll(q, budget, last);
	more |= xnf_rx_restock(q, last && !more);
	if (done)
		xsplit_latency_end(&q->rx_run, start);
	if (more || !last)
		return budget;
	if (unlikely(q->broken))
		xsplit_link_broken(q->front->link, "the backend broke the protocol: %s", q->broken);
	tx_eoi = xsplit_event_claim(tx);
	rx_eoi = xsplit_event_claim(rx);
	/* Before NAPI is completed: another run would move what is compared. */
	if (tx_eoi.due)
		tx_eoi.worked |= xnf_tx_moved(q);
	else if (!q->split && rx_eoi.due)
		rx_eoi.worked |= xnf_tx_moved(q);
	if (napi_complete_done(napi, done)) {
		xsplit_event_finish(tx, tx_eoi);
		xsplit_event_finish(rx, rx_eoi);
	} else {
		/* Another run follows and will end them. */
		xsplit_event_unclaim(tx, tx_eoi);
		xsplit_event_unclaim(rx, rx_eoi);
	}
	return done;
}

/* --- create, start, stop, destroy ----------------------------------------- */

void xnf_queue_init(struct xnf_queue *q, struct xnf *front, unsigned int index)
{
	q->front = front;
	q->index = index;
	q->tx.txq = netdev_get_tx_queue(front->dev, index);
	q->tx.limit = XNET_RING_SLOTS;
	u64_stats_init(&q->count.tx.sync);
	u64_stats_init(&q->count.rx.sync);
	q->tx_event.queue = q;
	q->rx_event.queue = q;
	xnf_rx_init(q);
	netif_napi_add(front->dev, &q->napi, xnf_poll);
}

void xnf_queue_free(struct xnf_queue *q)
{
	xsplit_affinity_free(&q->tx_event.affinity);
	xsplit_affinity_free(&q->rx_event.affinity);
}

static int create_event(struct xnf_queue *q, struct xnf_event *event)
{
	int err;

	err = xsplit_event_open(q->front->link, &event->channel, xnf_interrupt, event->name, event);
	if (!err)
		xsplit_affinity_restore(&event->affinity, &event->channel, NULL);
	return err;
}

static void destroy_events(struct xnf_queue *q)
{
	xsplit_affinity_save(&q->tx_event.affinity, &q->tx_event.channel);
	xsplit_affinity_save(&q->rx_event.affinity, &q->rx_event.channel);
	xsplit_event_close(&q->tx_event.channel, &q->tx_event);
	xsplit_event_close(&q->rx_event.channel, &q->rx_event);
}

/* Tools look for these names in /proc/interrupts. */
static void name_events(struct xnf_queue *q)
{
	const char *devid = strrchr(q->front->link->own_dir, '/');

	if (!q->split) {
		strscpy(q->rx_event.name, q->front->dev->name, XNF_EVENT_NAME);
		return;
	}
	devid = devid ? devid + 1 : "";
	snprintf(q->tx_event.name, XNF_EVENT_NAME, "vif%.8s-q%u-tx", devid, q->index);
	snprintf(q->rx_event.name, XNF_EVENT_NAME, "vif%.8s-q%u-rx", devid, q->index);
}

static int create_events(struct xnf_queue *q)
{
	int err;

	name_events(q);
	err = create_event(q, &q->rx_event);
	if (err || !q->split)
		return err;
	err = create_event(q, &q->tx_event);
	if (err)
		destroy_events(q);
	return err;
}

int xnf_queue_create(struct xnf_queue *q)
{
	const struct xnf *front = q->front;
	int err;

	q->split = front->features.split;
	q->broken = NULL;
	err = xnf_tx_create(q, !front->trusted || !front->features.sg);
	if (err)
		return err;
	err = xnf_rx_create(q, !front->trusted);
	if (err)
		goto close_tx;
	err = create_events(q);
	if (err)
		goto close_rx;
	q->created = true;
	xsplit_queue_files_add(&q->files, front->link->debugfs, q->index, &xnf_tables, q);
	return 0;

close_rx:
	xnf_rx_destroy(q);
close_tx:
	xnf_tx_destroy(q);
	return err;
}

void xnf_queue_kick(struct xnf_queue *q)
{
	local_bh_disable();
	napi_schedule(&q->napi);
	local_bh_enable();
}

void xnf_queue_start(struct xnf_queue *q)
{
	napi_enable(&q->napi);
	xnf_tx_start(q);
	/* Events may have come before NAPI was enabled. */
	xnf_queue_kick(q);
}

void xnf_queue_stop(struct xnf_queue *q)
{
	xnf_tx_stop(q);
	napi_disable(&q->napi);
	timer_delete_sync(&q->rx.refill_timer);
}

void xnf_queue_destroy(struct xnf_queue *q)
{
	if (!q->created)
		return;
	q->created = false;
	destroy_events(q);
	xsplit_queue_files_remove(&q->files);
	xnf_rx_destroy(q);
	xnf_tx_destroy(q);
}
