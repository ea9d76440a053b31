// SPDX-License-Identifier: GPL-2.0
/* Frames of a backend, good and bad: slots. */
#include <string.h>

#include "front_wire.h"
#include "suites.h"

/* Slots of a frame at their borders, and far beyond. */
static const u32 slot_counts[] = {
	2, 3, 16, 17, 18, 19, 20, 21, 100, 255, 256,
};

/* --- good frames ------------------------------------------------------------ */

static void numbers(void)
{
	EXPECT_EQ(rx.ring.size, 256);
	EXPECT_EQ(sizeof(struct xnet_rx_response), 8);
	EXPECT_EQ(sizeof(struct xnet_extra), 8);
	EXPECT_EQ(XNET_MAX_SLOTS, 18);
	EXPECT_EQ(XNF_FRAME_OK, 0);
	EXPECT(sizeof(struct xnf_frame) <= 160);
}

static void one_slot_of_every_length(void)
{
	u32 len;

	for (len = 14; len <= 4096; len++) {
		rx_start(len);
		rx_data(0, len, 0);
		test_context("%u bytes", len);
		rx_expect(XNF_FRAME_OK, 1);
		EXPECT_EQ(rx.frame.nr_pieces, 1);
		EXPECT_EQ(rx.frame.len, len);
		rx_expect_piece(0, 0, 0, len);
	}
}

static void nothing_else_in_one_slot(void)
{
	rx_data(2, 60, 0);
	rx_expect(XNF_FRAME_OK, 1);
	EXPECT_EQ(rx.frame.csum, XNF_CSUM_UNKNOWN);
	EXPECT_EQ(rx.frame.gso_size, 0);
	EXPECT_EQ(rx.frame.gso_type, 0);
	EXPECT_EQ(rx.frame.hash_type, XNF_NO_HASH);
	EXPECT_EQ(rx.frame.headroom, 0);
}

/* Data may begin anywhere in a page, and must end in it. */
static void every_offset(void)
{
	u32 offset, room;

	for (offset = 0; offset < 4096 + 20; offset++) {
		room = offset < 4096 ? 4096 - offset : 0;
		test_context("offset %u", offset);
		rx_start(0);
		rx_data(offset, room, 0);
		rx_expect(offset > 4096 ? XNF_DROP_BOUNDS :
			  room < 14 ? XNF_DROP_SHORT : XNF_FRAME_OK, 1);
		rx_start(0);
		rx_data(offset, room + 1, 0);
		rx_expect(XNF_DROP_BOUNDS, 1);
	}
}

static void checksum_flags(void)
{
	rx_data(0, 60, RXF_VALID);
	rx_expect(XNF_FRAME_OK, 1);
	EXPECT_EQ(rx.frame.csum, XNF_CSUM_GOOD);
	rx_start(1);
	rx_data(0, 60, RXF_BLANK);
	rx_expect(XNF_FRAME_OK, 1);
	EXPECT_EQ(rx.frame.csum, XNF_CSUM_BLANK);
	rx_start(2);
	rx_data(0, 60, RXF_BLANK | RXF_VALID);
	rx_expect(XNF_FRAME_OK, 1);
	EXPECT_EQ(rx.frame.csum, XNF_CSUM_BLANK);
	/* Only the first slot's flags say something about the frame. */
	rx_start(3);
	rx_data(0, 60, RXF_VALID | RXF_MORE);
	rx_data(0, 60, RXF_BLANK);
	rx_expect(XNF_FRAME_OK, 2);
	EXPECT_EQ(rx.frame.csum, XNF_CSUM_GOOD);
}

/* Flags that some later protocol may have mean nothing to us. */
static void unknown_flags(void)
{
	u32 bit;

	for (bit = 5; bit < 16; bit++) {
		rx_start(0);
		rx_data(0, 60, 1u << bit);
		test_context("bit %u", bit);
		rx_expect(XNF_FRAME_OK, 1);
		EXPECT_EQ(rx.frame.csum, XNF_CSUM_UNKNOWN);
	}
}

