/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels whose interrupts are ended late: when the ring has been dealt with.
 *
 * raise, claim and finish are pure: they build in user space too.
 */
#ifndef XSPLIT_XENBUS_EVENT_H
#define XSPLIT_XENBUS_EVENT_H

#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <xen/interface/event_channel.h>

#include "xenbus/backoff.h"
#include "xenbus/counter.h"

struct xsplit_link;

/*
 * One event channel. It stays masked from the interrupt until that is ended, so a busy driver that
 * leaves it outstanding is not disturbed. The counters outlive a connection.
 */
struct xsplit_event {
	int irq;		/* 0 while unbound */
	evtchn_port_t port;	/* a frontend writes it to xenstore */
	bool raised;		/* set by the handler: an interrupt that nobody has claimed */
	bool worked;		/* set by the ring's owner: something was done since a claim */
	u64 interrupts;		/* how many came; the handler's */
	u64 spurious;		/* of them, had nothing to do; written where they are ended */
	struct xsplit_backoff backoff; /* of those; used where they are ended */
	struct timer_list timer; /* ends one that is put off */
	spinlock_t lock;	/* protects @open, so that @timer is not set when it is false */
	bool open;
};

/* A claimed interrupt: it is to be ended if @due, and was of use if @worked. */
struct xsplit_eoi {
	bool due;
	bool worked;
};

/*
 * Frontend: allocate a channel and its interrupt. @handler is called in hard interrupt context and
 * calls xsplit_event_raise(); @name, for /proc/interrupts, lives as long as the event. Context: may
 * sleep. Return: 0 or -errno, already reported.
 */
int xsplit_event_open(struct xsplit_link *link, struct xsplit_event *event,
		      irq_handler_t handler, const char *name, void *arg);

/*
 * Backend: bind to the channel that the frontend wrote to @key in @dir. Otherwise as
 * xsplit_event_open(); @handler may run before the return.
 */
int xsplit_event_bind(struct xsplit_link *link, struct xsplit_event *event,
		      const char *dir, const char *key, irq_handler_t handler,
		      const char *name, void *arg);

/* Close an event, if open, and wait for its handler. @arg: as given. Context: may sleep. */
void xsplit_event_close(struct xsplit_event *event, void *arg);

/*
 * Frontend: was this domain saved or migrated since the channel was opened? Its channels are
 * gone before anything else in it runs. The ring must not be trusted from then on: the backend
 * went on while memory was being copied, so a response may have been copied after it was
 * written, but the data it announces before that. Context: any.
 */
bool xsplit_event_gone(const struct xsplit_event *event);

/* Send an event to the peer, with one hypercall. Context: any. */
void xsplit_event_notify(const struct xsplit_event *event);

/*
 * End an interrupt that was not raised; see xsplit_event_finish() for one that was. Exactly
 * once per interrupt. With @worked false, a peer that sends empty events is slowed down: the
 * interrupt may be ended later (xenbus/backoff.h).
 */
void xsplit_event_eoi(struct xsplit_event *event, bool worked);

/*
 * A poll has done something that no event announced, and an empty interrupt is put off: end it
 * now, since the peer has something to say after all. Context: whoever owns the ring.
 */
void xsplit_event_hurry(struct xsplit_event *event);

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

/*
 * Take over the duty to end the interrupt. An interrupt that comes after the peer has been asked
 * for the next event must not be claimed by a run that does not poll the ring again.
 * Context: whoever owns the ring at this moment.
 */
static inline struct xsplit_eoi xsplit_event_claim(struct xsplit_event *event)
{
	struct xsplit_eoi eoi = { .due = xsplit_event_raised(event) };

	if (!eoi.due) {
		if (unlikely(event->worked && timer_pending(&event->timer)))
			xsplit_event_hurry(event);
		return eoi;
	}
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

/* The poll that claimed the interrupt is @over, or is to run again. Context: as both above. */
static inline void xsplit_event_end(struct xsplit_event *event, struct xsplit_eoi eoi, bool over)
{
	if (likely(over))
		xsplit_event_finish(event, eoi);
	else
		xsplit_event_unclaim(event, eoi);
}

#endif /* XSPLIT_XENBUS_EVENT_H */
