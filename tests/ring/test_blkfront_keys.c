// SPDX-License-Identifier: GPL-2.0
/* A disk and the backends it meets in its life: nothing gets larger than it fits. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "blkfront/keys.h"
#include "suites.h"

struct segs_row {
	u64 offered;
	u32 allowed;
	u32 room;
	u32 segs;
};

static void chosen(void)
{
	const struct segs_row *row;

	for (row = test_row; row->segs; row++) {
		test_context("offered %llu allowed %u room %u",
			     (unsigned long long)row->offered, row->allowed, row->room);
		EXPECT_EQ(xbf_max_segs(row->offered, row->allowed, row->room), row->segs);
	}
}

static const struct segs_row new_disk[] = {
	{ 0, 32, 0, 11 }, { 1, 32, 0, 11 }, { 11, 32, 0, 11 }, { 12, 32, 0, 12 },
	{ 32, 32, 0, 32 }, { 256, 32, 0, 32 }, { 256, 256, 0, 256 }, { 31, 256, 0, 31 },
	{ 512, 1000, 0, 256 }, { ~0ULL, ~0U, 0, 256 }, { 256, 0, 0, 11 },
	/* Whoever cuts it to 32 bits has 0. */
	{ 1ULL << 32, 32, 0, 32 },
	{},
};

static const struct segs_row old_disk[] = {
	{ 256, 256, 33, 32 }, { 256, 32, 33, 32 }, { 16, 32, 33, 16 }, { 0, 32, 33, 11 },
	{ 256, 256, 12, 11 }, { 0, 256, 12, 11 }, { 256, 256, 257, 256 }, { 11, 32, 257, 11 },
	{},
};

/*
 * Requests made for one backend, cut for another as the block layer does: each
 * byte is in one piece, and each piece fits in a slot or an indirect list.
 */
static void cut(u32 bytes, u32 segs)
{
	u32 left, len, nr, sum = 0, most = xbf_max_sectors(segs) * 512;
	struct xblk_seg *seg;

	for (left = bytes; left; left -= len) {
		len = left < most ? left : most;
		seg = malloc(segs * sizeof(*seg));
		nr = xbf_seg_dense(seg, len);
		EXPECT(nr <= segs);
		EXPECT(nr <= XBLK_SLOT_SEGS || segs > XBLK_SLOT_SEGS);
		while (nr--)
			sum += (seg[nr].last - seg[nr].first + 1) * 512;
		free(seg);
	}
	EXPECT_EQ(sum, bytes);
}

static void a_lesser_backend_gets_pieces(void)
{
	static const u32 before[] = { 11, 12, 32, 33, 100, 256 };
	u32 i, offered, segs, bytes;

	for (i = 0; i < ARRAY_SIZE(before); i++)
		for (offered = 0; offered <= before[i]; offered += 1 + offered / 4) {
			segs = xbf_max_segs(offered, 256, before[i] + 1);
			for (bytes = 512; bytes <= before[i] * 4096;
			     bytes += 512 * (1 + bytes / 4096)) {
				test_context("%u bytes, %u segments before, %u now", bytes,
					     before[i], segs);
				cut(bytes, segs);
			}
			cut(before[i] * 4096, segs);
		}
}

/* Whatever the next backend is, requests that exist have room for its segments. */
static void room_is_never_exceeded(void)
{
	u32 first, next, room;

	for (first = 0; first <= 300; first++) {
		room = xbf_max_segs(first, 256, 0) + 1;
		for (next = 0; next <= 600; next++) {
			test_context("first %u next %u", first, next);
			EXPECT(xbf_max_segs(next, 256, room) < room);
		}
	}
}

/* --- a hint ----------------------------------------------------------------- */

