/* SPDX-License-Identifier: GPL-2.0 */
/* A device's watchdog for lost events; see "Lost events" in Documentation/xenbus.rst. */
#ifndef XSPLIT_XENBUS_WATCHDOG_H
#define XSPLIT_XENBUS_WATCHDOG_H

#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

/* All members are private. */
struct xsplit_watchdog {
	bool (*check)(struct xsplit_watchdog *dog, bool ran);
	bool awake;		/* @soon is pending or about to be */
	spinlock_t lock;	/* protects @live; unless that is set, no timer is */
	bool live;		/* between start and stop */
	spinlock_t checking;	/* held during a check, so that there is one at a time */
	struct timer_list soon;	/* the next check while the watchdog is awake */
	struct timer_list idle;	/* the next check otherwise; wakes no processor */
};

/*
 * Set up a stopped watchdog. @check checks all rings of the device, with @ran for
 * xsplit_lost_event_judge(), and returns true to be called again soon. It is called in softirq,
 * never twice at once.
 */
void xsplit_watchdog_init(struct xsplit_watchdog *dog,
			  bool (*check)(struct xsplit_watchdog *dog, bool ran));

/* Start checking. Context: process or softirq. */
void xsplit_watchdog_start(struct xsplit_watchdog *dog);

/* Stop, unless stopped: no check runs on return. Context: may sleep. */
void xsplit_watchdog_stop(struct xsplit_watchdog *dog);

/* The slow path of xsplit_watchdog_wake(). */
void xsplit_watchdog_arm(struct xsplit_watchdog *dog);

/*
 * Check soon, if started, because the peer has been shown something to deal with, which is a full
 * barrier. Costs a load, and twice a second more. Context: any.
 */
static inline void xsplit_watchdog_wake(struct xsplit_watchdog *dog)
{
	if (unlikely(!READ_ONCE(dog->awake)))
		xsplit_watchdog_arm(dog);
}

#endif /* XSPLIT_XENBUS_WATCHDOG_H */
