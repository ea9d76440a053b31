// SPDX-License-Identifier: GPL-2.0
/* The rate limit: what the key means, and who may send when. */
#include <errno.h>

#include "netback/tx_rate.h"
#include "suites.h"

#define KIB 1024ULL
#define USEC 1000ULL
#define MSEC (1000 * USEC)
#define SEC (1000 * MSEC)

struct rate_row {
	const char *text;
	int result;
	u64 bytes;
	u64 usec;
};

static void parse(void)
{
	const struct rate_row *row;
	struct xnb_rate rate;

	for (row = test_row; row->text; row++) {
		rate = (struct xnb_rate){ 77, 77 };
		test_context("'%s'", row->text);
		EXPECT_EQ(xnb_rate_parse(row->text, &rate), row->result);
		EXPECT_EQ(rate.bytes, row->bytes);
		EXPECT_EQ(rate.usec, row->usec);
	}
}

#define ROWS(name, table) { name, parse, table }

static const struct rate_row good[] = {
	{ "1,1", 0, 1, 1 }, { "1048576,50000", 0, 1048576, 50000 },
	{ "  10 , 20\n", 0, 10, 20 }, { "10\t,\r20 ", 0, 10, 20 }, { "007,08", 0, 7, 8 }, {},
};

/* A limit of nothing at all would be a way to cut a guest off by mistake. */
static const struct rate_row none[] = {
	{ "0,50000", 0, 0, 0 }, { "1000,0", 0, 0, 0 }, { "0,0", 0, 0, 0 },
	{ "0,99999999999999999999999", 0, 0, 0 }, {},
};

static const struct rate_row bad[] = {
	{ "", -EINVAL, 0, 0 }, { " ", -EINVAL, 0, 0 }, { "1000", -EINVAL, 0, 0 },
	{ "1000,", -EINVAL, 0, 0 }, { ",1000", -EINVAL, 0, 0 }, { ",", -EINVAL, 0, 0 },
	{ "1000 50000", -EINVAL, 0, 0 }, { "1,2,3", -EINVAL, 0, 0 },
	{ "1,2x", -EINVAL, 0, 0 }, { "x1,2", -EINVAL, 0, 0 }, { "-1,2", -EINVAL, 0, 0 },
	{ "1,-2", -EINVAL, 0, 0 }, { "0x10,2", -EINVAL, 0, 0 }, { "1k,2", -EINVAL, 0, 0 },
	{ "1;2", -EINVAL, 0, 0 }, { "\xff,\xff", -EINVAL, 0, 0 }, { "1:,2", -EINVAL, 0, 0 },
	{ "/1,2", -EINVAL, 0, 0 }, {},
};

/* Too large numbers are cut, and never wrap around. */
static const struct rate_row large[] = {
	{ "1099511627775,4294967295", 0, (1ULL << 40) - 1, (1ULL << 32) - 1 },
	{ "1099511627777,4294967297", 0, 1ULL << 40, 1ULL << 32 },
	{ "18446744073709551615,18446744073709551615", 0, 1ULL << 40, 1ULL << 32 },
	{ "18446744073709551617,18446744073709551617", 0, 1ULL << 40, 1ULL << 32 },
	{ "99999999999999999999999999999999999999,9999999999999999999999999999", 0,
	  1ULL << 40, 1ULL << 32 },
	{},
};

static void no_key(void)
{
	struct xnb_rate rate = { 77, 77 };

	EXPECT_EQ(xnb_rate_parse(NULL, &rate), 0);
	EXPECT_EQ(rate.bytes, 0);
	EXPECT_EQ(rate.usec, 0);
}

static void set(struct xnb_credit *credit, u64 bytes, u64 usec, u64 now)
{
	xnb_credit_set(credit, &(struct xnb_rate){ bytes, usec }, now);
}

