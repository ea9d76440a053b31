/* SPDX-License-Identifier: GPL-2.0 */
/* One end at a time: barriers order nothing here. */
#ifndef SHIM_ASM_BARRIER_H
#define SHIM_ASM_BARRIER_H

#define virt_mb() do { } while (0)
#define virt_rmb() do { } while (0)
#define virt_wmb() do { } while (0)
#define smp_store_release(p, val) (*(p) = (val))
#define smp_load_acquire(p) (*(p))

#endif
