// SPDX-License-Identifier: GPL-2.0
/* What a backend's keys mean. */
#include <errno.h>
#include <string.h>

#include "netfront/keys.h"
#include "suites.h"

static u64 key[XNF_NR_BACK_KEYS];
static struct xnf_features got;

/* As if xenstore held @text; NULL: the key is absent. */
static void say(const char *name, const char *text)
{
	u32 i;

	for (i = 0; i < XNF_NR_BACK_KEYS; i++)
		if (!strcmp(xnf_back_keys[i].name, name)) {
			EXPECT_EQ(xsplit_key_judge(&xnf_back_keys[i], text, &key[i]), 0);
			return;
		}
	test_context("key %s", name);
	EXPECT(!"known");
}

static void prepare(void)
{
	u32 i;

	for (i = 0; i < XNF_NR_BACK_KEYS; i++)
		EXPECT_EQ(xsplit_key_judge(&xnf_back_keys[i], NULL, &key[i]), 0);
}

static int judge(void)
{
	memset(&got, 0xa5, sizeof(got));
	return xnf_features_judge(key, &got);
}

static void backend_that_says_nothing(void)
{
	EXPECT_EQ(judge(), -EOPNOTSUPP);
	EXPECT(!got.sg && !got.csum_ipv6 && !got.split && !got.ctrl_ring && !got.xdp);
	EXPECT(!got.multi_queue);
	EXPECT_EQ(got.gso, 0);
	EXPECT_EQ(got.max_queues, 1);
	/* The old key is the other way round. */
	EXPECT(got.csum);
}

static void only_copying_backends(void)
{
	say("feature-rx-copy", "1");
	EXPECT_EQ(judge(), 0);
	say("feature-rx-copy", "0");
	EXPECT_EQ(judge(), -EOPNOTSUPP);
	say("feature-rx-copy", "nonsense");
	EXPECT_EQ(judge(), -EOPNOTSUPP);
}

static void linux_backend(void)
{
	say("feature-rx-copy", "1");
	say("feature-sg", "1");
	say("feature-gso-tcpv4", "1");
	say("feature-gso-tcpv6", "1");
	say("feature-ipv6-csum-offload", "1");
	say("feature-split-event-channels", "1");
	say("multi-queue-max-queues", "4");
	say("feature-ctrl-ring", "1");
	say("feature-xdp-headroom", "1");
	EXPECT_EQ(judge(), 0);
	EXPECT(got.sg && got.csum && got.csum_ipv6 && got.split && got.ctrl_ring && got.xdp);
	EXPECT(got.multi_queue);
	EXPECT_EQ(got.max_queues, 4);
	EXPECT_EQ(got.gso, 6);
}

/* Each key is a feature of its own, and of no other. */
static void one_key_one_feature(void)
{
	say("feature-sg", "1");
	judge();
	EXPECT(got.sg && !got.csum_ipv6 && !got.split && !got.ctrl_ring && !got.xdp);
	prepare();
	say("feature-ipv6-csum-offload", "1");
	judge();
	EXPECT(!got.sg && got.csum_ipv6 && !got.split && !got.ctrl_ring && !got.xdp);
	prepare();
	say("feature-split-event-channels", "1");
	judge();
	EXPECT(!got.sg && !got.csum_ipv6 && got.split && !got.ctrl_ring && !got.xdp);
	prepare();
	say("feature-ctrl-ring", "1");
	judge();
	EXPECT(!got.sg && !got.csum_ipv6 && !got.split && got.ctrl_ring && !got.xdp);
	prepare();
	say("feature-xdp-headroom", "1");
	judge();
	EXPECT(!got.sg && !got.csum_ipv6 && !got.split && !got.ctrl_ring && got.xdp);
	prepare();
	say("feature-no-csum-offload", "1");
	judge();
	EXPECT(!got.csum);
}

/* Absent and 0 are the same, whatever else is there. */
static void off_is_off(void)
{
	u32 said;

	for (said = 0; said < 2; said++) {
		prepare();
		say("feature-sg", "1");
		say("feature-ipv6-csum-offload", "1");
		say("feature-gso-tcpv4", said ? "0" : NULL);
		say("feature-gso-tcpv6", said ? "0" : NULL);
		say("feature-split-event-channels", said ? "0" : NULL);
		say("feature-ctrl-ring", said ? "0" : NULL);
		say("feature-xdp-headroom", said ? "0" : NULL);
		judge();
		test_context("said %u", said);
		EXPECT(got.sg && got.csum && got.csum_ipv6);
		EXPECT(!got.split && !got.ctrl_ring && !got.xdp);
		EXPECT_EQ(got.gso, 0);
	}
}

static void gso_needs_the_rest(void)
{
	u32 bits;

	for (bits = 0; bits < 32; bits++) {
		prepare();
		say("feature-sg", bits & 1 ? "1" : "0");
		say("feature-no-csum-offload", bits & 2 ? "1" : "0");
		say("feature-ipv6-csum-offload", bits & 4 ? "1" : "0");
		say("feature-gso-tcpv4", bits & 8 ? "1" : "0");
		say("feature-gso-tcpv6", bits & 16 ? "1" : "0");
		judge();
		test_context("bits 0x%x", bits);
		EXPECT_EQ(got.gso, ((bits & 11) == 9 ? 2 : 0) | ((bits & 21) == 21 ? 4 : 0));
	}
}

