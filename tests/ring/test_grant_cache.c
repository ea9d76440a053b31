// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings that are kept: none is lost, ended twice, or ended while it is in use, whatever
 * a guest's references are (XSA-371).
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "grant/batch.h"
#include "grant/cache.h"
#include "hypervisor.h"
#include "suites.h"

enum { PEER = 7, BUDGET = 20, REFS = 50, SEGMENTS = 16, REQUESTS = 4 };

static struct xsplit_cache cache;
static struct xsplit_pool pool;
static struct xsplit_map_batch map;
static struct xsplit_unmap_batch unmap;
static struct xsplit_grant_count count;

static void prepare(void)
{
	hypervisor_reset(0);
	EXPECT_EQ(xsplit_map_init(&map, PEER, SEGMENTS), 0);
	EXPECT_EQ(xsplit_unmap_init(&unmap, 4), 0);
	EXPECT_EQ(xsplit_pool_init(&pool, XSPLIT_POOL_FOREIGN, 1), 0);
	xsplit_cache_init(&cache, &pool, BUDGET);
}

/* A request: what it uses of the cache, and mappings of its own. */
struct use {
	struct xsplit_mapping *kept[SEGMENTS];
	struct page *own[SEGMENTS];
	grant_handle_t handle[SEGMENTS];
	unsigned int nr_kept;
	unsigned int nr_own;
};

/* Map a reference as a request does. Return: false if that failed. */
static bool use_ref(struct use *use, grant_ref_t ref)
{
	struct xsplit_mapping *mapping = xsplit_cache_get(&cache, ref);
	grant_handle_t handle;
	struct page *page;

	if (mapping) {
		EXPECT_EQ(mapping->ref, ref);
		EXPECT(hypervisor_maps(ref));
		use->kept[use->nr_kept++] = mapping;
		return true;
	}
	EXPECT_EQ(xsplit_pool_get(&pool, &page, 1), 0);
	xsplit_map_reset(&map);
	xsplit_map_add(&map, ref, page, false);
	xsplit_map_run(&map, &count);
	if (xsplit_map_status(&map, 0, &handle)) {
		xsplit_pool_put(&pool, &page, 1);
		return false;
	}
	mapping = xsplit_cache_add(&cache, ref, page, handle);
	if (mapping) {
		use->kept[use->nr_kept++] = mapping;
		return true;
	}
	use->own[use->nr_own] = page;
	use->handle[use->nr_own++] = handle;
	return true;
}

static void end_use(struct use *use)
{
	struct page *page;

	while (use->nr_kept)
		xsplit_cache_put(use->kept[--use->nr_kept]);
	while (use->nr_own) {
		page = use->own[--use->nr_own];
		xsplit_unmap_add(&unmap, page, use->handle[use->nr_own]);
		EXPECT_EQ(xsplit_unmap_run(&unmap, &count), 0);
		xsplit_pool_put(&pool, &page, 1);
	}
}

/* Everything ended: what is mapped is cached, and can be given back. */
static void check_idle(void)
{
	EXPECT_EQ(hypervisor.mappings, cache.nr);
	EXPECT_EQ(pool.out, cache.nr);
	EXPECT(cache.nr <= BUDGET);
	xsplit_cache_shrink(&cache, 0, 0, &unmap, &count);
	EXPECT_EQ(cache.nr, 0);
	EXPECT_EQ(hypervisor.mappings, 0);
	EXPECT_EQ(pool.out, 0);
}

static void a_reference_named_twice_is_kept_once(void)
{
	struct use use = { }, other = { };

	hypervisor.no_memory = true;
	EXPECT(use_ref(&use, 5));
	hypervisor.no_memory = false;
	EXPECT_EQ(use.nr_own, 1);
	EXPECT(use_ref(&use, 5));
	EXPECT_EQ(use.nr_kept, 1);
	/* One that was mapped before the other was kept. */
	EXPECT(!xsplit_cache_add(&cache, 5, use.own[0], use.handle[0]));
	EXPECT(use_ref(&other, 5));
	EXPECT(other.kept[0] == use.kept[0]);
	EXPECT_EQ(hypervisor.mappings, 2);
	end_use(&use);
	end_use(&other);
	check_idle();
}

static void what_failed_is_not_kept(void)
{
	struct use use = { };

	hypervisor_answers(0, 1);
	EXPECT(!use_ref(&use, 5));
	EXPECT_EQ(cache.nr, 0);
	EXPECT(!xsplit_cache_get(&cache, 5));
	check_idle();
}

static void what_is_used_stays(void)
{
	struct use use = { }, other = { };

	EXPECT(use_ref(&use, 5));
	EXPECT(use_ref(&other, 6));
	end_use(&other);
	EXPECT_EQ(xsplit_cache_shrink(&cache, 0, 0, &unmap, &count), 1);
	EXPECT(hypervisor_maps(5));
	EXPECT(!hypervisor_maps(6));
	end_use(&use);
	check_idle();
}

