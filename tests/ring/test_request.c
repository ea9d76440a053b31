// SPDX-License-Identifier: GPL-2.0
/* Requests of a frontend, well and badly formed, and the responses they get. */
#include <stdlib.h>
#include <string.h>

#include "back_io.h"
#include "suites.h"

enum disk_bits { READONLY = 1, NO_DISCARD = 2, NO_SECURE = 4 };

/**
 * struct request_row - one request to a disk of 1000 sectors
 * @op: in the slot
 * @nr_segs: in the slot; all are whole pages but @odd
 * @sector: in the slot
 * @nr: discard: sectors
 * @flag: discard: in the slot
 * @inner: indirect: in the slot
 * @odd: number of the odd segment, counted from 1; 0 for none
 * @first: of the odd segment
 * @last: of the odd segment
 * @disk: enum disk_bits
 * @sector_size: 0 for 512
 * @sectors: 0 for 1000
 * @status: of the response
 */
struct request_row {
	u8 op;
	u16 nr_segs;
	u64 sector;
	u64 nr;
	u8 flag;
	u8 inner;
	u16 odd;
	u8 first;
	u8 last;
	u8 disk;
	u32 sector_size;
	u64 sectors;
	int status;
};

static void put_segs(void *at, const struct request_row *row, u32 room)
{
	u32 i;

	for (i = 0; i < row->nr_segs && i < room; i++)
		put_seg(at, i, FIRST_REF + i, 0, 7);
	if (row->odd)
		put_seg(at, row->odd - 1, FIRST_REF + row->odd - 1, row->first,
			row->last);
}

static void put_direct(struct back_io *io, const struct request_row *row)
{
	put8(io->slot, 1, row->nr_segs);
	put_segs(io->slot + wire->seg, row, 11);
}

static void put_discard(struct back_io *io, const struct request_row *row)
{
	put8(io->slot, 1, row->flag);
	put64(io->slot, wire->discard_nr, row->nr);
}

static void put_indirect(struct back_io *io, const struct request_row *row)
{
	put8(io->slot, 1, row->inner);
	put16(io->slot, 2, row->nr_segs);
	put32(io->slot, wire->indirect_ref, DESCRIPTOR_REF);
	put_segs(io->descriptor, row, 512);
}

static void put_request(struct back_io *io, const struct request_row *row)
{
	put8(io->slot, 0, row->op);
	put64(io->slot, wire->id, REQUEST_ID);
	put64(io->slot, wire->sector, row->sector);
	if (row->op == INDIRECT)
		put_indirect(io, row);
	else if (row->op == DISCARD)
		put_discard(io, row);
	else
		put_direct(io, row);
}

static void set_limits(struct back_io *io, const struct request_row *row)
{
	io->limits.readonly = row->disk & READONLY;
	io->limits.discard = !(row->disk & NO_DISCARD);
	io->limits.secure = !(row->disk & NO_SECURE);
	if (row->sector_size)
		io->limits.sector_size = row->sector_size;
	if (row->sectors)
		io->limits.sectors = row->sectors;
}

static void check_accepted(const struct back_io *io,
			   const struct request_row *row)
{
	static const enum xbb_kind kinds[] = {
		[READ] = XBB_READ, [WRITE] = XBB_WRITE, [BARRIER] = XBB_BARRIER,
		[FLUSH] = XBB_FLUSH, [DISCARD] = XBB_DISCARD,
	};
	u64 sectors = 0;
	u32 i;

	EXPECT_EQ(io->req.id, REQUEST_ID);
	EXPECT_EQ(io->req.sector, row->sector);
	EXPECT_EQ(io->req.wire_op, row->op);
	EXPECT_EQ(io->req.kind, kinds[row->op == INDIRECT ? row->inner : row->op]);
	EXPECT_EQ(io->req.nr_segs, row->nr_segs);
	EXPECT_EQ(io->req.secure, row->op == DISCARD && row->flag & 1);
	EXPECT_EQ(xbb_is_indirect(&io->req), row->op == INDIRECT);
	if (row->op == INDIRECT)
		EXPECT_EQ(io->req.descriptor, DESCRIPTOR_REF);
	for (i = 0; i < row->nr_segs; i++) {
		EXPECT_EQ(io->segs[i].ref, FIRST_REF + i);
		sectors += io->segs[i].last - io->segs[i].first + 1;
	}
	EXPECT_EQ(io->req.nr_sectors, row->op == DISCARD ? row->nr : sectors);
}

