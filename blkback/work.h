/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What takes as long as a disk likes: opening it, writing out its cache, ending queues
 * with requests that it has not answered, closing it. A work of the device's own does
 * that, one thing after the other, and its link waits for none of it.
 */
#ifndef XSPLIT_BLKBACK_WORK_H
#define XSPLIT_BLKBACK_WORK_H

#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct xbb_work_items;

/* In the order in which they are done. */
enum xbb_work_item {
	XBB_WORK_DESTROY_RINGS,	/* end the queues of a connection */
	XBB_WORK_CLOSE,		/* close the disk */
	XBB_WORK_OPEN,		/* open it */
	XBB_WORK_WRITABLE,		/* open it for writing, which was not possible before */
	XBB_WORK_SYNC,		/* write out what this domain has cached of it */
	XBB_NR_WORK_ITEMS,
};

typedef void (*xbb_work_fn)(struct xbb_work_items *items);

/**
 * struct xbb_work_items - of a device
 * @work: does them
 * @fn: what to call, by item
 * @done: called when none is left; may call for more
 * @lock: protects the members below
 * @due: bits of enum xbb_work_item: to be done, or being done
 * @busy: @work has not come to its end
 */
struct xbb_work_items {
	struct work_struct work;
	const xbb_work_fn *fn;
	void (*done)(struct xbb_work_items *items);
	spinlock_t lock;
	unsigned long due;
	bool busy;
};

/* Of the module. */
int xbb_work_init(void);
void xbb_work_exit(void);

/* Set up. @fn and @done: as in struct xbb_work_items. */
void xbb_work_create(struct xbb_work_items *items, const xbb_work_fn *fn,
		     void (*done)(struct xbb_work_items *items));

/* Wait until nothing is left to do. Context: may sleep for as long as a disk likes. */
void xbb_work_flush(struct xbb_work_items *items);

/* Have something done. Context: any. */
void xbb_work_queue(struct xbb_work_items *items, enum xbb_work_item item);

/* Has it not been done yet? Context: any. */
static inline bool xbb_work_pending(const struct xbb_work_items *items, enum xbb_work_item item)
{
	return READ_ONCE(items->due) & BIT(item);
}

/* Is anything being done? What the items own is the link's when not. Context: any. */
static inline bool xbb_work_busy(const struct xbb_work_items *items)
{
	/* Pairs with the release at their end. */
	return smp_load_acquire(&items->busy);
}

#endif /* XSPLIT_BLKBACK_WORK_H */
