// SPDX-License-Identifier: GPL-2.0
/*
 * Judging a frontend's block requests; see request.h.
 */
#include <linux/build_bug.h>
#include <linux/string.h>

#include "blkback/request.h"

static_assert(XBB_MAX_SEGS <= XBLK_SEGS_PER_PAGE);

/* Where fields are in every layout: the head of a request, and a response but for its end. */
enum {
	AT_OP = 0,
	AT_NR_SEGS = 1,
	AT_DISCARD_FLAG = 1,
	AT_INNER_OP = 1,
	AT_INDIRECT_SEGS = 2,
	RSP_TAIL = 12,
};

struct wire_response {
	u64 id;
	u8 op;
	u8 pad;
	s16 status;
	u32 tail;
};

static_assert(offsetof(struct wire_response, tail) == RSP_TAIL);

/* 64-bit numbers are aligned to 4 bytes in a frontend for 32-bit x86, ... */
#define LAYOUT32(protocol) {							\
	.name = protocol, .slot_bytes = 108, .id = 4, .sector = 12, .seg = 20,	\
	.nr_sectors = 20, .ref = 24, .rsp_bytes = RSP_TAIL,			\
}

/* ... and to 8 in all others. */
#define LAYOUT64(protocol) {							\
	.name = protocol, .slot_bytes = 112, .id = 8, .sector = 16, .seg = 24,	\
	.nr_sectors = 24, .ref = 28, .rsp_bytes = sizeof(struct wire_response),	\
}

/* The first one is for frontends that name none, the oldest ones of the architecture. */
static const struct xbb_layout layouts[] = {
#if defined(CONFIG_ARM) || defined(CONFIG_ARM64)
	LAYOUT64("arm-abi"),
	LAYOUT32("x86_32-abi"),
	LAYOUT64("x86_64-abi"),
#else
	LAYOUT32("x86_32-abi"),
	LAYOUT64("x86_64-abi"),
	LAYOUT64("arm-abi"),
#endif
};

const struct xbb_layout *xbb_layout_find(const char *protocol)
{
	size_t i;

	if (!protocol)
		return &layouts[0];
	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		if (!strcmp(protocol, layouts[i].name))
			return &layouts[i];
	return NULL;
}

/**
 * struct rule - what an operation may be
 * @known: there is such an operation
 * @kind: what it does
 * @min_segs: fewest segments
 * @max_segs: most segments
 * @changes: it changes sectors even without segments
 */
struct rule {
	bool known;
	enum xbb_kind kind;
	u16 min_segs;
	u16 max_segs;
	bool changes;
};

/* By operation in the slot; INDIRECT has the rules of its inner operation. */
static const struct rule rules[XBLK_NR_OPS] = {
	[XBLK_OP_READ] = { true, XBB_READ, 1, XBLK_SLOT_SEGS },
	[XBLK_OP_WRITE] = { true, XBB_WRITE, 1, XBLK_SLOT_SEGS, true },
	[XBLK_OP_BARRIER] = { true, XBB_BARRIER, 0, XBLK_SLOT_SEGS },
	[XBLK_OP_FLUSH] = { true, XBB_FLUSH, 0, XBLK_SLOT_SEGS },
	[XBLK_OP_DISCARD] = { true, XBB_DISCARD, 0, 0, true },
};

static const struct rule inner_rules[] = {
	[XBLK_OP_READ] = { true, XBB_READ, 1, XBB_MAX_SEGS },
	[XBLK_OP_WRITE] = { true, XBB_WRITE, 1, XBB_MAX_SEGS, true },
};

/* A field of a slot, which need not be aligned. */
#define GET(type, slot, offset) ({						\
	type val_;								\
										\
	memcpy(&val_, (slot) + (offset), sizeof(val_));				\
	val_;									\
})

void xbb_decode_segs(const void *wire, unsigned int nr, struct xbb_seg *segs)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct xblk_seg seg;

		memcpy(&seg, wire + i * sizeof(seg), sizeof(seg));
		segs[i] = (struct xbb_seg){ seg.ref, seg.first, seg.last };
	}
}

static void decode_direct(const struct xbb_layout *layout, const void *slot,
			  struct xbb_request *req, struct xbb_seg *segs)
{
	unsigned int room;

	req->nr_segs = GET(u8, slot, AT_NR_SEGS);
	room = min_t(unsigned int, req->nr_segs, XBLK_SLOT_SEGS);
	xbb_decode_segs(slot + layout->seg, room, segs);
}

static void decode_discard(const struct xbb_layout *layout, const void *slot,
			   struct xbb_request *req)
{
	u8 flag = GET(u8, slot, AT_DISCARD_FLAG);

