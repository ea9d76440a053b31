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
#include "xenbus/affinity.h"
#include "xenbus/event.h"
#include "xenbus/histogram.h"
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
 * A ring and what belongs to it. The lock is taken in process and softirq context, and no data
 * is copied under it. It protects the members from @live to @pages, the indices and slots of
 * @ring, @count, and claims of @event.
 */
struct xbf_ring {
	struct xsplit_link *link;
	struct xsplit_watchdog *watchdog; /* looks for lost events while requests are in flight */
	struct request_queue *queue;	/* whose requests it carries; set while @live */
	struct xbf_backend *backend;	/* of that disk; set while @live */
	struct delayed_work *trim_work;	/* of the device, calls xbf_ring_trim() */
	unsigned int index;
	u16 handle;
	bool polled;			/* it sends no events */
	unsigned int max_segs;
	const struct xbf_data_ops *data_ops; /* how data goes */
	const struct xbf_data_ops *bounce_ops; /* how data goes that @data_ops cannot carry */

	spinlock_t lock;
	bool live;			/* requests may be written and responses taken */
	const char *broken;		/* the rule that the backend broke: nothing more is taken */
	bool starved;			/* a request waits for what comes back with a response */
	bool trims;			/* it has more than its minimum: @trim_work is queued */
	struct xsplit_lost_event lost_event;
	struct xsplit_ring ring;
	struct request **rq;		/* by id: the request in flight under it, or NULL */
	u8 *expect;			/* by id: see xbf_judge() */
	u16 *free_id;			/* a stack of ids not in use */
	unsigned int nr_free;		/* its height */
	unsigned long newest;		/* the flush that covers writes answered here; cache.h */
	struct xbf_orphans *orphans;	/* for what is not answered when the ring is stopped */
	struct xsplit_reserve reserve;
	struct xbf_pages pages;

	bool open;			/* created and not destroyed */
	struct xsplit_pages shared;
	struct xsplit_event event;	/* outstanding until responses have been dealt with */
	struct xsplit_affinity affinity; /* of its interrupt, unless it is polled */
	struct irq_poll softirq;
	atomic_t reaping;		/* contexts that deal with responses; the last one wakes */
	struct xbf_count count;
	struct xsplit_histogram latency; /* from the slot to its answer; under @lock */
	struct xsplit_queue_files files;
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

/* The most pages that a stopped ring has lent at a time. Context: may sleep. */
static inline unsigned int xbf_ring_lent(const struct xbf_ring *ring)
{
	return ring->reserve.peak + ring->shared.nr;
}

/* Let requests of a disk in. Context: may sleep. Return: 0 or -errno, already reported. */
int xbf_ring_start(struct xbf_ring *ring, struct request_queue *queue,
		   struct xbf_backend *backend, const struct xbf_data_mode *mode);

/*
 * Undo xbf_ring_start() of a ring on which nothing was issued, as the queue is quiesced or
 * nobody knows the disk. Context: may sleep.
 */
void xbf_ring_unstart(struct xbf_ring *ring);

/*
 * Let no more in, and give up what is in flight. The ring may be stopped already; the queue
 * must be quiesced. Pages of the ring that the backend still holds are freed when it lets go.
 * Context: may sleep; waits for nobody but this domain.
 * Return: what was not answered, with the memory of the ring, for xbf_orphans_adopt(), or NULL.
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

/*
 * Write a request, whose xbf_io says how it goes (@type, @op, @nr, @seg, @data_ops), to the
 * ring. If it is the @last one, show the backend all those written so far, whatever is returned.
 * Context: any. Return: 0; -ENOSPC: not now, but after the next responses; -EIO.
 */
int xbf_ring_submit(struct xbf_ring *ring, struct request *rq, bool last);

/* Show the backend all requests written so far. Context: any. */
void xbf_ring_commit(struct xbf_ring *ring);

/*
 * Take at most @max responses and end their requests. @iob is a batch that the caller
 * completes, or NULL. Context: process or softirq. Return: how many were taken.
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

#endif /* XSPLIT_BLKFRONT_RING_H */
