// SPDX-License-Identifier: GPL-2.0
/*
 * Requests whose backend was left before it had answered.
 */
#include <linux/slab.h>

#include "blkfront/disk.h"
#include "blkfront/io.h"
#include "blkfront/orphan.h"
#include "xenbus/link.h"

/* The backend is looked at again after as many jiffies, less often the longer it takes. */
#define LOOK_FIRST max(HZ / 100, 1)
#define LOOK_LAST (HZ / 2)

struct xbf_orphans *xbf_orphans_alloc(void)
{
	struct xbf_orphans *orphans = kzalloc(sizeof(*orphans), GFP_KERNEL);

	if (orphans)
		INIT_LIST_HEAD(&orphans->requests);
	return orphans;
}

void xbf_orphans_add(struct xbf_orphans *orphans, struct request *rq)
{
	WRITE_ONCE(xbf_io(rq)->orphan, true);
	list_add_tail(&rq->queuelist, &orphans->requests);
}

void xbf_orphans_adopt(struct xbf_disk *disk, struct xbf_orphans *orphans,
			    struct xsplit_pages *shared)
{
	orphans->shared = *shared;
	shared->addr = NULL;
	mutex_lock(&disk->orphan_lock);
	list_add_tail(&orphans->node, &disk->orphans);
	disk->orphan_delay = LOOK_FIRST;
	mutex_unlock(&disk->orphan_lock);
}

/* Return: false: it waits. */
static bool settle_one(struct xbf_disk *disk, struct request *rq, bool attached)
{
	struct xbf_io *io = xbf_io(rq);
	const struct xbf_orphan orphan = {
		.type = io->type,
		.lent = io->lent && !io->data_ops->reclaim(io),
		.attached = attached,
		.dead = READ_ONCE(disk->dead),
	};
	enum xbf_orphan_verdict verdict = xbf_orphan_judge(&orphan);

	if (verdict == XBF_ORPHAN_WAIT)
		return false;
	list_del_init(&rq->queuelist);
	WRITE_ONCE(io->orphan, false);
	if (verdict == XBF_ORPHAN_RESUBMIT)
		blk_mq_requeue_request(rq, false);
	else
		blk_mq_end_request(rq, BLK_STS_IOERR);
	return true;
}

/* Return: true if none of them is left. */
static bool settle_some(struct xbf_disk *disk, struct xbf_orphans *orphans)
{
	bool attached = !xsplit_pages_end(&orphans->shared);
	struct request *rq, *next;
	bool left = false;

	list_for_each_entry_safe(rq, next, &orphans->requests, queuelist)
		left |= !settle_one(disk, rq, attached);
	if (left)
		return false;
	list_del(&orphans->node);
	xsplit_pages_take_back(&orphans->shared);
	kfree(orphans);
	return true;
}

bool xbf_orphans_settle(struct xbf_disk *disk)
{
	struct xbf_orphans *orphans, *next;
	bool left = false, before;

	mutex_lock(&disk->orphan_lock);
	before = !list_empty(&disk->orphans);
	list_for_each_entry_safe(orphans, next, &disk->orphans, node)
		left |= !settle_some(disk, orphans);
	if (left) {
		mod_delayed_work(xsplit_workqueue(), &disk->orphan_work, disk->orphan_delay);
		disk->orphan_delay = min(2 * disk->orphan_delay, (unsigned long)LOOK_LAST);
	}
	mutex_unlock(&disk->orphan_lock);
	blk_mq_kick_requeue_list(disk->gd->queue);
	/* That had to wait for the last of them. */
	if (before && !left)
		xbf_disk_update_queues(disk);
	return !left;
}

bool xbf_orphans_left(struct xbf_disk *disk)
{
	bool left;

	mutex_lock(&disk->orphan_lock);
	left = !list_empty(&disk->orphans);
	mutex_unlock(&disk->orphan_lock);
	return left;
}

static void xbf_orphan_work(struct work_struct *work)
{
	xbf_orphans_settle(container_of(to_delayed_work(work), struct xbf_disk,
					     orphan_work));
}

void xbf_orphans_init(struct xbf_disk *disk)
{
	mutex_init(&disk->orphan_lock);
	INIT_LIST_HEAD(&disk->orphans);
	INIT_DELAYED_WORK(&disk->orphan_work, xbf_orphan_work);
}

void xbf_orphans_exit(struct xbf_disk *disk)
{
	cancel_delayed_work_sync(&disk->orphan_work);
	mutex_destroy(&disk->orphan_lock);
}
