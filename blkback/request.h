/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the bytes of a ring slot to a checked request, and from a verdict to the
 * bytes of a response.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too. This is
 * the only place where a frontend's block requests are judged. Everything here
 * works on private memory, except xbb_encode_response(), which only writes.
 *
 * The steps: xbb_decode() -> xbb_judge() -> (INDIRECT: fetch the descriptor,
 * xbb_decode_segs()) -> xbb_judge_segs() -> I/O -> xbb_encode_response().
 */
#ifndef XSPLIT_BLKBACK_REQUEST_H
#define XSPLIT_BLKBACK_REQUEST_H

#include <linux/kernel.h>
#include <linux/types.h>

#include "xenbus/blkif.h"

/* Segments we take in one indirect request; they fit in one descriptor page. */
#define XBB_MAX_SEGS 256

/* The largest slot of any layout. */
#define XBB_MAX_SLOT_BYTES 112

/* Where the fields are in one layout: offsets, and sizes where the name says bytes. */
struct xbb_layout {
	const char *name;	/* what the frontend writes as "protocol" */
	u16 slot_bytes;
	u16 id;			/* the same in all requests, like @sector */
	u16 sector;
	u16 seg;		/* of a direct request */
	u16 nr_sectors;		/* of a discard */
	u16 ref;		/* of an indirect request's descriptors */
	u16 rsp_bytes;		/* padding included */
};

/*
 * Find the layout of a frontend by its key "protocol", NULL if the key is absent. That means
 * x86_32 on x86: frontends that old are 32-bit ones, and other backends have always read it
 * so (protocol 1.4). Return: the layout, or NULL if there is none of that name.
 */
const struct xbb_layout *xbb_layout_find(const char *protocol);

/* What is to be done, once the variants on the wire are gone. */
enum xbb_kind {
	XBB_READ,
	XBB_WRITE,
	XBB_BARRIER,	/* a write, or nothing, between all that comes before and after it */
	XBB_FLUSH,	/* flush the cache, then write the segments, if any */
	XBB_DISCARD,
	XBB_NR_KINDS,
};

/* A segment: a reference, and the first and last 512-byte sector of its page, 0 to 7. */
struct xbb_seg {
	u32 ref;
	u8 first;
	u8 last;
};

static inline unsigned int xbb_seg_sectors(const struct xbb_seg *seg)
{
	return seg->last - seg->first + 1u;
}

static inline unsigned int xbb_seg_offset(const struct xbb_seg *seg)
{
	return (unsigned int)seg->first << XBLK_SECTOR_SHIFT;
}

static inline unsigned int xbb_seg_bytes(const struct xbb_seg *seg)
{
	return xbb_seg_sectors(seg) << XBLK_SECTOR_SHIFT;
}

/**
 * struct xbb_request - one request in our own form
 * @id: the guest's, only to be given back
 * @sector: first sector, in 512 bytes
 * @nr_sectors: as asked for a discard, else the sum of the segments, which
 *	xbb_judge_segs() sets
 * @wire_op: operation in the slot
 * @rsp_op: operation that the response names: for INDIRECT the inner one
 * @secure: discard: the old data must become unreadable
 * @kind: set by xbb_judge()
 * @nr_segs: number of segments
 * @descriptor: INDIRECT: reference of the page with the segments
 */
struct xbb_request {
	u64 id;
	u64 sector;
	u64 nr_sectors;
	u8 wire_op;
	u8 rsp_op;
	bool secure;
	enum xbb_kind kind;
	u16 nr_segs;
	u32 descriptor;
};

static inline bool xbb_is_indirect(const struct xbb_request *req)
{
	return req->wire_op == XBLK_OP_INDIRECT;
}

/* Does data go from the guest to the disk? */
static inline bool xbb_takes_data(const struct xbb_request *req)
{
	return req->kind != XBB_READ && req->nr_segs;
}

/* What the disk can do now. */
struct xbb_limits {
	u64 sectors;		/* of 512 bytes */
	u32 sector_size;	/* logical, a power of two from 512 to 4096 */
	bool readonly;
	bool discard;		/* offered to the guest, like @secure */
	bool secure;
};

/**
 * xbb_decode - read a slot
 * @layout: the frontend's layout
 * @slot: private copy of the slot, @layout->slot_bytes long
 * @req: filled in; nothing in it has been judged, @kind is not set
 * @segs: room for XBLK_SLOT_SEGS; filled in for operations with segments in the slot
 */
void xbb_decode(const struct xbb_layout *layout, const void *slot,
		struct xbb_request *req, struct xbb_seg *segs);

/*
 * Judge the operation, the number of segments, the right to write, and all of a discard;
 * set @req->kind. Return: XBLK_RSP_OKAY to go on, else the status to answer with
 * (protocol 2.2, 2.3).
 */
int xbb_judge(const struct xbb_limits *limits, struct xbb_request *req);

/* Read 1 to XBB_MAX_SEGS segments from a private copy of a descriptor; nothing is judged. */
void xbb_decode_segs(const void *wire, unsigned int nr, struct xbb_seg *segs);

/* Judge the segments and the range they make; set @req->nr_sectors. Return: as xbb_judge(). */
int xbb_judge_segs(const struct xbb_limits *limits, struct xbb_request *req,
		   const struct xbb_seg *segs);

/*
 * Write a response to its slot in the shared ring, which is only written to: id and operation
 * of @req, and the status, with zeroes in the padding, so that no data of ours leaks.
 */
void xbb_encode_response(const struct xbb_layout *layout, void *slot,
			 const struct xbb_request *req, int status);

#endif /* XSPLIT_BLKBACK_REQUEST_H */
