/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking after the rings of a device, for events that were lost.
 *
 * Two paces: while the peer owes us something, or something is suspicious, twice a
 * second; else only when the processor is awake anyway, so that an idle device wakes
 * nobody. What a ring looks like is judged by xenbus/lost_event.h.
 */
#ifndef XSPLIT_XENBUS_WATCHDOG_H
#define XSPLIT_XENBUS_WATCHDOG_H

#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

/**
 * struct xsplit_watchdog - of one device; all members are private
 * @look: see xsplit_watchdog_init()
 * @awake: @soon is pending or about to be
 * @lock: protects @live, and the timers against being set after it has gone
 * @live: between start and stop
 * @looking: held during a look; there is one at a time
 * @soon: the next look, while there is something to look after
 * @idle: the next look, otherwise; does not wake a processor
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
 * xsplit_watchdog_init - first of all
 * @dog: the watchdog
 * @look: looks at all rings. @ran: see xsplit_lost_event_judge(). Called in softirq,
 *	never twice at once. Returns true to be called again soon.
 */
void xsplit_watchdog_init(struct xsplit_watchdog *dog,
			  bool (*check)(struct xsplit_watchdog *dog, bool ran));

/**
 * xsplit_watchdog_start - look from now on
 * @dog: the watchdog
 *
 * Context: process or softirq.
 */
void xsplit_watchdog_start(struct xsplit_watchdog *dog);

/**
 * xsplit_watchdog_stop - no look is under way or will come on return
 * @dog: the watchdog; may be stopped already
 *
 * Context: may sleep.
 */
void xsplit_watchdog_stop(struct xsplit_watchdog *dog);

/* Of xsplit_watchdog_wake(). */
void xsplit_watchdog_arm(struct xsplit_watchdog *dog);

/**
 * xsplit_watchdog_wake - the peer owes us something from now on
 * @dog: the watchdog; nothing is done if it is not started
 *
 * After it was shown to the peer (which is a full barrier). Costs a load, and twice
 * a second more. Context: any.
 */
static inline void xsplit_watchdog_wake(struct xsplit_watchdog *dog)
{
	if (unlikely(!READ_ONCE(dog->awake)))
		xsplit_watchdog_arm(dog);
}

#endif /* XSPLIT_XENBUS_WATCHDOG_H */
