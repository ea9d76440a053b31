// SPDX-License-Identifier: GPL-2.0
/* Creating and destroying queues: rings, events, polls. */

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/tx.h"
#include "netback/tx_zerocopy.h"
#include "xenbus/netif.h"
#include "xenbus/store.h"

/* --- interrupts --------------------------------------------------------- */

static irqreturn_t xnb_rx_interrupt(int irq, void *arg)
{
	struct xnb_queue *queue = arg;

	xsplit_event_raise(&queue->rx.event);
	napi_schedule_irqoff(&queue->rx.napi);
	return IRQ_HANDLED;
}

/* --- rings and events --------------------------------------------------- */

int xnb_map_ring(struct xsplit_link *link, const char *dir, const char *key,
		 struct xsplit_pages *pages, struct xsplit_ring *ring, u32 slot_bytes)
{
	int err;

	err = xsplit_pages_map(link, dir, key, false, 1, pages);
	if (err)
		return err;
	err = xsplit_back_attach(ring, pages->addr, XNET_PAGE_BYTES, slot_bytes);
	if (!err)
		return 0;
	return xsplit_link_error(link, err, "the indices in the ring of %s/%s make no sense",
				 dir, key);
}

static int map_rings(struct xnb_queue *queue, const char *dir)
{
	return xnb_map_ring(queue->link, dir, "tx-ring-ref", &queue->tx.pages, &queue->tx.ring,
			    sizeof(struct xnet_tx_request)) ?:
	       xnb_map_ring(queue->link, dir, "rx-ring-ref", &queue->rx.pages, &queue->rx.ring,
			    sizeof(struct xnet_rx_request));
}

static int bind_events(struct xnb_queue *queue, const char *dir)
{
	if (!queue->vif->front.split)
		return xsplit_event_bind(queue->link, &queue->tx.event, dir, "event-channel",
					 xnb_interrupt, queue->name, queue);
	return xsplit_event_bind(queue->link, &queue->tx.event, dir, "event-channel-tx",
				 xnb_tx_interrupt, queue->tx_name, queue) ?:
	       xsplit_event_bind(queue->link, &queue->rx.event, dir, "event-channel-rx",
				 xnb_rx_interrupt, queue->rx_name, queue);
}

/* --- create and destroy ------------------------------------------------- */

static void queue_init(struct xnb_queue *queue, struct xnb_vif *vif, unsigned int index)
{
	queue->vif = vif;
	queue->link = vif->link;
	queue->index = index;
	snprintf(queue->name, sizeof(queue->name), "%s-q%u", netdev_name(vif->dev), index);
	snprintf(queue->tx_name, sizeof(queue->tx_name), "%s-tx", queue->name);
	snprintf(queue->rx_name, sizeof(queue->rx_name), "%s-rx", queue->name);
}

static int queue_setup(struct xnb_queue *queue)
{
	int err;

	err = xnb_tx_create(queue) ?: xnb_rx_create(queue);
	if (err)
		return xsplit_link_error(queue->link, err, "no memory for queue %u", queue->index);
	err = xnb_rx_stall_start(queue);
	if (err)
		return xsplit_link_error(queue->link, err, "cannot start a thread for queue %u",
					 queue->index);
	return 0;
}

struct xnb_queue *xnb_queue_create(struct xnb_vif *vif, unsigned int index)
{
	char dir[XSPLIT_QUEUE_DIR_LEN];
	struct xnb_queue *queue;
	int err;

	queue = kvzalloc(sizeof(*queue), GFP_KERNEL);
	if (!queue)
		return ERR_PTR(xsplit_link_error(vif->link, -ENOMEM, "no memory for queue %u",
						 index));
	queue_init(queue, vif, index);
	xsplit_queue_dir(dir, vif->link->peer_dir, index, vif->front.queues);
	err = queue_setup(queue) ?: map_rings(queue, dir);
	if (err)
		goto destroy;
	queue->tx.at = queue->tx.ring.cons;
	err = bind_events(queue, dir);
	if (err)
		goto destroy;
	xsplit_queue_files_add(&queue->files, queue->link->debugfs, index, &xnb_tables, queue);
	xnb_debug_add_queue(queue);
	return queue;

destroy:
	xnb_queue_destroy(queue);
	return ERR_PTR(err);
}

void xnb_queue_destroy(struct xnb_queue *queue)
{
	xnb_zerocopy_orphan(queue);
	xnb_debug_remove_queue(queue);
	xsplit_queue_files_remove(&queue->files);
	xsplit_event_close(&queue->tx.event, queue);
	xsplit_event_close(&queue->rx.event, queue);
	xnb_rx_stall_stop(queue);
	xnb_rx_destroy(queue);
	xnb_tx_destroy(queue);
	xsplit_pages_unmap(queue->link, &queue->tx.pages);
	xsplit_pages_unmap(queue->link, &queue->rx.pages);
	kvfree(queue);
}

void xnb_queue_start(struct xnb_queue *queue)
{
	ASSERT_RTNL();
	xnb_rx_start(queue);
	xnb_tx_start(queue);
}

void xnb_queue_stop(struct xnb_queue *queue)
{
	ASSERT_RTNL();
	xnb_tx_stop(queue);
	xnb_rx_stop(queue);
}

bool xnb_queue_check_events(struct xnb_queue *queue, bool ran)
{
	bool tx = xnb_tx_check_events(queue, ran), rx = xnb_rx_check_events(queue, ran);

	return tx || rx;
}
