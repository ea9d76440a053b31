/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a ring did.
 */
#ifndef XSPLIT_BLKFRONT_COUNT_H
#define XSPLIT_BLKFRONT_COUNT_H

#include "blkfront/request.h"
#include "grant/count.h"
#include "xenbus/counter.h"

/**
 * enum xbf_reaper - who took responses
 * @XBF_BY_EVENT: the softirq behind the event channel
 * @XBF_BY_POLL: somebody who polls for completions
 * @XBF_BY_TIMEOUT: the look after a long wait, where nobody polls any more
 * @XBF_NR_REAPERS: how many there are
 */
enum xbf_reaper {
	XBF_BY_EVENT,
	XBF_BY_POLL,
	XBF_BY_TIMEOUT,
	XBF_NR_REAPERS,
};

/**
 * struct xbf_count - counters of a ring
 * @requests: written to the ring, by what was wanted
 * @indirect: of them, with an indirect list
 * @bounced_bytes: of them, bytes copied through the ring's pages
 * @direct_pages: of them, pages of the requests that were lent
 * @pushes: batches shown to the backend, by size: each is one test whether it
 *	wants to be told
 * @notified: of them, told
 * @quiet: of them, not told: it was awake
 * @notified_again: times it was told again, as the event seemed lost
 * @events_lost: looks that found responses without an event
 * @resource_waits: requests put off because pages or references were used up
 * @responses: taken, by who took them
 * @reaps: batches of responses, by size
 * @polls: looks by somebody who polls
 * @failed: responses that say so
 * @unsupported: responses that say so
 * @retry: requests that went out a second time
 * @taken_back: requests that a backend left behind had not answered
 * @grants: of the grant layer
 *
 * All are written under the ring's lock.
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
	struct xsplit_grant_count grants;
};

/* Lines of a struct xbf_ring, for xsplit_counters_add(). */
extern const struct xsplit_counter xbf_counters[];

#endif /* XSPLIT_BLKFRONT_COUNT_H */
