// SPDX-License-Identifier: GPL-2.0
/*
 * Encoding requests.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "blkfront/request.h"

static int fua_op(const struct xbf_features *features, u32 nr_segs)
{
	if (features->barrier)
		return nr_segs <= XBLK_SLOT_SEGS ? XBLK_OP_BARRIER : -E2BIG;
	/*
	 * Where there is a cache to flush, the block layer turns FUA into a
	 * write and a flush itself if the request passes it again. Without
	 * one, every write is as good.
	 */
	return features->flush ? -E2BIG : XBLK_OP_WRITE;
}

static int flush_op(const struct xbf_features *features)
{
	if (features->flush)
		return XBLK_OP_FLUSH;
	return features->barrier ? XBLK_OP_BARRIER : XBF_OP_NONE;
}

int xbf_wire_op(enum xbf_req_type type, const struct xbf_features *features, u32 nr_segs)
{
	switch (type) {
	case XBF_REQ_READ:
		return XBLK_OP_READ;
	case XBF_REQ_WRITE:
		return XBLK_OP_WRITE;
	case XBF_REQ_FUA:
		return fua_op(features, nr_segs);
	case XBF_REQ_FLUSH:
		return flush_op(features);
	case XBF_REQ_DISCARD:
		return features->discard ? XBLK_OP_DISCARD : -EOPNOTSUPP;
	case XBF_REQ_SECURE_ERASE:
		return features->erase ? XBLK_OP_DISCARD : -EOPNOTSUPP;
	default:
		return -EOPNOTSUPP;
	}
}

/* The backend cannot do @op: the request goes out another way, or fails. */
static enum xbf_end withdraw(enum xbf_req_type type, u8 op, struct xbf_features *features)
{
	switch (op) {
	case XBLK_OP_FLUSH:
		features->flush = false;
		return XBF_END_RESUBMIT;
	case XBLK_OP_BARRIER:
		/* Its data, if any, was not written: that must not get lost. */
		features->barrier = false;
		return XBF_END_RESUBMIT;
	case XBLK_OP_DISCARD:
		features->erase = false;
		if (type == XBF_REQ_DISCARD)
			features->discard = false;
		return XBF_END_UNSUPPORTED;
	default:
		return XBF_END_IOERR;
	}
}

enum xbf_end xbf_outcome(enum xbf_req_type type, u8 op, enum xbf_verdict verdict,
			 struct xbf_features *features)
{
	if (verdict == XBF_RSP_OK)
		return XBF_END_OK;
	if (verdict == XBF_RSP_UNSUPPORTED)
		return withdraw(type, op, features);
	return XBF_END_IOERR;
}

enum xbf_orphan_verdict xbf_orphan_judge(const struct xbf_orphan *orphan)
{
	if (orphan->lent)
		return XBF_ORPHAN_WAIT;
	if (orphan->dead)
		return XBF_ORPHAN_FAIL;
	/* Only a read leaves the disk as it is, whenever it is carried out. */
	if (orphan->attached && orphan->type != XBF_REQ_READ)
		return XBF_ORPHAN_WAIT;
	return XBF_ORPHAN_RESUBMIT;
}

u32 xbf_encode_rw(union xbf_slot *slot, const struct xbf_command *cmd, const struct xblk_seg *seg,
		  u32 nr)
{
	struct xbf_rw_slot *rw = &slot->rw;

	memset(rw, 0, offsetof(struct xbf_rw_slot, seg));
	rw->op = cmd->op;
	rw->nr_segs = nr;
	rw->handle = cmd->handle;
	rw->id = cmd->id;
	rw->sector = cmd->sector;
	memcpy(rw->seg, seg, nr * sizeof(*seg));
	return offsetof(struct xbf_rw_slot, seg) + nr * sizeof(*seg);
}

u32 xbf_encode_indirect(union xbf_slot *slot, const struct xbf_command *cmd, u32 ref, u32 nr)
{
	struct xbf_indirect_slot *indirect = &slot->indirect;

	memset(indirect, 0, sizeof(*indirect));
	indirect->op = XBLK_OP_INDIRECT;
	indirect->inner_op = cmd->op;
	indirect->nr_segs = nr;
	indirect->id = cmd->id;
	indirect->sector = cmd->sector;
	indirect->handle = cmd->handle;
	indirect->ref[0] = ref;
	return sizeof(*indirect);
}

u32 xbf_encode_discard(union xbf_slot *slot, const struct xbf_command *cmd, u64 nr_sectors,
		       bool secure)
{
	struct xbf_discard_slot *discard = &slot->discard;

	memset(discard, 0, sizeof(*discard));
	discard->op = XBLK_OP_DISCARD;
	discard->flag = secure ? XBLK_DISCARD_SECURE : 0;
	discard->handle = cmd->handle;
	discard->id = cmd->id;
	discard->sector = cmd->sector;
	discard->nr_sectors = nr_sectors;
	return sizeof(*discard);
}

u32 xbf_seg_dense(struct xblk_seg *seg, u32 bytes)
{
	u32 nr = 0;

	for (; bytes > 4096; bytes -= 4096)
		xbf_seg_fill(&seg[nr++], 0, 4096);
	if (bytes)
		xbf_seg_fill(&seg[nr++], 0, bytes);
	return nr;
}
