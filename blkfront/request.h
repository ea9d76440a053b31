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

/* What the block layer asks for. FUA is a write that is on stable storage when it is answered. */
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

/*
 * Operations besides READ and WRITE that the backend has; one that it refuses is taken out.
 * @erase is DISCARD with the secure flag.
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

/*
 * Can data be written through the cache in one request? Only as a barrier with data, which
 * has no indirect form. With FLUSH_DISKCACHE, the block layer does better with a write and a
 * flush.
 */
static inline bool xbf_has_fua(const struct xbf_features *features, u32 max_segs)
{
	return features->barrier && !features->flush && max_segs <= XBLK_SLOT_SEGS;
}

/*
 * Which operation to send for a request of @nr_segs segments. Return: an enum xblk_op (never
 * INDIRECT, which carries READ and WRITE with more than XBLK_SLOT_SEGS segments), or
 * XBF_OP_NONE; -EOPNOTSUPP: the request fails; -E2BIG: it must come again in smaller pieces.
 */
int xbf_wire_op(enum xbf_req_type type, const struct xbf_features *features, u32 nr_segs);

/* Does an operation flush the cache? A barrier writes its own data through it, too. */
static inline bool xbf_op_flushes(u8 op)
{
	return op == XBLK_OP_FLUSH || op == XBLK_OP_BARRIER;
}

/* Does a request succeed only if it, or all that was answered before, is on stable storage? */
static inline bool xbf_req_flushes(enum xbf_req_type type)
{
	return type == XBF_REQ_FLUSH || type == XBF_REQ_FUA;
}

/* How a request ends; one that is resubmitted goes out as xbf_wire_op() decides then. */
enum xbf_end {
	XBF_END_OK,
	XBF_END_IOERR,
	XBF_END_UNSUPPORTED,
	XBF_END_RESUBMIT,
};

/*
 * What a response to @op means for its request; the verdict is not xbf_verdict_broken(). An
 * operation that the backend refused is taken out of @features. A failed flush is never a
 * success.
 */
enum xbf_end xbf_outcome(enum xbf_req_type type, u8 op, enum xbf_verdict verdict,
			 struct xbf_features *features);

/* A request whose backend was left before it had answered. */
struct xbf_orphan {
	enum xbf_req_type type;
	bool lent;	/* the backend still has memory of the request's owner */
	bool attached;	/* or of the ring: it lets go of that when all it had begun has ended */
	bool dead;	/* no other backend is waited for */
};

enum xbf_orphan_verdict {
	XBF_ORPHAN_WAIT,
	XBF_ORPHAN_RESUBMIT,
	XBF_ORPHAN_FAIL,
};

/*
 * May a request that was not answered end, or go out again? Its owner gets the memory back only
 * when no backend can write to it any more. A request that changes the disk goes out again only
 * when the first one cannot be carried out late, which would undo what has been written since.
 */
enum xbf_orphan_verdict xbf_orphan_judge(const struct xbf_orphan *orphan);

/* What every slot has. Of an indirect request, @op is the inner operation. */
struct xbf_command {
	u8 op;
	u16 handle;
	u64 id;
	u64 sector;
};

/*
 * The encoders fill a slot in private memory and return how many bytes of it matter. @nr, the
 * number of segments, is 0 (an empty flush or barrier) to XBLK_SLOT_SEGS in a slot, and at
 * most 512 in the page that @ref lends.
 */
u32 xbf_encode_rw(union xbf_slot *slot, const struct xbf_command *cmd, const struct xblk_seg *seg,
		  u32 nr);
u32 xbf_encode_indirect(union xbf_slot *slot, const struct xbf_command *cmd, u32 ref, u32 nr);
u32 xbf_encode_discard(union xbf_slot *slot, const struct xbf_command *cmd, u64 nr_sectors,
		       bool secure);

/*
 * Describe a piece of a page, without the reference. @offset and @len are multiples of 512;
 * @len is not 0, and the sum is at most 4096.
 */
static inline void xbf_seg_fill(struct xblk_seg *seg, u32 offset, u32 len)
{
	seg->first = offset >> 9;
	seg->last = (offset + len - 1) >> 9;
	seg->pad = 0;
}

/*
 * Describe @bytes, a multiple of 512, packed into pages from their start. @seg has room for
 * them. Return: the number of segments.
 */
u32 xbf_seg_dense(struct xblk_seg *seg, u32 bytes);

#endif /* XSPLIT_BLKFRONT_REQUEST_H */
