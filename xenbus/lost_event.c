// SPDX-License-Identifier: GPL-2.0
/* Whether an event was lost, judged from snapshots of a ring. Pure. */

#include "xenbus/lost_event.h"

/* Return: how many checks in a row, this one included, have found it. */
static u8 count_checks(u8 before, bool found, bool same)
{
	if (!found)
		return 0;
	return before && same ? before + 1 : 1;
}

/* Return: true if the count is full; it then starts again. */
static bool count_full(u8 *count)
{
	if (*count < XSPLIT_EVENT_CHECKS)
		return false;
	*count = 0;
	return true;
}

unsigned int xsplit_lost_event_judge(struct xsplit_lost_event *past,
				     const struct xsplit_ring_snapshot *now, bool ran)
{
	bool idle = ran && now->cons == past->cons;
	bool peer_idle = ran && now->peer_prod == past->peer_prod &&
			 now->event_threshold == past->event_threshold;
	unsigned int verdict = 0;

	past->lost = count_checks(past->lost, now->pending && !now->event_pending, idle);
	past->missed = count_checks(past->missed, now->in_flight && now->missed_event, peer_idle);
	past->cons = now->cons;
	past->peer_prod = now->peer_prod;
	past->event_threshold = now->event_threshold;

	if (now->in_flight || past->lost)
		verdict |= XSPLIT_EVENT_WATCH;
	if (count_full(&past->lost))
		verdict |= XSPLIT_EVENT_LOST;
	if (count_full(&past->missed))
		verdict |= XSPLIT_EVENT_MISSED;
	return verdict;
}
