/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One ring of a disk: requests in, responses out.
 */
#ifndef XSPLIT_BLKFRONT_RING_H
#define XSPLIT_BLKFRONT_RING_H

#include <linux/blk-mq.h>
#include <linux/irq_poll.h>
#include <linux/spinlock.h>

#include "blkfront/count.h"
#include "blkfront/io.h"
#include "blkfront/pages.h"
#include "grant/lend.h"
#include "xenbus/event.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

/* What a ring has not used for as long is given back. */
#define XBF_TRIM_DELAY (3 * HZ)

struct xbf_backend;
struct xbf_orphans;
struct xsplit_link;
struct xsplit_watchdog;

/**
 * struct xbf_ring - a ring and what belongs to it
 * @link: whose it is
 * @watchdog: looks after it while requests are in flight
 * @queue: whose requests it carries; set while @live, as @backend is
 * @backend: of that disk
 * @trim_work: of the device, calls xbf_ring_trim()
 * @index: number of the queue
 * @handle: goes into every request
 * @polled: nobody wants events of it
 * @max_segs: most segments of a request
 * @data_ops: how data goes
 * @bounce_ops: how data goes that @data_ops cannot carry
 * @lock: protects the indices and slots of @ring, @rq, @expect, @free_id,
 *	@reserve, @pages, @live, @broken, @starved, @lost_event and @count, and claims
 *	of @event. No data is copied under it. Taken in process and softirq context.
 * @live: requests may be written and responses taken
 * @broken: which rule the backend broke; nothing more is taken from the ring
 * @starved: a request was put off for want of something that comes back with
 *	the next response
 * @trims: it has more than it needs at least, and is looked after for that
 * @lost_event: what the watchdog has seen
 * @ring: indices
 * @rq: by id: the request in flight under it, or NULL
 * @expect: by id: see xbf_judge()
 * @free_id: a stack of ids nobody has
 * @nr_free: its height
 * @newest: number of the flush that covers the writes answered here, see cache.h
 * @orphans: for requests that are not answered when the ring is stopped
 * @reserve: references
 * @pages: our own pages
 * @open: xbf_ring_create() has succeeded, xbf_ring_destroy() was not called
 * @shared: the memory of the ring
 * @event: the event channel; its interrupt stays outstanding until the
 *	responses have been dealt with
 * @affinity: processors for its interrupt: what an administrator has chosen, or else
 *	what it began with; NULL: not known
 * @chosen: somebody has chosen
 * @softirq: where that is done
 * @reaping: how many deal with responses they took; after @live has gone, the
 *	last of them wakes who waits for it
 * @count: counters
 * @counters: their file
 */
struct xbf_ring {
	struct xsplit_link *link;
	struct xsplit_watchdog *watchdog;
	struct request_queue *queue;
	struct xbf_backend *backend;
	struct delayed_work *trim_work;
	unsigned int index;
	u16 handle;
	bool polled;
	unsigned int max_segs;
	const struct xbf_data_ops *data_ops;
	const struct xbf_data_ops *bounce_ops;

	spinlock_t lock;
	bool live;
	const char *broken;
	bool starved;
	bool trims;
	struct xsplit_lost_event lost_event;
	struct xsplit_ring ring;
	struct request **rq;
	u8 *expect;
	u16 *free_id;
	unsigned int nr_free;
	unsigned long newest;
	struct xbf_orphans *orphans;
	struct xsplit_reserve reserve;
	struct xbf_pages pages;

	bool open;
	struct xsplit_pages shared;
	struct xsplit_event event;
	struct cpumask *affinity;
	bool chosen;
	struct irq_poll softirq;
	atomic_t reaping;
	struct xbf_count count;
	struct dentry *counters;
};

/**
 * struct xbf_data_mode - how a ring moves data
 * @persistent: pages stay lent
 * @trusted: the backend may see what lies beside the data
 */
struct xbf_data_mode {
	bool persistent;
	bool trusted;
};

/**
 * xbf_ring_init - first of all
 * @ring: zeroed
 * @link: whose it is
 * @watchdog: of the device
 * @trim_work: of the device, calls xbf_ring_trim()
 * @index: number of the queue
 * @handle: the device's number, cut to 16 bits
 */
void xbf_ring_init(struct xbf_ring *ring, struct xsplit_link *link,
		   struct xsplit_watchdog *watchdog, struct delayed_work *trim_work,
		   unsigned int index, u16 handle);

