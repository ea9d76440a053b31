// SPDX-License-Identifier: GPL-2.0
/*
 * The disk: the block layer above, rings below.
 */
#include <linux/cdrom.h>
#include <linux/hdreg.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "blkfront/disk.h"
#include "blkfront/front.h"
#include "blkfront/params.h"
#include "compat/block.h"
#include "compat/limits.h"

/*
 * Removes disks and changes their numbers of queues. Both may take as long as a backend has
 * requests, which no other work should wait for.
 */
static struct workqueue_struct *disk_wq;

/* --- operations of the block device -------------------------------------- */

/* The two ioctls by which programs find out whether this is a CD drive. */
static int xbf_ioctl(struct block_device *bdev, blk_mode_t mode, unsigned int cmd,
		     unsigned long arg)
{
	struct xbf_disk *disk = bdev->bd_disk->private_data;

	switch (cmd) {
	case CDROMMULTISESSION:
		if (clear_user((void __user *)arg, sizeof(struct cdrom_multisession)))
			return -EFAULT;
		return 0;
	case CDROM_GET_CAPABILITY:
		return disk->geometry.cdrom ? 0 : -EINVAL;
	default:
		return -ENOTTY;
	}
}

/* What a BIOS would make of a disk of this size. */
static int xbf_getgeo(struct gendisk *gd, struct hd_geometry *geo)
{
	sector_t cylinders = get_capacity(gd);

	geo->heads = 255;
	geo->sectors = 63;
	sector_div(cylinders, geo->heads * geo->sectors);
	geo->cylinders = min_t(sector_t, cylinders, USHRT_MAX);
	return 0;
}

static void xbf_free_disk(struct gendisk *gd)
{
	kfree(gd->private_data);
}

XSPLIT_GETGEO(xbf_getgeo)

static const struct block_device_operations disk_ops = {
	.owner = THIS_MODULE,
	.ioctl = xbf_ioctl,
	.compat_ioctl = blkdev_compat_ptr_ioctl,
	.getgeo = XSPLIT_GETGEO_OP(xbf_getgeo),
	.free_disk = xbf_free_disk,
};

/* --- limits -------------------------------------------------------------- */

static void fill_limits(const struct xbf_disk *disk, struct xsplit_disk_limits *lim)
{
	const struct xbf_geometry *geo = &disk->geometry;
	const struct xbf_features *features = &disk->backend.features;

	*lim = (struct xsplit_disk_limits){
		.logical_block = geo->logical_block,
		.physical_block = geo->physical_block,
		.max_sectors = xbf_max_sectors(disk->max_segs),
		.max_segs = disk->max_segs,
		.max_seg_size = PAGE_SIZE,
		.seg_boundary = PAGE_SIZE - 1,
		/* A segment is lent whole: it must hold whole sectors of the disk. */
		.dma_alignment = geo->logical_block - 1,
		/* Without a cache no flush would come that could fail. */
		.cache = xbf_has_cache(features) || disk->backend.cache.lost,
		.fua = xbf_has_fua(features, disk->max_segs),
		.discard_granularity = features->discard ? geo->discard_granularity : 0,
		.discard_alignment = features->discard ? geo->discard_alignment : 0,
		.erase = features->erase,
	};
	if (!disk->bounced)
		return;
	/* Copies are packed: the number and form of the pieces do not matter. */
	lim->max_segs = xbf_max_sectors(disk->max_segs);
	lim->max_seg_size = UINT_MAX;
	lim->seg_boundary = BLK_SEG_BOUNDARY_MASK;
	lim->dma_alignment = SECTOR_SIZE - 1;
}

static int apply_limits(struct xbf_disk *disk, bool late)
{
	struct xsplit_disk_limits lim;
	int err;

	fill_limits(disk, &lim);
	err = xsplit_disk_limit(disk->backend.gd, &lim, &disk->user, late);
	if (err && err != -EBUSY && xbf_may_log(&disk->backend))
		dev_err(disk->backend.dev, "%s: the kernel refuses the disk's limits (error %d)\n",
			disk->backend.gd->disk_name, err);
	return err;
}

static void xbf_limits_work(struct work_struct *work)
{
	apply_limits(container_of(work, struct xbf_disk, backend.limits_work), true);
}

/* --- I/O ends ------------------------------------------------------------ */

static void stop_rings(struct xbf_disk *disk)
{
	unsigned int i;

	for (i = 0; i < disk->nr_rings; i++) {
		struct xbf_orphans *orphans = xbf_ring_stop(&disk->ring[i]);

		if (orphans)
			xbf_orphans_adopt(&disk->orphans, orphans);
	}
}

