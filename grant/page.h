/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose a page is, and what that means for lending it.
 */
#ifndef XSPLIT_GRANT_PAGE_H
#define XSPLIT_GRANT_PAGE_H

#include <linux/mm.h>

#include "compat/mm.h"

/**
 * xsplit_page_is_foreign - is a page another domain's, mapped by us?
 * @page: the page
 *
 * The page cache and swap use the same flag for purposes of their own.
 */
static inline bool xsplit_page_is_foreign(struct page *page)
{
	return unlikely(!PageCompound(page) && PageForeign(page)) && !page->mapping;
}

/**
 * xsplit_page_is_kmalloc - does a page hold memory from kmalloc()?
 * @page: any page of its folio
 *
 * Such memory has another owner as soon as it is freed: a reference to the page holds
 * nothing back. Kernels up to 6.12 cannot tell where it is larger than any slab object.
 */
static inline bool xsplit_page_is_kmalloc(struct page *page)
{
	struct folio *folio = page_folio(page);

	return folio_test_slab(folio) || folio_test_large_kmalloc(folio);
}

/**
 * xsplit_can_lend - may a page be lent, whatever the peer does with it?
 * @page: the page
 *
 * Not a page of kmalloc()'s, see above, and not one that is another domain's, which is not
 * ours to lend.
 */
static inline bool xsplit_can_lend(struct page *page)
{
	return !xsplit_page_is_kmalloc(page) && !xsplit_page_is_foreign(page);
}

#endif /* XSPLIT_GRANT_PAGE_H */
