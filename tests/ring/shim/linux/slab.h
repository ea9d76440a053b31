/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_SLAB_H
#define SHIM_LINUX_SLAB_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/gfp.h>

#define kvcalloc(n, size, gfp) calloc(n, size)
#define kvfree(mem) free(mem)
#define kcalloc(n, size, gfp) calloc(n, size)
#define kzalloc(size, gfp) calloc(1, size)
#define kfree(mem) free((void *)(mem))

/* Fails where a case wants it to; see hypervisor.h. */
void *kmalloc(size_t size, gfp_t gfp);

#endif
