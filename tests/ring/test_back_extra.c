// SPDX-License-Identifier: GPL-2.0
/* Extras of a guest's packets, good and bad. */
#include <string.h>

#include "suites.h"
#include "tx_io.h"

/**
 * struct extra_row - extras of a packet of 100 bytes in one slot
 * @extra: type, flags and body of each
 * @nr: how many
 * @offered: bits of the types; 0 for all
 * @verdict: what the packet is
 */
struct extra_row {
	u8 extra[6][8];
	u32 nr;
	u32 offered;
	enum xnb_tx_verdict verdict;
};

static void put_extras(struct tx_io *io, const struct extra_row *row, u16 flags)
{
	u32 i;

	tx_io_data(io, 0, 100, TX_EXTRA | flags);
	for (i = 0; i < row->nr; i++)
		tx_io_extra(io, row->extra[i][0], row->extra[i][1], &row->extra[i][2]);
}

static void extras(void)
{
	const struct extra_row *row = test_row;
	struct tx_io io;

	tx_io_init(&io, 255);
	put_extras(&io, row, 0);
	tx_io_check(&io, row->offered ? : TX_EXTRAS);
	EXPECT_EQ(io.verdict, row->verdict);
	EXPECT_EQ(io.pkt->nr_slots, 1 + row->nr);
	EXPECT_EQ(io.pkt->nr_extras, row->nr);
	/* The same with a second slot of data. */
	io.nr = 0;
	put_extras(&io, row, TX_MORE);
	tx_io_data(&io, 0, 50, 0);
	tx_io_check(&io, row->offered ? : TX_EXTRAS);
	EXPECT_EQ(io.verdict, row->verdict);
	EXPECT_EQ(io.pkt->nr_slots, 2 + row->nr);
	tx_io_free(&io);
}

#define EXTRAS(name, ...) \
	{ name, extras, &(const struct extra_row){ __VA_ARGS__ } }
#define GSO(size, type) EXTRA_GSO, 0, (size) & 255, (size) >> 8, type
#define GROUP 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03

static void every_type_of_extra(void)
{
	const u8 ones[6] = { 1, 1, 1, 1, 1, 1 };
	struct tx_io io;
	u32 type;

	EXPECT_EQ(XNB_TX_EXTRAS, TX_EXTRAS);
	for (type = 0; type < 256; type++) {
		tx_io_init(&io, type);
		tx_io_data(&io, 0, 60, TX_EXTRA);
		tx_io_extra(&io, type, 0, ones);
		test_context("type %u", type);
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict >= XNB_TX_BAD_SHORT, type < 1 || type > 4);
		EXPECT_EQ(io.pkt->nr_slots, 2);
		/* Nor are unknown ones because they were offered. */
		tx_io_check(&io, 0xffffffff);
		EXPECT_EQ(io.verdict >= XNB_TX_BAD_SHORT, type < 1 || type > 4);
		/* None of them is fine where none was offered. */
		tx_io_check(&io, 0);
		EXPECT_EQ(io.verdict, XNB_TX_BAD_EXTRA);
		EXPECT_EQ(io.pkt->nr_slots, 2);
		tx_io_free(&io);
	}
}

static void every_gso(void)
{
	static const u16 sizes[] = { 0, 1, 536, 1448, 65535 };
	struct tx_io io;
	u32 type, i;

	for (type = 0; type < 256; type++)
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			tx_io_init(&io, type);
			tx_io_data(&io, 0, 3000, TX_EXTRA);
			tx_io_gso(&io, sizes[i], type, 0);
			test_context("type %u size %u", type, sizes[i]);
			tx_io_check(&io, TX_EXTRAS);
			EXPECT_EQ(io.verdict, (type == 1 || type == 2) && sizes[i] ?
				  XNB_TX_FRAME : XNB_TX_BAD_GSO);
			tx_io_free(&io);
		}
}

/* The filter's messages are no frames: their data may be missing or nonsense. */
static void mcast_needs_no_frame(void)
{
	const u8 group[6] = { GROUP };
	struct tx_io io;
	u32 op;

	for (op = EXTRA_ADD; op <= EXTRA_DEL; op++) {
		tx_io_init(&io, op);
		tx_io_data(&io, 0xffff, 0, TX_EXTRA);
		tx_io_extra(&io, op, 0, group);
		tx_io_check(&io, TX_EXTRAS);
		EXPECT_EQ(io.verdict, XNB_TX_MCAST);
		EXPECT_EQ(io.pkt->mcast_op, op);
		EXPECT(!memcmp(io.pkt->mcast, group, 6));
		EXPECT_EQ(io.pkt->nr_slots, 2);
		EXPECT(io.verdict < XNB_TX_BAD_SHORT);
		tx_io_free(&io);
	}
}

/* Behind the first slot no extra can follow, so none may be announced. */
static void late_extra(void)
{
	struct tx_io io;

	tx_io_init(&io, 9);
	tx_io_data(&io, 0, 100, TX_MORE);
	tx_io_data(&io, 0, 50, TX_EXTRA);
	tx_io_check(&io, TX_EXTRAS);
	EXPECT_EQ(io.verdict, XNB_TX_BAD_EXTRA);
	EXPECT_EQ(io.pkt->nr_slots, 2);
	EXPECT_EQ(io.pkt->nr_extras, 0);
	tx_io_free(&io);
}

