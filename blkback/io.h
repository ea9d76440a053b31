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

/* How a piece of a request holds its page. */
enum xbb_hold {
	XBB_HOLD_NOTHING,
	XBB_HOLD_CACHED,	/* a mapping of the ring's cache, in use once more */
	XBB_HOLD_MAPPED,	/* a mapping of its own, which ends before the answer */
	XBB_HOLD_COPY,		/* a page of ours, copied from or to the guest */
};

/* The page of one segment. */
struct xbb_piece {
	struct page *page;
	union {
		struct xsplit_mapping *mapping;	/* XBB_HOLD_CACHED */
		grant_handle_t handle;		/* XBB_HOLD_MAPPED */
		unsigned int op;		/* its operation in a batch being built */
	};
	u8 hold;
};

/* A request being served. One context at a time works on it, and so it needs no lock. */
struct xbb_io {
	struct list_head node;	/* in one list of the ring, or of a drain */
	struct llist_node done;	/* in one lockless list of the ring */
	struct xbb_ring *ring;
	struct xbb_request req;
	int status;		/* XBLK_RSP_*, an error as soon as one is known */
	blk_status_t error;	/* the first one of its bios */
	atomic_t bios;		/* in flight, and one more while they are being submitted */
	u64 discarded;		/* sectors of a discard that are done or in flight */
	u16 nr;			/* pieces that hold, or will hold, a page */
	u16 copied;		/* how many of them are copied */
	u16 room;		/* of the three arrays */
	bool judged;		/* the segments of an indirect request have been judged */
	bool bad_grant;		/* one of its references did not work */
	u64 fetched_at, submitted_at, done_at; /* ns, while latencies are measured */
	unsigned int first_op;	/* its first operation in a batch being built */
	struct bio bio;		/* the only one in flight: the data path allocates nothing */
	struct bio_vec *vec;
	struct xbb_seg *seg;
	struct xbb_piece piece[];
};

/* Sizes of objects: most requests are small, and a large one takes 12 KiB. */
enum xbb_io_class { XBB_IO_SMALL, XBB_IO_LARGE, XBB_NR_IO_CLASSES };

/* Create and destroy the caches of objects, for the module. */
int xbb_ios_init(void);
void xbb_ios_exit(void);

/*
 * Set one object of each class aside: with these a ring always makes progress, if slowly.
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int xbb_io_reserve(struct xbb_ring *ring);

/*
 * Get an object with room for @nr_segs pieces. Context: the ring's thread, may sleep.
 * Return: the object, or NULL if there is none before another request is answered.
 */
struct xbb_io *xbb_io_get(struct xbb_ring *ring, unsigned int nr_segs);

/* Let an answered request's object be used again. Context: under the ring's answer.lock. */
void xbb_io_put(struct xbb_io *io);

/*
 * Free unused objects, but @keep of each class. Context: the ring's thread, or a ring
 * without one; may sleep.
 */
void xbb_io_trim(struct xbb_ring *ring, unsigned int keep);

/* bio.c */

/**
 * xbb_io_submit - hand a request to the disk
 * @io: with all its pages
 *
 * Once the disk has completed it, the request is in one of the ring's lists of done ones,
 * perhaps before this returns. A discard longer than a bio can express is done in parts,
 * one at a time; between two of them it is in the ring's list of discards, and the thread
 * calls this again. Context: the ring's thread, may sleep.
 */
void xbb_io_submit(struct xbb_io *io);

/* Count the requests of the pass, and submit them. Context: as above. */
void xbb_pass_submit(struct xbb_ring *ring);

#endif /* XSPLIT_BLKBACK_IO_H */
