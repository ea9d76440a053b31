// SPDX-License-Identifier: GPL-2.0
/* Spreading frames over queues: what a user may want, what the backend is told. */
#include <errno.h>
#include <string.h>

#include "netfront/rss.h"
#include "suites.h"
#include "wire.h"

enum {
	GET_FLAGS = 1, SET_FLAGS, SET_KEY, GET_SIZE, SET_SIZE, SET_MAPPING, SET_ALGORITHM,
};
enum { SUCCESS, NOT_SUPPORTED, INVALID, OVERFLOW };
enum { NONE, TOEPLITZ };
enum { GREF = 0x00c0ffee };

static const u16 order[] = {
	SET_ALGORITHM, GET_FLAGS, SET_FLAGS, SET_KEY, GET_SIZE, SET_SIZE, SET_MAPPING,
};

static u8 key[40], *page;
static struct xnf_rss rss;
static struct xnf_rss_session session;
static struct xnet_ctrl_request msg;

/* The page's end is where no byte may be touched. */
static void prepare(void)
{
	u32 i;

	for (i = 0; i < sizeof(key); i++)
		key[i] = 3 * i + 1;
	page = test_pages(4096) + 4096 - XNF_RSS_PAGE_BYTES;
	memset(&rss, 0xa5, sizeof(rss));
	xnf_rss_init(&rss, key, 4);
	memset(&session, 0, sizeof(session));
}

/* --- what a user wants ---------------------------------------------------------- */

static void new_device(void)
{
	u32 i;

	EXPECT(!rss.on);
	EXPECT_EQ(rss.nr, 128);
	EXPECT(!memcmp(rss.key, key, 40));
	for (i = 0; i < 128; i++)
		EXPECT_EQ(rss.table[i], i % 4);
	EXPECT_EQ(sizeof(rss.key), 40);
	EXPECT_EQ(XNF_RSS_PAGE_BYTES, 512);
}

static void table_fits_queues(void)
{
	u32 nr, i;

	for (nr = 1; nr <= 130; nr++) {
		memset(rss.table, 0xa5, sizeof(rss.table));
		xnf_rss_reset_table(&rss, nr);
		test_context("%u queues", nr);
		for (i = 0; i < 128; i++)
			EXPECT_EQ(rss.table[i], i % nr);
		EXPECT(xnf_rss_table_fits(&rss, nr));
		EXPECT(xnf_rss_table_fits(&rss, nr + 1));
		EXPECT_EQ(xnf_rss_table_fits(&rss, nr - 1), nr > 128);
	}
	/* Entries that are not in use do not count. */
	xnf_rss_reset_table(&rss, 128);
	rss.nr = 4;
	EXPECT(xnf_rss_table_fits(&rss, 4));
	EXPECT(!xnf_rss_table_fits(&rss, 3));
}

static void change_is_taken(void)
{
	u32 table[128], i;
	u8 other[40];

	for (i = 0; i < 128; i++)
		table[i] = (i / 3) % 4;
	memset(other, 0x5a, sizeof(other));
	EXPECT_EQ(xnf_rss_change(&rss, table, NULL, 4), 0);
	EXPECT(rss.on);
	EXPECT(!memcmp(rss.table, table, sizeof(table)));
	EXPECT(!memcmp(rss.key, key, 40));
	xnf_rss_init(&rss, key, 4);
	EXPECT_EQ(xnf_rss_change(&rss, NULL, other, 4), 0);
	EXPECT(rss.on);
	EXPECT(!memcmp(rss.key, other, 40));
	EXPECT_EQ(rss.table[5], 1);
	xnf_rss_init(&rss, key, 4);
	EXPECT_EQ(xnf_rss_change(&rss, NULL, NULL, 4), 0);
	EXPECT(rss.on);
}

