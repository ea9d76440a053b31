/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels whose interrupts are ended late.
 */
#ifndef XSPLIT_XENBUS_EVENT_H
#define XSPLIT_XENBUS_EVENT_H

#include <linux/interrupt.h>
#include <xen/interface/event_channel.h>

struct xsplit_link;

/**
 * struct xsplit_event - one event channel with late end-of-interrupt
 * @irq: Linux interrupt number; 0 while unbound
 * @port: our port; a frontend writes it to xenstore
 *
 * The channel stays masked from the interrupt until xsplit_event_eoi(): a
 * driver that is busy leaves it outstanding and is not disturbed.
 */
struct xsplit_event {
	int irq;
	evtchn_port_t port;
};

/**
 * xsplit_event_open - frontend: allocate a channel and its interrupt
 * @link: the link
 * @event: filled in
 * @handler: called in hard interrupt context; the channel is masked until eoi
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
 * @event: filled in before @handler is called
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
 * xsplit_event_eoi - let the next event come in
 * @event: the event
 * @worked: something was done since the interrupt (by anybody, also a poll
 *	that was faster); false slows a peer down that sends empty events
 *
 * Exactly once per interrupt. Context: any.
 */
void xsplit_event_eoi(const struct xsplit_event *event, bool worked);

#endif /* XSPLIT_XENBUS_EVENT_H */
