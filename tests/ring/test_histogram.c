// SPDX-License-Identifier: GPL-2.0
/* Times by their length. */
#include "suites.h"
#include "xenbus/histogram.h"

static void classes_have_bounds(void)
{
	static const struct {
		u64 us;
		unsigned int class;
		u64 bound;
	} rows[] = {
		{ 0, 0, 1 },
		{ 1, 1, 2 },
		{ 2, 2, 4 },
		{ 3, 2, 4 },
		{ 4, 3, 8 },
		{ 1023, 10, 1024 },
		{ 1024, 11, 2048 },
		{ 8388607, 23, 8388608 },
		{ 8388608, 24, 0 },
		{ 1ULL << 40, 24, 0 },
		{ ~0ULL, 24, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(xsplit_time_class(rows[i].us), rows[i].class);
		EXPECT_EQ(xsplit_time_bound(rows[i].class), rows[i].bound);
	}
}

/* Each time is below the bound of its class, and not below that of the class before. */
static void no_time_is_between_classes(void)
{
	unsigned int class;
	u64 us;

	for (us = 0; us < 100000; us++) {
		class = xsplit_time_class(us);
		EXPECT(us < xsplit_time_bound(class));
		EXPECT(!class || us >= xsplit_time_bound(class - 1));
	}
}

static void times_are_counted_and_summed(void)
{
	struct xsplit_histogram histogram = { };
	unsigned int class;
	u64 nr = 0;

	xsplit_histogram_add(&histogram, 0);
	xsplit_histogram_add(&histogram, 700);
	xsplit_histogram_add(&histogram, 900);
	xsplit_histogram_add(&histogram, 100000000);
	EXPECT_EQ(histogram.times[0], 1);
	EXPECT_EQ(histogram.times[10], 2);
	EXPECT_EQ(histogram.times[24], 1);
	EXPECT_EQ(histogram.sum_us, 100001600);
	for (class = 0; class < XSPLIT_NR_TIMES; class++)
		nr += histogram.times[class];
	EXPECT_EQ(nr, 4);
}

static const struct test_case cases[] = {
	CASE(classes_have_bounds),
	CASE(no_time_is_between_classes),
	CASE(times_are_counted_and_summed),
};

TEST_SUITE(histogram_suite, "latency histograms", cases, NULL);
