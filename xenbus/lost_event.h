/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring that stands still: was an event lost?
 *
 * Pure: no clock, no lock; builds in user space too. What counts is how many looks
 * in a row have found the same, with a stretch in between in which this domain
 * ran. So neither a pause nor a jump of the clock, nor a slow peer, looks like a
 * lost event.
 */
#ifndef XSPLIT_XENBUS_LOST_EVENT_H
#define XSPLIT_XENBUS_LOST_EVENT_H

#include "xenbus/ring.h"

/**
 * struct xsplit_ring_snapshot - what one end sees of a ring at a moment
 * @cons: how far we have cons what the peer has peer_prod
 * @peer_prod: how far the peer has peer_prod anything
 * @event_threshold: of what it wants to be event_pending
 * @pending: it has peer_prod something that we should have been event_pending of
 * @event_pending: we were, and are at it or will be; or we do not want to take it now
 * @in_flight: the peer has something of ours to deal with
 * @missed_event: of this it wanted to be event_pending, and has not asked for the next event since
 *
 * The peer's numbers are compared, never used: nothing is judged.
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
 * struct xsplit_lost_event - what earlier looks have seen; zeroed at first
 * @cons: at the last look
 * @peer_prod: as @cons
 * @event_threshold: as @cons
 * @missed: looks in a row that saw the same thing pending
 * @missed_event: looks in a row that saw the same silence
 */
struct xsplit_lost_event {
	u32 cons;
	u32 peer_prod;
	u32 event_threshold;
	u8 missed;
	u8 missed_event;
};

/*
 * A pause can fall into one stretch between two looks and seem to be none: two are
 * needed.
 */
#define XSPLIT_EVENT_CHECKS 3

/**
 * enum xsplit_event_verdict - bits of xsplit_lost_event_judge()
 * @XSPLIT_EVENT_WATCH: look again soon
 * @XSPLIT_EVENT_LOST: an event to us was lost: take what is there
 * @XSPLIT_EVENT_MISSED: one to the peer was, as far as can be event_pending: send it again
 */
enum xsplit_event_verdict {
	XSPLIT_EVENT_WATCH = 1,
	XSPLIT_EVENT_LOST = 2,
	XSPLIT_EVENT_MISSED = 4,
};

/**
 * xsplit_lost_event_judge - compare a look with those before
 * @lost_event: what these have seen
 * @now: what is seen now
 * @ran: this domain has run between the last look and this one, for as long as it
 *	was meant to
 *
 * A verdict of a lost event begins the count anew.
 *
 * Return: bits of enum xsplit_event_verdict.
 */
unsigned int xsplit_lost_event_judge(struct xsplit_lost_event *lost_event, const struct xsplit_ring_snapshot *now,
				bool ran);

/**
 * xsplit_front_snapshot - look at a ring as its frontend
 * @ring: the frontend's view
 * @now: filled in; @event_pending is left to the caller
 */
static inline void xsplit_front_snapshot(const struct xsplit_ring *ring, struct xsplit_ring_snapshot *now)
{
	u32 pushed = READ_ONCE(ring->pushed);

	*now = (struct xsplit_ring_snapshot){
		.cons = READ_ONCE(ring->cons),
		.peer_prod = READ_ONCE(ring->shared->rsp_prod),
		.event_threshold = READ_ONCE(ring->shared->req_event),
	};
	now->pending = now->peer_prod != now->cons;
	now->in_flight = now->peer_prod != pushed;
	now->missed_event = now->in_flight && (s32)(pushed - now->event_threshold) >= 0;
}

/**
 * xsplit_back_snapshot - look at a ring as its backend
 * @ring: the backend's view
 * @now: filled in; @event_pending is left to the caller, and so is whether we are in_flight anything
 */
static inline void xsplit_back_snapshot(const struct xsplit_ring *ring, struct xsplit_ring_snapshot *now)
{
	*now = (struct xsplit_ring_snapshot){
		.cons = READ_ONCE(ring->cons),
		.peer_prod = READ_ONCE(ring->shared->req_prod),
	};
	now->pending = now->peer_prod != now->cons;
}

#endif /* XSPLIT_XENBUS_LOST_EVENT_H */
