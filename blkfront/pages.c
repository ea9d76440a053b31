// SPDX-License-Identifier: GPL-2.0
/*
 * A ring's own pages.
 *
 * Every page was zeroed when it was allocated and has only held data of this
 * disk since, so lending it shows the backend nothing that it has not seen.
 */
#include <linux/gfp.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "blkfront/io.h"
#include "blkfront/pages.h"
#include "grant/retry.h"

int xbf_pages_init(struct xbf_pages *pages, spinlock_t *lock, unsigned int max,
		   unsigned int least)
{
	*pages = (struct xbf_pages){ .lock = lock, .max = max, .least = least };
	pages->loan = kvcalloc(max, sizeof(*pages->loan), GFP_KERNEL);
	return pages->loan ? 0 : -ENOMEM;
}

void xbf_pages_free(struct xbf_pages *pages, struct xsplit_reserve *res)
{
	struct xbf_loan *loan;

	while (pages->free) {
		loan = &pages->loan[--pages->free];
		if (loan->ref == INVALID_GRANT_REF)
			__free_page(loan->page);
		else
			xsplit_lend_abandon(res, loan->ref, loan->page);
	}
	kvfree(pages->loan);
	*pages = (struct xbf_pages){ };
}

int xbf_pages_add(struct xbf_pages *pages, gfp_t gfp)
{
	struct page *page;

	if (pages->nr >= pages->max)
		return -ENOSPC;
	page = alloc_page(gfp | __GFP_ZERO);
	if (!page)
		return -ENOMEM;
	pages->nr++;
	/* Below those that are lent: on top of them it would need one more reference. */
	pages->loan[pages->free++] = pages->loan[pages->bare];
	pages->loan[pages->bare++] = (struct xbf_loan){
		.page = page, .ref = INVALID_GRANT_REF,
	};
	return 0;
}

/* Allocate more, as far as memory allows without waiting; only while a ring warms up. */
static void grow(struct xbf_pages *pages, unsigned int want)
{
	while (pages->free < want)
		if (xbf_pages_add(pages, GFP_ATOMIC | __GFP_NOWARN))
			return;
}

/* References missing for the topmost @nr pages. */
static unsigned int not_lent(const struct xbf_pages *pages, unsigned int nr)
{
	unsigned int i, missing = 0;

	for (i = 1; i <= nr; i++)
		missing += pages->loan[pages->free - i].ref == INVALID_GRANT_REF;
	return missing;
}

int xbf_pages_take(struct xbf_pages *pages, struct xsplit_reserve *res, struct xbf_io *io,
		   unsigned int nr, bool readonly)
{
	struct xbf_loan *loan;

	lockdep_assert_held(pages->lock);
	if (unlikely(io->held + nr > io->room))
		return -ENOSPC;
	if (unlikely(pages->free < nr))
		grow(pages, nr);
	if (unlikely(pages->free < nr || !xsplit_reserve_has(res, not_lent(pages, nr))))
		return -ENOSPC;
	pages->idle = min(pages->idle, pages->free - nr);
	for (; nr; nr--) {
		loan = &pages->loan[--pages->free];
		if (loan->ref == INVALID_GRANT_REF)
			loan->ref = xsplit_lend(res, loan->page, readonly && !pages->keep);
		io->page[io->held] = loan->page;
		io->seg[io->held].ref = loan->ref;
		io->held++;
	}
	pages->bare = min(pages->bare, pages->free);
	return 0;
}

bool xbf_pages_give(struct xbf_pages *pages, struct xsplit_reserve *res, struct page *page,
		    grant_ref_t ref, struct xsplit_grant_count *count)
{
	lockdep_assert_held(pages->lock);
	if (!pages->keep) {
		if (unlikely(!xsplit_lend_end(res, ref))) {
			pages->nr--;
			return !xsplit_quarantine(res, ref, page, count);
		}
		ref = INVALID_GRANT_REF;
	}
	pages->loan[pages->free++] = (struct xbf_loan){ .page = page, .ref = ref };
	return true;
}

/* End the loan of a page, if it is lent. Return: false: the backend has it mapped. */
static bool end_loan(struct xsplit_reserve *res, const struct xbf_loan *loan, bool v2)
{
	if (loan->ref == INVALID_GRANT_REF)
		return true;
	return res->size > res->least && xsplit_loan_try_end(res, loan->ref, loan->page, v2);
}

bool xbf_pages_trim(struct xbf_pages *pages, struct xsplit_reserve *res, struct xbf_trim *trim)
{
	unsigned int spare = xsplit_spare(pages->idle, pages->nr, pages->least);
	unsigned int end = min(pages->idle, trim->at + XBF_TRIM_BATCH);
	unsigned int i, nr = 0, bare = pages->bare;

	lockdep_assert_held(pages->lock);
	/* From the lowest ones on, which have not been used for longest. */
	for (i = trim->at; i < end && nr < spare; i++) {
		const struct xbf_loan *loan = &pages->loan[i];

		if (end_loan(res, loan, trim->v2)) {
			trim->page[nr++] = loan->page;
			pages->bare -= i < bare;
		} else {
			pages->loan[trim->at++] = *loan;
		}
	}
	/* Without any, @i may lie beyond the top: pages are taken between two calls. */
	if (nr)
		memmove(&pages->loan[trim->at], &pages->loan[i],
			(pages->free - i) * sizeof(*pages->loan));
	trim->nr = nr;
	pages->free -= nr;
	pages->nr -= nr;
	pages->idle -= nr;
	if (nr < spare && trim->at < pages->idle)
		return true;
	/* The next trim counts from here. */
	pages->idle = pages->free;
	return false;
}

void xbf_pages_abandon(struct xbf_pages *pages, struct xsplit_reserve *res, struct page *page,
		       grant_ref_t ref)
{
	lockdep_assert_held(pages->lock);
	if (pages->keep) {
		xbf_pages_give(pages, res, page, ref, NULL);
		return;
	}
	xsplit_lend_abandon(res, ref, page);
	pages->nr--;
}
