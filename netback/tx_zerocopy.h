/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets that go on in the guest's own pages.
 */
#ifndef XSPLIT_NETBACK_TX_ZEROCOPY_H
#define XSPLIT_NETBACK_TX_ZEROCOPY_H

#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "grant/batch.h"
#include "grant/pool.h"

struct sk_buff;
struct task_struct;
struct xnb_mapped;
struct xnb_queue;
struct xnb_tx;
struct xnb_tx_piece;
struct xnb_tx_work;

/**
 * struct xnb_orphans - how many mappings the gone queues of an interface still have
 * @users: these zc, which may outlive the interface; and the interface
 */
struct xnb_orphans {
	refcount_t users;
};

/**
 * struct xnb_zerocopy - a queue's mapped packets; the poll's, unless said otherwise
 * @queue: NULL once it has left us behind with what is still away; written under @lock
 * @done: those that nobody holds any more; any context adds
 * @out: all, the oldest first
 * @pool: where pages are mapped
 * @batch: a packet being mapped
 * @unmap: packets being unmapped
 * @in_flight: packets that are mapped
 * @pages: in them
 * @most: pages that may be; the other slots of the ring are left for packets that are
 *	copied, wherever the mapped ones are
 * @left: how many may be mapped in this pass
 * @good: of the last ones, how many in a row were not copied after all
 * @big: packets that might have been mapped since one last was
 * @wait: how many of them to let pass before the next try
 * @ports_at: jiffies when @ports_delay was looked up
 * @ports_delay: a port of the bridge may keep packets for long
 * @by_thread: the poll is disabled and the thread stands in for it; @lock
 * @lock: protects @by_thread, and is held by the thread while it stands in
 * @fill: the thread is to get pages
 * @thread: does that
 * @idle: woken by the thread when it has unmapped some
 * @end: frees all this, where the queue no longer does
 * @orphans: the interface's; referenced only once @queue is NULL
 */
struct xnb_zerocopy {
	struct xnb_queue *queue;
	struct llist_head done;
	struct list_head out;
	struct xsplit_pool pool;
	struct xsplit_map_batch batch;
	struct xsplit_unmap_batch unmap;
	unsigned int in_flight;
	unsigned int pages;
	unsigned int most;
	unsigned int left;
	unsigned int good;
	unsigned int big;
	unsigned int wait;
	unsigned long ports_at;
	bool ports_delay;
	bool by_thread;
	struct mutex lock;
	bool fill;
	struct task_struct *thread;
	wait_queue_head_t idle;
	struct work_struct end;
	struct xnb_orphans *orphans;
};

/* With one user. Context: may sleep. Return: NULL without memory. */
struct xnb_orphans *xnb_orphans_create(void);

/* One user less. Context: any. */
void xnb_orphans_put(struct xnb_orphans *orphans);

/* Memory and thread. Context: may sleep. Return: 0 or -errno. */
int xnb_zerocopy_create(struct xnb_queue *queue);

/*
 * The queue goes, its poll is disabled: packets that are mapped get a moment to come
 * back and are answered. Those that do not are unmapped by the thread when they do,
 * whatever has become of the queue, and are not answered. Context: may sleep.
 */
void xnb_zerocopy_orphan(struct xnb_queue *queue);

/*
 * Undo xnb_zerocopy_create(); fine where it failed or was not called. Behind xnb_zerocopy_orphan().
 * Context: may sleep.
 */
void xnb_zerocopy_destroy(struct xnb_queue *queue);

/* Before the first queue. Context: may sleep. Return: 0 or -errno. */
int xnb_zerocopy_init(void);

/* All queues are gone: wait until the last mapped packet is back. Context: may sleep. */
void xnb_zerocopy_exit(void);

/* The poll will run, or no longer does. Context: may sleep. */
void xnb_zerocopy_start(struct xnb_queue *queue);
void xnb_zerocopy_stop(struct xnb_queue *queue);

/**
 * xnb_zerocopy_begin - at the start of a pass: may it map?
 * @queue: the queue
 *
 * A pass that maps must not merge packets: those that are mapped cannot be.
 * Context: the poll.
 */
bool xnb_zerocopy_begin(struct xnb_queue *queue);

/* Is there no room for another packet? The pass ends then. Context: the poll. */
bool xnb_zerocopy_full(const struct xnb_zerocopy *zc);

/**
 * xnb_zerocopy_map - map what of a packet is not in its linear part
 * @queue: the queue, in a pass that may map
 * @work: the packet; its skb holds the linear part
 * @piece: its data
 *
 * Context: the poll. Return: false if it is to be copied.
 */
bool xnb_zerocopy_map(struct xnb_queue *queue, struct xnb_tx_work *work,
		    const struct xnb_tx_piece *piece);

/* Note how a mapped packet will be answered. Context: the poll. */
void xnb_zerocopy_store_answer(struct xnb_tx *tx, const struct xnb_tx_work *work);

/* Unmap and answer those that are done. Context: the poll, or who stands in. */
void xnb_zerocopy_reap(struct xnb_queue *queue);

/* Is a packet of any guest mapped, wherever it is now? Context: any. */
bool xnb_zerocopy_any_in_flight(void);

static inline bool xnb_zerocopy_any_done(const struct xnb_zerocopy *zc)
{
	return !llist_empty(&zc->done);
}

#endif /* XSPLIT_NETBACK_TX_ZEROCOPY_H */
