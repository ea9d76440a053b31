/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_CPUMASK_H
#define SHIM_LINUX_CPUMASK_H

#include <linux/types.h>

struct cpumask {
	unsigned long bits;
};

#define cpumask_size() sizeof(struct cpumask)
#define cpumask_copy(to, from) ((void)(*(to) = *(from)))
#define cpumask_equal(a, b) ((a)->bits == (b)->bits)

#endif
