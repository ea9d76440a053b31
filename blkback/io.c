// SPDX-License-Identifier: GPL-2.0
/* The objects of requests being served. */

#include <linux/bio.h>
#include <linux/slab.h>

#include "blkback/io.h"
#include "blkback/ring.h"

static const struct {
	const char *name;
	unsigned int room;
} classes[XBB_NR_IO_CLASSES] = {
	[XBB_IO_SMALL] = { "xen-blkback-small", XBLK_SLOT_SEGS },
	[XBB_IO_LARGE] = { "xen-blkback-large", XBB_MAX_SEGS },
};

static struct kmem_cache *class_cache[XBB_NR_IO_CLASSES];

static enum xbb_io_class class_of(unsigned int segs)
{
	return segs > classes[XBB_IO_SMALL].room ? XBB_IO_LARGE : XBB_IO_SMALL;
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
		class_cache[i] = kmem_cache_create(classes[i].name, class_bytes(classes[i].room),
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
	io->fetched_at = 0;
	io->submitted_at = 0;
	io->done_at = 0;
	io->room = classes[class].room;
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
