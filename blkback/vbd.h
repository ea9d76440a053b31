/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disk behind a device: what it is, what it can do, what went wrong.
 */
#ifndef XSPLIT_BLKBACK_VBD_H
#define XSPLIT_BLKBACK_VBD_H

#include <linux/ratelimit.h>

#include "blkback/request.h"
#include "compat/bdev.h"

struct xsplit_link;
struct xsplit_txn;

/**
 * struct xbb_vbd - the disk
 * @disk: the open block device
 * @dev: its number, 0 while there is none
 * @writable: the guest may write
 * @discard: the toolstack and @writable allow discards
 * @info: XBLK_INFO_* bits
 * @sectors: capacity last told to the guest, 512 bytes
 * @log_limit: of messages about errors
 */
struct xbb_vbd {
	struct xsplit_bdev disk;
	dev_t dev;
	bool writable;
	bool discard;
	unsigned int info;
	u64 sectors;
	struct ratelimit_state log_limit;
};

static inline struct block_device *xbb_vbd_bdev(const struct xbb_vbd *vbd)
{
	return vbd->disk.bdev;
}

/**
 * xbb_vbd_open - open the disk
 * @vbd: zeroed
 * @link: the device, for what the toolstack says about it
 * @dev: number of the disk
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xbb_vbd_open(struct xbb_vbd *vbd, struct xsplit_link *link, dev_t dev);

/* Close it, if it is open. Context: may sleep. */
void xbb_vbd_close(struct xbb_vbd *vbd);

/**
 * xbb_vbd_sync - write out and forget what domain 0 has cached of the disk
 * @vbd: the disk
 *
 * Before a guest uses it behind the cache's back.
 * Context: may sleep. Return: 0 or -errno.
 */
int xbb_vbd_sync(struct xbb_vbd *vbd);

/**
 * xbb_vbd_limits - what the disk can do now
 * @vbd: the disk
 * @limits: filled in
 *
 * Context: any; cheap enough for every pass.
 */
void xbb_vbd_limits(const struct xbb_vbd *vbd, struct xbb_limits *limits);

/* Most sectors of one discard bio, a multiple of the disk's granularity. */
u64 xbb_vbd_discard_max(const struct xbb_vbd *vbd);

/**
 * xbb_vbd_put - write what the guest has to know
 * @vbd: the disk
 * @txn: transaction
 * @dir: our directory
 */
void xbb_vbd_put(struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir);

/* The disk's present capacity, 512 bytes. Context: any. */
static inline u64 xbb_vbd_capacity(const struct xbb_vbd *vbd)
{
	return bdev_nr_sectors(vbd->disk.bdev);
}

/**
 * xbb_vbd_log_error - tell the operator that the disk failed a request
 * @vbd: the disk
 * @link: the device
 * @what: the operation
 * @sector: where, in 512 bytes
 * @nr_sectors: how many
 * @err: -errno
 *
 * Rate limited. Context: any.
 */
void xbb_vbd_log_error(struct xbb_vbd *vbd, struct xsplit_link *link, const char *what,
		       u64 sector, u64 nr_sectors, int err);

#endif /* XSPLIT_BLKBACK_VBD_H */
