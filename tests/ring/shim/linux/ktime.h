/* SPDX-License-Identifier: GPL-2.0 */
/* The test has a clock of its own; see hypervisor.h. */
#ifndef SHIM_LINUX_KTIME_H
#define SHIM_LINUX_KTIME_H

#include <linux/types.h>

typedef s64 ktime_t;

ktime_t ktime_get(void);

static inline s64 ktime_to_ms(ktime_t time)
{
	return time / 1000000;
}

#endif
