/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests as the backend sees them: which operation to use, the bytes of a
 * slot, and what an answer means for the request.
 *
 * Pure: builds in user space too. All numbers of sectors are in units of 512
 * bytes, whatever the disk's sector size is.
 */
#ifndef XSPLIT_BLKFRONT_REQUEST_H
#define XSPLIT_BLKFRONT_REQUEST_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include "blkfront/response.h"
#include "xenbus/blkif.h"

enum xbf_limits {
	/* Segments we use in an indirect request; one page has room for 512. */
	XBF_MAX_SEGS = 256,
};

/* Beside enum xblk_op, not on the wire: the request is done already. */
#define XBF_OP_NONE 0x100

/*
 * The slots in native layout: 64-bit numbers are aligned as the ABI does, to 4
 * bytes on x86_32 and to 8 elsewhere, which is what the protocol wants.
 */
struct xbf_rw_slot {
	u8 op;
	u8 nr_segs;
	u16 handle;
	u64 id;
	u64 sector;
	struct xblk_seg seg[XBLK_SLOT_SEGS];
};

struct xbf_discard_slot {
	u8 op;
	u8 flag;
	u16 handle;
	u64 id;
	u64 sector;
	u64 nr_sectors;
};

struct xbf_indirect_slot {
	u8 op;
	u8 inner_op;
	u16 nr_segs;
	u64 id;
	u64 sector;
	u16 handle;
	u16 zero;
	u32 ref[XBLK_INDIRECT_PAGES];
};

union xbf_slot {
	struct xbf_rw_slot rw;
	struct xbf_discard_slot discard;
	struct xbf_indirect_slot indirect;
};

/**
 * enum xbf_req_type - what the block layer wants
 * @XBF_REQ_UNKNOWN: an operation we do not know
 * @XBF_REQ_READ: data from the disk
 * @XBF_REQ_WRITE: data to the disk
 * @XBF_REQ_FUA: data to the disk, on stable storage when it is answered
 * @XBF_REQ_FLUSH: everything answered so far on stable storage
 * @XBF_REQ_DISCARD: retire_id a stretch of sectors
 * @XBF_REQ_SECURE_ERASE: the same, and all copies of it
 * @XBF_NR_REQ_TYPES: how many there are
 */
enum xbf_req_type {
	XBF_REQ_UNKNOWN,
	XBF_REQ_READ,
	XBF_REQ_WRITE,
	XBF_REQ_FUA,
	XBF_REQ_FLUSH,
	XBF_REQ_DISCARD,
	XBF_REQ_SECURE_ERASE,
	XBF_NR_REQ_TYPES,
};

/**
 * struct xbf_features - operations besides READ and WRITE the backend has
 * @flush: FLUSH_DISKCACHE
 * @barrier: WRITE_BARRIER
 * @discard: DISCARD
 * @erase: DISCARD with the secure flag
 *
 * An offer is withdrawn when the backend answers that it cannot.
 */
struct xbf_features {
	bool flush;
	bool barrier;
	bool discard;
	bool erase;
};

/* Is there a volatile write cache that we can flush? */
static inline bool xbf_has_cache(const struct xbf_features *features)
{
	return features->flush || features->barrier;
}

/**
 * xbf_has_fua - can data be written through the cache in one request?
 * @features: the offers
 * @max_segs: most segments of a request
 *
 * Only as a barrier with data, which has no indirect form; with
 * FLUSH_DISKCACHE the block layer does better with a write and a flush.
 */
static inline bool xbf_has_fua(const struct xbf_features *features,
				       u32 max_segs)
{
	return features->barrier && !features->flush &&
	       max_segs <= XBLK_SLOT_SEGS;
}

/**
 * xbf_wire_op - which operation to send
 * @type: what is wanted
 * @features: what the backend has
 * @nr_segs: segments of data
 *
 * Return: an enum xblk_op (never INDIRECT: with more than
 * XBLK_SLOT_SEGS segments that is what carries READ and WRITE), or
 * XBF_OP_NONE; -EOPNOTSUPP if the request must fail; -E2BIG if it
 * must come again as smaller ones.
 */
int xbf_wire_op(enum xbf_req_type type,
		     const struct xbf_features *features, u32 nr_segs);

/* Does an operation flush the cache? A barrier writes its own data through it, too. */
static inline bool xbf_op_flushes(u8 op)
{
	return op == XBLK_OP_FLUSH || op == XBLK_OP_BARRIER;
}

/* Must a request be on stable storage, with all that was answered before, or fail? */
static inline bool xbf_req_flushes(enum xbf_req_type type)
{
	return type == XBF_REQ_FLUSH || type == XBF_REQ_FUA;
}

