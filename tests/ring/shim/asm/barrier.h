/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Real barriers, and a point where a test can let the other end run: whatever
 * may happen between two steps of one end happens at a barrier.
 */
#ifndef SHIM_ASM_BARRIER_H
#define SHIM_ASM_BARRIER_H

#include <linux/compiler.h>

enum shim_barrier { SHIM_MB, SHIM_RMB, SHIM_WMB };

extern __thread void (*shim_at_barrier)(enum shim_barrier kind);

static inline void shim_barrier(enum shim_barrier kind)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (shim_at_barrier)
		shim_at_barrier(kind);
}

#define virt_mb() shim_barrier(SHIM_MB)
#define virt_rmb() shim_barrier(SHIM_RMB)
#define virt_wmb() shim_barrier(SHIM_WMB)
#define smp_rmb() shim_barrier(SHIM_RMB)
#define smp_store_release(p, val) __atomic_store_n(p, val, __ATOMIC_RELEASE)
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)

#endif
