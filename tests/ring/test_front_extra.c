// SPDX-License-Identifier: GPL-2.0
/* Frames of a backend, good and bad: extras. */
#include <string.h>

#include "front_wire.h"
#include "suites.h"

static void prepare(void)
{
	rx_init();
	rx.expect = (struct xnf_frame_expect){ .gso = 1 << GSO_V4 | 1 << GSO_V6 };
}

/* --- segmentation ------------------------------------------------------------ */

static void gso_frame(u32 len, u16 size, u8 type, u16 flags)
{
	rx_start(100);
	rx_data(0, min_t(u32, len, 4096), flags | RXF_EXTRA | (len > 4096 ? RXF_MORE : 0));
	rx_gso(size, type, 0);
	for (; len > 4096; len -= 4096)
		rx_data(0, min_t(u32, len - 4096, 4096), len > 8192 ? RXF_MORE : 0);
}

static void gso_is_passed_on(void)
{
	u8 type;

	for (type = 1; type <= 2; type++) {
		gso_frame(64000, 1448, type, RXF_BLANK | RXF_VALID);
		test_context("type %u", type);
		rx_expect(XNF_FRAME_OK, 17);
		EXPECT_EQ(rx.frame.gso_size, 1448);
		EXPECT_EQ(rx.frame.gso_type, type);
		EXPECT_EQ(rx.frame.len, 64000);
		EXPECT_EQ(rx.frame.nr_pieces, 16);
		EXPECT_EQ(rx.frame.csum, XNF_CSUM_BLANK);
		rx_expect_piece(0, 0, 0, 4096);
		rx_expect_piece(1, 2, 0, 4096);
		rx_expect_piece(15, 16, 0, 64000 - 15 * 4096);
	}
}

static void gso_in_one_slot(void)
{
	gso_frame(4000, 536, GSO_V4, RXF_BLANK);
	rx_expect(XNF_FRAME_OK, 2);
	EXPECT_EQ(rx.frame.nr_pieces, 1);
	EXPECT_EQ(rx.frame.gso_size, 536);
}

static void gso_with_18_slots(void)
{
	rx_data(0, 54, RXF_EXTRA | RXF_MORE | RXF_BLANK);
	rx_gso(1448, GSO_V4, 0);
	rx_slots(17, 3800, 0);
	rx_expect(XNF_FRAME_OK, 19);
	EXPECT_EQ(rx.frame.nr_pieces, 18);
	rx_expect_piece(17, 18, 0, 3800);
	rx_start(0);
	rx_data(0, 54, RXF_EXTRA | RXF_MORE | RXF_BLANK);
	rx_gso(1448, GSO_V4, 0);
	rx_slots(18, 3600, 0);
	rx_expect(XNF_DROP_LONG, 20);
}

static void gso_size_0(void)
{
	gso_frame(64000, 0, GSO_V4, RXF_BLANK);
	rx_expect(XNF_DROP_GSO, 17);
	gso_frame(4000, 0, GSO_V6, RXF_BLANK);
	rx_expect(XNF_DROP_GSO, 2);
}

static void gso_of_every_type(void)
{
	u32 type;

	for (type = 0; type < 256; type++) {
		gso_frame(64000, 1448, type, RXF_BLANK);
		test_context("type %u", type);
		rx_expect(type == 1 || type == 2 ? XNF_FRAME_OK : XNF_DROP_GSO, 17);
	}
}

static void gso_not_offered(void)
{
	u32 offered, type;

	for (offered = 0; offered < 8; offered += 2)
		for (type = 1; type <= 2; type++) {
			rx.expect.gso = offered;
			gso_frame(9000, 1000, type, RXF_BLANK);
			test_context("offered 0x%x, type %u", offered, type);
			rx_expect(offered & 1 << type ? XNF_FRAME_OK : XNF_DROP_GSO, 4);
		}
}

/* Headers without options: Ethernet 14, IP 20 or 40, TCP 20. */
static void gso_of_tiny_frames(void)
{
	u32 len;

	for (len = 14; len <= 80; len++) {
		test_context("%u bytes", len);
		gso_frame(len, 1, GSO_V4, RXF_BLANK);
		rx_expect(len <= 54 ? XNF_DROP_GSO : XNF_FRAME_OK, 2);
		gso_frame(len, 1, GSO_V6, RXF_BLANK);
		rx_expect(len <= 74 ? XNF_DROP_GSO : XNF_FRAME_OK, 2);
	}
	gso_frame(13, 1, GSO_V4, RXF_BLANK);
	rx_expect(XNF_DROP_SHORT, 2);
}

