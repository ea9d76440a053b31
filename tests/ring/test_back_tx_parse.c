// SPDX-License-Identifier: GPL-2.0
/* A guest's tx slots: packets, well and badly formed, and what answers them. */
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "tx_io.h"
#include "wire.h"

static const u16 border_lengths[] = {
	0, 1, 13, 14, 15, 59, 60, 63, 64, 127, 128, 129, 255, 256, 257, 1500, 1513, 1514,
	1515, 2047, 2048, 4082, 4095, 4096, 4097, 8191, 8192, 8193, 9014, 16384, 32767,
	32768, 32769, 61440, 65226, 65534, 65535,
};

/**
 * struct chain_row - slots of one packet
 * @offset: of each slot of data
 * @size: of each slot of data, as on the wire: the first is of the whole
 * @nr: slots of data
 * @flags: of the first slot, besides what the number of slots asks for
 * @verdict: what it is
 * @first: FRAME: bytes in the first piece
 */
struct chain_row {
	u16 offset[20];
	u16 size[20];
	u32 nr;
	u16 flags;
	enum xnb_tx_verdict verdict;
	u16 first;
};

static void put_chain(struct tx_io *io, const struct chain_row *row)
{
	u32 i;

	for (i = 0; i < row->nr; i++)
		tx_io_data(io, row->offset[i], row->size[i],
			   (i + 1 < row->nr ? TX_MORE : 0) | (i ? 0 : row->flags));
}

/* At every place of the ring where it matters, with nothing and much behind it. */
static void chain(void)
{
	static const u32 places[] = { 0, 100, 255, 256, 0xffffffff };
	const struct chain_row *row = test_row;
	struct tx_io io;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		test_context("index %u", places[i]);
		tx_io_init(&io, places[i]);
		put_chain(&io, row);
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict, row->verdict);
		EXPECT_EQ(io.pkt->nr_slots, row->nr);
		if (row->verdict == XNB_TX_FRAME) {
			EXPECT_EQ(io.piece[0].len, row->first);
			EXPECT_EQ(io.pkt->len, row->size[0]);
		}
		io.nr = 256;
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict, row->verdict);
		EXPECT_EQ(io.pkt->nr_slots, row->nr);
		tx_io_free(&io);
	}
}

#define ROW(name, ...) \
	{ name, chain, &(const struct chain_row){ __VA_ARGS__ } }
#define ONE(off, len) .offset = { off }, .size = { len }, .nr = 1
#define TWO(off0, len0, off1, len1) \
	.offset = { off0, off1 }, .size = { len0, len1 }, .nr = 2
#define FRAME(bytes) .verdict = XNB_TX_FRAME, .first = (bytes)

/* Every offset and length around the end of the page, in one slot. */
static void one_slot_every_border(void)
{
	struct tx_io io;
	u32 i, offset;

	tx_io_init(&io, 0);
	for (i = 0; i < ARRAY_SIZE(border_lengths); i++)
		for (offset = 0; offset < 65536; offset += offset < 4100 ? 1 : 509) {
			u32 len = border_lengths[i];
			bool good = len >= 14 && offset + len <= 4096;

			io.nr = 0;
			tx_io_data(&io, offset, len, 0);
			test_context("offset %u length %u", offset, len);
			tx_io_check(&io, TX_EXTRAS);
			EXPECT_EQ(io.verdict == XNB_TX_FRAME, good);
			EXPECT_EQ(io.verdict >= XNB_TX_BAD_SHORT, !good);
		}
	tx_io_free(&io);
}

/* How a length is spread over slots; the sum may be more than the length. */
static u32 share(u32 way, u32 len, u32 nr, u32 i)
{
	switch (way) {
	case 0:
		/* The first has what does not fit evenly. */
		return len / nr;
	case 1:
		return 4096;
	case 2:
		return i % 2;
	case 3:
		/* The first has nothing. */
		return i + 1 < nr ? len / (nr - 1) : len - len / (nr - 1) * (nr - 2);
	case 4:
		return i + 1 < nr ? 0 : len;
	default:
		return test_random_below(len / nr * 2 + 2);
	}
}

