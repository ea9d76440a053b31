/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets that go on in the guest's own pages.
 */
#ifndef XSPLIT_NETBACK_TX_ZEROCOPY_H
#define XSPLIT_NETBACK_TX_ZEROCOPY_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "grant/batch.h"
#include "grant/pool.h"

struct task_struct;
struct xnb_queue;
struct xnb_tx;
struct xnb_tx_piece;
struct xnb_tx_work;

/* Counts an interface's orphans: mapped packets whose queue has gone. */
struct xnb_orphans {
	refcount_t users;	/* those of gone queues, and the interface */
};

/* A queue's mapped packets; the poll's, unless said otherwise. */
struct xnb_zerocopy {
	struct xnb_queue *queue;	/* NULL: orphans; written under @lock */
	struct llist_head done;		/* nobody holds them any more; any context adds */
	struct list_head out;		/* all mapped packets, the oldest first */
	struct xsplit_pool pool;	/* pages are mapped at its pages */
	struct xsplit_map_batch batch;
	struct xsplit_unmap_batch unmap;
	unsigned int pages;		/* mapped for the packets in @out */
	/* Bound on @pages; the other slots of the ring are left for packets that are copied. */
	unsigned int most;
	unsigned int left;		/* packets that this pass may map */
	unsigned int good;		/* packets in a row that nobody had to copy */
	unsigned int big;		/* candidates since a packet was last mapped */
	unsigned int wait;		/* candidates to let pass before the next try */
	unsigned long ports_at;		/* jiffies when @ports_delay was looked up */
	bool ports_delay;		/* a port of the bridge may keep packets for long */
	bool by_thread;			/* the thread reaps, not the poll; under @lock */
	struct mutex lock;		/* protects @by_thread; the thread reaps under it */
	bool fill;			/* the thread is to fill @pool */
	struct task_struct *thread;
	wait_queue_head_t idle;		/* woken when the thread has reaped */
	struct work_struct end;		/* frees the orphans' bookkeeping */
	struct xnb_orphans *orphans;	/* the interface's; a user once @queue is NULL */
};

/* With one user. Context: may sleep. Return: NULL without memory. */
struct xnb_orphans *xnb_orphans_create(void);

/* One user less. Context: any. */
void xnb_orphans_put(struct xnb_orphans *orphans);

/* Memory and thread. Context: may sleep. Return: 0 or -errno. */
int xnb_zerocopy_create(struct xnb_queue *queue);

/*
 * The queue goes, and its poll is disabled. Mapped packets get a moment to come back and
 * are answered. The others become orphans: the thread unmaps them when they come back,
 * and they are not answered. Context: may sleep.
 */
void xnb_zerocopy_orphan(struct xnb_queue *queue);

/*
 * Undo xnb_zerocopy_create(), even where it failed or was not called; after
 * xnb_zerocopy_orphan(). Context: may sleep.
 */
void xnb_zerocopy_destroy(struct xnb_queue *queue);

/* Before the first queue. Context: may sleep. Return: 0 or -errno. */
int xnb_zerocopy_init(void);

/* All queues are gone: wait for the last orphan. Context: may sleep. */
void xnb_zerocopy_exit(void);

/* The thread reaps from now on, or the poll does again. Context: may sleep. */
void xnb_zerocopy_by_thread(struct xnb_zerocopy *zc, bool by_thread);

/* Packets in a row that nobody had to copy; then all are mapped. */
#define XNB_ZEROCOPY_GOOD 4u

static inline bool xnb_zerocopy_all(const struct xnb_zerocopy *zc)
{
	return zc->good >= XNB_ZEROCOPY_GOOD;
}

/* Is a packet due to be mapped? Context: the poll. */
static inline bool xnb_zerocopy_due(const struct xnb_zerocopy *zc)
{
	return unlikely(zc->big >= zc->wait || xnb_zerocopy_all(zc));
}

/*
 * At the start of a pass, if a packet is due: may the pass map packets? It must not merge
 * packets then, because mapped ones cannot be merged. Context: the poll.
 */
bool xnb_zerocopy_begin(struct xnb_queue *queue);

/* There may be no room for another packet; the pass ends then. Context: the poll. */
bool xnb_zerocopy_full(const struct xnb_zerocopy *zc);

/*
 * Map what of a packet is not in the linear part of its skb, in a pass that may map.
 * Context: the poll. Return: false if the packet has to be copied.
 */
bool xnb_zerocopy_map(struct xnb_queue *queue, struct xnb_tx_work *work,
		      const struct xnb_tx_piece *piece);

/* Store how a mapped packet will be answered. Context: the poll. */
void xnb_zerocopy_store_answer(struct xnb_tx *tx, const struct xnb_tx_work *work);

/*
 * Unmap the packets in @done, and answer them unless the queue has gone and is NULL.
 * Context: the poll, or the thread in its place.
 */
void xnb_zerocopy_reap(struct xnb_zerocopy *zc, struct xnb_queue *queue);

/* Queues of all interfaces, gone ones included, that have packets mapped. */
extern atomic_t xnb_zerocopy_queues;

/* A packet of some guest is mapped, wherever it is now. Context: any. */
static inline bool xnb_zerocopy_any_in_flight(void)
{
	return atomic_read(&xnb_zerocopy_queues);
}

static inline bool xnb_zerocopy_any_done(const struct xnb_zerocopy *zc)
{
	return !llist_empty(&zc->done);
}

#endif /* XSPLIT_NETBACK_TX_ZEROCOPY_H */
