/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_GFP_H
#define SHIM_LINUX_GFP_H

#include <stdlib.h>
#include <linux/types.h>

typedef unsigned int gfp_t;

#define GFP_KERNEL 0x1u
#define GFP_ATOMIC 0x2u
#define __GFP_NOWARN 0x4u
#define __GFP_ZERO 0x8u

/* Only its address counts. */
struct page {
	char unused;
};

static inline struct page *alloc_page(gfp_t gfp)
{
	(void)gfp;
	return calloc(1, sizeof(struct page));
}

#define __free_page(page) free(page)

#endif
