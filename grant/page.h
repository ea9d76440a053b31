/* SPDX-License-Identifier: GPL-2.0 */
/* Whose a page is, and what that means for lending it. */
#ifndef XSPLIT_GRANT_PAGE_H
#define XSPLIT_GRANT_PAGE_H

#include <linux/mm.h>

#include "compat/mm.h"

/*
 * Does a page belong to another domain, and is mapped by us? The page cache and swap use the
 * same flag for purposes of their own.
 */
static inline bool xsplit_page_is_foreign(struct page *page)
{
	return unlikely(!PageCompound(page) && PageForeign(page)) && !page->mapping;
}

/*
 * Does a page, any one of its folio, hold memory from kmalloc()? Such memory has another
 * owner as soon as it is freed: a reference to the page holds nothing back. Kernels up to
 * 6.12 cannot tell where it is larger than any slab object.
 */
static inline bool xsplit_page_is_kmalloc(struct page *page)
{
	struct folio *folio = page_folio(page);

	return folio_test_slab(folio) || folio_test_large_kmalloc(folio);
}

/* May a page be lent, whatever the peer does with it? One of another domain is not ours to lend. */
static inline bool xsplit_can_lend(struct page *page)
{
	return !xsplit_page_is_kmalloc(page) && !xsplit_page_is_foreign(page);
}

#endif /* XSPLIT_GRANT_PAGE_H */
