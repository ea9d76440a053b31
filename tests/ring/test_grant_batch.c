// SPDX-License-Identifier: GPL-2.0
/*
 * Grant operations that fail one by one or all together, and whatever their status is
 * (XSA-316, 361, 362, 367).
 */
#include <errno.h>
#include <limits.h>
#include <linux/jiffies.h>
#include <linux/mm.h>

#include "grant/batch.h"
#include "grant/pool.h"
#include "hypervisor.h"
#include "suites.h"

enum { PEER = 7, MOST = 40, FIRST_REF = 100, SECONDS_SHORT = 10 };

static struct xsplit_copy_batch copy;
static struct xsplit_map_batch map;
static struct xsplit_unmap_batch unmap;
static struct xsplit_grant_count count;
static struct xsplit_pool pool;
static struct page *page[MOST];
static grant_handle_t handle[MOST];

static void prepare(void)
{
	hypervisor_reset(0);
	EXPECT_EQ(xsplit_copy_init(&copy, PEER, MOST), 0);
	EXPECT_EQ(xsplit_map_init(&map, PEER, MOST), 0);
	EXPECT_EQ(xsplit_unmap_init(&unmap, MOST), 0);
	EXPECT_EQ(xsplit_pool_init(&pool, XSPLIT_POOL_FOREIGN, 1), 0);
	EXPECT_EQ(xsplit_pool_get(&pool, page, MOST), 0);
}

/* --- copies --------------------------------------------------------------------- */

/* To and from by turns, as many bytes as the operation's number says. */
static void add_copies(unsigned int nr)
{
	unsigned int i;

	xsplit_copy_reset(&copy);
	for (i = 0; i < nr; i++)
		EXPECT_EQ((i % 2 ? xsplit_copy_to : xsplit_copy_from)
			  (&copy, FIRST_REF + i, 0, page[i], 0, i + 1), i);
}

static unsigned int copies_done(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < copy.nr; i++)
		nr += xsplit_copy_ok(&copy, i);
	return nr;
}

/* Only 0 is success: positive numbers are not (XSA-316). Whoever looks for errors counts. */
static void only_status_0_is_a_copy(void)
{
	u64 errors = 0;
	int status;

	for (status = SHRT_MIN; status <= SHRT_MAX; status++) {
		test_context("status %d", status);
		add_copies(3);
		hypervisor_answers(1, status);
		xsplit_copy_run(&copy, &count, false);
		EXPECT_EQ(copies_done(), status ? 2 : 3);
		EXPECT_EQ(xsplit_copy_ok(&copy, 1), !status);
		errors += status != 0;
		EXPECT_EQ(count.errors, errors);
	}
}

static void a_copy_that_fails_fails_alone(void)
{
	unsigned int bad;

	for (bad = 0; bad < MOST; bad++) {
		test_context("slot %u", bad);
		hypervisor_reset(0);
		count = (struct xsplit_grant_count){ };
		add_copies(MOST);
		hypervisor_answers(bad, GNTST_general_error);
		xsplit_copy_run(&copy, &count, false);
		EXPECT_EQ(copies_done(), MOST - 1);
		EXPECT(!xsplit_copy_ok(&copy, bad));
		EXPECT_EQ(count.errors, 1);
		EXPECT_EQ(count.copy_bytes, MOST * (MOST + 1) / 2 - (bad + 1));
	}
}

/* A slot that the hypervisor has not reached has failed, whatever it was before. */
static void a_call_of_copies_that_fails(void)
{
	unsigned int reached;

	for (reached = 0; reached < MOST; reached++) {
		test_context("%u reached", reached);
		hypervisor_reset(0);
		count = (struct xsplit_grant_count){ };
		add_copies(MOST);
		xsplit_copy_run(&copy, &count, true);
		EXPECT_EQ(copies_done(), MOST);
		add_copies(MOST);
		hypervisor.broken_call = 2;
		hypervisor.reached = reached;
		xsplit_copy_run(&copy, &count, true);
		EXPECT_EQ(copies_done(), reached);
		EXPECT(!reached || xsplit_copy_ok(&copy, reached - 1));
		EXPECT_EQ(count.errors, MOST - reached);
	}
}