/* Return: true if no request is left that waits for a backend that was left. */
static bool settle_orphans(struct xbf_disk *disk)
{
	bool any = xbf_orphans_left(&disk->orphans);
	bool settled = xbf_orphans_settle(&disk->orphans, &disk->dead);

	blk_mq_kick_requeue_list(disk->backend.gd->queue);
	/* That had to wait for the last of them. */
	if (any && settled)
		xbf_disk_update_queues(disk);
	return settled;
}

static void xbf_orphan_work(struct work_struct *work)
{
	settle_orphans(container_of(to_delayed_work(work), struct xbf_disk, orphans.work));
}

/* xbf_disk_remove() need not wait any longer. */
static void complete_removal(struct xbf_disk *disk)
{
	struct completion *removed = xchg(&disk->removed, NULL);

	if (removed)
		complete(removed);
}

/*
 * Everything in flight, and everything that comes, ends with an error, but no request before
 * the backend has let go of its memory. Return: true if nothing is left.
 */
static bool kill_io(struct xbf_disk *disk)
{
	struct request_queue *q = disk->backend.gd->queue;
	bool settled;

	mutex_lock(&disk->lock);
	WRITE_ONCE(disk->dead, true);
	mutex_unlock(&disk->lock);
	blk_mq_quiesce_queue(q);
	stop_rings(disk);
	settled = settle_orphans(disk);
	mutex_lock(&disk->lock);
	if (disk->frozen)
		blk_mq_unquiesce_queue(q);
	disk->frozen = false;
	mutex_unlock(&disk->lock);
	blk_mq_unquiesce_queue(q);
	blk_mq_kick_requeue_list(q);
	if (settled)
		return true;
	if (xbf_may_log(&disk->backend))
		dev_warn(disk->backend.dev, "%s: the backend has memory of requests: they end when it lets go\n",
			 disk->backend.gd->disk_name);
	complete_removal(disk);
	return false;
}

static void xbf_kill_work(struct work_struct *work)
{
	struct xbf_disk *disk = container_of(to_delayed_work(work), struct xbf_disk,
						  kill_work);

	if (xbf_may_log(&disk->backend))
		dev_err(disk->backend.dev, "%s: the backend does not answer, I/O ends with errors\n",
			disk->backend.gd->disk_name);
	kill_io(disk);
}

static void freeze(struct xbf_disk *disk)
{
	mutex_lock(&disk->lock);
	if (!disk->frozen)
		blk_mq_quiesce_queue(disk->backend.gd->queue);
	disk->frozen = true;
	mutex_unlock(&disk->lock);
}

/* @dead: requests fail at once, including those that have waited. */
static void thaw(struct xbf_disk *disk, bool dead)
{
	mutex_lock(&disk->lock);
	WRITE_ONCE(disk->dead, dead);
	if (disk->frozen)
		blk_mq_unquiesce_queue(disk->backend.gd->queue);
	disk->frozen = false;
	mutex_unlock(&disk->lock);
	blk_mq_kick_requeue_list(disk->backend.gd->queue);
}

/* Its I/O ends with errors when there is no backend by the deadline, if it has one. */
static void arm_deadline(struct xbf_disk *disk)
{
	time64_t left = max_t(time64_t, disk->deadline - ktime_get_seconds(), 0);

	if (disk->deadline)
		mod_delayed_work(xsplit_workqueue(), &disk->kill_work, left * HZ);
}

static void freeze_with_deadline(struct xbf_disk *disk)
{
	unsigned long seconds = READ_ONCE(xbf_params.backend_timeout);

	/* Its I/O ends with errors until there is a backend again. */
	if (disk->dead)
		return;
	freeze(disk);
	/* A backend that comes and goes in vain does not give it more time. */
	if (!disk->deadline && seconds)
		disk->deadline = ktime_get_seconds() + seconds;
}

void xbf_disk_disconnect(struct xbf_disk *disk, bool vanished)
{
	unsigned int i;

	/*
	 * The caller destroys the rings. Whoever finds one stopped goes on at once, while the
	 * one that stops it may take longer than the deadline: there must not be two.
	 */
	cancel_delayed_work_sync(&disk->kill_work);
	freeze_with_deadline(disk);
	stop_rings(disk);
	for (i = 0; i < disk->nr_rings; i++) {
		xbf_backend_disconnect(&disk->backend, disk->ring[i].newest);
		disk->ring[i].newest = 0;
	}
	if (vanished)
		xbf_backend_lose(&disk->backend);
	settle_orphans(disk);
	if (!disk->dead)
		arm_deadline(disk);
}