	req->secure = flag & XBLK_DISCARD_SECURE;
	req->nr_sectors = GET(u64, slot, layout->nr_sectors);
}

static void decode_indirect(const struct xbb_layout *layout, const void *slot,
			    struct xbb_request *req)
{
	req->rsp_op = GET(u8, slot, AT_INNER_OP);
	req->nr_segs = GET(u16, slot, AT_INDIRECT_SEGS);
	req->descriptor = GET(u32, slot, layout->ref);
}

void xbb_decode(const struct xbb_layout *layout, const void *slot,
		struct xbb_request *req, struct xbb_seg *segs)
{
	u8 op = GET(u8, slot, AT_OP);

	*req = (struct xbb_request){
		.id = GET(u64, slot, layout->id),
		.sector = GET(u64, slot, layout->sector),
		.wire_op = op,
		.rsp_op = op,
	};
	if (op == XBLK_OP_INDIRECT)
		decode_indirect(layout, slot, req);
	else if (op == XBLK_OP_DISCARD)
		decode_discard(layout, slot, req);
	else
		decode_direct(layout, slot, req, segs);
}

static bool misaligned(const struct xbb_limits *limits, u64 sectors)
{
	return sectors & ((limits->sector_size >> XBLK_SECTOR_SHIFT) - 1);
}

/* Written so that no sum can overflow. */
static bool on_disk(const struct xbb_limits *limits, u64 sector, u64 nr)
{
	return nr <= limits->sectors && sector <= limits->sectors - nr;
}

static int judge_range(const struct xbb_limits *limits,
		       const struct xbb_request *req)
{
	if (misaligned(limits, req->sector | req->nr_sectors) ||
	    !on_disk(limits, req->sector, req->nr_sectors))
		return XBLK_RSP_ERROR;
	return XBLK_RSP_OKAY;
}

static int judge_discard(const struct xbb_limits *limits,
			 const struct xbb_request *req)
{
	/* An ordinary discard instead of a secure one would be a lie. */
	if (!limits->discard || (req->secure && !limits->secure))
		return XBLK_RSP_EOPNOTSUPP;
	return judge_range(limits, req);
}

static const struct rule *find_rule(const struct xbb_request *req)
{
	if (xbb_is_indirect(req))
		return req->rsp_op < ARRAY_SIZE(inner_rules) ?
			&inner_rules[req->rsp_op] : NULL;
	return req->wire_op < ARRAY_SIZE(rules) && rules[req->wire_op].known ?
		&rules[req->wire_op] : NULL;
}

int xbb_judge(const struct xbb_limits *limits, struct xbb_request *req)
{
	const struct rule *rule = find_rule(req);

	if (!rule)
		return xbb_is_indirect(req) ? XBLK_RSP_ERROR : XBLK_RSP_EOPNOTSUPP;
	req->kind = rule->kind;
	if (req->nr_segs < rule->min_segs || req->nr_segs > rule->max_segs)
		return XBLK_RSP_ERROR;
	if (limits->readonly && (rule->changes || xbb_takes_data(req)))
		return XBLK_RSP_ERROR;
	if (req->kind == XBB_DISCARD)
		return judge_discard(limits, req);
	return XBLK_RSP_OKAY;
}

/*
 * With large logical sectors every segment must hold whole ones; where in its
 * page it starts is for the disk's DMA alignment, which 512 bytes satisfy.
 */
static bool bad_seg(const struct xbb_limits *limits, const struct xbb_seg *seg)
{
	return seg->first > seg->last || seg->last >= XBLK_PAGE_SECTORS ||
	       misaligned(limits, xbb_seg_sectors(seg));
}

int xbb_judge_segs(const struct xbb_limits *limits, struct xbb_request *req,
		   const struct xbb_seg *segs)
{
	u64 sectors = 0;
	unsigned int i;

	/* Some frontends leave a block number in an empty flush: ignore it. */
	if (!req->nr_segs)
		return XBLK_RSP_OKAY;
	for (i = 0; i < req->nr_segs; i++) {
		if (bad_seg(limits, &segs[i]))
			return XBLK_RSP_ERROR;
		sectors += xbb_seg_sectors(&segs[i]);
	}
	req->nr_sectors = sectors;
	return judge_range(limits, req);
}

void xbb_encode_response(const struct xbb_layout *layout, void *slot,
			 const struct xbb_request *req, int status)
{
	const struct wire_response rsp = {
		.id = req->id, .op = req->rsp_op, .status = status,
	};

	memcpy(slot, &rsp, RSP_TAIL);
	if (layout->rsp_bytes > RSP_TAIL)
		memcpy(slot + RSP_TAIL, &rsp.tail, sizeof(rsp.tail));
}
