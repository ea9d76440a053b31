// SPDX-License-Identifier: GPL-2.0
/* Responses of a backend that need not be believed. */
#include <string.h>

#include "blkfront/response.h"
#include "suites.h"
#include "wire.h"

#define SIZE 32

/* What is in flight: id 0 a read, 5 a write, 31 a flush, the rest idle. */
static u8 expect[SIZE];

static void prepare(void)
{
	memset(expect, XBF_ID_FREE, sizeof(expect));
	expect[0] = READ;
	expect[5] = WRITE;
	expect[31] = FLUSH;
}

struct answer_row {
	u64 id;
	u8 op;
	s16 status;
	enum xbf_verdict verdict;
};

static enum xbf_verdict judge(u64 id, u8 op, s16 status)
{
	const struct xbf_response rsp = {
		.id = id, .op = op, .status = status,
	};

	return xbf_judge(&rsp, expect, SIZE);
}

static void answer(void)
{
	const struct answer_row *row = test_row;
	enum xbf_verdict verdict = judge(row->id, row->op, row->status);

	EXPECT_EQ(verdict, row->verdict);
	EXPECT_EQ(xbf_verdict_broken(verdict),
		  row->verdict == XBF_RSP_BAD_ID ||
		  row->verdict == XBF_RSP_BAD_SLOT ||
		  row->verdict == XBF_RSP_BAD_OP);
}

#define ROW(name, ...) \
	{ name, answer, &(const struct answer_row){ __VA_ARGS__ } }

static void answered_twice(void)
{
	EXPECT_EQ(judge(5, WRITE, OKAY), XBF_RSP_OK);
	expect[5] = XBF_ID_FREE;
	EXPECT_EQ(judge(5, WRITE, OKAY), XBF_RSP_BAD_SLOT);
}

static void idle_is_not_an_operation(void)
{
	EXPECT_EQ(judge(1, XBF_ID_FREE, OKAY), XBF_RSP_BAD_SLOT);
	EXPECT(XBF_ID_FREE > INDIRECT);
}

/* Only 0 is success, whatever else a backend may say. */
static void every_status(void)
{
	enum xbf_verdict want;
	int status;

	for (status = -32768; status <= 32767; status++) {
		want = status == OKAY ? XBF_RSP_OK :
		       status == UNSUPPORTED ? XBF_RSP_UNSUPPORTED :
		       XBF_RSP_ERROR;
		test_context("status %d", status);
		EXPECT_EQ(judge(5, WRITE, status), want);
	}
}

static void every_operation(void)
{
	u32 op;

	for (op = 0; op < 256; op++) {
		test_context("operation %u", op);
		EXPECT_EQ(judge(5, op, OKAY), op == WRITE ?
			  XBF_RSP_OK : XBF_RSP_BAD_OP);
	}
}

static void broken_rules_have_words(void)
{
	EXPECT(strlen(xbf_verdict_text(XBF_RSP_BAD_ID)) > 5);
	EXPECT(strlen(xbf_verdict_text(XBF_RSP_BAD_SLOT)) > 5);
	EXPECT(strlen(xbf_verdict_text(XBF_RSP_BAD_OP)) > 5);
}

static void random_answers(void)
{
	enum xbf_verdict verdict;
	u64 id;
	u8 op;
	u32 i;

	for (i = 0; i < 100000; i++) {
		id = test_random_below(4) ? test_random_below(40) : test_random();
		op = test_random_below(7);
		verdict = judge(id, op, (s16)test_random_below(4) - 2);
		test_context("id %llu op %u", id, op);
		if (!xbf_verdict_broken(verdict))
			EXPECT(id < SIZE && expect[id] == op);
	}
}

static const struct test_case cases[] = {
	ROW("done", 0, READ, OKAY, XBF_RSP_OK),
	ROW("last slot", 31, FLUSH, OKAY, XBF_RSP_OK),
	ROW("failed", 5, WRITE, ERROR, XBF_RSP_ERROR),
	ROW("unsupported", 31, FLUSH, UNSUPPORTED, XBF_RSP_UNSUPPORTED),
	ROW("status 1 is no success", 0, READ, 1, XBF_RSP_ERROR),
	ROW("status -3", 0, READ, -3, XBF_RSP_ERROR),
	ROW("id beyond the ring", 32, READ, OKAY, XBF_RSP_BAD_ID),
	ROW("id 2^32", 1ULL << 32, READ, OKAY, XBF_RSP_BAD_ID),
	ROW("id 2^32 + 5", (1ULL << 32) + 5, WRITE, OKAY,
	    XBF_RSP_BAD_ID),
	ROW("id 2^63", 1ULL << 63, READ, OKAY, XBF_RSP_BAD_ID),
	ROW("id 2^64 - 1", U64_MAX, READ, OKAY, XBF_RSP_BAD_ID),
	ROW("nothing in flight", 1, READ, OKAY, XBF_RSP_BAD_SLOT),
	ROW("nothing in flight, failed", 30, READ, ERROR,
	    XBF_RSP_BAD_SLOT),
	ROW("another operation", 0, WRITE, OKAY, XBF_RSP_BAD_OP),
	ROW("another operation, failed", 5, READ, ERROR,
	    XBF_RSP_BAD_OP),
	ROW("INDIRECT instead of the inner one", 5, INDIRECT, OKAY,
	    XBF_RSP_BAD_OP),
	CASE(answered_twice),
	CASE(idle_is_not_an_operation),
	CASE(every_status),
	CASE(every_operation),
	CASE(broken_rules_have_words),
	CASE(random_answers),
};

TEST_SUITE(response_suite, "block responses", cases, prepare);
