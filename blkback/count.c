// SPDX-License-Identifier: GPL-2.0
/* What a queue did, as tables. */

#include <linux/kernel.h>

#include "blkback/count.h"
#include "blkback/ring.h"

#define LINE(shown, member) { shown, offsetof(struct xbb_ring, counts.member) }
#define EVENT_LINE(shown, member) { shown, offsetof(struct xbb_ring, event.member) }

static const struct xsplit_counter xbb_counters[] = {
	LINE("reads", requests[XBB_READ]),
	LINE("writes", requests[XBB_WRITE]),
	LINE("barriers", requests[XBB_BARRIER]),
	LINE("flushes", requests[XBB_FLUSH]),
	LINE("discards", requests[XBB_DISCARD]),
	LINE("indirect", indirect),
	LINE("refused", refused),
	LINE("sectors_read", read_sectors),
	LINE("sectors_written", write_sectors),
	LINE("sectors_discarded", discard_sectors),
	XSPLIT_SIZE_COUNTERS("passes", struct xbb_ring, counts.passes),
	XSPLIT_SIZE_COUNTERS("drains", struct xbb_ring, counts.drains),
	EVENT_LINE("interrupts", interrupts),
	EVENT_LINE("interrupts_spurious", spurious),
	LINE("events_lost", events_lost),
	LINE("wakeups", wakeups),
	LINE("waits_for_room", out_of_requests),
	LINE("waits_for_barrier", barrier_waits),
	LINE("responses", answers),
	LINE("notifications", notified),
	LINE("notifications_suppressed", quiet),
	LINE("errors_read", errors[XBB_READ]),
	LINE("errors_write", errors[XBB_WRITE]),
	LINE("errors_barrier", errors[XBB_BARRIER]),
	LINE("errors_flush", errors[XBB_FLUSH]),
	LINE("errors_discard", errors[XBB_DISCARD]),
	LINE("errors_grant", bad_grants),
	LINE("cache_hits", cache_hits),
	LINE("cache_misses", cache_misses),
	LINE("cache_size", cache_size),
	LINE("cache_evicted", evicted),
	LINE("pages_kept", pages_kept),
	LINE("pages_copied", copied),
	LINE("maps_busy", map_busy),
	LINE("parked", parked),
	XSPLIT_GRANT_COUNTERS(struct xbb_ring, counts.grants),
	{ }
};

static const struct xsplit_counter histograms[] = {
	{ "request", offsetof(struct xbb_ring, requests) },
	{ "disk", offsetof(struct xbb_ring, disk) },
	{ }
};

static const struct xsplit_counter rings[] = {
	{ "", offsetof(struct xbb_ring, ring) },
	{ }
};

const struct xsplit_queue_tables xbb_tables = {
	.counters = xbb_counters,
	.latency = histograms,
	.rings = rings,
	.back = true,
};

void xbb_count_grants(struct xsplit_grant_count *to, struct xsplit_grant_count *from)
{
	u64 *sum = (u64 *)to, *part = (u64 *)from;
	unsigned int i;

	static_assert(sizeof(*to) % sizeof(u64) == 0);
	for (i = 0; i < sizeof(*to) / sizeof(u64); i++)
		xsplit_count(&sum[i], part[i]);
	*from = (struct xsplit_grant_count){ };
}

void xbb_count_stats(u64 stats[XBB_NR_STATS], const struct xbb_counts *counts)
{
	const u64 *requests = counts->requests;

	stats[XBB_STAT_OO_REQ] += READ_ONCE(counts->out_of_requests);
	stats[XBB_STAT_RD_REQ] += READ_ONCE(requests[XBB_READ]);
	stats[XBB_STAT_WR_REQ] += READ_ONCE(requests[XBB_WRITE]);
	stats[XBB_STAT_F_REQ] += READ_ONCE(requests[XBB_FLUSH]) + READ_ONCE(requests[XBB_BARRIER]);
	stats[XBB_STAT_DS_REQ] += READ_ONCE(requests[XBB_DISCARD]);
	stats[XBB_STAT_RD_SECT] += READ_ONCE(counts->read_sectors);
	stats[XBB_STAT_WR_SECT] += READ_ONCE(counts->write_sectors);
}
