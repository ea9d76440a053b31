/* SPDX-License-Identifier: GPL-2.0 */
/* The test lets a timer expire. */
#ifndef SHIM_LINUX_TIMER_H
#define SHIM_LINUX_TIMER_H

#include <linux/kernel.h>
#include <linux/types.h>

struct timer_list {
	void (*function)(struct timer_list *timer);
	unsigned long expires;
	bool pending;
};

#define from_timer(var, timer, member) container_of(timer, __typeof__(*(var)), member)
#define timer_setup(timer, fn, flags) \
	(*(timer) = (struct timer_list){ .function = (fn) })

static inline void mod_timer(struct timer_list *timer, unsigned long expires)
{
	timer->expires = expires;
	timer->pending = true;
}

#define timer_pending(timer) ((timer)->pending)
#define timer_delete(timer) timer_delete_sync(timer)

static inline int timer_delete_sync(struct timer_list *timer)
{
	bool pending = timer->pending;

	timer->pending = false;
	return pending;
}

#endif