/**
 * enum xbf_end - how a request ends
 * @XBF_END_OK: successfully
 * @XBF_END_IOERR: with an I/O error
 * @XBF_END_UNSUPPORTED: as not supported
 * @XBF_END_RESUBMIT: not yet: it goes out again, as xbf_wire_op() says
 */
enum xbf_end {
	XBF_END_OK,
	XBF_END_IOERR,
	XBF_END_UNSUPPORTED,
	XBF_END_RESUBMIT,
};

/**
 * xbf_outcome - what an answer means for the request
 * @type: what was wanted
 * @op: the operation that was sent for it
 * @verdict: a verdict for which xbf_verdict_broken() does not hold
 * @features: what the backend has; an offer it could not keep is withdrawn
 *
 * Return: how the request ends. A failed flush is never a success.
 */
enum xbf_end xbf_outcome(enum xbf_req_type type, u8 op,
				   enum xbf_verdict verdict,
				   struct xbf_features *features);

/**
 * struct xbf_orphan - a request whose backend was left before it had answered
 * @type: what was wanted
 * @lent: the backend still has memory of the request's owner
 * @attached: it still has the memory of the ring: it lets go of that last, when
 *	everything it had begun has ended
 * @dead: nobody waits for another backend
 */
struct xbf_orphan {
	enum xbf_req_type type;
	bool lent;
	bool attached;
	bool dead;
};

/**
 * enum xbf_orphan_verdict - what becomes of such a request
 * @XBF_ORPHAN_WAIT: nothing yet
 * @XBF_ORPHAN_RESUBMIT: it is issued again
 * @XBF_ORPHAN_FAIL: it ends with an I/O error
 */
enum xbf_orphan_verdict {
	XBF_ORPHAN_WAIT,
	XBF_ORPHAN_RESUBMIT,
	XBF_ORPHAN_FAIL,
};

/**
 * xbf_orphan_judge - may a request that was not answered end, or go out again?
 * @orphan: the request
 *
 * Its owner gets memory back only when nobody can write to it any more, and what
 * changes the disk goes out again only when the first one cannot come late: it would
 * undo what has been written since.
 *
 * Return: its verdict, as things are now.
 */
enum xbf_orphan_verdict xbf_orphan_judge(const struct xbf_orphan *orphan);

/**
 * struct xbf_command - a request about to be written to a slot
 * @op: the operation; for an indirect request the inner one
 * @handle: the device's number, cut to 16 bits
 * @id: our name for it, below the number of slots
 * @sector: first sector
 */
struct xbf_command {
	u8 op;
	u16 handle;
	u64 id;
	u64 sector;
};

/**
 * xbf_encode_rw - a request with its segments in the slot
 * @slot: private memory
 * @cmd: the request
 * @seg: its segments
 * @nr: how many, 0 (an empty flush or barrier) to XBLK_SLOT_SEGS
 *
 * Return: how many bytes of @slot matter.
 */
u32 xbf_encode_rw(union xbf_slot *slot,
		       const struct xbf_command *cmd,
		       const struct xblk_seg *seg, u32 nr);

/**
 * xbf_encode_indirect - a request with its segments in another page
 * @slot: private memory
 * @cmd: the request, READ or WRITE
 * @ref: reference of the page that holds the segments
 * @nr: number of segments, at most 512
 *
 * Return: how many bytes of @slot matter.
 */
u32 xbf_encode_indirect(union xbf_slot *slot,
			     const struct xbf_command *cmd, u32 ref,
			     u32 nr);

/**
 * xbf_encode_discard - a discard
 * @slot: private memory
 * @cmd: the request
 * @nr_sectors: how many sectors
 * @secure: erase all copies
 *
 * Return: how many bytes of @slot matter.
 */
u32 xbf_encode_discard(union xbf_slot *slot,
			    const struct xbf_command *cmd, u64 nr_sectors,
			    bool secure);

/**
 * xbf_seg_fill - describe a piece of a page
 * @seg: filled in, without the reference
 * @offset: bytes into the page, a multiple of 512
 * @len: bytes, a multiple of 512 from 512 on; @offset + @len <= 4096
 */
static inline void xbf_seg_fill(struct xblk_seg *seg, u32 offset,
				     u32 len)
{
	seg->first = offset >> 9;
	seg->last = (offset + len - 1) >> 9;
	seg->pad = 0;
}

/**
 * xbf_seg_dense - describe data packed into pages from their start
 * @seg: room for @bytes / 4096 segments, rounded up; filled in
 * @bytes: a multiple of 512
 *
 * Return: the number of segments.
 */
u32 xbf_seg_dense(struct xblk_seg *seg, u32 bytes);

#endif /* XSPLIT_BLKFRONT_REQUEST_H */
