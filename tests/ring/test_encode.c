// SPDX-License-Identifier: GPL-2.0
/* Requests as our frontend writes them: bytes, and what our backend makes of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "back_io.h"
#include "blkfront/request.h"
#include "suites.h"

static const struct xbf_command command = {
	.op = WRITE, .handle = 0x1234, .id = 31, .sector = 0x123456789aULL,
};

static union xbf_slot slot;
static u8 want[sizeof(slot)];

/* The frontend's slots are in our own layout: 64 bits. */
static void prepare(void)
{
	use_wire64();
	memset(&slot, 0xa5, sizeof(slot));
	memset(want, 0xa5, sizeof(want));
}

static void want_head(u32 bytes, u8 op, u8 second)
{
	memset(want, 0, bytes);
	put8(want, 0, op);
	put8(want, 1, second);
	put64(want, wire->id, command.id);
	put64(want, wire->sector, command.sector);
}

static void expect_bytes(void)
{
	u32 i;

	for (i = 0; i < sizeof(slot); i++) {
		test_context("byte %u of the slot", i);
		EXPECT_EQ(((u8 *)&slot)[i], want[i]);
	}
}

static void fill(struct xblk_seg *segs, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		xbf_seg_fill(&segs[i], (i % 8) * 512, 4096 - (i % 8) * 512);
		segs[i].ref = FIRST_REF + i;
	}
}

static void slot_sizes(void)
{
	EXPECT_EQ(sizeof(union xbf_slot), 112);
	EXPECT_EQ(sizeof(struct xbf_discard_slot), 32);
	EXPECT_EQ(sizeof(struct xbf_indirect_slot), 64);
	EXPECT_EQ(sizeof(struct xblk_seg), 8);
	EXPECT_EQ(XBLK_SLOT_SEGS, 11);
	EXPECT_EQ(XBF_MAX_SEGS, 256);
	EXPECT_EQ(XBLK_DISCARD_SECURE, 1);
}

static void encode_rw(void)
{
	struct xblk_seg segs[11];
	u32 nr, i;

	fill(segs, 11);
	for (nr = 0; nr <= 11; nr++) {
		prepare();
		want_head(24, WRITE, nr);
		put16(want, 2, 0x1234);
		for (i = 0; i < nr; i++) {
			put_seg(want + 24, i, FIRST_REF + i, i % 8, 7);
			put16(want, 24 + 8 * i + 6, 0);
		}
		EXPECT_EQ(xbf_encode_rw(&slot, &command, segs, nr),
			  24 + 8 * nr);
		expect_bytes();
	}
}

static void encode_indirect(void)
{
	want_head(64, INDIRECT, WRITE);
	put16(want, 2, 256);
	put16(want, 24, 0x1234);
	put32(want, 28, DESCRIPTOR_REF);
	EXPECT_EQ(xbf_encode_indirect(&slot, &command, DESCRIPTOR_REF, 256),
		  64);
	expect_bytes();
}

static void check_discard(bool secure)
{
	prepare();
	want_head(32, DISCARD, secure);
	put16(want, 2, 0x1234);
	put64(want, 24, 0xfedcba9876543210ULL);
	EXPECT_EQ(xbf_encode_discard(&slot, &command,
					  0xfedcba9876543210ULL, secure), 32);
	expect_bytes();
}

static void encode_discard(void)
{
	check_discard(false);
	check_discard(true);
}

/* Every piece of a page that can be named. */
static void pieces_of_a_page(void)
{
	struct xblk_seg seg;
	u32 first, last;

	for (first = 0; first < 8; first++)
		for (last = first; last < 8; last++) {
			memset(&seg, 0xa5, sizeof(seg));
			xbf_seg_fill(&seg, first * 512,
					  (last - first + 1) * 512);
			test_context("sectors %u to %u", first, last);
			EXPECT_EQ(seg.first, first);
			EXPECT_EQ(seg.last, last);
			EXPECT_EQ(seg.pad, 0);
		}
}

