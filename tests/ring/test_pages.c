// SPDX-License-Identifier: GPL-2.0
/* The stack of a disk's own pages, where references are scarce. */
#include <errno.h>
#include <stdlib.h>

#include "blkfront/io.h"
#include "blkfront/pages.h"
#include "hypervisor.h"
#include "suites.h"

#define LEAST 33u
#define MOST 200u
#define ROOM 64u
#define REQUESTS 6u

/* The backend has every other page mapped. */
static bool every_other(grant_ref_t ref)
{
	return ref & 1;
}

/* It has those under a range of references mapped. */
static grant_ref_t first_mapped, end_mapped;

static bool range(grant_ref_t ref)
{
	return ref >= first_mapped && ref < end_mapped;
}

/* --- a ring ------------------------------------------------------------------- */

struct owner {
	spinlock_t lock;
	struct xbf_pages pages;
	struct xsplit_reserve res;
	struct xbf_io *io[REQUESTS];
};

static void start(struct owner *o, bool keep, unsigned int refs)
{
	unsigned int i;

	hypervisor_reset(refs);
	spin_lock_init(&o->lock);
	EXPECT_EQ(xsplit_reserve_init(&o->res, (struct xsplit_borrower){ .domain = 1 }, refs), 0);
	o->res.least = LEAST;
	EXPECT_EQ(xbf_pages_init(&o->pages, &o->lock, MOST, LEAST), 0);
	o->pages.keep = keep;
	for (i = 0; i < LEAST; i++)
		EXPECT_EQ(xbf_pages_add(&o->pages, GFP_KERNEL), 0);
	for (i = 0; i < REQUESTS; i++) {
		o->io[i] = calloc(1, xbf_io_bytes(ROOM));
		xbf_io_init(o->io[i], ROOM, XBF_REQ_READ);
	}
}

static int take_for(struct owner *o, unsigned int i, unsigned int nr, bool readonly)
{
	int err;

	spin_lock(&o->lock);
	err = xbf_pages_take(&o->pages, &o->res, o->io[i], nr, readonly);
	spin_unlock(&o->lock);
	return err;
}

static int take(struct owner *o, unsigned int i, unsigned int nr)
{
	return take_for(o, i, nr, false);
}

static void give(struct owner *o, unsigned int i)
{
	struct xbf_io *io = o->io[i];

	spin_lock(&o->lock);
	for (; io->held; io->held--)
		EXPECT(xbf_pages_give(&o->pages, &o->res, io->page[io->held - 1],
					   io->seg[io->held - 1].ref, NULL));
	spin_unlock(&o->lock);
}

/* Return: how many pages were given back. */
static unsigned int trim(struct owner *o, bool (*holds)(grant_ref_t ref))
{
	struct xbf_trim work = { .v2 = xsplit_grants_v2() };
	unsigned int i, nr = 0;
	bool more;

	hypervisor.holds = holds;
	do {
		spin_lock(&o->lock);
		more = xbf_pages_trim(&o->pages, &o->res, &work);
		spin_unlock(&o->lock);
		for (i = 0; i < work.nr; i++)
			__free_page(work.page[i]);
		nr += work.nr;
	} while (more);
	hypervisor.holds = NULL;
	return nr;
}

/* When nothing is in flight, the largest request can be served. */
static void stop(struct owner *o)
{
	unsigned int i;

	for (i = 0; i < REQUESTS; i++)
		give(o, i);
	EXPECT_EQ(take(o, 0, LEAST), 0);
	give(o, 0);
	xbf_pages_free(&o->pages, &o->res);
	xsplit_reserve_free(&o->res);
	EXPECT_EQ(hypervisor.lent, 0);
	for (i = 0; i < REQUESTS; i++)
		free(o->io[i]);
}

/* --- what is asked of it ------------------------------------------------------- */

/* Pages that came for a request that had to wait must not hide references. */
static void the_largest_is_served_after_it_was_refused(void)
{
	struct owner o;

	start(&o, true, LEAST);
	EXPECT_EQ(take(&o, 0, LEAST), 0);
	give(&o, 0);
	EXPECT_EQ(take(&o, 0, 20), 0);
	EXPECT(take(&o, 1, LEAST) < 0);
	stop(&o);
}

static void check(const struct owner *o)
{
	const struct xbf_pages *pages = &o->pages;
	unsigned int i, lent = 0, held = 0;

	for (i = 0; i < pages->free; i++) {
		lent += pages->loan[i].ref != INVALID_GRANT_REF;
		if (i)
			EXPECT(pages->loan[i].ref != INVALID_GRANT_REF ||
			       pages->loan[i - 1].ref == INVALID_GRANT_REF);
	}
	for (i = 0; i < REQUESTS; i++)
		held += o->io[i]->held;
	EXPECT_EQ(pages->free + held, pages->nr);
	EXPECT_EQ(lent + held + o->res.free, o->res.size);
	/* What counts as lent is. */
	EXPECT_EQ(hypervisor.lent, lent + held);
}

static void any_order(bool keep, bool v2)
{
	unsigned int round, step, i;
	struct owner o;

	for (round = 0; round < 300; round++) {
		start(&o, keep, LEAST + (round % 3 ? 0 : test_random_below(40)));
		hypervisor.v2 = v2;
		for (step = 0; step < 200; step++) {
			test_context("round %u, step %u", round, step);
			i = test_random_below(REQUESTS);
			if (o.io[i]->held)
				give(&o, i);
			else
				take(&o, i, 1 + test_random_below(LEAST));
			if (!test_random_below(20))
				trim(&o, every_other);
			check(&o);
		}
		stop(&o);
	}
}

static void references_are_on_top_in_any_order(void)
{
	any_order(true, false);
}

