/* SPDX-License-Identifier: GPL-2.0 */
/* A test has one thread: a lock only shows that it is let go. */
#ifndef SHIM_LINUX_MUTEX_H
#define SHIM_LINUX_MUTEX_H

#include <linux/spinlock.h>

struct mutex {
	spinlock_t lock;
};

#define __MUTEX_INITIALIZER(name) { __SPIN_LOCK_UNLOCKED((name).lock) }
#define mutex_init(mutex) spin_lock_init(&(mutex)->lock)
#define mutex_destroy(mutex) ((void)(mutex))
#define mutex_lock(mutex) spin_lock(&(mutex)->lock)
#define mutex_unlock(mutex) spin_unlock(&(mutex)->lock)

#endif