static void dense_pages(void)
{
	struct xblk_seg *segs;
	u32 bytes, nr, i, sum;

	for (bytes = 512; bytes <= 256 * 4096; bytes += 512) {
		segs = malloc(DIV_ROUND_UP(bytes, 4096) * sizeof(*segs));
		nr = xbf_seg_dense(segs, bytes);
		test_context("%u bytes", bytes);
		EXPECT_EQ(nr, DIV_ROUND_UP(bytes, 4096));
		for (i = 0, sum = 0; i < nr; i++) {
			EXPECT_EQ(segs[i].first, 0);
			EXPECT(segs[i].last == 7 || i == nr - 1);
			sum += (segs[i].last + 1) * 512;
		}
		EXPECT_EQ(sum, bytes);
		free(segs);
	}
}

/* --- our front's bytes in our back's hands ---------------------------------- */

static void hand_over(struct back_io *io, u32 bytes)
{
	memcpy(io->slot, &slot, bytes);
	io->limits.sectors = 1ULL << 40;
	back_io_run(io);
	EXPECT_EQ(io->status, OKAY);
	EXPECT_EQ(io->req.id, command.id);
	EXPECT_EQ(io->req.sector, command.sector);
}

static void back_understands_front(void)
{
	struct xblk_seg segs[200];
	struct back_io io;

	fill(segs, 200);
	back_io_init(&io);
	hand_over(&io, xbf_encode_rw(&slot, &command, segs, 11));
	EXPECT_EQ(io.req.kind, XBB_WRITE);
	EXPECT_EQ(io.segs[10].ref, FIRST_REF + 10);
	EXPECT_EQ(io.segs[10].first, 2);
	memcpy(io.descriptor, segs, sizeof(segs));
	hand_over(&io, xbf_encode_indirect(&slot, &command, DESCRIPTOR_REF,
						200));
	EXPECT_EQ(io.req.kind, XBB_WRITE);
	EXPECT_EQ(io.req.nr_segs, 200);
	EXPECT_EQ(io.req.descriptor, DESCRIPTOR_REF);
	EXPECT_EQ(io.segs[199].ref, FIRST_REF + 199);
	hand_over(&io, xbf_encode_discard(&slot, &command, 4711, true));
	EXPECT_EQ(io.req.kind, XBB_DISCARD);
	EXPECT(io.req.secure);
	EXPECT_EQ(io.req.nr_sectors, 4711);
	back_io_free(&io);
}

static void front_understands_back(void)
{
	const struct xblk_seg seg = { .ref = 1, .first = 0, .last = 7 };
	struct xbf_response rsp;
	u8 expect[32];
	struct back_io io;

	memset(expect, XBF_ID_FREE, sizeof(expect));
	expect[command.id] = WRITE;
	back_io_init(&io);
	memcpy(io.descriptor, &seg, sizeof(seg));
	hand_over(&io, xbf_encode_indirect(&slot, &command, DESCRIPTOR_REF,
						1));
	xbb_encode_response(layout, io.slot, &io.req, io.status);
	memcpy(&rsp, io.slot, sizeof(rsp));
	EXPECT_EQ(xbf_judge(&rsp, expect, 32), XBF_RSP_OK);
	back_io_free(&io);
}

/* --- which operation, and what an answer means ------------------------------ */

static struct xbf_features features_of(u32 bits)
{
	return (struct xbf_features){
		.flush = bits & 1, .barrier = bits & 2, .discard = bits & 4,
		.erase = bits & 8,
	};
}

static void data_always_has_an_operation(void)
{
	struct xbf_features features;
	u32 bits;

	for (bits = 0; bits < 16; bits++) {
		features = features_of(bits);
		test_context("features 0x%x", bits);
		EXPECT_EQ(xbf_wire_op(XBF_REQ_READ, &features, 1), READ);
		EXPECT_EQ(xbf_wire_op(XBF_REQ_READ, &features, 256),
			  READ);
		EXPECT_EQ(xbf_wire_op(XBF_REQ_WRITE, &features, 256),
			  WRITE);
		EXPECT(xbf_wire_op(XBF_REQ_UNKNOWN, &features,
					1) < 0);
	}
}