static void most_queues(void)
{
	static const struct {
		const char *text;
		bool wrote;
		u32 max;
	} rows[] = {
		{ NULL, false, 1 }, { "0", false, 1 }, { "1", true, 1 }, { "2", true, 2 },
		{ "65535", true, 65535 }, { "65536", true, 65535 },
		{ "4294967296", true, 65535 }, { "18446744073709551616", true, 65535 },
		{ "-1", false, 1 }, { "many", false, 1 }, { "", false, 1 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		say("multi-queue-max-queues", rows[i].text);
		judge();
		test_context("row %u", i);
		EXPECT_EQ(got.max_queues, rows[i].max);
		EXPECT_EQ(got.multi_queue, rows[i].wrote);
	}
}

static void largest_mtu(void)
{
	struct xnf_features with = { .sg = true }, without = { .sg = false };

	EXPECT_EQ(xnf_max_mtu(&with), 65517);
	EXPECT_EQ(xnf_max_mtu(&without), 1500);
}

static void mtu_of_the_toolstack(void)
{
	static const struct {
		const char *text;
		u32 with, without;
	} rows[] = {
		{ NULL, 1400, 1400 }, { "", 1400, 1400 }, { "big", 1400, 1400 },
		{ "0", 1400, 1400 }, { "67", 1400, 1400 }, { "-1500", 1400, 1400 },
		{ "68", 68, 68 }, { "1280", 1280, 1280 }, { "1500", 1500, 1500 },
		{ "1501", 1501, 1500 }, { "9000", 9000, 1500 }, { "65517", 65517, 1500 },
		{ "65518", 65517, 1500 }, { "4294967295", 65517, 1500 },
		{ "4294967364", 65517, 1500 }, { "99999999999999999999", 65517, 1500 },
	};
	struct xnf_features with = { .sg = true }, without = { .sg = false };
	u64 wish;
	u32 i;

	EXPECT(!strcmp(xnf_mtu_key.name, "mtu"));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		xsplit_key_judge(&xnf_mtu_key, rows[i].text, &wish);
		test_context("row %u", i);
		EXPECT_EQ(xnf_mtu(wish, 1400, &with), rows[i].with);
		EXPECT_EQ(xnf_mtu(wish, 1400, &without), rows[i].without);
	}
}

/* A backend that can do less than the last one. */
static void mtu_that_no_longer_fits(void)
{
	struct xnf_features with = { .sg = true }, without = { .sg = false };

	EXPECT_EQ(xnf_mtu(0, 9000, &with), 9000);
	EXPECT_EQ(xnf_mtu(0, 9000, &without), 1500);
	EXPECT_EQ(xnf_mtu(0, 65535, &with), 65517);
}

static void carrier(void)
{
	static const struct { const char *text; u64 on; } rows[] = {
		{ NULL, 1 }, { "0", 0 }, { "1", 1 }, { "2", 1 }, { "maybe", 1 },
	};
	u64 on;
	u32 i;

	EXPECT(!strcmp(xnf_carrier_key.name, "carrier"));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		test_context("row %u", i);
		EXPECT_EQ(xsplit_key_judge(&xnf_carrier_key, rows[i].text, &on), 0);
		EXPECT_EQ(on, rows[i].on);
	}
}

/* --- hardware addresses ------------------------------------------------------ */

static const u8 old_mac[6] = { 1, 2, 3, 4, 5, 6 };

static void addresses(void)
{
	static const struct { const char *text; u8 mac[6]; } rows[] = {
		{ "00:16:3e:12:34:56", { 0, 0x16, 0x3e, 0x12, 0x34, 0x56 } },
		{ "00:16:3E:aB:Cd:EF", { 0, 0x16, 0x3e, 0xab, 0xcd, 0xef } },
		{ "0:16:3e:1:2:3", { 0, 0x16, 0x3e, 1, 2, 3 } },
		{ "0:16:3e:f:0:a", { 0, 0x16, 0x3e, 15, 0, 10 } },
		{ "00:16:3e:00:00:01\n", { 0, 0x16, 0x3e, 0, 0, 1 } },
		{ "00:16:3e:00:00:1 \t\r\n", { 0, 0x16, 0x3e, 0, 0, 1 } },
	};
	u8 mac[6];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		test_context("'%s'", rows[i].text);
		EXPECT(xnf_mac_read(rows[i].text, mac));
		EXPECT(!memcmp(mac, rows[i].mac, 6));
	}
}

static void no_addresses(void)
{
	static const char * const texts[] = {
		"", " ", "0", "00:16:3e:12:34", "00:16:3e:12:34:", "00:16:3e:12:34:56:78",
		"00:16:3e:12:34:567", "000:16:3e:12:34:56", "00-16-3e-12-34-56",
		"0016.3e12.3456", "00163e123456", ":16:3e:12:34:56", "00::3e:12:34:56",
		" 00:16:3e:12:34:56", "00:16:3e:12:34:56x", "00:16:3e:12:34:5 6",
		"00:16:3g:12:34:56", "00:16:3e:12:34:5@", "00:16:3e:12:34:`6", "random",
	};
	u8 mac[6];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		memcpy(mac, old_mac, 6);
		test_context("'%s'", texts[i]);
		EXPECT(!xnf_mac_read(texts[i], mac));
		EXPECT(!memcmp(mac, old_mac, 6));
	}
}

static const struct test_case cases[] = {
	CASE(backend_that_says_nothing),
	CASE(only_copying_backends),
	CASE(linux_backend),
	CASE(one_key_one_feature),
	CASE(off_is_off),
	CASE(gso_needs_the_rest),
	CASE(most_queues),
	CASE(largest_mtu),
	CASE(mtu_of_the_toolstack),
	CASE(mtu_that_no_longer_fits),
	CASE(carrier),
	CASE(addresses),
	CASE(no_addresses),
};

TEST_SUITE(front_keys_suite, "what our frontend makes of a backend's keys", cases, prepare);