/**
 * xbf_ring_create - get what the backend must know of: memory and event channel
 * @ring: the ring
 * @order: size in pages, as a power of two
 * @polled: it is for requests that are polled for
 * @max_segs: most segments of a request
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xbf_ring_create(struct xbf_ring *ring, unsigned int order, bool polled,
		       unsigned int max_segs);

/**
 * xbf_ring_start - let requests in
 * @ring: an open ring
 * @queue: whose requests it will carry
 * @backend: of that disk
 * @mode: how data goes
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xbf_ring_start(struct xbf_ring *ring, struct request_queue *queue,
		   struct xbf_backend *backend, const struct xbf_data_mode *mode);

/* Undo xbf_ring_start() of a ring on which nothing was issued. Context: may sleep. */
void xbf_ring_unstart(struct xbf_ring *ring);

/**
 * xbf_ring_steer - choose processors for the interrupt
 * @ring: an open ring
 * @cpus: whose requests it serves
 *
 * What an administrator had chosen for the interrupt of the last connection goes for
 * this one. Context: may sleep.
 */
void xbf_ring_steer(struct xbf_ring *ring, const struct cpumask *cpus);

/**
 * xbf_ring_note_affinity - remember for the next connection what was chosen
 * @ring: an open ring, about to be closed
 *
 * Context: may sleep.
 */
void xbf_ring_note_affinity(struct xbf_ring *ring);

/**
 * xbf_ring_stop - let no more in, and part with what is in flight
 * @ring: the ring; may be stopped already
 *
 * Pages of the ring that the backend still holds are freed when it lets go. The queue must
 * be quiesced. Context: may sleep; waits for nobody but this domain.
 *
 * Return: what was not answered, with the memory of the ring, for xbf_orphans_adopt(); NULL
 * if all was.
 */
struct xbf_orphans *xbf_ring_stop(struct xbf_ring *ring);

/**
 * xbf_ring_quiesce - run the softirq no more
 * @ring: the ring; may be closed already
 *
 * Its last run may not have ended yet: it touches the ring and the event channel even
 * after it has said that it is through. It is a softirq, so synchronize_rcu() waits
 * for it. The watchdog is stopped. Context: may sleep.
 */
void xbf_ring_quiesce(struct xbf_ring *ring);

/**
 * xbf_ring_destroy - undo xbf_ring_create() and xbf_ring_start()
 * @ring: a quiet ring, and synchronize_rcu() was called since; may be closed already
 *
 * Of those who may hold a ring none is left: submitters (the queue is quiesced or the
 * disk gone, and @live has fallen), reapers (xbf_ring_stop() has waited for them),
 * the watchdog (stopped), the softirq (see above), the interrupt (ended here, first).
 * Context: may sleep.
 */
void xbf_ring_destroy(struct xbf_ring *ring);

/**
 * xbf_ring_submit - write a request to the ring
 * @ring: the ring
 * @rq: the request, planned: the members of its xbf_io up to @nr are valid
 * @last: show the backend all requests written so far, whatever is returned
 *
 * Context: any. Return: 0; -ENOSPC: not now, but after the next responses; -EIO.
 */
int xbf_ring_submit(struct xbf_ring *ring, struct request *rq, bool last);

/**
 * xbf_ring_commit - show the backend all requests written so far
 * @ring: the ring
 *
 * Context: any.
 */
void xbf_ring_commit(struct xbf_ring *ring);

/**
 * xbf_ring_reap - take responses and end their requests
 * @ring: the ring
 * @max: how many at most
 * @iob: batch that the caller completes, or NULL
 * @who: who asks
 *
 * Context: process or softirq.
 * Return: how many were taken.
 */
unsigned int xbf_ring_reap(struct xbf_ring *ring, unsigned int max,
				struct io_comp_batch *iob, enum xbf_reaper who);

/**
 * xbf_ring_has - is a request in flight?
 * @ring: the ring
 * @rq: the request, which stays allocated meanwhile
 *
 * Context: process or softirq.
 */
bool xbf_ring_has(struct xbf_ring *ring, struct request *rq);

/**
 * xbf_ring_check_events - look for events that were lost
 * @ring: the ring; may be stopped
 * @ran: see xsplit_lost_event_judge()
 *
 * Context: the watchdog. Return: true to look again soon.
 */
bool xbf_ring_check_events(struct xbf_ring *ring, bool ran);

/**
 * xbf_ring_trim - give back pages and references unused since the last time
 * @ring: the ring; may be stopped
 *
 * Context: may sleep. Return: true if it still has more than it needs at least.
 */
bool xbf_ring_trim(struct xbf_ring *ring);

#endif /* XSPLIT_BLKFRONT_RING_H */
