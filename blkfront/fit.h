/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fitting a disk to its backend: what a connection may agree on when the disk is
 * there already, its queues made and requests under way in them.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_BLKFRONT_FIT_H
#define XSPLIT_BLKFRONT_FIT_H

#include "blkfront/request.h"

/**
 * xbf_fit_segs - most segments of a request
 * @offered: by the backend, in indirect requests
 * @allowed: by the user
 * @room: pages that a request of the disk has room for, one of them for the
 *	indirect list; 0: there is no disk yet
 *
 * Return: XBLK_SLOT_SEGS, which fit in any slot, to XBF_MAX_SEGS.
 */
u32 xbf_fit_segs(u64 offered, u32 allowed, u32 room);

/**
 * xbf_fit_physical - size of the sectors that the disk has inside
 * @logical: size of those that it can be written in, a power of two
 * @said: what the backend says; 0: nothing
 *
 * Only a hint how best to write: one that makes no sense is as none.
 * Return: a power of two, at least @logical.
 */
u32 xbf_fit_physical(u32 logical, u64 said);

/**
 * xbf_fit_least - the least that still is a connection
 * @order: size of a ring, in pages, as a power of two
 * @segs: most segments of a request
 *
 * Return: false if they were that small already.
 */
bool xbf_fit_least(u32 *order, u32 *segs);

/* Longest request, in sectors, of as many segments: it fits in them if copied. */
static inline u32 xbf_fit_sectors(u32 segs)
{
	return segs * XBLK_PAGE_SECTORS;
}

/**
 * struct xbf_fit_queues - queues of a disk, rings of a connection
 * @queues: the disk's, for ever; at least one
 * @polled_queues: of these, the last ones are polled
 * @rings: the connection's; at least one
 * @polled_rings: of these, the last ones send no events; not all of them
 */
struct xbf_fit_queues {
	u32 queues;
	u32 polled_queues;
	u32 rings;
	u32 polled_rings;
};

/**
 * xbf_fit_ring - which ring serves a queue
 * @fit: how many there are of each
 * @queue: the queue
 *
 * Several queues share a ring if there are fewer of them. A ring that sends events
 * may serve a polled queue, never the other way round.
 * Return: the ring's number.
 */
u32 xbf_fit_ring(const struct xbf_fit_queues *fit, u32 queue);

#endif /* XSPLIT_BLKFRONT_FIT_H */
