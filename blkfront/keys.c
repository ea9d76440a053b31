// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of keys, and the judgement of their values.
 */
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "blkfront/keys.h"

#define MAX_DISCARD_UNIT (1U << 30)

const struct xsplit_key xbf_probe_keys[XBF_NR_PROBE_KEYS] = {
	[XBF_PROBE_MAX_SEGS] = { "feature-max-indirect-segments", XSPLIT_KEY_CLAMP,
				 0, 0, XBF_MAX_SEGS },
	[XBF_PROBE_MAX_ORDER] = { "max-ring-page-order", XSPLIT_KEY_CLAMP,
				  0, 0, XBF_MAX_RING_ORDER },
	[XBF_PROBE_MAX_QUEUES] = { "multi-queue-max-queues", XSPLIT_KEY_CLAMP, 1, 1, U16_MAX },
};

const struct xsplit_key xbf_ready_keys[XBF_NR_READY_KEYS] = {
	/* A disk's size in bytes must fit in a loff_t. */
	[XBF_READY_SECTORS] = { "sectors", XSPLIT_KEY_REQUIRE, 0, 0, (U64_MAX >> 1) >> 9 },
	[XBF_READY_SECTOR_SIZE] = { "sector-size", XSPLIT_KEY_REFUSE, 512, 512, 4096 },
	[XBF_READY_PHYSICAL] = { "physical-sector-size", XSPLIT_KEY_CLAMP, 0, 0, U32_MAX },
	[XBF_READY_INFO] = { "info", XSPLIT_KEY_CLAMP, 0, 0, U32_MAX },
	[XBF_READY_FLUSH] = { "feature-flush-cache", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XBF_READY_BARRIER] = { "feature-barrier", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XBF_READY_DISCARD] = { "feature-discard", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XBF_READY_GRANULARITY] = { "discard-granularity", XSPLIT_KEY_CLAMP,
				    0, 0, MAX_DISCARD_UNIT },
	[XBF_READY_ALIGNMENT] = { "discard-alignment", XSPLIT_KEY_CLAMP,
				  0, 0, MAX_DISCARD_UNIT },
	[XBF_READY_SECURE] = { "discard-secure", XSPLIT_KEY_CLAMP, 0, 0, 1 },
	[XBF_READY_PERSISTENT] = { "feature-persistent", XSPLIT_KEY_CLAMP, 0, 0, 1 },
};

/* 1 MiB; larger values are no advice on how to write. */
#define MAX_PHYSICAL (1U << 20)

/* The physical sector size is only a hint: one that makes no sense is ignored. */
static u32 physical_block(u32 logical, u64 offered)
{
	return offered >= logical && offered <= MAX_PHYSICAL && is_power_of_2(offered) ?
	       offered : logical;
}

int xbf_geometry_judge(const u64 *key, struct xbf_geometry *geo)
{
	u32 logical = key[XBF_READY_SECTOR_SIZE];
	u32 physical = physical_block(logical, key[XBF_READY_PHYSICAL]);

	if (!is_power_of_2(logical))
		return -EINVAL;
	*geo = (struct xbf_geometry){
		.sectors = key[XBF_READY_SECTORS],
		.logical_block = logical,
		.physical_block = physical,
		.discard_granularity = key[XBF_READY_GRANULARITY] ?: physical,
		.discard_alignment = key[XBF_READY_ALIGNMENT],
		.readonly = key[XBF_READY_INFO] & XBLK_INFO_READONLY,
		.removable = key[XBF_READY_INFO] & XBLK_INFO_REMOVABLE,
		.cdrom = key[XBF_READY_INFO] & XBLK_INFO_CDROM,
	};
	return 0;
}

void xbf_features_judge(const u64 *key, struct xbf_features *features)
{
	*features = (struct xbf_features){
		.flush = key[XBF_READY_FLUSH],
		.barrier = key[XBF_READY_BARRIER],
		.discard = key[XBF_READY_DISCARD],
		.erase = key[XBF_READY_DISCARD] && key[XBF_READY_SECURE],
	};
}

u32 xbf_max_segs(u64 offered, u32 allowed, u32 room)
{
	u32 segs = min_t(u64, offered, min_t(u32, allowed, XBF_MAX_SEGS));

	/* Requests of a disk that is there already have their size. */
	if (room)
		segs = min_t(u32, segs, room - 1);
	return max_t(u32, segs, XBLK_SLOT_SEGS);
}

bool xbf_shrink_ring(u32 *order, u32 *segs)
{
	if (!*order && *segs == XBLK_SLOT_SEGS)
		return false;
	*order = 0;
	*segs = XBLK_SLOT_SEGS;
	return true;
}

u32 xbf_choose_rings(u32 offered, u32 event, u32 poll, u32 *nr_polled)
{
	*nr_polled = min_t(u32, poll, offered - 1);
	return *nr_polled + min_t(u32, event, offered - *nr_polled);
}

u32 xbf_map_queue(const struct xbf_queue_map *map, u32 queue)
{
	u32 event_queues = map->queues - map->polled_queues;
	u32 event_rings = map->rings - map->polled_rings;

	if (queue < event_queues || !map->polled_rings)
		return queue % event_rings;
	return event_rings + (queue - event_queues) % map->polled_rings;
}
