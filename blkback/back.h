/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One exported disk: its link, its backing device, its queues.
 */
#ifndef XSPLIT_BLKBACK_BACK_H
#define XSPLIT_BLKBACK_BACK_H

#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "blkback/work.h"
#include "blkback/count.h"
#include "blkback/vbd.h"
#include "xenbus/link.h"
#include "xenbus/watchdog.h"

struct xbb_ring;

/* What we say may be had at most. */
enum { XBB_OFFER_QUEUES, XBB_OFFER_ORDER, XBB_NR_OFFERS };

/**
 * struct xbb_back - one exported disk
 * @link: the device; its operations never run side by side and own all members
 *	without another owner
 * @vbd: the disk behind it
 * @work: what takes as long as the disk likes. While it is busy, it owns @vbd and the
 *	members down to @sync_err; of a connection that ends, the queues as well
 * @open_done: an attempt to open the disk has come to its end, and nobody has looked
 * @open_err: 0 or -errno of the last one
 * @synced: nothing is cached of the disk
 * @sync_err: 0 or -errno of writing that out
 * @open_tried: it was tried for the frontend that is there
 * @failed: closed because the disk could not be opened
 * @chosen_again: physical-device was written while @work was busy
 * @shown: in sysfs
 * @node: of the list of all devices; disk.c
 * @removed: the device is gone, and only waits for what is under way; disk.c
 * @peer_stays: the frontend was there when the device went, and its rings
 * @rings_lock: protects the members below it against readers of statistics
 * @ring: the queues of the connection
 * @nr_rings: how many
 * @past: statistics of earlier connections
 * @previous: what an earlier driver of the device offered, see read_previous()
 * @offer_persistent: we keep grants mapped, in this connection
 * @watchdog: looks for events that were lost, while connected
 * @housekeeping: housekeeping, while connected
 * @next_trim: when the queues are asked to trim, jiffies; @housekeeping only
 * @next_log: when statistics are logged, jiffies; @housekeeping only
 */
struct xbb_back {
	struct xsplit_link *link;
	struct xbb_vbd vbd;

	struct xbb_work_items work;
	bool open_done;
	int open_err;
	bool synced;
	int sync_err;
	bool open_tried;
	bool failed;
	bool chosen_again;
	bool shown;

	struct list_head node;
	bool removed;
	bool peer_stays;

	struct mutex rings_lock;
	struct xbb_ring **ring;
	unsigned int nr_rings;
	u64 past[XBB_NR_STATS];

	u64 previous[XBB_NR_OFFERS];
	bool offer_persistent;
	struct xsplit_watchdog watchdog;
	struct delayed_work housekeeping;
	unsigned long next_trim;
	unsigned long next_log;
};

extern struct xsplit_driver xbb_driver;

/**
 * xbb_back_stats - sums over all queues and earlier connections
 * @back: the disk
 * @stats: filled in
 *
 * Context: may sleep.
 */
void xbb_back_stats(struct xbb_back *back, u64 stats[XBB_NR_STATS]);

/**
 * xbb_sysfs_add - show the disk under its device
 * @back: the disk, open
 *
 * Context: may sleep. Return: 0 or -errno.
 */
int xbb_sysfs_add(struct xbb_back *back);

/* Take it away; no reader is left on return. Context: may sleep. */
void xbb_sysfs_remove(struct xbb_back *back);

#endif /* XSPLIT_BLKBACK_BACK_H */
