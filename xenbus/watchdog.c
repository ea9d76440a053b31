// SPDX-License-Identifier: GPL-2.0
/* Looking after the rings of a device, for events that were lost. */

#include <linux/jiffies.h>

#include "compat/module.h"
#include "xenbus/lost_event.h"
#include "xenbus/watchdog.h"

/* Pure code does not export itself. */
XSPLIT_EXPORT(xsplit_lost_event_judge);

#define SOON (HZ / 2)
#define IDLE HZ

static void set(struct xsplit_watchdog *dog, struct timer_list *timer, unsigned long delay)
{
	unsigned long flags;

	spin_lock_irqsave(&dog->lock, flags);
	if (dog->live)
		mod_timer(timer, jiffies + delay);
	spin_unlock_irqrestore(&dog->lock, flags);
}

void xsplit_watchdog_arm(struct xsplit_watchdog *dog)
{
	if (!READ_ONCE(dog->live))
		return;
	WRITE_ONCE(dog->awake, true);
	set(dog, &dog->soon, SOON);
}
XSPLIT_EXPORT(xsplit_watchdog_arm);

/* Whoever finds another check under way leaves the timers to it. */
static void check(struct xsplit_watchdog *dog, bool ran)
{
	if (!spin_trylock(&dog->checking))
		return;
	/* Before the rings are looked at: what is shown later wakes us again. */
	WRITE_ONCE(dog->awake, false);
	/* Pairs with the barrier between showing something and looking at @awake. */
	smp_mb();
	if (dog->check(dog, ran))
		xsplit_watchdog_arm(dog);
	else if (!READ_ONCE(dog->awake))
		set(dog, &dog->idle, IDLE);
	spin_unlock(&dog->checking);
}

static void check_soon(struct timer_list *timer)
{
	struct xsplit_watchdog *dog = container_of(timer, struct xsplit_watchdog, soon);

	/* One that comes late comes after a pause, or on a starved machine. */
	check(dog, time_before(jiffies, timer->expires + SOON));
}

static void check_idle(struct timer_list *timer)
{
	struct xsplit_watchdog *dog = container_of(timer, struct xsplit_watchdog, idle);

	/* It may have slept for long. */
	if (!READ_ONCE(dog->awake))
		check(dog, false);
}

void xsplit_watchdog_init(struct xsplit_watchdog *dog,
			  bool (*check)(struct xsplit_watchdog *dog, bool ran))
{
	*dog = (struct xsplit_watchdog){ .check = check };
	spin_lock_init(&dog->lock);
	spin_lock_init(&dog->checking);
	timer_setup(&dog->soon, check_soon, 0);
	timer_setup(&dog->idle, check_idle, TIMER_DEFERRABLE);
}
XSPLIT_EXPORT(xsplit_watchdog_init);

static void set_live(struct xsplit_watchdog *dog, bool live)
{
	unsigned long flags;

	spin_lock_irqsave(&dog->lock, flags);
	WRITE_ONCE(dog->live, live);
	spin_unlock_irqrestore(&dog->lock, flags);
}

void xsplit_watchdog_start(struct xsplit_watchdog *dog)
{
	set_live(dog, true);
	xsplit_watchdog_arm(dog);
}
XSPLIT_EXPORT(xsplit_watchdog_start);

void xsplit_watchdog_stop(struct xsplit_watchdog *dog)
{
	set_live(dog, false);
	timer_delete_sync(&dog->soon);
	timer_delete_sync(&dog->idle);
	WRITE_ONCE(dog->awake, false);
}
XSPLIT_EXPORT(xsplit_watchdog_stop);