static void a_hint_is_only_a_hint(void)
{
	static const struct { u32 logical; u64 offered; u32 physical; } rows[] = {
		{ 512, 0, 512 }, { 512, 512, 512 }, { 512, 4096, 4096 }, { 4096, 512, 4096 },
		{ 512, 3072, 512 }, { 512, 1, 512 }, { 512, 513, 512 }, { 4096, 1 << 20, 1 << 20 },
		{ 4096, 1 << 21, 4096 }, { 512, ~0U, 512 }, { 512, ~0ULL, 512 },
		{ 512, 1ULL << 32, 512 },
	};
	u64 key[XBF_NR_READY_KEYS] = { };
	struct xbf_geometry geo;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		test_context("%u, %llu", rows[i].logical, (unsigned long long)rows[i].offered);
		key[XBF_READY_SECTOR_SIZE] = rows[i].logical;
		key[XBF_READY_PHYSICAL] = rows[i].offered;
		EXPECT_EQ(xbf_geometry_judge(key, &geo), 0);
		EXPECT_EQ(geo.logical_block, rows[i].logical);
		EXPECT_EQ(geo.physical_block, rows[i].physical);
		/* The granularity of discards has it as its default. */
		EXPECT_EQ(geo.discard_granularity, rows[i].physical);
	}
}

/* A sector size within the bounds of the key may still be no sector size. */
static void sector_sizes_are_powers_of_two(void)
{
	u64 key[XBF_NR_READY_KEYS] = { };
	struct xbf_geometry geo;
	unsigned int size;

	for (size = 512; size <= 4096; size++) {
		test_context("%u", size);
		key[XBF_READY_SECTOR_SIZE] = size;
		EXPECT_EQ(xbf_geometry_judge(key, &geo), size & (size - 1) ? -EINVAL : 0);
	}
}

/* --- features and rings ------------------------------------------------------ */

/* Secure discard is a kind of discard. */
static void erasing_needs_discard(void)
{
	u64 key[XBF_NR_READY_KEYS] = { };
	struct xbf_features features;

	key[XBF_READY_SECURE] = 1;
	xbf_features_judge(key, &features);
	EXPECT(!features.erase && !features.discard);
	key[XBF_READY_DISCARD] = 1;
	xbf_features_judge(key, &features);
	EXPECT(features.erase && features.discard && !features.flush && !features.barrier);
}

static void one_ring_sends_events(void)
{
	u32 offered, event, poll, rings, polled;

	for (offered = 1; offered <= 6; offered++)
		for (event = 1; event <= 6; event++)
			for (poll = 0; poll <= 6; poll++) {
				test_context("offered %u, %u with events, %u polled", offered,
					     event, poll);
				rings = xbf_choose_rings(offered, event, poll, &polled);
				EXPECT(rings <= offered && polled < rings && polled <= poll);
				EXPECT(rings - polled <= event);
				EXPECT(rings == offered || rings == event + poll);
			}
}

/* --- little of everything ------------------------------------------------ */

struct least_row {
	u32 order;
	u32 segs;
	bool smaller;
};

static const struct least_row least_rows[] = {
	{ 4, 256, true }, { 0, 12, true }, { 1, 11, true }, { 0, 32, true }, { 0, 11, false },
};

/* One page, and requests that fit in a slot: no backend can ask for less. */
static void a_disk_with_the_least(void)
{
	unsigned int i;
	u32 order, segs;

	for (i = 0; i < ARRAY_SIZE(least_rows); i++) {
		order = least_rows[i].order;
		segs = least_rows[i].segs;
		test_context("order %u, %u segments", order, segs);
		EXPECT_EQ(xbf_shrink_ring(&order, &segs), least_rows[i].smaller);
		EXPECT_EQ(order, 0);
		EXPECT_EQ(segs, 11);
		/* There is no second time. */
		EXPECT(!xbf_shrink_ring(&order, &segs));
	}
}

/* --- queues and rings ---------------------------------------------------- */

static u32 event_queues(const struct xbf_queue_map *map)
{
	return map->queues - map->polled_queues;
}

static u32 event_rings(const struct xbf_queue_map *map)
{
	return map->rings - map->polled_rings;
}

