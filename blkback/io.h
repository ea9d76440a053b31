/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One request while it is being served: the object, its pages, its bios.
 */
#ifndef XSPLIT_BLKBACK_IO_H
#define XSPLIT_BLKBACK_IO_H

#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <xen/grant_table.h>

#include "blkback/request.h"

struct xbb_ring;
struct xsplit_mapping;

/**
 * enum xbb_hold - how a piece of a request holds its page
 * @XBB_HOLD_NOTHING: it has none
 * @XBB_HOLD_CACHED: a mapping of the ring's cache, in use once
 * @XBB_HOLD_MAPPED: a mapping of its own, to be ended before the answer
 * @XBB_HOLD_COPY: a page of ours that is copied from or to the guest
 */
enum xbb_hold {
	XBB_HOLD_NOTHING,
	XBB_HOLD_CACHED,
	XBB_HOLD_MAPPED,
	XBB_HOLD_COPY,
};

/**
 * struct xbb_piece - the page of one segment
 * @page: the page, where @hold says so
 * @mapping: XBB_HOLD_CACHED: of the cache
 * @handle: XBB_HOLD_MAPPED: the hypervisor's handle
 * @op: while a batch is being built: its operation there
 * @hold: how the page is held
 */
struct xbb_piece {
	struct page *page;
	union {
		struct xsplit_mapping *mapping;
		grant_handle_t handle;
		unsigned int op;
	};
	u8 hold;
};

/**
 * struct xbb_io - a request being served
 * @node: in exactly one of: the ring's held, own_done or parked list, the list
 *	of a drain, the ring's spare list
 * @done: in the ring's done list, or on the way back to the spare ones
 * @ring: of which ring
 * @req: the request
 * @status: XBLK_RSP_*, an error once one is known
 * @error: first error of the bios
 * @bios: bios under way, plus one while they are being submitted
 * @discarded: sectors of a discard that are done, or under way
 * @nr: pieces that hold, or will hold, a page
 * @copied: how many of them are copied
 * @room: of @seg and @piece
 * @judged: the segments are here and good
 * @bad_grant: a reference of its did not work
 * @first_op: first operation in a batch being built
 * @bio: the one bio that is under way: the data path allocates nothing
 * @vec: its pages
 * @seg: the segments
 * @piece: their pages
 */
struct xbb_io {
	struct list_head node;
	struct llist_node done;
	struct xbb_ring *ring;
	struct xbb_request req;
	int status;
	blk_status_t error;
	atomic_t bios;
	u64 discarded;
	u16 nr;
	u16 copied;
	u16 room;
	bool judged;
	bool bad_grant;
	unsigned int first_op;
	struct bio bio;
	struct bio_vec *vec;
	struct xbb_seg *seg;
	struct xbb_piece piece[];
};

/* Sizes of objects: most requests are small, and a large one takes 12 KiB. */
enum xbb_io_class { XBB_IO_SMALL, XBB_IO_LARGE, XBB_NR_IO_CLASSES };

/* Of the module: where the objects come from. */
int xbb_ios_init(void);
void xbb_ios_exit(void);

/**
 * xbb_io_reserve - set one object of each class aside
 * @ring: the ring
 *
 * With these a ring always gets on, if slowly.
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int xbb_io_reserve(struct xbb_ring *ring);

/**
 * xbb_io_get - an object for a request
 * @ring: the ring; its thread calls
 * @nr_segs: how many pieces it needs
 *
 * Context: may sleep. Return: the object, or NULL if there is none before
 * another request is answered.
 */
struct xbb_io *xbb_io_get(struct xbb_ring *ring, unsigned int nr_segs);

/**
 * xbb_io_put - an answered request's object may be used again
 * @io: the object
 *
 * Context: under the ring's answer_lock.
 */
void xbb_io_put(struct xbb_io *io);

/**
 * xbb_io_trim - free objects that nobody uses
 * @ring: the ring; its thread calls, or it has none any more
 * @keep: how many of each class stay
 *
 * Context: may sleep.
 */
void xbb_io_trim(struct xbb_ring *ring, unsigned int keep);

/**
 * xbb_io_submit - hand a request to the disk
 * @io: with all its pages
 *
 * When the disk has done its part the request is in one of the ring's lists of
 * done ones, perhaps before this returns. A discard that is longer than a bio can say goes
 * there in parts, one at a time, and is in the ring's list of those between two of them.
 *
 * Context: the ring's thread, may sleep.
 */
void xbb_io_submit(struct xbb_io *io);

#endif /* XSPLIT_BLKBACK_IO_H */
