/* SPDX-License-Identifier: GPL-2.0 */
/* A queue: two rings, their events, and the NAPI instance that serves both. */
#ifndef XSPLIT_NETFRONT_QUEUE_H
#define XSPLIT_NETFRONT_QUEUE_H

#include <linux/netdevice.h>

#include "netfront/count.h"
#include "netfront/rx.h"
#include "netfront/tx.h"
#include "xenbus/affinity.h"
#include "xenbus/event.h"
#include "xenbus/histogram.h"

struct xnf;

/* Room for an interface's name and "-qN-tx". */
#define XNF_EVENT_NAME (IFNAMSIZ + 12)

/* An event channel of a queue. */
struct xnf_event {
	struct xsplit_event channel;
	struct xnf_queue *queue;
	struct xsplit_affinity affinity; /* of the interrupt */
	char name[XNF_EVENT_NAME];	/* of the interrupt */
};

struct xnf_queue {
	struct xnf *front;
	unsigned int index;
	bool created;			/* rings and events exist */
	bool split;			/* each direction has an event, or @rx_event is for both */
	const char *broken;		/* a rule that the backend broke; no ring is touched then */
	struct napi_struct napi;	/* serves both rings */
	struct xnf_tx tx;
	struct xnf_rx rx;
	struct xnf_event tx_event;
	struct xnf_event rx_event;
	struct xnf_count count;		/* over all connections */
	struct xsplit_histogram tx_packet; /* to the answer to all its slots; under the tx lock */
	struct xsplit_histogram rx_run;	/* runs of NAPI that took frames; NAPI's */
	struct xsplit_queue_files files;
};

/* Initialise a zeroed queue, once for the life of the device. */
void xnf_queue_init(struct xnf_queue *q, struct xnf *front, unsigned int index);

/* Undo xnf_queue_init(); the queue is destroyed. */
void xnf_queue_free(struct xnf_queue *q);

/* Set up rings and events as negotiated. May sleep. Return: 0 or -errno, reported. */
int xnf_queue_create(struct xnf_queue *q);

/* Let packets through a queue that was created, and stop them again. May sleep. */
void xnf_queue_start(struct xnf_queue *q);
void xnf_queue_stop(struct xnf_queue *q);

/* Undo xnf_queue_create() after a stop; does nothing if it was not created. May sleep. */
void xnf_queue_destroy(struct xnf_queue *q);

/* Schedule NAPI without an event. Context: process; the queue is started. */
void xnf_queue_kick(struct xnf_queue *q);

/* Has an event come that NAPI handles or will handle? Also true while NAPI is disabled. */
static inline bool xnf_event_pending(const struct xnf_queue *q, const struct xnf_event *event)
{
	const struct xnf_event *line = q->split ? event : &q->rx_event;

	return xsplit_event_raised(&line->channel) ||
	       test_bit(NAPI_STATE_SCHED, &q->napi.state);
}

/* The event channel that notifies the backend of tx requests. */
static inline const struct xsplit_event *xnf_tx_event(const struct xnf_queue *q)
{
	return q->split ? &q->tx_event.channel : &q->rx_event.channel;
}

#endif /* XSPLIT_NETFRONT_QUEUE_H */
