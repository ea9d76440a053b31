/* SPDX-License-Identifier: GPL-2.0 */
/* All that is logged in a test is logged within the interval. */
#ifndef SHIM_LINUX_RATELIMIT_H
#define SHIM_LINUX_RATELIMIT_H

#include <linux/ratelimit_types.h>

static inline int __ratelimit(struct ratelimit_state *limit)
{
	if (!limit->left)
		return 0;
	limit->left--;
	return 1;
}

#endif