static void no_limit(void)
{
	struct xnb_credit credit = { 0 };
	u32 i;

	for (i = 0; i < 1000; i++)
		EXPECT_EQ(xnb_credit_take(&credit, 65535, 0), 0);
	set(&credit, 0, 0, 5);
	for (i = 0; i < 1000; i++)
		EXPECT_EQ(xnb_credit_take(&credit, 65535, 0), 0);
}

/* 10000 bytes each 50 ms. */
static void a_period(void)
{
	struct xnb_credit credit;
	u32 i;

	set(&credit, 10000, 50000, 7 * SEC);
	for (i = 0; i < 10; i++)
		EXPECT_EQ(xnb_credit_take(&credit, 1000, 7 * SEC + i), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 1, 7 * SEC + 10), 50 * MSEC - 10);
	EXPECT_EQ(xnb_credit_take(&credit, 1, 7 * SEC + 50 * MSEC - 1), 1);
	EXPECT_EQ(xnb_credit_take(&credit, 10000, 7 * SEC + 50 * MSEC), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 1, 7 * SEC + 99 * MSEC), 1 * MSEC);
	EXPECT_EQ(xnb_credit_take(&credit, 10000, 7 * SEC + 149 * MSEC), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 10000, 7 * SEC + 150 * MSEC), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 14, 7 * SEC + 150 * MSEC), 50 * MSEC);
}

/* What a frame may not have, it has not used up. */
static void waiting_costs_nothing(void)
{
	struct xnb_credit credit;

	set(&credit, 2000, 1000, 0);
	EXPECT_EQ(xnb_credit_take(&credit, 1500, 0), 0);
	EXPECT(xnb_credit_take(&credit, 501, 0) > 0);
	EXPECT(xnb_credit_take(&credit, 501, 0) > 0);
	EXPECT_EQ(xnb_credit_take(&credit, 500, 0), 0);
}

/* A frame may be longer than what a period brings: it saves up, and is told. */
static void frame_longer_than_a_period(void)
{
	struct xnb_credit credit;
	u64 wait;

	set(&credit, 1000, 1000, 0);
	wait = xnb_credit_take(&credit, 65535, 0);
	EXPECT_EQ(wait, 65 * MSEC);
	EXPECT_EQ(xnb_credit_take(&credit, 65535, wait - 1), 1);
	EXPECT_EQ(xnb_credit_take(&credit, 65535, wait), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 465, wait), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 1, wait), 1 * MSEC);
}

static void one_byte_a_period(void)
{
	struct xnb_credit credit;
	u64 wait;

	set(&credit, 1, 1ULL << 32, 0);
	wait = xnb_credit_take(&credit, 65535, 0);
	EXPECT_EQ(wait, 65534 * (1ULL << 32) * USEC);
	EXPECT(xnb_credit_take(&credit, 65535, wait - 1) == 1);
	EXPECT_EQ(xnb_credit_take(&credit, 65535, wait), 0);
}

/* After any time without traffic: 128 KiB, and no more. */
static void burst_is_128_kib(void)
{
	static const u64 idle[] = { 131 * SEC, 3600 * SEC, 1ULL << 62, ~0ULL };
	struct xnb_credit credit;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(idle); i++) {
		set(&credit, 1000, 1000000, 0);
		test_context("idle for %llu", idle[i]);
		EXPECT_EQ(xnb_credit_take(&credit, 64 * KIB, idle[i]), 0);
		EXPECT_EQ(xnb_credit_take(&credit, 64 * KIB, idle[i]), 0);
		EXPECT(xnb_credit_take(&credit, 1, idle[i]) > 0);
	}
}

static void burst_of_a_large_period(void)
{
	struct xnb_credit credit;
	u32 i;

	set(&credit, 1024 * KIB, 1000000, 0);
	for (i = 0; i < 16; i++)
		EXPECT_EQ(xnb_credit_take(&credit, 64 * KIB, 100 * SEC), 0);
	EXPECT(xnb_credit_take(&credit, 1, 100 * SEC) > 0);
}