void xbf_disk_reconnecting(struct xbf_disk *disk)
{
	cancel_delayed_work_sync(&disk->kill_work);
	freeze(disk);
}

void xbf_disk_reconnect_failed(struct xbf_disk *disk)
{
	if (disk->dead)
		thaw(disk, true);
	else
		arm_deadline(disk);
}

/*
 * Responses come to the processor that sent the request: waking a task there from another
 * one costs a hypercall.
 */
static void steer_events(struct xbf_disk *disk)
{
	struct blk_mq_hw_ctx *hctx;
	unsigned long i;

	queue_for_each_hw_ctx(disk->backend.gd->queue, hctx, i) {
		struct xbf_ring *ring = hctx->driver_data;

		if (!ring->polled && !cpumask_empty(hctx->cpumask))
			xsplit_affinity_restore(&ring->affinity, &ring->event, hctx->cpumask);
	}
}

/* The rings of a new connection for the hardware queues that there are. */
static void assign_rings(struct xbf_disk *disk, const struct xbf_config *config)
{
	struct blk_mq_hw_ctx *hctx;
	unsigned long i;

	mutex_lock(&disk->lock);
	disk->nr_rings = config->nr_rings;
	disk->nr_polled = config->nr_polled;
	queue_for_each_hw_ctx(disk->backend.gd->queue, hctx, i)
		hctx->driver_data = xbf_disk_ring(disk, hctx->queue_num);
	steer_events(disk);
	mutex_unlock(&disk->lock);
}

static bool queues_match(const struct xbf_disk *disk)
{
	return disk->nr_rings == disk->set.nr_hw_queues && disk->nr_polled == disk->hw_polled;
}

/*
 * Wait for the requests of a queue that lets nothing in. Return: false if there are orphans,
 * which may take as long as a lost backend.
 */
static bool all_ended(struct xbf_disk *disk)
{
	while (!blk_mq_freeze_queue_wait_timeout(disk->backend.gd->queue, HZ)) {
		if (xbf_orphans_left(&disk->orphans))
			return false;
	}
	return true;
}

/*
 * A hardware queue for each ring. All requests must have ended before, and they may need
 * another connection for that: they are waited for without the lock that the connection needs.
 * Orphans are not waited for, or new requests would wait for a backend that was left:
 * settle_orphans() queues this work again.
 */
static void xbf_queues_work(struct work_struct *work)
{
	struct xbf_disk *disk = container_of(work, struct xbf_disk, queues_work);
	unsigned int noio;

	flush_work(&disk->add_work);
	if (xbf_orphans_left(&disk->orphans))
		return;
	noio = memalloc_noio_save();
	blk_freeze_queue_start(disk->backend.gd->queue);
	if (!all_ended(disk))
		goto unfreeze_queue;
	mutex_lock(&disk->lock);
	if (!disk->frozen && !disk->dead && !queues_match(disk)) {
		disk->hw_polled = disk->nr_polled;
		blk_mq_update_nr_hw_queues(&disk->set, disk->nr_rings);
		steer_events(disk);
	}
	mutex_unlock(&disk->lock);
unfreeze_queue:
	blk_mq_unfreeze_queue_nomemrestore(disk->backend.gd->queue);
	memalloc_noio_restore(noio);
}

void xbf_disk_update_queues(struct xbf_disk *disk)
{
	mutex_lock(&disk->lock);
	if (!disk->leaving && !disk->frozen && !queues_match(disk))
		queue_work(disk_wq, &disk->queues_work);
	mutex_unlock(&disk->lock);
}

void xbf_disk_reconnected(struct xbf_disk *disk, const struct xbf_config *config)
{
	disk->backend.features = config->features;
	disk->backend.withdrawn = 0;
	disk->max_segs = config->max_segs;
	disk->bounced = config->bounced;
	assign_rings(disk, config);
	xbf_disk_resize(disk, config->geometry.sectors, config->geometry.readonly);
	disk->geometry = config->geometry;
	/* Requests too large for the new backend come back in pieces meanwhile. */
	if (apply_limits(disk, false) == -EBUSY)
		queue_work(xsplit_workqueue(), &disk->backend.limits_work);

	disk->deadline = 0;
	thaw(disk, false);
	xbf_disk_update_queues(disk);
}

/* --- lifecycle ------------------------------------------------------------ */

