/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring's own pages: to copy data through, and for the lists of indirect
 * requests.
 */
#ifndef XSPLIT_BLKFRONT_PAGES_H
#define XSPLIT_BLKFRONT_PAGES_H

#include <linux/types.h>

#include "grant/lend.h"

struct xbf_io;

/**
 * struct xbf_loan - a page and the reference it is lent under
 * @page: the page
 * @ref: the reference; INVALID_GRANT_REF while it is not lent
 */
struct xbf_loan {
	struct page *page;
	grant_ref_t ref;
};

/**
 * struct xbf_pages - a stack of free pages
 * @loan: the free ones, last used first: the backend keeps mappings of those
 *	used lately
 * @free: how many are free
 * @bare: so many of them, the lowest, are not lent; with @keep all others are, so that
 *	a request finds the references of free pages on top
 * @nr: how many there are, in use or free
 * @max: most there may be
 * @least: so many stay
 * @idle: fewest that have been free at a time since they were looked at
 * @keep: pages stay lent while they are free
 *
 * Protected by the lock of the ring.
 */
struct xbf_pages {
	struct xbf_loan *loan;
	unsigned int free;
	unsigned int bare;
	unsigned int nr;
	unsigned int max;
	unsigned int least;
	unsigned int idle;
	bool keep;
};

/**
 * xbf_pages_init - set up an empty stack
 * @pages: to set up
 * @max: most pages there will be
 * @least: so many are not given back
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int xbf_pages_init(struct xbf_pages *pages, unsigned int max, unsigned int least);

/**
 * xbf_pages_add - allocate one more, zeroed
 * @pages: the stack
 * @gfp: how to
 *
 * Context: under the ring's lock, or when nobody else knows the stack.
 * Return: 0, -ENOSPC if there may be no more, or -ENOMEM.
 */
int xbf_pages_add(struct xbf_pages *pages, gfp_t gfp);

/**
 * xbf_pages_free - free all pages; those that stayed lent when the backend
 * lets go
 * @pages: the stack, or a zeroed one; none is in use
 * @res: where the references belong
 *
 * Context: may sleep; nobody else is left.
 */
void xbf_pages_free(struct xbf_pages *pages, struct xsplit_reserve *res);

/**
 * xbf_pages_take - take pages and lend those that are not
 * @pages: the stack
 * @res: references
 * @io: gets the pages from @io->held on
 * @nr: how many
 * @readonly: the peer may only read pages that are lent now and not kept
 *
 * Context: under the ring's lock. Return: 0, or -ENOSPC and none is taken.
 */
int xbf_pages_take(struct xbf_pages *pages, struct xsplit_reserve *res,
			struct xbf_io *io, unsigned int nr, bool readonly);

/**
 * xbf_pages_give - give back one page, ending its loan unless it is kept
 * @pages: the stack
 * @res: references
 * @page: the page
 * @ref: its reference
 * @count: where a quarantined page is counted
 *
 * Context: under the ring's lock. Return: false if the peer still holds it.
 */
bool xbf_pages_give(struct xbf_pages *pages, struct xsplit_reserve *res,
			 struct page *page, grant_ref_t ref,
			 struct xsplit_grant_count *count);

/**
 * xbf_pages_trim - take out pages that were not used since the last time
 * @pages: the stack
 * @res: references
 * @page: filled in, to be freed
 * @max: room in it
 *
 * One that stayed lent and that the backend has mapped stays: it may want it again.
 * Context: under the ring's lock. Return: how many; less than @max: these were all.
 */
unsigned int xbf_pages_trim(struct xbf_pages *pages, struct xsplit_reserve *res,
				 struct page **page, unsigned int max);

/**
 * xbf_pages_abandon - as xbf_pages_give(), when the peer may still
 * hold the page without doing wrong
 * @pages: the stack
 * @res: references
 * @page: the page
 * @ref: its reference
 *
 * Context: under the ring's lock.
 */
void xbf_pages_abandon(struct xbf_pages *pages, struct xsplit_reserve *res,
			    struct page *page, grant_ref_t ref);

#endif /* XSPLIT_BLKFRONT_PAGES_H */
