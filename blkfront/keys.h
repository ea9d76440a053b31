/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keys that the backend and the toolstack write, and what a connection makes of them. The
 * disk may be there already, with its queues made and requests under way in them.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_BLKFRONT_KEYS_H
#define XSPLIT_BLKFRONT_KEYS_H

#include "blkfront/request.h"
#include "xenbus/key.h"

/* What a backend writes before we connect; index of xbf_probe_keys. */
enum xbf_probe_key {
	XBF_PROBE_MAX_SEGS,
	XBF_PROBE_MAX_ORDER,
	XBF_PROBE_MAX_QUEUES,
	XBF_NR_PROBE_KEYS,
};

/* 2^n pages. */
#define XBF_MAX_RING_ORDER 4

extern const struct xsplit_key xbf_probe_keys[XBF_NR_PROBE_KEYS];

/* What it writes before it is Connected; index of xbf_ready_keys. */
enum xbf_ready_key {
	XBF_READY_SECTORS,
	XBF_READY_SECTOR_SIZE,
	XBF_READY_PHYSICAL,
	XBF_READY_INFO,
	XBF_READY_FLUSH,
	XBF_READY_BARRIER,
	XBF_READY_DISCARD,
	XBF_READY_GRANULARITY,
	XBF_READY_ALIGNMENT,
	XBF_READY_SECURE,
	XBF_READY_PERSISTENT,
	XBF_NR_READY_KEYS,
};

extern const struct xsplit_key xbf_ready_keys[XBF_NR_READY_KEYS];

/* The disk as the backend describes it. */
struct xbf_geometry {
	u64 sectors;		/* of 512 bytes */
	u32 logical_block;	/* bytes, a power of two from 512 to 4096 */
	u32 physical_block;	/* a power of two, at least @logical_block */
	u32 discard_granularity; /* bytes */
	u32 discard_alignment;
	bool readonly;
	bool removable;
	bool cdrom;
};

/* Return: 0, or -EINVAL if the sector size is not a power of two. @key: by enum xbf_ready_key */
int xbf_geometry_judge(const u64 *key, struct xbf_geometry *geo);

/* Which operations the backend has. @key: by enum xbf_ready_key */
void xbf_features_judge(const u64 *key, struct xbf_features *features);

/*
 * The most segments of a request, of those that the backend has @offered in indirect ones and
 * the user has @allowed. Requests of a disk that is there already have @room for as many pages,
 * one of them for the indirect list; 0: there is none yet.
 * Return: XBLK_SLOT_SEGS, which fit in any slot, to XBF_MAX_SEGS.
 */
u32 xbf_max_segs(u64 offered, u32 allowed, u32 room);

/* Longest request, in sectors, of as many segments: it fits in them if it is copied. */
static inline u32 xbf_max_sectors(u32 segs)
{
	return segs * XBLK_PAGE_SECTORS;
}

/* Make ring and requests as small as a connection can have them. Return: false if they were. */
bool xbf_shrink_ring(u32 *order, u32 *segs);

/*
 * How many rings to have in all, at most @offered, of which there is at least one: @event with
 * events, at least one, and @poll without, which is @nr_polled in the end.
 */
u32 xbf_choose_rings(u32 offered, u32 event, u32 poll, u32 *nr_polled);

/* Queues of a disk and rings of a connection, at least one each; of both the last are polled. */
struct xbf_queue_map {
	u32 queues;
	u32 polled_queues;
	u32 rings;
	u32 polled_rings;	/* not all of them */
};

/*
 * Which ring serves a queue. Several queues share a ring if there are fewer of them. A ring that
 * sends events may serve a polled queue, but never the reverse.
 */
u32 xbf_map_queue(const struct xbf_queue_map *map, u32 queue);

#endif /* XSPLIT_BLKFRONT_KEYS_H */
