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
#define GFP_NOIO 0x10u

/* Its address stands for its memory, and for where that is. */
struct page {
	int users;
	bool foreign;
	void *mapping;
};

static inline struct page *alloc_page(gfp_t gfp)
{
	struct page *page = calloc(1, sizeof(*page));

	(void)gfp;
	if (page)
		page->users = 1;
	return page;
}

#define __free_page(page) free(page)

#endif