/* A packet that fits one segment is an ordinary one, wherever the border is. */
static void gso_of_one_segment(void)
{
	static const u32 payloads[] = { 1, 1447, 1448, 1449, 2896 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		test_context("%u bytes of payload", payloads[i]);
		gso_frame(54 + payloads[i], 1448, GSO_V4, RXF_BLANK);
		rx_expect(XNF_FRAME_OK, 2);
		EXPECT_EQ(rx.frame.gso_size, payloads[i] > 1448 ? 1448 : 0);
		EXPECT_EQ(rx.frame.gso_type, payloads[i] > 1448 ? 1 : 0);
		EXPECT_EQ(rx.frame.csum, XNF_CSUM_BLANK);
		gso_frame(74 + payloads[i], 1448, GSO_V6, RXF_BLANK);
		rx_expect(XNF_FRAME_OK, 2);
		EXPECT_EQ(rx.frame.gso_size, payloads[i] > 1448 ? 1448 : 0);
		EXPECT_EQ(rx.frame.gso_type, payloads[i] > 1448 ? 2 : 0);
	}
	gso_frame(65000, 65535, GSO_V4, RXF_BLANK);
	rx_expect(XNF_FRAME_OK, 17);
	EXPECT_EQ(rx.frame.gso_size, 0);
}

/* NetBSD, old Xen: GSO whose checksum nobody called blank. */
static void gso_without_blank(void)
{
	gso_frame(64000, 1448, GSO_V4, 0);
	rx_expect(XNF_FRAME_OK, 17);
	EXPECT_EQ(rx.frame.csum, XNF_CSUM_REDO);
	gso_frame(64000, 1448, GSO_V6, RXF_VALID);
	rx_expect(XNF_FRAME_OK, 17);
	EXPECT_EQ(rx.frame.csum, XNF_CSUM_REDO);
	/* Of a single segment as well: what is in it has not changed. */
	gso_frame(1000, 1448, GSO_V4, RXF_VALID);
	rx_expect(XNF_FRAME_OK, 2);
	EXPECT_EQ(rx.frame.csum, XNF_CSUM_REDO);
	gso_frame(64000, 1448, GSO_V4, RXF_BLANK);
	rx_expect(XNF_FRAME_OK, 17);
	EXPECT_EQ(rx.frame.csum, XNF_CSUM_BLANK);
}

/* --- hash --------------------------------------------------------------------- */

static void put_hash(u8 type, u8 algorithm, u32 value, u8 flags)
{
	u8 *slot = rx_extra(EXTRA_HASH, flags);

	put8(slot, 2, type);
	put8(slot, 3, algorithm);
	put32(slot, 4, value);
}

static void hash_is_passed_on(void)
{
	u32 type;

	for (type = 0; type < 4; type++) {
		rx_start(30);
		rx_data(0, 60, RXF_EXTRA);
		put_hash(type, 1, 0x89abcdef, 0);
		test_context("type %u", type);
		rx_expect(XNF_FRAME_OK, 2);
		EXPECT_EQ(rx.frame.hash_type, type);
		EXPECT_EQ(rx.frame.hash, 0x89abcdef);
	}
}

static void hash_nobody_knows(void)
{
	u32 val;

	for (val = 0; val < 256; val++) {
		rx_start(30);
		rx_data(0, 60, RXF_EXTRA);
		put_hash(val, 1, 5, 0);
		test_context("type %u", val);
		rx_expect(XNF_FRAME_OK, 2);
		EXPECT_EQ(rx.frame.hash_type, val < 4 ? val : XNF_NO_HASH);
		rx_start(30);
		rx_data(0, 60, RXF_EXTRA);
		put_hash(0, val, 5, 0);
		test_context("algorithm %u", val);
		rx_expect(XNF_FRAME_OK, 2);
		EXPECT_EQ(rx.frame.hash_type, val == 1 ? 0 : XNF_NO_HASH);
	}
}

/* --- headroom ----------------------------------------------------------------- */

static void headroom_not_asked_for(void)
{
	u32 headroom;

	for (headroom = 0; headroom <= 512; headroom += 256) {
		rx_start(0);
		rx_data(0, 600, RXF_EXTRA);
		rx_xdp(headroom, 0);
		rx_expect(XNF_DROP_XDP, 2);
	}
}