/* Nothing is sent that the backend did not offer. */
static void only_offers_are_used(void)
{
	struct xbf_features features;
	u32 bits, type;
	int op;

	for (bits = 0; bits < 16; bits++)
		for (type = 0; type < XBF_NR_REQ_TYPES; type++) {
			features = features_of(bits);
			op = xbf_wire_op(type, &features, 1);
			test_context("features 0x%x type %u", bits, type);
			EXPECT(op != INDIRECT && op != RESERVED);
			EXPECT(op != FLUSH || features.flush);
			EXPECT(op != BARRIER || features.barrier);
			EXPECT(op != DISCARD || features.discard || features.erase);
		}
}

static void flush_and_discard_choices(void)
{
	struct xbf_features none = {}, both = { .flush = true, .barrier = true };
	struct xbf_features barrier = { .barrier = true }, flush = { .flush = true };
	struct xbf_features discard = { .discard = true };

	EXPECT_EQ(xbf_wire_op(XBF_REQ_FLUSH, &both, 0), FLUSH);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_FLUSH, &barrier, 0), BARRIER);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_FLUSH, &none, 0),
		  XBF_OP_NONE);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_FUA, &barrier, 11), BARRIER);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_FUA, &barrier, 12), -E2BIG);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_FUA, &flush, 1), -E2BIG);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_FUA, &none, 1), WRITE);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_DISCARD, &discard, 0), DISCARD);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_DISCARD, &none, 0),
		  -EOPNOTSUPP);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_SECURE_ERASE, &discard, 0),
		  -EOPNOTSUPP);
	EXPECT(xbf_has_fua(&barrier, 11));
	EXPECT(!xbf_has_fua(&barrier, 12));
	EXPECT(!xbf_has_fua(&both, 11));
	EXPECT(!xbf_has_fua(&none, 11));
	EXPECT(xbf_has_cache(&barrier));
	EXPECT(!xbf_has_cache(&discard));
}

/* A failed flush is EIO, and the next one is a flush again. */
static void failure_is_failure(void)
{
	struct xbf_features features;
	u32 bits, type, op;

	for (bits = 0; bits < 16; bits++)
		for (type = 1; type < XBF_NR_REQ_TYPES; type++)
			for (op = 0; op < XBLK_NR_OPS; op++) {
				features = features_of(bits);
				test_context("features 0x%x type %u op %u", bits,
					     type, op);
				EXPECT_EQ(xbf_outcome(type, op,
							   XBF_RSP_ERROR,
							   &features),
					  XBF_END_IOERR);
				EXPECT_EQ(features.flush, bits & 1);
				EXPECT_EQ(features.barrier, !!(bits & 2));
				EXPECT_EQ(features.discard, !!(bits & 4));
				EXPECT_EQ(features.erase, !!(bits & 8));
				EXPECT_EQ(xbf_outcome(type, op,
							   XBF_RSP_OK,
							   &features),
					  XBF_END_OK);
			}
}

/* A backend that supports nothing: how does a request end, and does it? */
static enum xbf_end end_of(u32 type, struct xbf_features *features)
{
	enum xbf_end end = XBF_END_RESUBMIT;
	int op, tries;

	for (tries = 0; end == XBF_END_RESUBMIT && tries < 5; tries++) {
		op = xbf_wire_op(type, features, 1);
		if (op == XBF_OP_NONE)
			return XBF_END_OK;
		if (op < 0)
			return XBF_END_UNSUPPORTED;
		end = xbf_outcome(type, op, XBF_RSP_UNSUPPORTED,
				       features);
	}
	return end;
}

static void unsupported_comes_to_an_end(void)
{
	struct xbf_features features;
	enum xbf_end end;
	u32 bits, type;

	for (bits = 0; bits < 16; bits++)
		for (type = 1; type < XBF_NR_REQ_TYPES; type++) {
			features = features_of(bits);
			test_context("features 0x%x type %u", bits, type);
			end = end_of(type, &features);
			EXPECT(end != XBF_END_RESUBMIT);
			/* Data is never lost with a success. */
			if (type <= XBF_REQ_FUA)
				EXPECT(end != XBF_END_OK);
			if (type == XBF_REQ_FLUSH)
				EXPECT(!xbf_has_cache(&features));
		}
}

