/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_HASH_H
#define SHIM_LINUX_HASH_H

#include <linux/types.h>

/* Any function that spreads will do. */
static inline u32 hash_32(u32 val, unsigned int bits)
{
	return val * 0x9e3779b1u >> (32 - bits);
}

#endif