static void more_headroom_than_asked_for(void)
{
	rx.expect.headroom = 256;
	rx_data(0, 600, RXF_EXTRA);
	rx_xdp(257, 0);
	rx_expect(XNF_DROP_XDP, 2);
	rx_start(0);
	rx_data(0, 600, RXF_EXTRA | RXF_MORE);
	rx_xdp(65535, 0);
	rx_slots(3, 500, 0);
	rx_expect(XNF_DROP_XDP, 5);
	/* Less is fine: a frame from before the last change. */
	rx_start(0);
	rx_data(0, 600, RXF_EXTRA);
	rx_xdp(192, 0);
	rx_expect(XNF_FRAME_OK, 2);
	EXPECT_EQ(rx.frame.headroom, 192);
	EXPECT_EQ(rx.frame.len, 408);
	rx_expect_piece(0, 0, 192, 408);
	rx_start(0);
	rx_data(0, 600, RXF_EXTRA);
	rx_xdp(0, 0);
	rx_expect(XNF_FRAME_OK, 2);
	EXPECT_EQ(rx.frame.headroom, 0);
	rx_expect_piece(0, 0, 0, 600);
}

/* Asked for, but the backend has not begun yet. */
static void no_headroom_though_asked_for(void)
{
	rx.expect.headroom = 256;
	rx_data(0, 1514, 0);
	rx_expect(XNF_FRAME_OK, 1);
	EXPECT_EQ(rx.frame.headroom, 0);
	rx_expect_piece(0, 0, 0, 1514);
}

/* Linux's: the data is at 256, the slot says offset 0 and 256 bytes too many. */
static void headroom_counted_as_data(void)
{
	u32 len;

	rx.expect.headroom = 256;
	for (len = 0; len <= 4096 - 256; len++) {
		rx_start(40);
		rx_data(0, 256 + len, RXF_EXTRA);
		rx_xdp(256, 0);
		test_context("%u bytes", len);
		rx_expect(len < 14 ? XNF_DROP_SHORT : XNF_FRAME_OK, 2);
		if (len < 14)
			continue;
		EXPECT_EQ(rx.frame.headroom, 256);
		EXPECT_EQ(rx.frame.len, len);
		EXPECT_EQ(rx.frame.nr_pieces, 1);
		rx_expect_piece(0, 0, 256, len);
	}
}

/* Another backend may say where the data is. */
static void headroom_said_plainly(void)
{
	rx.expect.headroom = 256;
	rx_data(256, 1514, RXF_EXTRA);
	rx_xdp(256, 0);
	rx_expect(XNF_FRAME_OK, 2);
	EXPECT_EQ(rx.frame.headroom, 256);
	EXPECT_EQ(rx.frame.len, 1514);
	rx_expect_piece(0, 0, 256, 1514);
	rx_start(0);
	rx_data(300, 14, RXF_EXTRA);
	rx_xdp(256, 0);
	rx_expect(XNF_FRAME_OK, 2);
	rx_expect_piece(0, 0, 300, 14);
}

static void headroom_in_every_slot(void)
{
	u32 i, nr;

	rx.expect.headroom = 256;
	for (nr = 2; nr <= 18; nr++) {
		rx_start(0);
		rx_data(0, 256 + 100, RXF_EXTRA | RXF_MORE);
		rx_xdp(256, 0);
		for (i = 1; i < nr; i++)
			rx_data(0, 256 + 200 + i, i + 1 < nr ? RXF_MORE : 0);
		test_context("%u slots", nr);
		rx_expect(XNF_FRAME_OK, nr + 1);
		EXPECT_EQ(rx.frame.nr_pieces, nr);
		EXPECT_EQ(rx.frame.len, 100 + 200 * (nr - 1) + nr * (nr - 1) / 2);
		rx_expect_piece(0, 0, 256, 100);
		for (i = 1; i < nr; i++)
			rx_expect_piece(i, i + 1, 256, 200 + i);
	}
}

static void headroom_and_nothing_else(void)
{
	rx.expect.headroom = 256;
	/* A later slot without data is left out. */
	rx_data(0, 356, RXF_EXTRA | RXF_MORE);
	rx_xdp(256, 0);
	rx_data(0, 256, RXF_MORE);
	rx_data(0, 257, 0);
	rx_expect(XNF_FRAME_OK, 4);
	EXPECT_EQ(rx.frame.nr_pieces, 2);
	EXPECT_EQ(rx.frame.len, 101);
	rx_expect_piece(1, 3, 256, 1);
	/* One that ends before its data begins makes no sense. */
	rx_start(0);
	rx_data(0, 356, RXF_EXTRA | RXF_MORE);
	rx_xdp(256, 0);
	rx_data(0, 255, 0);
	rx_expect(XNF_DROP_BOUNDS, 3);
	rx_start(0);
	rx_data(0, 200, RXF_EXTRA);
	rx_xdp(256, 0);
	rx_expect(XNF_DROP_BOUNDS, 2);
	/* The first one is never left out. */
	rx_start(0);
	rx_data(0, 256, RXF_EXTRA | RXF_MORE);
	rx_xdp(256, 0);
	rx_data(0, 356, 0);
	rx_expect(XNF_DROP_SHORT, 3);
}

