/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long a channel stays masked whose events bring nothing. Xen's event layer has a delay of
 * its own for such a channel, but in Linux 6.1 it forgets the count whenever it has waited, and
 * so never waits for more than a tick.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_XENBUS_BACKOFF_H
#define XSPLIT_XENBUS_BACKOFF_H

#include <linux/jiffies.h>

/* So many empty events in a row are forgiven: an event and its cause may cross on the way. */
#define XSPLIT_BACKOFF_FREE 8

/*
 * The longest delay. It is also the latency of the first event that brings something again, unless
 * a poll finds that before: see xsplit_event_hurry().
 */
#define XSPLIT_BACKOFF_MOST (HZ / 8)

/* Empty events that are further apart cost nothing, and are not in a row. */
#define XSPLIT_BACKOFF_FORGET HZ

/* Zeroed at first, and whenever an event brings something. */
struct xsplit_backoff {
	unsigned int empty;	/* empty events in a row */
	unsigned long last;	/* when the last one was judged, in jiffies */
};

/*
 * Another event has brought nothing. Return: for how many jiffies its channel is to stay masked:
 * twice as many each time.
 */
static inline unsigned long xsplit_backoff_delay(struct xsplit_backoff *backoff, unsigned long now)
{
	unsigned long delay;

	if (time_after(now, backoff->last + XSPLIT_BACKOFF_FORGET))
		backoff->empty = 0;
	backoff->last = now;
	if (backoff->empty < XSPLIT_BACKOFF_FREE) {
		backoff->empty++;
		return 0;
	}
	delay = 1UL << (backoff->empty - XSPLIT_BACKOFF_FREE);
	if (delay >= XSPLIT_BACKOFF_MOST)
		return XSPLIT_BACKOFF_MOST;
	backoff->empty++;
	return delay;
}

#endif /* XSPLIT_XENBUS_BACKOFF_H */
