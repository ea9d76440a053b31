/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether an event was lost, judged from snapshots of a ring.
 *
 * Pure: no clock, no lock; builds in user space too. An event counts as lost when several
 * checks in a row have found the ring unchanged, and this domain ran in between. A pause,
 * a jump of the clock or a slow peer therefore does not look like a lost event.
 */
#ifndef XSPLIT_XENBUS_LOST_EVENT_H
#define XSPLIT_XENBUS_LOST_EVENT_H

#include "xenbus/ring.h"

/**
 * struct xsplit_ring_snapshot - one end's view of a ring at one moment
 * @cons: next slot we take
 * @peer_prod: what the peer has produced
 * @event_threshold: index at which the peer wants an event
 * @pending: there are slots to take, for which we should have had an event
 * @event_pending: we have had one and are about to take them, or do not want to now
 * @in_flight: there are slots for the peer to take
 * @missed_event: @event_threshold has been reached, and the peer has not moved it since
 *
 * The peer's numbers are only compared, so they are not judged.
 */
struct xsplit_ring_snapshot {
	u32 cons;
	u32 peer_prod;
	u32 event_threshold;
	bool pending;
	bool event_pending;
	bool in_flight;
	bool missed_event;
};

/**
 * struct xsplit_lost_event - what the checks so far have found; zeroed at first
 * @cons: at the last check
 * @peer_prod: at the last check
 * @event_threshold: at the last check
 * @lost: checks in a row that found the same slots pending without an event
 * @missed: checks in a row in which the peer has not reacted to our event
 */
struct xsplit_lost_event {
	u32 cons;
	u32 peer_prod;
	u32 event_threshold;
	u8 lost;
	u8 missed;
};

/* Three checks have two intervals between them: a pause may hide in one of these. */
#define XSPLIT_EVENT_CHECKS 3

/**
 * enum xsplit_event_verdict - bits of xsplit_lost_event_judge()
 * @XSPLIT_EVENT_WATCH: check again soon
 * @XSPLIT_EVENT_LOST: an event to us was lost: poll the ring
 * @XSPLIT_EVENT_MISSED: the peer seems to have missed an event: notify it again
 */
enum xsplit_event_verdict {
	XSPLIT_EVENT_WATCH = 1,
	XSPLIT_EVENT_LOST = 2,
	XSPLIT_EVENT_MISSED = 4,
};

/**
 * xsplit_lost_event_judge - compare a snapshot with the earlier ones
 * @past: what the earlier ones have shown; brought up to date
 * @now: the snapshot
 * @ran: since the last one, this domain has run for as long as it was meant to
 *
 * Return: bits of enum xsplit_event_verdict. After a lost event the count starts again.
 */
unsigned int xsplit_lost_event_judge(struct xsplit_lost_event *past,
				     const struct xsplit_ring_snapshot *now, bool ran);

/* A frontend's snapshot; @event_pending is left to the caller. */
static inline void xsplit_front_snapshot(const struct xsplit_ring *ring,
					 struct xsplit_ring_snapshot *now)
{
	u32 pushed = READ_ONCE(ring->pushed);

	*now = (struct xsplit_ring_snapshot){
		.cons = READ_ONCE(ring->cons),
		.peer_prod = xsplit_ring_rsp_prod(ring),
		.event_threshold = xsplit_ring_req_event(ring),
	};
	now->pending = now->peer_prod != now->cons;
	now->in_flight = now->peer_prod != pushed;
	now->missed_event = now->in_flight && (s32)(pushed - now->event_threshold) >= 0;
}

/* A backend's snapshot; @event_pending, @in_flight and @missed_event are left to the caller. */
static inline void xsplit_back_snapshot(const struct xsplit_ring *ring,
					struct xsplit_ring_snapshot *now)
{
	*now = (struct xsplit_ring_snapshot){
		.cons = READ_ONCE(ring->cons),
		.peer_prod = xsplit_ring_req_prod(ring),
	};
	now->pending = now->peer_prod != now->cons;
}

#endif /* XSPLIT_XENBUS_LOST_EVENT_H */
