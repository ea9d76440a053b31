// SPDX-License-Identifier: GPL-2.0
/* Frames laid into the guest's pages, and the responses that go with them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "netback/rx_answer.h"
#include "netback/rx_layout.h"
#include "suites.h"

enum {
	PAGE = 4096, MOST_SLOTS = 18, MOST_RUNS = 46, MOST_COPIES = 200,
	RX_VALIDATED = 1, RX_CSUM_BLANK = 2, RX_MORE = 4, RX_EXTRA = 8,
};

/**
 * struct shape - a frame, and what becomes of it
 * @run: where its bytes are
 * @nr: runs
 * @head: bytes of its headers
 * @headroom: in each slot
 * @room: slots that may be used; 0: 18
 * @result: 0, or why it does not go
 * @slots: slots it must take; 0: do not care
 * @copies: copies it must take; 0: do not care
 * @first: bytes that must be in the first slot; 0: do not care
 */
struct shape {
	struct xnb_run run[MOST_RUNS];
	u32 nr;
	u32 head;
	u32 headroom;
	u32 room;
	int result;
	u32 slots;
	u32 copies;
	u32 first;
};

static struct xnb_layout layout;
static struct xnb_copy copies[MOST_COPIES];
static u32 nr_copies;

static u32 shape_len(const struct shape *shape)
{
	u32 len = 0, i;

	for (i = 0; i < shape->nr; i++)
		len += shape->run[i].len;
	return len;
}

static int lay(const struct shape *shape)
{
	int err;

	memset(&layout, 0xa5, sizeof(layout));
	nr_copies = 0;
	err = xnb_layout_start(&layout, shape->run, shape->nr, shape_len(shape), shape->head,
			       shape->headroom, shape->room ? : MOST_SLOTS);
	while (!err && xnb_layout_next(&layout, &copies[nr_copies]))
		if (!EXPECT(++nr_copies < MOST_COPIES))
			break;
	return err;
}

/* --- the second judge: nothing but what must hold of each byte ------------------- */

/* In order, each once: byte after byte is what the copies say. */
static void check_source(const struct shape *shape)
{
	u32 i, run = 0, at = 0;

	for (i = 0; i < nr_copies; i++) {
		const struct xnb_copy *copy = &copies[i];

		while (run < shape->nr && at == shape->run[run].len) {
			run++;
			at = 0;
		}
		if (!EXPECT(run < shape->nr))
			return;
		EXPECT_EQ(copy->run, run);
		EXPECT_EQ(copy->src, shape->run[run].offset + at);
		EXPECT(copy->len >= 1 && copy->len <= shape->run[run].len - at);
		EXPECT_EQ(copy->src / PAGE, (copy->src + copy->len - 1) / PAGE);
		at += copy->len;
	}
	while (run < shape->nr && at == shape->run[run].len) {
		run++;
		at = 0;
	}
	EXPECT_EQ(run, shape->nr);
}

static void check_target(const struct shape *shape)
{
	u32 slot = 0, at = shape->headroom, total = 0, i;

	for (i = 0; i < nr_copies; i++) {
		const struct xnb_copy *copy = &copies[i];

		if (copy->slot != slot) {
			EXPECT_EQ(layout.len[slot], at - shape->headroom);
			EXPECT_EQ(copy->slot, slot + 1);
			slot = copy->slot;
			at = shape->headroom;
			if (!EXPECT(slot < MOST_SLOTS))
				return;
		}
		EXPECT_EQ(copy->dst, at);
		at += copy->len;
		EXPECT(at <= PAGE);
		total += copy->len;
	}
	EXPECT_EQ(layout.len[slot], at - shape->headroom);
	EXPECT_EQ(layout.nr_slots, slot + 1);
	EXPECT_EQ(total, shape_len(shape));
}

/* Pieces of source within a page each: no layout needs fewer copies. */
static u32 fewest_copies(const struct shape *shape)
{
	u32 nr = 0, i;

	for (i = 0; i < shape->nr; i++)
		if (shape->run[i].len)
			nr += (shape->run[i].offset + shape->run[i].len - 1) / PAGE -
			      shape->run[i].offset / PAGE + 1;
	return nr;
}

