// SPDX-License-Identifier: GPL-2.0
/* Mappings kept for a peer that lends the same pages again and again. */

#include <linux/random.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "grant/batch.h"
#include "grant/cache.h"

void xsplit_cache_init(struct xsplit_cache *cache, struct xsplit_pool *pool,
		       unsigned int budget)
{
	memset(cache, 0, sizeof(*cache));
	cache->budget = budget;
	cache->pool = pool;
	cache->seed = get_random_u32();
	INIT_LIST_HEAD(&cache->clock);
}
XSPLIT_EXPORT(xsplit_cache_init);

/* The link to the mapping of @ref in its slot, or the one at its end. */
static struct xsplit_mapping **find(struct xsplit_cache *cache, grant_ref_t ref)
{
	struct xsplit_mapping **link = xsplit_cache_slot(cache, ref);

	while (*link && (*link)->ref != ref)
		link = &(*link)->next;
	return link;
}

static void insert(struct xsplit_cache *cache, struct xsplit_mapping *mapping)
{
	struct xsplit_mapping **slot = xsplit_cache_slot(cache, mapping->ref);

	mapping->next = *slot;
	*slot = mapping;
}

struct xsplit_mapping *xsplit_cache_far(struct xsplit_cache *cache, grant_ref_t ref)
{
	struct xsplit_mapping **link = find(cache, ref);
	struct xsplit_mapping *mapping = *link;

	if (!mapping)
		return NULL;
	*link = mapping->next;
	insert(cache, mapping);
	return mapping;
}
XSPLIT_EXPORT(xsplit_cache_far);

struct xsplit_mapping *xsplit_cache_add(struct xsplit_cache *cache, grant_ref_t ref,
					struct page *page, grant_handle_t handle)
{
	struct xsplit_mapping *mapping;

	/* One request may name a reference twice: its second mapping is not cached. */
	if (cache->nr >= cache->budget || *find(cache, ref))
		return NULL;
	mapping = kmalloc(sizeof(*mapping), GFP_NOIO | __GFP_NOWARN);
	if (!mapping)
		return NULL;
	*mapping = (struct xsplit_mapping){
		.page = page, .ref = ref, .handle = handle,
		.users = ATOMIC_INIT(1), .used = jiffies,
	};
	insert(cache, mapping);
	list_add(&mapping->node, &cache->clock);
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
	*find(cache, mapping->ref) = mapping->next;
	xsplit_unmap_add(unmap, mapping->page, mapping->handle);
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