static void spread(struct tx_io *io, u32 way, u32 len, u32 nr)
{
	u32 i;

	tx_io_data(io, 0, len, nr > 1 ? TX_MORE : 0);
	for (i = 1; i < nr; i++)
		tx_io_data(io, 0, share(way, len, nr, i), i + 1 < nr ? TX_MORE : 0);
}

static void every_number_of_slots(void)
{
	u32 nr, i, way, frames = 0;
	struct tx_io io;

	for (nr = 1; nr <= 21; nr++)
		for (i = 0; i < ARRAY_SIZE(border_lengths); i++)
			for (way = 0; way < 8; way++) {
				tx_io_init(&io, 250);
				spread(&io, way, border_lengths[i], nr);
				test_context("%u slots, %u bytes, spread %u", nr,
					     border_lengths[i], way);
				tx_io_check(&io, TX_EXTRAS);
				EXPECT_EQ(io.pkt->nr_slots, nr);
				EXPECT(nr <= 18 || io.verdict != XNB_TX_FRAME);
				frames += io.verdict == XNB_TX_FRAME;
				tx_io_free(&io);
			}
	test_context("all");
	EXPECT(frames > 1000);
}

/* Everything there is of 64 KiB, in as many pages. */
static void largest_packet(void)
{
	struct tx_io io;
	u32 i;

	tx_io_init(&io, 250);
	tx_io_data(&io, 4030, 65535, TX_MORE | TX_EXTRA | TX_CSUM_BLANK | TX_VALIDATED);
	tx_io_gso(&io, 1448, GSO_V4, 0);
	for (i = 0; i < 15; i++)
		tx_io_data(&io, 0, 4096, TX_MORE);
	tx_io_data(&io, 0, 4029, 0);
	tx_io_check(&io, TX_EXTRAS);
	EXPECT_EQ(io.verdict, XNB_TX_FRAME);
	EXPECT_EQ(io.pkt->nr_slots, 18);
	EXPECT_EQ(io.pkt->nr_pieces, 17);
	EXPECT_EQ(io.piece[0].len, 66);
	EXPECT_EQ(io.pkt->gso_type, 1);
	EXPECT_EQ(io.pkt->gso_size, 1448);
	EXPECT(io.pkt->csum_blank && io.pkt->validated);
	tx_io_free(&io);
}

/* At each slot of the longest packet: it is as bad as it gets there. */
static void one_bad_slot(void)
{
	u32 nr, odd, own;
	struct tx_io io;

	for (nr = 2; nr <= 18; nr++)
		for (odd = 0; odd < nr; odd++) {
			own = odd ? 1800 / nr : 1800 - 1800 / nr * (nr - 1);
			tx_io_init(&io, odd);
			spread(&io, 0, 1800, nr);
			put16(tx_io_slot(&io, odd), 4, 4096 - own + 1);
			test_context("slot %u of %u", odd, nr);
			tx_io_check(&io, TX_EXTRAS);
			EXPECT_EQ(io.verdict, XNB_TX_BAD_PAGE);
			EXPECT_EQ(io.pkt->nr_slots, nr);
			tx_io_free(&io);
		}
}

/* A slot that is longer than what the first one left for it. */
static void one_lying_slot(void)
{
	u32 nr, odd;
	struct tx_io io;

	for (nr = 2; nr <= 18; nr++)
		for (odd = 1; odd < nr; odd++) {
			tx_io_init(&io, odd);
			spread(&io, 0, 60 * nr, nr);
			put16(tx_io_slot(&io, odd), 10, 121);
			test_context("slot %u of %u", odd, nr);
			tx_io_check(&io, TX_EXTRAS);
			EXPECT_EQ(io.verdict, XNB_TX_BAD_SIZE);
			EXPECT_EQ(io.pkt->nr_slots, nr);
			/* Up to that the first slot is left with nothing. */
			put16(tx_io_slot(&io, odd), 10, 120);
			tx_io_check(&io, TX_EXTRAS);
			EXPECT_EQ(io.verdict, XNB_TX_FRAME);
			EXPECT_EQ(io.pkt->nr_empty, 1);
			tx_io_free(&io);
		}
}

