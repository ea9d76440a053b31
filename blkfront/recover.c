// SPDX-License-Identifier: GPL-2.0
/*
 * What outlives a backend: requests it has not answered are issued again to
 * the next one, in smaller pieces if that takes less.
 */
#include "blkfront/disk.h"
#include "blkfront/orphan.h"
#include "blkfront/ring.h"
#include "xenbus/link.h"

static void resubmit(struct work_struct *work)
{
	struct blkfront_disk *disk = container_of(work, struct blkfront_disk, again_work);
	struct bio_list bios;
	struct bio *bio;

	spin_lock_irq(&disk->again_lock);
	bios = disk->again;
	bio_list_init(&disk->again);
	spin_unlock_irq(&disk->again_lock);

	while ((bio = bio_list_pop(&bios)))
		submit_bio_noacct(bio);
}

void blkfront_recover_init(struct blkfront_disk *disk)
{
	bio_list_init(&disk->again);
	spin_lock_init(&disk->again_lock);
	INIT_WORK(&disk->again_work, resubmit);
}

void blkfront_recover_split(struct blkfront_disk *disk, struct request *rq)
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
	spin_lock_irqsave(&disk->again_lock, flags);
	blk_steal_bios(&disk->again, rq);
	spin_unlock_irqrestore(&disk->again_lock, flags);

	/* Nobody is told: the request has no bios any more. */
	blk_mq_start_request(rq);
	blk_mq_end_request(rq, BLK_STS_OK);
	queue_work(xsplit_workqueue(), &disk->again_work);
}

void blkfront_recover_suspend(struct blkfront_disk *disk)
{
	unsigned int i;

	for (i = 0; i < disk->nr_rings; i++)
		blkfront_ring_stop(&disk->ring[i]);
	blkfront_orphans_settle(disk);
}
