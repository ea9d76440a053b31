/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether an event was lost, judged from snapshots of a ring.
 *
 * Pure: builds in user space too. See "Lost events" in Documentation/xenbus.rst.
 */
#ifndef XSPLIT_XENBUS_LOST_EVENT_H
#define XSPLIT_XENBUS_LOST_EVENT_H

#include "xenbus/ring.h"

/* One end's view of a ring. The peer's numbers are only compared, so they are not judged. */
struct xsplit_ring_snapshot {
	u32 cons;		/* next slot we take */
	u32 peer_prod;
	u32 event_threshold;	/* index at which the peer wants an event */
	bool pending;		/* there are slots to take, for which we should have had an event */
	bool event_pending;	/* we have had one and will take them, or do not want to now */
	bool in_flight;		/* there are slots for the peer to take */
	bool missed_event;	/* @event_threshold is reached, and the peer has not moved it */
};

/* What the checks so far have found; zeroed at first. */
struct xsplit_lost_event {
	u32 cons;		/* this one and the next two as of the last check */
	u32 peer_prod;
	u32 event_threshold;
	u8 lost;		/* checks in a row: the same slots are pending without an event */
	u8 missed;		/* checks in a row: the peer has not reacted to our event */
};

/* Three checks have two intervals between them: a pause may hide in one of these. */
#define XSPLIT_EVENT_CHECKS 3

/* Bits of xsplit_lost_event_judge(). */
enum xsplit_event_verdict {
	XSPLIT_EVENT_WATCH = 1,		/* check again soon */
	XSPLIT_EVENT_LOST = 2,		/* an event to us was lost: poll the ring */
	XSPLIT_EVENT_MISSED = 4,	/* the peer seems to have missed one: notify it again */
};

/*
 * Compare a snapshot with the earlier ones, and bring @past up to date. @ran: since the last one,
 * this domain has run for as long as it was meant to. Return: bits of enum xsplit_event_verdict.
 * After a lost event the count starts again.
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