static void xbf_add_work(struct work_struct *work)
{
	struct xbf_disk *disk = container_of(work, struct xbf_disk, add_work);
	int err = device_add_disk(disk->backend.dev, disk->backend.gd, NULL);

	if (err && xbf_may_log(&disk->backend))
		dev_err(disk->backend.dev, "%s: cannot add the disk (error %d)\n",
			disk->backend.gd->disk_name, err);
	WRITE_ONCE(disk->failed, err != 0);
	WRITE_ONCE(disk->added, !err);
	/* A boot may be waiting for it. */
	mutex_lock(&disk->lock);
	if (!disk->leaving)
		xsplit_link_kick(disk->ring->link);
	mutex_unlock(&disk->lock);
}

void xbf_disk_add(struct xbf_disk *disk)
{
	queue_work(xsplit_workqueue(), &disk->add_work);
}

/*
 * The end of a disk. Nothing holds it any more: the link and its works have
 * removed with it, the queue is gone, and with it all requests, so nothing is in flight,
 * orphaned, on its way to becoming smaller, or about to be timed out or polled for.
 */
static void xbf_remove_work(struct work_struct *work)
{
	struct xbf_disk *disk = container_of(work, struct xbf_disk, remove_work);
	struct xbf_front *front = disk->front;
	struct gendisk *gd = disk->backend.gd;
	struct device *dev = disk->backend.dev;
	struct completion *removed;
	bool added, was_dead;

	flush_work(&disk->add_work);
	/* It waits for requests to end, which they do; it is not queued for a leaving disk. */
	cancel_work_sync(&disk->queues_work);
	added = disk->added;
	if (added)
		del_gendisk(gd);
	cancel_delayed_work_sync(&disk->kill_work);
	/* Where it was dead already, the rings may belong to another disk by now. */
	mutex_lock(&disk->lock);
	was_dead = disk->dead;
	WRITE_ONCE(disk->dead, true);
	mutex_unlock(&disk->lock);
	if (!was_dead)
		stop_rings(disk);
	flush_work(&disk->split_work);
	cancel_work_sync(&disk->backend.limits_work);
	xbf_orphans_destroy(&disk->orphans);
	removed = xchg(&disk->removed, NULL);

	/* The block layer calls xbf_free_disk() only for a disk that it knew. */
	if (!added)
		put_disk(gd);
	blk_mq_free_tag_set(&disk->set);
	if (added)
		put_disk(gd);
	else
		kfree(disk);
	put_device(dev);
	xbf_front_put(front);
	if (removed)
		complete(removed);
}

static void fill_set(struct xbf_disk *disk, const struct xbf_config *config)
{
	disk->set = (struct blk_mq_tag_set){
		.ops = &xbf_mq_ops,
		.nr_hw_queues = config->nr_rings,
		.nr_maps = xbf_params.poll_queues ? HCTX_MAX_TYPES : 1,
		.queue_depth = config->slots,
		.numa_node = NUMA_NO_NODE,
		/* The backend's disk has a scheduler, if it needs one. */
		.flags = BLK_MQ_F_NO_SCHED_BY_DEFAULT,
		.cmd_size = xbf_io_bytes(disk->room),
		.driver_data = disk,
	};
}

static struct xbf_disk *disk_alloc(struct xbf_front *front, const struct xbf_config *config)
{
	struct xbf_disk *disk = kzalloc(sizeof(*disk), GFP_KERNEL);

	if (!disk)
		return NULL;
	disk->front = front;
	disk->backend.dev = get_device(&front->link->xdev->dev);
	disk->backend.log_limit = &front->log_limit;
	disk->backend.loss_limit = &front->loss_limit;
	disk->ring = front->ring;
	refcount_inc(&front->refs);
	disk->nr_rings = config->nr_rings;
	disk->nr_polled = config->nr_polled;
	disk->hw_polled = config->nr_polled;
	disk->geometry = config->geometry;
	disk->backend.features = config->features;
	disk->max_segs = config->max_segs;
	/* The next backend may take more. */
	disk->room = xbf_max_segs(XBF_MAX_SEGS, xbf_params.max_segs, 0) + 1;
	disk->bounced = config->bounced;
	INIT_WORK(&disk->add_work, xbf_add_work);
	INIT_WORK(&disk->backend.limits_work, xbf_limits_work);
	mutex_init(&disk->lock);
	INIT_WORK(&disk->queues_work, xbf_queues_work);
	INIT_DELAYED_WORK(&disk->kill_work, xbf_kill_work);
	INIT_WORK(&disk->remove_work, xbf_remove_work);
	spin_lock_init(&disk->backend.lock);
	xbf_split_init(disk);
	xbf_orphans_init(&disk->orphans, xbf_orphan_work);
	return disk;
}

