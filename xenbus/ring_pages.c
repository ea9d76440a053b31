// SPDX-License-Identifier: GPL-2.0
/* Ring pages: lent by a frontend, mapped by a backend. */

#include <linux/mm.h>
#include <xen/page.h>

#include "compat/module.h"
#include "grant/batch.h"
#include "grant/lend.h"
#include "xenbus/key.h"
#include "xenbus/link.h"
#include "xenbus/ring_pages.h"
#include "xenbus/store.h"

#if PAGE_SIZE != XEN_PAGE_SIZE
#error "these drivers lend whole pages: PAGE_SIZE must be 4096"
#endif

/* "<key>" or "<key><index>" */
#define KEY_LEN 32

static const char *ref_key(char *buf, const char *key, bool numbered, unsigned int i)
{
	if (numbered)
		snprintf(buf, KEY_LEN, "%s%u", key, i);
	else
		strscpy(buf, key, KEY_LEN);
	return buf;
}

static struct page *ring_page(const struct xsplit_pages *pages, unsigned int i)
{
	return virt_to_page(pages->addr + i * PAGE_SIZE);
}

static int lend_pages(struct xsplit_link *link, struct xsplit_pages *pages)
{
	struct xsplit_reserve reserve;
	unsigned int i;
	int err;

	err = xsplit_reserve_init(&reserve, pages->to, pages->nr);
	if (err)
		return err;
	for (i = 0; i < pages->nr; i++)
		pages->ref[i] = xsplit_lend(&reserve, ring_page(pages, i), false);
	return 0;
}

/*
 * The kernel's own functions for rings and channels switch our state to Closing if
 * anything is scarce. The drivers run with less instead, or try again.
 */
int xsplit_pages_lend(struct xsplit_link *link, struct xsplit_pages *pages, unsigned int nr)
{
	int err = -ENOMEM;

	*pages = (struct xsplit_pages){ .nr = nr, .to = xsplit_link_borrower(link) };
	pages->addr = alloc_pages_exact(nr * PAGE_SIZE, GFP_NOIO | __GFP_ZERO | __GFP_NOWARN);
	if (pages->addr)
		err = lend_pages(link, pages);
	if (!err)
		return 0;
	if (pages->addr)
		free_pages_exact(pages->addr, nr * PAGE_SIZE);
	pages->addr = NULL;
	return xsplit_link_error(link, err,
				 "cannot lend a ring of %u pages: short of memory or grants", nr);
}
XSPLIT_EXPORT(xsplit_pages_lend);

void xsplit_pages_take_back(struct xsplit_pages *pages)
{
	unsigned int i;

	/* Each page is freed on its own, once the peer has let go of it. */
	for (i = 0; pages->addr && i < pages->nr; i++)
		if (pages->ref[i] != INVALID_GRANT_REF)
			xsplit_loan_abandon(pages->to, pages->ref[i], ring_page(pages, i));
	pages->addr = NULL;
}
XSPLIT_EXPORT(xsplit_pages_take_back);

bool xsplit_pages_end(struct xsplit_pages *pages)
{
	bool held = false;
	unsigned int i;

	for (i = 0; pages->addr && i < pages->nr; i++) {
		if (pages->ref[i] == INVALID_GRANT_REF)
			continue;
		if (xsplit_loan_end(pages->ref[i])) {
			__free_page(ring_page(pages, i));
			pages->ref[i] = INVALID_GRANT_REF;
		} else {
			held = true;
		}
	}
	if (!held)
		pages->addr = NULL;
	return !held;
}
XSPLIT_EXPORT(xsplit_pages_end);

unsigned int xsplit_pages_lent(const struct xsplit_pages *pages, struct xsplit_borrower to)
{
	unsigned int i, lent = 0;

	if (!pages->addr || !xsplit_same_borrower(pages->to, to))
		return 0;
	for (i = 0; i < pages->nr; i++)
		lent += pages->ref[i] != INVALID_GRANT_REF;
	return lent;
}
XSPLIT_EXPORT(xsplit_pages_lent);

void xsplit_pages_write(struct xsplit_txn *txn, const char *dir, const char *key,
		      const struct xsplit_pages *pages)
{
	char buf[KEY_LEN];
	unsigned int i;

	for (i = 0; i < pages->nr; i++)
		xsplit_write(txn, dir, ref_key(buf, key, pages->nr > 1, i), "%u", pages->ref[i]);
}
XSPLIT_EXPORT(xsplit_pages_write);

/*
 * If it fails, the kernel's function switches our state to Closing, unless the bus
 * believes that we are in that state already.
 */
static int map_quietly(struct xsplit_link *link, struct xsplit_pages *pages)
{
	struct xenbus_device *xdev = link->xdev;
	enum xenbus_state state = xdev->state;
	int err;

	xdev->state = XenbusStateClosing;
	err = xenbus_map_ring_valloc(xdev, pages->ref, pages->nr, &pages->addr);
	xdev->state = state;
	return err;
}

/*
 * The kernel's function does not report why it failed either, and logs a line for each
 * failure, which a peer could cause as often as it likes. A trial therefore comes first and
 * finds the reason. The kernel's function then fails only if somebody else has taken the
 * room in between, or the peer its page. Return: -EBUSY if there is no room.
 */
static int map_pages(struct xsplit_link *link, struct xsplit_pages *pages)
{
	int err = xsplit_map_try(xsplit_link_peer(link), pages->ref, pages->nr);

	if (err)
		return err;
	return map_quietly(link, pages) ? -EBUSY : 0;
}

int xsplit_pages_map(struct xsplit_link *link, const char *dir, const char *key,
		     bool numbered, unsigned int nr, struct xsplit_pages *pages)
{
	struct xsplit_key spec = { .rule = XSPLIT_KEY_REQUIRE, .max = U32_MAX };
	char buf[KEY_LEN];
	unsigned int i;
	u64 ref;
	int err;

	*pages = (struct xsplit_pages){ .nr = nr };
	for (i = 0; i < nr; i++) {
		spec.name = ref_key(buf, key, numbered, i);
		err = xsplit_key_read_one(link, dir, &spec, &ref);
		if (err)
			return err;
		pages->ref[i] = ref;
	}
	err = map_pages(link, pages);
	if (!err)
		return 0;
	pages->addr = NULL;
	if (err == -EBUSY)
		return xsplit_link_error(link, err,
					 "no room to map the ring at %s/%s: raise gnttab_max_maptrack_frames",
					 dir, key);
	return xsplit_link_error(link, err, "cannot map the ring at %s/%s", dir, key);
}
XSPLIT_EXPORT(xsplit_pages_map);

void xsplit_pages_unmap(struct xsplit_link *link, struct xsplit_pages *pages)
{
	if (!pages->addr)
		return;
	xenbus_unmap_ring_vfree(link->xdev, pages->addr);
	pages->addr = NULL;
}
XSPLIT_EXPORT(xsplit_pages_unmap);
