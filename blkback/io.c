// SPDX-License-Identifier: GPL-2.0
/* A request being served: its object, its bios. */

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/interrupt.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "blkback/answer.h"
#include "blkback/io.h"
#include "blkback/ring.h"
#include "blkback/vbd.h"

/* --- objects ------------------------------------------------------------ */

static const unsigned int class_room[XBB_NR_IO_CLASSES] = {
	[XBB_IO_SMALL] = XBLK_SLOT_SEGS,
	[XBB_IO_LARGE] = XBB_MAX_SEGS,
};

static const char * const class_name[XBB_NR_IO_CLASSES] = {
	[XBB_IO_SMALL] = "xen-blkback-small",
	[XBB_IO_LARGE] = "xen-blkback-large",
};

static struct kmem_cache *class_cache[XBB_NR_IO_CLASSES];

static enum xbb_io_class class_of(unsigned int segs)
{
	return segs > class_room[XBB_IO_SMALL] ? XBB_IO_LARGE : XBB_IO_SMALL;
}

static size_t class_bytes(unsigned int room)
{
	return struct_size((struct xbb_io *)NULL, piece, room) +
	       room * (sizeof(struct bio_vec) + sizeof(struct xbb_seg));
}

int xbb_ios_init(void)
{
	unsigned int i;

	for (i = 0; i < XBB_NR_IO_CLASSES; i++) {
		class_cache[i] = kmem_cache_create(class_name[i], class_bytes(class_room[i]),
						   0, 0, NULL);
		if (!class_cache[i])
			goto destroy_caches;
	}
	return 0;

destroy_caches:
	xbb_ios_exit();
	return -ENOMEM;
}

void xbb_ios_exit(void)
{
	unsigned int i;

	for (i = 0; i < XBB_NR_IO_CLASSES; i++)
		kmem_cache_destroy(class_cache[i]);
}

static struct xbb_io *io_alloc(struct xbb_ring *ring, enum xbb_io_class class)
{
	struct xbb_io *io = kmem_cache_alloc(class_cache[class], GFP_KERNEL | __GFP_NOWARN);

	if (!io)
		return NULL;
	io->ring = ring;
	io->room = class_room[class];
	io->vec = (struct bio_vec *)&io->piece[io->room];
	io->seg = (struct xbb_seg *)&io->vec[io->room];
	return io;
}

static void add_spare(struct xbb_ring *ring, struct xbb_io *io)
{
	enum xbb_io_class class = class_of(io->room);

	io->done.next = ring->serve.spare[class];
	ring->serve.spare[class] = &io->done;
}

static void take_recycled(struct xbb_ring *ring)
{
	struct llist_node *list = llist_del_all(&ring->done.recycled);
	struct xbb_io *io, *next;

	llist_for_each_entry_safe(io, next, list, done)
		add_spare(ring, io);
}

static struct xbb_io *take_spare(struct xbb_ring *ring, enum xbb_io_class class)
{
	struct llist_node *node = ring->serve.spare[class];

	if (!node)
		return NULL;
	ring->serve.spare[class] = node->next;
	return llist_entry(node, struct xbb_io, done);
}

int xbb_io_reserve(struct xbb_ring *ring)
{
	unsigned int class;

	for (class = 0; class < XBB_NR_IO_CLASSES; class++) {
		struct xbb_io *io = io_alloc(ring, class);

		if (!io)
			return -ENOMEM;
		add_spare(ring, io);
	}
	return 0;
}

struct xbb_io *xbb_io_get(struct xbb_ring *ring, unsigned int nr_segs)
{
	enum xbb_io_class class = class_of(nr_segs);
	struct xbb_io *io = take_spare(ring, class);
	unsigned int i;

	if (!io) {
		take_recycled(ring);
		io = take_spare(ring, class);
	}
	if (!io)
		io = io_alloc(ring, class);
	if (!io)
		return NULL;
	INIT_LIST_HEAD(&io->node);
	io->status = XBLK_RSP_OKAY;
	io->error = BLK_STS_OK;
	io->nr = nr_segs;
	io->discarded = 0;
	io->judged = false;
	io->bad_grant = false;
	io->copied = 0;
	for (i = 0; i < nr_segs; i++)
		io->piece[i].hold = XBB_HOLD_NOTHING;
	return io;
}

void xbb_io_put(struct xbb_io *io)
{
	lockdep_assert_held(&io->ring->answer.lock);
	llist_add(&io->done, &io->ring->done.recycled);
}

static void trim_class(struct xbb_ring *ring, enum xbb_io_class class, unsigned int keep)
{
	struct llist_node **link = &ring->serve.spare[class];
	struct xbb_io *io, *next;
	struct llist_node *list;

	while (keep-- && *link)
		link = &(*link)->next;
	list = *link;
	*link = NULL;
	llist_for_each_entry_safe(io, next, list, done)
		kmem_cache_free(class_cache[class], io);
}

void xbb_io_trim(struct xbb_ring *ring, unsigned int keep)
{
	unsigned int class;

	take_recycled(ring);
	for (class = 0; class < XBB_NR_IO_CLASSES; class++)
		trim_class(ring, class, keep);
}

/* --- bios --------------------------------------------------------------- */

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

	bio_init(bio, xbb_vbd_bdev(io->ring->vbd), io->vec, io->room, io_opf(&io->req));
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
	bio_init(bio, xbb_vbd_bdev(io->ring->vbd), NULL, 0, io_opf(&io->req));
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
