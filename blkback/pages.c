// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of requests.
 *
 * The choice for a page that is not in the cache is made in one place,
 * want_map(): a mapping that can be cached pays for itself; otherwise a copy costs a fraction
 * of a hypercall and no TLB flush, until there are so many pages that mapping is cheaper.
 */

#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/mm.h>

#include "blkback/pages.h"
#include "blkback/params.h"
#include "blkback/ring.h"
#include "blkback/vbd.h"
#include "xenbus/link.h"

/*
 * Requests that miss at most this many pages have them copied: mapping and
 * unmapping a page costs three times as much as copying it.
 */
#define COPY_PAGES 32

/* How often a full cache is made smaller, and how long a mapping stays at least. */
#define EVICT_EVERY (HZ / 10)
#define EVICT_IDLE (HZ / 10)

/* The largest part of the pool of own pages that is kept. */
#define OWN_KEEP 512

/*
 * The most pages of requests in flight in a queue: the frontend chooses how much it asks for
 * at once, and must not choose how much memory that takes here. In a guest with many queues
 * the bound is the queue's share of what the guest may have, if that is less.
 */
#define MOST_MAPPED 8192
#define MOST_COPIED 1024
static_assert(MOST_COPIED >= XBB_MAX_SEGS && MOST_MAPPED >= XBB_MAX_SEGS);

/* --- set-up ------------------------------------------------------------- */

static int pools_init(struct xbb_ring *ring)
{
	unsigned int keep = max(READ_ONCE(xbb_params.max_buffer_pages), 1u);

	return xsplit_pool_init(&ring->foreign, XSPLIT_POOL_FOREIGN, keep) ?:
	       xsplit_pool_init(&ring->own, XSPLIT_POOL_OWN, min_t(unsigned int, keep, OWN_KEEP));
}

static int batches_init(struct xbb_ring *ring)
{
	domid_t peer = xsplit_link_peer(ring->link);

	return xsplit_copy_init(&ring->serve.copy_in, peer, XBB_PASS_SEGS) ?:
	       xsplit_copy_init(&ring->answer.copy_out, peer, XBB_PASS_SEGS) ?:
	       xsplit_map_init(&ring->serve.map, peer, XBB_PASS_SEGS) ?:
	       xsplit_unmap_init(&ring->answer.unmap, XBB_PASS_SEGS) ?:
	       xsplit_unmap_init(&ring->serve.evict, XBB_PASS_REQUESTS);
}

int xbb_pages_init(struct xbb_ring *ring)
{
	xsplit_cache_init(&ring->serve.cache, &ring->foreign,
			  ring->persistent ? READ_ONCE(xbb_params.max_persistent_grants) : 0);
	/* The segments of a whole pass fit in one page. */
	static_assert(XBB_PASS_SEGS * sizeof(struct xblk_seg) <= XBLK_PAGE_BYTES);
	ring->serve.descriptors = alloc_page(GFP_KERNEL);
	if (!ring->serve.descriptors)
		return -ENOMEM;
	return pools_init(ring) ?: batches_init(ring);
}

/* A page that a lower layer still holds stays mapped until that lets go. */
static void cache_clear(struct xbb_ring *ring)
{
	while (ring->serve.cache.nr) {
		xsplit_cache_shrink(&ring->serve.cache, 0, 0, &ring->serve.evict,
				    &ring->serve.grants);
		if (ring->serve.cache.nr)
			msleep(20);
	}
}

void xbb_pages_exit(struct xbb_ring *ring)
{
	cache_clear(ring);
	xsplit_unmap_free(&ring->serve.evict);
	xsplit_unmap_free(&ring->answer.unmap);
	xsplit_map_free(&ring->serve.map);
	xsplit_copy_free(&ring->answer.copy_out);
	xsplit_copy_free(&ring->serve.copy_in);
	xsplit_pool_free(&ring->own);
	xsplit_pool_free(&ring->foreign);
	if (ring->serve.descriptors)
		__free_page(ring->serve.descriptors);
}

/* --- segments of indirect requests -------------------------------------- */

static bool needs_segments(const struct xbb_io *io)
{
	return !io->judged && xbb_is_indirect(&io->req);
}

static void fail_grant(struct xbb_io *io)
{
	io->status = XBLK_RSP_ERROR;
	io->bad_grant = true;
}

