// SPDX-License-Identifier: GPL-2.0
/* Access to another domain's memory in batches. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <xen/page.h>
#include <asm/xen/hypercall.h>

#include "compat/module.h"
#include "grant/batch.h"
#include "grant/page.h"
#include "grant/pool.h"

/* No grant operation answers with this: marks a slot the hypervisor never reached. */
#define STATUS_UNTOUCHED 1

/* How long to wait for a page that the hypervisor has paged out: a second. */
#define RETRY_TRIES 256

/* --- copy --------------------------------------------------------------- */

int xsplit_copy_init(struct xsplit_copy_batch *batch, domid_t peer, unsigned int max)
{
	*batch = (struct xsplit_copy_batch){ .max = max, .peer = peer };
	batch->op = kvcalloc(max, sizeof(*batch->op), GFP_KERNEL);
	return batch->op ? 0 : -ENOMEM;
}
XSPLIT_EXPORT(xsplit_copy_init);

void xsplit_copy_free(struct xsplit_copy_batch *batch)
{
	kvfree(batch->op);
	batch->op = NULL;
}
XSPLIT_EXPORT(xsplit_copy_free);

unsigned int xsplit_copy_from(struct xsplit_copy_batch *batch, grant_ref_t ref,
			      unsigned int ref_offset, struct page *page,
			      unsigned int offset, unsigned int len)
{
	struct gnttab_copy *op = &batch->op[batch->nr];

	*op = (struct gnttab_copy){
		.source.u.ref = ref, .source.domid = batch->peer, .source.offset = ref_offset,
		.dest.u.gmfn = xen_page_to_gfn(page), .dest.domid = DOMID_SELF,
		.dest.offset = offset,
		.len = len, .flags = GNTCOPY_source_gref, .status = STATUS_UNTOUCHED,
	};
	return batch->nr++;
}
XSPLIT_EXPORT(xsplit_copy_from);

/* A page we have mapped is not ours to copy from; its owner's reference is. */
static void copy_source_foreign(struct gnttab_copy *op, struct page *page)
{
	const struct xen_page_foreign *foreign = xen_page_foreign(page);

	op->source.u.ref = foreign->gref;
	op->source.domid = foreign->domid;
	op->flags |= GNTCOPY_source_gref;
}

unsigned int xsplit_copy_to(struct xsplit_copy_batch *batch, grant_ref_t ref,
			    unsigned int ref_offset, struct page *page,
			    unsigned int offset, unsigned int len)
{
	struct gnttab_copy *op = &batch->op[batch->nr];

	*op = (struct gnttab_copy){
		.source.u.gmfn = xen_page_to_gfn(page), .source.domid = DOMID_SELF,
		.source.offset = offset,
		.dest.u.ref = ref, .dest.domid = batch->peer, .dest.offset = ref_offset,
		.len = len, .flags = GNTCOPY_dest_gref, .status = STATUS_UNTOUCHED,
	};
	if (xsplit_page_is_foreign(page))
		copy_source_foreign(op, page);
	return batch->nr++;
}
XSPLIT_EXPORT(xsplit_copy_to);

static noinline int copy_hypercall(struct gnttab_copy *op, unsigned int nr,
				   struct xsplit_grant_count *count)
{
	xsplit_count(&count->copy_calls, 1);
	xsplit_count(&count->copy_ops, nr);
	return HYPERVISOR_grant_table_op(GNTTABOP_copy, op, nr);
}

/* Only a host that pages guests out answers "again"; a guest cannot cause that. */
static void copy_retry(struct gnttab_copy *op, struct xsplit_grant_count *count)
{
	unsigned int tries;

	for (tries = 0; op->status == GNTST_eagain && tries < RETRY_TRIES; tries++) {
		usleep_range(1000, 4000);
		if (copy_hypercall(op, 1, count))
			return;
	}
}

