// SPDX-License-Identifier: GPL-2.0
/* What a frontend's keys mean to our disk. */
#include <errno.h>
#include <string.h>

#include "blkback/keys.h"
#include "suites.h"

#define REFUSED -EINVAL

static struct xsplit_key key[XBB_NR_FRONT_KEYS];
static u64 val[XBB_NR_FRONT_KEYS];

/* As if xenstore held @text; NULL: the key is absent. */
static int write_key(u32 which, const char *text)
{
	return xsplit_key_judge(&key[which], text, &val[which]);
}

static void prepare(void)
{
	const u64 offer[XBB_NR_OFFERS] = { [XBB_OFFER_QUEUES] = 4, [XBB_OFFER_ORDER] = 2 };
	u32 i;

	memset(key, 0xa5, sizeof(key));
	xbb_front_keys(offer, key);
	for (i = 0; i < XBB_NR_FRONT_KEYS; i++)
		EXPECT_EQ(write_key(i, NULL), 0);
}

static struct xbb_front judge(bool offer_persistent)
{
	struct xbb_front front = { };

	xbb_front_judge(val, offer_persistent, &front);
	return front;
}

static void frontend_without_keys(void)
{
	struct xbb_front front = judge(true);

	EXPECT_EQ(front.queues, 1);
	EXPECT_EQ(front.pages, 1);
	EXPECT(!front.numbered && !front.persistent);
}

static void queues_up_to_the_offer(void)
{
	EXPECT_EQ(write_key(XBB_FRONT_QUEUES, "4"), 0);
	EXPECT_EQ(judge(true).queues, 4);
	EXPECT_EQ(write_key(XBB_FRONT_QUEUES, "5"), REFUSED);
	EXPECT_EQ(write_key(XBB_FRONT_QUEUES, "0"), REFUSED);
	EXPECT_EQ(write_key(XBB_FRONT_QUEUES, "many"), REFUSED);
}

/* An order that is there means numbered references, also where it is 0. */
static void ring_order(void)
{
	EXPECT_EQ(write_key(XBB_FRONT_ORDER, "0"), 0);
	EXPECT(judge(true).numbered);
	EXPECT_EQ(judge(true).pages, 1);
	EXPECT_EQ(write_key(XBB_FRONT_ORDER, "2"), 0);
	EXPECT_EQ(judge(true).pages, 4);
	EXPECT_EQ(write_key(XBB_FRONT_ORDER, "3"), REFUSED);
	EXPECT_EQ(write_key(XBB_FRONT_ORDER, "18446744073709551615"), REFUSED);
}

static void persistent_where_both_want_it(void)
{
	EXPECT_EQ(write_key(XBB_FRONT_PERSISTENT, "1"), 0);
	EXPECT(judge(true).persistent);
	EXPECT(!judge(false).persistent);
	EXPECT_EQ(write_key(XBB_FRONT_PERSISTENT, "0"), 0);
	EXPECT(!judge(true).persistent);
}

static const struct test_case cases[] = {
	CASE(frontend_without_keys),
	CASE(queues_up_to_the_offer),
	CASE(ring_order),
	CASE(persistent_where_both_want_it),
};

TEST_SUITE(blkback_keys_suite, "what our block backend makes of a frontend's keys", cases, prepare);
