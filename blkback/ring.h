/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue of a disk: its ring, its thread, what it has under way.
 *
 * A request's way: the thread takes it (ring.c), gets its pages (pages.c) and
 * submits it (io.c), all that for as many requests at once as are visible. When
 * the disk is done a drain (answer.c) copies out, unmaps and answers as many at
 * once as are done.
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
#include "blkback/io.h"
#include "blkback/request.h"
#include "blkback/guest.h"
#include "grant/batch.h"
#include "grant/cache.h"
#include "grant/pool.h"
#include "xenbus/event.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct dentry;
struct task_struct;
struct xbb_front;
struct xbb_vbd;
struct xsplit_link;

/* What one pass takes at most: bounds its latency and its batches. */
#define XBB_PASS_REQUESTS 64
#define XBB_PASS_SEGS 512

static_assert(XBB_PASS_SEGS >= XBB_MAX_SEGS);

/**
 * struct xbb_pass - the requests a pass works on; the thread's own
 * @io: the requests, in order
 * @nr: how many
 * @segs: their segments
 * @answered: requests of this pass that were bad and need no disk
 * @keeping: mappings it is about to add to the cache
 * @page: room for one request's new pages
 */
struct xbb_pass {
	struct xbb_io *io[XBB_PASS_REQUESTS];
	unsigned int nr;
	unsigned int segs;
	unsigned int answered;
	unsigned int keeping;
	struct page *page[XBB_MAX_SEGS];
};

/**
 * struct xbb_ring - one queue
 * @link: the device
 * @vbd: its disk
 * @index: which queue
 * @layout: of the slots
 * @persistent: both ends keep grants
 * @guest: whose it is
 * @pages: the shared pages
 * @event: the event channel
 * @thread: takes requests; all members without another owner are its own
 * @wq: where it sleeps, and whoever waits for its end
 * @running: it was started
 * @stopping: it takes nothing more; the link's
 * @ended: all that it took has been answered
 * @broken: the peer broke the protocol, nothing more is taken
 * @barrier: a barrier is under way, nothing else may start
 * @trim: housekeeping is asked for
 * @idle: the thread sleeps until an event comes
 * @event_lost: one that did not come has been noticed: the thread is to look at the ring
 * @stall: what the watchdog has seen
 * @ring: indices; cons is the thread's, prod and pushed are @answer_lock's
 * @limits: of the disk, as of this pass
 * @pass: what is worked on now
 * @deferred: taken from the ring, but not started
 * @own_done: done while the thread itself submitted
 * @spare: objects to be used, by class
 * @busy_at: when it last did anything for a request, jiffies
 * @started: requests that got an answer or will get one without further work
 *	of the thread
 * @want_evict: the cache could not take a mapping it should keep
 * @next_evict: when room may be made in the cache again, jiffies
 * @descriptors: page that segments of indirect requests are copied to
 * @copy_in: copies from the guest
 * @map: mappings
 * @evict: mappings of the cache that end
 * @cache: mappings that stay
 * @foreign: where foreign pages are mapped
 * @own: memory to copy through
 * @pass_grants: what the thread did, added to @counts with the next drain
 *
 * @done: done requests, added from anywhere
 * @discards: discards of which a part is done, and the thread begins the next; as @done
 * @recycled: objects of answered requests, added under @answer_lock
 * @drain: answers them in softirq
 * @unpark: looks again at parked ones
 *
 * @answer_lock: protects everything below, and the answering half of @ring
 * @answered: how many requests have been answered
 * @want_answers: the thread sleeps until some are
 * @parked: done, but somebody still holds a page of theirs
 * @copy_out: copies to the guest
 * @unmap: mappings that end
 * @freed: own pages on their way back
 * @nr_freed: how many
 *
 * @counts: see there for the writers
 * @counter_file: in debugfs
 */
struct xbb_ring {
	struct xsplit_link *link;
	struct xbb_vbd *vbd;
	unsigned int index;
	const struct xbb_layout *layout;
	bool persistent;
	struct xbb_guest *guest;
	struct xsplit_pages pages;
	struct xsplit_event event;

	struct task_struct *thread;
	wait_queue_head_t wq;
	bool running;
	bool stopping;
	bool ended;
	bool broken;
	bool barrier;
	bool trim;
	bool idle;
	bool event_lost;
	struct xsplit_lost_event lost_event;
	struct xsplit_ring ring;
	struct xbb_limits limits;
	struct xbb_pass pass;
	struct list_head deferred;
	struct list_head own_done;
	struct llist_node *spare[XBB_NR_IO_CLASSES];
	unsigned long busy_at;
	unsigned int started;
	bool want_evict;
	unsigned long next_evict;
	struct page *descriptors;
	struct xsplit_copy_batch copy_in;
	struct xsplit_map_batch map;
	struct xsplit_unmap_batch evict;
	struct xsplit_cache cache;
	struct xsplit_pool foreign;
	struct xsplit_pool own;
	struct xsplit_grant_count pass_grants;

	struct llist_head done ____cacheline_aligned_in_smp;
	struct llist_head discards;
	struct llist_head recycled;
	struct tasklet_struct drain;
	struct delayed_work unpark;

	spinlock_t answer_lock ____cacheline_aligned_in_smp;
	unsigned int answered;
	bool want_answers;
	struct list_head parked;
	struct xsplit_copy_batch copy_out;
	struct xsplit_unmap_batch unmap;
	struct page *freed[XBB_PASS_SEGS];
	unsigned int nr_freed;

	struct xbb_counts counts;
	struct dentry *counter_file;
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

/**
 * xbb_ring_stop - take nothing more, show nothing more
 * @ring: a started queue
 *
 * What was taken will be answered; what was not stays in the ring for another backend.
 * Context: may sleep.
 */
void xbb_ring_stop(struct xbb_ring *ring);

/**
 * xbb_ring_wait - wait for what is under way
 * @ring: the queue, not started or after xbb_ring_stop()
 *
 * Waits for our disk, never for the peer.
 *
 * Context: may sleep, for as long as the disk likes: a work item.
 */
void xbb_ring_wait(struct xbb_ring *ring);

/**
 * xbb_ring_destroy - give everything back
 * @ring: a stopped queue; an RCU grace period has passed since, see answer.c
 *
 * Context: may sleep.
 */
void xbb_ring_destroy(struct xbb_ring *ring);

/**
 * xbb_ring_trim - ask the thread to give back what has long been idle
 * @ring: a started queue
 *
 * Wakes nobody where there is nothing to give. Context: any.
 */
void xbb_ring_trim(struct xbb_ring *ring);

/**
 * xbb_ring_check_events - look for an event that was lost
 * @ring: a started queue
 * @ran: see xsplit_lost_event_judge()
 *
 * Context: the watchdog. Return: true to look again soon.
 */
bool xbb_ring_check_events(struct xbb_ring *ring, bool ran);

#endif /* XSPLIT_BLKBACK_RING_H */