/* A page that the host has paged out is waited for, where we may wait, but not for ever. */
static void again_is_tried_again(void)
{
	add_copies(3);
	hypervisor_answers(1, GNTST_eagain);
	hypervisor_answers(3, GNTST_eagain);
	xsplit_copy_run(&copy, &count, true);
	EXPECT_EQ(copies_done(), 3);
	EXPECT_EQ(hypervisor.calls, 3);
	EXPECT_EQ(hypervisor.slept, 2);
}

static void again_is_not_waited_for_in_softirq(void)
{
	add_copies(3);
	hypervisor_answers(1, GNTST_eagain);
	xsplit_copy_run(&copy, &count, false);
	EXPECT_EQ(copies_done(), 2);
	EXPECT_EQ(hypervisor.calls, 1);
	EXPECT_EQ(hypervisor.slept, 0);
}

static void again_comes_to_an_end(void)
{
	unsigned int i;

	for (i = 0; i < 1000; i++)
		hypervisor_answers(i, GNTST_eagain);
	add_copies(1);
	xsplit_copy_run(&copy, &count, true);
	EXPECT_EQ(copies_done(), 0);
	EXPECT(hypervisor.slept > 1);
	EXPECT(hypervisor.slept <= 256);
}

/* What we have mapped is copied by its owner's reference: it is not our frame. */
static void a_mapped_page_is_copied_by_reference(void)
{
	xsplit_map_add(&map, FIRST_REF, page[0], true);
	xsplit_map_run(&map, &count);
	xsplit_copy_to(&copy, 5, 0, page[0], 0, 100);
	EXPECT_EQ(copy.op[0].flags, GNTCOPY_source_gref | GNTCOPY_dest_gref);
	EXPECT_EQ(copy.op[0].source.u.ref, FIRST_REF);
	EXPECT_EQ(copy.op[0].source.domid, PEER);
	EXPECT_EQ(copy.op[0].dest.u.ref, 5);
}

/* --- maps ----------------------------------------------------------------------- */

static void add_maps(unsigned int nr)
{
	unsigned int i;

	xsplit_map_reset(&map);
	for (i = 0; i < nr; i++)
		EXPECT_EQ(xsplit_map_add(&map, FIRST_REF + i, page[i], false), i);
}

/* End those that are said to be there, and check that no other is. */
static void end_maps(void)
{
	unsigned int i;

	for (i = 0; i < map.nr; i++)
		if (!xsplit_map_status(&map, i, &handle[i])) {
			EXPECT(hypervisor_maps(FIRST_REF + i));
			xsplit_unmap_add(&unmap, page[i], handle[i]);
		}
	EXPECT_EQ(unmap.nr, hypervisor.mappings);
	EXPECT_EQ(xsplit_unmap_run(&unmap, &count), 0);
	EXPECT_EQ(hypervisor.mappings, 0);
}

/* Positive numbers are no success (XSA-316); two statuses mean that there is no room. */
static void only_status_0_is_a_mapping(void)
{
	int status, want;

	for (status = SHRT_MIN; status <= SHRT_MAX; status++) {
		test_context("status %d", status);
		add_maps(3);
		hypervisor_answers(1, status);
		xsplit_map_run(&map, &count);
		want = !status ? 0 : status == -10 || status == -12 ? -EBUSY : -EIO;
		EXPECT_EQ(xsplit_map_status(&map, 0, &handle[0]), 0);
		EXPECT_EQ(xsplit_map_status(&map, 1, &handle[1]), want);
		EXPECT_EQ(xsplit_map_status(&map, 2, &handle[2]), 0);
		end_maps();
	}
}

