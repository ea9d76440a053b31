// SPDX-License-Identifier: GPL-2.0
/*
 * Values of xenstore, any bytes at all, in every key of all drivers: what becomes of them is
 * within the key's bounds, and what a driver derives is within its own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "blkback/keys.h"
#include "blkback/request.h"
#include "blkfront/keys.h"
#include "fuzz.h"
#include "netback/keys.h"
#include "netback/rx_layout.h"
#include "netfront/keys.h"
#include "xenbus/script.h"
#include "xenbus/text.h"

enum { MOST_TEXT = 64, MOST_KEYS = 16 };

#define MOST_U64 (~0ULL)

/* The next text, in memory that ends with its last zero; NULL: the key is absent. */
static char *next_text(struct input *input)
{
	size_t len = input_u8(input) % MOST_TEXT;
	char *text;

	if (!len)
		return NULL;
	text = exact(len);
	input_bytes(input, text, len - 1);
	text[len - 1] = 0;
	return text;
}

static bool blank(char c)
{
	return c && strchr(" \t\n\r", c);
}

/* A second parser. Return: the same as the first. */
static int parse(const char *text, u64 *val)
{
	unsigned __int128 sum = 0;
	size_t at = 0, from;

	while (blank(text[at]))
		at++;
	for (from = at; text[at] >= '0' && text[at] <= '9'; at++) {
		sum = sum * 10 + (text[at] - '0');
		if (sum > MOST_U64)
			sum = (unsigned __int128)MOST_U64 + 1;
	}
	if (at == from)
		return -EINVAL;
	while (blank(text[at]))
		at++;
	if (text[at])
		return -EINVAL;
	*val = sum > MOST_U64 ? MOST_U64 : (u64)sum;
	return sum > MOST_U64 ? -ERANGE : 0;
}

static void check_number(const struct xsplit_key *key, const char *text, u64 val, int err)
{
	u64 want = 0, got = 0;
	int parsed = parse(text, &want);

	EXPECT_EQ(xsplit_key_parse(text, &got), parsed);
	if (parsed != -EINVAL)
		EXPECT_EQ(got, want);
	if (!parsed && want >= key->min && want <= key->max) {
		EXPECT_EQ(err, 0);
		EXPECT_EQ(val, want);
		return;
	}
	EXPECT_EQ(err, key->rule == XSPLIT_KEY_CLAMP ? 0 : -EINVAL);
	if (err || parsed == -EINVAL)
		EXPECT_EQ(val, key->def);
	else
		EXPECT_EQ(val, want < key->min ? key->min : key->max);
}

static int judge(const struct xsplit_key *key, const char *text, u64 *val)
{
	int err = xsplit_key_judge(key, text, val);

	if (text) {
		check_number(key, text, *val, err);
	} else {
		EXPECT_EQ(err, key->rule == XSPLIT_KEY_REQUIRE ? -ENOENT : 0);
		EXPECT_EQ(*val, key->def);
	}
	return err;
}

/* Return: false if a value is refused, which ends a connection. */
static bool judge_table(const struct xsplit_key *keys, u32 nr, struct input *input, u64 *vals)
{
	bool good = true;
	char *text;
	u32 i;

	for (i = 0; i < nr; i++) {
		text = next_text(input);
		good &= !judge(&keys[i], text, &vals[i]);
		free(text);
	}
	return good;
}

static void try_blkback(struct input *input)
{
	u64 offer[XBB_NR_OFFERS], vals[MOST_KEYS];
	struct xsplit_key keys[XBB_NR_FRONT_KEYS];
	bool persistent = input_u8(input) & 1;
	struct xbb_front front;
	char *protocol;

	judge_table(xbb_disk_keys, XBB_NR_DISK_KEYS, input, vals);
	if (!judge_table(xbb_offer_keys, XBB_NR_OFFERS, input, offer))
		return;
	xbb_front_keys(offer, keys);
	protocol = next_text(input);
	if (!protocol || !xbb_layout_find(protocol))
		EXPECT_EQ(!!xbb_layout_find(protocol), !protocol);
	free(protocol);
	if (!judge_table(keys, XBB_NR_FRONT_KEYS, input, vals))
		return;
	xbb_front_judge(vals, persistent, &front);
	EXPECT(front.queues >= 1);
	EXPECT(front.queues <= (offer[XBB_OFFER_QUEUES] ?: 1));
	EXPECT(front.pages >= 1 && front.pages <= 1u << offer[XBB_OFFER_ORDER]);
	EXPECT(front.numbered || front.pages == 1);
	EXPECT(persistent || !front.persistent);
}

static void check_segs(struct input *input, u64 offered)
{
	u32 allowed = input_u32(input), room = input_u16(input), order, segs;

	segs = xbf_max_segs(offered, allowed, room);
	EXPECT(segs >= XBLK_SLOT_SEGS && segs <= XBF_MAX_SEGS);
	EXPECT(segs == XBLK_SLOT_SEGS || (segs <= offered && segs <= allowed));
	EXPECT(segs == XBLK_SLOT_SEGS || !room || segs < room);
	EXPECT_EQ(xbf_max_sectors(segs), segs * 8);
	order = input_u8(input) % (XBF_MAX_RING_ORDER + 1);
	while (xbf_shrink_ring(&order, &segs))
		EXPECT(!order && segs == XBLK_SLOT_SEGS);
}

