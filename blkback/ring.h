/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue of a disk: its ring, its thread, its requests.
 *
 * The thread takes requests from the ring (ring.c), gets their pages (pages.c) and submits
 * them (bio.c), in each pass as many as are visible. When the disk has completed requests, a
 * drain (answer.c) copies out, unmaps and answers all of them at once.
 */
#ifndef XSPLIT_BLKBACK_RING_H
#define XSPLIT_BLKBACK_RING_H

#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "blkback/count.h"
#include "blkback/guest.h"
#include "blkback/io.h"
#include "blkback/request.h"
#include "grant/batch.h"
#include "grant/cache.h"
#include "grant/pool.h"
#include "xenbus/event.h"
#include "xenbus/histogram.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct task_struct;
struct xbb_front;
struct xbb_vbd;
struct xsplit_link;

/* The most that one pass takes: it bounds a pass's latency and its batches. */
#define XBB_PASS_REQUESTS 64
#define XBB_PASS_SEGS 512

static_assert(XBB_PASS_SEGS >= XBB_MAX_SEGS);

/* The requests that a pass works on. */
struct xbb_pass {
	struct xbb_io *io[XBB_PASS_REQUESTS]; /* in the order of the ring */
	unsigned int nr;
	unsigned int segs;	/* of all of them */
	unsigned int answered;	/* bad requests of this pass, which need no disk */
	unsigned int keeping;	/* mappings that are about to be added to the cache */
	struct page *page[XBB_MAX_SEGS]; /* room for one request's new pages */
};

/*
 * What only the thread uses. It has no lock; the lengths of the cache and @busy_at are
 * read elsewhere, with READ_ONCE().
 */
struct xbb_serve {
	bool broken;		/* the peer broke the protocol: nothing more is taken */
	bool barrier;		/* a barrier is in flight: nothing else may start */
	bool want_evict;	/* the cache had no room for a mapping it should keep */
	struct xbb_limits limits; /* of the disk, as of this pass */
	struct xbb_pass pass;
	struct list_head deferred; /* taken from the ring, but not started */
	struct list_head own_done; /* done while the thread itself submitted */
	struct llist_node *spare[XBB_NR_IO_CLASSES];
	unsigned long busy_at;	/* when it last did anything for a request, jiffies */
	unsigned int started;	/* requests that are answered without more of its work */
	unsigned long next_evict; /* when the cache may be made smaller again, jiffies */
	struct page *descriptors; /* where indirect segments are copied to */
	struct xsplit_copy_batch copy_in;
	struct xsplit_map_batch map;
	struct xsplit_unmap_batch evict;
	struct xsplit_cache cache;
	struct xsplit_grant_count grants; /* added to the counters by the next drain */
};

/* What is handed over without a lock. Requests are added to the lists in any context. */
struct xbb_done {
	struct llist_head list;	/* for the next drain */
	struct llist_head discards; /* for the thread: a part is done, the next may start */
	struct llist_head recycled; /* for the thread: objects of answered requests */
	struct tasklet_struct drain;
	struct delayed_work unpark; /* drains again while requests are parked */
};

/* What a drain uses. */
struct xbb_answer {
	spinlock_t lock;	/* protects the members below and the responses in the ring */
	unsigned int nr;	/* requests answered; read elsewhere */
	bool wanted;		/* the thread sleeps until there are more */
	struct list_head parked; /* done, but a lower layer still holds one of their pages */
	struct xsplit_copy_batch copy_out;
	struct xsplit_unmap_batch unmap;
	struct page *freed[XBB_PASS_SEGS]; /* own pages on their way back to the pool */
	unsigned int nr_freed;
};

/* One queue. What has no comment is fixed while it exists. */
struct xbb_ring {
	struct xsplit_link *link;
	struct xbb_vbd *vbd;
	unsigned int index;
	const struct xbb_layout *layout;
	bool persistent;	/* both ends keep grants */
	struct xbb_guest *guest; /* the domain that has the disk */
	struct xsplit_pages pages;
	struct xsplit_event event; /* shared by interrupt and thread, see there */
	struct task_struct *thread;
	wait_queue_head_t wq;	/* the thread sleeps here, and the link waits for its end */

	bool running;		/* the link's: the thread was started */
	bool stopping;		/* set by the link: nothing more is taken */
	bool ended;		/* set by the thread: all that it took has been answered */
	bool trim;		/* set by housekeeping: what is idle is to be given back */
	bool idle;		/* set by the thread: it sleeps until an event comes */
	bool event_lost;	/* set by the watchdog: poll the ring, although no event came */
	struct xsplit_lost_event lost_event; /* the watchdog's */
	struct xsplit_ring ring; /* cons is the thread's, prod and pushed are under @answer.lock */
	struct xsplit_pool foreign; /* addresses to map at; taken by the thread, put by drains */
	struct xsplit_pool own;	/* memory to copy through, likewise */

	struct xbb_serve serve;
	struct xbb_done done ____cacheline_aligned_in_smp;
	struct xbb_answer answer ____cacheline_aligned_in_smp;

	struct xbb_counts counts; /* each has one writer, see there */
	struct xsplit_histogram requests; /* from the ring to the answer; a drain's */
	struct xsplit_histogram disk; /* from submission to completion; a drain's */
	struct xsplit_queue_files files; /* the link's */
};

/**
 * xbb_ring_create - set a queue up, without starting it
 * @link: the device
 * @vbd: its disk
 * @front: what the frontend wants
 * @index: number of the queue
 * @name: of the device, for the thread
 *
 * Context: may sleep. Return: the queue, or an error pointer (reported).
 */
struct xbb_ring *xbb_ring_create(struct xsplit_link *link, struct xbb_vbd *vbd,
				 const struct xbb_front *front, unsigned int index,
				 const char *name);

/* Let the thread run. Context: may sleep. */
void xbb_ring_start(struct xbb_ring *ring);

/*
 * Take nothing more from a started ring, and remove its counters. Requests that were taken
 * are answered; the others stay in the ring for another backend. Context: may sleep.
 */
void xbb_ring_stop(struct xbb_ring *ring);

/*
 * Wait until a ring that is stopped, or was never started, has answered everything. That
 * depends on the disk and never on the peer.
 * Context: may sleep, for as long as the disk likes: a work item.
 */
void xbb_ring_wait(struct xbb_ring *ring);

/*
 * Give everything back, after xbb_ring_wait() and an RCU grace period, see bio.c.
 * Context: may sleep.
 */
void xbb_ring_destroy(struct xbb_ring *ring);

/*
 * Ask the thread of a started ring to give back what has long been idle. It is not woken
 * if there is nothing to give back. Context: any.
 */
void xbb_ring_trim(struct xbb_ring *ring);

/*
 * Check a started ring for an event that was lost; @ran as for xsplit_lost_event_judge().
 * Context: the watchdog. Return: true to be called again soon.
 */
bool xbb_ring_check_events(struct xbb_ring *ring, bool ran);

#endif /* XSPLIT_BLKBACK_RING_H */
