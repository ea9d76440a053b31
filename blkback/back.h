/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One exported disk: its link, its backing device, its queues.
 */
#ifndef XSPLIT_BLKBACK_BACK_H
#define XSPLIT_BLKBACK_BACK_H

#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "blkback/count.h"
#include "blkback/keys.h"
#include "blkback/vbd.h"
#include "blkback/work.h"
#include "xenbus/link.h"
#include "xenbus/watchdog.h"

struct xbb_ring;

/*
 * The operations of the link never run side by side. They own every member that names no
 * other owner.
 */
struct xbb_back {
	struct xsplit_link *link;

	/*
	 * While work items are busy, they own the disk and the four results; at the end of
	 * a connection they own its queues as well.
	 */
	struct xbb_work_items work;
	struct xbb_vbd vbd;
	bool open_done;		/* a result of opening is there and not yet taken */
	int open_err;
	bool synced;		/* domain 0 has nothing cached of the disk */
	int sync_err;

	bool open_tried;	/* opening was tried for the present frontend */
	bool failed;		/* closed, because the disk could not be opened */
	bool chosen_again;	/* physical-device is to be read, once no work item is busy */
	bool shown;		/* in sysfs */

	/*
	 * The guest is to be told what has changed of the disk. Set by the housekeeping, cleared by
	 * the link; while it is set, the link alone uses what the guest was told.
	 */
	bool telling;

	/* Protected by backs_lock in disk.c. */
	struct list_head node;	/* in the list of all devices */
	bool removed;		/* the device is gone; only requests in flight remain */

	/*
	 * The frontend and its rings were there when the device went. The link writes it for the
	 * last time before it sets @removed, and other devices read it only after that.
	 */
	bool peer_stays;

	struct mutex rings_lock; /* protects the next three members against readers of statistics */
	struct xbb_ring **ring;
	unsigned int nr_rings;
	u64 past[XBB_NR_STATS];	/* statistics of earlier connections */

	u64 previous[XBB_NR_OFFERS]; /* what an earlier driver of the device offered */
	u64 offer[XBB_NR_OFFERS]; /* what the present frontend may ask for */
	bool offer_persistent;

	struct xsplit_watchdog watchdog;
	struct delayed_work housekeeping; /* owns the next two members */
	unsigned long next_trim;
	unsigned long next_log;
};

extern struct xsplit_driver xbb_driver;

/* Sum up all queues and earlier connections. Context: may sleep. */
void xbb_back_stats(struct xbb_back *back, u64 stats[XBB_NR_STATS]);

/* Have the link call xbb_disk_tell(). Context: any. */
void xbb_back_disk_changed(struct xbb_back *back);

/* Show the disk under its device. Context: may sleep. Return: 0 or -errno. */
int xbb_sysfs_add(struct xbb_back *back);

/* Remove it; no reader is left on return. Context: may sleep. */
void xbb_sysfs_remove(struct xbb_back *back);

#endif /* XSPLIT_BLKBACK_BACK_H */
