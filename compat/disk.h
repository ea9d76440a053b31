/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What changes between kernels about being a block device: prototypes of its
 * operations, lists of requests.
 */
#ifndef XSPLIT_COMPAT_DISK_H
#define XSPLIT_COMPAT_DISK_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>

/**
 * xsplit_disk_alloc - a disk without rotating parts for a tag set
 * @set: the tag set
 * @data: for queue->queuedata
 *
 * Context: may sleep. Return: the disk or an error pointer.
 */
#ifdef HAVE_DISK_FEATURES
static inline struct gendisk *xsplit_disk_alloc(struct blk_mq_tag_set *set, void *data)
{
	return blk_mq_alloc_disk(set, NULL, data);
}
#else
static inline struct gendisk *xsplit_disk_alloc(struct blk_mq_tag_set *set, void *data)
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
#endif

/*
 * Undo blk_freeze_queue_start(). The caller does not wait for I/O of its own when it
 * allocates in between.
 */
static inline void xsplit_queue_unfreeze(struct request_queue *q)
{
#ifdef HAVE_FREEZE_NOMEMSAVE
	blk_mq_unfreeze_queue_nomemrestore(q);
#else
	blk_mq_unfreeze_queue(q);
#endif
}

/* Flag of a tag set: requests are merged. Newer kernels always do. */
#ifdef HAVE_SHOULD_MERGE
#define XSPLIT_MQ_MERGE BLK_MQ_F_SHOULD_MERGE
#else
#define XSPLIT_MQ_MERGE 0
#endif

/* The NUMA node that blk_mq_ops.init_request is given. */
#ifdef HAVE_SIGNED_NODE
typedef int xsplit_init_node;
#else
typedef unsigned int xsplit_init_node;
#endif

/* What blk_mq_ops.queue_rqs is given; rq_list_pop() takes requests from it. */
#ifdef HAVE_RQ_LIST
typedef struct rq_list xsplit_plug;
#else
typedef struct request *xsplit_plug;
#endif

/**
 * xsplit_plug_sort - bring the requests of a plug into the order they came in
 * @plug: the plug
 */
#ifdef HAVE_RQ_LIST
static inline void xsplit_plug_sort(xsplit_plug *plug)
{
}
#else
static inline void xsplit_plug_sort(xsplit_plug *plug)
{
	struct request *rq, *list = NULL;

	/* The plug has the last one first. */
	while ((rq = rq_list_pop(plug)))
		rq_list_add(&list, rq);
	*plug = list;
}
#endif

/**
 * xsplit_batch_empty - nothing waits to be completed in a batch
 * @iob: the batch
 *
 * Return: true if so.
 */
static inline bool xsplit_batch_empty(const struct io_comp_batch *iob)
{
#ifdef HAVE_RQ_LIST
	return rq_list_empty(&iob->req_list);
#else
	return rq_list_empty(iob->req_list);
#endif
}

/**
 * xsplit_rq_begin - make a request of a plug known by its tag
 * @rq: as queue_rqs() got it
 *
 * Since 6.6 blk_mq_start_request() does it, which no header tells; then it is
 * done twice.
 */
static inline void xsplit_rq_begin(struct request *rq)
{
	rq->mq_hctx->tags->rqs[rq->tag] = rq;
}

/* The mode that block_device_operations.ioctl is given. */
#ifdef HAVE_BLK_MODE
typedef blk_mode_t xsplit_ioctl_mode;
#else
typedef fmode_t xsplit_ioctl_mode;
#endif

/* What block_device_operations.getgeo is given, and its disk. */
#ifdef HAVE_GETGEO_DISK
typedef struct gendisk xsplit_getgeo_dev;
#define XSPLIT_GETGEO_DISK(dev) (dev)
#else
typedef struct block_device xsplit_getgeo_dev;
#define XSPLIT_GETGEO_DISK(dev) ((dev)->bd_disk)
#endif

/*
 * Define the operations of a disk from functions that only take the disk:
 * int ioctl(gd, cmd, arg), int getgeo(gd, geo).
 */
#define XSPLIT_DISK_OPS(name, ioctl_fn, getgeo_fn, free_fn)				\
static int name##_ioctl(struct block_device *bdev, xsplit_ioctl_mode mode,		\
			unsigned int cmd, unsigned long arg)				\
{											\
	return ioctl_fn(bdev->bd_disk, cmd, arg);					\
}											\
static int name##_getgeo(xsplit_getgeo_dev *dev, struct hd_geometry *geo)		\
{											\
	return getgeo_fn(XSPLIT_GETGEO_DISK(dev), geo);					\
}											\
static const struct block_device_operations name = {					\
	.owner = THIS_MODULE,								\
	.ioctl = name##_ioctl,								\
	.compat_ioctl = blkdev_compat_ptr_ioctl,					\
	.getgeo = name##_getgeo,							\
	.free_disk = free_fn,								\
}

#endif /* XSPLIT_COMPAT_DISK_H */
