// SPDX-License-Identifier: GPL-2.0
/* What a frontend's keys mean to our interface. */
#include <errno.h>
#include <string.h>

#include "netback/keys.h"
#include "netback/rx_layout.h"
#include "suites.h"

#define REFUSED -EINVAL

static struct xsplit_key key[XNB_NR_FRONT_KEYS];
static u64 val[XNB_NR_FRONT_KEYS];

/* As if xenstore held @text; NULL: the key is absent. */
static int write_key(u32 which, const char *text)
{
	return xsplit_key_judge(&key[which], text, &val[which]);
}

/* A frontend that may have four queues, and has written only what it must. */
static void prepare(void)
{
	u32 i;

	memset(key, 0xa5, sizeof(key));
	xnb_front_keys(4, key);
	for (i = 0; i < XNB_NR_FRONT_KEYS; i++)
		EXPECT_EQ(write_key(i, i == XNB_FRONT_RX_COPY ? "1" : NULL), 0);
}

static struct xnb_front judge(void)
{
	struct xnb_front front = { .split = true, .headroom = 256 };

	xnb_front_judge(val, &front);
	/* They do not come from these keys. */
	EXPECT(front.split);
	EXPECT_EQ(front.headroom, 256);
	return front;
}

static void frontend_without_keys(void)
{
	struct xnb_front front = judge();

	EXPECT_EQ(front.queues, 1);
	EXPECT(!front.notifies && !front.sg && !front.gso_v4 && !front.gso_v6);
	/* Unfinished checksums over IPv4 are taken unless a frontend says no. */
	EXPECT(!front.no_csum_v4 && !front.csum_v6);
}

/* Pages are not exchanged any more: a frontend that wants that cannot be served. */
static void copies_are_required(void)
{
	EXPECT_EQ(write_key(XNB_FRONT_RX_COPY, NULL), -ENOENT);
	EXPECT_EQ(write_key(XNB_FRONT_RX_COPY, "0"), REFUSED);
	EXPECT_EQ(write_key(XNB_FRONT_RX_COPY, "2"), REFUSED);
	EXPECT_EQ(write_key(XNB_FRONT_RX_COPY, "yes"), REFUSED);
}

static void queues_up_to_the_bound(void)
{
	EXPECT_EQ(write_key(XNB_FRONT_QUEUES, "4"), 0);
	EXPECT_EQ(judge().queues, 4);
	EXPECT_EQ(write_key(XNB_FRONT_QUEUES, "5"), REFUSED);
	EXPECT_EQ(write_key(XNB_FRONT_QUEUES, "0"), REFUSED);
	EXPECT_EQ(write_key(XNB_FRONT_QUEUES, "many"), REFUSED);
	/* What an earlier driver offered, this one serves. */
	xnb_front_keys(8, key);
	EXPECT_EQ(write_key(XNB_FRONT_QUEUES, "8"), 0);
	EXPECT_EQ(judge().queues, 8);
	EXPECT_EQ(write_key(XNB_FRONT_QUEUES, "9"), REFUSED);
}

static bool sg(const struct xnb_front *front)		{ return front->sg; }
static bool gso_v4(const struct xnb_front *front)	{ return front->gso_v4; }
static bool gso_v6(const struct xnb_front *front)	{ return front->gso_v6; }
static bool no_csum_v4(const struct xnb_front *front)	{ return front->no_csum_v4; }
static bool csum_v6(const struct xnb_front *front)	{ return front->csum_v6; }
static bool notifies(const struct xnb_front *front)	{ return front->notifies; }

static const struct {
	const char *name;
	enum xnb_front_key key;
	bool (*get)(const struct xnb_front *front);
} features[] = {
	{ "feature-rx-notify", XNB_FRONT_RX_NOTIFY, notifies },
	{ "feature-sg", XNB_FRONT_SG, sg },
	{ "feature-gso-tcpv4", XNB_FRONT_GSO_V4, gso_v4 },
	{ "feature-gso-tcpv6", XNB_FRONT_GSO_V6, gso_v6 },
	{ "feature-no-csum-offload", XNB_FRONT_NO_CSUM_V4, no_csum_v4 },
	{ "feature-ipv6-csum-offload", XNB_FRONT_CSUM_V6, csum_v6 },
};

/* Each is one key and nothing else, and a bad value is no reason to refuse the guest. */
static void each_feature_alone(void)
{
	struct xnb_front front;
	u32 i, other;

	for (i = 0; i < ARRAY_SIZE(features); i++) {
		EXPECT(!strcmp(key[features[i].key].name, features[i].name));
		EXPECT_EQ(write_key(features[i].key, "1"), 0);
		front = judge();
		for (other = 0; other < ARRAY_SIZE(features); other++)
			EXPECT_EQ(features[other].get(&front), other == i);
		EXPECT_EQ(write_key(features[i].key, "2"), 0);
		EXPECT_EQ(val[features[i].key], 1);
		EXPECT_EQ(write_key(features[i].key, "on"), 0);
		EXPECT_EQ(val[features[i].key], 0);
	}
}

static void headroom(void)
{
	u64 bytes;

	EXPECT_EQ(xsplit_key_judge(&xnb_headroom_key, NULL, &bytes), 0);
	EXPECT_EQ(bytes, 0);
	EXPECT_EQ(xsplit_key_judge(&xnb_headroom_key, "256", &bytes), 0);
	EXPECT_EQ(bytes, 256);
	EXPECT_EQ(xsplit_key_judge(&xnb_headroom_key, "65536", &bytes), 0);
	EXPECT_EQ(bytes, XNB_HEADROOM_MAX);
}

/* A queue costs an interface memory that it has for good, so there is a bound. */
static void what_an_earlier_driver_offered(void)
{
	u64 queues;

	EXPECT_EQ(xsplit_key_judge(&xnb_offer_key, NULL, &queues), 0);
	EXPECT_EQ(queues, 0);
	EXPECT_EQ(xsplit_key_judge(&xnb_offer_key, "8", &queues), 0);
	EXPECT_EQ(queues, 8);
	EXPECT_EQ(xsplit_key_judge(&xnb_offer_key, "4294967296", &queues), 0);
	EXPECT_EQ(queues, 256);
}

static void number_of_the_interface(void)
{
	u64 handle;

	EXPECT_EQ(xsplit_key_judge(&xnb_handle_key, NULL, &handle), -ENOENT);
	EXPECT_EQ(xsplit_key_judge(&xnb_handle_key, "-1", &handle), REFUSED);
	EXPECT_EQ(xsplit_key_judge(&xnb_handle_key, "2147483648", &handle), REFUSED);
	EXPECT_EQ(xsplit_key_judge(&xnb_handle_key, "2147483647", &handle), 0);
	EXPECT_EQ(handle, 2147483647);
}

static const struct test_case cases[] = {
	CASE(frontend_without_keys),
	CASE(copies_are_required),
	CASE(queues_up_to_the_bound),
	CASE(each_feature_alone),
	CASE(headroom),
	CASE(what_an_earlier_driver_offered),
	CASE(number_of_the_interface),
};

TEST_SUITE(netback_keys_suite, "what our network backend makes of a frontend's keys", cases, prepare);
