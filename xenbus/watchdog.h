/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device's watchdog for events that were lost.
 *
 * It checks the rings twice a second while the peer has slots of ours to deal with, or
 * something is suspicious. Otherwise it checks only when the processor is awake anyway, so
 * that an idle device wakes no processor. xenbus/lost_event.h judges the rings.
 */
#ifndef XSPLIT_XENBUS_WATCHDOG_H
#define XSPLIT_XENBUS_WATCHDOG_H

#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

/**
 * struct xsplit_watchdog - of one device; all members are private
 * @check: see xsplit_watchdog_init()
 * @awake: @soon is pending or about to be
 * @lock: protects @live, and the timers against being set while it is clear
 * @live: between start and stop
 * @checking: held during a check, so that there is one at a time
 * @soon: the next check while the watchdog is awake
 * @idle: the next check otherwise; does not wake a processor
 */
struct xsplit_watchdog {
	bool (*check)(struct xsplit_watchdog *dog, bool ran);
	bool awake;
	spinlock_t lock;
	bool live;
	spinlock_t checking;
	struct timer_list soon;
	struct timer_list idle;
};

/**
 * xsplit_watchdog_init - set up a stopped watchdog
 * @dog: the watchdog
 * @check: checks all rings of the device; @ran is for xsplit_lost_event_judge(). Called in
 *	softirq, never twice at once. Returns true to be called again soon.
 */
void xsplit_watchdog_init(struct xsplit_watchdog *dog,
			  bool (*check)(struct xsplit_watchdog *dog, bool ran));

/* Start checking. Context: process or softirq. */
void xsplit_watchdog_start(struct xsplit_watchdog *dog);

/* Stop, unless stopped: no check runs on return. Context: may sleep. */
void xsplit_watchdog_stop(struct xsplit_watchdog *dog);

/* The slow path of xsplit_watchdog_wake(). */
void xsplit_watchdog_arm(struct xsplit_watchdog *dog);

/**
 * xsplit_watchdog_wake - check soon, because the peer has something to deal with
 * @dog: the watchdog; nothing is done if it is not started
 *
 * Called after the peer was shown it, which is a full barrier. Costs a load, and twice a
 * second more. Context: any.
 */
static inline void xsplit_watchdog_wake(struct xsplit_watchdog *dog)
{
	if (unlikely(!READ_ONCE(dog->awake)))
		xsplit_watchdog_arm(dog);
}

#endif /* XSPLIT_XENBUS_WATCHDOG_H */
