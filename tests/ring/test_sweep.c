// SPDX-License-Identifier: GPL-2.0
/*
 * Random slots against a second judge, written from the protocol's description
 * with numbers wide enough that nothing can overflow.
 */
#include <stdlib.h>
#include <string.h>

#include "back_io.h"
#include "suites.h"

#define SWEEP 200000

#define u128 unsigned __int128

/* Mostly sensible, so that all of the rules are reached. */
static u8 random_op(void)
{
	static const u8 ops[] = {
		READ, WRITE, WRITE, BARRIER, FLUSH, DISCARD, INDIRECT, INDIRECT,
	};

	return test_random_below(16) ? ops[test_random_below(8)] : test_random();
}

static u64 random_sector(const struct xbb_limits *limits)
{
	switch (test_random_below(5)) {
	case 0:
		return test_random();
	case 1:
		return U64_MAX - test_random_below(20);
	case 2:
		return limits->sectors - test_random_below(20);
	default:
		return test_random() % (limits->sectors + 1) & ~7ULL;
	}
}

static void random_segs(u8 *at, u32 nr)
{
	bool tidy = test_random_below(3);
	u32 i;

	for (i = 0; i < nr; i++) {
		put_seg(at, i, test_random(), 0, 7);
		if (!tidy && !test_random_below(nr)) {
			put8(at, 8 * i + 4, test_random_below(9));
			put8(at, 8 * i + 5, test_random_below(9));
		}
	}
}

static void random_limits(struct xbb_limits *limits)
{
	limits->sectors = (1ULL << (8 + test_random_below(50))) +
			  8 * test_random_below(1000);
	limits->sector_size = 512 << test_random_below(4);
	limits->readonly = !test_random_below(6);
	limits->discard = test_random_below(6);
	limits->secure = test_random_below(2);
}

static void random_slot(struct back_io *io)
{
	u8 op = random_op();
	u32 i;

	for (i = 0; i < wire->slot_bytes; i++)
		put8(io->slot, i, test_random());
	put8(io->slot, 0, op);
	if (!test_random_below(20))
		return;
	put64(io->slot, wire->sector, random_sector(&io->limits));
	if (op == INDIRECT) {
		put8(io->slot, 1, test_random_below(8) ? test_random_below(2) :
		     test_random());
		put16(io->slot, 2, test_random_below(260));
		random_segs(io->descriptor, 256);
	} else if (op == DISCARD) {
		put64(io->slot, wire->discard_nr, random_sector(&io->limits));
	} else {
		put8(io->slot, 1, test_random_below(13));
		random_segs(io->slot + wire->seg, 11);
	}
}

/* --- the second judge ------------------------------------------------------- */

static u64 get64(const u8 *slot, u32 offset)
{
	u64 val;

	memcpy(&val, slot + offset, sizeof(val));
	return val;
}

static bool fits(const struct xbb_limits *limits, u128 sector, u128 nr)
{
	u128 unit = limits->sector_size / 512;

	return sector % unit == 0 && nr % unit == 0 &&
	       sector + nr <= limits->sectors;
}

static int second_discard(const struct back_io *io)
{
	if (io->limits.readonly)
		return ERROR;
	if (!io->limits.discard || ((io->slot[1] & 1) && !io->limits.secure))
		return UNSUPPORTED;
	return fits(&io->limits, get64(io->slot, wire->sector),
		    get64(io->slot, wire->discard_nr)) ? OKAY : ERROR;
}

static int second_data(const struct back_io *io, const u8 *segs, u32 nr)
{
	u32 i, unit = io->limits.sector_size / 512;
	u128 sectors = 0;
	int first, last;

	for (i = 0; i < nr; i++) {
		first = segs[8 * i + 4];
		last = segs[8 * i + 5];
		if (last > 7 || first > last || (last - first + 1) % unit)
			return ERROR;
		sectors += last - first + 1;
	}
	return fits(&io->limits, get64(io->slot, wire->sector), sectors) ?
		OKAY : ERROR;
}

static int second_judge(const struct back_io *io)
{
	u8 op = io->slot[0], inner = io->slot[1];
	u32 nr = io->slot[1];

	if (op > INDIRECT || op == RESERVED)
		return UNSUPPORTED;
	if (op == DISCARD)
		return second_discard(io);
	if (op == INDIRECT) {
		nr = io->slot[2] + 256 * io->slot[3];
		if (inner > WRITE || nr < 1 || nr > 256 ||
		    (inner == WRITE && io->limits.readonly))
			return ERROR;
		return second_data(io, io->descriptor, nr);
	}
	if (nr > 11 || (op <= WRITE && nr == 0) ||
	    (op != READ && nr && io->limits.readonly))
		return ERROR;
	return nr ? second_data(io, io->slot + wire->seg, nr) : OKAY;
}

/* Whatever was accepted can be carried out without another look. */
static void check_usable(const struct back_io *io)
{
	const struct xbb_request *req = &io->req;
	u64 sectors = 0;
	u32 i;

	EXPECT(req->kind < XBB_NR_KINDS);
	EXPECT(req->nr_segs <= XBB_MAX_SEGS);
	for (i = 0; i < req->nr_segs; i++) {
		EXPECT(io->segs[i].first <= io->segs[i].last);
		EXPECT(io->segs[i].last < 8);
		EXPECT(xbb_seg_offset(&io->segs[i]) +
		       xbb_seg_bytes(&io->segs[i]) <= 4096);
		sectors += xbb_seg_sectors(&io->segs[i]);
	}
	if (req->kind == XBB_DISCARD)
		sectors = req->nr_sectors;
	EXPECT_EQ(req->nr_sectors, sectors);
	if (sectors)
		EXPECT(fits(&io->limits, req->sector, sectors));
	EXPECT(!io->limits.readonly || req->kind == XBB_READ || !sectors);
}

static void sweep(void)
{
	u32 accepted = 0, refused = 0, i;
	struct back_io io;

	back_io_init(&io);
	for (i = 0; i < SWEEP; i++) {
		random_limits(&io.limits);
		random_slot(&io);
		back_io_run(&io);
		test_context("slot %u, op %u inner %u nr_segs %u", i,
			     io.slot[0], io.slot[1], io.req.nr_segs);
		EXPECT_EQ(io.status, second_judge(&io));
		if (io.status) {
			refused++;
			continue;
		}
		accepted++;
		check_usable(&io);
	}
	test_context("all");
	EXPECT(accepted > SWEEP / 10);
	EXPECT(refused > SWEEP / 10);
	back_io_free(&io);
}

/* Nothing but noise: no byte of it may matter beyond the verdict. */
static void noise(void)
{
	struct back_io io;
	u32 i, j;

	back_io_init(&io);
	for (i = 0; i < SWEEP / 4; i++) {
		for (j = 0; j + 4 <= wire->slot_bytes; j += 4)
			put32(io.slot, j, test_random() >> 32);
		random_limits(&io.limits);
		back_io_run(&io);
		test_context("slot %u, op %u", i, io.slot[0]);
		EXPECT_EQ(io.status, second_judge(&io));
		if (!io.status)
			check_usable(&io);
	}
	back_io_free(&io);
}

static const struct test_case cases[] = {
	CASE(sweep),
	CASE(noise),
};

TEST_SUITE(sweep64_suite, "random block requests, x86_64", cases, use_wire64);
TEST_SUITE(sweep32_suite, "random block requests, x86_32", cases, use_wire32);
