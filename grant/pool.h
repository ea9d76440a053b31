/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages kept ready for a queue: our own memory (to copy into), or foreign
 * frames (addresses to map another domain's pages at).
 */
#ifndef XSPLIT_GRANT_POOL_H
#define XSPLIT_GRANT_POOL_H

#include <linux/spinlock.h>
#include <linux/types.h>

enum xsplit_pool_kind { XSPLIT_POOL_OWN, XSPLIT_POOL_FOREIGN };

/**
 * struct xsplit_pool - a stack of free pages
 * @kind: own memory or foreign frames
 * @lock: protects the members below
 * @page: the free pages
 * @nr: how many are free
 * @room: how many fit in @page
 * @out: how many are in use
 * @keep: how many free ones its owner wants kept, for xsplit_pool_trim()
 */
struct xsplit_pool {
	enum xsplit_pool_kind kind;
	spinlock_t lock;
	struct page **page;
	unsigned int nr;
	unsigned int room;
	unsigned int out;
	unsigned int keep;
};

/**
 * xsplit_pool_init - set up an empty pool
 * @pool: the pool
 * @kind: what it holds
 * @keep: most free pages kept, at least 1
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int xsplit_pool_init(struct xsplit_pool *pool, enum xsplit_pool_kind kind,
		     unsigned int keep);

/**
 * xsplit_pool_free - free all pages; none may be out
 * @pool: the pool, or a zeroed one
 *
 * Nobody may take or put a page any more: the owner has ended every request that has
 * one and waited for whoever ends requests. A page that is out all the same is reported.
 * Context: may sleep.
 */
void xsplit_pool_free(struct xsplit_pool *pool);

/**
 * xsplit_pool_get - take pages, all or none
 * @pool: the pool
 * @page: filled in
 * @nr: how many
 *
 * Context: may sleep (allocates what is missing); one taker at a time.
 * Return: 0 or -ENOMEM.
 */
int xsplit_pool_get(struct xsplit_pool *pool, struct page **page,
		    unsigned int nr);

/**
 * xsplit_pool_put - give pages back
 * @pool: the pool
 * @page: the pages; NULL entries are skipped but were taken (and are lost)
 * @nr: how many
 *
 * Context: softirq or process. Nothing is freed here: the owner calls
 * xsplit_pool_trim() when it has time.
 */
void xsplit_pool_put(struct xsplit_pool *pool, struct page **page,
		     unsigned int nr);

/**
 * xsplit_pool_trim - free pages beyond a number
 * @pool: the pool
 * @keep: how many may stay free
 *
 * Context: may sleep.
 */
void xsplit_pool_trim(struct xsplit_pool *pool, unsigned int keep);

#endif /* XSPLIT_GRANT_POOL_H */
