// SPDX-License-Identifier: GPL-2.0
/*
 * Fitting a disk to its backend.
 */
#include <linux/minmax.h>

#include "blkfront/fit.h"

u32 xbf_fit_segs(u64 offered, u32 allowed, u32 room)
{
	u32 segs = min_t(u64, offered, min_t(u32, allowed, XBF_MAX_SEGS));

	/* Requests of a disk that is there already have their size. */
	if (room)
		segs = min_t(u32, segs, room - 1);
	return max_t(u32, segs, XBLK_SLOT_SEGS);
}

/* 1 MiB; beyond that nobody would write in such pieces. */
#define MAX_PHYSICAL (1U << 20)

u32 xbf_fit_physical(u32 logical, u64 said)
{
	return said >= logical && said <= MAX_PHYSICAL && !(said & (said - 1)) ? said : logical;
}

bool xbf_fit_least(u32 *order, u32 *segs)
{
	if (!*order && *segs == XBLK_SLOT_SEGS)
		return false;
	*order = 0;
	*segs = XBLK_SLOT_SEGS;
	return true;
}

u32 xbf_fit_ring(const struct xbf_fit_queues *fit, u32 queue)
{
	u32 event_queues = fit->queues - fit->polled_queues;
	u32 event_rings = fit->rings - fit->polled_rings;

	if (queue < event_queues || !fit->polled_rings)
		return queue % event_rings;
	return event_rings + (queue - event_queues) % fit->polled_rings;
}
