// SPDX-License-Identifier: GPL-2.0
/* What takes as long as a disk likes; see chore.h. */

#include <linux/bitops.h>
#include <linux/sched/mm.h>

#include "blkback/chore.h"

/* A disk that hangs has one worker hang, and must not keep others from theirs. */
static struct workqueue_struct *chore_wq;

int xbb_chores_init(void)
{
	chore_wq = alloc_workqueue("xen-blkback", WQ_UNBOUND | WQ_MEM_RECLAIM, WQ_MAX_ACTIVE);
	return chore_wq ? 0 : -ENOMEM;
}

void xbb_chores_exit(void)
{
	destroy_workqueue(chore_wq);
}

/* Return: the next chore, or XBB_NR_CHORES; nobody is busy then. */
static unsigned int next_chore(struct xbb_chores *chores)
{
	unsigned int chore;

	spin_lock(&chores->lock);
	chore = chores->due ? __ffs(chores->due) : XBB_NR_CHORES;
	if (chore == XBB_NR_CHORES) {
		/* Pairs with xbb_chores_busy(): whoever finds nobody busy sees what was done. */
		smp_store_release(&chores->busy, false);
	}
	spin_unlock(&chores->lock);
	return chore;
}

static void chore_done(struct xbb_chores *chores, unsigned int chore)
{
	spin_lock(&chores->lock);
	WRITE_ONCE(chores->due, chores->due & ~BIT(chore));
	spin_unlock(&chores->lock);
}

static void do_chores(struct work_struct *work)
{
	struct xbb_chores *chores = container_of(work, struct xbb_chores, work);
	unsigned int noio = memalloc_noio_save();
	unsigned int chore;

	while ((chore = next_chore(chores)) != XBB_NR_CHORES) {
		chores->fn[chore](chores);
		chore_done(chores, chore);
	}
	chores->done(chores);
	memalloc_noio_restore(noio);
}

void xbb_chores_create(struct xbb_chores *chores, const xbb_chore_fn *fn,
		       void (*done)(struct xbb_chores *chores))
{
	INIT_WORK(&chores->work, do_chores);
	spin_lock_init(&chores->lock);
	chores->fn = fn;
	chores->done = done;
}

void xbb_chores_flush(struct xbb_chores *chores)
{
	flush_work(&chores->work);
}

void xbb_chore_start(struct xbb_chores *chores, enum xbb_chore chore)
{
	spin_lock(&chores->lock);
	WRITE_ONCE(chores->due, chores->due | BIT(chore));
	WRITE_ONCE(chores->busy, true);
	spin_unlock(&chores->lock);
	queue_work(chore_wq, &chores->work);
}
