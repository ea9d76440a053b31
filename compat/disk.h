/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What changes between kernels about being a block device: prototypes of its
 * operations, and how a queue is told its limits.
 */
#ifndef XSPLIT_COMPAT_DISK_H
#define XSPLIT_COMPAT_DISK_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>

/**
 * struct xsplit_disk_limits - what a disk can do
 * @logical_block: smallest transfer, bytes
 * @physical_block: best smallest transfer, bytes
 * @max_sectors: largest transfer, in 512 bytes
 * @max_segs: most pieces of memory in a transfer
 * @max_seg_size: largest piece, bytes
 * @seg_boundary: mask of addresses a piece may not cross
 * @dma_alignment: mask of address bits that must be 0
 * @cache: it has a volatile write cache that can be flushed
 * @fua: single writes can go through that cache
 * @discard_granularity: bytes; 0: no discard
 * @discard_alignment: bytes
 * @erase: discard can erase all copies
 */
struct xsplit_disk_limits {
	unsigned int logical_block;
	unsigned int physical_block;
	unsigned int max_sectors;
	unsigned short max_segs;
	unsigned int max_seg_size;
	unsigned long seg_boundary;
	unsigned int dma_alignment;
	bool cache;
	bool fua;
	unsigned int discard_granularity;
	unsigned int discard_alignment;
	bool erase;
};

/**
 * xsplit_disk_alloc - a disk without rotating parts for a tag set
 * @set: the tag set
 * @data: for queue->queuedata
 *
 * Context: may sleep. Return: the disk or an error pointer.
 */
static inline struct gendisk *xsplit_disk_alloc(struct blk_mq_tag_set *set, void *data)
{
	struct gendisk *gd = blk_mq_alloc_disk(set, data);

	if (IS_ERR(gd))
		return gd;
	blk_queue_flag_set(QUEUE_FLAG_NONROT, gd->queue);
	blk_queue_flag_clear(QUEUE_FLAG_ADD_RANDOM, gd->queue);
	return gd;
}

/* Discards go on in one request up to the largest number of sectors there is. */
static inline void xsplit_disk_limit_discard(struct gendisk *gd,
					     const struct xsplit_disk_limits *lim)
{
	unsigned int most = lim->discard_granularity ? UINT_MAX >> SECTOR_SHIFT : 0;

	gd->queue->limits.discard_granularity = lim->discard_granularity;
	gd->queue->limits.discard_alignment = lim->discard_alignment;
	blk_queue_max_discard_sectors(gd->queue, most);
	blk_queue_max_secure_erase_sectors(gd->queue, lim->erase ? most : 0);
}

/**
 * xsplit_disk_limit - tell the queue its limits
 * @gd: the disk
 * @lim: the limits
 *
 * Context: may sleep; the disk is not added yet, or its queue is quiesced.
 */
static inline void xsplit_disk_limit(struct gendisk *gd, const struct xsplit_disk_limits *lim)
{
	struct request_queue *q = gd->queue;

	blk_queue_logical_block_size(q, lim->logical_block);
	blk_queue_physical_block_size(q, lim->physical_block);
	blk_queue_max_hw_sectors(q, lim->max_sectors);
	blk_queue_max_segments(q, lim->max_segs);
	blk_queue_max_segment_size(q, lim->max_seg_size);
	blk_queue_segment_boundary(q, lim->seg_boundary);
	blk_queue_dma_alignment(q, lim->dma_alignment);
	blk_queue_write_cache(q, lim->cache, lim->fua);
	xsplit_disk_limit_discard(gd, lim);
}

/**
 * xsplit_disk_withdraw - the disk can do less than was said
 * @gd: the disk, in use
 * @lim: the limits, of which only those of cache and discard matter
 *
 * Context: may sleep.
 */
static inline void xsplit_disk_withdraw(struct gendisk *gd, const struct xsplit_disk_limits *lim)
{
	blk_queue_write_cache(gd->queue, lim->cache, lim->fua);
	xsplit_disk_limit_discard(gd, lim);
}

/**
 * xsplit_rq_begin - make a request of a plug known by its tag
 * @rq: as queue_rqs() got it
 *
 * Newer kernels have done so before.
 */
static inline void xsplit_rq_begin(struct request *rq)
{
	rq->mq_hctx->tags->rqs[rq->tag] = rq;
}

/*
 * Define the operations of a disk from functions that only take the disk:
 * int ioctl(gd, cmd, arg), int getgeo(gd, geo).
 */
#define XSPLIT_DISK_OPS(name, ioctl_fn, getgeo_fn, free_fn)				\
static int name##_ioctl(struct block_device *bdev, fmode_t mode, unsigned int cmd,	\
			unsigned long arg)						\
{											\
	return ioctl_fn(bdev->bd_disk, cmd, arg);					\
}											\
static int name##_getgeo(struct block_device *bdev, struct hd_geometry *geo)		\
{											\
	return getgeo_fn(bdev->bd_disk, geo);						\
}											\
static const struct block_device_operations name = {					\
	.owner = THIS_MODULE,								\
	.ioctl = name##_ioctl,								\
	.compat_ioctl = blkdev_compat_ptr_ioctl,					\
	.getgeo = name##_getgeo,							\
	.free_disk = free_fn,								\
}

#endif /* XSPLIT_COMPAT_DISK_H */