static bool ends_run(const struct shape *shape, u32 at)
{
	u32 end = 0, i;

	for (i = 0; i < shape->nr; i++) {
		end += shape->run[i].len;
		if (end == at)
			return true;
	}
	return false;
}

static void check_laid(const struct shape *shape)
{
	u32 room = PAGE - shape->headroom, len = shape_len(shape);
	u32 need = (len + room - 1) / room, most = shape->room ? : MOST_SLOTS;
	u32 head = shape->head;

	check_source(shape);
	check_target(shape);
	EXPECT_EQ(xnb_layout_slots(len, shape->headroom), need);
	EXPECT(layout.nr_slots >= need && layout.nr_slots <= need + 1);
	EXPECT(layout.nr_slots <= most && layout.nr_slots <= MOST_SLOTS);
	EXPECT(need > 1 || layout.nr_slots == 1);
	EXPECT(need == 18 || layout.nr_slots <= 17);
	EXPECT(nr_copies >= fewest_copies(shape));
	EXPECT(nr_copies <= fewest_copies(shape) + layout.nr_slots - 1);
	/* The headers are together, or end where a run of at least 54 bytes does. */
	head = head < len ? head : len;
	EXPECT(layout.len[0] >= (head < room ? head : room) ||
	       (layout.len[0] >= 54 && ends_run(shape, layout.len[0])));
}

/* What must become of a frame, by second judge. */
static int second_result(const struct shape *shape)
{
	u32 room = PAGE - shape->headroom;

	if (shape_len(shape) > 18 * room)
		return -E2BIG;
	return shape_len(shape) > (shape->room ? : 18) * room ? -ENOSPC : 0;
}

static void shapes(void)
{
	const struct shape *shape = test_row;
	int result = lay(shape);

	EXPECT_EQ(result, shape->result);
	EXPECT_EQ(result, second_result(shape));
	if (result)
		return;
	check_laid(shape);
	if (shape->slots)
		EXPECT_EQ(layout.nr_slots, shape->slots);
	if (shape->copies)
		EXPECT_EQ(nr_copies, shape->copies);
	if (shape->first)
		EXPECT_EQ(layout.len[0], shape->first);
}

#define ROW(name, ...) { name, shapes, &(const struct shape){ __VA_ARGS__ } }
#define RUNS1(off, len) .run = { { off, len } }, .nr = 1
#define RUNS2(off0, len0, off1, len1) .run = { { off0, len0 }, { off1, len1 } }, .nr = 2
#define RUNS3(off0, len0, off1, len1, off2, len2) \
	.run = { { off0, len0 }, { off1, len1 }, { off2, len2 } }, .nr = 3
#define TAKES(nr_slots, nr_copies) .slots = (nr_slots), .copies = (nr_copies)

/* --- shapes that come often -------------------------------------------------------- */

static void gso_of_single_pages(void)
{
	struct shape shape = { .run = { { 0x42, 66 } }, .nr = 17, .head = 66 };
	u32 i;

	for (i = 1; i < 17; i++)
		shape.run[i] = (struct xnb_run){ 0, i < 16 ? 4096 : 4029 };
	EXPECT_EQ(lay(&shape), 0);
	check_laid(&shape);
	EXPECT_EQ(nr_copies, 17);
	EXPECT_EQ(layout.nr_slots, 17);
	for (i = 1; i < 16; i++) {
		EXPECT_EQ(copies[i].slot, i);
		EXPECT_EQ(copies[i].dst, 0);
		EXPECT_EQ(copies[i].len, 4096);
	}
	/* With no slot to spare it is 16 slots, and nearly twice the copies. */
	shape.room = 16;
	EXPECT_EQ(lay(&shape), 0);
	check_laid(&shape);
	EXPECT_EQ(layout.nr_slots, 16);
	EXPECT_EQ(nr_copies, 32);
}

/* 45 fragments as a network card with a small MTU makes them. */
static void many_small_fragments(void)
{
	struct shape shape = { .run = { { 64, 66 } }, .nr = 46, .head = 66 };
	u32 i;

	for (i = 1; i < 46; i++)
		shape.run[i] = (struct xnb_run){ i % 2 ? 256 : 2304, 1448 };
	EXPECT_EQ(lay(&shape), 0);
	check_laid(&shape);
	EXPECT(layout.nr_slots == 16 || layout.nr_slots == 17);
}