/* One bad reference, or two, at every place: the others are mapped, and can be ended. */
static void a_mapping_that_fails_fails_alone(void)
{
	unsigned int one, two, i;

	for (one = 0; one < MOST; one++)
		for (two = one; two < MOST; two++) {
			test_context("slots %u and %u", one, two);
			hypervisor_reset(0);
			count = (struct xsplit_grant_count){ };
			add_maps(MOST);
			hypervisor_answers(one, GNTST_general_error);
			hypervisor_answers(two, GNTST_general_error);
			xsplit_map_run(&map, &count);
			for (i = 0; i < MOST; i++)
				EXPECT_EQ(xsplit_map_status(&map, i, &handle[i]),
					  i == one || i == two ? -EIO : 0);
			EXPECT_EQ(count.errors, 1 + (one != two));
			end_maps();
		}
}

/* Out of memory as a whole (XSA-362): what was not reached is not there. */
static void a_call_of_maps_that_fails(void)
{
	unsigned int reached, i;

	for (reached = 0; reached < MOST; reached++) {
		test_context("%u reached", reached);
		hypervisor_reset(0);
		add_maps(MOST);
		xsplit_map_run(&map, &count);
		end_maps();
		add_maps(MOST);
		hypervisor.broken_call = 3;
		hypervisor.reached = reached;
		count = (struct xsplit_grant_count){ };
		xsplit_map_run(&map, &count);
		for (i = 0; i < MOST; i++)
			EXPECT_EQ(xsplit_map_status(&map, i, &handle[i]), i < reached ? 0 : -EIO);
		EXPECT_EQ(count.errors, MOST - reached);
		end_maps();
	}
}

/* One operation without room among many that had some: it is seen, and remembered. */
static void no_room_is_noticed_in_a_batch(void)
{
	unsigned int bad;

	for (bad = 0; bad < MOST; bad++) {
		test_context("slot %u", bad);
		hypervisor_reset(0);
		EXPECT(!xsplit_map_starved());
		add_maps(MOST);
		hypervisor_answers(bad, GNTST_no_space);
		xsplit_map_run(&map, &count);
		EXPECT_EQ(xsplit_map_status(&map, bad, &handle[bad]), -EBUSY);
		EXPECT(xsplit_map_starved());
		end_maps();
		jiffies += SECONDS_SHORT * HZ - 1;
		EXPECT(xsplit_map_starved());
		jiffies++;
	}
	EXPECT(!xsplit_map_starved());
	/* Other errors say nothing about room. */
	add_maps(1);
	hypervisor_answers(0, GNTST_general_error);
	xsplit_map_run(&map, &count);
	EXPECT(!xsplit_map_starved());
}

/* --- unmaps --------------------------------------------------------------------- */

/* A page whose mapping did not end is never used again; the others come back. */
static void a_mapping_that_cannot_be_ended(void)
{
	unsigned int bad, i;

	for (bad = 0; bad < MOST; bad++) {
		test_context("slot %u", bad);
		hypervisor_reset(0);
		EXPECT_EQ(xsplit_pool_get(&pool, page, MOST - pool.out), 0);
		add_maps(MOST);
		xsplit_map_run(&map, &count);
		for (i = 0; i < MOST; i++) {
			EXPECT_EQ(xsplit_map_status(&map, i, &handle[i]), 0);
			xsplit_unmap_add(&unmap, page[i], handle[i]);
		}
		hypervisor_answers(bad, bad % 2 ? 1 : GNTST_general_error);
		EXPECT_EQ(xsplit_unmap_run(&unmap, &count), -EIO);
		EXPECT_EQ(unmap.nr, 0);
		for (i = 0; i < MOST; i++)
			EXPECT(unmap.page[i] == (i == bad ? NULL : page[i]));
		xsplit_pool_put(&pool, unmap.page, MOST);
		EXPECT_EQ(pool.out, 0);
		EXPECT_EQ(pool.nr, MOST - 1);
		EXPECT_EQ(hypervisor.lines, 1);
		for (i = 0; i < pool.nr; i++)
			EXPECT(!pool.page[i]->foreign);
		/* Only a test may do that. */
		__free_page(page[bad]);
		EXPECT_EQ(xsplit_pool_get(&pool, page, MOST), 0);
	}
}

