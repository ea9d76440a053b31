/* SPDX-License-Identifier: GPL-2.0 */
/* The test runs the work. */
#ifndef SHIM_LINUX_WORKQUEUE_H
#define SHIM_LINUX_WORKQUEUE_H

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct workqueue_struct;

struct work_struct {
	void (*func)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
};

typedef void (*work_func_t)(struct work_struct *work);

#define INIT_WORK(work, fn) ((work)->func = (fn))
#define INIT_DELAYED_WORK(delayed, fn) INIT_WORK(&(delayed)->work, fn)
#define __DELAYED_WORK_INITIALIZER(name, function, flags) { { function } }
#define WQ_UNBOUND 0x1u
#define WQ_MEM_RECLAIM 0x2u
#define WQ_MAX_ACTIVE 512

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max_active);
void destroy_workqueue(struct workqueue_struct *wq);
bool queue_work(struct workqueue_struct *wq, struct work_struct *work);
bool flush_work(struct work_struct *work);

bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
			unsigned long delay);
bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
		      unsigned long delay);
bool cancel_delayed_work(struct delayed_work *work);
bool delayed_work_pending(const struct delayed_work *work);

/* The only delayed work; see hypervisor.h. */
bool schedule_delayed_work(struct delayed_work *work, unsigned long delay);
bool cancel_delayed_work_sync(struct delayed_work *work);

#endif
