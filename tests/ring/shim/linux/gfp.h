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

#define PAGE_SIZE 4096UL

/* Its address stands for its memory, and for where that is. */
struct page {
	int users;
	bool foreign;
	bool exact;	/* of alloc_pages_exact(): it is at the start of its own memory */
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

/* Several pages in a row. What is freed of them must not be touched. */
void *alloc_pages_exact(size_t bytes, gfp_t gfp);
void free_pages_exact(void *addr, size_t bytes);

#define virt_to_page(addr) ((struct page *)(addr))

static inline void __free_page(struct page *page)
{
	if (page->exact)
		free_pages_exact(page, PAGE_SIZE);
	else
		free(page);
}

#endif
