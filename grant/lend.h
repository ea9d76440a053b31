/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lending our own pages: a reserve of references for a queue, and one way to
 * end a loan that never frees or reuses a page the peer still holds.
 */
#ifndef XSPLIT_GRANT_LEND_H
#define XSPLIT_GRANT_LEND_H

#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#include "grant/count.h"

/**
 * struct xsplit_reserve - references set aside for one queue
 * @head: the kernel's private list
 * @free: references in it
 * @size: references in all, lost ones not counted
 * @least: so many are its own for good
 * @most: so many it may have in all
 * @idle: fewest that have been free at a time since they were looked at
 * @retry: jiffies before which it does not try to have more
 * @peer: the domain we lend to
 *
 * The owner's lock protects it; no global lock is taken on the data path but to have
 * more references, some dozens at a time.
 */
struct xsplit_reserve {
	grant_ref_t head;
	unsigned int free;
	unsigned int size;
	unsigned int least;
	unsigned int most;
	unsigned int idle;
	unsigned long retry;
	domid_t peer;
};

/**
 * xsplit_reserve_init - set references aside
 * @res: to set up
 * @peer: the domain we will lend to
 * @nr: how many, 1 to 65535
 *
 * Context: process. Return: 0 or -ENOSPC (the grant table is full).
 */
int xsplit_reserve_init(struct xsplit_reserve *res, domid_t peer,
			unsigned int nr);

/**
 * xsplit_reserve_share - set aside as many as may be of use, and leave some to others
 * @res: to set up
 * @peer: the domain we will lend to
 * @most: how many may be of use
 * @least: how many it cannot do without; these it takes from whoever comes later
 *
 * With many references about that is @most. With few, see xsplit_smaller_request().
 *
 * Context: process. Return: 0 or -ENOSPC; @res->size says how many there are.
 */
int xsplit_reserve_share(struct xsplit_reserve *res, domid_t peer, unsigned int most,
			 unsigned int least);

/**
 * xsplit_reserve_open - set aside what it cannot do without; the rest comes on demand
 * @res: to set up
 * @peer: the domain we will lend to
 * @most: how many may be of use
 * @least: how many it cannot do without, at least 1
 *
 * Context: process. Return: 0 or -ENOSPC.
 */
int xsplit_reserve_open(struct xsplit_reserve *res, domid_t peer, unsigned int most,
			unsigned int least);

/* Of xsplit_reserve_has(): have more. */
bool xsplit_reserve_grow(struct xsplit_reserve *res, unsigned int nr);

/**
 * xsplit_reserve_has - are there so many references?
 * @res: the reserve
 * @nr: how many are needed
 *
 * There are always @least, free or lent. Beyond that some are left to others, so that
 * a device that comes late can connect.
 *
 * Context: any, under the owner's lock. Return: true if @nr can be lent now.
 */
static inline bool xsplit_reserve_has(struct xsplit_reserve *res, unsigned int nr)
{
	return likely(res->free >= nr) || xsplit_reserve_grow(res, nr);
}

/**
 * xsplit_reserve_trim - take out references that nobody has needed since the last time
 * @res: the reserve
 * @ref: filled in, for xsplit_refs_free()
 * @max: room in it
 *
 * Context: any, under the owner's lock. Return: how many; less than @max: these were all.
 */
unsigned int xsplit_reserve_trim(struct xsplit_reserve *res, grant_ref_t *ref,
				 unsigned int max);

/* Give references back to the kernel. Context: any; without the owner's lock. */
void xsplit_refs_free(const grant_ref_t *ref, unsigned int nr);

/**
 * xsplit_reserve_free - give the free ones back to the kernel
 * @res: the reserve, or a zeroed one; nothing of it may be lent
 */
void xsplit_reserve_free(struct xsplit_reserve *res);

/**
 * xsplit_reserve_refill - replace references that went into quarantine
 * @res: the reserve
 * @nr: how many it should hold in all
 *
 * Context: process. Return: true if it does.
 */
bool xsplit_reserve_refill(struct xsplit_reserve *res, unsigned int nr);

/**
 * xsplit_lend - lend one page
 * @res: the reserve, with @res->free > 0
 * @page: the page
 * @readonly: the peer may only read
 *
 * Context: any, under the owner's lock. Return: the reference.
 */
