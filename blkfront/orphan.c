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

struct blkfront_orphans *blkfront_orphans_alloc(void)
{
	struct blkfront_orphans *orphans = kzalloc(sizeof(*orphans), GFP_KERNEL);

	if (orphans)
		INIT_LIST_HEAD(&orphans->requests);
	return orphans;
}

void blkfront_orphans_add(struct blkfront_orphans *orphans, struct request *rq)
{
	WRITE_ONCE(blkfront_io(rq)->orphan, true);
	list_add_tail(&rq->queuelist, &orphans->requests);
}

void blkfront_orphans_adopt(struct blkfront_disk *disk, struct blkfront_orphans *orphans,
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
static bool settle_one(struct blkfront_disk *disk, struct request *rq, bool attached)
{
	struct blkfront_io *io = blkfront_io(rq);
	const struct blkfront_orphan orphan = {
		.want = io->want,
		.lent = io->lent && !io->mover->reclaim(io),
		.attached = attached,
		.dead = READ_ONCE(disk->dead),
	};
	enum blkfront_fate fate = blkfront_orphan_fate(&orphan);

	if (fate == BLKFRONT_FATE_WAIT)
		return false;
	list_del_init(&rq->queuelist);
	WRITE_ONCE(io->orphan, false);
	if (fate == BLKFRONT_FATE_AGAIN)
		blk_mq_requeue_request(rq, false);
	else
		blk_mq_end_request(rq, BLK_STS_IOERR);
	return true;
}

/* Return: true if none of them is left. */
static bool settle_some(struct blkfront_disk *disk, struct blkfront_orphans *orphans)
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

bool blkfront_orphans_settle(struct blkfront_disk *disk)
{
	struct blkfront_orphans *orphans, *next;
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
		blkfront_disk_fit(disk);
	return !left;
}

bool blkfront_orphans_left(struct blkfront_disk *disk)
{
	bool left;

	mutex_lock(&disk->orphan_lock);
	left = !list_empty(&disk->orphans);
	mutex_unlock(&disk->orphan_lock);
	return left;
}

static void orphan_work(struct work_struct *work)
{
	blkfront_orphans_settle(container_of(to_delayed_work(work), struct blkfront_disk,
					     orphan_work));
}

void blkfront_orphans_init(struct blkfront_disk *disk)
{
	mutex_init(&disk->orphan_lock);
	INIT_LIST_HEAD(&disk->orphans);
	INIT_DELAYED_WORK(&disk->orphan_work, orphan_work);
}

void blkfront_orphans_exit(struct blkfront_disk *disk)
{
	cancel_delayed_work_sync(&disk->orphan_work);
	mutex_destroy(&disk->orphan_lock);
}