/* 65535 bytes in each of 18 slots: no sum of them fits in 16 bits. */
static void sizes_that_overflow(void)
{
	struct tx_io io;
	u32 i;

	tx_io_init(&io, 0);
	tx_io_data(&io, 0, 65535, TX_MORE);
	for (i = 1; i < 18; i++)
		tx_io_data(&io, 0, 65535, i < 17 ? TX_MORE : 0);
	tx_io_check(&io, TX_EXTRAS);
	EXPECT_EQ(io.verdict, XNB_TX_BAD_SIZE);
	/* 16 * 4096 + 50 is 50, in 16 bits. */
	io.nr = 0;
	tx_io_data(&io, 0, 100, TX_MORE);
	for (i = 1; i < 17; i++)
		tx_io_data(&io, 0, 4096, TX_MORE);
	tx_io_data(&io, 0, 50, 0);
	tx_io_check(&io, TX_EXTRAS);
	EXPECT_EQ(io.verdict, XNB_TX_BAD_SIZE);
	tx_io_free(&io);
}

static void empty_slots_are_answered(void)
{
	struct tx_io io;
	u32 nr, i;

	for (nr = 1; nr <= 17; nr++) {
		tx_io_init(&io, 0);
		tx_io_data(&io, 0, 60, TX_MORE);
		for (i = 1; i <= nr; i++)
			tx_io_data(&io, 0xffff, 0, i < nr ? TX_MORE : 0);
		test_context("%u empty slots", nr);
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict, XNB_TX_FRAME);
		EXPECT_EQ(io.pkt->nr_slots, nr + 1);
		EXPECT_EQ(io.pkt->nr_pieces, 1);
		EXPECT_EQ(io.pkt->nr_empty, nr);
		tx_io_free(&io);
	}
}

/* All ids the same, and all the other way round: each comes back once. */
static void ids_may_repeat(void)
{
	struct xnet_tx_response rsp;
	struct tx_io io;
	u32 i;

	tx_io_init(&io, 200);
	spread(&io, 0, 1800, 18);
	for (i = 0; i < 18; i++)
		put16(tx_io_slot(&io, i), 8, 0xffff);
	tx_io_check(&io, TX_EXTRAS);
	EXPECT_EQ(io.verdict, XNB_TX_FRAME);
	for (i = 0; i < 18; i++) {
		rsp = xnb_tx_response((union xnb_tx_slot *)io.window, io.pkt, i, 0);
		EXPECT_EQ(rsp.id, 0xffff);
		EXPECT_EQ(rsp.status, 0);
		EXPECT_EQ(io.piece[i].id, 0xffff);
	}
	tx_io_free(&io);
}

/* --- chains ------------------------------------------------------------------- */

/* Whatever is missing at its end: wait, and judge it all when it is there. */
static void chain_comes_slot_by_slot(void)
{
	const u8 hash[6] = { 1, 1, 4, 3, 2, 1 };
	u32 nr, visible;
	struct tx_io io;

	for (nr = 2; nr <= 21; nr++) {
		tx_io_init(&io, 245);
		tx_io_data(&io, 0, 100 * nr, TX_MORE | TX_EXTRA);
		tx_io_gso(&io, 1448, GSO_V4, EXTRA_MORE);
		tx_io_extra(&io, EXTRA_HASH, 0, hash);
		while (io.nr < nr + 2)
			tx_io_data(&io, 0, 100, io.nr < nr + 1 ? TX_MORE : 0);
		for (visible = 1; visible < nr + 2; visible++) {
			io.nr = visible;
			test_context("%u of %u slots", visible, nr + 2);
			tx_io_check(&io, TX_EXTRAS);
			EXPECT_EQ(io.verdict, XNB_TX_MORE);
			EXPECT(io.verdict < XNB_TX_BAD_SHORT);
		}
		io.nr = nr + 2;
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict, nr <= 18 ? XNB_TX_FRAME : XNB_TX_BAD_SLOTS);
		EXPECT_EQ(io.pkt->nr_slots, nr + 2);
		tx_io_free(&io);
	}
}

