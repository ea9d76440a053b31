/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What two ends share for a queue: ring pages and event channels.
 */
#ifndef XSPLIT_XENBUS_CHANNEL_H
#define XSPLIT_XENBUS_CHANNEL_H

#include <linux/interrupt.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>

struct xsplit_link;
struct xsplit_txn;

/* 2^4 pages, the most that xenbus maps at once. */
#define XSPLIT_MAX_RING_ORDER XENBUS_MAX_RING_GRANT_ORDER
#define XSPLIT_MAX_RING_PAGES XENBUS_MAX_RING_GRANTS

/**
 * struct xsplit_pages - the pages of one ring
 * @addr: where they are, contiguous; NULL while there are none
 * @nr: how many, 1 to XSPLIT_MAX_RING_PAGES
 * @ref: grant references of a frontend
 */
struct xsplit_pages {
	void *addr;
	unsigned int nr;
	grant_ref_t ref[XSPLIT_MAX_RING_PAGES];
};

/**
 * xsplit_pages_lend - frontend: allocate zeroed ring pages, lend them to the peer
 * @link: the link
 * @pages: filled in
 * @nr: how many
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xsplit_pages_lend(struct xsplit_link *link, struct xsplit_pages *pages,
		      unsigned int nr);

/**
 * xsplit_pages_take_back - frontend: end the loan
 * @pages: lent pages, or none
 *
 * Pages that the peer still holds are freed only when it lets go.
 * Context: may sleep.
 */
void xsplit_pages_take_back(struct xsplit_pages *pages);

/**
 * xsplit_pages_end - frontend: end the loan if the peer has let go of all pages
 * @pages: lent pages, or none
 *
 * Context: may sleep. Return: false if the peer still holds one: to be tried again, or
 * left to xsplit_pages_take_back().
 */
bool xsplit_pages_end(struct xsplit_pages *pages);

/**
 * xsplit_pages_write - frontend: write the references of a ring
 * @txn: transaction
 * @dir: where, see xsplit_queue_dir()
 * @key: "ring-ref" and the like; with more than one page "<key>0", "<key>1", ...
 * @pages: lent pages
 */
void xsplit_pages_write(struct xsplit_txn *txn, const char *dir, const char *key,
		      const struct xsplit_pages *pages);

/**
 * xsplit_pages_map - backend: read the references of a ring and map it
 * @link: the link
 * @dir: where, see xsplit_queue_dir()
 * @key: "ring-ref" and the like
 * @numbered: true: "<key>0" to "<key>N-1", even for one page
 * @nr: how many pages
 * @pages: filled in
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xsplit_pages_map(struct xsplit_link *link, const char *dir, const char *key,
		     bool numbered, unsigned int nr, struct xsplit_pages *pages);

/**
 * xsplit_pages_unmap - backend: let a ring go
 * @link: the link
 * @pages: mapped pages, or none
 *
 * Context: may sleep.
 */
void xsplit_pages_unmap(struct xsplit_link *link, struct xsplit_pages *pages);

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

#endif /* XSPLIT_XENBUS_CHANNEL_H */
