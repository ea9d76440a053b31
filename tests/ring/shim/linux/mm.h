/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_MM_H
#define SHIM_LINUX_MM_H

#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/string.h>

struct folio {
	char unused;
};

#define page_to_pfn(page) ((unsigned long)(page))
#define pfn_to_kaddr(pfn) ((void *)(pfn))
#define page_count(page) ((page)->users)
#define PageCompound(page) ((void)(page), false)
#define PageForeign(page) ((page)->foreign)
#define page_folio(page) ((struct folio *)(page))
#define folio_test_slab(folio) ((void)(folio), false)

static inline void put_page(struct page *page)
{
	if (!--page->users)
		__free_page(page);
}

#endif