static void request(void)
{
	const struct request_row *row = test_row;
	struct back_io io;

	back_io_init(&io);
	set_limits(&io, row);
	put_request(&io, row);
	back_io_run(&io);
	if (EXPECT_EQ(io.status, row->status) && !io.status)
		check_accepted(&io, row);
	back_io_answer(&io, row->op == INDIRECT ? row->inner : row->op);
	back_io_free(&io);
}

#define ROW(name, ...) \
	{ name, request, &(const struct request_row){ __VA_ARGS__ } }
#define RW(operation, segs, at) \
	.op = (operation), .nr_segs = (segs), .sector = (at)
#define IND(operation, segs, at) \
	.op = INDIRECT, .inner = (operation), .nr_segs = (segs), .sector = (at)
#define TRIM(at, length) .op = DISCARD, .sector = (at), .nr = (length)
#define ODD(which, from, to) .odd = (which), .first = (from), .last = (to)

/* --- fields in general ------------------------------------------------------ */

static void segments_are_taken_field_by_field(void)
{
	static const u32 refs[] = { 0, 8, 0x12345678, 0xffffffff };
	struct back_io io;
	u32 i;

	back_io_init(&io);
	put_request(&io, &(struct request_row){ RW(WRITE, 4, 0) });
	for (i = 0; i < 4; i++)
		put_seg(io.slot + wire->seg, i, refs[i], i, 7 - i);
	back_io_run(&io);
	EXPECT_EQ(io.status, OKAY);
	EXPECT_EQ(io.req.nr_sectors, 8 + 6 + 4 + 2);
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(io.segs[i].ref, refs[i]);
		EXPECT_EQ(io.segs[i].first, i);
		EXPECT_EQ(io.segs[i].last, 7 - i);
		EXPECT_EQ(xbb_seg_offset(&io.segs[i]), i * 512);
		EXPECT_EQ(xbb_seg_sectors(&io.segs[i]), 8 - 2 * i);
		EXPECT_EQ(xbb_seg_bytes(&io.segs[i]), (8 - 2 * i) * 512);
	}
	back_io_free(&io);
}

/* A sector of the disk is in one page, even if the pieces add up to whole ones. */
static void pieces_of_a_sector_in_two_pages(void)
{
	struct back_io io;

	back_io_init(&io);
	io.limits.sector_size = 4096;
	put_request(&io, &(struct request_row){ RW(WRITE, 2, 8) });
	put_seg(io.slot + wire->seg, 0, FIRST_REF, 4, 7);
	put_seg(io.slot + wire->seg, 1, FIRST_REF + 1, 0, 3);
	back_io_run(&io);
	EXPECT_EQ(io.status, ERROR);
	io.limits.sector_size = 2048;
	back_io_run(&io);
	EXPECT_EQ(io.status, OKAY);
	back_io_free(&io);
}

static void data_goes_one_way(void)
{
	struct back_io io;

	back_io_init(&io);
	put_request(&io, &(struct request_row){ RW(READ, 1, 0) });
	back_io_run(&io);
	EXPECT(!xbb_takes_data(&io.req));
	put_request(&io, &(struct request_row){ RW(WRITE, 1, 0) });
	back_io_run(&io);
	EXPECT(xbb_takes_data(&io.req));
	put_request(&io, &(struct request_row){ IND(WRITE, 1, 0) });
	back_io_run(&io);
	EXPECT(xbb_takes_data(&io.req));
	put_request(&io, &(struct request_row){ IND(READ, 1, 0) });
	back_io_run(&io);
	EXPECT(!xbb_takes_data(&io.req));
	put_request(&io, &(struct request_row){ RW(FLUSH, 0, 0) });
	back_io_run(&io);
	EXPECT(!xbb_takes_data(&io.req));
	put_request(&io, &(struct request_row){ RW(FLUSH, 1, 0) });
	back_io_run(&io);
	EXPECT(xbb_takes_data(&io.req));
	back_io_free(&io);
}