static void take_segments(struct xbb_ring *ring, struct xbb_io *io, const void *wire)
{
	io->judged = true;
	if (xsplit_copy_ok(&ring->serve.copy_in, io->first_op)) {
		xbb_decode_segs(wire, io->nr, io->seg);
		io->status = xbb_judge_segs(&ring->serve.limits, &io->req, io->seg);
	} else {
		fail_grant(io);
	}
	if (io->status)
		io->nr = 0;
}

static void get_segments(struct xbb_ring *ring)
{
	struct xbb_pass *pass = &ring->serve.pass;
	const void *wire = page_address(ring->serve.descriptors);
	unsigned int i, offset = 0;

	for (i = 0; i < pass->nr; i++) {
		struct xbb_io *io = pass->io[i];
		unsigned int len = io->nr * sizeof(struct xblk_seg);

		if (!needs_segments(io))
			continue;
		io->first_op = xsplit_copy_from(&ring->serve.copy_in, io->req.descriptor, 0,
						ring->serve.descriptors, offset, len);
		offset += len;
	}
	if (!ring->serve.copy_in.nr)
		return;
	xsplit_copy_run(&ring->serve.copy_in, &ring->serve.grants, true);
	for (i = 0; i < pass->nr; i++) {
		struct xbb_io *io = pass->io[i];
		unsigned int len = io->nr * sizeof(struct xblk_seg);

		if (!needs_segments(io))
			continue;
		take_segments(ring, io, wire);
		wire += len;
	}
	xsplit_copy_reset(&ring->serve.copy_in);
}

/* --- getting pages ------------------------------------------------------ */

static void count_cache(struct xbb_ring *ring)
{
	WRITE_ONCE(ring->counts.cache_size, ring->serve.cache.nr);
}

static void count_kept(struct xbb_ring *ring)
{
	WRITE_ONCE(ring->counts.pages_kept, READ_ONCE(ring->own.nr) + READ_ONCE(ring->foreign.nr));
}

/* Look every page up in the cache. Return: how many are not there. */
static unsigned int find_cached(struct xbb_ring *ring, struct xbb_io *io)
{
	unsigned int i, missing = 0;

	for (i = 0; i < io->nr; i++) {
		struct xbb_piece *piece = &io->piece[i];

		piece->mapping = xsplit_cache_get(&ring->serve.cache, io->seg[i].ref);
		if (!piece->mapping) {
			missing++;
			continue;
		}
		piece->page = piece->mapping->page;
		piece->hold = XBB_HOLD_CACHED;
	}
	xsplit_count(&ring->counts.cache_hits, io->nr - missing);
	xsplit_count(&ring->counts.cache_misses, missing);
	return missing;
}

static void put_cached(struct xbb_io *io)
{
	unsigned int i;

	for (i = 0; i < io->nr; i++) {
		if (io->piece[i].hold != XBB_HOLD_CACHED)
			continue;
		xsplit_cache_put(io->piece[i].mapping);
		io->piece[i].hold = XBB_HOLD_NOTHING;
	}
}

static unsigned int map_share(const struct xbb_ring *ring)
{
	return xbb_guest_share(ring->guest, READ_ONCE(xbb_params.max_guest_maps));
}

static bool room_to_copy(const struct xbb_ring *ring, unsigned int missing)
{
	unsigned int most = min_t(unsigned int, MOST_COPIED,
				  xbb_guest_share(ring->guest, READ_ONCE(xbb_params.max_guest_pages)));

	return READ_ONCE(ring->own.out) + missing <= most;
}

static bool room_to_map(const struct xbb_ring *ring, unsigned int missing)
{
	unsigned int out = READ_ONCE(ring->foreign.out);

	return out - ring->serve.cache.nr + missing <= MOST_MAPPED && out + missing <= map_share(ring);
}

/* Some disks compute a checksum of the data before they write it, or write it twice. */
static bool must_not_change(const struct xbb_ring *ring, const struct xbb_io *io)
{
	return xbb_takes_data(&io->req) && bdev_stable_writes(ring->vbd->bdev);
}

/*
 * A page that is not mapped is copied, or waits until there is room to copy: requests are in
 * flight then.
 */
