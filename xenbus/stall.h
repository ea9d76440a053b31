/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring that stands still: was an event lost?
 *
 * Pure: no clock, no lock; builds in user space too. What counts is how many looks
 * in a row have found the same, with a stretch in between in which this domain
 * ran. So neither a pause nor a jump of the clock, nor a slow peer, looks like a
 * lost event.
 */
#ifndef XSPLIT_XENBUS_STALL_H
#define XSPLIT_XENBUS_STALL_H

#include "xenbus/ring.h"

/**
 * struct xsplit_glance - what one end sees of a ring at a moment
 * @taken: how far we have taken what the peer has shown
 * @shown: how far the peer has shown anything
 * @wish: of what it wants to be told
 * @waiting: it has shown something that we should have been told of
 * @told: we were, and are at it or will be; or we do not want to take it now
 * @owed: the peer has something of ours to deal with
 * @deaf: of this it wanted to be told, and has not asked for the next event since
 *
 * The peer's numbers are compared, never used: nothing is judged.
 */
struct xsplit_glance {
	u32 taken;
	u32 shown;
	u32 wish;
	bool waiting;
	bool told;
	bool owed;
	bool deaf;
};

/**
 * struct xsplit_stall - what earlier looks have seen; zeroed at first
 * @taken: at the last look
 * @shown: as @taken
 * @wish: as @taken
 * @missed: looks in a row that saw the same thing waiting
 * @deaf: looks in a row that saw the same silence
 */
struct xsplit_stall {
	u32 taken;
	u32 shown;
	u32 wish;
	u8 missed;
	u8 deaf;
};

/*
 * A pause can fall into one stretch between two looks and seem to be none: two are
 * needed.
 */
#define XSPLIT_STALL_LOOKS 3

/**
 * enum xsplit_stall_verdict - bits of xsplit_stall_judge()
 * @XSPLIT_STALL_WATCH: look again soon
 * @XSPLIT_STALL_LOST: an event to us was lost: take what is there
 * @XSPLIT_STALL_DEAF: one to the peer was, as far as can be told: send it again
 */
enum xsplit_stall_verdict {
	XSPLIT_STALL_WATCH = 1,
	XSPLIT_STALL_LOST = 2,
	XSPLIT_STALL_DEAF = 4,
};

/**
 * xsplit_stall_judge - compare a look with those before
 * @stall: what these have seen
 * @now: what is seen now
 * @sure: this domain has run between the last look and this one, for as long as it
 *	was meant to
 *
 * A verdict of a lost event begins the count anew.
 *
 * Return: bits of enum xsplit_stall_verdict.
 */
unsigned int xsplit_stall_judge(struct xsplit_stall *stall, const struct xsplit_glance *now,
				bool sure);

/**
 * xsplit_front_glance - look at a ring as its frontend
 * @ring: the frontend's view
 * @now: filled in; @told is left to the caller
 */
static inline void xsplit_front_glance(const struct xsplit_ring *ring, struct xsplit_glance *now)
{
	u32 pushed = READ_ONCE(ring->pushed);

	*now = (struct xsplit_glance){
		.taken = READ_ONCE(ring->cons),
		.shown = READ_ONCE(ring->shared->rsp_prod),
		.wish = READ_ONCE(ring->shared->req_event),
	};
	now->waiting = now->shown != now->taken;
	now->owed = now->shown != pushed;
	now->deaf = now->owed && (s32)(pushed - now->wish) >= 0;
}

/**
 * xsplit_back_glance - look at a ring as its backend
 * @ring: the backend's view
 * @now: filled in; @told is left to the caller, and so is whether we are owed anything
 */
static inline void xsplit_back_glance(const struct xsplit_ring *ring, struct xsplit_glance *now)
{
	*now = (struct xsplit_glance){
		.taken = READ_ONCE(ring->cons),
		.shown = READ_ONCE(ring->shared->req_prod),
	};
	now->waiting = now->shown != now->taken;
}

#endif /* XSPLIT_XENBUS_STALL_H */
