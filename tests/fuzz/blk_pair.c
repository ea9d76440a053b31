// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of our frontend at our backend, and back: each is accepted as what it is, and its
 * response is believed once.
 */
#include <stdlib.h>
#include <string.h>

#include "back_io.h"
#include "blkfront/request.h"
#include "fuzz.h"

enum { IDS = 32, SLOT_SEGS = 11, MOST_SEGS = 256, PAGE = 4096 };

static const enum xbb_kind kinds[] = {
	[READ] = XBB_READ, [WRITE] = XBB_WRITE, [BARRIER] = XBB_BARRIER, [FLUSH] = XBB_FLUSH,
	[DISCARD] = XBB_DISCARD,
};

/* Pieces of pages, of whole sectors. Return: their sectors. */
static u32 make_segs(struct input *input, struct xblk_seg *seg, u32 nr)
{
	u32 i, first, len, sum = 0;

	for (i = 0; i < nr; i++) {
		u8 where = input_u8(input);

		first = where & 7;
		len = 1 + (where >> 3) % (8 - first);
		xbf_seg_fill(&seg[i], first * 512, len * 512);
		seg[i].ref = FIRST_REF + i;
		sum += len;
	}
	return sum;
}

static void expect_segs(const struct back_io *io, const struct xblk_seg *seg, u32 nr)
{
	u32 i;

	EXPECT_EQ(io->req.nr_segs, nr);
	for (i = 0; i < nr; i++) {
		EXPECT_EQ(io->segs[i].ref, seg[i].ref);
		EXPECT_EQ(io->segs[i].first, seg[i].first);
		EXPECT_EQ(io->segs[i].last, seg[i].last);
	}
}

static void respond(struct back_io *io, u8 op)
{
	struct xbf_response rsp;
	u8 expect[IDS];

	memset(expect, XBF_ID_FREE, sizeof(expect));
	expect[io->req.id] = op;
	xbb_encode_response(layout, io->slot, &io->req, io->status);
	memcpy(&rsp, io->slot, sizeof(rsp));
	EXPECT_EQ(xbf_judge(&rsp, expect, IDS), io->status == OKAY ? XBF_RSP_OK :
		  io->status == UNSUPPORTED ? XBF_RSP_UNSUPPORTED : XBF_RSP_ERROR);
	expect[io->req.id] = XBF_ID_FREE;
	EXPECT_EQ(xbf_judge(&rsp, expect, IDS), XBF_RSP_BAD_SLOT);
}

/* Return: whether the request's range is on the disk. */
static bool fits(const struct back_io *io, u64 sector, u64 nr)
{
	return nr <= io->limits.sectors && sector <= io->limits.sectors - nr;
}

static void try_data(struct back_io *io, struct input *input, struct xbf_command *cmd,
		     union xbf_slot *slot)
{
	u32 most = cmd->op <= WRITE ? MOST_SEGS : SLOT_SEGS, nr, sum;
	struct xblk_seg *seg = exact(MOST_SEGS * sizeof(*seg));

	nr = input_u8(input) % (most + 1);
	if (!nr && cmd->op <= WRITE)
		nr = most;
	sum = make_segs(input, seg, nr);
	if (nr > SLOT_SEGS) {
		memcpy(io->descriptor, seg, nr * sizeof(*seg));
		memcpy(io->slot, slot, xbf_encode_indirect(slot, cmd, DESCRIPTOR_REF, nr));
	} else {
		memcpy(io->slot, slot, xbf_encode_rw(slot, cmd, seg, nr));
	}
	back_io_run(io);
	EXPECT_EQ(io->status, nr && !fits(io, cmd->sector, sum) ? ERROR : OKAY);
	expect_segs(io, seg, nr);
	free(seg);
}

static void try_discard(struct back_io *io, struct input *input, const struct xbf_command *cmd,
			union xbf_slot *slot)
{
	bool secure = input_u8(input) & 1;
	u64 nr = input_u64(input);

	memcpy(io->slot, slot, xbf_encode_discard(slot, cmd, nr, secure));
	back_io_run(io);
	EXPECT_EQ(io->status, fits(io, cmd->sector, nr) ? OKAY : ERROR);
	EXPECT_EQ(io->req.nr_sectors, nr);
	EXPECT_EQ(io->req.secure, secure);
}

