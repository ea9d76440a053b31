// SPDX-License-Identifier: GPL-2.0
/* Mappings kept for a peer that lends the same pages again and again. */

#include <linux/jiffies.h>
#include <linux/slab.h>

#include "compat/export.h"
#include "grant/batch.h"
#include "grant/cache.h"

void xsplit_cache_init(struct xsplit_cache *cache, struct xsplit_pool *pool,
		       unsigned int budget)
{
	*cache = (struct xsplit_cache){ .budget = budget, .pool = pool };
	xa_init(&cache->by_ref);
	INIT_LIST_HEAD(&cache->lru);
}
XSPLIT_EXPORT(xsplit_cache_init);

static void mapping_use(struct xsplit_cache *cache, struct xsplit_mapping *mapping)
{
	atomic_inc(&mapping->users);
	mapping->used = jiffies;
	list_move(&mapping->node, &cache->lru);
}

struct xsplit_mapping *xsplit_cache_get(struct xsplit_cache *cache, grant_ref_t ref)
{
	struct xsplit_mapping *mapping = xa_load(&cache->by_ref, ref);

	if (mapping)
		mapping_use(cache, mapping);
	return mapping;
}
XSPLIT_EXPORT(xsplit_cache_get);

struct xsplit_mapping *xsplit_cache_add(struct xsplit_cache *cache, grant_ref_t ref,
					struct page *page, grant_handle_t handle)
{
	struct xsplit_mapping *mapping;

	if (cache->nr >= cache->budget)
		return NULL;
	mapping = kmalloc(sizeof(*mapping), GFP_NOIO | __GFP_NOWARN);
	if (!mapping)
		return NULL;
	*mapping = (struct xsplit_mapping){ .page = page, .ref = ref, .handle = handle };
	/* One request may name a reference twice: the second mapping is not kept. */
	if (xa_insert(&cache->by_ref, ref, mapping, GFP_NOIO | __GFP_NOWARN)) {
		kfree(mapping);
		return NULL;
	}
	INIT_LIST_HEAD(&mapping->node);
	mapping_use(cache, mapping);
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
	xsplit_unmap_add(unmap, mapping->page, mapping->handle);
	xa_erase(&cache->by_ref, mapping->ref);
	list_del(&mapping->node);
	cache->nr--;
	kfree(mapping);
}

unsigned int xsplit_cache_shrink(struct xsplit_cache *cache, unsigned int keep,
				 unsigned long idle, struct xsplit_unmap_batch *unmap,
				 struct xsplit_grant_count *count)
{
	struct xsplit_mapping *mapping, *prev;
	unsigned int nr = 0;

	list_for_each_entry_safe_reverse(mapping, prev, &cache->lru, node) {
		if (cache->nr <= keep)
			break;
		/* The list is in order of last use: what comes now was used later. */
		if (idle && !time_after(jiffies, mapping->used + idle))
			break;
		if (!may_evict(mapping, idle))
			continue;
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