/* One entry that names no queue, anywhere: nothing changes. */
static void change_is_refused(void)
{
	static const u32 bad[] = { 4, 5, 128, 0x80000000, 0xffffffff };
	struct xnf_rss before = rss;
	u32 table[128], b, at;
	u8 other[40] = {};

	for (b = 0; b < ARRAY_SIZE(bad); b++)
		for (at = 0; at < 128; at++) {
			memset(table, 0, sizeof(table));
			table[at] = bad[b];
			test_context("entry %u is 0x%x", at, bad[b]);
			EXPECT_EQ(xnf_rss_change(&rss, table, other, 4), -EINVAL);
			EXPECT(!memcmp(&rss, &before, sizeof(rss)));
		}
}

static void small_table(void)
{
	u32 table[4] = { 0, 1, 2, 3 };

	rss.nr = 4;
	EXPECT_EQ(xnf_rss_change(&rss, table, NULL, 4), 0);
	EXPECT_EQ(xnf_rss_change(&rss, table, NULL, 3), -EINVAL);
}

/* --- the conversation -------------------------------------------------------------- */

static void begin(bool on)
{
	rss.on = on;
	xnf_rss_session_start(&session, &rss, GREF);
}

static bool next(void)
{
	memset(&msg, 0xa5, sizeof(msg));
	memset(page, 0xa5, XNF_RSS_PAGE_BYTES);
	return xnf_rss_session_next(&session, &msg, page);
}

static int answer(u32 status, u32 data)
{
	struct xnet_ctrl_response rsp;
	u8 slot[12];

	put16(slot, 0, msg.id);
	put16(slot, 2, msg.type);
	put32(slot, 4, status);
	put32(slot, 8, data);
	memcpy(&rsp, slot, sizeof(rsp));
	return xnf_rss_session_response(&session, &rsp);
}

/* The message's bytes, by the description. */
static void expect_message(u16 type, u32 d0, u32 d1, u32 d2)
{
	u8 want[16];

	put16(want, 0, session.id);
	put16(want, 2, type);
	put32(want, 4, d0);
	put32(want, 8, d1);
	put32(want, 12, d2);
	test_context("type %u", type);
	EXPECT_EQ(sizeof(msg), 16);
	EXPECT(!memcmp(want, &msg, sizeof(msg)));
}

static void expect_page(const void *bytes, u32 len)
{
	u32 i;

	EXPECT(!memcmp(page, bytes, len));
	for (i = len; i < XNF_RSS_PAGE_BYTES; i++)
		EXPECT_EQ(page[i], 0xa5);
}

static void all_goes_well(void)
{
	u8 table[512];
	u32 i;

	for (i = 0; i < 128; i++) {
		rss.table[i] = (7 * i) % 4;
		put32(table, 4 * i, (7 * i) % 4);
	}
	begin(true);
	EXPECT(next());
	expect_message(SET_ALGORITHM, TOEPLITZ, 0, 0);
	expect_page(key, 0);
	EXPECT_EQ(answer(SUCCESS, 0), 0);
	EXPECT(next());
	expect_message(GET_FLAGS, 0, 0, 0);
	EXPECT_EQ(answer(SUCCESS, 15), 0);
	EXPECT(next());
	expect_message(SET_FLAGS, 15, 0, 0);
	EXPECT_EQ(answer(SUCCESS, 0), 0);
	EXPECT(next());
	expect_message(SET_KEY, GREF, 40, 0);
	expect_page(key, 40);
	EXPECT_EQ(answer(SUCCESS, 0), 0);
	EXPECT(next());
	expect_message(GET_SIZE, 0, 0, 0);
	EXPECT_EQ(answer(SUCCESS, 128), 0);
	EXPECT(next());
	expect_message(SET_SIZE, 128, 0, 0);
	EXPECT_EQ(answer(SUCCESS, 0), 0);
	EXPECT(next());
	expect_message(SET_MAPPING, GREF, 128, 0);
	expect_page(table, 512);
	EXPECT_EQ(answer(SUCCESS, 0), 0);
	EXPECT(!next());
	EXPECT(!next());
	EXPECT_EQ(xnf_rss_session_result(&session), 0);
}

