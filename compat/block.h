/* SPDX-License-Identifier: GPL-2.0 */
/* Opening a block device, and being one. Limits of a queue are in compat/limits.h. */
#ifndef XSPLIT_COMPAT_BLOCK_H
#define XSPLIT_COMPAT_BLOCK_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/slab.h>

/* 6.5: modes of opening a block device have a type of their own. */
#ifdef HAVE_BLK_MODE
#define compat_blkdev_get(dev, mode) blkdev_get_by_dev(dev, mode, NULL, NULL)
#define compat_blkdev_put(bdev, mode) blkdev_put(bdev, NULL)
#else
typedef fmode_t blk_mode_t;
#define BLK_OPEN_READ FMODE_READ
#define BLK_OPEN_WRITE FMODE_WRITE
#define BLK_OPEN_NDELAY FMODE_NDELAY
#define compat_blkdev_get(dev, mode) blkdev_get_by_dev(dev, mode, NULL)
#define compat_blkdev_put(bdev, mode) blkdev_put(bdev, mode)
#endif

/* 6.9: an open block device is a file. Before, it was a handle, since 6.7. */
#ifndef HAVE_BDEV_FILE
#ifndef HAVE_BDEV_HANDLE
struct bdev_handle {
	struct block_device *bdev;
	blk_mode_t mode;
};

static inline struct bdev_handle *bdev_open_by_dev(dev_t dev, blk_mode_t mode, void *holder,
						   const void *ops)
{
	struct bdev_handle *handle = kmalloc(sizeof(*handle), GFP_KERNEL);
	int err;

	if (!handle)
		return ERR_PTR(-ENOMEM);
	handle->mode = mode;
	handle->bdev = compat_blkdev_get(dev, mode);
	if (!IS_ERR(handle->bdev))
		return handle;
	err = PTR_ERR(handle->bdev);
	kfree(handle);
	return ERR_PTR(err);
}

static inline void bdev_release(struct bdev_handle *handle)
{
	compat_blkdev_put(handle->bdev, handle->mode);
	kfree(handle);
}
#endif

/* Such a file is no file: it may only be passed to the functions here. */
static inline struct file *bdev_file_open_by_dev(dev_t dev, blk_mode_t mode, void *holder,
						 const void *ops)
{
	return (struct file *)bdev_open_by_dev(dev, mode, holder, NULL);
}

static inline struct block_device *file_bdev(struct file *file)
{
	return ((struct bdev_handle *)file)->bdev;
}

#define __fput_sync(file) bdev_release((struct bdev_handle *)(file))
#endif

/* Until 6.14: merging of requests had to be asked for. */
#ifdef HAVE_SHOULD_MERGE
static inline int compat_alloc_tag_set(struct blk_mq_tag_set *set)
{
	set->flags |= BLK_MQ_F_SHOULD_MERGE;
	return blk_mq_alloc_tag_set(set);
}

#define blk_mq_alloc_tag_set(set) compat_alloc_tag_set(set)
#endif

/*
 * 6.9: a disk is allocated with its limits. Before 6.11, a disk has rotating parts unless it
 * says otherwise.
 */
#ifndef HAVE_DISK_FEATURES
static inline struct gendisk *compat_alloc_disk(struct blk_mq_tag_set *set, void *data)
{
#ifdef HAVE_ALLOC_LIMITS
	struct gendisk *gd = blk_mq_alloc_disk(set, NULL, data);
#else
	struct gendisk *gd = blk_mq_alloc_disk(set, data);
#endif

	if (IS_ERR(gd))
		return gd;
	blk_queue_flag_set(QUEUE_FLAG_NONROT, gd->queue);
	blk_queue_flag_clear(QUEUE_FLAG_ADD_RANDOM, gd->queue);
	return gd;
}

#undef blk_mq_alloc_disk
#define blk_mq_alloc_disk(set, lim, data) compat_alloc_disk(set, data)
#endif

/* 6.14: unfreezing a queue restores a flag of the task, which freezing it had saved. */
#ifndef HAVE_UNFREEZE_NOMEMRESTORE
#define blk_mq_unfreeze_queue_nomemrestore(q) blk_mq_unfreeze_queue(q)
#endif

/* 6.13: a list of requests has a type, and keeps their order. Before, the last came first. */
#ifdef HAVE_RQ_LIST
#define XSPLIT_QUEUE_RQS(fn)
#define XSPLIT_QUEUE_RQS_OP(fn) fn
#else
struct rq_list {
	struct request *head;
};

static inline struct request *compat_rq_list_pop(struct rq_list *list)
{
	return rq_list_pop(&list->head);
}

#undef rq_list_pop
#define rq_list_pop(list) compat_rq_list_pop(list)
#undef rq_list_empty
#define rq_list_empty(list) (!*(struct request **)(list))

#define XSPLIT_QUEUE_RQS(fn) \
static void fn##_op(struct request **lifo) \
{ \
	struct rq_list list = { }, reversed = { *lifo }; \
	struct request *rq; \
\
	while ((rq = rq_list_pop(&reversed))) \
		rq_list_add(&list.head, rq); \
	*lifo = NULL; \
	fn(&list); \
}
#define XSPLIT_QUEUE_RQS_OP(fn) fn##_op
#endif

/* 6.18: the geometry is asked of the disk, not of a partition. */
#ifdef HAVE_GETGEO_DISK
#define XSPLIT_GETGEO(fn)
#define XSPLIT_GETGEO_OP(fn) fn
#else
#define XSPLIT_GETGEO(fn) \
static int fn##_op(struct block_device *bdev, struct hd_geometry *geo) \
{ \
	return fn(bdev->bd_disk, geo); \
}
#define XSPLIT_GETGEO_OP(fn) fn##_op
#endif

#endif /* XSPLIT_COMPAT_BLOCK_H */
