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

/* What a guest is told of a disk that may change while it is connected. */
struct xbb_told {
	u64 sectors;
	bool readonly;
	bool cache;		/* there is a cache to be flushed */
};

struct xbb_vbd {
	struct file *file;	/* the open block device; NULL while it is closed */
	struct block_device *bdev; /* of @file */
	dev_t dev;		/* stays when the disk is closed */
	bool opened_rw;

	/* What the toolstack says. */
	bool writable;
	bool discard;
	bool removable;
	bool cdrom;

	struct xbb_told told;	/* what the guest was told last */
	bool declined;		/* the disk declined a flush; set by drains */
	struct ratelimit_state log_limit; /* of messages about errors */
};

/*
 * Read what the toolstack says about the closed disk.
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xbb_vbd_read(struct xbb_vbd *vbd, struct xsplit_link *link);

/*
 * Open the disk that @dev names, after xbb_vbd_read(). A read-only one is opened for
 * reading, and so is a drive without a medium.
 * Context: may sleep, for as long as the disk likes. Return: 0 or -errno.
 */
int xbb_vbd_open(struct xbb_vbd *vbd);

/* Open it for writing, if that has become possible; its queues may go on. Context: as above. */
void xbb_vbd_open_rw(struct xbb_vbd *vbd);

/* Close it, if it is open; on return it is not in use by us. Context: as above. */
void xbb_vbd_close(struct xbb_vbd *vbd);

/*
 * Write out and forget what domain 0 has cached of the disk, before a guest uses the disk
 * behind that cache. Context: may sleep. Return: 0 or -errno.
 */
int xbb_vbd_sync(struct xbb_vbd *vbd);

/* What the disk can do now. Context: any; cheap enough for every pass. */
void xbb_vbd_limits(const struct xbb_vbd *vbd, struct xbb_limits *limits);

/* The most sectors of one discard bio, a multiple of the disk's granularity. */
u64 xbb_vbd_discard_max(const struct xbb_vbd *vbd);

/* Write what the guest has to know of the disk to our directory. */
void xbb_vbd_publish(struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir);

/* Write the part of that which may change while the disk is connected. */
void xbb_vbd_publish_changes(struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir);

/* Has the guest been told anything that is no longer true? Context: any. */
bool xbb_vbd_changed(const struct xbb_vbd *vbd);

/* Is the disk read-only now, for whatever reason? Context: any. */
bool xbb_vbd_readonly(const struct xbb_vbd *vbd);

/* Was it opened for reading only, and could be opened for writing now? Context: any. */
bool xbb_vbd_has_become_rw(const struct xbb_vbd *vbd);

/* The disk's present capacity in sectors of 512 bytes. Context: any. */
static inline u64 xbb_vbd_capacity(const struct xbb_vbd *vbd)
{
	return bdev_nr_sectors(vbd->bdev);
}

/* Log that the disk failed a request, rate-limited. Context: any. */
void xbb_vbd_log_error(struct xbb_vbd *vbd, struct xsplit_link *link, const char *what,
		       u64 sector, u64 nr_sectors, int err);

#endif /* XSPLIT_BLKBACK_VBD_H */
