// SPDX-License-Identifier: GPL-2.0
/* Judging how long packets have waited for a guest; see rx_stall_judge.h. */

#include <linux/minmax.h>

#include "netback/rx_stall_judge.h"

static bool reached(const struct xnb_rx_wait *wait, unsigned long at)
{
	return (long)(wait->now - at) >= 0;
}

/*
 * Does the first packet need more than the guest has ever lent? One that has lent nothing yet
 * may be about to begin: it is treated as one that takes nothing.
 */
static bool too_long(const struct xnb_rx_wait *wait)
{
	return wait->held && wait->lent_most && wait->need > wait->lent_most;
}

static void advance(unsigned long *at, unsigned long to)
{
	if ((long)(to - *at) < 0)
		*at = to;
}

bool xnb_rx_wait_next(const struct xnb_rx_wait *wait, unsigned long *at)
{
	if (!wait->held) {
		*at = wait->blocked + wait->stall;
		return wait->dropping && !wait->stalled && wait->stall;
	}
	*at = wait->held_since + wait->drain;
	advance(at, wait->tick + wait->tick_length);
	if (too_long(wait))
		advance(at, wait->held_since + wait->tick_length);
	return true;
}

bool xnb_rx_wait_ticks(const struct xnb_rx_wait *wait)
{
	return wait->held && reached(wait, wait->tick + wait->tick_length);
}

bool xnb_rx_wait_too_slow(const struct xnb_rx_wait *wait, u64 taken, u32 packets, bool foreign)
{
	unsigned long most = wait->tick_length;

	if (!foreign)
		most = max(most, wait->drain);
	return taken * most <= (u64)packets * wait->tick_length;
}

bool xnb_rx_wait_caught_up(const struct xnb_rx_wait *wait, u64 taken, u32 packets, bool foreign)
{
	return wait->absorbing && !xnb_rx_wait_too_slow(wait, taken, 2 * packets, foreign);
}

bool xnb_rx_wait_hopeless(const struct xnb_rx_wait *wait)
{
	return too_long(wait) && reached(wait, wait->held_since + wait->tick_length);
}

bool xnb_rx_wait_drops(const struct xnb_rx_wait *wait)
{
	return reached(wait, wait->blocked + wait->drain);
}

bool xnb_rx_wait_stalls(const struct xnb_rx_wait *wait)
{
	return wait->dropping && !wait->stalled && wait->stall &&
	       reached(wait, wait->blocked + wait->stall);
}
