/* SPDX-License-Identifier: GPL-2.0 */
/* Mappings kept for a peer that lends the same pages again and again (persistent grants). */
#ifndef XSPLIT_GRANT_CACHE_H
#define XSPLIT_GRANT_CACHE_H

#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <xen/grant_table.h>

#include "grant/count.h"
#include "grant/pool.h"

struct xsplit_unmap_batch;

/* Slots of the table of mappings: twice as many as a queue usually keeps. */
#define XSPLIT_CACHE_BITS 11

struct xsplit_mapping {
	struct xsplit_mapping *next;	/* in the same slot of the cache's table */
	struct list_head node;		/* in the cache's clock */
	struct page *page;
	grant_ref_t ref;
	grant_handle_t handle;
	atomic_t users;			/* requests that use it now */
	unsigned long used;		/* when it was last used, in jiffies */
};

/*
 * The cached mappings of a queue. Only the queue's thread calls these functions, except for
 * xsplit_cache_put().
 */
struct xsplit_cache {
	struct xsplit_mapping *table[1 << XSPLIT_CACHE_BITS]; /* most recent first in a slot */
	u32 seed;		/* the peer chooses references, but not which share a slot */
	struct list_head clock;	/* the next candidate for eviction is the last one */
	unsigned int nr;
	unsigned int budget;	/* the most that are cached */
	struct xsplit_pool *pool; /* where the pages come from and go to */
};

/* Set up an empty cache of at most @budget mappings at pages of @pool. */
void xsplit_cache_init(struct xsplit_cache *cache, struct xsplit_pool *pool,
		       unsigned int budget);

static inline struct xsplit_mapping **xsplit_cache_slot(struct xsplit_cache *cache,
							grant_ref_t ref)
{
	return &cache->table[hash_32(ref ^ cache->seed, XSPLIT_CACHE_BITS)];
}

/* The slow path of xsplit_cache_get(): search the slot, and move what is found to its front. */
struct xsplit_mapping *xsplit_cache_far(struct xsplit_cache *cache, grant_ref_t ref);

/* Find a mapping and use it, until xsplit_cache_put(). Return: NULL if it is not there. */
static inline struct xsplit_mapping *xsplit_cache_get(struct xsplit_cache *cache,
						      grant_ref_t ref)
{
	struct xsplit_mapping *mapping = *xsplit_cache_slot(cache, ref);

	if (unlikely(!mapping || mapping->ref != ref)) {
		mapping = xsplit_cache_far(cache, ref);
		if (!mapping)
			return NULL;
	}
	atomic_inc(&mapping->users);
	mapping->used = jiffies;
	return mapping;
}

/*
 * Cache a fresh mapping at a page from @cache->pool, already in use once. Context: may sleep.
 * Return: the mapping; NULL if the budget is spent, @ref is there already or memory is short:
 * then it is an ordinary mapping, which ends after use.
 */
struct xsplit_mapping *xsplit_cache_add(struct xsplit_cache *cache,
					grant_ref_t ref, struct page *page,
					grant_handle_t handle);

/* End one use. Context: any. */
static inline void xsplit_cache_put(struct xsplit_mapping *mapping)
{
	atomic_dec(&mapping->users);
}

/*
 * Unmap mappings that are not in use, and if @idle is not 0 have not been for so many jiffies,
 * until @keep are left. @unmap is room for the work, empty before and after. Context: may sleep.
 * Return: how many were unmapped.
 */
unsigned int xsplit_cache_shrink(struct xsplit_cache *cache, unsigned int keep,
				 unsigned long idle,
				 struct xsplit_unmap_batch *unmap,
				 struct xsplit_grant_count *count);

#endif /* XSPLIT_GRANT_CACHE_H */
