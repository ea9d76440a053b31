/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What takes as long as a disk likes: opening it, writing out its cache, ending queues
 * with requests that it has not answered, closing it. A work of the device's own does
 * that, one thing after the other, and its link waits for none of it.
 */
#ifndef XSPLIT_BLKBACK_CHORE_H
#define XSPLIT_BLKBACK_CHORE_H

#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct xbb_chores;

/* In the order in which they are done. */
enum xbb_chore {
	XBB_CHORE_END,		/* end the queues of a connection */
	XBB_CHORE_CLOSE,	/* close the disk */
	XBB_CHORE_OPEN,		/* open it */
	XBB_CHORE_WRITABLE,	/* open it for writing, which was not possible before */
	XBB_CHORE_SYNC,		/* write out what this domain has cached of it */
	XBB_NR_CHORES,
};

typedef void (*xbb_chore_fn)(struct xbb_chores *chores);

/**
 * struct xbb_chores - of a device
 * @work: does them
 * @fn: how, by chore
 * @done: called when none is left; may call for more
 * @lock: protects the members below
 * @due: bits of enum xbb_chore: to be done, or being done
 * @busy: @work has not come to its end
 */
struct xbb_chores {
	struct work_struct work;
	const xbb_chore_fn *fn;
	void (*done)(struct xbb_chores *chores);
	spinlock_t lock;
	unsigned long due;
	bool busy;
};

/* Of the module. */
int xbb_chores_init(void);
void xbb_chores_exit(void);

/* Set up. @fn and @done: as in struct xbb_chores. */
void xbb_chores_create(struct xbb_chores *chores, const xbb_chore_fn *fn,
		       void (*done)(struct xbb_chores *chores));

/* Wait until nothing is left to do. Context: may sleep for as long as a disk likes. */
void xbb_chores_flush(struct xbb_chores *chores);

/* Have something done. Context: any. */
void xbb_chore_start(struct xbb_chores *chores, enum xbb_chore chore);

/* Has it not been done yet? Context: any. */
static inline bool xbb_chore_due(const struct xbb_chores *chores, enum xbb_chore chore)
{
	return READ_ONCE(chores->due) & BIT(chore);
}

/* Is anything being done? What the chores own is the link's when not. Context: any. */
static inline bool xbb_chores_busy(const struct xbb_chores *chores)
{
	/* Pairs with the release at their end. */
	return smp_load_acquire(&chores->busy);
}

#endif /* XSPLIT_BLKBACK_CHORE_H */
