/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Setting the limits of a queue: one by one, or all at once since 6.11.
 */
#ifndef XSPLIT_COMPAT_LIMITS_H
#define XSPLIT_COMPAT_LIMITS_H

#include <linux/backing-dev.h>
#include <linux/blkdev.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mutex.h>

/*
 * What a disk can do. Sizes are in bytes, but @max_sectors is in 512 bytes. A granularity of 0
 * means that it cannot discard; @erase: discard can erase all copies.
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

/* A limit that the user may lower: the value set by us last, and the user's, or 0. */
struct xsplit_disk_choice {
	unsigned int set;
	unsigned int chosen;
};

/*
 * max_sectors_kb and discard_max_bytes of a disk. Since 6.11, the kernel keeps what the user
 * has set in fields of its own.
 */
struct xsplit_disk_choices {
	struct xsplit_disk_choice sectors;
	struct xsplit_disk_choice discard;
};

/* Discards go on in one request up to the largest number of sectors there is. */
static inline unsigned int xsplit_discard_sectors(const struct xsplit_disk_limits *lim)
{
	return lim->discard_granularity ? UINT_MAX >> SECTOR_SHIFT : 0;
}

#ifdef HAVE_DISK_FEATURES

static inline void xsplit_disk_limits_fill(struct queue_limits *to,
					   const struct xsplit_disk_limits *lim)
{
	unsigned int discard = xsplit_discard_sectors(lim);

	to->logical_block_size = lim->logical_block;
	to->physical_block_size = lim->physical_block;
	to->max_hw_sectors = lim->max_sectors;
	to->max_segments = lim->max_segs;
	to->max_segment_size = lim->max_seg_size;
	to->seg_boundary_mask = lim->seg_boundary;
	to->dma_alignment = lim->dma_alignment;
	to->discard_granularity = lim->discard_granularity;
	to->discard_alignment = lim->discard_alignment;
	to->max_hw_discard_sectors = discard;
	to->max_secure_erase_sectors = lim->erase ? discard : 0;
	to->features &= ~(BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA);
	if (lim->cache)
		to->features |= BLK_FEAT_WRITE_CACHE;
	if (lim->fua)
		to->features |= BLK_FEAT_FUA;
}

#else

/* Before a limit is set anew. @now: what it is, @most: what it could be */
static inline void xsplit_disk_choice_note(struct xsplit_disk_choice *choice, unsigned int now,
					   unsigned int most)
{
	if (now != choice->set)
		choice->chosen = now < most ? now : 0;
}

/* After that. @now: what it is. Return: what it is to be. */
static inline unsigned int xsplit_disk_choice_keep(struct xsplit_disk_choice *choice,
						   unsigned int now)
{
	choice->set = choice->chosen && choice->chosen < now ? choice->chosen : now;
	return choice->set;
}

static inline void xsplit_disk_limit_sectors(struct gendisk *gd, unsigned int sectors,
					     struct xsplit_disk_choice *choice)
{
	struct queue_limits *now = &gd->queue->limits;

	/* The first time the user has chosen nothing yet. */
	if (choice->set)
		xsplit_disk_choice_note(choice, now->max_sectors, now->max_hw_sectors);
	blk_queue_max_hw_sectors(gd->queue, sectors);
	now->max_sectors = xsplit_disk_choice_keep(choice, now->max_sectors);
	gd->bdi->io_pages = now->max_sectors >> (PAGE_SHIFT - SECTOR_SHIFT);
}

static inline void xsplit_disk_limit_discard(struct gendisk *gd,
					     const struct xsplit_disk_limits *lim,
					     struct xsplit_disk_choice *choice)
{
	unsigned int most = xsplit_discard_sectors(lim);
	struct queue_limits *now = &gd->queue->limits;

	if (choice->set)
		xsplit_disk_choice_note(choice, now->max_discard_sectors,
					now->max_hw_discard_sectors);
	now->discard_granularity = lim->discard_granularity;
	now->discard_alignment = lim->discard_alignment;
	blk_queue_max_discard_sectors(gd->queue, most);
	if (most)
		now->max_discard_sectors = xsplit_disk_choice_keep(choice, most);
	blk_queue_max_secure_erase_sectors(gd->queue, lim->erase ? most : 0);
}

#endif

/**
 * xsplit_disk_limit - set the limits of a queue
 * @gd: the disk
 * @lim: the limits
 * @user: what the user has chosen; zeroed at first
 * @late: the queue is in use: requests in flight may be waited for, and before 6.11 only the
 *	limits of cache and discard are set. Else the disk is not added yet, or its queue is
 *	quiesced.
 *
 * A task that sets a limit through sysfs may hold the lock while it waits for I/O of a
 * quiesced queue, so the lock is not waited for unless @late.
 *
 * Context: may sleep. Return: 0; -EBUSY: call it again with @late when I/O goes on; another
 * -errno if the block layer refuses the limits.
 */
static inline int xsplit_disk_limit(struct gendisk *gd, const struct xsplit_disk_limits *lim,
				    struct xsplit_disk_choices *user, bool late)
{
	struct request_queue *q = gd->queue;
#ifdef HAVE_DISK_FEATURES
	struct queue_limits to;

	if (!late && !mutex_trylock(&q->limits_lock))
		return -EBUSY;
	to = late ? queue_limits_start_update(q) : q->limits;
	xsplit_disk_limits_fill(&to, lim);
	return queue_limits_commit_update(q, &to);
#else
	if (!late) {
		blk_queue_logical_block_size(q, lim->logical_block);
		blk_queue_physical_block_size(q, lim->physical_block);
		xsplit_disk_limit_sectors(gd, lim->max_sectors, &user->sectors);
		blk_queue_max_segments(q, lim->max_segs);
		blk_queue_max_segment_size(q, lim->max_seg_size);
		blk_queue_segment_boundary(q, lim->seg_boundary);
		blk_queue_dma_alignment(q, lim->dma_alignment);
	}
	blk_queue_write_cache(q, lim->cache, lim->fua);
	xsplit_disk_limit_discard(gd, lim, &user->discard);
	return 0;
#endif
}

#endif /* XSPLIT_COMPAT_LIMITS_H */