static void refused_discard_is_not_offered_again(void)
{
	struct xbf_features features = { .discard = true, .erase = true };

	EXPECT_EQ(xbf_outcome(XBF_REQ_SECURE_ERASE, DISCARD,
				   XBF_RSP_UNSUPPORTED, &features),
		  XBF_END_UNSUPPORTED);
	EXPECT(features.discard && !features.erase);
	EXPECT_EQ(xbf_outcome(XBF_REQ_DISCARD, DISCARD,
				   XBF_RSP_UNSUPPORTED, &features),
		  XBF_END_UNSUPPORTED);
	EXPECT(!features.discard);
}

/* The barrier's data was not written: it goes out again, as a write. */
static void refused_barrier_keeps_its_data(void)
{
	struct xbf_features features = { .barrier = true };

	EXPECT_EQ(xbf_outcome(XBF_REQ_FUA, BARRIER,
				   XBF_RSP_UNSUPPORTED, &features),
		  XBF_END_RESUBMIT);
	EXPECT(!features.barrier);
	EXPECT_EQ(xbf_wire_op(XBF_REQ_FUA, &features, 11), WRITE);
}

/* --- requests that nobody answered ---------------------------------------- */

static enum xbf_orphan_verdict fate_of(enum xbf_req_type type, unsigned int bits)
{
	const struct xbf_orphan orphan = {
		.type = type, .lent = bits & 1, .attached = bits & 2, .dead = bits & 4,
	};

	test_context("type %u%s%s%s", type, orphan.lent ? ", lent" : "",
		     orphan.attached ? ", attached" : "", orphan.dead ? ", dead" : "");
	return xbf_orphan_judge(&orphan);
}

/* Whoever owns the memory may use it for something else when the request has ended. */
static void lent_memory_is_waited_for(void)
{
	unsigned int type, bits;

	for (type = 1; type < XBF_NR_REQ_TYPES; type++)
		for (bits = 1; bits < 8; bits += 2)
			EXPECT_EQ(fate_of(type, bits), XBF_ORPHAN_WAIT);
}

/* While the first may still come, a second one would be undone by it, or undo more. */
static void only_reads_are_issued_twice(void)
{
	unsigned int type;

	for (type = 1; type < XBF_NR_REQ_TYPES; type++)
		EXPECT_EQ(fate_of(type, 2), type == XBF_REQ_READ ?
			  XBF_ORPHAN_RESUBMIT : XBF_ORPHAN_WAIT);
}

static void all_ends_when_the_backend_lets_go(void)
{
	unsigned int type;

	for (type = 1; type < XBF_NR_REQ_TYPES; type++) {
		EXPECT_EQ(fate_of(type, 0), XBF_ORPHAN_RESUBMIT);
		EXPECT_EQ(fate_of(type, 4), XBF_ORPHAN_FAIL);
		/* Nothing is issued again: the ring does not matter. */
		EXPECT_EQ(fate_of(type, 4 | 2), XBF_ORPHAN_FAIL);
	}
}

static const struct test_case cases[] = {
	CASE(slot_sizes),
	CASE(encode_rw),
	CASE(encode_indirect),
	CASE(encode_discard),
	CASE(pieces_of_a_page),
	CASE(dense_pages),
	CASE(back_understands_front),
	CASE(front_understands_back),
	CASE(data_always_has_an_operation),
	CASE(only_offers_are_used),
	CASE(flush_and_discard_choices),
	CASE(failure_is_failure),
	CASE(unsupported_comes_to_an_end),
	CASE(refused_discard_is_not_offered_again),
	CASE(refused_barrier_keeps_its_data),
	CASE(lent_memory_is_waited_for),
	CASE(only_reads_are_issued_twice),
	CASE(all_ends_when_the_backend_lets_go),
};

TEST_SUITE(encode_suite, "block requests, our frontend", cases, prepare);