/* The largest limits there are do not wrap around. */
static void largest_limit(void)
{
	struct xnb_credit credit;
	u32 i;

	set(&credit, 1ULL << 40, 1ULL << 32, 0);
	for (i = 0; i < 1000; i++)
		EXPECT_EQ(xnb_credit_take(&credit, 65535, ~0ULL), 0);
	EXPECT_EQ(credit.left, (1ULL << 40) - 65535000);
	set(&credit, 1ULL << 40, 1, 0);
	EXPECT_EQ(xnb_credit_take(&credit, 65535, ~0ULL), 0);
	EXPECT_EQ(credit.left, (1ULL << 40) - 65535);
	/* 2^47 periods of 2^17 bytes are no bytes, in 64 bits. */
	set(&credit, 128 * KIB, 1, 0);
	EXPECT_EQ(xnb_credit_take(&credit, 64 * KIB, 0), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 64 * KIB, 0), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 64 * KIB, (1ULL << 47) * USEC), 0);
	EXPECT_EQ(credit.left, 64 * KIB);
}

static void clock_that_goes_back(void)
{
	struct xnb_credit credit;

	set(&credit, 1000, 1000, 10 * SEC);
	EXPECT_EQ(xnb_credit_take(&credit, 1000, 9 * SEC), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 1, 9 * SEC), 1 * MSEC);
	EXPECT_EQ(xnb_credit_take(&credit, 1000, 10 * SEC + 1 * MSEC), 0);
}

/* A live change begins anew, with the new limit. */
static void another_limit(void)
{
	struct xnb_credit credit;

	set(&credit, 1ULL << 30, 1000, 0);
	EXPECT_EQ(xnb_credit_take(&credit, 65535, 0), 0);
	set(&credit, 1000, 1000, 5 * MSEC);
	EXPECT_EQ(xnb_credit_take(&credit, 1000, 5 * MSEC), 0);
	EXPECT_EQ(xnb_credit_take(&credit, 1, 5 * MSEC), 1 * MSEC);
	set(&credit, 0, 0, 5 * MSEC);
	EXPECT_EQ(xnb_credit_take(&credit, 65535, 5 * MSEC), 0);
}

/* Sent as soon as it may be, at any limit: it is what the limit says. */
static void rate_over_time(void)
{
	u64 bytes, usec, now, sent, allowed;
	struct xnb_credit credit;
	u32 round, i, len;

	for (round = 0; round < 200; round++) {
		bytes = 1 + test_random_below(1 << test_random_below(20));
		usec = 1 + test_random_below(100000);
		now = test_random() >> 8;
		set(&credit, bytes, usec, now);
		allowed = credit.since;
		for (sent = 0, i = 0; i < 500; i++) {
			u64 wait;

			len = 14 + test_random_below(65522);
			wait = xnb_credit_take(&credit, len, now);
			now += wait;
			test_context("round %u: %llu bytes each %llu us", round, bytes, usec);
			if (wait)
				EXPECT_EQ(xnb_credit_take(&credit, len, now), 0);
			sent += len;
			EXPECT(sent <= ((now - allowed) / (usec * USEC) + 1) * bytes);
		}
		/* Nor is anything withheld, unless two frames' worth is reached. */
		if (bytes <= 64 * KIB)
			EXPECT(sent + 128 * KIB >= (now - allowed) / (usec * USEC) * bytes);
	}
}

static const struct test_case cases[] = {
	ROWS("two numbers", good),
	ROWS("no limit", none),
	ROWS("not two numbers", bad),
	ROWS("numbers too large", large),
	CASE(no_key),
	CASE(no_limit),
	CASE(a_period),
	CASE(waiting_costs_nothing),
	CASE(frame_longer_than_a_period),
	CASE(one_byte_a_period),
	CASE(burst_is_128_kib),
	CASE(burst_of_a_large_period),
	CASE(largest_limit),
	CASE(clock_that_goes_back),
	CASE(another_limit),
	CASE(rate_over_time),
};

TEST_SUITE(back_tx_rate_suite, "rate limit", cases, NULL);