/*
 * A run of 54 bytes may be all of the headers, a shorter one only if we were told
 * so; in the middle of a run nothing is cut before they end.
 */
static void headers_stay_together(void)
{
	struct shape shape = { .nr = 3 };
	u32 head, first;

	for (first = 14; first <= 60; first++)
		for (head = 0; head <= 200; head++) {
			bool cut = first >= 54 || head <= first;

			shape.run[0] = (struct xnb_run){ 100, first };
			shape.run[1] = (struct xnb_run){ 0, 4096 };
			shape.run[2] = (struct xnb_run){ 0, 0 };
			shape.head = head;
			test_context("%u bytes, head %u", first, head);
			EXPECT_EQ(lay(&shape), 0);
			check_laid(&shape);
			EXPECT_EQ(layout.len[0], cut ? first : 4096);
			EXPECT_EQ(nr_copies, cut ? 2 : 3);
			/* The same bytes before the end of a page, in one run. */
			shape.run[0] = (struct xnb_run){ 4096 - first, first + 4096 };
			shape.run[1] = (struct xnb_run){ 0, 0 };
			EXPECT_EQ(lay(&shape), 0);
			check_laid(&shape);
			EXPECT_EQ(layout.len[0], head <= first ? first : 4096);
		}
}

/* All lengths of one run, from all places in a page that matter. */
static void one_run_every_border(void)
{
	static const u32 offsets[] = { 0, 1, 64, 2047, 2048, 4081, 4082, 4095 };
	static const u32 rooms[] = { 0, 256, 2048 };
	struct shape shape = { .nr = 1, .head = 54 };
	u32 i, j, len;

	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		for (j = 0; j < ARRAY_SIZE(rooms); j++)
			for (len = 1; len < 66000; len += len % 4096 < 4000 &&
			     len % 4096 > 20 ? 997 : 1) {
				shape.run[0] = (struct xnb_run){ offsets[i], len };
				shape.headroom = rooms[j];
				test_context("offset %u length %u headroom %u",
					     offsets[i], len, rooms[j]);
				EXPECT_EQ(lay(&shape), second_result(&shape));
				if (!second_result(&shape))
					check_laid(&shape);
			}
}

/* As many slots as there are, from none to more than any frame may have. */
static void every_room(void)
{
	struct shape shape = { RUNS2(10, 66, 700, 65469), .head = 66 };
	int err;

	for (shape.room = 1; shape.room <= 300; shape.room++) {
		test_context("%u slots", shape.room);
		err = lay(&shape);
		EXPECT_EQ(err, shape.room < 16 ? -ENOSPC : 0);
		if (!err)
			check_laid(&shape);
	}
	EXPECT_EQ(xnb_layout_start(&layout, shape.run, 2, 60, 0, 0, 0), -ENOSPC);
	EXPECT_EQ(xnb_layout_start(&layout, shape.run, 2, 73729, 0, 0, 0), -E2BIG);
}

static void random_shape(struct shape *shape)
{
	static const u32 rooms[] = { 0, 0, 0, 256, 1, 2048 };
	u32 i, scale = 1 << test_random_below(17);
	bool tidy = test_random_below(2);

	memset(shape, 0, sizeof(*shape));
	shape->nr = 1 + test_random_below(test_random_below(4) ? 4 : MOST_RUNS);
	shape->head = test_random_below(2) ? test_random_below(200) : 0;
	shape->headroom = rooms[test_random_below(6)];
	shape->room = test_random_below(2) ? 1 + test_random_below(20) : 0;
	for (i = 0; i < shape->nr; i++) {
		shape->run[i].offset = tidy ? 0 : test_random_below(4096);
		shape->run[i].len = test_random_below(scale / shape->nr + 2);
		if (tidy && test_random_below(3))
			shape->run[i].len &= ~4095u;
	}
	if (!shape_len(shape))
		shape->run[shape->nr / 2].len = 14;
}

