// SPDX-License-Identifier: GPL-2.0
/* The stack of a disk's own pages, where references are scarce. */
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

/* --- a ring ------------------------------------------------------------------- */

struct owner {
	struct xbf_pages pages;
	struct xsplit_reserve res;
	struct xbf_io *io[REQUESTS];
};

static void start(struct owner *o, bool keep, unsigned int refs)
{
	unsigned int i;

	hypervisor_reset(refs);
	EXPECT_EQ(xsplit_reserve_init(&o->res, 1, refs), 0);
	o->res.least = LEAST;
	EXPECT_EQ(xbf_pages_init(&o->pages, MOST, LEAST), 0);
	o->pages.keep = keep;
	for (i = 0; i < LEAST; i++)
		EXPECT_EQ(xbf_pages_add(&o->pages, GFP_KERNEL), 0);
	for (i = 0; i < REQUESTS; i++) {
		o->io[i] = calloc(1, xbf_io_bytes(ROOM));
		xbf_io_init(o->io[i], ROOM, XBF_REQ_READ);
	}
}

static int take(struct owner *o, unsigned int i, unsigned int nr)
{
	return xbf_pages_take(&o->pages, &o->res, o->io[i], nr, false);
}

static void give(struct owner *o, unsigned int i)
{
	struct xbf_io *io = o->io[i];

	for (; io->held; io->held--)
		EXPECT(xbf_pages_give(&o->pages, &o->res, io->page[io->held - 1],
					   io->seg[io->held - 1].ref, NULL));
}

static void trim(struct owner *o)
{
	struct page *page[8];
	unsigned int nr, i;

	hypervisor.holds = every_other;
	do {
		nr = xbf_pages_trim(&o->pages, &o->res, page, ARRAY_SIZE(page));
		for (i = 0; i < nr; i++)
			__free_page(page[i]);
	} while (nr == ARRAY_SIZE(page));
	hypervisor.holds = NULL;
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
}

static void any_order(bool keep)
{
	unsigned int round, step, i;
	struct owner o;

	for (round = 0; round < 300; round++) {
		start(&o, keep, LEAST + (round % 3 ? 0 : test_random_below(40)));
		for (step = 0; step < 200; step++) {
			test_context("round %u, step %u", round, step);
			i = test_random_below(REQUESTS);
			if (o.io[i]->held)
				give(&o, i);
			else
				take(&o, i, 1 + test_random_below(LEAST));
			if (!test_random_below(20))
				trim(&o);
			check(&o);
		}
		stop(&o);
	}
}

static void references_are_on_top_in_any_order(void)
{
	any_order(true);
}

static void pages_that_are_not_kept_need_no_order(void)
{
	any_order(false);
}

static const struct test_case cases[] = {
	CASE(the_largest_is_served_after_it_was_refused),
	CASE(references_are_on_top_in_any_order),
	CASE(pages_that_are_not_kept_need_no_order),
};

TEST_SUITE(pages_suite, "a disk's own pages", cases, NULL);
