// SPDX-License-Identifier: GPL-2.0
/* Work items of a device; see work.h. */

#include <linux/bitops.h>
#include <linux/sched/mm.h>

#include "blkback/work.h"

/* A disk that hangs blocks one worker, and must not keep other devices from theirs. */
static struct workqueue_struct *work_wq;

int xbb_work_init(void)
{
	work_wq = alloc_workqueue("xen-blkback", WQ_UNBOUND | WQ_MEM_RECLAIM, WQ_MAX_ACTIVE);
	return work_wq ? 0 : -ENOMEM;
}

void xbb_work_exit(void)
{
	destroy_workqueue(work_wq);
}

/* Return: the next item, or XBB_NR_WORK_ITEMS, and then the items are no longer busy. */
static unsigned int next_item(struct xbb_work_items *items)
{
	unsigned int item;

	spin_lock(&items->lock);
	item = items->due ? __ffs(items->due) : XBB_NR_WORK_ITEMS;
	/* The bit is cleared before the item begins: queued meanwhile, it is carried out again. */
	items->running = items->due & BIT(item);
	items->due &= ~BIT(item);
	if (!items->running) {
		/* Pairs with xbb_work_busy(): a reader that finds it false sees the results. */
		smp_store_release(&items->busy, false);
	}
	spin_unlock(&items->lock);
	return item;
}

static void xbb_do_work(struct work_struct *work)
{
	struct xbb_work_items *items = container_of(work, struct xbb_work_items, work);
	unsigned int noio = memalloc_noio_save();
	unsigned int item;

	while ((item = next_item(items)) != XBB_NR_WORK_ITEMS)
		items->fn[item](items);
	items->done(items);
	memalloc_noio_restore(noio);
}

void xbb_work_create(struct xbb_work_items *items, const xbb_work_fn *fn,
		     void (*done)(struct xbb_work_items *items))
{
	INIT_WORK(&items->work, xbb_do_work);
	spin_lock_init(&items->lock);
	items->fn = fn;
	items->done = done;
}

void xbb_work_flush(struct xbb_work_items *items)
{
	flush_work(&items->work);
}

void xbb_work_queue(struct xbb_work_items *items, enum xbb_work_item item)
{
	spin_lock(&items->lock);
	items->due |= BIT(item);
	WRITE_ONCE(items->busy, true);
	spin_unlock(&items->lock);
	queue_work(work_wq, &items->work);
}

bool xbb_work_pending(struct xbb_work_items *items, enum xbb_work_item item)
{
	bool pending;

	spin_lock(&items->lock);
	pending = (items->due | items->running) & BIT(item);
	spin_unlock(&items->lock);
	return pending;
}
