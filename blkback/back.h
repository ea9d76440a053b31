/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One exported disk: its link, its backing device, its queues.
 */
#ifndef XSPLIT_BLKBACK_BACK_H
#define XSPLIT_BLKBACK_BACK_H

#include <linux/mutex.h>
#include <linux/workqueue.h>

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
 * @rings_lock: protects the members below it against readers of statistics
 * @ring: the queues of the connection
 * @nr_rings: how many
 * @past: statistics of earlier connections
 * @before: what an earlier driver of the device offered, see read_before()
 * @offer_persistent: we keep grants mapped, in this connection
 * @watchdog: looks for events that were lost, while connected
 * @house: housekeeping, while connected
 * @next_tidy: when the queues are asked to tidy up, jiffies; @house only
 * @next_log: when statistics are logged, jiffies; @house only
 */
struct xbb_back {
	struct xsplit_link *link;
	struct xbb_vbd vbd;

	struct mutex rings_lock;
	struct xbb_ring **ring;
	unsigned int nr_rings;
	u64 past[XBB_NR_STATS];

	u64 before[XBB_NR_OFFERS];
	bool offer_persistent;
	struct xsplit_watchdog watchdog;
	struct delayed_work house;
	unsigned long next_tidy;
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
