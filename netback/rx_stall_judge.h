/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Judging how long packets have waited for a guest; see rx_stall.c for what follows.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 *
 * All times are in jiffies, which wrap around.
 */
#ifndef XSPLIT_NETBACK_RX_STALL_JUDGE_H
#define XSPLIT_NETBACK_RX_STALL_JUDGE_H

#include <linux/kernel.h>
#include <linux/types.h>

/* A queue to a guest at one moment. */
struct xnb_rx_wait {
	unsigned long now;
	unsigned long blocked;		/* since when the guest has taken nothing */
	unsigned long held_since;	/* when the oldest waiting packet began to wait */
	unsigned long tick;		/* when the queue's pace was last measured */
	unsigned long tick_length;	/* how long after that it is measured again */
	unsigned long drain;		/* longest time that a packet waits */
	unsigned long stall;		/* after how long the carrier goes off; 0: never */
	u32 need;			/* slots that the oldest waiting packet wants */
	u32 lent_most;			/* slots that the guest has ever lent at a time */
	bool held;			/* packets wait for room */
	bool absorbing;			/* they wait in the driver, as do all that follow */
	bool dropping;			/* none waits: the guest takes nothing for too long */
	bool stalled;			/* the carrier is off already */
};

/* Set @at to the time when the next judgement is due. Return: false if none ever is. */
bool xnb_rx_wait_next(const struct xnb_rx_wait *wait, unsigned long *at);

/* Is the pace to be measured now? */
bool xnb_rx_wait_ticks(const struct xnb_rx_wait *wait);

/*
 * Would @packets that wait, at the pace of @taken packets since the last tick, be sent only
 * after more than the drain timeout, or more than a tick if they are @foreign: they may lie
 * in another guest's pages?
 */
bool xnb_rx_wait_too_slow(const struct xnb_rx_wait *wait, u64 taken, u32 packets, bool foreign);

/*
 * May a queue that absorbs leave packets to the queue discipline again: would the @packets
 * that wait in the driver be sent in half of that time?
 */
bool xnb_rx_wait_caught_up(const struct xnb_rx_wait *wait, u64 taken, u32 packets, bool foreign);

/*
 * Does the oldest packet wait in vain: it needs more slots than the guest has ever lent at a
 * time, and the guest has lent no more for a tick?
 */
bool xnb_rx_wait_hopeless(const struct xnb_rx_wait *wait);

/* Has the guest taken nothing for so long that all packets are dropped? */
bool xnb_rx_wait_drops(const struct xnb_rx_wait *wait);

/* Has it taken nothing for so long that the carrier goes off? */
bool xnb_rx_wait_stalls(const struct xnb_rx_wait *wait);

#endif /* XSPLIT_NETBACK_RX_STALL_JUDGE_H */
