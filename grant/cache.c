// SPDX-License-Identifier: GPL-2.0
/* Mappings kept for a peer that lends the same pages again and again. */

#include <linux/slab.h>

#include "compat/export.h"
#include "grant/batch.h"
#include "grant/cache.h"

void xsplit_cache_init(struct xsplit_cache *cache, struct xsplit_pool *pool,
		       unsigned int budget)
{
	memset(cache, 0, sizeof(*cache));
	cache->budget = budget;
	cache->pool = pool;
	xa_init(&cache->by_ref);
	INIT_LIST_HEAD(&cache->clock);
}
XSPLIT_EXPORT(xsplit_cache_init);

struct xsplit_mapping *xsplit_cache_far(struct xsplit_cache *cache, grant_ref_t ref)
{
	struct xsplit_mapping *mapping = xa_load(&cache->by_ref, ref);

	if (mapping)
		*xsplit_cache_near(cache, ref) = mapping;
	return mapping;
}
XSPLIT_EXPORT(xsplit_cache_far);

struct xsplit_mapping *xsplit_cache_add(struct xsplit_cache *cache, grant_ref_t ref,
					struct page *page, grant_handle_t handle)
{
	struct xsplit_mapping *mapping;

	if (cache->nr >= cache->budget)
		return NULL;
	mapping = kmalloc(sizeof(*mapping), GFP_NOIO | __GFP_NOWARN);
	if (!mapping)
		return NULL;
	*mapping = (struct xsplit_mapping){
		.page = page, .ref = ref, .handle = handle,
		.users = ATOMIC_INIT(1), .used = jiffies,
	};
	/* One request may name a reference twice: the second mapping is not kept. */
	if (xa_insert(&cache->by_ref, ref, mapping, GFP_NOIO | __GFP_NOWARN)) {
		kfree(mapping);
		return NULL;
	}
	list_add(&mapping->node, &cache->clock);
	*xsplit_cache_near(cache, ref) = mapping;
	cache->nr++;
	return mapping;
}
XSPLIT_EXPORT(xsplit_cache_add);

/* Unmap what is in the batch and give its pages back. */
static void flush_unmaps(struct xsplit_cache *cache, struct xsplit_unmap_batch *unmap,
			 struct xsplit_grant_count *count)
{
	unsigned int nr = unmap->nr;

	if (!nr)
		return;
	xsplit_unmap_run(unmap, count);
	xsplit_pool_put(cache->pool, unmap->page, nr);
}

static bool may_evict(struct xsplit_mapping *mapping, unsigned long idle)
{
	if (atomic_read(&mapping->users) || !xsplit_page_idle(mapping->page))
		return false;
	return !idle || time_after(jiffies, mapping->used + idle);
}

static void evict(struct xsplit_cache *cache, struct xsplit_mapping *mapping,
		  struct xsplit_unmap_batch *unmap)
{
	struct xsplit_mapping **near = xsplit_cache_near(cache, mapping->ref);

	xsplit_unmap_add(unmap, mapping->page, mapping->handle);
	if (*near == mapping)
		*near = NULL;
	xa_erase(&cache->by_ref, mapping->ref);
	list_del(&mapping->node);
	cache->nr--;
	kfree(mapping);
}

unsigned int xsplit_cache_shrink(struct xsplit_cache *cache, unsigned int keep,
				 unsigned long idle, struct xsplit_unmap_batch *unmap,
				 struct xsplit_grant_count *count)
{
	unsigned int left = cache->nr, nr = 0;
	struct xsplit_mapping *mapping;

	for (; left && cache->nr > keep; left--) {
		mapping = list_last_entry(&cache->clock, struct xsplit_mapping, node);
		if (!may_evict(mapping, idle)) {
			list_move(&mapping->node, &cache->clock);
			continue;
		}
		evict(cache, mapping, unmap);
		nr++;
		if (xsplit_unmap_full(unmap))
			flush_unmaps(cache, unmap, count);
	}
	flush_unmaps(cache, unmap, count);
	return nr;
}
XSPLIT_EXPORT(xsplit_cache_shrink);

void xsplit_cache_clear(struct xsplit_cache *cache, struct xsplit_unmap_batch *unmap,
			struct xsplit_grant_count *count)
{
	xsplit_cache_shrink(cache, 0, 0, unmap, count);
}
XSPLIT_EXPORT(xsplit_cache_clear);
