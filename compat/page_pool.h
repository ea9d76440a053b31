/* SPDX-License-Identifier: GPL-2.0 */
/* 6.6: the page pool's header became two. */
#ifndef XSPLIT_COMPAT_PAGE_POOL_H
#define XSPLIT_COMPAT_PAGE_POOL_H

#ifdef HAVE_PAGE_POOL_HELPERS
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif

#include <linux/jiffies.h>

/**
 * xsplit_page_pool_destroy - destroy a pool some of whose pages are still in use
 * @pool: the pool; nobody takes pages from it any more
 *
 * An application may leave data unread for as long as it likes, and its pages with it.
 * The pool waits for them, and complains each minute of a leak that is none.
 *
 * A page of our own keeps the pool from going before that is seen to. Without one,
 * memory being short, the kernel may complain.
 *
 * Context: may sleep.
 */
static inline void xsplit_page_pool_destroy(struct page_pool *pool)
{
#ifdef HAVE_POOL_DEFER_WARN
	struct page *page = page_pool_alloc_pages(pool, GFP_KERNEL | __GFP_NOWARN);

	page_pool_destroy(pool);
	if (!page)
		return;
	WRITE_ONCE(pool->defer_warn, jiffies + MAX_JIFFY_OFFSET);
	page_pool_put_full_page(pool, page, false);
#else
	page_pool_destroy(pool);
#endif
}

#endif /* XSPLIT_COMPAT_PAGE_POOL_H */
