// SPDX-License-Identifier: GPL-2.0
/* A ring that stands still: was an event lost? Pure. */

#include "xenbus/lost_event.h"

/* How many looks in a row, this one included, have seen it. */
static u8 looks(u8 before, bool seen, bool same)
{
	if (!seen)
		return 0;
	return before && same ? before + 1 : 1;
}

/* Is the count full? If so it begins anew. */
static bool full(u8 *count)
{
	if (*count < XSPLIT_EVENT_CHECKS)
		return false;
	*count = 0;
	return true;
}

unsigned int xsplit_lost_event_judge(struct xsplit_lost_event *lost_event, const struct xsplit_ring_snapshot *now,
				bool ran)
{
	bool still = ran && now->cons == lost_event->cons;
	bool silent = ran && now->peer_prod == lost_event->peer_prod && now->event_threshold == lost_event->event_threshold;
	unsigned int verdict = 0;

	lost_event->missed = looks(lost_event->missed, now->pending && !now->event_pending, still);
	lost_event->missed_event = looks(lost_event->missed_event, now->in_flight && now->missed_event, silent);
	lost_event->cons = now->cons;
	lost_event->peer_prod = now->peer_prod;
	lost_event->event_threshold = now->event_threshold;

	if (now->in_flight || lost_event->missed)
		verdict |= XSPLIT_EVENT_WATCH;
	if (full(&lost_event->missed))
		verdict |= XSPLIT_EVENT_LOST;
	if (full(&lost_event->missed_event))
		verdict |= XSPLIT_EVENT_MISSED;
	return verdict;
}
