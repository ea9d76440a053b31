/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages kept ready for a queue: own memory to copy into, or foreign ones, whose addresses another
 * domain's pages are mapped at.
 */
#ifndef XSPLIT_GRANT_POOL_H
#define XSPLIT_GRANT_POOL_H

#include <linux/spinlock.h>
#include <linux/types.h>

enum xsplit_pool_kind { XSPLIT_POOL_OWN, XSPLIT_POOL_FOREIGN };

struct xsplit_pool {
	enum xsplit_pool_kind kind;
	spinlock_t lock;	/* protects the members below */
	struct page **page;	/* a stack of the free pages */
	unsigned int nr;	/* how many are free */
	unsigned int room;	/* how many fit in @page */
	unsigned int out;	/* how many are in use */
};

/*
 * Set up an empty pool with room for @room pages, at least one; the room grows on demand.
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int xsplit_pool_init(struct xsplit_pool *pool, enum xsplit_pool_kind kind, unsigned int room);

/*
 * Free all pages of a pool, or a zeroed one, which no other context uses; a page that is still
 * out is reported. Context: may sleep.
 */
void xsplit_pool_free(struct xsplit_pool *pool);

/*
 * Take @nr pages, all or none; allocate the missing ones. One context at a time takes.
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int xsplit_pool_get(struct xsplit_pool *pool, struct page **page, unsigned int nr);

/*
 * Give @nr pages back. An entry that is NULL is a page that was taken and is lost. Nothing
 * is freed here: the owner calls xsplit_pool_trim() when it has time.
 * Context: softirq or process.
 */
void xsplit_pool_put(struct xsplit_pool *pool, struct page **page, unsigned int nr);

/* Free all but @keep of the free pages. Context: may sleep. */
void xsplit_pool_trim(struct xsplit_pool *pool, unsigned int keep);

#endif /* XSPLIT_GRANT_POOL_H */
