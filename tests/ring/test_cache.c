// SPDX-License-Identifier: GPL-2.0
/* Writes that were answered, flushes, and backends that vanish between the two. */
#include <string.h>

#include "blkfront/cache.h"
#include "suites.h"

/* --- stories, one letter for each thing that happens --------------------- */

/*
 * w: a write is answered   f: a flush is sent   g: the oldest one of these succeeds
 * x: it fails   r: resume, the backend lives on   v: it vanishes   n: so does one without
 * a cache   e: a flush is refused, as it must be   o: one may be sent
 */
struct story {
	const char *text;
};

static const struct story stories[] = {
	{ "o" }, { "vo" }, { "wveoo" }, { "wfgvo" },
	/* Answered after the flush was sent: it may not be covered. */
	{ "wfwgveo" }, { "fwgveo" },
	/* A flush that fails, or is not answered, covers nothing. */
	{ "wfxveo" }, { "wfveo" }, { "wfxfgvo" },
	/* The later one of two covers what the first one does. */
	{ "wffgvo" }, { "wfwfggvo" }, { "wfwfgveo" }, { "ffwggveo" },
	/* A backend that lives on has it still; the next one may lose it. */
	{ "wro" }, { "wrveo" }, { "wrfgvo" }, { "wrwfgvo" }, { "wrrrveo" }, { "rwveo" },
	/* No cache, nothing in it. */
	{ "wno" }, { "wnvo" },
	/* Once for all that is lost before it is said. */
	{ "wvwveo" }, { "wvvveo" }, { "wvewveo" }, { "wveov" }, { "wvewfgvo" },
	{}
};

struct teller {
	struct xbf_cache cache;
	unsigned long newest;
	unsigned long flush[8];
	unsigned int first;
	unsigned int last;
};

static void complete_removal(struct teller *t)
{
	xbf_cache_disconnect(&t->cache, t->newest);
	t->newest = 0;
}

static void tell(struct teller *t, char letter)
{
	switch (letter) {
	case 'w':
		t->newest = xbf_cache_wrote(&t->cache);
		break;
	case 'f':
		t->flush[t->last++] = xbf_cache_flush(&t->cache);
		break;
	case 'g':
		xbf_cache_flushed(&t->cache, t->flush[t->first++]);
		break;
	case 'x':
		t->first++;
		break;
	case 'r':
		complete_removal(t);
		break;
	case 'v':
	case 'n':
		complete_removal(t);
		t->first = t->last;
		xbf_cache_lose(&t->cache, letter == 'v');
		break;
	default:
		EXPECT_EQ(xbf_cache_refuse(&t->cache), letter == 'e');
	}
}

static void told(void)
{
	const struct story *story;
	const char *at;

	for (story = test_row; story->text; story++) {
		struct teller t = { };

		test_context("%s", story->text);
		for (at = story->text; *at; at++)
			tell(&t, *at);
	}
}

/* Rings date their writes by themselves: the newest of any counts. */
static void any_ring_counts(void)
{
	struct xbf_cache cache = { };
	unsigned long old = xbf_cache_wrote(&cache), flush;

	flush = xbf_cache_flush(&cache);
	xbf_cache_flushed(&cache, flush);
	xbf_cache_disconnect(&cache, xbf_cache_wrote(&cache));
	xbf_cache_disconnect(&cache, old);
	xbf_cache_disconnect(&cache, 0);
	xbf_cache_lose(&cache, true);
	EXPECT(xbf_cache_refuse(&cache));
}

/* Flushes are answered in any order. */
static void a_late_answer_takes_nothing_back(void)
{
	struct xbf_cache cache = { };
	unsigned long first, second;

	first = xbf_cache_flush(&cache);
	xbf_cache_disconnect(&cache, xbf_cache_wrote(&cache));
	second = xbf_cache_flush(&cache);
	xbf_cache_flushed(&cache, second);
	xbf_cache_flushed(&cache, first);
	xbf_cache_lose(&cache, true);
	EXPECT(!xbf_cache_refuse(&cache));
}

static const struct test_case cases[] = {
	{ "what a vanished backend takes with it", told, stories },
	CASE(any_ring_counts),
	CASE(a_late_answer_takes_nothing_back),
};

TEST_SUITE(cache_suite, "a disk's write cache", cases, NULL);
