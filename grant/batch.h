/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to another domain's memory in batches, see Documentation/grant.rst. A batch belongs to
 * one context at a time; its owner does the locking.
 */
#ifndef XSPLIT_GRANT_BATCH_H
#define XSPLIT_GRANT_BATCH_H

#include <linux/types.h>
#include <xen/grant_table.h>

#include "grant/count.h"

/* Copies between our pages and the peer's grants. */
struct xsplit_copy_batch {
	struct gnttab_copy *op;
	unsigned int nr;
	unsigned int max;
	domid_t peer;
};

/*
 * Make room for @max operations in one hypercall, at least 1; and undo that, also on a
 * zeroed batch. Context: may sleep. Return: 0 or -ENOMEM.
 */
int xsplit_copy_init(struct xsplit_copy_batch *batch, domid_t peer, unsigned int max);
void xsplit_copy_free(struct xsplit_copy_batch *batch);

static inline bool xsplit_copy_full(const struct xsplit_copy_batch *batch)
{
	return batch->nr == batch->max;
}

/*
 * Add a copy of @len bytes, at least 1, from the peer's page to ours, which is in the linear map.
 * Neither end may cross its page. The batch must not be full. Return: the operation's index, for
 * xsplit_copy_ok().
 */
unsigned int xsplit_copy_from(struct xsplit_copy_batch *batch, grant_ref_t ref,
			      unsigned int ref_offset, struct page *page,
			      unsigned int offset, unsigned int len);

/* The same in the other direction. @page may be one that we have mapped from another domain. */
unsigned int xsplit_copy_to(struct xsplit_copy_batch *batch, grant_ref_t ref,
			    unsigned int ref_offset, struct page *page,
			    unsigned int offset, unsigned int len);

/*
 * Do all copies of a batch in one hypercall, if there are any. The status of each is there
 * until xsplit_copy_reset(). An operation that the hypervisor wants to be tried again is
 * tried again if @may_sleep, and has failed otherwise. Context: any.
 */
void xsplit_copy_run(struct xsplit_copy_batch *batch,
		     struct xsplit_grant_count *count, bool may_sleep);

static inline bool xsplit_copy_ok(const struct xsplit_copy_batch *batch,
				  unsigned int index)
{
	return batch->op[index].status == GNTST_okay;
}

static inline void xsplit_copy_reset(struct xsplit_copy_batch *batch)
{
	batch->nr = 0;
}

/* Mappings of the peer's pages at ours. */
struct xsplit_map_batch {
	struct gnttab_map_grant_ref *op;
	struct page **page;
	unsigned int nr;
	unsigned int max;
	domid_t peer;
};

/* As xsplit_copy_init() and xsplit_copy_free(). */
int xsplit_map_init(struct xsplit_map_batch *batch, domid_t peer,
		    unsigned int max);
void xsplit_map_free(struct xsplit_map_batch *batch);

/*
 * Add one mapping to a batch that is not full, at a page from a pool of foreign pages.
 * Return: the operation's index.
 */
unsigned int xsplit_map_add(struct xsplit_map_batch *batch, grant_ref_t ref,
			    struct page *page, bool readonly);

/* Map all in one hypercall, if there is anything to map. Context: may sleep. */
void xsplit_map_run(struct xsplit_map_batch *batch,
		    struct xsplit_grant_count *count);

/*
 * The status of one operation after xsplit_map_run(). Return: 0; -EBUSY if the hypervisor
 * has no room for a mapping now (copy instead, or give others back and try again); -EIO if
 * the reference is bad.
 */
int xsplit_map_status(const struct xsplit_map_batch *batch, unsigned int index,
		      grant_handle_t *handle);

/*
 * Had the hypervisor no room for a mapping in the last seconds? A user gives back then what it
 * can do without, and keeps no more mappings, because others cannot do without. Context: any.
 */
bool xsplit_map_starved(void);

/*
 * Would mappings of these references find room? Context: may sleep.
 * Return: 0; -EBUSY: there is no room now; -ENOMEM: it could not be tried; else the error of
 * one of them, see xsplit_map_status().
 */
int xsplit_map_try(domid_t peer, const grant_ref_t *ref, unsigned int nr);

static inline void xsplit_map_reset(struct xsplit_map_batch *batch)
{
	batch->nr = 0;
}

/* Mappings to end. */
struct xsplit_unmap_batch {
	struct gnttab_unmap_grant_ref *op;
	struct page **page;
	unsigned int nr;
	unsigned int max;
};

/* As xsplit_copy_init() and xsplit_copy_free(). */
int xsplit_unmap_init(struct xsplit_unmap_batch *batch, unsigned int max);
void xsplit_unmap_free(struct xsplit_unmap_batch *batch);

static inline bool xsplit_unmap_full(const struct xsplit_unmap_batch *batch)
{
	return batch->nr == batch->max;
}

/* Add one mapping to a batch that is not full. xsplit_page_idle() is true for its page. */
void xsplit_unmap_add(struct xsplit_unmap_batch *batch, struct page *page,
		      grant_handle_t handle);

/*
 * End all mappings in one hypercall, if there are any, and empty the batch. Context: any.
 * Return: 0; -EIO if a mapping could not be ended: an error is logged, and its page in
 * @batch->page is replaced by NULL, because it must never be used again and stays lost.
 */
int xsplit_unmap_run(struct xsplit_unmap_batch *batch,
		     struct xsplit_grant_count *count);

/* Not if a lower layer, such as a network disk, still holds the page: it must stay mapped. */
static inline bool xsplit_page_idle(struct page *page)
{
	return page_count(page) == 1;
}

#endif /* XSPLIT_GRANT_BATCH_H */
