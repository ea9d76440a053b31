/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work items of a device: opening its disk, writing out the cache, ending queues whose
 * requests the disk has not completed, closing the disk. Each may take as long as the disk
 * likes. A work of the device carries them out one by one, and its link waits for none.
 */
#ifndef XSPLIT_BLKBACK_WORK_H
#define XSPLIT_BLKBACK_WORK_H

#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct xbb_work_items;

/* In the order in which they are carried out. */
enum xbb_work_item {
	XBB_WORK_DESTROY_RINGS,	/* end the queues of a connection */
	XBB_WORK_CLOSE,		/* close the disk */
	XBB_WORK_OPEN,		/* open it */
	XBB_WORK_WRITABLE,	/* open it for writing, which was not possible before */
	XBB_WORK_SYNC,		/* write out what this domain has cached of it */
	XBB_NR_WORK_ITEMS,
};

typedef void (*xbb_work_fn)(struct xbb_work_items *items);

struct xbb_work_items {
	struct work_struct work; /* carries them out */
	const xbb_work_fn *fn;	/* by item */
	void (*done)(struct xbb_work_items *items); /* called when none is left; may queue more */
	spinlock_t lock;	/* protects the members below, but for reads of @busy */
	unsigned long due;	/* bits of enum xbb_work_item: queued and not begun */
	unsigned long running;	/* the bit of the one that is being carried out, or 0 */
	bool busy;		/* @work has not come to its end */
};

/* Create and destroy the workqueue, for the module. */
int xbb_work_init(void);
void xbb_work_exit(void);

void xbb_work_create(struct xbb_work_items *items, const xbb_work_fn *fn,
		     void (*done)(struct xbb_work_items *items));

/* Wait until no item is left. Context: may sleep for as long as a disk likes. */
void xbb_work_flush(struct xbb_work_items *items);

/*
 * Queue an item. It begins after this call, also if it is being carried out now: then it is
 * carried out once more. Context: process.
 */
void xbb_work_queue(struct xbb_work_items *items, enum xbb_work_item item);

/* Is an item queued or being carried out? Context: process. */
bool xbb_work_pending(struct xbb_work_items *items, enum xbb_work_item item);

/* Is any item left? If not, the link owns what the items own otherwise. Context: any. */
static inline bool xbb_work_busy(const struct xbb_work_items *items)
{
	/* Pairs with the release at their end. */
	return smp_load_acquire(&items->busy);
}

#endif /* XSPLIT_BLKBACK_WORK_H */