/* Every operation there is not: told so, with operation and id given back. */
static void unknown_operations(void)
{
	struct back_io io;
	u32 op;

	for (op = 0; op < 256; op++) {
		if (op <= FLUSH || op == DISCARD || op == INDIRECT)
			continue;
		back_io_init(&io);
		put_request(&io, &(struct request_row){ RW(op, 1, 0) });
		back_io_run(&io);
		test_context("operation %u", op);
		EXPECT_EQ(io.status, UNSUPPORTED);
		back_io_answer(&io, op);
		back_io_free(&io);
	}
}

static void unknown_inner_operations(void)
{
	struct back_io io;
	u32 op;

	for (op = 2; op < 256; op++) {
		back_io_init(&io);
		put_request(&io, &(struct request_row){ IND(op, 1, 0) });
		back_io_run(&io);
		test_context("inner operation %u", op);
		EXPECT_EQ(io.status, ERROR);
		back_io_answer(&io, op);
		back_io_free(&io);
	}
}

/* Every pair of first and last sector, in the first and the last segment. */
static void every_first_and_last(void)
{
	struct request_row row = { RW(READ, 3, 0) };
	struct back_io io;
	u32 first, last;

	for (first = 0; first < 256; first++)
		for (last = 0; last < 256; last++) {
			row.odd = first % 2 ? 1 : 3;
			row.first = first;
			row.last = last;
			back_io_init(&io);
			put_request(&io, &row);
			back_io_run(&io);
			test_context("first %u last %u", first, last);
			EXPECT_EQ(io.status, first <= last && last <= 7 ?
				  OKAY : ERROR);
			back_io_free(&io);
		}
}

/* What the frontend writes after we took the slot changes nothing. */
static void slot_is_private_once_taken(void)
{
	struct back_io io;

	back_io_init(&io);
	put_request(&io, &(struct request_row){ RW(WRITE, 2, 8) });
	xbb_decode(layout, io.slot, &io.req, io.segs);
	memset(io.slot, 0xff, wire->slot_bytes);
	EXPECT_EQ(xbb_judge(&io.limits, &io.req), OKAY);
	EXPECT_EQ(xbb_judge_segs(&io.limits, &io.req, io.segs), OKAY);
	check_accepted(&io, &(struct request_row){ RW(WRITE, 2, 8) });
	back_io_free(&io);
}

/* A response goes into shared memory: it is written, nothing is read there. */
static void answer_only_writes(void)
{
	u8 *shared = test_pages(4096);
	struct back_io io;
	unsigned int reads = 0, writes = 0;
	u32 i;

	back_io_init(&io);
	put_request(&io, &(struct request_row){ RW(READ, 1, 0) });
	back_io_run(&io);
	test_watch(shared, 4096);
	xbb_encode_response(layout, shared + 64, &io.req, io.status);
	for (i = 0; i < 4096; i++) {
		reads += test_reads(shared + i);
		writes += test_writes(shared + i);
	}
	test_unwatch();
	EXPECT_EQ(reads, 0);
	EXPECT(writes > 0);
	back_io_free(&io);
}

static void descriptor_of_256_segments(void)
{
	struct xbb_seg segs[XBB_MAX_SEGS];
	u8 *exact = malloc(256 * 8);
	u32 i;

	for (i = 0; i < 256; i++)
		put_seg(exact, i, ~i, i % 8, 7);
	xbb_decode_segs(exact, 256, segs);
	for (i = 0; i < 256; i++) {
		EXPECT_EQ(segs[i].ref, ~i);
		EXPECT_EQ(segs[i].first, i % 8);
		EXPECT_EQ(segs[i].last, 7);
	}
	free(exact);
}