/* Slots behind what is visible may hold anything: they are not looked at. */
static void invisible_slots_are_not_read(void)
{
	u32 visible, i, byte, reads = 0;
	u8 *pages = test_pages(4096);
	struct tx_io io;

	tx_io_init(&io, 7);
	free(io.window);
	memset(pages, 0xa5, 4096);
	io.window = pages;
	for (visible = 1; visible <= 20; visible++) {
		io.nr = 0;
		tx_io_data(&io, 0, 1000, TX_MORE | TX_EXTRA);
		tx_io_gso(&io, 1448, GSO_V4, 0);
		while (io.nr < 24)
			tx_io_data(&io, 0, 10, TX_MORE);
		io.nr = visible;
		test_watch(pages, 4096);
		tx_io_judge(&io);
		for (i = visible; i < 256; i++)
			for (byte = 0; byte < 12; byte++)
				reads += test_reads(tx_io_slot(&io, i) + byte);
		test_unwatch();
		test_context("%u visible", visible);
		EXPECT_EQ(io.verdict, XNB_TX_MORE);
		EXPECT_EQ(reads, 0);
	}
	io.window = NULL;
	tx_io_free(&io);
}

/* The whole ring is one chain: nothing more can come. */
static void chain_as_long_as_the_ring(void)
{
	u32 at;
	struct tx_io io;

	for (at = 0; at < 256; at += 51) {
		tx_io_init(&io, at);
		while (io.nr < 255)
			tx_io_data(&io, 0, 100, TX_MORE);
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict, XNB_TX_MORE);
		tx_io_data(&io, 0, 100, TX_MORE);
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict, XNB_TX_BAD_CHAIN);
		EXPECT_EQ(io.pkt->nr_slots, 256);
		EXPECT_EQ(io.pkt->nr_extras, 0);
		/* With an end it is only too long. */
		put16(tx_io_slot(&io, 255), 6, 0);
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict, XNB_TX_BAD_SLOTS);
		EXPECT_EQ(io.pkt->nr_slots, 256);
		tx_io_free(&io);
	}
}

static void extras_as_long_as_the_ring(void)
{
	const u8 none[6] = { 0 };
	struct tx_io io;

	tx_io_init(&io, 3);
	tx_io_data(&io, 0, 100, TX_EXTRA);
	while (io.nr < 255)
		tx_io_extra(&io, EXTRA_GSO, EXTRA_MORE, none);
	tx_io_check(&io, TX_EXTRAS);
	EXPECT_EQ(io.verdict, XNB_TX_MORE);
	tx_io_extra(&io, EXTRA_GSO, EXTRA_MORE, none);
	tx_io_check(&io, TX_EXTRAS);
	EXPECT_EQ(io.verdict, XNB_TX_BAD_CHAIN);
	EXPECT_EQ(io.pkt->nr_slots, 256);
	EXPECT_EQ(io.pkt->nr_extras, 255);
	tx_io_free(&io);
}

static void packets_one_after_another(void)
{
	struct tx_io io;
	u32 i, nr = 0;

	tx_io_init(&io, 100);
	for (i = 0; i < 12; i++) {
		tx_io_data(&io, 0, 2000, TX_MORE | TX_EXTRA);
		tx_io_gso(&io, 1448, i % 2 ? GSO_V4 : GSO_V6, 0);
		tx_io_data(&io, 0, i == 5 ? 4097 : 1000, 0);
		tx_io_data(&io, 1, 60 + i, TX_VALIDATED);
	}
	nr = io.nr;
	for (i = 0; i < 24; i++) {
		test_context("packet %u", i);
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict, i == 10 ? XNB_TX_BAD_SIZE : XNB_TX_FRAME);
		EXPECT_EQ(io.pkt->nr_slots, i % 2 ? 1 : 3);
		io.at += io.pkt->nr_slots;
		io.nr -= io.pkt->nr_slots;
	}
	EXPECT_EQ(io.at, 100 + nr);
	EXPECT_EQ(io.nr, 0);
	tx_io_free(&io);
}