/* Bits of the flags that mean nothing, in slots and extras. */
static void unknown_flags_mean_nothing(void)
{
	struct tx_io io;

	tx_io_init(&io, 9);
	tx_io_data(&io, 0, 100, 0xfff0 | TX_MORE | TX_EXTRA);
	tx_io_gso(&io, 1448, GSO_V4, 0xfe);
	tx_io_data(&io, 0, 50, 0xfff0 | TX_CSUM_BLANK | TX_VALIDATED);
	tx_io_check(&io, TX_EXTRAS);
	EXPECT_EQ(io.verdict, XNB_TX_FRAME);
	EXPECT_EQ(io.pkt->nr_slots, 3);
	EXPECT(!io.pkt->csum_blank && !io.pkt->validated);
	tx_io_free(&io);
}

static void hash_reaches_the_packet(void)
{
	const u8 hash[6] = { 3, 1, 0x11, 0x22, 0x33, 0x84 };
	struct tx_io io;

	tx_io_init(&io, 9);
	tx_io_data(&io, 0, 100, TX_EXTRA);
	tx_io_extra(&io, EXTRA_HASH, 0, hash);
	tx_io_check(&io, TX_EXTRAS);
	EXPECT(io.pkt->has_hash);
	EXPECT_EQ(io.pkt->hash_type, 3);
	EXPECT_EQ(io.pkt->hash, 0x84332211);
	tx_io_free(&io);
}

static const struct test_case cases[] = {
	EXTRAS("GSO over IPv4", { { GSO(1448, 1) } }, .nr = 1),
	EXTRAS("GSO over IPv6, segments of a byte", { { GSO(1, 2) } }, .nr = 1),
	EXTRAS("hash", { { EXTRA_HASH, 0, 0, 1, 1, 2, 3, 4 } }, .nr = 1),
	EXTRAS("hash of an unknown type", { { EXTRA_HASH, 0, 4, 1, 1 } }, .nr = 1),
	EXTRAS("hash by an unknown algorithm", { { EXTRA_HASH, 0, 0, 2, 1 } }, .nr = 1),
	EXTRAS("GSO and hash",
	       { { EXTRA_GSO, 1, 0, 5, 1 }, { EXTRA_HASH, 0, 3, 1, 1, 2, 3, 4 } }, .nr = 2),
	EXTRAS("hash and GSO",
	       { { EXTRA_HASH, 1, 3, 1, 1, 2, 3, 4 }, { EXTRA_GSO, 0, 0, 5, 2 } }, .nr = 2),
	EXTRAS("filter: add", { { EXTRA_ADD, 0, GROUP } }, .nr = 1, .verdict = XNB_TX_MCAST),
	EXTRAS("filter: remove", { { EXTRA_DEL, 0, GROUP } }, .nr = 1, .verdict = XNB_TX_MCAST),
	EXTRAS("filter and hash", { { EXTRA_HASH, 1 }, { EXTRA_ADD, 0, GROUP } }, .nr = 2,
	       .verdict = XNB_TX_MCAST),
	EXTRAS("filter: add and remove", { { EXTRA_ADD, 1, GROUP }, { EXTRA_DEL, 0, GROUP } },
	       .nr = 2, .verdict = XNB_TX_BAD_EXTRA),
	EXTRAS("filter: add twice", { { EXTRA_ADD, 1, GROUP }, { EXTRA_ADD, 0, GROUP } },
	       .nr = 2, .verdict = XNB_TX_BAD_EXTRA),
	EXTRAS("filter: not offered", { { EXTRA_ADD, 0, GROUP } }, .nr = 1, .offered = 0x12,
	       .verdict = XNB_TX_BAD_EXTRA),
	EXTRAS("GSO not offered", { { GSO(1448, 1) } }, .nr = 1, .offered = 0x1c,
	       .verdict = XNB_TX_BAD_EXTRA),
	EXTRAS("GSO twice", { { EXTRA_GSO, 1, 0, 5, 1 }, { EXTRA_GSO, 0, 0, 5, 1 } }, .nr = 2,
	       .verdict = XNB_TX_BAD_EXTRA),
	EXTRAS("GSO of size 0", { { GSO(0, 1) } }, .nr = 1, .verdict = XNB_TX_BAD_GSO),
	EXTRAS("GSO of no protocol", { { GSO(1448, 0) } }, .nr = 1, .verdict = XNB_TX_BAD_GSO),
	EXTRAS("GSO of an unknown protocol", { { GSO(1448, 3) } }, .nr = 1,
	       .verdict = XNB_TX_BAD_GSO),
	EXTRAS("bad GSO before a good hash", { { EXTRA_GSO, 1 }, { EXTRA_HASH, 0, 0, 1 } }, .nr = 2,
	       .verdict = XNB_TX_BAD_GSO),
	EXTRAS("bad GSO with a filter", { { EXTRA_GSO, 1 }, { EXTRA_ADD, 0, GROUP } }, .nr = 2,
	       .verdict = XNB_TX_BAD_GSO),
	EXTRAS("type 0", { { 0, 0 } }, .nr = 1, .verdict = XNB_TX_BAD_EXTRA),
	EXTRAS("XDP is for the other way", { { EXTRA_XDP, 0, 0, 1 } }, .nr = 1,
	       .verdict = XNB_TX_BAD_EXTRA),
	EXTRAS("an unknown one leads to others", { { 77, 1 }, { EXTRA_GSO, 1, 0, 5, 1 },
	       { 255, 0xff }, { EXTRA_HASH, 0 } }, .nr = 4, .verdict = XNB_TX_BAD_EXTRA),
	CASE(every_type_of_extra),
	CASE(every_gso),
	CASE(mcast_needs_no_frame),
	CASE(late_extra),
	CASE(unknown_flags_mean_nothing),
	CASE(hash_reaches_the_packet),
};

TEST_SUITE(back_extra_suite, "extras from a guest", cases, NULL);
