/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a queue, for debugfs, sysfs and the log.
 */
#ifndef XSPLIT_BLKBACK_COUNT_H
#define XSPLIT_BLKBACK_COUNT_H

#include <linux/types.h>

#include "blkback/request.h"
#include "grant/count.h"
#include "xenbus/counter.h"

/* Counters of a queue. Each group has one writer. */
struct xbb_counts {
	/* The thread. */
	u64 requests[XBB_NR_KINDS];	/* good ones */
	u64 indirect;			/* of these */
	u64 refused;			/* before the disk saw them */
	u64 read_sectors;		/* of 512 bytes */
	u64 write_sectors;
	u64 discard_sectors;
	u64 passes[XSPLIT_NR_SIZES];	/* with at least one request */
	u64 wakeups;
	u64 out_of_requests;		/* waits for an object or for memory */
	u64 barrier_waits;		/* waits for earlier requests */
	u64 cache_hits;			/* pages */
	u64 cache_misses;
	u64 copied;			/* pages, instead of being mapped */
	u64 map_busy;			/* pages copied for want of map entries */
	u64 evicted;			/* mappings that left the cache */
	u64 cache_size;			/* mappings in the cache now */

	/* The watchdog. */
	u64 events_lost;		/* checks that found requests without an event */

	/* Thread and drains: a level that either may set. */
	u64 pages_kept;			/* free pages in the pools now */

	/* Drains, under answer.lock. */
	u64 drains[XSPLIT_NR_SIZES];	/* with at least one response */
	u64 answers;
	u64 notified;			/* pushes that the frontend wanted an event for */
	u64 quiet;			/* pushes that it wanted none for */
	u64 errors[XBB_NR_KINDS];	/* requests that the disk failed */
	u64 bad_grants;			/* requests that failed for a bad reference */
	u64 parked;			/* tries that found a page of a request still in use */
	struct xsplit_grant_count grants;
};

/* What debugfs shows of a struct xbb_ring. */
extern const struct xsplit_queue_tables xbb_tables;

/* Add to a queue's counters what the grant layer did for the thread, and reset the latter. */
void xbb_count_grants(struct xsplit_grant_count *to, struct xsplit_grant_count *from);

/* Is there anything to add? */
static inline bool xbb_grants_used(const struct xsplit_grant_count *grants)
{
	return grants->map_calls || grants->unmap_calls || grants->copy_calls;
}

/* The files of sysfs; their names are those of the in-tree driver. */
enum xbb_stat {
	XBB_STAT_OO_REQ,	/* waits for room */
	XBB_STAT_RD_REQ,
	XBB_STAT_WR_REQ,
	XBB_STAT_F_REQ,		/* flushes and barriers */
	XBB_STAT_DS_REQ,
	XBB_STAT_RD_SECT,
	XBB_STAT_WR_SECT,
	XBB_NR_STATS,
};

/* Add a queue's counters to the sums of its device. */
void xbb_count_stats(u64 stats[XBB_NR_STATS], const struct xbb_counts *counts);

#endif /* XSPLIT_BLKBACK_COUNT_H */
