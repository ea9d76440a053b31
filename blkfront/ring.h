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

/*
 * A ring and what belongs to it.
 *
 * @watchdog: checks for lost events while requests are in flight
 * @queue: whose requests it carries; set while @live, as @backend is
 * @backend: of that disk
 * @trim_work: of the device, calls xbf_ring_trim()
 * @polled: it sends no events
 * @data_ops: how data goes
 * @bounce_ops: how data goes that @data_ops cannot carry
 * @lock: protects the indices and slots of @ring, @rq, @expect, @free_id,
 *	@reserve, @pages, @live, @broken, @starved, @lost_event and @count, and claims
 *	of @event. No data is copied under it. Taken in process and softirq context.
 * @live: requests may be written and responses taken
 * @broken: which rule the backend broke; nothing more is taken from the ring
 * @starved: a request was put off for want of something that comes back with
 *	the next response
 * @trims: it has more than its minimum, and @trim_work is queued for that
 * @rq: by id: the request in flight under it, or NULL
 * @expect: by id: see xbf_judge()
 * @free_id: a stack of ids not in use
 * @nr_free: its height
 * @newest: number of the flush that covers the writes answered here, see cache.h
 * @orphans: allocated in advance for what is not answered when the ring is stopped
 * @open: xbf_ring_create() has succeeded, xbf_ring_destroy() was not called
 * @event: the event channel; its interrupt stays outstanding until the
 *	responses have been dealt with
 * @affinity: processors for its interrupt: what an administrator has chosen, or else
 *	what it began with; NULL: not known
 * @chosen: an administrator has chosen
 * @reaping: how many contexts deal with responses they took; after @live has been
 *	cleared, the last of them wakes the one that waits for it
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

/* How data goes: pages stay lent; the backend may see what lies beside the data. */
struct xbf_data_mode {
	bool persistent;
	bool trusted;
};

/* @handle: number of the device, cut to 16 bits. @ring is zeroed. */
void xbf_ring_init(struct xbf_ring *ring, struct xsplit_link *link,
		   struct xsplit_watchdog *watchdog, struct delayed_work *trim_work,
		   unsigned int index, u16 handle);

/*
 * Allocate what the backend must know of: 2^@order pages and an event channel.
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xbf_ring_create(struct xbf_ring *ring, unsigned int order, bool polled,
		    unsigned int max_segs);

/* Let requests of a disk in. Context: may sleep. Return: 0 or -errno, already reported. */
int xbf_ring_start(struct xbf_ring *ring, struct request_queue *queue,
		   struct xbf_backend *backend, const struct xbf_data_mode *mode);

/*
 * Undo xbf_ring_start() of a ring on which nothing was issued, as the queue is quiesced or
 * nobody knows the disk. Context: may sleep.
 */
void xbf_ring_unstart(struct xbf_ring *ring);

/**
 * xbf_ring_stop - let no more in, and give up what is in flight
 * @ring: the ring; may be stopped already
 *
 * Pages of the ring that the backend still holds are freed when it lets go. The queue must
 * be quiesced. Context: may sleep; waits for nobody but this domain.
 *
 * Return: what was not answered, with the memory of the ring, for xbf_orphans_adopt(); NULL
 * if all was.
 */
struct xbf_orphans * __must_check xbf_ring_stop(struct xbf_ring *ring);

/*
 * Stop the softirq of a ring that has nothing in flight, or is destroyed already. Its last run
 * may not have ended yet: it touches the ring and the event channel even after
 * irq_poll_complete(). As it is a softirq, synchronize_rcu() waits for it. The watchdog is
 * stopped. Context: may sleep.
 */
void xbf_ring_quiesce(struct xbf_ring *ring);

/*
 * Undo xbf_ring_create() and xbf_ring_start() of a quiesced ring, after synchronize_rcu().
 * Nobody holds the ring any more: submitters (the queue is quiesced or the disk gone, and
 * @live is false), reapers (xbf_ring_stop() has waited for them), the watchdog (stopped), the
 * softirq (see above), the interrupt (freed here, first). Context: may sleep.
 */
void xbf_ring_destroy(struct xbf_ring *ring);

/**
 * xbf_ring_submit - write a request to the ring
 * @ring: the ring
 * @rq: the request, whose xbf_io says how it goes: @type, @op, @nr, @seg and @data_ops
 * @last: show the backend all requests written so far, whatever is returned
 *
 * Context: any. Return: 0; -ENOSPC: not now, but after the next responses; -EIO.
 */
int xbf_ring_submit(struct xbf_ring *ring, struct request *rq, bool last);

/* Show the backend all requests written so far. Context: any. */
void xbf_ring_commit(struct xbf_ring *ring);

/**
 * xbf_ring_reap - take responses and end their requests
 * @ring: the ring
 * @max: how many at most
 * @iob: batch that the caller completes, or NULL
 * @who: for the counters
 *
 * Context: process or softirq. Return: how many were taken.
 */
unsigned int xbf_ring_reap(struct xbf_ring *ring, unsigned int max, struct io_comp_batch *iob,
			   enum xbf_reaper who);

/* Is a request in flight? It stays allocated meanwhile. Context: process or softirq. */
bool xbf_ring_has(struct xbf_ring *ring, struct request *rq);

/* See xsplit_lost_event_judge(). Context: the watchdog. Return: true to check again soon. */
bool xbf_ring_check_events(struct xbf_ring *ring, bool ran);

/*
 * Give back pages and references that were not used since the last call. The ring may be
 * stopped. Context: may sleep. Return: true if it still has more than its minimum.
 */
bool xbf_ring_trim(struct xbf_ring *ring);

/* affinity.c */

/*
 * Let the interrupt go to the processors whose requests the ring serves, or to those that an
 * administrator had chosen in an earlier connection. Context: may sleep.
 */
void xbf_ring_steer(struct xbf_ring *ring, const struct cpumask *cpus);

/* Before the ring is destroyed: remember what an administrator chose. Context: may sleep. */
void xbf_ring_note_affinity(struct xbf_ring *ring);

#endif /* XSPLIT_BLKFRONT_RING_H */
