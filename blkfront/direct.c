// SPDX-License-Identifier: GPL-2.0
/*
 * The request's own pages, lent for as long as it takes.
 */
#include <linux/mm.h>

#include "blkfront/io.h"
#include "blkfront/ring.h"
#include "grant/page.h"

/* The walk over a request's memory. */
struct gather {
	struct xbf_io *io;
	unsigned int max;
	unsigned int align;
	unsigned int end;	/* of the last piece, bytes into its page */
};

/* Add a piece of one page; one that goes on where the last ended joins it. */
static int gather_piece(struct gather *g, struct page *page, unsigned int offset,
			unsigned int len)
{
	struct xbf_io *io = g->io;
	struct xblk_seg *last = io->seg + io->nr - 1;

	if (offset & (SECTOR_SIZE - 1) || len & (g->align - 1))
		return -EINVAL;
	/* A driver domain passes on what other domains have lent it. */
	if (!xsplit_can_lend(page))
		return -EINVAL;
	if (io->nr && page == io->page[io->nr - 1] && offset == g->end) {
		xbf_seg_fill(last, last->first << SECTOR_SHIFT,
				  offset + len - (last->first << SECTOR_SHIFT));
	} else {
		if (io->nr == g->max)
			return -EINVAL;
		io->page[io->nr] = page;
		xbf_seg_fill(&io->seg[io->nr++], offset, len);
	}
	g->end = offset + len;
	return 0;
}

static int gather_vec(struct gather *g, const struct bio_vec *vec)
{
	unsigned int offset = offset_in_page(vec->bv_offset);
	struct page *page = vec->bv_page + vec->bv_offset / PAGE_SIZE;
	unsigned int left = vec->bv_len;
	unsigned int len;
	int err;

	for (; left; left -= len, offset = 0, page++) {
		len = min_t(unsigned int, left, PAGE_SIZE - offset);
		err = gather_piece(g, page, offset, len);
		if (err)
			return err;
	}
	return 0;
}

static int direct_plan(struct xbf_ring *ring, struct request *rq, struct xbf_io *io)
{
	struct gather g = {
		.io = io, .max = xbf_io_most(io, ring->max_segs), .align = queue_logical_block_size(rq->q),
	};
	struct req_iterator iter;
	struct bio_vec vec;
	int err;

	io->nr = 0;
	rq_for_each_bvec(vec, rq, iter) {
		err = gather_vec(&g, &vec);
		if (err)
			return err;
	}
	return 0;
}

static int direct_acquire(struct xbf_ring *ring, struct request *rq, struct xbf_io *io)
{
	bool readonly = rq_data_dir(rq) == WRITE;
	int err;

	lockdep_assert_held(&ring->lock);
	if (!xsplit_reserve_has(&ring->reserve, xbf_io_pages(io)))
		return -ENOSPC;
	io->held = io->nr;
	if (xbf_io_indirect(io)) {
		err = xbf_pages_take(&ring->pages, &ring->reserve, io, 1, true);
		if (err) {
			io->held = 0;
			return err;
		}
	}
	for (unsigned int i = 0; i < io->nr; i++)
		io->seg[i].ref = xsplit_lend(&ring->reserve, io->page[i], readonly);
	return 0;
}

/* From @first on, those that the peer holds keep their references. */
static void release_some(struct xbf_ring *ring, struct xbf_io *io, unsigned int first)
{
	unsigned int i;

	for (i = 0; i < io->nr; i++)
		if (i < first || xsplit_lend_end(&ring->reserve, io->seg[i].ref))
			io->seg[i].ref = INVALID_GRANT_REF;
}

static bool direct_release(struct xbf_ring *ring, struct xbf_io *io)
{
	bool lent = false, ok = true;
	unsigned int i;

	lockdep_assert_held(&ring->lock);
	for (i = 0; i < io->nr; i++) {
		if (likely(xsplit_lend_end(&ring->reserve, io->seg[i].ref)))
			continue;
		release_some(ring, io, i);
		lent = true;
		break;
	}
	for (i = io->nr; i < io->held; i++)
		ok &= xbf_pages_give(&ring->pages, &ring->reserve, io->page[i],
					  io->seg[i].ref, &ring->count.grants);
	io->held = lent ? io->nr : 0;
	return ok && !lent;
}

static void direct_abandon(struct xbf_ring *ring, struct xbf_io *io)
{
	unsigned int i;

	lockdep_assert_held(&ring->lock);
	for (i = 0; i < io->nr; i++)
		xsplit_lend_disown(&ring->reserve, io->seg[i].ref != INVALID_GRANT_REF);
	for (; i < io->held; i++)
		xbf_pages_abandon(&ring->pages, &ring->reserve, io->page[i],
				       io->seg[i].ref);
	io->held = 0;
	io->lent = true;
}

const struct xbf_data_ops xbf_direct = {
	.plan = direct_plan,
	.acquire = direct_acquire,
	.release = direct_release,
	.abandon = direct_abandon,
};
