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

/* A page and the reference it is lent under; INVALID_GRANT_REF while it is not. */
struct xbf_loan {
	struct page *page;
	grant_ref_t ref;
};

/**
 * struct xbf_pages - a stack of free pages
 * @loan: the free ones, last used first: the backend keeps mappings of those
 *	used lately
 * @free: how many are free
 * @bare: as many of them, the lowest, are not lent; with @keep all others are, so that
 *	a request finds pages that are lent on top
 * @nr: how many there are, in use or free
 * @max: most there may be
 * @least: as many are never given back
 * @idle: fewest that have been free at a time since the last trim
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

/*
 * @max: most pages there will be; @least: so many are not given back.
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int xbf_pages_init(struct xbf_pages *pages, unsigned int max, unsigned int least);

/*
 * Allocate one more, zeroed. Context: under the ring's lock, or while no one else knows the
 * stack. Return: 0, -ENOSPC if there may be no more, or -ENOMEM.
 */
int xbf_pages_add(struct xbf_pages *pages, gfp_t gfp);

/*
 * Free all pages of a stack none of which is in use, or of a zeroed one. Those that stayed
 * lent are freed when the backend lets go. Context: may sleep; nobody else uses the stack.
 */
void xbf_pages_free(struct xbf_pages *pages, struct xsplit_reserve *res);

/**
 * xbf_pages_take - take pages and lend those that are not
 * @pages: the stack
 * @res: references
 * @io: gets the pages from @io->held on
 * @nr: how many
 * @readonly: the peer may only read pages that are lent now and do not stay lent
 *
 * Context: under the ring's lock. Return: 0, or -ENOSPC and none is taken.
 */
int xbf_pages_take(struct xbf_pages *pages, struct xsplit_reserve *res, struct xbf_io *io,
		   unsigned int nr, bool readonly);

/*
 * Give back one page and end its loan, unless pages stay lent. A quarantined page is counted
 * in @count. Context: under the ring's lock. Return: false if the peer still holds it.
 */
bool xbf_pages_give(struct xbf_pages *pages, struct xsplit_reserve *res, struct page *page,
		    grant_ref_t ref, struct xsplit_grant_count *count);

/**
 * xbf_pages_trim - take out pages that were not used since the last time
 * @pages: the stack
 * @res: references
 * @page: filled in, to be freed
 * @max: room in it
 *
 * A page that stayed lent and that the backend has mapped stays: it may be used again.
 * Context: under the ring's lock. Return: how many; less than @max: these were all.
 */
unsigned int xbf_pages_trim(struct xbf_pages *pages, struct xsplit_reserve *res,
			    struct page **page, unsigned int max);

/*
 * As xbf_pages_give(), at a time when the peer may still hold the page without breaking a
 * rule. Context: under the ring's lock.
 */
void xbf_pages_abandon(struct xbf_pages *pages, struct xsplit_reserve *res, struct page *page,
		       grant_ref_t ref);

#endif /* XSPLIT_BLKFRONT_PAGES_H */