static void small_table_is_told(void)
{
	u32 step;

	rss.nr = 3;
	begin(true);
	for (step = 0; step < ARRAY_SIZE(order); step++) {
		EXPECT(next());
		EXPECT_EQ(msg.type, order[step]);
		if (msg.type == SET_SIZE)
			expect_message(SET_SIZE, 3, 0, 0);
		if (msg.type == SET_MAPPING) {
			expect_message(SET_MAPPING, GREF, 3, 0);
			expect_page(rss.table, 12);
		}
		answer(SUCCESS, 3);
	}
	EXPECT(!next());
	EXPECT_EQ(xnf_rss_session_result(&session), 0);
}

static void switching_off(void)
{
	begin(false);
	EXPECT(next());
	expect_message(SET_ALGORITHM, NONE, 0, 0);
	EXPECT_EQ(answer(SUCCESS, 0), 0);
	EXPECT(!next());
	EXPECT_EQ(xnf_rss_session_result(&session), 0);
	begin(false);
	EXPECT(next());
	EXPECT_EQ(answer(NOT_SUPPORTED, 0), 0);
	EXPECT(!next());
	EXPECT_EQ(xnf_rss_session_result(&session), -EOPNOTSUPP);
}

/* Up to the message numbered @nr, which waits for its answer. */
static void go_to(u32 nr)
{
	u32 step;

	begin(true);
	for (step = 0; step < nr; step++) {
		EXPECT(next());
		EXPECT_EQ(answer(SUCCESS, 128 | 15), 0);
	}
	EXPECT(next());
	EXPECT_EQ(msg.type, order[nr]);
}

static const struct {
	u32 status;
	int err;
} refusals[] = {
	{ NOT_SUPPORTED, -EOPNOTSUPP }, { INVALID, -EINVAL }, { OVERFLOW, -ENOSPC },
	{ 4, -EPROTO }, { 0x80000000, -EPROTO }, { 0xffffffff, -EPROTO }, { 0x10000, -EPROTO },
};

/* Any message refused: one more switches it off, and that is the end. */
static void every_refusal(void)
{
	u32 nr, r;

	for (nr = 0; nr < ARRAY_SIZE(order); nr++)
		for (r = 0; r < ARRAY_SIZE(refusals); r++) {
			go_to(nr);
			EXPECT_EQ(answer(refusals[r].status, 128 | 15), 0);
			EXPECT(next());
			expect_message(SET_ALGORITHM, NONE, 0, 0);
			test_context("message %u, status 0x%x", nr, refusals[r].status);
			EXPECT_EQ(answer(SUCCESS, 0), 0);
			EXPECT(!next());
			EXPECT_EQ(xnf_rss_session_result(&session), refusals[r].err);
		}
}

/* What one conversation came to is no matter of the next. */
static void refusal_is_forgotten(void)
{
	go_to(2);
	EXPECT_EQ(answer(INVALID, 0), 0);
	EXPECT(next());
	EXPECT_EQ(answer(SUCCESS, 0), 0);
	EXPECT(!next());
	EXPECT_EQ(xnf_rss_session_result(&session), -EINVAL);
	begin(false);
	EXPECT(next());
	EXPECT_EQ(answer(SUCCESS, 0), 0);
	EXPECT(!next());
	EXPECT_EQ(xnf_rss_session_result(&session), 0);
}

/* The first reason is the one told. */
static void refusal_of_the_undoing(void)
{
	go_to(3);
	EXPECT_EQ(answer(OVERFLOW, 0), 0);
	EXPECT(next());
	EXPECT_EQ(answer(INVALID, 0), 0);
	EXPECT(!next());
	EXPECT_EQ(xnf_rss_session_result(&session), -ENOSPC);
}