static void try_request(struct input *input)
{
	const struct xbf_features features = { true, true, true, true };
	enum xbf_req_type type = 1 + input_u8(input) % (XBF_NR_REQ_TYPES - 1);
	struct xbf_command cmd = { .id = input_u8(input) % IDS, .sector = input_u64(input) };
	union xbf_slot slot;
	struct back_io io;
	int op;

	op = xbf_wire_op(type, &features, 0);
	EXPECT(op >= READ && op <= DISCARD);
	cmd.op = op;
	if (input_u8(input) & 1)
		cmd.sector %= 1000;
	back_io_init(&io);
	if (op == DISCARD)
		try_discard(&io, input, &cmd, &slot);
	else
		try_data(&io, input, &cmd, &slot);
	EXPECT_EQ(io.req.id, cmd.id);
	EXPECT_EQ(io.req.sector, cmd.sector);
	EXPECT_EQ(io.req.kind, kinds[op]);
	respond(&io, op);
	back_io_free(&io);
}

static struct xbf_features make_features(u8 how)
{
	return (struct xbf_features){
		.flush = how & 1, .barrier = how & 2, .discard = how & 4, .erase = how & 8,
	};
}

/* An operation that is offered, or none; data always has one. */
static void check_op(int op, enum xbf_req_type type, const struct xbf_features *features)
{
	EXPECT(op != XBLK_OP_FLUSH || features->flush);
	EXPECT(op != XBLK_OP_BARRIER || features->barrier);
	EXPECT(op != XBLK_OP_DISCARD || features->discard || features->erase);
	EXPECT(op != XBLK_OP_INDIRECT);
	if (type == XBF_REQ_READ)
		EXPECT_EQ(op, READ);
	if (type == XBF_REQ_WRITE)
		EXPECT_EQ(op, WRITE);
}

/* However often the backend refuses, a request comes to an end, and no failure is a success. */
static void try_outcome(struct input *input)
{
	enum xbf_req_type type = input_u8(input) % XBF_NR_REQ_TYPES;
	struct xbf_features features = make_features(input_u8(input));
	enum xbf_verdict verdict = input_u8(input) % XBF_RSP_BAD_ID;
	u32 nr_segs = input_u8(input), tries;
	enum xbf_end end = XBF_END_RESUBMIT;
	int op;

	for (tries = 0; end == XBF_END_RESUBMIT; tries++) {
		EXPECT(tries <= 2);
		op = xbf_wire_op(type, &features, nr_segs);
		if (op < 0 || op == XBF_OP_NONE)
			return;
		check_op(op, type, &features);
		end = xbf_outcome(type, op, verdict, &features);
		EXPECT_EQ(end == XBF_END_OK, verdict == XBF_RSP_OK);
	}
}

/* Memory that is lent is waited for, and what changes the disk is never carried out twice. */
static void try_orphan(struct input *input)
{
	u8 how = input_u8(input);
	struct xbf_orphan orphan = {
		.type = input_u8(input) % XBF_NR_REQ_TYPES,
		.lent = how & 1, .attached = how & 2, .dead = how & 4,
	};
	enum xbf_orphan_verdict verdict = xbf_orphan_judge(&orphan);

	EXPECT(!orphan.lent || verdict == XBF_ORPHAN_WAIT);
	if (verdict == XBF_ORPHAN_RESUBMIT)
		EXPECT(!orphan.attached || orphan.type == XBF_REQ_READ);
	if (!orphan.lent && !orphan.attached)
		EXPECT_EQ(verdict, orphan.dead ? XBF_ORPHAN_FAIL : XBF_ORPHAN_RESUBMIT);
}

static void try_dense(struct input *input)
{
	u32 sectors = input_u16(input) % (MOST_SEGS * 8 + 1), nr, i, sum = 0;
	struct xblk_seg *seg = exact((sectors + 7) / 8 * sizeof(*seg));

	nr = xbf_seg_dense(seg, sectors * 512);
	EXPECT_EQ(nr, (sectors + 7) / 8);
	for (i = 0; i < nr; i++) {
		EXPECT_EQ(seg[i].first, 0);
		EXPECT(seg[i].last < 8);
		sum += seg[i].last + 1;
	}
	EXPECT_EQ(sum, sectors);
	free(seg);
}

void fuzz(struct input *input)
{
	use_wire64();
	try_outcome(input);
	try_orphan(input);
	try_dense(input);
	while (input->left)
		try_request(input);
}