/* The sum counts without headroom. */
static void headroom_and_segmentation(void)
{
	rx.expect.headroom = 256;
	rx_data(0, 256 + 54, RXF_EXTRA | RXF_BLANK);
	rx_gso(1, GSO_V4, EXTRA_MORE);
	rx_xdp(256, 0);
	rx_expect(XNF_DROP_GSO, 3);
	rx_start(0);
	rx_data(0, 256 + 54 + 300, RXF_EXTRA | RXF_BLANK);
	rx_xdp(256, EXTRA_MORE);
	rx_gso(300, GSO_V4, 0);
	rx_expect(XNF_FRAME_OK, 3);
	EXPECT_EQ(rx.frame.gso_size, 0);
	EXPECT_EQ(rx.frame.len, 354);
}

/* --- chains of extras ---------------------------------------------------------- */

static void all_three_extras(void)
{
	rx.expect.headroom = 256;
	rx_data(0, 256 + 3000, RXF_EXTRA | RXF_MORE | RXF_BLANK);
	put_hash(3, 1, 77, EXTRA_MORE);
	rx_gso(1448, GSO_V6, EXTRA_MORE);
	rx_xdp(256, 0);
	rx_data(0, 256 + 1000, 0);
	rx_expect(XNF_FRAME_OK, 5);
	EXPECT_EQ(rx.frame.len, 4000);
	EXPECT_EQ(rx.frame.gso_size, 1448);
	EXPECT_EQ(rx.frame.gso_type, 2);
	EXPECT_EQ(rx.frame.hash, 77);
	EXPECT_EQ(rx.frame.hash_type, 3);
	EXPECT_EQ(rx.frame.headroom, 256);
	rx_expect_piece(1, 4, 256, 1000);
}

/* Of the guest's own extras (2, 3) none comes back either. */
static void unknown_extras(void)
{
	u32 type, more;

	for (type = 0; type < 256; type++)
		for (more = 0; more < 2; more++) {
			if (type == EXTRA_GSO || type == EXTRA_HASH || type == EXTRA_XDP)
				continue;
			rx_start(type);
			rx_data(0, 3000, RXF_EXTRA | RXF_MORE);
			rx_extra(type, more ? EXTRA_MORE : 0);
			if (more)
				rx_gso(1448, GSO_V4, 0);
			rx_slots(2, 2000, 0);
			test_context("type %u", type);
			rx_expect(XNF_DROP_EXTRA, 4 + more);
		}
}

static void unknown_flags_of_extras(void)
{
	u32 bit;

	for (bit = 1; bit < 8; bit++) {
		rx_start(0);
		rx_data(0, 3000, RXF_EXTRA | RXF_BLANK);
		rx_gso(1448, GSO_V4, 1 << bit);
		test_context("bit %u", bit);
		rx_expect(XNF_FRAME_OK, 2);
	}
}

static void same_extra_twice(void)
{
	rx.expect.headroom = 256;
	rx_data(0, 3000, RXF_EXTRA | RXF_BLANK);
	rx_gso(1448, GSO_V4, EXTRA_MORE);
	rx_gso(1448, GSO_V4, 0);
	rx_expect(XNF_DROP_EXTRA, 3);
	rx_start(0);
	rx_data(0, 3000, RXF_EXTRA);
	rx_xdp(256, EXTRA_MORE);
	rx_xdp(256, 0);
	rx_expect(XNF_DROP_EXTRA, 3);
	rx_start(0);
	rx_data(0, 3000, RXF_EXTRA);
	put_hash(0, 1, 1, EXTRA_MORE);
	put_hash(0, 1, 2, 0);
	rx_expect(XNF_DROP_EXTRA, 3);
}

/* Extras to the end of what is visible, and data behind them. */
static void chain_too_long(void)
{
	u32 nr, i;

	for (nr = 2; nr <= 250; nr++) {
		rx_start(nr);
		rx_data(0, 3000, RXF_EXTRA | RXF_MORE | RXF_BLANK);
		for (i = 0; i < nr; i++)
			rx_gso(1448, GSO_V4, i + 1 < nr ? EXTRA_MORE : 0);
		rx_slots(3, 200, 0);
		test_context("%u extras", nr);
		rx_expect(XNF_DROP_EXTRA, nr + 4);
	}
}