static bool want_map(struct xbb_ring *ring, const struct xbb_io *io, unsigned int missing)
{
	struct xbb_pass *pass = &ring->serve.pass;

	/* Leave map entries to users that cannot copy instead. */
	if (xsplit_map_starved()) {
		ring->serve.want_evict = true;
		return false;
	}
	if (ring->persistent) {
		unsigned int budget = min(ring->serve.cache.budget, map_share(ring));

		if (ring->serve.cache.nr + pass->keeping + missing <= budget) {
			pass->keeping += missing;
			return true;
		}
		ring->serve.want_evict = true;
	}
	if (!room_to_map(ring, missing)) {
		ring->serve.want_evict = true;
		return false;
	}
	return (missing > COPY_PAGES || !room_to_copy(ring, missing)) && !must_not_change(ring, io);
}

static int plan_map(struct xbb_ring *ring, struct xbb_io *io, unsigned int missing)
{
	/* A mapping that is cached may be used for a read the next time. */
	bool readonly = !ring->persistent && io->req.kind != XBB_READ;
	struct page **page = ring->serve.pass.page;
	unsigned int i;

	if (!room_to_map(ring, missing) ||
	    xsplit_pool_get(&ring->foreign, page, missing))
		return -ENOMEM;
	for (i = 0; i < io->nr; i++) {
		struct xbb_piece *piece = &io->piece[i];

		if (piece->hold)
			continue;
		piece->page = *page++;
		piece->hold = XBB_HOLD_MAPPED;
		piece->op = xsplit_map_add(&ring->serve.map, io->seg[i].ref, piece->page, readonly);
	}
	return 0;
}

static int plan_copy(struct xbb_ring *ring, struct xbb_io *io, unsigned int missing)
{
	struct page **page = ring->serve.pass.page;
	unsigned int i;

	if (!room_to_copy(ring, missing) ||
	    xsplit_pool_get(&ring->own, page, missing))
		return -ENOMEM;
	for (i = 0; i < io->nr; i++) {
		if (io->piece[i].hold)
			continue;
		io->piece[i].page = *page++;
		io->piece[i].hold = XBB_HOLD_COPY;
	}
	io->copied += missing;
	xsplit_count(&ring->counts.copied, missing);
	return 0;
}

static int plan(struct xbb_ring *ring, struct xbb_io *io)
{
	unsigned int missing = io->nr;

	if (ring->persistent)
		missing = find_cached(ring, io);
	if (!missing)
		return 0;
	if (want_map(ring, io, missing) && !plan_map(ring, io, missing))
		return 0;
	if (!plan_copy(ring, io, missing))
		return 0;
	put_cached(io);
	return -ENOMEM;
}

static void mapped(struct xbb_ring *ring, struct xbb_piece *piece, grant_ref_t ref,
		   grant_handle_t handle)
{
	struct xsplit_mapping *mapping = NULL;

	if (ring->persistent)
		mapping = xsplit_cache_add(&ring->serve.cache, ref, piece->page, handle);
	if (mapping) {
		piece->mapping = mapping;
		piece->hold = XBB_HOLD_CACHED;
	} else {
		piece->handle = handle;
	}
}

/*
 * Take what the hypervisor has mapped, and copy what it had no room to map.
 * Return: false if there is no room to copy either.
 */
static bool finish_maps(struct xbb_ring *ring, struct xbb_io *io)
{
	unsigned int i, busy = 0;

	for (i = 0; i < io->nr; i++) {
		struct xbb_piece *piece = &io->piece[i];
		grant_handle_t handle;
		int err;

		if (piece->hold != XBB_HOLD_MAPPED)
			continue;
		err = xsplit_map_status(&ring->serve.map, piece->op, &handle);
		if (!err) {
			mapped(ring, piece, io->seg[i].ref, handle);
			continue;
		}
		/* Nothing is mapped at its page. */
		xsplit_pool_put(&ring->foreign, &piece->page, 1);
		piece->hold = XBB_HOLD_NOTHING;
		if (err == -EBUSY)
			busy++;
		else
			fail_grant(io);
	}
	if (likely(!busy) || io->status)
		return true;
	xsplit_count(&ring->counts.map_busy, busy);
	ring->serve.want_evict = true;
	return !plan_copy(ring, io, busy);
}

static void flush_undone(struct xbb_ring *ring)
{
	unsigned int nr = ring->serve.evict.nr;

	xsplit_unmap_run(&ring->serve.evict, &ring->serve.grants);
	xsplit_pool_put(&ring->foreign, ring->serve.evict.page, nr);
}