static void sweep(void)
{
	u32 i, laid = 0, refused = 0;
	struct shape shape;
	int err;

	for (i = 0; i < 60000; i++) {
		random_shape(&shape);
		test_context("shape %u: %u runs, %u bytes, headroom %u, room %u", i, shape.nr,
			     shape_len(&shape), shape.headroom, shape.room);
		err = lay(&shape);
		EXPECT_EQ(err, second_result(&shape));
		if (err) {
			refused++;
			continue;
		}
		laid++;
		check_laid(&shape);
	}
	test_context("all");
	EXPECT(laid > 30000);
	EXPECT(refused > 1000);
}

/* The bytes themselves, moved as the copies say, at each number of slots. */
static void bytes_arrive(void)
{
	u8 *source = malloc(20 * PAGE), *frame = malloc(20 * PAGE);
	u8 (*slot)[PAGE] = malloc(MOST_SLOTS * PAGE);
	u32 len, i, j, at;

	for (i = 0; i < 20 * PAGE; i++)
		source[i] = test_random();
	for (len = 14; len <= 18 * PAGE - 100; len += 1531) {
		struct shape shape = { RUNS3(33, 14, 100, len / 3, 4000, len - len / 3) };

		memcpy(frame, source + 33, 14);
		memcpy(frame + 14, source + 100, len / 3);
		memcpy(frame + 14 + len / 3, source + 4000, len - len / 3);
		EXPECT_EQ(lay(&shape), 0);
		for (i = 0; i < nr_copies; i++)
			memcpy(&slot[copies[i].slot][copies[i].dst], source + copies[i].src,
			       copies[i].len);
		for (at = 0, i = 0; i < layout.nr_slots; i++)
			for (j = 0; j < layout.len[i]; j++, at++)
				if (!EXPECT_EQ(slot[i][j], frame[at]))
					return;
		EXPECT_EQ(at, len + 14);
	}
	free(source);
	free(frame);
	free(slot);
}

/* --- responses ----------------------------------------------------------------- */

/**
 * struct meta_row - what a guest is told
 * @meta: of the frame
 * @extra: the extras' bytes
 * @nr: how many extras
 * @flags: of the first slot, the only one
 */
struct meta_row {
	struct xnb_rx_meta meta;
	u8 extra[3][8];
	u32 nr;
	u16 flags;
};

static void metas(void)
{
	const struct meta_row *row = test_row;
	struct xnet_extra extra[3];
	u32 i;

	memset(extra, 0xa5, sizeof(extra));
	EXPECT_EQ(xnb_rx_nr_extras(&row->meta), row->nr);
	EXPECT_EQ(xnb_rx_extras(&row->meta, extra), row->nr);
	for (i = 0; i < row->nr; i++) {
		test_context("extra %u", i);
		EXPECT(!memcmp(&extra[i], row->extra[i], 8));
	}
	EXPECT_EQ(xnb_rx_flags(&row->meta, 0, 1), row->flags);
	EXPECT_EQ(xnb_rx_flags(&row->meta, 0, 3), row->flags | RX_MORE);
	EXPECT_EQ(xnb_rx_flags(&row->meta, 1, 3), RX_MORE);
	EXPECT_EQ(xnb_rx_flags(&row->meta, 2, 3), 0);
	/* The extras are between the first and the second slot of data. */
	EXPECT_EQ(xnb_rx_ring_slot(0, row->nr), 0);
	EXPECT_EQ(xnb_rx_ring_slot(1, row->nr), 1 + row->nr);
	EXPECT_EQ(xnb_rx_ring_slot(17, row->nr), 17 + row->nr);
}

#define META(name, ...) { name, metas, &(const struct meta_row){ __VA_ARGS__ } }

static void response_bytes(void)
{
	u8 shared[16];

	memset(shared, 0xa5, sizeof(shared));
	xnb_rx_answer(shared, 0x1234, 256, RX_MORE | RX_EXTRA, 1514);
	EXPECT(!memcmp(shared, "\x34\x12\x00\x01\x0c\x00\xea\x05\xa5", 9));
	xnb_rx_answer(shared, 0xffff, 0, 0, -1);
	EXPECT(!memcmp(shared, "\xff\xff\x00\x00\x00\x00\xff\xff\xa5", 9));
}

