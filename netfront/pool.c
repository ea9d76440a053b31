// SPDX-License-Identifier: GPL-2.0
/*
 * Page pools, to the last page.
 *
 * A pool that is destroyed while packets use its pages warns of a leak, though the pages
 * come back when the packets are read. So a retired pool is checked once a second, on a
 * CPU that is awake anyway, and destroyed when all its pages are back.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/ptr_ring.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "netfront/pool.h"
#include "xenbus/netif.h"

#define CHECK_INTERVAL HZ

/**
 * struct retired_pool - a pool whose connection has ended
 * @node: in the list
 * @pool: the pool
 */
struct retired_pool {
	struct list_head node;
	struct page_pool *pool;
};

static void xnf_pool_check_work(struct work_struct *work);

/* Protects the list, and its pools against being drained twice at once. */
static DEFINE_MUTEX(retired_lock);
static LIST_HEAD(retired_pools);
static DECLARE_DEFERRABLE_WORK(check_work, xnf_pool_check_work);

/* A page that has more than one owner leaves the pool when it is given back. */
static void release_page(struct page_pool *pool, struct page *page)
{
	get_page(page);
	page_pool_put_full_page(pool, page, false);
	put_page(page);
}

/*
 * Free the pages that have come back. Nobody else takes pages from the pool, so that
 * those in its cache can be taken without a new one being allocated.
 */
static void drain_pool(struct page_pool *pool)
{
	struct page *page;

	while (pool->alloc.count) {
		page = page_pool_alloc_pages(pool, GFP_NOWAIT | __GFP_NOWARN);
		if (!page)
			break;
		release_page(pool, page);
	}
	while ((page = ptr_ring_consume_bh(&pool->ring)))
		release_page(pool, page);
}

/* Do packets use pages of the pool? */
static bool in_use(struct page_pool *pool)
{
	drain_pool(pool);
	if (pool->pages_state_hold_cnt != (u32)atomic_read(&pool->pages_state_release_cnt))
		return true;
	/* The CPU that has just returned the last page may still hold the lock. */
	spin_lock_bh(&pool->ring.producer_lock);
	spin_unlock_bh(&pool->ring.producer_lock);
	return false;
}

static void xnf_pool_check_work(struct work_struct *work)
{
	struct retired_pool *retired, *next;

	mutex_lock(&retired_lock);
	list_for_each_entry_safe(retired, next, &retired_pools, node) {
		if (in_use(retired->pool))
			continue;
		list_del(&retired->node);
		page_pool_destroy(retired->pool);
		kfree(retired);
	}
	if (!list_empty(&retired_pools))
		schedule_delayed_work(&check_work, CHECK_INTERVAL);
	mutex_unlock(&retired_lock);
}

struct page_pool *xnf_pool_create(void)
{
	const struct page_pool_params params = {
		.pool_size = XNET_RING_SLOTS,
		.nid = NUMA_NO_NODE,
	};

	return page_pool_create(&params);
}

void xnf_pool_retire(struct page_pool *pool)
{
	struct retired_pool *retired = NULL;

	if (in_use(pool))
		retired = kmalloc(sizeof(*retired), GFP_KERNEL);
	if (!retired) {
		page_pool_destroy(pool);
		return;
	}
	retired->pool = pool;
	mutex_lock(&retired_lock);
	list_add_tail(&retired->node, &retired_pools);
	schedule_delayed_work(&check_work, CHECK_INTERVAL);
	mutex_unlock(&retired_lock);
}

void xnf_pools_exit(void)
{
	struct retired_pool *retired, *next;

	/* No device is left that could retire one. */
	cancel_delayed_work_sync(&check_work);
	list_for_each_entry_safe(retired, next, &retired_pools, node) {
		page_pool_destroy(retired->pool);
		kfree(retired);
	}
}
