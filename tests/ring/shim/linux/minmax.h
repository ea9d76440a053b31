/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_MINMAX_H
#define SHIM_LINUX_MINMAX_H

#define min_t(type, a, b) \
	({ type shim_a = (a), shim_b = (b); shim_a < shim_b ? shim_a : shim_b; })
#define max_t(type, a, b) \
	({ type shim_a = (a), shim_b = (b); shim_a > shim_b ? shim_a : shim_b; })
#define min(a, b) min_t(__typeof__(a), a, b)
#define max(a, b) max_t(__typeof__(a), a, b)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define clamp(v, lo, hi) clamp_t(__typeof__(v), v, lo, hi)

#endif
