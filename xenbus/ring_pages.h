/* SPDX-License-Identifier: GPL-2.0 */
/* Ring pages: lent by a frontend, mapped by a backend. */
#ifndef XSPLIT_XENBUS_RING_PAGES_H
#define XSPLIT_XENBUS_RING_PAGES_H

#include <xen/grant_table.h>
#include <xen/xenbus.h>

#include "grant/lend.h"

struct xsplit_link;
struct xsplit_txn;

/* 2^4 pages, the most that xenbus maps at once. */
#define XSPLIT_MAX_RING_ORDER XENBUS_MAX_RING_GRANT_ORDER
#define XSPLIT_MAX_RING_PAGES XENBUS_MAX_RING_GRANTS

struct xsplit_pages {
	void *addr;		/* contiguous; NULL while there are none */
	unsigned int nr;	/* 1 to XSPLIT_MAX_RING_PAGES */
	struct xsplit_borrower to; /* frontend */
	grant_ref_t ref[XSPLIT_MAX_RING_PAGES];
};

/*
 * Frontend: allocate @nr zeroed pages and lend them to the peer. Return: 0 or -errno, already
 * reported. Context: may sleep.
 */
int xsplit_pages_lend(struct xsplit_link *link, struct xsplit_pages *pages,
		      unsigned int nr);

/*
 * Frontend: end the loan. Pages that the peer still holds are freed when it lets go of them.
 * Context: may sleep.
 */
void xsplit_pages_take_back(struct xsplit_pages *pages);

/*
 * Frontend: end the loan if possible. Return: false if the peer still holds a page. The caller
 * may try again, or leave the rest to xsplit_pages_take_back(). Context: may sleep.
 */
bool xsplit_pages_end(struct xsplit_pages *pages);

/*
 * Frontend: how many pages are still lent @to a borrower, as far as xsplit_pages_end() has shown.
 * Context: any.
 */
unsigned int xsplit_pages_lent(const struct xsplit_pages *pages, struct xsplit_borrower to);

/* Frontend: write the references of a ring as @key, or as "<key>0", "<key>1" ... if several. */
void xsplit_pages_write(struct xsplit_txn *txn, const char *dir, const char *key,
		      const struct xsplit_pages *pages);

/*
 * Backend: read the references of a ring of @nr pages in @dir, see xsplit_queue_dir(), and map it.
 * @numbered: the keys are "<key>0" and so on, even for one page. Context: may sleep. Return: 0 or
 * -errno, already reported.
 */
int xsplit_pages_map(struct xsplit_link *link, const char *dir, const char *key,
		     bool numbered, unsigned int nr, struct xsplit_pages *pages);

/* Backend: unmap a ring, if it is mapped. Context: may sleep. */
void xsplit_pages_unmap(struct xsplit_link *link, struct xsplit_pages *pages);

#endif /* XSPLIT_XENBUS_RING_PAGES_H */