void xsplit_copy_run(struct xsplit_copy_batch *batch, struct xsplit_grant_count *count,
		     bool may_sleep)
{
	unsigned int i;

	if (!batch->nr)
		return;
	/* If the call as a whole fails, the untouched slots have failed. */
	copy_hypercall(batch->op, batch->nr, count);
	for (i = 0; i < batch->nr; i++) {
		struct gnttab_copy *op = &batch->op[i];

		if (unlikely(op->status == GNTST_eagain && may_sleep))
			copy_retry(op, count);
		if (likely(op->status == GNTST_okay))
			xsplit_count(&count->copy_bytes, op->len);
		else
			xsplit_count(&count->errors, 1);
	}
}
XSPLIT_EXPORT(xsplit_copy_run);

/* --- map ---------------------------------------------------------------- */

/* Room for operations, and behind them for their pages. Return: NULL if memory is short. */
static void *alloc_ops(unsigned int max, size_t bytes, struct page ***page)
{
	void *op = kvcalloc(max, bytes + sizeof(**page), GFP_KERNEL);

	if (op)
		*page = op + max * bytes;
	return op;
}

int xsplit_map_init(struct xsplit_map_batch *batch, domid_t peer, unsigned int max)
{
	*batch = (struct xsplit_map_batch){ .max = max, .peer = peer };
	batch->op = alloc_ops(max, sizeof(*batch->op), &batch->page);
	return batch->op ? 0 : -ENOMEM;
}
XSPLIT_EXPORT(xsplit_map_init);

void xsplit_map_free(struct xsplit_map_batch *batch)
{
	kvfree(batch->op);
	batch->op = NULL;
}
XSPLIT_EXPORT(xsplit_map_free);

static unsigned long map_address(struct page *page)
{
	return (unsigned long)pfn_to_kaddr(page_to_pfn(page));
}

unsigned int xsplit_map_add(struct xsplit_map_batch *batch, grant_ref_t ref,
			    struct page *page, bool readonly)
{
	gnttab_set_map_op(&batch->op[batch->nr], map_address(page),
			  GNTMAP_host_map | (readonly ? GNTMAP_readonly : 0), ref, batch->peer);
	batch->op[batch->nr].status = STATUS_UNTOUCHED;
	batch->page[batch->nr] = page;
	return batch->nr++;
}
XSPLIT_EXPORT(xsplit_map_add);

/* How long the hypervisor counts as short of room after it had none. */
#define STARVED_FOR (10 * HZ)

/* In jiffies, which begin at INITIAL_JIFFIES. */
static unsigned long starved_until = INITIAL_JIFFIES;

bool xsplit_map_starved(void)
{
	return time_before(jiffies, READ_ONCE(starved_until));
}
XSPLIT_EXPORT(xsplit_map_starved);

void xsplit_map_run(struct xsplit_map_batch *batch, struct xsplit_grant_count *count)
{
	unsigned int i;

	if (!batch->nr)
		return;
	xsplit_count(&count->map_calls, 1);
	xsplit_count(&count->map_ops, batch->nr);
	/* Each slot has its own status; the result of the call tells nothing more. */
	gnttab_map_refs(batch->op, NULL, batch->page, batch->nr);
	for (i = 0; i < batch->nr; i++) {
		if (likely(batch->op[i].status == GNTST_okay))
			continue;
		xsplit_count(&count->errors, 1);
		if (batch->op[i].status == GNTST_no_space)
			WRITE_ONCE(starved_until, jiffies + STARVED_FOR);
	}
}
XSPLIT_EXPORT(xsplit_map_run);

int xsplit_map_status(const struct xsplit_map_batch *batch, unsigned int index,
		      grant_handle_t *handle)
{
	const struct gnttab_map_grant_ref *op = &batch->op[index];

	*handle = op->handle;
	switch (op->status) {
	case GNTST_okay:
		return 0;
	case GNTST_no_space:
	case GNTST_eagain:
		return -EBUSY;
	default:
		return -EIO;
	}
}
XSPLIT_EXPORT(xsplit_map_status);

/* --- unmap -------------------------------------------------------------- */

