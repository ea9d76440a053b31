/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a case needs: checks that report and go on, rows, random numbers, and
 * memory whose every access is seen.
 */
#ifndef TEST_HARNESS_H
#define TEST_HARNESS_H

#include <linux/kernel.h>
#include <linux/types.h>

/**
 * struct test_case - one line of KTAP
 * @name: without '#'
 * @fn: the checks; runs in a process of its own, under a time limit
 * @row: optional; what @fn finds in test_row
 */
struct test_case {
	const char *name;
	void (*fn)(void);
	const void *row;
};

/**
 * struct test_suite - cases that belong together
 * @name: without '#'
 * @cases: the table
 * @nr: its length
 * @setup: optional; runs before each case, in its process
 */
struct test_suite {
	const char *name;
	const struct test_case *cases;
	size_t nr;
	void (*setup)(void);
};

#define TEST_SUITE(id, title, table, prepare) \
	const struct test_suite id = { \
		.name = (title), .cases = (table), \
		.nr = ARRAY_SIZE(table), .setup = (prepare), \
	}

#define CASE(function) { .name = #function, .fn = function }

extern const void *test_row;

/* Both values are shown, decimal and hexadecimal, where they differ. */
#define EXPECT_EQ(got, want) \
	test_expect_eq(__FILE__, __LINE__, #got, (u64)(got), (u64)(want))
#define EXPECT(cond) test_expect(__FILE__, __LINE__, #cond, (cond))

/* More about where a check stands; shown with the next failed checks. */
__printf(1, 2)
void test_context(const char *fmt, ...);

bool test_expect(const char *file, int line, const char *what, bool ok);
bool test_expect_eq(const char *file, int line, const char *what, u64 got,
		    u64 want);

/* How many checks of this case have failed so far. */
unsigned int test_complaints(void);

/* A fixed sequence per case; TEST_SEED= chooses another. */
u64 test_random(void);
u32 test_random_below(u32 n);

/**
 * test_watch - see every access to some pages
 * @mem: page-aligned
 * @len: a multiple of 4096
 *
 * Each instruction that touches @mem is counted by the address it faulted at.
 */
void test_watch(void *mem, size_t len);
void test_unwatch(void);
unsigned int test_reads(const void *addr);
unsigned int test_writes(const void *addr);

/* Page-aligned and zeroed, ended by a page that must not be touched. */
void *test_pages(size_t len);

#endif
