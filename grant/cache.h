/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mappings kept for a peer that lends the same pages again and again
 * (persistent grants of block, staging grants of network).
 */
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

/**
 * struct xsplit_mapping - one mapping that stays
 * @next: in the same slot of the cache's table
 * @node: in the cache's list
 * @page: where it is mapped
 * @ref: the peer's reference
 * @handle: the hypervisor's handle
 * @users: requests using it now
 * @used: jiffies of the last use
 */
struct xsplit_mapping {
	struct xsplit_mapping *next;
	struct list_head node;
	struct page *page;
	grant_ref_t ref;
	grant_handle_t handle;
	atomic_t users;
	unsigned long used;
};

/**
 * struct xsplit_cache - all of a queue's, by reference
 * @table: all of them by reference, the last one that was found first in its slot
 * @seed: of the table: the peer chooses references, and not who shares a slot
 * @clock: all of them; the next to be looked at for eviction is the last
 * @nr: how many
 * @budget: most that are kept
 * @pool: where the pages come from and go to
 *
 * A hit costs a look into @table and a time stamp. Eviction goes round @clock and passes
 * over what was used lately. A mapping costs the same memory whatever its reference.
 *
 * All functions but xsplit_cache_put() are for the queue's thread alone.
 */
struct xsplit_cache {
	struct xsplit_mapping *table[1 << XSPLIT_CACHE_BITS];
	u32 seed;
	struct list_head clock;
	unsigned int nr;
	unsigned int budget;
	struct xsplit_pool *pool;
};

/* Set up an empty cache of at most @budget mappings at pages of @pool. */
void xsplit_cache_init(struct xsplit_cache *cache, struct xsplit_pool *pool,
		       unsigned int budget);

/* The slot of a reference. */
static inline struct xsplit_mapping **xsplit_cache_slot(struct xsplit_cache *cache,
							grant_ref_t ref)
{
	return &cache->table[hash_32(ref ^ cache->seed, XSPLIT_CACHE_BITS)];
}

/* Of xsplit_cache_get(): look behind the first one of a slot, and put there what is found. */
struct xsplit_mapping *xsplit_cache_far(struct xsplit_cache *cache, grant_ref_t ref);

/**
 * xsplit_cache_get - find a mapping and use it
 * @cache: the cache
 * @ref: the peer's reference
 *
 * Return: the mapping, to be given to xsplit_cache_put(), or NULL.
 */
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

/**
 * xsplit_cache_add - keep a fresh mapping, already in use once
 * @cache: the cache
 * @ref: the peer's reference
 * @page: where it is mapped, from @cache->pool
 * @handle: the hypervisor's handle
 *
 * Context: may sleep.
 * Return: the mapping; NULL if the budget is spent, @ref is there already or
 * memory is short: then it is an ordinary mapping, to be ended after use.
 */
struct xsplit_mapping *xsplit_cache_add(struct xsplit_cache *cache,
					grant_ref_t ref, struct page *page,
					grant_handle_t handle);

/* End one use. Context: any. */
static inline void xsplit_cache_put(struct xsplit_mapping *mapping)
{
	atomic_dec(&mapping->users);
}

/**
 * xsplit_cache_shrink - unmap what is not used
 * @cache: the cache
 * @keep: stop when this many are left
 * @idle: only those not used for this many jiffies; 0: any
 * @unmap: room for the work; empty before and after
 * @count: where it is counted
 *
 * Context: may sleep. Return: how many were unmapped.
 */
unsigned int xsplit_cache_shrink(struct xsplit_cache *cache, unsigned int keep,
				 unsigned long idle,
				 struct xsplit_unmap_batch *unmap,
				 struct xsplit_grant_count *count);

/* Unmap everything; nothing may be in use. As xsplit_cache_shrink(). */
void xsplit_cache_clear(struct xsplit_cache *cache,
			struct xsplit_unmap_batch *unmap,
			struct xsplit_grant_count *count);

#endif /* XSPLIT_GRANT_CACHE_H */