/* Give back the pages of a request that is not submitted now. */
static void undo(struct xbb_ring *ring, struct xbb_io *io)
{
	unsigned int i;

	put_cached(io);
	for (i = 0; i < io->nr; i++) {
		struct xbb_piece *piece = &io->piece[i];

		if (piece->hold != XBB_HOLD_MAPPED)
			continue;
		xsplit_unmap_add(&ring->serve.evict, piece->page, piece->handle);
		piece->hold = XBB_HOLD_NOTHING;
		if (xsplit_unmap_full(&ring->serve.evict))
			flush_undone(ring);
	}
	flush_undone(ring);
}

/* Map what was planned. Return: as xbb_pages_get(). */
static unsigned int map_pass(struct xbb_ring *ring, unsigned int nr)
{
	struct xbb_pass *pass = &ring->serve.pass;
	unsigned int i = 0;

	if (!ring->serve.map.nr)
		return nr;
	xsplit_map_run(&ring->serve.map, &ring->serve.grants);
	while (i < nr) {
		if (likely(finish_maps(ring, pass->io[i]))) {
			i++;
			continue;
		}
		undo(ring, pass->io[i]);
		swap(pass->io[i], pass->io[--nr]);
	}
	xsplit_map_reset(&ring->serve.map);
	count_cache(ring);
	return nr;
}

/* --- copies ------------------------------------------------------------- */

typedef unsigned int (*copy_fn)(struct xsplit_copy_batch *batch, grant_ref_t ref,
				unsigned int ref_offset, struct page *page,
				unsigned int offset, unsigned int len);

static void add_copies(struct xsplit_copy_batch *batch, struct xbb_io *io, copy_fn copy)
{
	unsigned int i;

	io->first_op = batch->nr;
	for (i = 0; i < io->nr; i++) {
		const struct xbb_seg *seg = &io->seg[i];

		if (io->piece[i].hold == XBB_HOLD_COPY)
			copy(batch, seg->ref, xbb_seg_offset(seg), io->piece[i].page,
			     xbb_seg_offset(seg), xbb_seg_bytes(seg));
	}
}

static void judge_copies(const struct xsplit_copy_batch *batch, struct xbb_io *io)
{
	unsigned int i, op = io->first_op;

	for (i = 0; i < io->nr; i++) {
		if (io->piece[i].hold != XBB_HOLD_COPY)
			continue;
		if (!xsplit_copy_ok(batch, op++)) {
			fail_grant(io);
			return;
		}
	}
}

static bool copies_in(const struct xbb_io *io)
{
	return io->copied && io->status == XBLK_RSP_OKAY && xbb_takes_data(&io->req);
}

static void copy_in(struct xbb_ring *ring, unsigned int nr)
{
	struct xbb_pass *pass = &ring->serve.pass;
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (copies_in(pass->io[i]))
			add_copies(&ring->serve.copy_in, pass->io[i], xsplit_copy_from);
	if (!ring->serve.copy_in.nr)
		return;
	xsplit_copy_run(&ring->serve.copy_in, &ring->serve.grants, true);
	for (i = 0; i < nr; i++)
		if (copies_in(pass->io[i]))
			judge_copies(&ring->serve.copy_in, pass->io[i]);
	xsplit_copy_reset(&ring->serve.copy_in);
}

unsigned int xbb_pages_get(struct xbb_ring *ring)
{
	struct xbb_pass *pass = &ring->serve.pass;
	unsigned int nr;

	get_segments(ring);
	pass->keeping = 0;
	for (nr = 0; nr < pass->nr; nr++)
		if (plan(ring, pass->io[nr]))
			break;
	nr = map_pass(ring, nr);
	copy_in(ring, nr);
	return nr;
}

static bool copies_out(const struct xbb_io *io)
{
	return io->copied && io->status == XBLK_RSP_OKAY && io->req.kind == XBB_READ;
}

void xbb_pages_copy_out(struct xbb_ring *ring, struct list_head *list)
{
	struct xbb_io *io;

	lockdep_assert_held(&ring->answer.lock);
	list_for_each_entry(io, list, node)
		if (copies_out(io))
			add_copies(&ring->answer.copy_out, io, xsplit_copy_to);
	if (!ring->answer.copy_out.nr)
		return;
	xsplit_copy_run(&ring->answer.copy_out, &ring->counts.grants, false);
	list_for_each_entry(io, list, node)
		if (copies_out(io))
			judge_copies(&ring->answer.copy_out, io);
	xsplit_copy_reset(&ring->answer.copy_out);
}

