/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to another domain's memory in batches: as few hypercalls as the
 * interface allows, a status for every slot, never a hypercall for nothing.
 *
 * A batch belongs to one context at a time; its owner does the locking.
 */
#ifndef XSPLIT_GRANT_BATCH_H
#define XSPLIT_GRANT_BATCH_H

#include <linux/types.h>
#include <xen/grant_table.h>

#include "grant/count.h"

/**
 * struct xsplit_copy_batch - copies between our pages and the peer's grants
 * @op: the operations
 * @nr: how many are filled in
 * @max: room
 * @peer: the other domain
 */
struct xsplit_copy_batch {
	struct gnttab_copy *op;
	unsigned int nr;
	unsigned int max;
	domid_t peer;
};

/**
 * xsplit_copy_init - make room for copies
 * @batch: to set up
 * @peer: the other domain
 * @max: most operations in one hypercall, at least 1
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int xsplit_copy_init(struct xsplit_copy_batch *batch, domid_t peer,
		     unsigned int max);
/* Undo xsplit_copy_init(); fine on a zeroed batch. */
void xsplit_copy_free(struct xsplit_copy_batch *batch);

static inline bool xsplit_copy_full(const struct xsplit_copy_batch *batch)
{
	return batch->nr == batch->max;
}

/**
 * xsplit_copy_from - add: peer's grant -> our page
 * @batch: not full
 * @ref: the peer's reference
 * @ref_offset: bytes into the granted page; @ref_offset + @len <= 4096
 * @page: our page (in the linear map)
 * @offset: bytes into it; @offset + @len <= 4096
 * @len: bytes, at least 1
 *
 * Return: the operation's index, for xsplit_copy_ok().
 */
unsigned int xsplit_copy_from(struct xsplit_copy_batch *batch, grant_ref_t ref,
			      unsigned int ref_offset, struct page *page,
			      unsigned int offset, unsigned int len);
/*
 * xsplit_copy_to - the same, our page -> peer's grant; arguments as above.
 * @page may be one that another domain has lent us and we have mapped.
 */
unsigned int xsplit_copy_to(struct xsplit_copy_batch *batch, grant_ref_t ref,
			    unsigned int ref_offset, struct page *page,
			    unsigned int offset, unsigned int len);

/**
 * xsplit_copy_run - do all copies in one hypercall
 * @batch: afterwards every status can be asked for until xsplit_copy_reset()
 * @count: where it is counted
 *
 * Does nothing if the batch is empty. A slot that must be tried again later is
 * tried again if we may sleep, and has failed otherwise.
 *
 * Context: any; if @may_sleep it must be able to.
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

/**
 * struct xsplit_map_batch - the peer's pages mapped into ours
 * @op: the operations
 * @page: the page for each
 * @nr: how many are filled in
 * @max: room
 * @peer: the other domain
 */
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

static inline bool xsplit_map_full(const struct xsplit_map_batch *batch)
{
	return batch->nr == batch->max;
}

/**
 * xsplit_map_add - add one page
 * @batch: not full
 * @ref: the peer's reference
 * @page: from an xsplit_pool of foreign pages
 * @readonly: map for reading only
 *
 * Return: the operation's index.
 */
unsigned int xsplit_map_add(struct xsplit_map_batch *batch, grant_ref_t ref,
			    struct page *page, bool readonly);

/**
 * xsplit_map_run - map all in one hypercall
 * @batch: the batch
 * @count: where it is counted
 *
 * Does nothing if the batch is empty. Context: may sleep.
 */
void xsplit_map_run(struct xsplit_map_batch *batch,
		    struct xsplit_grant_count *count);

/**
 * xsplit_map_status - what became of one page
 * @batch: after xsplit_map_run()
 * @index: of the operation
 * @handle: the mapping, if it is there
 *
 * Return: 0; -EBUSY if the hypervisor has no room for a mapping now (copy
 * instead, or give others back and try again); -EIO if the reference is bad.
 */
int xsplit_map_status(const struct xsplit_map_batch *batch, unsigned int index,
		      grant_handle_t *handle);

/**
 * xsplit_map_starved - is the hypervisor short of room for mappings?
 *
 * It is for some seconds after it had none. Whoever keeps mappings that he can do
 * without then gives them back and keeps no further ones: others cannot.
 *
 * Context: any.
 */
bool xsplit_map_starved(void);

/**
 * xsplit_map_try - would mappings of these references find room?
 * @peer: the other domain
 * @ref: its references
 * @nr: how many, at least 1
 *
 * Context: may sleep. Return: 0; -EBUSY: there is no room now; -ENOMEM: it could not be
 * tried; else what is wrong with one of them, see xsplit_map_status().
 */
int xsplit_map_try(domid_t peer, const grant_ref_t *ref, unsigned int nr);

static inline void xsplit_map_reset(struct xsplit_map_batch *batch)
{
	batch->nr = 0;
}

/**
 * struct xsplit_unmap_batch - mappings to let go
 * @op: the operations
 * @page: the page of each
 * @nr: how many are filled in
 * @max: room
 */
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

/**
 * xsplit_unmap_add - add one mapping
 * @batch: not full
 * @page: as mapped; nobody but us may hold a reference, see xsplit_page_idle()
 * @handle: as mapped
 */
void xsplit_unmap_add(struct xsplit_unmap_batch *batch, struct page *page,
		      grant_handle_t handle);

/**
 * xsplit_unmap_run - unmap all in one hypercall, and empty the batch
 * @batch: the batch
 * @count: where it is counted
 *
 * Does nothing if the batch is empty. Context: any.
 * Return: 0; -EIO if a mapping could not be ended (an error is logged and the
 * page of that slot in @batch->page replaced by NULL: it must never be used
 * again and stays lost).
 */
int xsplit_unmap_run(struct xsplit_unmap_batch *batch,
		     struct xsplit_grant_count *count);

/* A page some lower layer (a network disk) still holds must stay mapped. */
static inline bool xsplit_page_idle(struct page *page)
{
	return page_count(page) == 1;
}

#endif /* XSPLIT_GRANT_BATCH_H */