int xsplit_unmap_init(struct xsplit_unmap_batch *batch, unsigned int max)
{
	*batch = (struct xsplit_unmap_batch){ .max = max };
	batch->op = alloc_ops(max, sizeof(*batch->op), &batch->page);
	return batch->op ? 0 : -ENOMEM;
}
XSPLIT_EXPORT(xsplit_unmap_init);

void xsplit_unmap_free(struct xsplit_unmap_batch *batch)
{
	kvfree(batch->op);
	batch->op = NULL;
}
XSPLIT_EXPORT(xsplit_unmap_free);

void xsplit_unmap_add(struct xsplit_unmap_batch *batch, struct page *page,
		      grant_handle_t handle)
{
	gnttab_set_unmap_op(&batch->op[batch->nr], map_address(page), GNTMAP_host_map, handle);
	batch->op[batch->nr].status = STATUS_UNTOUCHED;
	batch->page[batch->nr++] = page;
}
XSPLIT_EXPORT(xsplit_unmap_add);

/* A page whose mapping did not end can be neither used nor freed again. */
static unsigned int forget_stuck_pages(struct xsplit_unmap_batch *batch)
{
	unsigned int i, stuck = 0;

	for (i = 0; i < batch->nr; i++) {
		if (likely(batch->op[i].status == GNTST_okay))
			continue;
		batch->page[i] = NULL;
		stuck++;
	}
	return stuck;
}

int xsplit_unmap_run(struct xsplit_unmap_batch *batch, struct xsplit_grant_count *count)
{
	unsigned int stuck;

	if (!batch->nr)
		return 0;
	xsplit_count(&count->unmap_calls, 1);
	xsplit_count(&count->unmap_ops, batch->nr);
	gnttab_unmap_refs(batch->op, NULL, batch->page, batch->nr);
	stuck = forget_stuck_pages(batch);
	batch->nr = 0;
	if (likely(!stuck))
		return 0;
	xsplit_count(&count->errors, stuck);
	pr_err_ratelimited("%u mappings of another domain could not be ended; their pages stay lost until reboot\n",
			   stuck);
	return -EIO;
}
XSPLIT_EXPORT(xsplit_unmap_run);

/* --- a trial ------------------------------------------------------------ */

/* Return: 0, -EBUSY if a mapping found no room, else the last error. All are ended. */
static int try_maps(struct xsplit_map_batch *map, struct xsplit_unmap_batch *unmap,
		    struct page **page)
{
	struct xsplit_grant_count count = { };
	grant_handle_t handle;
	unsigned int i;
	int ret = 0;

	xsplit_map_run(map, &count);
	for (i = 0; i < map->nr; i++) {
		int err = xsplit_map_status(map, i, &handle);

		if (!err)
			xsplit_unmap_add(unmap, map->page[i], handle);
		else if (ret != -EBUSY)
			ret = err;
	}
	/* Some mapping did not end: it is not known here which one, so no page is used again. */
	if (xsplit_unmap_run(unmap, &count))
		memset(page, 0, map->nr * sizeof(*page));
	return ret;
}

int xsplit_map_try(domid_t peer, const grant_ref_t *ref, unsigned int nr)
{
	struct page **page = kcalloc(nr, sizeof(*page), GFP_KERNEL);
	struct xsplit_unmap_batch unmap = { };
	struct xsplit_map_batch map = { };
	struct xsplit_pool pool = { };
	int err = -ENOMEM;
	unsigned int i;

	if (page)
		err = xsplit_map_init(&map, peer, nr) ?: xsplit_unmap_init(&unmap, nr) ?:
		      xsplit_pool_init(&pool, XSPLIT_POOL_FOREIGN, nr) ?:
		      xsplit_pool_get(&pool, page, nr);
	if (!err) {
		for (i = 0; i < nr; i++)
			xsplit_map_add(&map, ref[i], page[i], false);
		err = try_maps(&map, &unmap, page);
		xsplit_pool_put(&pool, page, nr);
	}
	xsplit_pool_free(&pool);
	xsplit_unmap_free(&unmap);
	xsplit_map_free(&map);
	kfree(page);
	return err;
}