static void a_call_of_unmaps_that_fails(void)
{
	unsigned int i;

	add_maps(MOST);
	xsplit_map_run(&map, &count);
	for (i = 0; i < MOST; i++) {
		EXPECT_EQ(xsplit_map_status(&map, i, &handle[i]), 0);
		xsplit_unmap_add(&unmap, page[i], handle[i]);
	}
	hypervisor.broken_call = 2;
	hypervisor.reached = 3;
	EXPECT_EQ(xsplit_unmap_run(&unmap, &count), -EIO);
	for (i = 0; i < MOST; i++)
		EXPECT(unmap.page[i] == (i < 3 ? page[i] : NULL));
}

/* --- a trial -------------------------------------------------------------------- */

/* A ring's pages before the bus maps them: nothing stays mapped, no page is lost. */
static void a_trial_leaves_nothing(void)
{
	static const struct {
		s16 status[2];
		int err;
	} rows[] = {
		{ { 0, 0 }, 0 }, { { 0, -1 }, -EIO }, { { 1, 0 }, -EIO }, { { 0, 127 }, -EIO },
		{ { -10, 0 }, -EBUSY }, { { -1, -10 }, -EBUSY }, { { -10, -1 }, -EBUSY },
		{ { -12, 0 }, -EBUSY }, { { -3, -3 }, -EIO },
	};
	const grant_ref_t refs[2] = { FIRST_REF, FIRST_REF + 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		test_context("statuses %d and %d", rows[i].status[0], rows[i].status[1]);
		hypervisor_reset(0);
		hypervisor_answers(0, rows[i].status[0]);
		hypervisor_answers(1, rows[i].status[1]);
		EXPECT_EQ(xsplit_map_try(PEER, refs, 2), rows[i].err);
		EXPECT_EQ(hypervisor.mappings, 0);
		EXPECT_EQ(hypervisor.foreign_pages, 0);
		EXPECT_EQ(hypervisor.lines, 0);
	}
	hypervisor_reset(0);
	hypervisor.broken_call = 1;
	EXPECT_EQ(xsplit_map_try(PEER, refs, 2), -EIO);
	EXPECT_EQ(hypervisor.foreign_pages, 0);
}

/* One of its mappings stays, nobody knows which one: no page is used again. */
static void a_trial_that_cannot_be_ended(void)
{
	const grant_ref_t refs[2] = { FIRST_REF, FIRST_REF + 1 };

	hypervisor_reset(0);
	hypervisor_answers(2, GNTST_general_error);
	EXPECT_EQ(xsplit_map_try(PEER, refs, 2), 0);
	EXPECT_EQ(hypervisor.mappings, 1);
	EXPECT_EQ(hypervisor.foreign_pages, 2);
	EXPECT_EQ(hypervisor.lines, 1);
}

static void nothing_to_do_costs_no_hypercall(void)
{
	xsplit_copy_run(&copy, &count, true);
	xsplit_map_run(&map, &count);
	EXPECT_EQ(xsplit_unmap_run(&unmap, &count), 0);
	EXPECT_EQ(hypervisor.calls, 0);
}

static const struct test_case cases[] = {
	CASE(only_status_0_is_a_copy),
	CASE(a_copy_that_fails_fails_alone),
	CASE(a_call_of_copies_that_fails),
	CASE(again_is_tried_again),
	CASE(again_is_not_waited_for_in_softirq),
	CASE(again_comes_to_an_end),
	CASE(a_mapped_page_is_copied_by_reference),
	CASE(only_status_0_is_a_mapping),
	CASE(a_mapping_that_fails_fails_alone),
	CASE(a_call_of_maps_that_fails),
	CASE(no_room_is_noticed_in_a_batch),
	CASE(a_mapping_that_cannot_be_ended),
	CASE(a_call_of_unmaps_that_fails),
	CASE(a_trial_leaves_nothing),
	CASE(a_trial_that_cannot_be_ended),
	CASE(nothing_to_do_costs_no_hypercall),
};

TEST_SUITE(grant_batch_suite, "grant operations that fail", cases, prepare);