/* --- answers ------------------------------------------------------------------ */

/* Four bytes, and nothing is read. */
static void answer_only_writes(void)
{
	u8 *shared = test_pages(4096);
	u32 i, reads = 0;

	memset(shared, 0xa5, 4096);
	test_watch(shared, 4096);
	xnb_tx_answer(shared + 64, 0x1234, -2);
	for (i = 0; i < 4096; i++)
		reads += test_reads(shared + i);
	test_unwatch();
	EXPECT_EQ(reads, 0);
	EXPECT(!memcmp(shared + 64, "\x34\x12\xfe\xff\xa5\xa5\xa5\xa5", 8));
	EXPECT_EQ(shared[63], 0xa5);
}

static const struct test_case cases[] = {
	/* Frames. */
	ROW("smallest frame", ONE(0, 14), FRAME(14)),
	ROW("MTU 1500", ONE(2, 1514), FRAME(1514)),
	ROW("a whole page", ONE(0, 4096), FRAME(4096)),
	ROW("up to the end of the page", ONE(4082, 14), FRAME(14)),
	ROW("header and data", TWO(4000, 1514, 100, 1460), FRAME(54)),
	ROW("first slot shorter than a header", TWO(0, 60, 0, 59), FRAME(1)),
	ROW("two slots of 7 bytes", TWO(0, 14, 0, 7), FRAME(7)),
	ROW("checksum blank", ONE(0, 60), .flags = TX_CSUM_BLANK, FRAME(60)),
	ROW("checksum good", ONE(0, 60), .flags = TX_VALIDATED, FRAME(60)),
	ROW("first slot empty", TWO(0, 60, 0, 60), FRAME(60)),
	ROW("first slot empty, its offset nonsense", TWO(0xffff, 60, 0, 60), FRAME(60)),
	ROW("last slot empty", TWO(0, 60, 0, 0), FRAME(60)),
	CASE(one_slot_every_border),
	CASE(every_number_of_slots),
	CASE(largest_packet),
	CASE(empty_slots_are_answered),
	CASE(ids_may_repeat),

	/* Bad ones. */
	ROW("no bytes", ONE(0, 0), .verdict = XNB_TX_BAD_SHORT),
	ROW("13 bytes", ONE(0, 13), .verdict = XNB_TX_BAD_SHORT),
	ROW("13 bytes in two slots", TWO(0, 13, 0, 6), .verdict = XNB_TX_BAD_SHORT),
	ROW("across the page", ONE(4083, 14), .verdict = XNB_TX_BAD_PAGE),
	ROW("longer than a page", ONE(0, 4097), .verdict = XNB_TX_BAD_PAGE),
	ROW("offset + length overflow 16 bits", ONE(65530, 20), .verdict = XNB_TX_BAD_PAGE),
	ROW("first of two across the page", TWO(4000, 197, 0, 100),
	    .verdict = XNB_TX_BAD_PAGE),
	ROW("second of two across the page", TWO(0, 200, 3997, 100),
	    .verdict = XNB_TX_BAD_PAGE),
	ROW("second slot longer than the packet", TWO(0, 60, 0, 61),
	    .verdict = XNB_TX_BAD_SIZE),
	CASE(one_bad_slot),
	CASE(one_lying_slot),
	CASE(sizes_that_overflow),

	/* Chains. */
	CASE(chain_comes_slot_by_slot),
	CASE(invisible_slots_are_not_read),
	CASE(chain_as_long_as_the_ring),
	CASE(extras_as_long_as_the_ring),
	CASE(packets_one_after_another),

	/* Answers. */
	CASE(answer_only_writes),
};

TEST_SUITE(back_tx_parse_suite, "packets from a guest", cases, NULL);