static void slots_up_to_18(void)
{
	u32 nr, i;

	for (nr = 1; nr <= 18; nr++) {
		rx_start(7 * nr);
		for (i = 0; i < nr; i++)
			rx_data(16 * i, 100 + i, i + 1 < nr ? RXF_MORE : 0);
		test_context("%u slots", nr);
		rx_expect(XNF_FRAME_OK, nr);
		EXPECT_EQ(rx.frame.nr_pieces, nr);
		EXPECT_EQ(rx.frame.len, 100 * nr + nr * (nr - 1) / 2);
		for (i = 0; i < nr; i++)
			rx_expect_piece(i, i, 16 * i, 100 + i);
	}
}

/* How many fragments a packet of this frame has. */
static u32 fragments(void)
{
	return rx.frame.nr_pieces - xnf_frame_copied(&rx.frame, MAX_FRAGS);
}

/*
 * A packet has room for 17 fragments. A backend that leaves 256 bytes of headroom fills
 * 18 slots with a frame of 65281 bytes and more.
 */
static void fragments_fit(void)
{
	u32 nr, len;

	for (len = 14; len <= 3840; len += len < 260 ? 1 : 179)
		for (nr = 1; nr <= 18; nr++) {
			rx_start(nr);
			rx_data(0, len, nr > 1 ? RXF_MORE : 0);
			if (nr > 1)
				rx_slots(nr - 1, 3628, 0);
			test_context("%u slots, the first of %u bytes", nr, len);
			rx_expect(XNF_FRAME_OK, nr);
			EXPECT(fragments() <= MAX_FRAGS);
			EXPECT_EQ(xnf_frame_copied(&rx.frame, MAX_FRAGS), len <= 256 || nr == 18);
		}
}

/* What follows a frame is another one's. */
static void stops_at_its_end(void)
{
	rx_data(0, 1000, RXF_MORE);
	rx_data(0, 1000, 0);
	rx_data(0, -1, RXF_MORE);
	rx_data(0, -1, RXF_MORE);
	rx_expect(XNF_FRAME_OK, 2);
	EXPECT_EQ(rx.frame.len, 2000);
}

static void ring_wraps(void)
{
	static const u32 conses[] = { 239, 250, 255, 256, 511, 0x7ffffff8, 0xfffffff8, 0xffffffff };
	u32 c, i;

	for (c = 0; c < ARRAY_SIZE(conses); c++) {
		rx_start(conses[c]);
		rx_slots(18, 300, 0);
		test_context("from slot 0x%x", conses[c]);
		rx_expect(XNF_FRAME_OK, 18);
		EXPECT_EQ(rx.frame.len, 5400);
		for (i = 0; i < 18; i++)
			rx_expect_piece(i, i, 0, 300);
	}
}

static void empty_slots_are_left_out(void)
{
	rx_data(0, 14, RXF_MORE);
	rx_data(0, 0, RXF_MORE);
	rx_data(8, 20, RXF_MORE);
	rx_data(4096, 0, 0);
	rx_expect(XNF_FRAME_OK, 4);
	EXPECT_EQ(rx.frame.nr_pieces, 2);
	EXPECT_EQ(rx.frame.len, 34);
	rx_expect_piece(0, 0, 0, 14);
	rx_expect_piece(1, 2, 8, 20);
}

/* A first slot and nothing but empty ones behind it (XSA-448, the other way). */
static void only_empty_slots(void)
{
	rx_slots(1, 60, RXF_MORE);
	rx_slots(21, 0, 0);
	rx_expect(XNF_FRAME_OK, 22);
	EXPECT_EQ(rx.frame.nr_pieces, 1);
	EXPECT_EQ(rx.frame.len, 60);
}

static void longest_frame(void)
{
	/* 65535 of IP, an Ethernet header with a tag. */
	rx_data(0, 65535 + 18 - 16 * 4096, RXF_MORE);
	rx_slots(16, 4096, 0);
	rx_expect(XNF_FRAME_OK, 17);
	EXPECT_EQ(rx.frame.len, 65553);
	rx_start(0);
	rx_data(0, 65535 + 19 - 16 * 4096, RXF_MORE);
	rx_slots(16, 4096, 0);
	rx_expect(XNF_DROP_LONG, 17);
}

/* --- bad ones: the reason, and every slot of theirs --------------------------- */

/* XSA-522: whatever follows it, and at both ends of a page. */
static void first_slot_too_short(void)
{
	u32 len, nr, end;

	for (len = 0; len <= 14; len++)
		for (nr = 1; nr <= 21; nr++)
			for (end = 0; end < 2; end++) {
				rx_start(nr);
				rx_data(end ? 4096 - len : 0, len, nr > 1 ? RXF_MORE : 0);
				if (nr > 1)
					rx_slots(nr - 1, 64, 0);
				test_context("%u bytes, %u slots", len, nr);
				rx_expect(len < 14 ? XNF_DROP_SHORT :
					  nr > 18 ? XNF_DROP_LONG : XNF_FRAME_OK, nr);
			}
}

