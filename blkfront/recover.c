// SPDX-License-Identifier: GPL-2.0
/*
 * What outlives a backend: requests it has not answered are issued again to
 * the next one, in smaller pieces if that takes less.
 */
#include "blkfront/disk.h"
#include "blkfront/orphan.h"
#include "blkfront/ring.h"
#include "xenbus/link.h"

static void xbf_split_work(struct work_struct *work)
{
	struct xbf_disk *disk = container_of(work, struct xbf_disk, split_work);
	struct bio_list bios;
	struct bio *bio;

	spin_lock_irq(&disk->split_lock);
	bios = disk->split_bios;
	bio_list_init(&disk->split_bios);
	spin_unlock_irq(&disk->split_lock);

	while ((bio = bio_list_pop(&bios)))
		submit_bio_noacct(bio);
}

void xbf_recover_init(struct xbf_disk *disk)
{
	bio_list_init(&disk->split_bios);
	spin_lock_init(&disk->split_lock);
	spin_lock_init(&disk->cache_lock);
	INIT_WORK(&disk->split_work, xbf_split_work);
}

void xbf_split(struct xbf_disk *disk, struct request *rq)
{
	unsigned long flags;
	struct bio *bio;

	/*
	 * Whoever polls for them would not find them again, and who did not want to
	 * wait has handed them over already.
	 */
	for (bio = rq->bio; bio; bio = bio->bi_next) {
		bio->bi_opf &= ~(REQ_POLLED | REQ_NOWAIT);
		bio->bi_cookie = BLK_QC_T_NONE;
	}
	spin_lock_irqsave(&disk->split_lock, flags);
	blk_steal_bios(&disk->split_bios, rq);
	spin_unlock_irqrestore(&disk->split_lock, flags);

	/* Nobody is told: the request has no bios any more. */
	blk_mq_start_request(rq);
	blk_mq_end_request(rq, BLK_STS_OK);
	queue_work(xsplit_workqueue(), &disk->split_work);
}

/* --- the write cache ------------------------------------------------------ */

unsigned long xbf_disk_flush(struct xbf_disk *disk)
{
	unsigned long number;

	spin_lock(&disk->cache_lock);
	number = xbf_cache_flush(&disk->cache);
	spin_unlock(&disk->cache_lock);
	return number;
}

void xbf_disk_flushed(struct xbf_disk *disk, unsigned long number)
{
	spin_lock(&disk->cache_lock);
	xbf_cache_flushed(&disk->cache, number);
	spin_unlock(&disk->cache_lock);
}

int xbf_disk_may_flush(struct xbf_disk *disk)
{
	unsigned long flags;
	bool refuse;

	if (likely(!READ_ONCE(disk->cache.lost)))
		return 0;
	spin_lock_irqsave(&disk->cache_lock, flags);
	refuse = xbf_cache_refuse(&disk->cache);
	spin_unlock_irqrestore(&disk->cache_lock, flags);
	if (!refuse)
		return 0;
	dev_err(disk->dev, "%s: a flush fails, since writes that it was for may be lost: check the file systems\n",
		disk->gd->disk_name);
	/* There may be no cache any more. */
	queue_work(xsplit_workqueue(), &disk->limits_work);
	return -EIO;
}

static void disconnect_cache(struct xbf_disk *disk, bool vanished)
{
	unsigned int i;
	bool lost;

	spin_lock_irq(&disk->cache_lock);
	for (i = 0; i < disk->nr_rings; i++) {
		xbf_cache_disconnect(&disk->cache, disk->ring[i].newest);
		disk->ring[i].newest = 0;
	}
	if (vanished)
		xbf_cache_lose(&disk->cache, xbf_has_cache(&disk->features));
	lost = disk->cache.lost;
	spin_unlock_irq(&disk->cache_lock);
	if (vanished && lost)
		dev_warn(disk->dev, "%s: writes that the backend had answered and not flushed may be lost: the next flush fails\n",
			 disk->gd->disk_name);
}

void xbf_recover_suspend(struct xbf_disk *disk, bool vanished)
{
	unsigned int i;

	for (i = 0; i < disk->nr_rings; i++)
		xbf_ring_stop(&disk->ring[i]);
	disconnect_cache(disk, vanished);
	xbf_orphans_settle(disk);
}
