// SPDX-License-Identifier: GPL-2.0
/* Requests at the disk: their bios, and what becomes of them when these have ended. */

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/interrupt.h>
#include <linux/sched.h>

#include "blkback/io.h"
#include "blkback/ring.h"
#include "blkback/trace.h"
#include "blkback/vbd.h"
#include "xenbus/latency.h"

/* The frontend waits for its writes, or it would not have sent them. */
#define WRITE_FLAGS (REQ_OP_WRITE | REQ_SYNC | REQ_IDLE)

static const blk_opf_t kind_opf[XBB_NR_KINDS] = {
	[XBB_READ] = REQ_OP_READ,
	[XBB_WRITE] = WRITE_FLAGS,
	[XBB_BARRIER] = WRITE_FLAGS | REQ_PREFLUSH | REQ_FUA,
	[XBB_FLUSH] = WRITE_FLAGS | REQ_PREFLUSH,
	[XBB_DISCARD] = REQ_OP_DISCARD,
};

static blk_opf_t io_opf(const struct xbb_request *req)
{
	if (req->kind == XBB_DISCARD && req->secure)
		return REQ_OP_SECURE_ERASE;
	/* Nothing to write through: an empty barrier is a flush. */
	if (req->kind == XBB_BARRIER && !req->nr_segs)
		return kind_opf[XBB_FLUSH];
	return kind_opf[req->kind];
}

/* Is a further part of a discard to be submitted? */
static bool discard_has_more(const struct xbb_io *io)
{
	return io->req.kind == XBB_DISCARD && io->status == XBLK_RSP_OKAY &&
	       io->error == BLK_STS_OK && io->discarded < io->req.nr_sectors;
}

/*
 * The first request in the list asks for a drain, and more gather until it runs. Another
 * drain may answer this request as soon as it is in the list, and the ring may be destroyed
 * when all are answered. That waits for an RCU grace period: with softirqs off we are a
 * reader.
 */
static void queue_done(struct xbb_io *io)
{
	struct xbb_ring *ring = io->ring;

	if (unlikely(discard_has_more(io))) {
		llist_add(&io->done, &ring->done.discards);
		wake_up(&ring->wq);
	} else if (llist_add(&io->done, &ring->done.list)) {
		tasklet_schedule(&ring->done.drain);
	}
}

static void io_done(struct xbb_io *io)
{
	struct xbb_ring *ring = io->ring;

	xsplit_latency_stamp(&io->done_at);
	trace_xbb_completed(ring, io);
	if (!in_task()) {
		queue_done(io);
	} else if (current == ring->thread) {
		/* The thread drains its own list at the end of its pass. */
		if (unlikely(discard_has_more(io)))
			llist_add(&io->done, &ring->done.discards);
		else
			list_add_tail(&io->node, &ring->serve.own_done);
	} else if (irqs_disabled()) {
		queue_done(io);
	} else {
		/* The softirq runs as they are enabled, rather than at the next interrupt. */
		local_bh_disable();
		queue_done(io);
		local_bh_enable();
	}
}

static void io_end(struct xbb_io *io)
{
	if (atomic_dec_and_test(&io->bios))
		io_done(io);
}

static void note_error(struct xbb_io *io, const struct bio *bio)
{
	if (unlikely(bio->bi_status))
		cmpxchg(&io->error, BLK_STS_OK, bio->bi_status);
}

static void xbb_end_io(struct bio *bio)
{
	struct xbb_io *io = bio->bi_private;

	note_error(io, bio);
	bio_uninit(bio);
	io_end(io);
}

static void submit(struct xbb_io *io, u64 sector)
{
	struct bio *bio = &io->bio;

	bio->bi_iter.bi_sector = sector;
	bio->bi_private = io;
	bio->bi_end_io = xbb_end_io;
	atomic_inc(&io->bios);
	submit_bio(bio);
}

/* Segments follow each other on the disk: one bio takes them all. */
static_assert(XBB_MAX_SEGS <= BIO_MAX_VECS);

/*
 * Pages of another domain are hardly ever contiguous in the machine's memory, so no time is
 * spent on merging them. A request without pages is a flush, which has no sector.
 */
static void submit_data(struct xbb_io *io)
{
	struct bio *bio = &io->bio;
	unsigned int i;

	bio_init(bio, io->ring->vbd->bdev, io->vec, io->room, io_opf(&io->req));
	for (i = 0; i < io->nr; i++)
		__bio_add_page(bio, io->piece[i].page, xbb_seg_bytes(&io->seg[i]),
			       xbb_seg_offset(&io->seg[i]));
	submit(io, io->nr ? io->req.sector : 0);
}

/*
 * Submit the next part. However long a request is, it has one bio in flight, because a guest
 * could fill memory with bios otherwise.
 */
static void submit_discard(struct xbb_io *io)
{
	u64 sector = io->req.sector + io->discarded;
	u64 nr = min(io->req.nr_sectors - io->discarded, xbb_vbd_discard_max(io->ring->vbd));
	struct bio *bio = &io->bio;

	if (!nr)
		return;
	bio_init(bio, io->ring->vbd->bdev, NULL, 0, io_opf(&io->req));
	bio->bi_iter.bi_size = nr << SECTOR_SHIFT;
	io->discarded += nr;
	submit(io, sector);
}

void xbb_io_submit(struct xbb_io *io)
{
	atomic_set(&io->bios, 1);
	if (io->status == XBLK_RSP_OKAY) {
		if (io->req.kind == XBB_DISCARD)
			submit_discard(io);
		else
			submit_data(io);
	}
	io_end(io);
}

static void count_request(struct xbb_ring *ring, const struct xbb_request *req)
{
	struct xbb_counts *counts = &ring->counts;

	xsplit_count(&counts->requests[req->kind], 1);
	if (xbb_is_indirect(req))
		xsplit_count(&counts->indirect, 1);
	if (req->kind == XBB_READ)
		xsplit_count(&counts->read_sectors, req->nr_sectors);
	else if (req->kind == XBB_DISCARD)
		xsplit_count(&counts->discard_sectors, req->nr_sectors);
	else
		xsplit_count(&counts->write_sectors, req->nr_sectors);
}

void xbb_pass_submit(struct xbb_ring *ring)
{
	struct xbb_pass *pass = &ring->serve.pass;
	struct blk_plug plug;
	unsigned int i;

	/* Counted before the first of them can be answered. */
	ring->serve.started += pass->nr;
	blk_start_plug(&plug);
	for (i = 0; i < pass->nr; i++) {
		struct xbb_io *io = pass->io[i];

		if (io->status)
			xsplit_count(&ring->counts.refused, 1);
		else
			count_request(ring, &io->req);
		xsplit_latency_stamp(&io->submitted_at);
		trace_xbb_submitted(ring, io);
		xbb_io_submit(io);
	}
	blk_finish_plug(&plug);
}