static void pages_that_are_not_kept_need_no_order(void)
{
	any_order(false, false);
}

/* A grant table of version 2 revokes a loan that it cannot end. */
static void what_is_kept_is_lent_in_version_2(void)
{
	any_order(true, true);
}

/* Use all pages that may be, and leave them lent. */
static void start_grown(struct owner *o)
{
	unsigned int i;

	start(o, true, MOST + 1);
	for (i = 0; i < REQUESTS; i++)
		EXPECT_EQ(take(o, i, LEAST), 0);
	for (i = 0; i < REQUESTS; i++)
		give(o, i);
	EXPECT_EQ(o->pages.nr, REQUESTS * LEAST);
	EXPECT_EQ(trim(o, NULL), 0);
}

static void idle_pages_that_nobody_maps_go(void)
{
	struct owner o;

	start_grown(&o);
	EXPECT_EQ(trim(&o, NULL), (REQUESTS - 1) * LEAST);
	check(&o);
	EXPECT_EQ(o.pages.nr, LEAST);
	EXPECT_EQ(o.res.size, MOST + 1 - (REQUESTS - 1) * LEAST);
	stop(&o);
}

/* However many of the longest unused ones are mapped, those above them are looked at. */
static void pages_above_mapped_ones_go(void)
{
	struct owner o;
	unsigned int i;

	start_grown(&o);
	first_mapped = o.pages.loan[0].ref;
	for (i = 0; i < 100; i++)
		first_mapped = min(first_mapped, o.pages.loan[i].ref);
	end_mapped = first_mapped + 100;
	EXPECT_EQ(trim(&o, range), REQUESTS * LEAST - 100);
	check(&o);
	EXPECT_EQ(o.pages.nr, 100);
	/* The backend lets go. */
	EXPECT_EQ(trim(&o, NULL), 100 - LEAST);
	stop(&o);
}

static void pages_in_use_and_used_lately_stay(void)
{
	struct owner o;

	start_grown(&o);
	EXPECT_EQ(take(&o, 0, LEAST), 0);
	EXPECT_EQ(take(&o, 1, 20), 0);
	give(&o, 1);
	EXPECT_EQ(trim(&o, NULL), (REQUESTS - 1) * LEAST - 20);
	check(&o);
	stop(&o);
}

/* A page that stays lent serves requests of both directions. */
static void pages_that_stay_lent_are_writable(void)
{
	struct owner o;

	start(&o, true, LEAST);
	EXPECT_EQ(take_for(&o, 0, 4, true), 0);
	EXPECT_EQ(hypervisor.readonly, 0);
	stop(&o);
	start(&o, false, LEAST);
	EXPECT_EQ(take_for(&o, 0, 4, true), 0);
	EXPECT_EQ(hypervisor.readonly, 4);
	stop(&o);
}

/* Neither the request nor the stack may be filled beyond its end. */
static void arrays_have_an_end(void)
{
	struct owner o;
	unsigned int i;

	start(&o, false, MOST);
	EXPECT_EQ(take(&o, 0, ROOM - 1), 0);
	EXPECT_EQ(take(&o, 0, 2), -ENOSPC);
	EXPECT_EQ(take(&o, 0, 1), 0);
	EXPECT_EQ(take(&o, 0, 1), -ENOSPC);
	EXPECT_EQ(o.io[0]->held, ROOM);
	for (i = o.pages.nr; i < MOST; i++)
		EXPECT_EQ(xbf_pages_add(&o.pages, GFP_KERNEL), 0);
	EXPECT_EQ(xbf_pages_add(&o.pages, GFP_KERNEL), -ENOSPC);
	EXPECT_EQ(o.pages.nr, MOST);
	stop(&o);
}

/* Of a batch of answered requests, the one whose page is held is bad, and no other. */
static void only_a_page_that_is_held_is_refused(void)
{
	struct owner o;
	unsigned int i;

	start(&o, false, LEAST);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(take(&o, i, 1), 0);
	first_mapped = o.io[0]->seg[0].ref;
	end_mapped = first_mapped + 1;
	hypervisor.holds = range;
	spin_lock(&o.lock);
	EXPECT(!xbf_pages_give(&o.pages, &o.res, o.io[0]->page[0], o.io[0]->seg[0].ref, NULL));
	for (i = 1; i < 3; i++)
		EXPECT(xbf_pages_give(&o.pages, &o.res, o.io[i]->page[0], o.io[i]->seg[0].ref,
				      NULL));
	spin_unlock(&o.lock);
	EXPECT_EQ(hypervisor.lent, 1);
	/* None of the three comes back, and neither does its reference. */
	EXPECT_EQ(o.pages.nr, LEAST - 3);
	EXPECT_EQ(o.res.size, LEAST - 3);
	for (i = 0; i < 3; i++)
		o.io[i]->held = 0;
	hypervisor.holds = NULL;
	hypervisor_work();
	EXPECT_EQ(hypervisor.lent, 0);
	xbf_pages_free(&o.pages, &o.res);
	xsplit_reserve_free(&o.res);
	for (i = 0; i < REQUESTS; i++)
		free(o.io[i]);
}

static const struct test_case cases[] = {
	CASE(the_largest_is_served_after_it_was_refused),
	CASE(references_are_on_top_in_any_order),
	CASE(pages_that_are_not_kept_need_no_order),
	CASE(pages_that_stay_lent_are_writable),
	CASE(arrays_have_an_end),
	CASE(only_a_page_that_is_held_is_refused),
	CASE(what_is_kept_is_lent_in_version_2),
	CASE(idle_pages_that_nobody_maps_go),
	CASE(pages_above_mapped_ones_go),
	CASE(pages_in_use_and_used_lately_stay),
};

TEST_SUITE(pages_suite, "a disk's own pages", cases, NULL);
