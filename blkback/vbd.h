/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disk behind a device: what it is, what it can do, what went wrong.
 */
#ifndef XSPLIT_BLKBACK_VBD_H
#define XSPLIT_BLKBACK_VBD_H

#include <linux/ratelimit.h>

#include "blkback/request.h"
#include "compat/block.h"

struct xsplit_link;
struct xsplit_txn;

/**
 * struct xbb_vbd - the disk
 * @file: the open block device; NULL while it is closed
 * @bdev: of @file
 * @dev: its number; stays when it is closed
 * @writable: the toolstack lets the guest write
 * @opened_rw: and so does the disk, as it was opened
 * @discard: the toolstack allows discards
 * @removable: the toolstack says that it is
 * @cdrom: the toolstack says that it is a CD drive
 * @sectors: capacity last told to the guest, 512 bytes
 * @readonly: whether it was told that it cannot write
 * @cache: whether it was told that there is a cache to be flushed
 * @declined: the disk declines flushes, whatever it says; set while answering
 * @log_limit: of messages about errors
 */
struct xbb_vbd {
	struct file *file;
	struct block_device *bdev;
	dev_t dev;
	bool writable;
	bool opened_rw;
	bool discard;
	bool removable;
	bool cdrom;
	u64 sectors;
	bool readonly;
	bool cache;
	bool declined;
	struct ratelimit_state log_limit;
};

static inline struct block_device *xbb_vbd_bdev(const struct xbb_vbd *vbd)
{
	return vbd->bdev;
}

/**
 * xbb_vbd_read - read what the toolstack says about the disk
 * @vbd: the disk, closed
 * @link: the device
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xbb_vbd_read(struct xbb_vbd *vbd, struct xsplit_link *link);

/**
 * xbb_vbd_open - open the disk
 * @vbd: closed, with @dev set, after xbb_vbd_read()
 *
 * What is read-only is opened for reading, and a drive without a medium as well.
 *
 * Context: may sleep, for as long as the disk likes. Return: 0 or -errno.
 */
int xbb_vbd_open(struct xbb_vbd *vbd);

/* Open it for writing, if it has become writable; its queues may go on. Context: as above. */
void xbb_vbd_open_rw(struct xbb_vbd *vbd);

/* Close it, if it is open: nobody has it open for us on return. Context: as above. */
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
 * xbb_vbd_publish - write what the guest has to know
 * @vbd: the disk
 * @txn: transaction
 * @dir: our directory
 */
void xbb_vbd_publish(struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir);

/* The same of what may change while it is connected. */
void xbb_vbd_publish_changes(struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir);

/* Has the guest been told something that is not so any more? Context: any. */
bool xbb_vbd_changed(const struct xbb_vbd *vbd);

/* Can nobody write now? Context: any. */
bool xbb_vbd_readonly(const struct xbb_vbd *vbd);

/* Was it opened for reading only, and need not have been? Context: any. */
bool xbb_vbd_has_become_rw(const struct xbb_vbd *vbd);

/* The disk's present capacity, 512 bytes. Context: any. */
static inline u64 xbb_vbd_capacity(const struct xbb_vbd *vbd)
{
	return bdev_nr_sectors(vbd->bdev);
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
