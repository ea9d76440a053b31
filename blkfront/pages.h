/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring's own pages: to copy data through, and for the lists of indirect
 * requests.
 */
#ifndef XSPLIT_BLKFRONT_PAGES_H
#define XSPLIT_BLKFRONT_PAGES_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "grant/lend.h"

struct xbf_io;

/* A page and the reference it is lent under; INVALID_GRANT_REF while it is not. */
struct xbf_loan {
	struct page *page;
	grant_ref_t ref;
};

/* A stack of free pages. */
struct xbf_pages {
	spinlock_t *lock;	/* the ring's, which protects it */
	struct xbf_loan *loan;	/* last used first, as the backend keeps those mapped */
	unsigned int free;	/* its height */
	unsigned int bare;	/* so many, the lowest, are not lent; with @keep all others are */
	unsigned int nr;	/* how many there are, in use or free */
	unsigned int max;	/* the most there may be */
	unsigned int least;	/* so many are never given back */
	unsigned int idle;	/* the fewest that were free at a time since the last trim */
	bool keep;		/* pages stay lent while they are free */
};

/*
 * @lock: of the ring; @max: most pages there will be; @least: so many are not given back.
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int xbf_pages_init(struct xbf_pages *pages, spinlock_t *lock, unsigned int max,
		   unsigned int least);

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

/*
 * Take @nr pages, which @io gets from @io->held on, and lend those that are not. With @readonly,
 * the peer may only read pages that are lent now and do not stay lent.
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

/* Pages looked at in one go. */
#define XBF_TRIM_BATCH 64

/* A trim on its way through a stack. It begins with @at 0. */
struct xbf_trim {
	bool v2;		/* see xsplit_grants_v2() */
	unsigned int at;	/* where it goes on; below are pages that stay */
	unsigned int nr;	/* of @page */
	struct page *page[XBF_TRIM_BATCH]; /* taken out by the last call, to be freed */
};

/*
 * Take out pages that were not used since the last trim. Those that stayed lent and that the
 * backend still has mapped stay, ready to be used. Context: under the ring's lock, which may be
 * let go between two calls. Return: true if there are more to look at.
 */
bool xbf_pages_trim(struct xbf_pages *pages, struct xsplit_reserve *res, struct xbf_trim *trim);

/*
 * As xbf_pages_give(), at a time when the peer may still hold the page without breaking a
 * rule. Context: under the ring's lock.
 */
void xbf_pages_abandon(struct xbf_pages *pages, struct xsplit_reserve *res, struct page *page,
		       grant_ref_t ref);

#endif /* XSPLIT_BLKFRONT_PAGES_H */