static void check_rings(struct input *input, u32 offered)
{
	u32 event = input_u8(input) + 1u, poll = input_u8(input), i;
	struct xbf_queue_map map = { .queues = input_u8(input) + 1u };

	map.rings = xbf_choose_rings(offered, event, poll, &map.polled_rings);
	map.polled_queues = input_u8(input) % map.queues;
	EXPECT(map.rings >= 1 && map.rings <= offered);
	EXPECT(map.polled_rings < map.rings && map.polled_rings <= poll);
	for (i = 0; i < map.queues; i++) {
		u32 ring = xbf_map_queue(&map, i);

		EXPECT(ring < map.rings);
		if (i < map.queues - map.polled_queues)
			EXPECT(ring < map.rings - map.polled_rings);
	}
}

static void check_geometry(const u64 *vals)
{
	struct xbf_features features;
	struct xbf_geometry geo;
	u32 size = vals[XBF_READY_SECTOR_SIZE];
	int err = xbf_geometry_judge(vals, &geo);

	EXPECT_EQ(err, size & (size - 1) ? -EINVAL : 0);
	xbf_features_judge(vals, &features);
	EXPECT(features.discard || !features.erase);
	if (err)
		return;
	EXPECT(geo.logical_block >= 512 && geo.logical_block <= 4096);
	EXPECT(geo.physical_block >= geo.logical_block && geo.physical_block <= 1 << 20);
	EXPECT(!(geo.physical_block & (geo.physical_block - 1)));
	EXPECT(geo.discard_granularity >= 1 && geo.discard_granularity <= 1 << 30);
	EXPECT(geo.discard_alignment <= 1 << 30);
	EXPECT(geo.sectors <= (MOST_U64 >> 1) / 512);
}

static void try_blkfront(struct input *input)
{
	u64 vals[MOST_KEYS];

	if (judge_table(xbf_probe_keys, XBF_NR_PROBE_KEYS, input, vals)) {
		check_segs(input, vals[XBF_PROBE_MAX_SEGS]);
		check_rings(input, vals[XBF_PROBE_MAX_QUEUES]);
	}
	if (judge_table(xbf_ready_keys, XBF_NR_READY_KEYS, input, vals))
		check_geometry(vals);
}

static void try_netback(struct input *input)
{
	struct xsplit_key keys[XNB_NR_FRONT_KEYS];
	u32 most = input_u8(input) + 1u;
	struct xnb_front front = { };
	u64 vals[MOST_KEYS], val;

	xnb_front_keys(most, keys);
	if (judge_table(keys, XNB_NR_FRONT_KEYS, input, vals)) {
		xnb_front_judge(vals, &front);
		EXPECT(front.queues >= 1 && front.queues <= most);
		EXPECT(!front.split && !front.headroom);
		EXPECT_EQ(vals[XNB_FRONT_RX_COPY], 1);
	}
	if (judge_table(&xnb_headroom_key, 1, input, &val))
		EXPECT(val <= XNB_HEADROOM_MAX);
	judge_table(&xnb_multicast_key, 1, input, &val);
	judge_table(&xnb_offer_key, 1, input, &val);
	judge_table(&xnb_handle_key, 1, input, &val);
}

static void check_mac(const char *text)
{
	u8 mac[XNF_MAC_BYTES + 1] = { 1, 2, 3, 4, 5, 6, 7 }, before[sizeof(mac)];

	memcpy(before, mac, sizeof(mac));
	if (!xnf_mac_read(text, mac))
		EXPECT(!memcmp(before, mac, sizeof(mac)));
	else
		EXPECT(strlen(text) >= 11 && mac[XNF_MAC_BYTES] == 7);
}

static void try_netfront(struct input *input)
{
	u32 now = input_u8(input) % 2 ? XNF_PLAIN_MTU : XNF_MIN_MTU;
	struct xnf_features features;
	u64 vals[MOST_KEYS], mtu;
	char *text;

	judge_table(xnf_back_keys, XNF_NR_BACK_KEYS, input, vals);
	EXPECT_EQ(xnf_features_judge(vals, &features), vals[XNF_BACK_RX_COPY] ? 0 : -EOPNOTSUPP);
	EXPECT(features.max_queues >= 1);
	EXPECT(features.sg || !features.gso);
	EXPECT(features.csum || !(features.gso & 2));
	EXPECT(features.csum_ipv6 || !(features.gso & 4));
	EXPECT(!(features.gso & ~6));
	judge_table(&xnf_carrier_key, 1, input, &mtu);
	judge_table(&xnf_mtu_key, 1, input, &mtu);
	mtu = xnf_mtu(mtu, now, &features);
	EXPECT(mtu >= XNF_MIN_MTU && mtu <= (features.sg ? 65517u : 1500u));
	text = next_text(input);
	if (text)
		check_mac(text);
	free(text);
}

static void try_text(struct input *input)
{
	bool awaited = input_u8(input) & 1;
	char *text = next_text(input);
	enum xsplit_script script = xsplit_script_judge(text, awaited);
	size_t len, i;

	EXPECT(script <= XSPLIT_SCRIPT_FAILED);
	if (!text) {
		EXPECT_EQ(script, awaited ? XSPLIT_SCRIPT_WAIT : XSPLIT_SCRIPT_DONE);
		return;
	}
	EXPECT_EQ(script == XSPLIT_SCRIPT_DONE, !strcmp(text, "connected"));
	len = strlen(text);
	xsplit_text_clean(text);
	EXPECT_EQ(strlen(text), len);
	for (i = 0; i < len; i++)
		EXPECT(text[i] >= ' ' && text[i] <= '~');
	free(text);
}

void fuzz(struct input *input)
{
	static void (* const areas[])(struct input *input) = {
		try_text, try_blkback, try_blkfront, try_netback, try_netfront,
	};

	areas[input_u8(input) % ARRAY_SIZE(areas)](input);
}
