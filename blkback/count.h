/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a queue did: for debugfs, sysfs and the log.
 */
#ifndef XSPLIT_BLKBACK_COUNT_H
#define XSPLIT_BLKBACK_COUNT_H

#include <linux/types.h>

#include "blkback/request.h"
#include "grant/count.h"
#include "xenbus/counter.h"

/**
 * struct xbb_counts - of one queue
 * @requests: thread: good requests, by kind
 * @indirect: thread: of them indirect ones
 * @refused: thread: requests refused before the disk saw them
 * @read_sectors: thread: 512-byte sectors asked to read
 * @write_sectors: thread: to write
 * @discard_sectors: thread: to discard
 * @passes: thread: passes with at least one request, by size
 * @wakeups: thread: times it woke
 * @events_lost: watchdog: looks that found requests without an event
 * @out_of_requests: thread: waits for an object or for memory
 * @barrier_waits: thread: waits for earlier requests
 * @cache_hits: thread: pages found in the cache
 * @cache_misses: thread: pages not found there
 * @copied: thread: pages to be copied instead of mapped
 * @map_busy: thread: pages copied because the hypervisor had no room to map
 * @evicted: thread: mappings that were cached and no longer are
 * @cache_size: thread: mappings in the cache now
 * @pages_kept: whoever changes it: free pages that are kept now
 * @drains: answer.lock: drains with at least one answer, by size
 * @answers: answer.lock: responses
 * @notified: answer.lock: pushes that the frontend wanted an event for
 * @quiet: answer.lock: pushes that it did not
 * @errors: answer.lock: requests that the disk failed, by kind
 * @bad_grants: answer.lock: requests that failed for a bad reference
 * @parked: answer.lock: requests that waited for somebody to let go of a page
 * @grants: answer.lock: what the grant layer did
 */
struct xbb_counts {
	u64 requests[XBB_NR_KINDS];
	u64 indirect;
	u64 refused;
	u64 read_sectors;
	u64 write_sectors;
	u64 discard_sectors;
	u64 passes[XSPLIT_NR_SIZES];
	u64 wakeups;
	u64 events_lost;
	u64 out_of_requests;
	u64 barrier_waits;
	u64 cache_hits;
	u64 cache_misses;
	u64 copied;
	u64 map_busy;
	u64 evicted;
	u64 cache_size;
	u64 pages_kept;

	u64 drains[XSPLIT_NR_SIZES];
	u64 answers;
	u64 notified;
	u64 quiet;
	u64 errors[XBB_NR_KINDS];
	u64 bad_grants;
	u64 parked;
	struct xsplit_grant_count grants;
};

/* Lines of the debugfs file, relative to struct xbb_ring. */
extern const struct xsplit_counter xbb_counters[];

/**
 * xbb_count_grants - add up and reset what the grant layer did for the thread
 * @to: of the queue
 * @from: of the thread since the last time
 */
void xbb_count_grants(struct xsplit_grant_count *to, struct xsplit_grant_count *from);

/**
 * enum xbb_stat - the lines of sysfs, older than this project
 * @XBB_STAT_OO_REQ: waits for room
 * @XBB_STAT_RD_REQ: reads
 * @XBB_STAT_WR_REQ: writes
 * @XBB_STAT_F_REQ: flushes and barriers
 * @XBB_STAT_DS_REQ: discards
 * @XBB_STAT_RD_SECT: sectors read
 * @XBB_STAT_WR_SECT: sectors written
 * @XBB_NR_STATS: how many there are
 */
enum xbb_stat {
	XBB_STAT_OO_REQ,
	XBB_STAT_RD_REQ,
	XBB_STAT_WR_REQ,
	XBB_STAT_F_REQ,
	XBB_STAT_DS_REQ,
	XBB_STAT_RD_SECT,
	XBB_STAT_WR_SECT,
	XBB_NR_STATS,
};

/* Add a queue's counts to the sums of its device. */
void xbb_count_stats(u64 stats[XBB_NR_STATS], const struct xbb_counts *counts);

#endif /* XSPLIT_BLKBACK_COUNT_H */
