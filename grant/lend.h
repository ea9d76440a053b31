/* SPDX-License-Identifier: GPL-2.0 */
/* Lending our own pages; see Documentation/grant.rst. */
#ifndef XSPLIT_GRANT_LEND_H
#define XSPLIT_GRANT_LEND_H

#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#include "grant/count.h"

/*
 * Whom pages are lent to: a domain, by way of one of our devices, which has a number of its own
 * for as long as this kernel runs. The quarantine knows by this what each device has cost.
 */
struct xsplit_borrower {
	domid_t domain;
	u32 device;
};

static inline bool xsplit_same_borrower(struct xsplit_borrower a, struct xsplit_borrower b)
{
	return a.domain == b.domain && a.device == b.device;
}

/*
 * References set aside for one queue. The owner's lock protects all of it: where nothing else is
 * said, the functions below are called in any context, under that lock. The data path takes no
 * global lock but to get more references, some dozens at a time.
 */
struct xsplit_reserve {
	grant_ref_t head;	/* the kernel's private list of the free ones */
	unsigned int free;
	unsigned int size;	/* free and lent ones, without those that were given up */
	unsigned int least;	/* this many are its own for good */
	unsigned int most;	/* it may have this many in all */
	unsigned int idle;	/* the fewest that were free at a time since the last trim */
	unsigned int peak;	/* the most that xsplit_lend() has had lent at a time */
	unsigned long retry;	/* it does not try to grow before this time, in jiffies */
	struct xsplit_borrower to;
	bool caught;		/* the peer held a page when its loan was to end */
};

/* Set 1 to 65535 references aside. Context: process. Return: 0 or -ENOSPC. */
int xsplit_reserve_init(struct xsplit_reserve *res, struct xsplit_borrower to, unsigned int nr);

/* The same, for @least references, and the reserve grows on demand to @most. */
int xsplit_reserve_open(struct xsplit_reserve *res, struct xsplit_borrower to,
			unsigned int most, unsigned int least);

/* The slow path of xsplit_reserve_has(). */
bool xsplit_reserve_grow(struct xsplit_reserve *res, unsigned int nr);

/*
 * Can @nr pages be lent now? Up to @least, free or lent, always; beyond that some
 * references are left for a device that connects later.
 */
static inline bool xsplit_reserve_has(struct xsplit_reserve *res, unsigned int nr)
{
	return likely(res->free >= nr) || xsplit_reserve_grow(res, nr);
}

/*
 * Take out up to @max references that have not been needed since the last trim, and put them into
 * @ref, for xsplit_refs_free(). Return: how many; fewer than @max: these were all.
 */
unsigned int xsplit_reserve_trim(struct xsplit_reserve *res, grant_ref_t *ref,
				 unsigned int max);

/* Give references back to the kernel. Context: any; without the owner's lock. */
void xsplit_refs_free(const grant_ref_t *ref, unsigned int nr);

/* Give back a reserve of which nothing is lent, or a zeroed one. */
void xsplit_reserve_free(struct xsplit_reserve *res);

/* Lend a page; @res->free > 0. */
grant_ref_t xsplit_lend(struct xsplit_reserve *res, struct page *page, bool readonly);

/*
 * End a loan. Return: true if the peer has no access any more and the reference is back in the
 * reserve; false if the peer still holds this page, or held one before in this connection:
 * nothing has changed, the page has to go to xsplit_quarantine(), and the connection must end.
 */
bool xsplit_lend_end(struct xsplit_reserve *res, grant_ref_t ref);

/*
 * Free a page, of which a reference is taken over, as soon as the peer lets go of it. The reserve
 * shrinks by one. @ref could not be ended by xsplit_lend_end(). @count counts a page that the peer
 * holds; it may be NULL. Return: false if the peer did not hold this page, and it is free.
 */
bool xsplit_quarantine(struct xsplit_reserve *res, grant_ref_t ref,
		       struct page *page, struct xsplit_grant_count *count);

/*
 * Give up a page that was to stay lent, at the end of a connection. The peer may rightly
 * hold it until it sees our end closed; the page is freed then, or at once if the peer does
 * not hold it. A reference to the page is taken over, and the reserve shrinks by one.
 */
void xsplit_lend_abandon(struct xsplit_reserve *res, grant_ref_t ref, struct page *page);

/* The same with a reference of no reserve. Context: any. Return: true if it was not held. */
bool xsplit_loan_abandon(struct xsplit_borrower to, grant_ref_t ref, struct page *page);

/*
 * A device of which the peer holds more pages lends no more until its peer lets go: otherwise a
 * peer that keeps what each connection lends would get at ever more memory and references. A
 * correct network backend leaves no more behind than packets of ours that its network still has,
 * 98 pages for each of 8 queues; for disks see xsplit_quarantine_full().
 */
#define XSPLIT_QUARANTINE_MAX 1024u

/*
 * Has the peer let go of enough for the device to lend more? What it has let go of is freed. @more:
 * pages of the device that it holds outside of the quarantine. @lent: the most that a connection
 * of the device has lent at a time: a backend whose disk hangs rightly holds as many, and they
 * are allowed even if that is more than XSPLIT_QUARANTINE_MAX.
 * Return: 0 if so, or the number of pages that it still holds. Context: may sleep.
 */
unsigned int xsplit_quarantine_full(struct xsplit_borrower to, unsigned int more,
				    unsigned int lent);

/*
 * The device, whose number is never given again, is gone: the pages that it lost for want of
 * memory no longer count. Context: may sleep.
 */
void xsplit_quarantine_forget(u32 device);

/* Let @nr references leave the reserve while they lend pages, until xsplit_loan_end(). */
static inline void xsplit_lend_disown(struct xsplit_reserve *res, unsigned int nr)
{
	res->size -= nr;
}

/*
 * End a loan whose reference belongs to no reserve. Context: any.
 * Return: true if the peer has no access any more and the kernel has the reference; false
 * if the peer still holds the page: nothing has changed.
 */
bool xsplit_loan_end(grant_ref_t ref);

/* Has the grant table version 2? Another host may have another one. Context: any. */
bool xsplit_grants_v2(void);

/*
 * End the loan of a page that was lent for writing and is in no request; it goes on if the peer
 * holds the page. @v2: see xsplit_grants_v2(). Return: as xsplit_loan_end(); if the loan has
 * ended, the reserve shrinks by one.
 */
bool xsplit_loan_try_end(struct xsplit_reserve *res, grant_ref_t ref, struct page *page, bool v2);

/* Take a reference out of a reserve with @res->free > 0. */
grant_ref_t xsplit_ref_take(struct xsplit_reserve *res);

/* At the end of the module: leave what is in quarantine to the kernel. */
void xsplit_quarantine_exit(void);

#endif /* XSPLIT_GRANT_LEND_H */
