// SPDX-License-Identifier: GPL-2.0
/*
 * Names of the counters.
 */
#include "blkfront/count.h"
#include "blkfront/ring.h"

#define LINE(name, member) { name, offsetof(struct xbf_ring, count.member) }
#define EVENT_LINE(name, member) { name, offsetof(struct xbf_ring, event.member) }

static const struct xsplit_counter counters[] = {
	LINE("reads", requests[XBF_REQ_READ]),
	LINE("writes", requests[XBF_REQ_WRITE]),
	LINE("fua_writes", requests[XBF_REQ_FUA]),
	LINE("flushes", requests[XBF_REQ_FLUSH]),
	LINE("discards", requests[XBF_REQ_DISCARD]),
	LINE("secure_discards", requests[XBF_REQ_SECURE_ERASE]),
	LINE("indirect", indirect),
	LINE("bounced_bytes", bounced_bytes),
	LINE("direct_pages", direct_pages),
	XSPLIT_SIZE_COUNTERS("pushes", struct xbf_ring, count.pushes),
	LINE("notifications_sent", notified),
	LINE("notifications_suppressed", quiet),
	LINE("notifications_repeated", notified_again),
	LINE("events_lost", events_lost),
	LINE("resource_waits", resource_waits),
	EVENT_LINE("interrupts", interrupts),
	EVENT_LINE("spurious_interrupts", spurious),
	LINE("responses_by_event", responses[XBF_BY_EVENT]),
	LINE("responses_by_poll", responses[XBF_BY_POLL]),
	LINE("responses_missed", responses[XBF_BY_TIMEOUT]),
	XSPLIT_SIZE_COUNTERS("reaps", struct xbf_ring, count.reaps),
	LINE("polls", polls),
	LINE("errors", failed),
	LINE("unsupported", unsupported),
	LINE("sent_again", again),
	LINE("taken_back", taken_back),
	LINE("pages_freed", pages_freed),
	LINE("pages_kept", pages_kept),
	XSPLIT_GRANT_COUNTERS(struct xbf_ring, count.grants),
	{ }
};

static const struct xsplit_counter histograms[] = {
	{ "request", offsetof(struct xbf_ring, latency) },
	{ }
};

static const struct xsplit_counter rings[] = {
	{ "", offsetof(struct xbf_ring, ring) },
	{ }
};

const struct xsplit_queue_tables xbf_tables = {
	.counters = counters,
	.latency = histograms,
	.rings = rings,
};
