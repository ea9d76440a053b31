/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ring pages: lent by a frontend, mapped by a backend.
 */
#ifndef XSPLIT_XENBUS_RING_PAGES_H
#define XSPLIT_XENBUS_RING_PAGES_H

#include <xen/grant_table.h>
#include <xen/xenbus.h>

struct xsplit_link;
struct xsplit_txn;

/* 2^4 pages, the most that xenbus maps at once. */
#define XSPLIT_MAX_RING_ORDER XENBUS_MAX_RING_GRANT_ORDER
#define XSPLIT_MAX_RING_PAGES XENBUS_MAX_RING_GRANTS

/**
 * struct xsplit_pages - the pages of one ring
 * @addr: where they are, contiguous; NULL while there are none
 * @nr: how many, 1 to XSPLIT_MAX_RING_PAGES
 * @ref: grant references of a frontend
 */
struct xsplit_pages {
	void *addr;
	unsigned int nr;
	grant_ref_t ref[XSPLIT_MAX_RING_PAGES];
};

/**
 * xsplit_pages_lend - frontend: allocate zeroed ring pages, lend them to the peer
 * @link: the link
 * @pages: filled in
 * @nr: how many
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xsplit_pages_lend(struct xsplit_link *link, struct xsplit_pages *pages,
		      unsigned int nr);

/**
 * xsplit_pages_take_back - frontend: end the loan
 * @pages: lent pages, or none
 *
 * Pages that the peer still holds are freed only when it lets go.
 * Context: may sleep.
 */
void xsplit_pages_take_back(struct xsplit_pages *pages);

/**
 * xsplit_pages_end - frontend: end the loan if the peer has let go of all pages
 * @pages: lent pages, or none
 *
 * Context: may sleep. Return: false if the peer still holds one: to be tried again, or
 * left to xsplit_pages_take_back().
 */
bool xsplit_pages_end(struct xsplit_pages *pages);

/**
 * xsplit_pages_write - frontend: write the references of a ring
 * @txn: transaction
 * @dir: where, see xsplit_queue_dir()
 * @key: "ring-ref" and the like; with more than one page "<key>0", "<key>1", ...
 * @pages: lent pages
 */
void xsplit_pages_write(struct xsplit_txn *txn, const char *dir, const char *key,
		      const struct xsplit_pages *pages);

/**
 * xsplit_pages_map - backend: read the references of a ring and map it
 * @link: the link
 * @dir: where, see xsplit_queue_dir()
 * @key: "ring-ref" and the like
 * @numbered: true: "<key>0" to "<key>N-1", even for one page
 * @nr: how many pages
 * @pages: filled in
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xsplit_pages_map(struct xsplit_link *link, const char *dir, const char *key,
		     bool numbered, unsigned int nr, struct xsplit_pages *pages);

/**
 * xsplit_pages_unmap - backend: let a ring go
 * @link: the link
 * @pages: mapped pages, or none
 *
 * Context: may sleep.
 */
void xsplit_pages_unmap(struct xsplit_link *link, struct xsplit_pages *pages);

#endif /* XSPLIT_XENBUS_RING_PAGES_H */
