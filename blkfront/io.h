/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's part of a request, and the operations on its data.
 */
#ifndef XSPLIT_BLKFRONT_IO_H
#define XSPLIT_BLKFRONT_IO_H

#include <linux/blk-mq.h>

#include "blkfront/request.h"

struct xbf_data_ops;
struct xbf_ring;

/*
 * The driver's part of a request. It belongs to the holder of the request: the submitter, then
 * the ring (in xbf_ring.rq, under its lock), then the context that took its response.
 */
struct xbf_io {
	const struct xbf_data_ops *data_ops; /* how its data goes; valid if @nr > 0 */
	enum xbf_req_type type;
	u8 op;			/* on the wire; the response must name it */
	enum xbf_verdict verdict; /* on the response */
	u16 id;			/* its name in the ring, while it is there */
	u64 submitted_at;	/* ns, while latencies are measured */
	unsigned long flush;	/* of an operation that flushes: its number, see cache.h */
	u16 nr;			/* segments of data */
	u16 held;		/* pages held: those of the data, then that of an indirect list */
	u16 room;		/* length of @page and @seg */
	bool lent;		/* the first @nr pages are its own; a backend left may have them */
	bool orphan;		/* its backend was left before it had answered */
	struct xblk_seg *seg;	/* per page: where in it the data is, and its reference */
	struct page *page[];
};

static inline struct xbf_io *xbf_io(struct request *rq)
{
	return blk_mq_rq_to_pdu(rq);
}

/* Bytes to ask the block layer for, for requests of up to @room pages. */
static inline unsigned int xbf_io_bytes(unsigned int room)
{
	return sizeof(struct xbf_io) +
	       room * (sizeof(struct page *) + sizeof(struct xblk_seg));
}

/* Of a request that the block layer has just issued. */
static inline void xbf_io_init(struct xbf_io *io, unsigned int room, enum xbf_req_type type)
{
	io->type = type;
	io->nr = 0;
	io->held = 0;
	io->room = room;
	io->seg = (struct xblk_seg *)&io->page[room];
	io->lent = false;
	io->orphan = false;
}

static inline bool xbf_io_indirect(const struct xbf_io *io)
{
	return io->nr > XBLK_SLOT_SEGS;
}

/* Pages to hold: of the data, and one for the list if it is long. */
static inline unsigned int xbf_io_pages(const struct xbf_io *io)
{
	return io->nr + xbf_io_indirect(io);
}

/* Most segments of data that a request has room for, beside an indirect list. */
static inline unsigned int xbf_io_most(const struct xbf_io *io, unsigned int max_segs)
{
	return min(max_segs, io->room - 1U);
}

/* How data gets to the backend and back. */
struct xbf_data_ops {
	/*
	 * Fill in @io->nr and the sectors of @io->seg. Unlocked. Return: 0; -E2BIG: it has more
	 * segments than fit; -EINVAL: these operations cannot carry it.
	 */
	int (*plan)(struct xbf_ring *ring, struct request *rq, struct xbf_io *io);

	/* Get pages and lend them, or hold none: -ENOSPC. Under the ring's lock. */
	int (*acquire)(struct xbf_ring *ring, struct request *rq, struct xbf_io *io);

	/* Copy data in for a write, or out for a read (@finish_writes: or a write). Optional. */
	void (*copy_in)(struct request *rq, struct xbf_io *io);
	void (*finish)(struct request *rq, struct xbf_io *io);
	bool finish_writes;

	/*
	 * End the loan and give the pages back. Under the ring's lock. Return: false if the peer
	 * still holds one: it is in quarantine, or, if it is the owner's, still lent, and the
	 * request must not end.
	 */
	bool (*release)(struct xbf_ring *ring, struct xbf_io *io);

	/*
	 * The same without an answer, at the end of a connection, when the peer may hold pages
	 * without doing wrong. Those of the request's owner stay lent (@io->lent) until
	 * xbf_orphan_reclaim().
	 */
	void (*abandon)(struct xbf_ring *ring, struct xbf_io *io);
};

/* bounce.c: copied through pages of the ring. */
extern const struct xbf_data_ops xbf_bounce;

/* The same, and the pages are cleared after use. */
extern const struct xbf_data_ops xbf_bounce_wiped;

/* direct.c: the request's own pages are lent. */
extern const struct xbf_data_ops xbf_direct;

#endif /* XSPLIT_BLKFRONT_IO_H */