static int fill_gendisk(struct xbf_disk *disk, const struct xbf_name *name)
{
	struct gendisk *gd = disk->backend.gd;

	gd->major = XBF_MAJOR;
	gd->first_minor = name->first_minor;
	gd->minors = name->minors;
	gd->fops = &disk_ops;
	gd->private_data = disk;
	strscpy(gd->disk_name, name->text, sizeof(gd->disk_name));
	if (disk->geometry.removable)
		gd->flags |= GENHD_FL_REMOVABLE;
	set_capacity(gd, disk->geometry.sectors);
	set_disk_ro(gd, disk->geometry.readonly);
	return apply_limits(disk, false);
}

struct xbf_disk *xbf_disk_create(struct xbf_front *front, const struct xbf_config *config)
{
	struct xbf_disk *disk = disk_alloc(front, config);
	int err;

	if (!disk)
		return ERR_PTR(-ENOMEM);
	fill_set(disk, config);
	err = blk_mq_alloc_tag_set(&disk->set);
	if (err)
		goto free_disk;
	disk->backend.gd = blk_mq_alloc_disk(&disk->set, NULL, disk);
	if (IS_ERR(disk->backend.gd)) {
		err = PTR_ERR(disk->backend.gd);
		goto free_set;
	}
	err = fill_gendisk(disk, &front->name);
	if (err)
		goto put_gendisk;
	steer_events(disk);
	return disk;

put_gendisk:
	put_disk(disk->backend.gd);
free_set:
	blk_mq_free_tag_set(&disk->set);
free_disk:
	put_device(disk->backend.dev);
	xbf_front_put(front);
	kfree(disk);
	return ERR_PTR(err);
}

bool xbf_disk_differs(const struct xbf_disk *disk, u64 sectors, bool readonly)
{
	return sectors != get_capacity(disk->backend.gd) || readonly != disk->geometry.readonly;
}

void xbf_disk_resize(struct xbf_disk *disk, u64 sectors, bool readonly)
{
	if (sectors != get_capacity(disk->backend.gd)) {
		if (xbf_may_log(&disk->backend))
			dev_info(disk->backend.dev, "%s: %llu sectors of 512 bytes, were %llu\n",
				 disk->backend.gd->disk_name, sectors,
				 get_capacity(disk->backend.gd));
		set_capacity_and_notify(disk->backend.gd, sectors);
	}
	if (readonly != disk->geometry.readonly)
		set_disk_ro(disk->backend.gd, readonly);
	disk->geometry.sectors = sectors;
	disk->geometry.readonly = readonly;
}

int xbf_disk_move(struct xbf_disk *disk, struct device *parent)
{
	int err;

	/* One that is being added would be waited for, and may wait for its backend. */
	if (!READ_ONCE(disk->added))
		return -EBUSY;
	err = xsplit_move_device(disk_to_dev(disk->backend.gd), parent);
	if (err)
		return err;
	put_device(disk->backend.dev);
	disk->backend.dev = get_device(parent);
	return 0;
}

void xbf_disk_remove(struct xbf_disk *disk, unsigned long grace)
{
	DECLARE_COMPLETION_ONSTACK(removed);

	/* It may be about to do the same. */
	cancel_delayed_work_sync(&disk->kill_work);
	WRITE_ONCE(disk->removed, &removed);
	mutex_lock(&disk->lock);
	disk->leaving = true;
	mutex_unlock(&disk->lock);
	/* A disk that is being added only reads its partition table, in vain now. */
	grace = disk->frozen || disk->dead || !READ_ONCE(disk->added) ? 0 : grace;
	/*
	 * Whether it outlives the device shows when it is being removed: too late to move.
	 * It is all there: it was added, or the backend has memory of a request, and none
	 * comes before the device has its place in sysfs.
	 */
	if ((grace || !kill_io(disk)) && xsplit_orphan_device(disk_to_dev(disk->backend.gd)))
		dev_warn(disk->backend.dev, "%s: cannot be moved away from its device in sysfs\n",
			 disk->backend.gd->disk_name);
	if (grace)
		queue_delayed_work(xsplit_workqueue(), &disk->kill_work, grace);
	queue_work(disk_wq, &disk->remove_work);
	wait_for_completion(&removed);
}

int xbf_disks_init(void)
{
	disk_wq = alloc_workqueue("xen-blkfront", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return disk_wq ? 0 : -ENOMEM;
}

void xbf_disks_exit(void)
{
	destroy_workqueue(disk_wq);
}
