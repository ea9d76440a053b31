/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_RATELIMIT_TYPES_H
#define SHIM_LINUX_RATELIMIT_TYPES_H

struct ratelimit_state {
	unsigned int left;	/* lines */
};

#endif
