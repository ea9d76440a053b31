/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a ring did.
 */
#ifndef XSPLIT_BLKFRONT_COUNT_H
#define XSPLIT_BLKFRONT_COUNT_H

#include "blkfront/request.h"
#include "grant/count.h"
#include "xenbus/counter.h"

/* What took responses: the softirq of the event, a task that polls, the check at a timeout. */
enum xbf_reaper {
	XBF_BY_EVENT,
	XBF_BY_POLL,
	XBF_BY_TIMEOUT,
	XBF_NR_REAPERS,
};

/*
 * Counters of a ring, written under its lock; blkfront.rst says what each means. @pushes and
 * @reaps are batches by size. @notified and @quiet are pushes with and without a notification.
 */
struct xbf_count {
	u64 requests[XBF_NR_REQ_TYPES];
	u64 indirect;
	u64 bounced_bytes;
	u64 direct_pages;
	u64 pushes[XSPLIT_NR_SIZES];
	u64 notified;
	u64 quiet;
	u64 notified_again;
	u64 events_lost;
	u64 resource_waits;
	u64 responses[XBF_NR_REAPERS];
	u64 reaps[XSPLIT_NR_SIZES];
	u64 polls;
	u64 failed;
	u64 unsupported;
	u64 again;
	u64 taken_back;
	u64 pages_freed;
	u64 pages_kept;
	struct xsplit_grant_count grants;
};

/* What debugfs shows of a struct xbf_ring. */
extern const struct xsplit_queue_tables xbf_tables;

#endif /* XSPLIT_BLKFRONT_COUNT_H */