/* Nor one whose page a lower layer, such as a network disk, still sends from. */
static void a_page_that_others_hold_stays(void)
{
	struct page *page;
	struct use use = { };

	EXPECT(use_ref(&use, 5));
	page = use.kept[0]->page;
	end_use(&use);
	page->users++;
	EXPECT_EQ(xsplit_cache_shrink(&cache, 0, 0, &unmap, &count), 0);
	EXPECT(hypervisor_maps(5));
	page->users--;
	check_idle();
}

static void the_budget_is_kept(void)
{
	struct use use[2] = { };
	unsigned int i;

	for (i = 0; i < 2 * SEGMENTS; i++)
		EXPECT(use_ref(&use[i / SEGMENTS], i));
	EXPECT_EQ(cache.nr, BUDGET);
	EXPECT_EQ(hypervisor.mappings, 2 * SEGMENTS);
	end_use(&use[0]);
	end_use(&use[1]);
	check_idle();
}

static void only_what_was_long_idle_goes(void)
{
	struct use use = { };

	EXPECT(use_ref(&use, 5));
	end_use(&use);
	jiffies += 10;
	EXPECT(use_ref(&use, 6));
	end_use(&use);
	jiffies += 10;
	EXPECT_EQ(xsplit_cache_shrink(&cache, 0, 15, &unmap, &count), 1);
	EXPECT(!hypervisor_maps(5));
	EXPECT(hypervisor_maps(6));
	check_idle();
}

static void all_goes_well(void)
{
	memset(hypervisor.answer, 0, sizeof(hypervisor.answer));
}

/* A guest may find references that share a slot of the table: each is found, and each ends. */
static void references_of_one_slot(void)
{
	struct xsplit_mapping *mapping;
	grant_ref_t ref[3] = { 1 };
	struct use use[3] = { };
	unsigned int i, nr;

	for (i = 1; i < 3; i++)
		for (ref[i] = ref[i - 1] + 1; xsplit_cache_slot(&cache, ref[i]) !=
		     xsplit_cache_slot(&cache, ref[0]); ref[i]++)
			;
	for (i = 0; i < 3; i++)
		EXPECT(use_ref(&use[i], ref[i]));
	/* The one in the middle goes, then the others. */
	end_use(&use[1]);
	for (nr = 3; nr; nr--) {
		EXPECT_EQ(cache.nr, nr);
		EXPECT_EQ(xsplit_cache_shrink(&cache, 0, 0, &unmap, &count), 1);
		for (i = 0; i < 3; i++) {
			mapping = xsplit_cache_get(&cache, ref[i]);
			EXPECT_EQ(!mapping, !use[i].nr_kept);
			EXPECT_EQ(hypervisor_maps(ref[i]), use[i].nr_kept > 0);
			if (mapping)
				xsplit_cache_put(mapping);
		}
		end_use(&use[nr == 3 ? 0 : 2]);
	}
	check_idle();
}

/* Requests of any references, some of which fail half-way, in any order. */
static void nothing_is_lost_in_any_order(void)
{
	static struct use use[REQUESTS];
	unsigned int round, i, nr;

	for (round = 0; round < 5000; round++) {
		test_context("round %u", round);
		all_goes_well();
		i = test_random_below(REQUESTS);
		if (use[i].nr_kept + use[i].nr_own) {
			end_use(&use[i]);
			continue;
		}
		for (nr = 0; nr < SEGMENTS; nr++) {
			hypervisor_answers(0, test_random_below(8) ? 0 : test_random());
			hypervisor.no_memory = !test_random_below(16);
			/* Then it ends with an error, and all that it has ends with it. */
			if (!use_ref(&use[i], test_random_below(REFS)))
				break;
		}
		all_goes_well();
		if (nr < SEGMENTS)
			end_use(&use[i]);
		if (!test_random_below(10))
			xsplit_cache_shrink(&cache, test_random_below(BUDGET), 0, &unmap, &count);
	}
	for (i = 0; i < REQUESTS; i++)
		end_use(&use[i]);
	check_idle();
}

static const struct test_case cases[] = {
	CASE(a_reference_named_twice_is_kept_once),
	CASE(what_failed_is_not_kept),
	CASE(what_is_used_stays),
	CASE(a_page_that_others_hold_stays),
	CASE(the_budget_is_kept),
	CASE(only_what_was_long_idle_goes),
	CASE(references_of_one_slot),
	CASE(nothing_is_lost_in_any_order),
};

TEST_SUITE(grant_cache_suite, "mappings that are kept", cases, prepare);