static void check_map(const struct xbf_queue_map *map)
{
	u32 queue, ring, used = 0;

	test_context("%u queues, %u polled; %u rings, %u polled", map->queues,
		     map->polled_queues, map->rings, map->polled_rings);
	for (queue = 0; queue < map->queues; queue++) {
		ring = xbf_map_queue(map, queue);
		if (!EXPECT(ring < map->rings))
			return;
		used |= 1U << ring;
		/* Nobody polls for those who wait for an event. */
		if (queue < event_queues(map))
			EXPECT(ring < event_rings(map));
		else if (map->polled_rings)
			EXPECT(ring >= event_rings(map));
		/* A disk and its first backend: one to one. */
		if (map->queues == map->rings && map->polled_queues == map->polled_rings)
			EXPECT_EQ(ring, queue);
	}
	if (event_queues(map) >= event_rings(map) && map->polled_queues >= map->polled_rings)
		EXPECT_EQ(used, (1U << map->rings) - 1);
}

static void every_queue_has_a_ring(void)
{
	struct xbf_queue_map map;

	for (map.queues = 1; map.queues <= 8; map.queues++)
		for (map.polled_queues = 0; map.polled_queues < map.queues; map.polled_queues++)
			for (map.rings = 1; map.rings <= 8; map.rings++)
				for (map.polled_rings = 0; map.polled_rings < map.rings;
				     map.polled_rings++)
					check_map(&map);
}

static int read_key(const struct xsplit_key *key, const char *text, u64 *val)
{
	return xsplit_key_judge(key, text, val);
}

/* Whatever a backend writes, what is derived from it fits where it is kept. */
static void numbers_a_backend_may_write(void)
{
	static const char * const huge[] = { "4294967296", "18446744073709551615" };
	const struct xsplit_key *sectors = &xbf_ready_keys[XBF_READY_SECTORS];
	const struct xsplit_key *size = &xbf_ready_keys[XBF_READY_SECTOR_SIZE];
	u64 val;
	u32 i;

	/* 2^63 bytes are too many for a loff_t. */
	EXPECT_EQ(read_key(sectors, "18014398509481983", &val), 0);
	EXPECT_EQ(val, 18014398509481983);
	EXPECT_EQ(read_key(sectors, "18014398509481984", &val), -EINVAL);
	EXPECT_EQ(read_key(sectors, NULL, &val), -ENOENT);
	EXPECT_EQ(read_key(size, "511", &val), -EINVAL);
	EXPECT_EQ(read_key(size, "4097", &val), -EINVAL);
	EXPECT_EQ(read_key(size, "0", &val), -EINVAL);
	for (i = 0; i < ARRAY_SIZE(huge); i++) {
		EXPECT_EQ(read_key(&xbf_ready_keys[XBF_READY_GRANULARITY], huge[i], &val), 0);
		EXPECT_EQ(val, 1 << 30);
		EXPECT_EQ(read_key(&xbf_ready_keys[XBF_READY_ALIGNMENT], huge[i], &val), 0);
		EXPECT_EQ(val, 1 << 30);
		EXPECT_EQ(read_key(&xbf_probe_keys[XBF_PROBE_MAX_ORDER], huge[i], &val), 0);
		EXPECT_EQ(val, 4);
		EXPECT_EQ(read_key(&xbf_probe_keys[XBF_PROBE_MAX_SEGS], huge[i], &val), 0);
		EXPECT_EQ(val, 256);
	}
	EXPECT_EQ(read_key(&xbf_probe_keys[XBF_PROBE_MAX_QUEUES], "0", &val), 0);
	EXPECT_EQ(val, 1);
}

static const struct test_case cases[] = {
	{ "segments of a new disk", chosen, new_disk },
	{ "segments of a disk that is there", chosen, old_disk },
	CASE(a_lesser_backend_gets_pieces),
	CASE(room_is_never_exceeded),
	CASE(a_hint_is_only_a_hint),
	CASE(sector_sizes_are_powers_of_two),
	CASE(erasing_needs_discard),
	CASE(one_ring_sends_events),
	CASE(a_disk_with_the_least),
	CASE(every_queue_has_a_ring),
	CASE(numbers_a_backend_may_write),
};

TEST_SUITE(blkfront_keys_suite, "a disk and its next backend", cases, NULL);
