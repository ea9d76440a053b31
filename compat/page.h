/* SPDX-License-Identifier: GPL-2.0 */
/* After 6.12: the type of a page is known of the first one of its folio only. */
#ifndef XSPLIT_COMPAT_PAGE_H
#define XSPLIT_COMPAT_PAGE_H

#include <linux/mm.h>

/**
 * xsplit_page_is_slab - is a page kmalloc()'s?
 * @page: any one of its folio
 *
 * Its memory has a next owner as soon as this one frees it: a reference to the page
 * holds nothing back. In 6.12 and before that is not so of memory larger than any slab gives.
 */
static inline bool xsplit_page_is_slab(struct page *page)
{
	struct folio *folio = page_folio(page);

#ifdef HAVE_LARGE_KMALLOC
	if (folio_test_large_kmalloc(folio))
		return true;
#endif
	return folio_test_slab(folio);
}

#endif /* XSPLIT_COMPAT_PAGE_H */
