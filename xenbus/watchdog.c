// SPDX-License-Identifier: GPL-2.0
/* A device's watchdog for events that were lost. */

#include <linux/jiffies.h>

#include "compat/module.h"
#include "xenbus/lost_event.h"
#include "xenbus/watchdog.h"

/* Pure code cannot export its own symbols. */
XSPLIT_EXPORT(xsplit_lost_event_judge);

#define SOON (HZ / 2)
#define IDLE HZ

static void set_timer(struct xsplit_watchdog *dog, struct timer_list *timer, unsigned long delay)
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
	set_timer(dog, &dog->soon, SOON);
}
XSPLIT_EXPORT(xsplit_watchdog_arm);

/* A check that is running already sets the timers itself. */
static void check(struct xsplit_watchdog *dog, bool ran)
{
	if (!spin_trylock(&dog->checking))
		return;
	/* Before the rings are read: a push after that wakes us again. */
	WRITE_ONCE(dog->awake, false);
	/* Pairs with the barrier between a push and the load of @awake. */
	smp_mb();
	if (dog->check(dog, ran))
		xsplit_watchdog_arm(dog);
	else if (!READ_ONCE(dog->awake))
		set_timer(dog, &dog->idle, IDLE);
	spin_unlock(&dog->checking);
}

static void check_soon(struct timer_list *timer)
{
	struct xsplit_watchdog *dog = container_of(timer, struct xsplit_watchdog, soon);

	/* A timer that is late means a pause, or a starved machine. */
	check(dog, time_before(jiffies, timer->expires + SOON));
}

static void check_idle(struct timer_list *timer)
{
	struct xsplit_watchdog *dog = container_of(timer, struct xsplit_watchdog, idle);

	/* A deferrable timer does not show how long this domain has run. */
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