static void kinds_of_hash(void)
{
	u32 flags;

	for (flags = 0; flags < 32; flags++) {
		go_to(1);
		EXPECT_EQ(answer(SUCCESS, flags | 0x80000000), 0);
		EXPECT(next());
		if (flags & 15) {
			expect_message(SET_FLAGS, flags & 15, 0, 0);
			continue;
		}
		expect_message(SET_ALGORITHM, NONE, 0, 0);
		EXPECT_EQ(answer(SUCCESS, 0), 0);
		EXPECT(!next());
		EXPECT_EQ(xnf_rss_session_result(&session), -EOPNOTSUPP);
	}
}

static void room_for_the_table(void)
{
	static const u32 sizes[] = { 0, 1, 64, 127, 128, 129, 4096, 0xffffffff };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		go_to(4);
		EXPECT_EQ(answer(SUCCESS, sizes[i]), 0);
		EXPECT(next());
		if (sizes[i] >= 128) {
			expect_message(SET_SIZE, 128, 0, 0);
			continue;
		}
		expect_message(SET_ALGORITHM, NONE, 0, 0);
		EXPECT_EQ(answer(SUCCESS, 0), 0);
		EXPECT(!next());
		EXPECT_EQ(xnf_rss_session_result(&session), -ENOSPC);
	}
}

/* What is no answer to the message ends it all: the backend is broken. */
static void answer_to_something_else(void)
{
	u32 nr, wrong;

	for (nr = 0; nr < ARRAY_SIZE(order); nr++)
		for (wrong = 0; wrong < 4; wrong++) {
			go_to(nr);
			test_context("message %u, wrong %u", nr, wrong);
			if (wrong < 2)
				msg.id += wrong ? 1 : -1;
			else
				msg.type += wrong == 2 ? 1 : 256;
			EXPECT_EQ(answer(SUCCESS, 128), -EPROTO);
			EXPECT(!next());
			EXPECT_EQ(xnf_rss_session_result(&session), -EPROTO);
		}
}

/* Whatever type it says it is of. */
static void answer_to_nothing(void)
{
	u32 type;

	for (type = 0; type <= 0xffff; type++) {
		begin(false);
		EXPECT(next());
		EXPECT_EQ(answer(SUCCESS, 0), 0);
		EXPECT(!next());
		msg.type = type;
		EXPECT_EQ(answer(SUCCESS, 0), -EPROTO);
		EXPECT_EQ(xnf_rss_session_result(&session), -EPROTO);
	}
}

/* No answer of one conversation fits the next one's messages. */
static void ids_go_on(void)
{
	u16 last = 0;
	u32 i;

	for (i = 0; i < 70000; i++) {
		if (i % 7 == 0)
			begin(true);
		EXPECT(next());
		EXPECT_EQ(msg.id, session.id);
		EXPECT_EQ((u16)(msg.id - last), 1);
		last = msg.id;
		EXPECT_EQ(answer(SUCCESS, 128 | 15), 0);
	}
}

/* Whatever a backend answers, it is over after a few messages. */
static void any_answers(void)
{
	u32 i, messages;

	for (i = 0; i < 50000; i++) {
		begin(test_random_below(4));
		for (messages = 0; next(); messages++) {
			EXPECT(messages < 8);
			if (!test_random_below(10))
				msg.type++;
			answer(test_random_below(6) ? 0 : test_random_below(6), test_random());
		}
		EXPECT(xnf_rss_session_result(&session) <= 0);
	}
}

static const struct test_case cases[] = {
	CASE(new_device),
	CASE(table_fits_queues),
	CASE(change_is_taken),
	CASE(change_is_refused),
	CASE(small_table),
	CASE(all_goes_well),
	CASE(small_table_is_told),
	CASE(switching_off),
	CASE(every_refusal),
	CASE(refusal_is_forgotten),
	CASE(refusal_of_the_undoing),
	CASE(kinds_of_hash),
	CASE(room_for_the_table),
	CASE(answer_to_something_else),
	CASE(answer_to_nothing),
	CASE(ids_go_on),
	CASE(any_answers),
};

TEST_SUITE(front_rss_suite, "RSS, our frontend", cases, prepare);
