/* SPDX-License-Identifier: GPL-2.0 */
/* Memory management. */
#ifndef XSPLIT_COMPAT_MM_H
#define XSPLIT_COMPAT_MM_H

#include <linux/mm.h>

/*
 * After 6.12, memory from kmalloc() that is larger than any slab object has a page type of
 * its own. Before, nothing tells it from other pages.
 */
#ifndef HAVE_LARGE_KMALLOC
static inline bool folio_test_large_kmalloc(const struct folio *folio)
{
	return false;
}
#endif

#endif /* XSPLIT_COMPAT_MM_H */
