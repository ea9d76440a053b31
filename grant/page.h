/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose a page is, and what that means for lending it.
 */
#ifndef XSPLIT_GRANT_PAGE_H
#define XSPLIT_GRANT_PAGE_H

#include <linux/mm.h>

#include "compat/page.h"

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
 * xsplit_can_lend - may a page be lent, whatever the peer does with it?
 * @page: the page
 *
 * Not a page of a slab, whose memory has a next owner however long we hold the
 * page; and not one that is another domain's, which is not ours to lend.
 */
static inline bool xsplit_can_lend(struct page *page)
{
	return !xsplit_page_is_slab(page) && !xsplit_page_is_foreign(page);
}

#endif /* XSPLIT_GRANT_PAGE_H */
