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

/**
 * struct xnb_rx_wait - a queue to a guest at one moment
 * @now: the moment
 * @blocked: since when the guest has taken nothing, if @held or @dropping
 * @held_since: when the oldest waiting packet began to wait, if @held
 * @tick: when the queue's pace was last measured
 * @tick_length: how long after that it is measured again
 * @drain: longest time that a packet waits
 * @stall: after how long the carrier goes off; 0: never
 * @held: packets wait for room
 * @absorbing: they wait in the driver, and their pace no longer matters
 * @dropping: no packet waits, because the guest has taken nothing for too long
 * @stalled: the carrier is off already
 */
struct xnb_rx_wait {
	unsigned long now;
	unsigned long blocked;
	unsigned long held_since;
	unsigned long tick;
	unsigned long tick_length;
	unsigned long drain;
	unsigned long stall;
	bool held;
	bool absorbing;
	bool dropping;
	bool stalled;
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

/* Has the guest taken nothing for so long that all packets are dropped? */
bool xnb_rx_wait_drops(const struct xnb_rx_wait *wait);

/* Has it taken nothing for so long that the carrier goes off? */
bool xnb_rx_wait_stalls(const struct xnb_rx_wait *wait);

#endif /* XSPLIT_NETBACK_RX_STALL_JUDGE_H */