static void responses_only_write(void)
{
	const struct xnb_rx_meta meta = { .gso_type = 1, .gso_size = 1448 };
	u8 *shared = test_pages(PAGE);
	struct xnet_extra extra[3];
	u32 i, reads = 0;

	xnb_rx_extras(&meta, extra);
	test_watch(shared, PAGE);
	xnb_rx_answer(shared + 64, 1, 0, 0, 60);
	xnb_rx_answer_extra(shared + 72, &extra[0]);
	for (i = 0; i < PAGE; i++)
		reads += test_reads(shared + i);
	test_unwatch();
	EXPECT_EQ(reads, 0);
	EXPECT(!memcmp(shared + 72, "\1\0\xa8\5\1\0\0\0\0", 9));
}

/* --- what should not happen ------------------------------------------------------------ */

/* Whoever counts the bytes wrong gets no more slots than there are. */
static void runs_longer_than_told(void)
{
	const struct xnb_run run[2] = { { 100, 10 * PAGE }, { 0, 30 * PAGE } };
	struct xnb_copy copy;
	u32 told, bytes;

	for (told = 1; told <= 18 * PAGE; told += told < 100 ? 1 : 1021) {
		memset(&layout, 0xa5, sizeof(layout));
		EXPECT_EQ(xnb_layout_start(&layout, run, 2, told, 100, 0, MOST_SLOTS), 0);
		for (bytes = 0; xnb_layout_next(&layout, &copy); bytes += copy.len) {
			EXPECT(copy.slot < MOST_SLOTS && copy.dst + copy.len <= PAGE);
			if (!EXPECT(bytes <= MOST_SLOTS * PAGE))
				return;
		}
		EXPECT(layout.nr_slots <= MOST_SLOTS);
		EXPECT(!xnb_layout_complete(&layout));
	}
}

/* Pieces that each cross a page take two copies each: more than pieces and slots. */
static void runs_that_cross_pages(void)
{
	static struct xnb_run run[96];
	struct xnb_copy copy;
	u32 i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(run); i++)
		run[i] = (struct xnb_run){ 4000, 682 };
	EXPECT_EQ(xnb_layout_start(&layout, run, 96, 96 * 682, 54, 0, MOST_SLOTS), 0);
	while (xnb_layout_next(&layout, &copy))
		nr++;
	EXPECT(xnb_layout_complete(&layout));
	EXPECT(nr > 96 + 17 + 18 && nr <= 2 * 96 + 18);
}

