// SPDX-License-Identifier: GPL-2.0
/* A block request of any bytes, on a disk of any size. */
#include "blkback/request.h"
#include "prove.h"

/* As many segments as are tried; the loop over them does the same with each. */
#define SEGS 16

static struct xbb_limits any_limits(void)
{
	struct xbb_limits limits = {
		.sectors = nondet_u64(), .readonly = nondet_bool(), .discard = nondet_bool(),
		.secure = nondet_bool(),
	};
	u8 shift = nondet_u8();

	GIVEN(shift <= 3);
	limits.sector_size = 512u << shift;
	return limits;
}

static const struct xbb_layout *any_layout(void)
{
	return xbb_layout_find(nondet_bool() ? "x86_64-abi" : "x86_32-abi");
}

static void on_disk(const struct xbb_limits *limits, const struct xbb_request *req)
{
	u32 unit = limits->sector_size / 512;

	CLAIM(req->nr_sectors <= limits->sectors);
	CLAIM(req->sector <= limits->sectors - req->nr_sectors);
	CLAIM(req->sector % unit == 0 && req->nr_sectors % unit == 0);
}

static void judged(const struct xbb_limits *limits, const struct xbb_request *req)
{
	CLAIM(req->nr_segs <= XBB_MAX_SEGS);
	CLAIM(xbb_is_indirect(req) || req->nr_segs <= XBLK_SLOT_SEGS);
	CLAIM(req->kind < XBB_NR_KINDS);
	CLAIM(!limits->readonly || !xbb_takes_data(req));
	CLAIM(!limits->readonly || req->kind != XBB_DISCARD);
	CLAIM(req->kind != XBB_DISCARD || limits->discard);
	CLAIM(!req->secure || limits->secure);
	if (req->kind == XBB_READ || req->kind == XBB_WRITE)
		CLAIM(req->nr_segs >= 1);
	if (req->kind == XBB_DISCARD)
		on_disk(limits, req);
}

/* The slot: what is decoded lies in it, and what is accepted is in bounds. */
void prove_slot(void)
{
	const struct xbb_layout *layout = any_layout();
	struct xbb_limits limits = any_limits();
	struct xbb_seg seg[XBLK_SLOT_SEGS];
	u8 slot[112];
	struct xbb_request req;

	ANYTHING(slot);
	xbb_decode(layout, slot, &req, seg);
	if (xbb_judge(&limits, &req) == XBLK_RSP_OKAY)
		judged(&limits, &req);
}

/* Segments of any bytes: each in its page, all of them on the disk. */
void prove_segs(void)
{
	struct xbb_limits limits = any_limits();
	struct xbb_request req = { .sector = nondet_u64(), .nr_segs = nondet_u16() };
	struct xbb_seg seg[SEGS];
	u32 i, sum = 0;

	GIVEN(req.nr_segs <= SEGS);
	ANYTHING(seg);
	if (xbb_judge_segs(&limits, &req, seg) != XBLK_RSP_OKAY || !req.nr_segs)
		return;
	for (i = 0; i < req.nr_segs; i++) {
		CLAIM(xbb_seg_offset(&seg[i]) + xbb_seg_bytes(&seg[i]) <= XBLK_PAGE_BYTES);
		CLAIM(xbb_seg_bytes(&seg[i]) >= 512);
		CLAIM(xbb_seg_bytes(&seg[i]) % limits.sector_size == 0);
		sum += xbb_seg_sectors(&seg[i]);
	}
	CLAIM(req.nr_sectors == sum);
	on_disk(&limits, &req);
}

/* The response stays in its slot. */
void prove_response(void)
{
	const struct xbb_layout *layout = any_layout();
	struct xbb_request req = { .id = nondet_u64(), .rsp_op = nondet_u8() };
	u8 slot[16];

	slot[12] = 0xa5;
	xbb_encode_response(layout, slot, &req, -1);
	CLAIM(layout->rsp_bytes == 16 || slot[12] == 0xa5);
	CLAIM(slot[8] == req.rsp_op && slot[9] == 0 && slot[10] == 0xff);
}
