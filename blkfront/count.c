// SPDX-License-Identifier: GPL-2.0
/*
 * Names of the counters.
 */
#include "blkfront/count.h"
#include "blkfront/ring.h"

#define LINE(name, member) { name, offsetof(struct xbf_ring, count.member) }
#define EVENT_LINE(name, member) { name, offsetof(struct xbf_ring, event.member) }

const struct xsplit_counter xbf_counters[] = {
	LINE("reads", requests[XBF_REQ_READ]),
	LINE("writes", requests[XBF_REQ_WRITE]),
	LINE("fua_writes", requests[XBF_REQ_FUA]),
	LINE("flushes", requests[XBF_REQ_FLUSH]),
	LINE("discards", requests[XBF_REQ_DISCARD]),
	LINE("secure_discards", requests[XBF_REQ_SECURE_ERASE]),
	LINE("indirect", indirect),
	LINE("bounced_bytes", bounced_bytes),
	LINE("direct_pages", direct_pages),
	LINE("pushes_of_1", pushes[0]),
	LINE("pushes_of_2_to_7", pushes[1]),
	LINE("pushes_of_8_to_31", pushes[2]),
	LINE("pushes_of_32_up", pushes[3]),
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
	LINE("reaps_of_1", reaps[0]),
	LINE("reaps_of_2_to_7", reaps[1]),
	LINE("reaps_of_8_to_31", reaps[2]),
	LINE("reaps_of_32_up", reaps[3]),
	LINE("polls", polls),
	LINE("errors", failed),
	LINE("unsupported", unsupported),
	LINE("sent_again", again),
	LINE("taken_back", taken_back),
	XSPLIT_GRANT_COUNTERS(struct xbf_ring, count.grants),
	{ }
};
