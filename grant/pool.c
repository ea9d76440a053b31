// SPDX-License-Identifier: GPL-2.0
/* Pages kept ready for a queue. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <xen/grant_table.h>

#include "compat/module.h"
#include "grant/pool.h"

/* Pages freed under one hold of the lock. */
#define TRIM_BATCH 64

/* --- where pages come from and go to, by kind --------------------------- */

static void own_free(int nr, struct page **page)
{
	while (nr--)
		__free_page(page[nr]);
}

static int own_alloc(int nr, struct page **page)
{
	int i;

	for (i = 0; i < nr; i++) {
		/* The page may serve the very disk that memory is written out to. */
		page[i] = alloc_page(GFP_NOIO | __GFP_NOWARN);
		if (!page[i]) {
			own_free(i, page);
			return -ENOMEM;
		}
	}
	return 0;
}

static const struct pool_ops {
	int (*alloc)(int nr, struct page **page);
	void (*free)(int nr, struct page **page);
} pool_ops[] = {
	[XSPLIT_POOL_OWN] = { own_alloc, own_free },
	[XSPLIT_POOL_FOREIGN] = { gnttab_alloc_pages, gnttab_free_pages },
};

/* --- the pool ----------------------------------------------------------- */

int xsplit_pool_init(struct xsplit_pool *pool, enum xsplit_pool_kind kind, unsigned int room)
{
	*pool = (struct xsplit_pool){ .kind = kind, .room = room };
	spin_lock_init(&pool->lock);
	pool->page = kvcalloc(room, sizeof(*pool->page), GFP_KERNEL);
	return pool->page ? 0 : -ENOMEM;
}
XSPLIT_EXPORT(xsplit_pool_init);

void xsplit_pool_free(struct xsplit_pool *pool)
{
	if (!pool->page)
		return;
	/* A user that gives a page back later would write to the memory freed here. */
	if (pool->out)
		pr_err("%u pages of a pool are still in use when it is freed\n", pool->out);
	xsplit_pool_trim(pool, 0);
	kvfree(pool->page);
	pool->page = NULL;
}
XSPLIT_EXPORT(xsplit_pool_free);

/*
 * Every page that is out must find room when it comes back in softirq, where nothing can be
 * allocated, so the room grows before pages go out.
 */
static int pool_make_room(struct xsplit_pool *pool, unsigned int nr)
{
	struct page **page, **old;
	unsigned int room, need;

	/* A page on its way back moves from @out to @nr: read both at one time. */
	spin_lock_bh(&pool->lock);
	need = pool->nr + pool->out + nr;
	room = pool->room;
	spin_unlock_bh(&pool->lock);
	if (need <= room)
		return 0;
	room = max(2 * room, need);
	page = kvcalloc(room, sizeof(*page), GFP_NOIO | __GFP_NOWARN);
	if (!page)
		return -ENOMEM;
	spin_lock_bh(&pool->lock);
	memcpy(page, pool->page, pool->nr * sizeof(*page));
	old = pool->page;
	pool->page = page;
	pool->room = room;
	spin_unlock_bh(&pool->lock);
	kvfree(old);
	return 0;
}

/* Take up to @nr free pages. */
static unsigned int pop(struct xsplit_pool *pool, struct page **page, unsigned int nr)
{
	lockdep_assert_held(&pool->lock);
	nr = min(nr, pool->nr);
	pool->nr -= nr;
	memcpy(page, pool->page + pool->nr, nr * sizeof(*page));
	return nr;
}

int xsplit_pool_get(struct xsplit_pool *pool, struct page **page, unsigned int nr)
{
	unsigned int got;

	spin_lock_bh(&pool->lock);
	got = pop(pool, page, nr);
	pool->out += got;
	spin_unlock_bh(&pool->lock);
	if (likely(got == nr))
		return 0;
	if (pool_make_room(pool, nr - got) || pool_ops[pool->kind].alloc(nr - got, page + got)) {
		xsplit_pool_put(pool, page, got);
		return -ENOMEM;
	}
	spin_lock_bh(&pool->lock);
	pool->out += nr - got;
	spin_unlock_bh(&pool->lock);
	return 0;
}
XSPLIT_EXPORT(xsplit_pool_get);

void xsplit_pool_put(struct xsplit_pool *pool, struct page **page, unsigned int nr)
{
	unsigned int i;

	spin_lock_bh(&pool->lock);
	for (i = 0; i < nr; i++)
		if (page[i])
			pool->page[pool->nr++] = page[i];
	pool->out -= nr;
	spin_unlock_bh(&pool->lock);
}
XSPLIT_EXPORT(xsplit_pool_put);

void xsplit_pool_trim(struct xsplit_pool *pool, unsigned int keep)
{
	struct page *page[TRIM_BATCH];
	unsigned int nr;

	do {
		spin_lock_bh(&pool->lock);
		nr = pool->nr > keep ? pop(pool, page, min_t(unsigned int, pool->nr - keep,
							     TRIM_BATCH)) : 0;
		spin_unlock_bh(&pool->lock);
		if (nr)
			pool_ops[pool->kind].free(nr, page);
	} while (nr);
}
XSPLIT_EXPORT(xsplit_pool_trim);
