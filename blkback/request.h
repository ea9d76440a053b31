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

#include "blkback/abi.h"

/* Segments we take in one indirect request; they fit in one descriptor page. */
#define XBB_MAX_SEGS 256

/**
 * struct xbb_layout - where the fields are, for one layout
 * @name: what the frontend writes as "protocol"
 * @slot_bytes: size of a ring slot
 * @id: offset of the id, the same in all requests
 * @sector: offset of the first sector, the same in all requests
 * @seg: offset of the segments of a direct request
 * @nr_sectors: offset of the length of a discard
 * @ref: offset of the descriptor references of an indirect request
 * @rsp_bytes: size of a response, its padding included
 */
struct xbb_layout {
	const char *name;
	u16 slot_bytes;
	u16 id;
	u16 sector;
	u16 seg;
	u16 nr_sectors;
	u16 ref;
	u16 rsp_bytes;
};

/**
 * xbb_layout_find - the layout of a frontend
 * @protocol: value of the key "protocol", NULL if it is absent
 *
 * Absent means x86_32 on x86: frontends that old are 32-bit ones, and other
 * backends have always read it so (protocol 1.4).
 *
 * Return: the layout, or NULL if there is none of that name.
 */
const struct xbb_layout *xbb_layout_find(const char *protocol);

/**
 * enum xbb_kind - what is to be done, once the wire's variants are gone
 * @XBB_READ: disk to guest
 * @XBB_WRITE: guest to disk
 * @XBB_BARRIER: a write, or nothing, between everything before and after it
 * @XBB_FLUSH: flush the cache, then write what segments there are
 * @XBB_DISCARD: forget sectors
 * @XBB_NR_KINDS: how many there are
 */
enum xbb_kind {
	XBB_READ,
	XBB_WRITE,
	XBB_BARRIER,
	XBB_FLUSH,
	XBB_DISCARD,
	XBB_NR_KINDS,
};

/**
 * struct xbb_seg - one segment in our own form
 * @ref: the guest's reference
 * @first: first 512-byte sector of the page, 0 to 7
 * @last: last one, @first to 7
 */
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
 * @nr_sectors: how many; of a discard as asked, else the sum of the segments
 *	(valid after xbb_judge_segs())
 * @wire_op: operation in the slot
 * @rsp_op: operation the response names: of INDIRECT the inner one
 * @secure: discard: the old data must become unreadable
 * @kind: what is to be done; valid once xbb_judge() has let it pass
 * @nr_segs: how many segments
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

/**
 * struct xbb_limits - what the disk can do now
 * @sectors: capacity in 512 bytes
 * @sector_size: logical sector, bytes, a power of two from 512 to 4096
 * @readonly: nothing may be changed
 * @discard: discards are offered
 * @secure: secure discards are offered
 */
struct xbb_limits {
	u64 sectors;
	u32 sector_size;
	bool readonly;
	bool discard;
	bool secure;
};

/**
 * xbb_decode - read a slot
 * @layout: the frontend's layout
 * @slot: private copy of the slot, @layout->slot_bytes long
 * @req: filled in; nothing in it has been judged, @kind is not set
 * @segs: room for XBLK_SLOT_SEGS; filled in for operations that carry their
 *	segments in the slot
 */
void xbb_decode(const struct xbb_layout *layout, const void *slot,
		struct xbb_request *req, struct xbb_seg *segs);

/**
 * xbb_judge - judge what does not depend on the segments
 * @limits: of the disk
 * @req: decoded; @kind is set
 *
 * Judged are the operation, the number of segments, the right to write, and all
 * of a discard.
 *
 * Return: XBLK_RSP_OKAY to go on, else the status to answer with (protocol 2.2,
 * 2.3).
 */
int xbb_judge(const struct xbb_limits *limits, struct xbb_request *req);

/**
 * xbb_decode_segs - read segments from a descriptor
 * @wire: private copy of the descriptor, @nr segments long
 * @nr: how many, 1 to XBB_MAX_SEGS
 * @segs: filled in; nothing has been judged
 */
void xbb_decode_segs(const void *wire, unsigned int nr, struct xbb_seg *segs);

/**
 * xbb_judge_segs - judge the segments and the range they make
 * @limits: of the disk
 * @req: judged by xbb_judge(); @nr_sectors is set
 * @segs: @req->nr_segs of them
 *
 * Return: as xbb_judge().
 */
int xbb_judge_segs(const struct xbb_limits *limits, struct xbb_request *req,
		   const struct xbb_seg *segs);

/**
 * xbb_encode_response - write a response
 * @layout: the frontend's layout
 * @slot: in the shared ring; only written to
 * @req: the request, of which id and operation are given back
 * @status: XBLK_RSP_*
 *
 * Field by field and with zeroes in the padding, so that nothing of ours leaks.
 */
void xbb_encode_response(const struct xbb_layout *layout, void *slot,
		const struct xbb_request *req, int status);

#endif /* XSPLIT_BLKBACK_REQUEST_H */