static void chain_out_of_sight(void)
{
	rx_data(0, 3000, RXF_EXTRA);
	rx_expect(XNF_DROP_CUT, 1);
	rx_gso(1448, GSO_V4, EXTRA_MORE);
	rx_expect(XNF_DROP_CUT, 2);
	put_hash(0, 1, 2, EXTRA_MORE);
	rx_expect(XNF_DROP_CUT, 3);
	/* The fault before counts, not the end. */
	rx_extra(EXTRA_UNKNOWN, EXTRA_MORE);
	rx_expect(XNF_DROP_EXTRA, 4);
	rx_start(0);
	rx_data(0, 3000, RXF_EXTRA | RXF_MORE);
	rx_gso(1448, GSO_V4, 0);
	rx_expect(XNF_DROP_CUT, 2);
}

/* What is said of a later slot is not believed: no extra is looked for. */
static void extras_behind_a_later_slot(void)
{
	rx_data(0, 3000, RXF_MORE);
	rx_data(0, 3000, RXF_EXTRA | RXF_MORE);
	rx_data(0, 3000, 0);
	rx_expect(XNF_DROP_EXTRA, 3);
	rx_start(0);
	rx_data(0, 3000, RXF_MORE);
	rx_data(0, 3000, RXF_EXTRA);
	rx_gso(1448, GSO_V4, 0);
	rx_expect(XNF_DROP_EXTRA, 2);
}

/* A bad first slot does not hide where the data ends. */
static void bad_slot_with_extras(void)
{
	rx_data(0, -1, RXF_EXTRA | RXF_MORE);
	rx_gso(1448, GSO_V4, EXTRA_MORE);
	put_hash(0, 1, 2, 0);
	rx_slots(4, 1000, 0);
	rx_expect(XNF_DROP_STATUS, 7);
	rx_start(0);
	rx_data(0, 13, RXF_EXTRA);
	rx_gso(0, 0, 0);
	rx_expect(XNF_DROP_SHORT, 2);
	rx_start(0);
	rx_data(0, 1000, RXF_EXTRA | RXF_MORE);
	rx_gso(0, GSO_V4, 0);
	rx_slots(4, -1, 0);
	rx_expect(XNF_DROP_GSO, 6);
}

/* The slots of extras have no id to be wrong. */
static void extras_wrap(void)
{
	rx_start(254);
	rx_data(0, 3000, RXF_EXTRA | RXF_MORE | RXF_BLANK);
	rx_gso(1448, GSO_V4, EXTRA_MORE);
	put_hash(1, 1, 9, 0);
	rx_slots(2, 1000, 0);
	rx_expect(XNF_FRAME_OK, 5);
	EXPECT_EQ(rx.frame.gso_size, 1448);
	rx_expect_piece(0, 0, 0, 3000);
	rx_expect_piece(1, 3, 0, 1000);
	rx_expect_piece(2, 4, 0, 1000);
	EXPECT_EQ(rx.frame.piece[2].slot, 2);
}

static const struct test_case cases[] = {
	CASE(gso_is_passed_on),
	CASE(gso_in_one_slot),
	CASE(gso_with_18_slots),
	CASE(gso_size_0),
	CASE(gso_of_every_type),
	CASE(gso_not_offered),
	CASE(gso_of_tiny_frames),
	CASE(gso_of_one_segment),
	CASE(gso_without_blank),
	CASE(hash_is_passed_on),
	CASE(hash_nobody_knows),
	CASE(headroom_not_asked_for),
	CASE(more_headroom_than_asked_for),
	CASE(no_headroom_though_asked_for),
	CASE(headroom_counted_as_data),
	CASE(headroom_said_plainly),
	CASE(headroom_in_every_slot),
	CASE(headroom_and_nothing_else),
	CASE(headroom_and_segmentation),
	CASE(all_three_extras),
	CASE(unknown_extras),
	CASE(unknown_flags_of_extras),
	CASE(same_extra_twice),
	CASE(chain_too_long),
	CASE(chain_out_of_sight),
	CASE(extras_behind_a_later_slot),
	CASE(bad_slot_with_extras),
	CASE(extras_wrap),
};

TEST_SUITE(front_extra_suite, "frames at our frontend, extras", cases, prepare);