static const struct test_case cases[] = {
	/* One slot. */
	ROW("one byte", RUNS1(0, 1), TAKES(1, 1)),
	ROW("MTU 1500, linear", RUNS1(66, 1514), .head = 54, TAKES(1, 1)),
	ROW("MTU 1500, linear across a page", RUNS1(3000, 1514), TAKES(1, 2)),
	ROW("MTU 1500, headers and a fragment", RUNS2(128, 54, 1000, 1460), .head = 54,
	    TAKES(1, 2)),
	ROW("4096 bytes", RUNS1(0, 4096), TAKES(1, 1)),
	ROW("4096 bytes, headers and a fragment", RUNS2(0, 54, 0, 4042), TAKES(1, 2)),
	ROW("empty runs", .run = { { 0, 0 }, { 5, 60 }, { 0, 0 }, { 9, 40 }, { 7, 0 } },
	    .nr = 5, TAKES(1, 2)),

	/* Several. */
	ROW("4097 bytes", RUNS1(0, 4097), TAKES(2, 2)),
	ROW("MTU 9000, headers and aligned data", RUNS2(128, 54, 0, 8960), .head = 54,
	    TAKES(4, 4), .first = 54),
	ROW("MTU 9000, headers, aligned data, few slots", RUNS2(128, 54, 0, 8960), .head = 54,
	    .room = 3, TAKES(3, 6), .first = 4096),
	ROW("MTU 9000, linear", RUNS1(64, 9014), TAKES(3, 3), .first = 4032),
	ROW("64 KiB GSO in one run", RUNS2(66, 66, 0, 65469), .head = 66,
	    TAKES(17, 17), .first = 66),
	ROW("64 KiB GSO, smallest headers", RUNS2(66, 54, 0, 65481), .head = 54,
	    TAKES(17, 17), .first = 54),
	ROW("64 KiB GSO, unknown headers", RUNS2(66, 66, 0, 65469), .head = 128,
	    TAKES(17, 17), .first = 66),
	ROW("64 KiB GSO, unknown headers in a fragment", RUNS2(66, 14, 0, 65521), .head = 128,
	    TAKES(17, 18), .first = 4096),
	ROW("64 KiB GSO in two runs of 32 KiB", RUNS3(66, 66, 0, 32768, 0, 32701), .head = 66,
	    TAKES(17, 17), .first = 66),
	ROW("64 KiB GSO, aligned nowhere", RUNS3(66, 66, 672, 32768, 672, 32701), .head = 66,
	    TAKES(17, 19), .first = 3490),
	ROW("64 KiB GSO, one slot too few", RUNS2(66, 66, 0, 65469), .room = 15,
	    .result = -ENOSPC),
	ROW("64 KiB, linear", RUNS1(0, 65535), TAKES(16, 16)),
	ROW("32 KiB GSO", RUNS2(66, 66, 0, 32768), .head = 66, TAKES(9, 9), .first = 66),
	ROW("32 KiB GSO, no slot to spare", RUNS2(66, 66, 0, 32768), .head = 66, .room = 9,
	    TAKES(9, 9), .first = 66),
	CASE(gso_of_single_pages),
	CASE(many_small_fragments),
	CASE(headers_stay_together),
	CASE(runs_longer_than_told),
	CASE(runs_that_cross_pages),
	ROW("18 slots", RUNS1(0, 73728), TAKES(18, 18)),
	ROW("more than 18 slots", RUNS1(0, 73729), .result = -E2BIG),
	ROW("more than 18 slots, no room either", RUNS1(0, 73729), .room = 1,
	    .result = -E2BIG),

	/* Headroom. */
	ROW("headroom, MTU 1500", RUNS1(66, 1514), .headroom = 256, TAKES(1, 1)),
	ROW("headroom, full slot", RUNS1(0, 3840), .headroom = 256, TAKES(1, 1)),
	ROW("headroom, one byte too many", RUNS1(0, 3841), .headroom = 256, TAKES(2, 2)),
	ROW("headroom, 64 KiB", RUNS2(66, 66, 0, 65469), .headroom = 256, .slots = 18),
	ROW("most headroom", RUNS1(0, 36864), .headroom = 2048, TAKES(18, 18)),
	ROW("most headroom, too many slots", RUNS1(0, 36865), .headroom = 2048,
	    .result = -E2BIG),
	CASE(one_run_every_border),
	CASE(every_room),
	CASE(sweep),
	CASE(bytes_arrive),

	/* Responses. */
	META("nothing to tell", .meta = { .gso_size = 1448, .hash = 5, .hash_type = 3 }),
	META("checksum good", { .validated = true }, .flags = RX_VALIDATED),
	META("checksum blank", { .csum_blank = true }, .flags = RX_CSUM_BLANK | RX_VALIDATED),
	META("GSO", { .gso_type = 1, .gso_size = 0x1234, .csum_blank = true },
	     { { 1, 0, 0x34, 0x12, 1 } }, 1, RX_CSUM_BLANK | RX_VALIDATED | RX_EXTRA),
	META("GSO over IPv6", { .gso_type = 2, .gso_size = 1 }, { { 1, 0, 1, 0, 2 } }, 1,
	     RX_EXTRA),
	META("headroom told", { .headroom = 256 }, { { 5, 0, 0, 1 } }, 1, RX_EXTRA),
	META("hash", { .has_hash = true, .hash_type = 3, .hash = 0x84332211 },
	     { { 4, 0, 3, 1, 0x11, 0x22, 0x33, 0x84 } }, 1, RX_EXTRA),
	META("hash 0 of type 0", { .has_hash = true }, { { 4, 0, 0, 1 } }, 1, RX_EXTRA),
	META("all extras", { .gso_type = 1, .gso_size = 5, .headroom = 2, .has_hash = true,
	     .hash = 1 }, { { 1, 1, 5, 0, 1 }, { 5, 1, 2 }, { 4, 0, 0, 1, 1 } }, 3, RX_EXTRA),
	CASE(response_bytes),
	CASE(responses_only_write),
};

TEST_SUITE(back_layout_suite, "frames to a guest", cases, NULL);
