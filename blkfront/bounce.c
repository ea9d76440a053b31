// SPDX-License-Identifier: GPL-2.0
/*
 * Data copied through pages of the ring: where pages stay lent, and where the
 * backend is not trusted with what lies beside the data.
 *
 * Data is packed from the start of the first page on, whatever pieces of
 * memory it comes from.
 */
#include <linux/highmem.h>

#include "blkfront/io.h"
#include "blkfront/ring.h"

static int bounce_plan(struct xbf_ring *ring, struct request *rq, struct xbf_io *io)
{
	unsigned int bytes = blk_rq_bytes(rq);

	if (DIV_ROUND_UP(bytes, PAGE_SIZE) > xbf_io_most(io, ring->max_segs))
		return -E2BIG;
	io->nr = xbf_seg_dense(io->seg, bytes);
	return 0;
}

static int bounce_acquire(struct xbf_ring *ring, struct request *rq, struct xbf_io *io)
{
	bool readonly = rq_data_dir(rq) == WRITE;

	lockdep_assert_held(&ring->lock);
	/* One take, so that there is none with only half of the pages. */
	return xbf_pages_take(&ring->pages, &ring->reserve, io, xbf_io_pages(io),
				   readonly);
}

static bool bounce_release(struct xbf_ring *ring, struct xbf_io *io)
{
	bool ok = true;

	lockdep_assert_held(&ring->lock);
	/* Backwards: the first page taken is the first to be taken again. */
	for (; io->held; io->held--)
		ok &= xbf_pages_give(&ring->pages, &ring->reserve,
					  io->page[io->held - 1], io->seg[io->held - 1].ref,
					  &ring->count.grants);
	return ok;
}

static void bounce_abandon(struct xbf_ring *ring, struct xbf_io *io)
{
	lockdep_assert_held(&ring->lock);
	for (; io->held; io->held--)
		xbf_pages_abandon(&ring->pages, &ring->reserve,
				       io->page[io->held - 1], io->seg[io->held - 1].ref);
}

/* Walk the request's memory and the packed pages side by side. */
static void copy_data(struct request *rq, struct xbf_io *io, bool in)
{
	struct req_iterator iter;
	struct bio_vec bvec;
	unsigned int at = 0;

	rq_for_each_segment(bvec, rq, iter) {
		char *mem = bvec_kmap_local(&bvec);
		unsigned int done = 0;

		while (done < bvec.bv_len) {
			unsigned int offset = offset_in_page(at);
			unsigned int len = min_t(unsigned int, bvec.bv_len - done,
						 PAGE_SIZE - offset);
			char *page = page_address(io->page[at / PAGE_SIZE]) + offset;

			memcpy(in ? page : mem + done, in ? mem + done : page, len);
			done += len;
			at += len;
		}
		kunmap_local(mem);
	}
}

static void bounce_copy_in(struct request *rq, struct xbf_io *io)
{
	unsigned int used = offset_in_page(blk_rq_bytes(rq));

	copy_data(rq, io, true);
	if (used)
		memset(page_address(io->page[io->nr - 1]) + used, 0, PAGE_SIZE - used);
}

static void bounce_finish(struct request *rq, struct xbf_io *io)
{
	if (io->verdict == XBF_RSP_OK)
		copy_data(rq, io, false);
}

static void wipe_finish(struct request *rq, struct xbf_io *io)
{
	unsigned int i;

	if (rq_data_dir(rq) == READ)
		bounce_finish(rq, io);
	for (i = 0; i < io->held; i++)
		clear_page(page_address(io->page[i]));
}

const struct xbf_data_ops xbf_bounce = {
	.plan = bounce_plan,
	.acquire = bounce_acquire,
	.copy_in = bounce_copy_in,
	.finish = bounce_finish,
	.release = bounce_release,
	.abandon = bounce_abandon,
};

const struct xbf_data_ops xbf_bounce_wiped = {
	.plan = bounce_plan,
	.acquire = bounce_acquire,
	.copy_in = bounce_copy_in,
	.finish = wipe_finish,
	.finish_writes = true,
	.release = bounce_release,
	.abandon = bounce_abandon,
};