static const struct test_case cases[] = {
	/* Well formed. */
	ROW("read one page", RW(READ, 1, 0)),
	ROW("write one page", RW(WRITE, 1, 8)),
	ROW("read 11 segments", RW(READ, 11, 0)),
	ROW("write one sector", RW(WRITE, 1, 1), ODD(1, 3, 3)),
	ROW("read up to the last sector", RW(READ, 1, 992)),
	ROW("write the last sector", RW(WRITE, 1, 999), ODD(1, 7, 7)),
	ROW("barrier with data", RW(BARRIER, 2, 8)),
	ROW("barrier without data", RW(BARRIER, 0, 0)),
	ROW("flush", RW(FLUSH, 0, 0)),
	ROW("flush, a number left in sector", RW(FLUSH, 0, 1ULL << 40)),
	ROW("flush with data", RW(FLUSH, 3, 8)),
	ROW("flush of a read-only disk", RW(FLUSH, 0, 0), .disk = READONLY),
	ROW("read of a read-only disk", RW(READ, 1, 0), .disk = READONLY),
	ROW("discard", TRIM(8, 16)),
	ROW("discard everything", TRIM(0, 1000)),
	ROW("secure discard", TRIM(0, 8), .flag = 1),
	ROW("discard, other flags", TRIM(0, 8), .flag = 0xfe,
	    .disk = NO_SECURE),
	ROW("indirect read, 1 segment", IND(READ, 1, 0)),
	ROW("indirect write, 12 segments", IND(WRITE, 12, 8)),
	ROW("indirect read, 256 segments", IND(READ, 256, 0),
	    .sectors = 2048),
	ROW("indirect write, 256 segments", IND(WRITE, 256, 0),
	    .sectors = 2048),
	ROW("indirect read of a read-only disk", IND(READ, 2, 0),
	    .disk = READONLY),
	ROW("4096-byte sectors, read", RW(READ, 2, 8), .sector_size = 4096),
	ROW("4096-byte sectors, discard", TRIM(8, 8), .sector_size = 4096),
	ROW("2048-byte sectors, half a page", RW(WRITE, 2, 4), ODD(2, 4, 7),
	    .sector_size = 2048),
	ROW("disk of 2^64 - 1 sectors", RW(READ, 1, U64_MAX - 8),
	    .sectors = U64_MAX),

	/* Operation. */
	CASE(unknown_operations),
	ROW("reserved operation", RW(RESERVED, 1, 0), .status = UNSUPPORTED),
	CASE(unknown_inner_operations),
	ROW("indirect inside indirect", IND(INDIRECT, 1, 0), .status = ERROR),
	ROW("discard inside indirect", IND(DISCARD, 1, 0), .status = ERROR),
	ROW("flush inside indirect", IND(FLUSH, 1, 0), .status = ERROR),
	ROW("barrier inside indirect", IND(BARRIER, 1, 0), .status = ERROR),

	/* Number of segments. */
	ROW("read, no segment", RW(READ, 0, 0), .status = ERROR),
	ROW("write, no segment", RW(WRITE, 0, 0), .status = ERROR),
	ROW("read, 12 segments", RW(READ, 12, 0), .status = ERROR),
	ROW("write, 12 segments", RW(WRITE, 12, 0), .status = ERROR),
	ROW("barrier, 12 segments", RW(BARRIER, 12, 0), .status = ERROR),
	ROW("flush, 12 segments", RW(FLUSH, 12, 0), .status = ERROR),
	ROW("read, 255 segments", RW(READ, 255, 0), .status = ERROR),
	ROW("indirect, no segment", IND(READ, 0, 0), .status = ERROR),
	ROW("indirect, 257 segments", IND(READ, 257, 0), .status = ERROR,
	    .sectors = 1ULL << 40),
	ROW("indirect write, no segment", IND(WRITE, 0, 0), .status = ERROR),
	ROW("indirect write, 257 segments", IND(WRITE, 257, 0), .status = ERROR,
	    .sectors = 1ULL << 40),
	ROW("indirect, 4096 segments", IND(WRITE, 4096, 0), .status = ERROR,
	    .sectors = 1ULL << 40),
	ROW("indirect, 65535 segments", IND(READ, 65535, 0), .status = ERROR,
	    .sectors = 1ULL << 40),

	/* Segments. */
	CASE(every_first_and_last),
	ROW("first after last sector", RW(WRITE, 2, 0), ODD(2, 4, 3),
	    .status = ERROR),
	ROW("last sector beyond the page", RW(READ, 11, 0), ODD(11, 0, 8),
	    .status = ERROR),
	ROW("both sectors beyond the page", RW(READ, 1, 0), ODD(1, 8, 9),
	    .status = ERROR),
	ROW("indirect, first after last", IND(READ, 20, 0), ODD(20, 7, 6),
	    .status = ERROR),
	ROW("indirect, last beyond the page", IND(WRITE, 30, 0),
	    ODD(12, 0, 255), .status = ERROR),
	ROW("flush with a bad segment", RW(FLUSH, 1, 0), ODD(1, 5, 4),
	    .status = ERROR),
	ROW("barrier with a bad segment", RW(BARRIER, 2, 0), ODD(1, 0, 8),
	    .status = ERROR),

	/* Range. */
	ROW("read past the end", RW(READ, 1, 993), .status = ERROR),
	ROW("write past the end", RW(WRITE, 1, 1000), .status = ERROR),
	ROW("one sector past the end", RW(READ, 1, 1000), ODD(1, 0, 0),
	    .status = ERROR),
	ROW("second segment past the end", RW(WRITE, 2, 992), ODD(2, 0, 0),
	    .status = ERROR),
	ROW("indirect past the end", IND(READ, 100, 201), .status = ERROR),
	ROW("flush data past the end", RW(FLUSH, 1, 993), .status = ERROR),
	ROW("barrier data past the end", RW(BARRIER, 1, 993),
	    .status = ERROR),
	ROW("sector + count overflow, read", RW(READ, 1, U64_MAX - 7),
	    .status = ERROR),
	ROW("sector + count overflow to 1", RW(WRITE, 1, U64_MAX - 6),
	    .status = ERROR),
	ROW("sector 2^64 - 1", RW(READ, 1, U64_MAX), ODD(1, 0, 0),
	    .status = ERROR),
	ROW("sector 2^63", IND(WRITE, 4, 1ULL << 63), .status = ERROR),
	ROW("sector times 512 overflows", RW(READ, 1, 1ULL << 55),
	    .status = ERROR),
	ROW("more than the disk holds", IND(READ, 256, 0), .status = ERROR),

	/* Alignment. */
	ROW("4096-byte sectors, odd start", RW(READ, 1, 4),
	    .sector_size = 4096, .status = ERROR),
	ROW("4096-byte sectors, odd length", RW(WRITE, 1, 8), ODD(1, 0, 3),
	    .sector_size = 4096, .status = ERROR),
	ROW("4096-byte sectors, odd pieces", RW(WRITE, 2, 8), ODD(1, 4, 7),
	    .sector_size = 4096, .status = ERROR),
	ROW("1024-byte sectors, odd start", RW(READ, 1, 1),
	    .sector_size = 1024, .status = ERROR),
	ROW("indirect, odd length", IND(READ, 12, 0), ODD(12, 0, 0),
	    .sector_size = 4096, .status = ERROR),
	ROW("discard, odd start", TRIM(4, 8), .sector_size = 4096,
	    .status = ERROR),
	ROW("discard, odd length", TRIM(8, 12), .sector_size = 4096,
	    .status = ERROR),

	/* Read-only disk. */
	ROW("write to a read-only disk", RW(WRITE, 1, 0), .disk = READONLY,
	    .status = ERROR),
	ROW("indirect write to a read-only disk", IND(WRITE, 1, 0),
	    .disk = READONLY, .status = ERROR),
	ROW("barrier data to a read-only disk", RW(BARRIER, 1, 0),
	    .disk = READONLY, .status = ERROR),
	ROW("flush data to a read-only disk", RW(FLUSH, 1, 0),
	    .disk = READONLY, .status = ERROR),
	ROW("discard on a read-only disk", TRIM(0, 8), .disk = READONLY,
	    .status = ERROR),

	/* Discard. */
	ROW("discard not offered", TRIM(0, 8), .disk = NO_DISCARD,
	    .status = UNSUPPORTED),
	ROW("secure discard not offered", TRIM(0, 8), .flag = 1,
	    .disk = NO_SECURE, .status = UNSUPPORTED),
	ROW("discard past the end", TRIM(999, 2), .status = ERROR),
	ROW("discard from past the end", TRIM(1001, 0), .status = ERROR),
	ROW("discard, sector + count overflow", TRIM(8, U64_MAX - 7),
	    .status = ERROR),
	ROW("discard, overflow to 1", TRIM(U64_MAX, 2), .status = ERROR),
	ROW("discard 2^64 - 1 sectors", TRIM(0, U64_MAX), .status = ERROR),

	/* Shared memory. */
	CASE(segments_are_taken_field_by_field),
	CASE(pieces_of_a_sector_in_two_pages),
	CASE(data_goes_one_way),
	CASE(slot_is_private_once_taken),
	CASE(answer_only_writes),
	CASE(descriptor_of_256_segments),
};

TEST_SUITE(request64_suite, "block requests, x86_64", cases, use_wire64);
TEST_SUITE(request32_suite, "block requests, x86_32", cases, use_wire32);
