// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel offers. Each difference between the supported kernels has a piece of code
 * here, below the name that is defined for the drivers if the code compiles.
 * compat/Kbuild.probe passes the file to the compiler once for each make and collects the
 * names under which it reports an error; nothing of it gets into a module. Distributions
 * backport changes, so the version is never tested: it only tells the reader here which
 * kernel brought the change.
 *
 * To add a difference:
 * 1. Write the driver for the newest kernel.
 * 2. Add a piece of code here that only compiles where the kernel has what the driver uses.
 *    Its name begins with HAVE_ and is unique: Kbuild.probe finds it by its #line. For a
 *    header that moved, the code asks __has_include(), which sparse does not know: keep it
 *    out of the headers.
 * 3. In the header of compat/ for the subsystem, define what is missing under the kernel's
 *    own name. A callback whose prototype changed gets a pair of macros: XSPLIT_<OP>(fn)
 *    defines an adaptor where one is needed, XSPLIT_<OP>_OP(fn) names it for the table of
 *    operations. Names of our own are for what has no name in the newest kernel.
 * 4. Build for all kernels: tests/kernels/build.
 *
 * A difference ends when the last supported kernel has it: remove the probe and what hangs
 * on its name.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/xdp.h>
#include <xen/xenbus.h>

/* until 6.13: the namespace of a symbol is a word, then a string literal */
#line 1 "HAVE_NAMESPACE_WORD"
MODULE_IMPORT_NS(XEN_SPLIT);

/* 6.5: modes of opening a block device have a type of their own */
#line 1 "HAVE_BLK_MODE"
static blk_mode_t blk_mode = BLK_OPEN_READ;

/* 6.7: an open block device is a handle */
#line 1 "HAVE_BDEV_HANDLE"
static struct bdev_handle bdev_handle;

/* 6.9: an open block device is a file */
#line 1 "HAVE_BDEV_FILE"
static struct file *bdev_file(dev_t dev)
{
	return bdev_file_open_by_dev(dev, 0, NULL, NULL);
}

/* until 6.14: merging requests had to be asked for */
#line 1 "HAVE_SHOULD_MERGE"
static int should_merge = BLK_MQ_F_SHOULD_MERGE;

/* 6.9: a disk can be allocated with limits */
#line 1 "HAVE_ALLOC_LIMITS"
static struct gendisk *alloc_limits(struct blk_mq_tag_set *set, struct queue_limits *limits)
{
	return blk_mq_alloc_disk(set, limits, NULL);
}

/* 6.11: features of a disk are limits, and limits are set all at once */
#line 1 "HAVE_DISK_FEATURES"
static blk_features_t disk_features = BLK_FEAT_WRITE_CACHE;

/* 6.14: unfreezing a queue restores a flag of the task, unless it is told not to */
#line 1 "HAVE_UNFREEZE_NOMEMRESTORE"
static void unfreeze_nomemrestore(struct request_queue *q)
{
	blk_mq_unfreeze_queue_nomemrestore(q);
}

/* 6.13: a list of requests has a type of its own, and keeps their order */
#line 1 "HAVE_RQ_LIST"
static void rq_list(struct blk_mq_ops *ops, void (*fn)(struct rq_list *list))
{
	ops->queue_rqs = fn;
}

/* 6.18: the geometry is a disk's, not a partition's */
#line 1 "HAVE_GETGEO_DISK"
static int getgeo(struct gendisk *gd, struct hd_geometry *geo);
static const struct block_device_operations getgeo_ops = { .getgeo = getgeo };

/* 6.2: removing a device cannot fail */
#line 1 "HAVE_VOID_REMOVE"
static void void_remove(struct xenbus_driver *drv, void (*fn)(struct xenbus_device *xdev))
{
	drv->remove = fn;
}

/* 6.3: a device is not changed by announcing it */
#line 1 "HAVE_CONST_UEVENT"
static void const_uevent(struct xenbus_driver *drv,
			 int (*fn)(const struct xenbus_device *xdev, struct kobj_uevent_env *env))
{
	drv->uevent = fn;
}

/* 7.0: the state is read for a given device */
#line 1 "HAVE_READ_STATE_DEVICE"
static enum xenbus_state read_state(const struct xenbus_device *xdev)
{
	return xenbus_read_driver_state(xdev, "");
}

/* 7.0: the bus takes a device for a new one when its state is Initialising again */
#line 1 "HAVE_VANISHED"
static bool vanished(const struct xenbus_device *xdev)
{
	return xdev->vanished;
}

/* 6.5: segmentation in software has a header of its own */
#line 1 "HAVE_GSO_H"
#if !__has_include("net/gso.h")
#error
#endif

/* 6.6: the page pool's header became two */
#line 1 "HAVE_PAGE_POOL_HELPERS"
#if !__has_include("net/page_pool/helpers.h")
#error
#endif

/* the time of a page pool's next warning that pages did not come back is accessible */
#line 1 "HAVE_POOL_DEFER_WARN"
#if __has_include("net/page_pool/types.h")
#include <net/page_pool/types.h>
#else
#include <net/page_pool.h>
#endif
static unsigned long *pool_defer_warn(struct page_pool *pool)
{
	return &pool->defer_warn;
}

/* 6.8: what ethtool wants of the receive hash comes in a struct */
#line 1 "HAVE_RXFH_PARAM"
static struct ethtool_rxfh_param rxfh_param;

/* after 6.12: how many queues receive has an operation of its own */
#line 1 "HAVE_RX_RING_COUNT"
static u32 rx_ring_count(struct net_device *dev)
{
	return dev->real_num_rx_queues;
}

static const struct ethtool_ops rx_ring_ops = { .get_rx_ring_count = rx_ring_count };

/* after 6.12: memory of kmalloc() that is larger than any slab gives has pages of its own kind */
#line 1 "HAVE_LARGE_KMALLOC"
static bool large_kmalloc(const struct folio *folio)
{
	return folio_test_large_kmalloc(folio);
}

/* 6.10: the owner of a packet's memory has operations, not one callback */
#line 1 "HAVE_UBUF_OPS"
static struct ubuf_info_ops ubuf_ops;

/* 6.9: a cache of page fragments is emptied by one function */
#line 1 "HAVE_FRAGS_DRAIN"
static void frags_drain(struct page_frag_cache *frags)
{
	page_frag_cache_drain(frags);
}

/* 6.3: a device states what it can do for XDP */
#line 1 "HAVE_XDP_FEATURES"
static void xdp_features(struct net_device *dev)
{
	dev->xdp_features = NETDEV_XDP_ACT_BASIC;
}

/* 6.9: an XDP program may replace the skb it is run on */
#line 1 "HAVE_XDP_GENERIC_PSKB"
static int xdp_generic(struct bpf_prog *prog, struct sk_buff **pskb)
{
	return do_xdp_generic(prog, pskb);
}
