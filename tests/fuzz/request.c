// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's block request in either layout, with its descriptor page: it is accepted exactly
 * if it keeps every rule of the protocol, and its response carries nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include "blkback/request.h"
#include "fuzz.h"

enum { SLOT_SEGS = 11, MOST_SEGS = 256, PAGE_SECTORS = 8, SEG_BYTES = 8, PAGE = 4096 };

static u64 get(const u8 *from, u32 offset, u32 bytes)
{
	u64 val = 0;

	memcpy(&val, from + offset, bytes);
	return val;
}

static bool fits_disk(const struct xbb_limits *limits, u64 sector, u64 nr)
{
	unsigned __int128 end = (unsigned __int128)sector + nr;
	u32 unit = limits->sector_size / 512;

	return end <= limits->sectors && sector % unit == 0 && nr % unit == 0;
}

/* A second judge, of the bytes themselves. @nr: segments at @segs; @sum: set to their sectors */
static bool good_segs(const struct xbb_limits *limits, const u8 *segs, u32 nr, u64 *sum)
{
	u32 unit = limits->sector_size / 512, i;

	*sum = 0;
	for (i = 0; i < nr; i++) {
		u32 first = get(segs, i * SEG_BYTES + 4, 1);
		u32 last = get(segs, i * SEG_BYTES + 5, 1);

		if (first > last || last >= PAGE_SECTORS || (last - first + 1) % unit)
			return false;
		*sum += last - first + 1;
	}
	return true;
}

static bool good_discard(const struct xbb_limits *limits, const u8 *slot)
{
	if (limits->readonly || !limits->discard || (slot[1] & 1 && !limits->secure))
		return false;
	return fits_disk(limits, get(slot, wire->sector, 8), get(slot, wire->discard_nr, 8));
}

static bool good(const struct xbb_limits *limits, const u8 *slot, const u8 *page, u64 *sum)
{
	bool indirect = slot[0] == INDIRECT;
	u32 op = slot[indirect], nr = indirect ? get(slot, 2, 2) : slot[1];

	*sum = 0;
	if (op == DISCARD && !indirect)
		return good_discard(limits, slot);
	if (op > (indirect ? WRITE : FLUSH) || nr > (indirect ? MOST_SEGS : SLOT_SEGS))
		return false;
	if (!nr)
		return op == BARRIER || op == FLUSH;
	if (op != READ && limits->readonly)
		return false;
	return good_segs(limits, indirect ? page : slot + wire->seg, nr, sum) &&
	       fits_disk(limits, get(slot, wire->sector, 8), *sum);
}

/* As the ring does it. */
static int judge(const struct xbb_limits *limits, struct xbb_request *req, const u8 *page,
		 struct xbb_seg *segs)
{
	int status = xbb_judge(limits, req);

	if (status != OKAY)
		return status;
	if (xbb_is_indirect(req))
		xbb_decode_segs(page, req->nr_segs, segs);
	return xbb_judge_segs(limits, req, segs);
}

static void check_accepted(const struct xbb_limits *limits, const struct xbb_request *req,
			   const struct xbb_seg *segs, const u8 *wire_segs, u64 sum)
{
	u64 bytes = 0;
	u32 i;

	for (i = 0; i < req->nr_segs; i++) {
		EXPECT_EQ(segs[i].ref, get(wire_segs, i * SEG_BYTES, 4));
		EXPECT(xbb_seg_bytes(&segs[i]) >= 512);
		EXPECT(xbb_seg_offset(&segs[i]) + xbb_seg_bytes(&segs[i]) <= PAGE);
		bytes += xbb_seg_bytes(&segs[i]);
	}
	if (req->kind != XBB_DISCARD) {
		EXPECT_EQ(req->nr_sectors, sum);
		EXPECT_EQ(bytes, sum * 512);
	}
	EXPECT(!limits->readonly || !xbb_takes_data(req));
	EXPECT(req->kind < XBB_NR_KINDS);
	if (req->nr_segs || req->kind == XBB_DISCARD)
		EXPECT(fits_disk(limits, req->sector, req->nr_sectors));
}

static void check_response(const struct xbb_layout *layout, const struct xbb_request *req,
			   const u8 *slot, int status)
{
	u8 *rsp = exact(layout->rsp_bytes);
	u32 i;

	xbb_encode_response(layout, rsp, req, status);
	EXPECT_EQ(layout->rsp_bytes, wire->rsp_bytes);
	EXPECT_EQ(get(rsp, 0, 8), get(slot, wire->id, 8));
	EXPECT_EQ(rsp[8], slot[slot[0] == INDIRECT]);
	EXPECT_EQ(rsp[9], 0);
	EXPECT_EQ((s16)get(rsp, 10, 2), status);
	for (i = 12; i < wire->rsp_bytes; i++)
		EXPECT_EQ(rsp[i], 0);
	free(rsp);
}

static void try_request(const struct xbb_limits *limits, const u8 *slot, const u8 *page)
{
	bool indirect = slot[0] == INDIRECT;
	const struct xbb_layout *layout = xbb_layout_find(wire->protocol);
	struct xbb_seg *segs = exact((indirect ? MOST_SEGS : SLOT_SEGS) * sizeof(*segs));
	struct xbb_request req;
	int status;
	u64 sum;

	xbb_decode(layout, slot, &req, segs);
	status = judge(limits, &req, page, segs);
	EXPECT(status == OKAY || status == ERROR || status == UNSUPPORTED);
	EXPECT_EQ(status == OKAY, good(limits, slot, page, &sum));
	if (status == OKAY)
		check_accepted(limits, &req, segs, indirect ? page : slot + wire->seg, sum);
	check_response(layout, &req, slot, status);
	free(segs);
}

void fuzz(struct input *input)
{
	u8 how = input_u8(input);
	struct xbb_limits limits = {
		.sector_size = 512u << (how & 3),
		.readonly = how & 4,
		.discard = how & 8,
		.secure = how & 16,
	};
	u8 *slot, *page = exact(MOST_SEGS * SEG_BYTES);

	limits.sectors = how & 32 ? input_u64(input) : input_u16(input);
	wire = how & 64 ? &wire32 : &wire64;
	slot = exact(wire->slot_bytes);
	input_bytes(input, slot, wire->slot_bytes);
	input_repeat(input, page, MOST_SEGS * SEG_BYTES);
	try_request(&limits, slot, page);
	free(slot);
	free(page);
}
