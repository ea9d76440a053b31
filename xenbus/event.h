/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels whose interrupts are ended late: when the ring has been dealt with.
 *
 * raise, claim and finish are pure: they build in user space too.
 */
#ifndef XSPLIT_XENBUS_EVENT_H
#define XSPLIT_XENBUS_EVENT_H

#include <linux/interrupt.h>
#include <xen/interface/event_channel.h>

#include "xenbus/counter.h"

struct xsplit_link;

/**
 * struct xsplit_event - one event channel, and whether its interrupt has been ended
 * @irq: Linux interrupt number; 0 while unbound
 * @port: our port; a frontend writes it to xenstore
 * @raised: an interrupt came and nobody has claimed it yet. The handler sets it, and
 *	does not run again before the interrupt has been ended.
 * @worked: something was done since the last claim; set by the owner of the ring
 * @interrupts: how many came; the handler's
 * @spurious: how many of them found nothing to do; written where they are ended
 *
 * The channel stays masked from the interrupt until it is ended, so a busy driver that
 * leaves it outstanding is not disturbed. The counters outlive a connection.
 */
struct xsplit_event {
	int irq;
	evtchn_port_t port;
	bool raised;
	bool worked;
	u64 interrupts;
	u64 spurious;
};

/**
 * struct xsplit_eoi - the duty to end an interrupt, as claimed
 * @due: there is an interrupt to be ended
 * @worked: something was done for it
 */
struct xsplit_eoi {
	bool due;
	bool worked;
};

/**
 * xsplit_event_open - frontend: allocate a channel and its interrupt
 * @link: the link
 * @event: zeroed, or closed
 * @handler: called in hard interrupt context; calls xsplit_event_raise()
 * @name: for /proc/interrupts; must live as long as the event
 * @arg: for @handler
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xsplit_event_open(struct xsplit_link *link, struct xsplit_event *event,
		      irq_handler_t handler, const char *name, void *arg);

/**
 * xsplit_event_bind - backend: bind to the channel the frontend wrote
 * @link: the link
 * @event: zeroed, or closed; filled in before @handler is called
 * @dir: where, see xsplit_queue_dir()
 * @key: "event-channel" and the like
 * @handler: as for xsplit_event_open()
 * @name: as for xsplit_event_open()
 * @arg: for @handler
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xsplit_event_bind(struct xsplit_link *link, struct xsplit_event *event,
		      const char *dir, const char *key, irq_handler_t handler,
		      const char *name, void *arg);

/**
 * xsplit_event_close - undo either; waits for a running handler
 * @event: the event, or one never opened
 * @arg: as given when it was opened
 *
 * Context: may sleep.
 */
void xsplit_event_close(struct xsplit_event *event, void *arg);

/**
 * xsplit_event_gone - has this domain gone on elsewhere since the channel was opened?
 * @event: an open event of a frontend
 *
 * A domain that was saved or migrated finds its channels gone before anything else
 * in it runs. What a ring shows from then on must not be believed: while memory was
 * being copied the backend went on, and a page of data may have been copied before
 * it was filled, the answer that it is full after that.
 * Context: any. Return: true once the ring belongs to the past.
 */
bool xsplit_event_gone(const struct xsplit_event *event);

/**
 * xsplit_event_notify - tell the peer; one hypercall
 * @event: the event
 *
 * Context: any.
 */
void xsplit_event_notify(const struct xsplit_event *event);

/**
 * xsplit_event_eoi - end the interrupt: the next event may come in
 * @event: the event
 * @worked: false slows down a peer that sends empty events
 *
 * For an interrupt that was not raised; else see xsplit_event_finish(). Exactly once per
 * interrupt. Context: any.
 */
void xsplit_event_eoi(const struct xsplit_event *event, bool worked);

/* An event has come. Context: the interrupt handler, before it wakes the ring's owner. */
static inline void xsplit_event_raise(struct xsplit_event *event)
{
	xsplit_count(&event->interrupts, 1);
	WRITE_ONCE(event->raised, true);
}

/* Is there an interrupt that nobody has claimed? Context: any. */
static inline bool xsplit_event_raised(const struct xsplit_event *event)
{
	return READ_ONCE(event->raised);
}

/**
 * xsplit_event_claim - take over the duty to end the interrupt
 * @event: the event
 *
 * Two runs of a poll may overlap between its completion and the end of the interrupt:
 * only the one that claimed it ends it. An interrupt that comes after the peer has been
 * asked for the next event must not be claimed by a run that does not look at the ring
 * again. Context: whoever owns the ring at this moment.
 */
static inline struct xsplit_eoi xsplit_event_claim(struct xsplit_event *event)
{
	struct xsplit_eoi eoi = { .due = xsplit_event_raised(event) };

	if (!eoi.due)
		return eoi;
	eoi.worked = event->worked;
	event->worked = false;
	WRITE_ONCE(event->raised, false);
	return eoi;
}

/* Undo a claim, as the ring is polled again. Context: as xsplit_event_claim(). */
static inline void xsplit_event_unclaim(struct xsplit_event *event, struct xsplit_eoi eoi)
{
	if (!eoi.due)
		return;
	event->worked |= eoi.worked;
	WRITE_ONCE(event->raised, true);
}

/* End the interrupt, if one was claimed: the next event may come in. Context: any. */
static inline void xsplit_event_finish(struct xsplit_event *event, struct xsplit_eoi eoi)
{
	if (!eoi.due)
		return;
	if (!eoi.worked)
		xsplit_count(&event->spurious, 1);
	xsplit_event_eoi(event, eoi.worked);
}

#endif /* XSPLIT_XENBUS_EVENT_H */