grant_ref_t xsplit_lend(struct xsplit_reserve *res, struct page *page,
			bool readonly);

/**
 * xsplit_lend_end - end a loan
 * @res: the reserve
 * @ref: the reference
 *
 * Context: any, under the owner's lock.
 * Return: true: the peer has no access any more and the reference is back in
 * the reserve; false: it still holds the page, nothing has changed, and the
 * page must go to xsplit_quarantine().
 */
bool xsplit_lend_end(struct xsplit_reserve *res, grant_ref_t ref);

/**
 * xsplit_quarantine - put a page away until the peer lets go of it
 * @res: the reserve the reference came from; it shrinks by one
 * @ref: a reference xsplit_lend_end() could not end
 * @page: the page, of which a reference is taken over (NULL: only the
 *	reference matters)
 * @count: where it is counted; may be NULL
 *
 * Context: any, under the owner's lock.
 */
void xsplit_quarantine(struct xsplit_reserve *res, grant_ref_t ref,
		       struct page *page, struct xsplit_grant_count *count);

/**
 * xsplit_lend_abandon - give up a page that was to stay lent
 * @res: the reserve the reference came from; it shrinks by one
 * @ref: the reference
 * @page: the page, of which a reference is taken over
 *
 * For the end of a connection, when the peer may still hold the page without
 * doing wrong: it lets go when it sees our end closed. The page is freed then,
 * or at once if the peer does not hold it.
 *
 * Context: any, under the owner's lock.
 */
void xsplit_lend_abandon(struct xsplit_reserve *res, grant_ref_t ref,
			 struct page *page);

/**
 * xsplit_loan_abandon - the same with a reference that belongs to no reserve any more
 * @ref: the reference
 * @page: what it lends; one reference to the page is given up
 *
 * Context: any.
 */
void xsplit_loan_abandon(grant_ref_t ref, struct page *page);

/**
 * xsplit_lend_disown - references leave the reserve while they lend pages
 * @res: the reserve they came from; it shrinks
 * @nr: how many
 *
 * Each loan is ended by xsplit_loan_end(), when the peer lets go.
 * Context: any, under the owner's lock.
 */
static inline void xsplit_lend_disown(struct xsplit_reserve *res, unsigned int nr)
{
	res->size -= nr;
}

/**
 * xsplit_loan_end - end a loan whose reference belongs to no reserve any more
 * @ref: the reference
 *
 * Context: any. Return: true: the peer has no access any more, and the kernel has the
 * reference; false: the peer still holds the page, nothing has changed.
 */
bool xsplit_loan_end(grant_ref_t ref);

/**
 * xsplit_ref_take - take a reference out of the reserve, for a place that lends
 * one page after the other
 * @res: the reserve, with @res->free > 0
 *
 * Context: any, under the owner's lock. Return: the reference, not in use.
 */
grant_ref_t xsplit_ref_take(struct xsplit_reserve *res);

/**
 * xsplit_ref_give - put it back
 * @res: the reserve it came from
 * @ref: the reference, not in use
 *
 * Context: any, under the owner's lock.
 */
void xsplit_ref_give(struct xsplit_reserve *res, grant_ref_t ref);

/**
 * xsplit_ref_lend - lend a page under such a reference
 * @res: the reserve it came from
 * @ref: the reference, not in use
 * @page: the page
 * @readonly: the peer may only read
 *
 * Context: any, under the owner's lock.
 */
static inline void xsplit_ref_lend(const struct xsplit_reserve *res, grant_ref_t ref,
				   struct page *page, bool readonly)
{
	gnttab_grant_foreign_access_ref(ref, res->peer, xen_page_to_gfn(page), readonly);
}

/**
 * xsplit_ref_end - end the loan and keep the reference
 * @ref: the reference
 *
 * Context: any, under the owner's lock.
 * Return: true: the reference is not in use any more; false: as xsplit_lend_end().
 */
static inline bool xsplit_ref_end(grant_ref_t ref)
{
	return likely(gnttab_end_foreign_access_ref(ref));
}

/* Of the whole module, at its end: let the kernel take over what is left. */
void xsplit_quarantine_exit(void);

/* How many pages are in quarantine now. */
unsigned int xsplit_quarantine_size(void);

#endif /* XSPLIT_GRANT_LEND_H */
