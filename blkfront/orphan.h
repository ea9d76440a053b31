/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Orphans: requests whose backend was left before it had answered. It may still be working
 * on them, so they wait until it has let go; then they are issued again or fail.
 */
#ifndef XSPLIT_BLKFRONT_ORPHAN_H
#define XSPLIT_BLKFRONT_ORPHAN_H

#include <linux/blk-mq.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "xenbus/ring_pages.h"

struct xbf_io;

/*
 * The orphans of one ring, and its memory. A backend lets go of that when nothing that it has
 * begun is under way any more. There is no other sign of it: a page that it has copied from is
 * free long before.
 */
struct xbf_orphans {
	struct list_head node;		/* in the disk's list */
	struct list_head requests;	/* by request.queuelist */
	struct xsplit_pages shared;
};

/* The orphans of a disk. */
struct xbf_orphan_set {
	struct mutex lock;		/* protects the other members */
	struct list_head rings;		/* of struct xbf_orphans */
	unsigned long delay;		/* until they are checked again, in jiffies */
	struct delayed_work work;	/* does that */
};

/* None yet. Allocated when a ring is created, since a ring that stops cannot wait for memory. */
struct xbf_orphans *xbf_orphans_alloc(void);

/* Add a request that was started, and that nothing else will end. */
void xbf_orphans_add(struct xbf_orphans *orphans, struct request *rq);

/* @work checks the orphans by xbf_orphans_settle(). */
void xbf_orphans_init(struct xbf_orphan_set *set, work_func_t work);

/* The orphans of a ring become the disk's. Context: may sleep. */
void xbf_orphans_adopt(struct xbf_orphan_set *set, struct xbf_orphans *orphans);

/*
 * End the loans of a request's own pages, those of one with @io->lent. Return: true if none is
 * left. Context: xbf_orphans_settle().
 */
bool xbf_orphan_reclaim(struct xbf_io *io);

/*
 * Issue again, or fail, the requests that need not wait any longer; @dead: no other backend is
 * waited for. The work is queued while any is left. Context: may sleep; waits for nobody but
 * this domain. Return: true if none is left.
 */
bool xbf_orphans_settle(struct xbf_orphan_set *set, const bool *dead);

/* Are there any? Context: may sleep. */
bool xbf_orphans_left(struct xbf_orphan_set *set);

/*
 * How many pages, of the rings and of the requests themselves, are still lent @to a borrower, as
 * of the last xbf_orphans_settle()? Context: may sleep.
 */
unsigned int xbf_orphans_held(struct xbf_orphan_set *set, struct xsplit_borrower to);

/* Of a disk without requests. Context: may sleep. */
void xbf_orphans_destroy(struct xbf_orphan_set *set);

#endif /* XSPLIT_BLKFRONT_ORPHAN_H */