static void too_many_slots(void)
{
	u32 i, nr;

	for (i = 0; i < ARRAY_SIZE(slot_counts); i++) {
		nr = slot_counts[i];
		rx_start(3);
		rx_slots(nr, 100, 0);
		test_context("%u slots", nr);
		rx_expect(nr > 18 ? XNF_DROP_LONG : XNF_FRAME_OK, nr);
	}
}

/* One bad slot in a frame of @nr, at @bad. */
static void one_bad(u32 nr, u32 bad, u16 offset, int status, enum xnf_frame_verdict verdict)
{
	u32 i;

	rx_start(200 + nr);
	for (i = 0; i < nr; i++)
		rx_data(i == bad ? offset : 0, i == bad ? status : 100, i + 1 < nr ? RXF_MORE : 0);
	test_context("slot %u of %u: offset %u, status %d", bad, nr, offset, status);
	rx_expect(verdict, nr);
}

static void everywhere(u16 offset, int status, enum xnf_frame_verdict verdict)
{
	u32 nr, bad;

	for (nr = 1; nr <= 18; nr++)
		for (bad = 0; bad < nr; bad++)
			one_bad(nr, bad, offset, status, verdict);
}

static void error_status(void)
{
	static const int statuses[] = { -1, -2, -3, -4096, -32767, -32768 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		everywhere(0, statuses[i], XNF_DROP_STATUS);
}

static void beyond_the_page(void)
{
	everywhere(0, 4096, XNF_FRAME_OK);
	everywhere(0, 4097, XNF_DROP_BOUNDS);
	everywhere(1, 4096, XNF_DROP_BOUNDS);
	everywhere(4082, 14, XNF_FRAME_OK);
	everywhere(4083, 14, XNF_DROP_BOUNDS);
	everywhere(4097, 0, XNF_DROP_BOUNDS);
	everywhere(0, 32767, XNF_DROP_BOUNDS);
	everywhere(32768, 32767, XNF_DROP_BOUNDS);
	everywhere(65535, 14, XNF_DROP_BOUNDS);
	everywhere(65535, 32767, XNF_DROP_BOUNDS);
}

static void id_of_another_slot(void)
{
	u32 nr, bad, good;
	s32 by;

	for (nr = 1; nr <= 18; nr++)
		for (bad = 0; bad < nr; bad++)
			for (by = -257; by <= 257; by += by == -1 ? 2 : 1) {
				rx_start(250);
				rx_slots(nr, 100, 0);
				good = (250 + bad) % 256;
				put16(rx_slot(bad), 0, good + by);
				test_context("slot %u of %u: id off by %d", bad, nr, by);
				rx_expect(XNF_DROP_ID, nr);
			}
}

static void every_id_but_its_own(void)
{
	u32 id;

	for (id = 0; id < 65536; id++) {
		rx_start(77);
		rx_data(0, 100, 0);
		put16(rx_slot(0), 0, id);
		test_context("id %u", id);
		rx_expect(id == 77 ? XNF_FRAME_OK : XNF_DROP_ID, 1);
	}
}

/* More is promised than there is to see. */
static void goes_on_out_of_sight(void)
{
	u32 nr;

	for (nr = 1; nr <= 256; nr++) {
		rx_start(9);
		rx_slots(nr, 100, RXF_MORE);
		put16(rx_slot(nr - 1), 4, RXF_MORE);
		test_context("%u slots", nr);
		rx_expect(nr > 18 ? XNF_DROP_LONG : XNF_DROP_CUT, nr);
	}
}

static void old_form_of_gso(void)
{
	u32 nr, bad;

	for (nr = 1; nr <= 18; nr++)
		for (bad = 0; bad < nr; bad++) {
			rx_start(0);
			rx_slots(nr, 100, 0);
			put16(rx_slot(bad), 4, RXF_PREFIX | (bad + 1 < nr ? RXF_MORE : 0));
			test_context("slot %u of %u", bad, nr);
			rx_expect(XNF_DROP_PREFIX, nr);
		}
}

static void first_fault_counts(void)
{
	rx_data(0, -1, RXF_MORE);
	rx_data(0, 4097, RXF_MORE);
	rx_data(0, 100, RXF_MORE);
	rx_expect(XNF_DROP_STATUS, 3);
	rx_start(0);
	rx_data(0, 13, RXF_MORE);
	rx_data(0, -1, 0);
	rx_expect(XNF_DROP_SHORT, 2);
	/* What is no response to this slot says nothing else either. */
	rx_start(0);
	rx_data(0, -1, 0);
	put16(rx_slot(0), 0, 5);
	rx_expect(XNF_DROP_ID, 1);
}

/* --- how it looks at the ring ------------------------------------------------ */

static u32 reads_of(u32 nth)
{
	u32 i, reads = 0;

	for (i = 0; i < 8; i++)
		reads += test_reads(rx_slot(nth) + i);
	return reads;
}

static u32 writes_at_all(void)
{
	u32 i, writes = 0;

	for (i = 0; i < NET_PAGE; i++)
		writes += test_writes(rx.page + i);
	return writes;
}

static void each_response_is_read_once(void)
{
	enum xnf_frame_verdict verdict;
	u32 i;

	rx.expect = (struct xnf_frame_expect){ .gso = 6, .headroom = 256 };
	rx_start(248);
	rx_data(0, 356, RXF_MORE | RXF_EXTRA | RXF_BLANK);
	rx_gso(100, GSO_V4, EXTRA_MORE);
	rx_xdp(256, 0);
	rx_slots(17, 1256, 0);
	test_watch(rx.page, NET_PAGE);
	verdict = rx_read();
	for (i = 0; i < 20; i++) {
		test_context("slot %u", i);
		EXPECT_EQ(reads_of(i), 1);
	}
	EXPECT_EQ(reads_of(20), 0);
	EXPECT_EQ(writes_at_all(), 0);
	test_unwatch();
	EXPECT_EQ(verdict, XNF_FRAME_OK);
	EXPECT_EQ(rx.frame.used, 20);
	EXPECT_EQ(rx.frame.len, 17100);
}

static void bad_responses_are_read_once(void)
{
	enum xnf_frame_verdict verdict;
	u32 i;

	rx_data(0, -1, RXF_MORE | RXF_EXTRA);
	rx_extra(EXTRA_UNKNOWN, EXTRA_MORE);
	rx_extra(255, 0);
	rx_slots(30, 5000, RXF_MORE | RXF_EXTRA | RXF_PREFIX);
	test_watch(rx.page, NET_PAGE);
	verdict = rx_read();
	for (i = 0; i < 33; i++) {
		test_context("slot %u", i);
		EXPECT_EQ(reads_of(i), 1);
	}
	EXPECT_EQ(reads_of(33), 0);
	EXPECT_EQ(writes_at_all(), 0);
	test_unwatch();
	EXPECT_EQ(verdict, XNF_DROP_STATUS);
	EXPECT_EQ(rx.frame.used, 33);
}

static void ring_is_not_moved(void)
{
	struct xsplit_ring before;

	rx_slots(3, 100, 0);
	before = rx.ring;
	rx_expect(XNF_FRAME_OK, 3);
	EXPECT(!memcmp(&before, &rx.ring, sizeof(before)));
}

static const struct test_case cases[] = {
	CASE(numbers),
	CASE(one_slot_of_every_length),
	CASE(nothing_else_in_one_slot),
	CASE(every_offset),
	CASE(checksum_flags),
	CASE(unknown_flags),
	CASE(slots_up_to_18),
	CASE(fragments_fit),
	CASE(stops_at_its_end),
	CASE(ring_wraps),
	CASE(empty_slots_are_left_out),
	CASE(only_empty_slots),
	CASE(longest_frame),
	CASE(first_slot_too_short),
	CASE(too_many_slots),
	CASE(error_status),
	CASE(beyond_the_page),
	CASE(id_of_another_slot),
	CASE(every_id_but_its_own),
	CASE(goes_on_out_of_sight),
	CASE(old_form_of_gso),
	CASE(first_fault_counts),
	CASE(each_response_is_read_once),
	CASE(bad_responses_are_read_once),
	CASE(ring_is_not_moved),
};

TEST_SUITE(front_rx_parse_suite, "frames at our frontend, slots", cases, rx_init);
