// SPDX-License-Identifier: GPL-2.0
/* The multicast filter's list: what it takes, and that it ends. */
#include <errno.h>
#include <string.h>

#include "netback/mcast.h"
#include "suites.h"

enum { ADD = 2, DEL = 3, OKAY = 0, ERROR = -1 };

static struct xnb_mcast list;

static const u8 zero[6], broadcast[6] = { 255, 255, 255, 255, 255, 255 };

static void prepare(void)
{
	memset(&list, 0, sizeof(list));
}

/* Different in every byte somewhere. */
static const u8 *group(u32 i)
{
	static u8 addr[6];

	addr[0] = 0x01 | i << 1;
	addr[1] = i >> 8;
	addr[2] = 0x5e;
	addr[3] = i * 7;
	addr[4] = 0x80;
	addr[5] = i;
	return addr;
}

static void empty_list(void)
{
	EXPECT(!xnb_mcast_match(&list, group(1)));
	EXPECT(!xnb_mcast_match(&list, zero));
	EXPECT(!xnb_mcast_match(&list, broadcast));
	xnb_mcast_del(&list, group(1));
	xnb_mcast_del(&list, zero);
	xnb_mcast_clear(&list);
	EXPECT(!xnb_mcast_match(&list, zero));
}

static void only_what_was_added(void)
{
	u32 i;

	EXPECT_EQ(xnb_mcast_add(&list, group(5)), 0);
	for (i = 0; i < 300; i++)
		EXPECT_EQ(xnb_mcast_match(&list, group(i)), i == 5);
	EXPECT(!xnb_mcast_match(&list, zero));
}

/* An address that differs in one bit is another one. */
static void every_bit_counts(void)
{
	u8 addr[6], i;

	memcpy(addr, group(77), 6);
	EXPECT_EQ(xnb_mcast_add(&list, addr), 0);
	for (i = 0; i < 48; i++) {
		addr[i / 8] ^= 1 << i % 8;
		test_context("bit %u", i);
		EXPECT(!xnb_mcast_match(&list, addr));
		addr[i / 8] ^= 1 << i % 8;
	}
	EXPECT(xnb_mcast_match(&list, addr));
}

static void only_multicast(void)
{
	u32 first;

	for (first = 0; first < 256; first++) {
		const u8 addr[6] = { first, 0, 0x5e, 0, 0, 0 };

		prepare();
		test_context("first byte %u", first);
		EXPECT_EQ(xnb_mcast_add(&list, addr), first % 2 ? 0 : -EINVAL);
		EXPECT_EQ(xnb_mcast_match(&list, addr), first % 2);
	}
}

static void at_most_64(void)
{
	u32 i;

	for (i = 0; i < 64; i++)
		EXPECT_EQ(xnb_mcast_add(&list, group(i)), 0);
	for (i = 64; i < 200; i++)
		EXPECT_EQ(xnb_mcast_add(&list, group(i)), -ENOSPC);
	for (i = 0; i < 200; i++)
		EXPECT_EQ(xnb_mcast_match(&list, group(i)), i < 64);
	/* One that is there needs no room. */
	EXPECT_EQ(xnb_mcast_add(&list, group(63)), 0);
}

static void twice_is_once(void)
{
	u32 i;

	for (i = 0; i < 200; i++)
		EXPECT_EQ(xnb_mcast_add(&list, group(9)), 0);
	for (i = 100; i < 163; i++)
		EXPECT_EQ(xnb_mcast_add(&list, group(i)), 0);
	EXPECT_EQ(xnb_mcast_add(&list, group(163)), -ENOSPC);
	xnb_mcast_del(&list, group(9));
	EXPECT(!xnb_mcast_match(&list, group(9)));
}

/* Each of a full list in turn: the others stay, and its place is free. */
static void remove_and_add_again(void)
{
	u32 i, j;

	for (i = 0; i < 64; i++)
		xnb_mcast_add(&list, group(i));
	for (i = 0; i < 64; i++) {
		xnb_mcast_del(&list, group(i));
		for (j = 0; j < 64; j++)
			EXPECT_EQ(xnb_mcast_match(&list, group(j)), j != i);
		EXPECT(!xnb_mcast_match(&list, zero));
		EXPECT_EQ(xnb_mcast_add(&list, group(100)), 0);
		EXPECT_EQ(xnb_mcast_add(&list, group(101)), -ENOSPC);
		xnb_mcast_del(&list, group(100));
		EXPECT_EQ(xnb_mcast_add(&list, group(i)), 0);
	}
}

static void clear_forgets_all(void)
{
	u32 i;

	for (i = 0; i < 64; i++)
		xnb_mcast_add(&list, group(i));
	xnb_mcast_clear(&list);
	for (i = 0; i < 64; i++)
		EXPECT(!xnb_mcast_match(&list, group(i)));
	xnb_mcast_add(&list, group(3));
	for (i = 0; i < 64; i++)
		EXPECT_EQ(xnb_mcast_match(&list, group(i)), i == 3);
}

static void what_a_guest_is_answered(void)
{
	const u8 unicast[6] = { 2, 1 };
	u32 i;

	EXPECT_EQ(xnb_mcast_change(&list, DEL, group(0)), OKAY);
	EXPECT_EQ(xnb_mcast_change(&list, ADD, unicast), ERROR);
	for (i = 0; i < 64; i++)
		EXPECT_EQ(xnb_mcast_change(&list, ADD, group(i)), OKAY);
	EXPECT_EQ(xnb_mcast_change(&list, ADD, group(64)), ERROR);
	EXPECT_EQ(xnb_mcast_change(&list, DEL, group(63)), OKAY);
	EXPECT_EQ(xnb_mcast_change(&list, ADD, group(64)), OKAY);
	EXPECT(xnb_mcast_match(&list, group(64)));
	EXPECT(!xnb_mcast_match(&list, group(63)));
}

/* Against a list that is nothing but flags. */
static void random_changes(void)
{
	bool there[100] = { 0 };
	u32 i, j, nr = 0;

	for (i = 0; i < 20000; i++) {
		j = test_random_below(100);
		test_context("step %u, group %u", i, j);
		if (test_random_below(3)) {
			EXPECT_EQ(xnb_mcast_add(&list, group(j)),
				  there[j] || nr < 64 ? 0 : -ENOSPC);
			nr += !there[j] && nr < 64;
			there[j] = xnb_mcast_match(&list, group(j));
		} else {
			xnb_mcast_del(&list, group(j));
			nr -= there[j];
			there[j] = false;
		}
		j = test_random_below(100);
		EXPECT_EQ(xnb_mcast_match(&list, group(j)), there[j]);
	}
	for (i = 0, j = 0; i < 100; i++)
		j += xnb_mcast_match(&list, group(i));
	EXPECT_EQ(j, nr);
}

static const struct test_case cases[] = {
	CASE(empty_list),
	CASE(only_what_was_added),
	CASE(every_bit_counts),
	CASE(only_multicast),
	CASE(at_most_64),
	CASE(twice_is_once),
	CASE(remove_and_add_again),
	CASE(clear_forgets_all),
	CASE(what_a_guest_is_answered),
	CASE(random_changes),
};

TEST_SUITE(back_mcast_suite, "multicast filter", cases, prepare);