/* --- giving back -------------------------------------------------------- */

bool xbb_pages_idle(const struct xbb_io *io)
{
	unsigned int i;

	for (i = 0; i < io->nr; i++)
		if (io->piece[i].hold == XBB_HOLD_MAPPED && !xsplit_page_idle(io->piece[i].page))
			return false;
	return true;
}

static void release_copy(struct xbb_ring *ring, struct xbb_piece *piece)
{
	/* A page that a lower layer still sends from must not be written to again. */
	if (!xsplit_page_idle(piece->page)) {
		__free_page(piece->page);
		piece->page = NULL;
	}
	ring->answer.freed[ring->answer.nr_freed++] = piece->page;
}

static void release_piece(struct xbb_ring *ring, struct xbb_piece *piece)
{
	if (likely(piece->hold == XBB_HOLD_CACHED))
		xsplit_cache_put(piece->mapping);
	else if (piece->hold == XBB_HOLD_MAPPED)
		xsplit_unmap_add(&ring->answer.unmap, piece->page, piece->handle);
	else if (piece->hold == XBB_HOLD_COPY)
		release_copy(ring, piece);
}

void xbb_pages_release(struct xbb_ring *ring, struct list_head *list)
{
	struct xbb_io *io;
	unsigned int i, nr;

	lockdep_assert_held(&ring->answer.lock);
	list_for_each_entry(io, list, node)
		for (i = 0; i < io->nr; i++)
			release_piece(ring, &io->piece[i]);
	nr = ring->answer.unmap.nr;
	if (nr) {
		xsplit_unmap_run(&ring->answer.unmap, &ring->counts.grants);
		xsplit_pool_put(&ring->foreign, ring->answer.unmap.page, nr);
	}
	if (ring->answer.nr_freed)
		xsplit_pool_put(&ring->own, ring->answer.freed, ring->answer.nr_freed);
	if (nr || ring->answer.nr_freed)
		count_kept(ring);
	ring->answer.nr_freed = 0;
}

/* --- housekeeping ------------------------------------------------------- */

static void shrink(struct xbb_ring *ring, unsigned int keep, unsigned long idle)
{
	unsigned int nr = xsplit_cache_shrink(&ring->serve.cache, keep, idle, &ring->serve.evict,
					      &ring->serve.grants);

	xsplit_count(&ring->counts.evicted, nr);
	count_cache(ring);
}

void xbb_pages_make_room(struct xbb_ring *ring)
{
	if (time_before(jiffies, ring->serve.next_evict))
		return;
	ring->serve.want_evict = false;
	ring->serve.next_evict = jiffies + EVICT_EVERY;
	shrink(ring, ring->serve.cache.nr - ring->serve.cache.nr / 16, EVICT_IDLE);
}

/* Has the queue had no request for as long as a mapping may be unused? */
static bool long_idle(const struct xbb_ring *ring)
{
	unsigned long unused = READ_ONCE(xbb_params.unused_seconds);

	/* 0 seconds: never. */
	return unused && time_after(jiffies, READ_ONCE(ring->serve.busy_at) + unused * HZ);
}

static unsigned int keep_foreign(const struct xbb_ring *ring)
{
	return long_idle(ring) ? 0 : READ_ONCE(xbb_params.max_buffer_pages);
}

static unsigned int keep_own(const struct xbb_ring *ring)
{
	return min_t(unsigned int, keep_foreign(ring), OWN_KEEP);
}

bool xbb_pages_can_trim(const struct xbb_ring *ring)
{
	return READ_ONCE(ring->serve.cache.nr) ||
	       READ_ONCE(ring->foreign.nr) > keep_foreign(ring) ||
	       READ_ONCE(ring->own.nr) > keep_own(ring);
}

void xbb_pages_trim(struct xbb_ring *ring)
{
	unsigned long unused = READ_ONCE(xbb_params.unused_seconds);

	/* The guest may have got more queues, and each of them less. */
	shrink(ring, map_share(ring), EVICT_IDLE);
	if (xsplit_map_starved())
		shrink(ring, 0, EVICT_IDLE);
	/* 0 seconds: never. */
	else if (unused)
		shrink(ring, 0, unused * HZ);
	xsplit_pool_trim(&ring->foreign, keep_foreign(ring));
	xsplit_pool_trim(&ring->own, keep_own(ring));
	count_kept(ring);
}
