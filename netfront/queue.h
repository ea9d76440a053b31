/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue: two rings, their events, and the NAPI instance that serves both.
 */
#ifndef XSPLIT_NETFRONT_QUEUE_H
#define XSPLIT_NETFRONT_QUEUE_H

#include <linux/netdevice.h>

#include "netfront/count.h"
#include "netfront/rx.h"
#include "netfront/tx.h"
#include "xenbus/event.h"

struct xnf;

/* Room for an interface's name and "-qN-tx". */
#define XNF_EVENT_NAME (IFNAMSIZ + 12)

/**
 * struct xnf_event - an event channel of a queue
 * @channel: the channel
 * @queue: whose it is
 * @affinity: processors for the interrupt: what an administrator has chosen, or else what
 *	it began with; NULL: not known
 * @chosen: somebody has chosen
 * @name: of the interrupt
 */
struct xnf_event {
	struct xsplit_event channel;
	struct xnf_queue *queue;
	struct cpumask *affinity;
	bool chosen;
	char name[XNF_EVENT_NAME];
};

/**
 * struct xnf_queue - a queue
 * @front: whose it is
 * @index: its number
 * @open: rings and events are there
 * @split: each direction has an event channel; otherwise @rx_event is for both
 * @broken: the backend broke a rule on it; nothing is taken from the rings
 * @napi: serves both rings
 * @tx: sending
 * @rx: receiving
 * @tx_event: for sending
 * @rx_event: for receiving
 * @count: counters; they go on from one connection to the next
 * @counters: their file
 */
struct xnf_queue {
	struct xnf *front;
	unsigned int index;
	bool open;
	bool split;
	bool broken;
	struct napi_struct napi;
	struct xnf_tx tx;
	struct xnf_rx rx;
	struct xnf_event tx_event;
	struct xnf_event rx_event;
	struct xnf_count count;
	struct dentry *counters;
};

/**
 * struct xnf_queue_config - how a queue moves data
 * @split: an event channel for each direction
 * @trusted: the backend may see what lies beside data
 * @sg: it takes packets in several slots
 */
struct xnf_queue_config {
	bool split;
	bool trusted;
	bool sg;
};

/**
 * xnf_queue_init - first of all
 * @q: zeroed
 * @front: whose it is
 * @index: its number
 */
void xnf_queue_init(struct xnf_queue *q, struct xnf *front, unsigned int index);

/**
 * xnf_queue_free - last of all
 * @q: the queue, closed
 */
void xnf_queue_free(struct xnf_queue *q);

/**
 * xnf_queue_create - get what the backend must know of
 * @q: the queue
 * @way: how data goes
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xnf_queue_create(struct xnf_queue *q, const struct xnf_queue_config *way);

/**
 * xnf_queue_start - let packets through
 * @q: an open queue
 *
 * Context: may sleep.
 */
void xnf_queue_start(struct xnf_queue *q);

/**
 * xnf_queue_stop - let none through any more
 * @q: a started queue
 *
 * Context: may sleep.
 */
void xnf_queue_stop(struct xnf_queue *q);

/**
 * xnf_queue_destroy - undo xnf_queue_create()
 * @q: a stopped queue; may be closed already
 *
 * Context: may sleep.
 */
void xnf_queue_destroy(struct xnf_queue *q);

/**
 * xnf_queue_kick - let NAPI look at the rings, event or not
 * @q: a started queue
 *
 * Context: process.
 */
void xnf_queue_kick(struct xnf_queue *q);

/**
 * xnf_queue_broken - the backend broke a rule: the connection ends
 * @q: the queue
 * @rule: what it did
 *
 * Context: NAPI, or the lock of the queue's half in the stack.
 */
void xnf_queue_broken(struct xnf_queue *q, const char *rule);

/**
 * xnf_event_pending - has an event come that NAPI is dealing with, or will?
 * @q: the queue
 * @event: of the direction
 *
 * Also when NAPI is disabled: there is nobody to be told.
 */
static inline bool xnf_event_pending(const struct xnf_queue *q, const struct xnf_event *event)
{
	const struct xnf_event *line = q->split ? event : &q->rx_event;

	return xsplit_event_raised(&line->channel) ||
	       test_bit(NAPI_STATE_SCHED, &q->napi.state);
}

/* The event channel that tells the backend of requests to send. */
static inline const struct xsplit_event *xnf_tx_event(const struct xnf_queue *q)
{
	return q->split ? &q->tx_event.channel : &q->rx_event.channel;
}

#endif /* XSPLIT_NETFRONT_QUEUE_H */
