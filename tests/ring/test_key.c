// SPDX-License-Identifier: GPL-2.0
/* Numbers in xenstore: what is one, and what becomes of a bad one. */
#include <errno.h>
#include <string.h>

#include "suites.h"
#include "xenbus/key.h"

#define UNTOUCHED 0x5a5a5a5a5a5a5a5aULL

struct parse_row {
	const char *text;
	int result;
	u64 val;
};

static void parse(void)
{
	const struct parse_row *row;
	u64 val;

	for (row = test_row; row->text; row++) {
		val = UNTOUCHED;
		test_context("'%s'", row->text);
		EXPECT_EQ(xsplit_key_parse(row->text, &val), row->result);
		if (row->result != -EINVAL)
			EXPECT_EQ(val, row->val);
	}
}

static const struct parse_row plain[] = {
	{ "0", 0, 0 }, { "1", 0, 1 }, { "9", 0, 9 }, { "10", 0, 10 },
	{ "007", 0, 7 }, { "4294967295", 0, 0xffffffff },
	{ "4294967296", 0, 0x100000000 },
	{ "9223372036854775808", 0, 1ULL << 63 },
	{ "18446744073709551615", 0, U64_MAX }, {},
};

static const struct parse_row blanks[] = {
	{ " 12", 0, 12 }, { "12 ", 0, 12 }, { "\t12\n", 0, 12 },
	{ "12\r\n", 0, 12 }, { "1 2", -EINVAL, 0 }, { "12\t\n3", -EINVAL, 0 },
	{},
};

static const struct parse_row nothing[] = {
	{ "", -EINVAL, 0 }, { " ", -EINVAL, 0 }, { "\n", -EINVAL, 0 },
	{ " \t\r\n ", -EINVAL, 0 }, {},
};

static const struct parse_row signs[] = {
	{ "-1", -EINVAL, 0 }, { "+1", -EINVAL, 0 }, { "-", -EINVAL, 0 },
	{ "+", -EINVAL, 0 }, { "-0", -EINVAL, 0 }, { "- 1", -EINVAL, 0 },
	{ "1-", -EINVAL, 0 }, {},
};

static const struct parse_row other_notations[] = {
	{ "0x10", -EINVAL, 0 }, { "0X1", -EINVAL, 0 }, { "0b1", -EINVAL, 0 },
	{ "1e3", -EINVAL, 0 }, { "1.0", -EINVAL, 0 }, { "1,000", -EINVAL, 0 },
	{ "1_000", -EINVAL, 0 }, { "10k", -EINVAL, 0 }, { "ff", -EINVAL, 0 },
	{ "yes", -EINVAL, 0 }, { "%d", -EINVAL, 0 }, {},
};

/* The neighbours of the digits, and bytes beyond ASCII. */
static const struct parse_row near_digits[] = {
	{ "1/", -EINVAL, 0 }, { "/1", -EINVAL, 0 }, { "1:", -EINVAL, 0 },
	{ ":1", -EINVAL, 0 }, { "1\xb2", -EINVAL, 0 }, { "\xd9\xa1", -EINVAL, 0 },
	{ "\xff", -EINVAL, 0 }, { "1\x01", -EINVAL, 0 }, {},
};

static const struct parse_row overflow[] = {
	{ "18446744073709551616", -ERANGE, U64_MAX },
	{ "18446744073709551619", -ERANGE, U64_MAX },
	{ "18446744073709551625", -ERANGE, U64_MAX },
	{ "36893488147419103232", -ERANGE, U64_MAX },
	{ "99999999999999999999", -ERANGE, U64_MAX },
	{ "100000000000000000000000000000000000000000000", -ERANGE, U64_MAX },
	/* Overflows twice and would end within bounds again. */
	{ "340282366920938463463374607431768211461", -ERANGE, U64_MAX },
	{ "18446744073709551616x", -EINVAL, 0 },
	{ "18446744073709551616 1", -EINVAL, 0 }, {},
};

static void overflow_by_every_digit(void)
{
	char text[40];
	u64 val;
	int digit;

	for (digit = 0; digit <= 9; digit++) {
		snprintf(text, sizeof(text), "1844674407370955161%d", digit);
		test_context("%s", text);
		EXPECT_EQ(xsplit_key_parse(text, &val), digit > 5 ? -ERANGE : 0);
		EXPECT_EQ(val, digit > 5 ? U64_MAX :
			  18446744073709551610ULL + digit);
	}
}

static void long_text_is_read_to_its_end(void)
{
	static char text[5000];
	u64 val;

	memset(text, '0', sizeof(text) - 2);
	text[sizeof(text) - 2] = '7';
	EXPECT_EQ(xsplit_key_parse(text, &val), 0);
	EXPECT_EQ(val, 7);
	text[sizeof(text) - 2] = 'z';
	EXPECT_EQ(xsplit_key_parse(text, &val), -EINVAL);
}

/* A guest whose backend's folder has gone is denied the key, as it may not look into its parent. */
static void what_is_hidden_is_missing(void)
{
	EXPECT(xsplit_key_missing(-ENOENT));
	EXPECT(xsplit_key_missing(-EACCES));
	EXPECT(!xsplit_key_missing(-ENOMEM));
	EXPECT(!xsplit_key_missing(-EIO));
	EXPECT(!xsplit_key_missing(0));
}

struct judge_row {
	struct xsplit_key key;
	struct parse_row reads[14];
};

#define ABSENT "(absent)"

static void judge(void)
{
	const struct judge_row *row = test_row;
	const struct parse_row *read;
	const char *text;
	u64 val;

	for (read = row->reads; read->text; read++) {
		val = UNTOUCHED;
		text = strcmp(read->text, ABSENT) ? read->text : NULL;
		test_context("'%s'", read->text);
		EXPECT_EQ(xsplit_key_judge(&row->key, text, &val), read->result);
		/* Refused or not, the value is one that can be used. */
		EXPECT(val == row->key.def ||
		       (val >= row->key.min && val <= row->key.max));
		if (!read->result)
			EXPECT_EQ(val, read->val);
	}
}

static const struct judge_row clamp = {
	{ "clamp", XSPLIT_KEY_CLAMP, 7, 4, 16 },
	{ { ABSENT, 0, 7 }, { "", 0, 7 }, { "x", 0, 7 }, { "-1", 0, 7 },
	  { "0", 0, 4 }, { "3", 0, 4 }, { "4", 0, 4 }, { "5", 0, 5 },
	  { "15", 0, 15 }, { "16", 0, 16 }, { "17", 0, 16 },
	  { "18446744073709551615", 0, 16 }, { "99999999999999999999", 0, 16 } },
};

static const struct judge_row refuse = {
	{ "refuse", XSPLIT_KEY_REFUSE, 7, 4, 16 },
	{ { ABSENT, 0, 7 }, { "", -EINVAL, 0 }, { "x", -EINVAL, 0 },
	  { "-1", -EINVAL, 0 }, { "0", -EINVAL, 0 }, { "3", -EINVAL, 0 },
	  { "4", 0, 4 }, { "5", 0, 5 }, { "16", 0, 16 }, { "17", -EINVAL, 0 },
	  { "18446744073709551615", -EINVAL, 0 },
	  { "18446744073709551620", -EINVAL, 0 } },
};

static const struct judge_row require = {
	{ "require", XSPLIT_KEY_REQUIRE, 4, 4, 16 },
	{ { ABSENT, -ENOENT, 0 }, { "", -EINVAL, 0 }, { " ", -EINVAL, 0 },
	  { "x", -EINVAL, 0 }, { "3", -EINVAL, 0 }, { "4", 0, 4 },
	  { "16", 0, 16 }, { "17", -EINVAL, 0 }, { " 8\n", 0, 8 },
	  { "18446744073709551620", -EINVAL, 0 } },
};

static const struct judge_row boolean = {
	{ "boolean", XSPLIT_KEY_CLAMP, 1, 0, 1 },
	{ { ABSENT, 0, 1 }, { "0", 0, 0 }, { "1", 0, 1 }, { "2", 0, 1 },
	  { "no", 0, 1 }, { "-1", 0, 1 } },
};

/* The default stands for "absent" and need not be a value one may write. */
static const struct judge_row default_outside = {
	{ "default outside", XSPLIT_KEY_REFUSE, 0, 1, 4 },
	{ { ABSENT, 0, 0 }, { "0", -EINVAL, 0 }, { "1", 0, 1 } },
};

static const struct judge_row whole_range = {
	{ "whole range", XSPLIT_KEY_REQUIRE, 0, 0, U64_MAX },
	{ { "0", 0, 0 }, { "18446744073709551615", 0, U64_MAX },
	  { "18446744073709551616", -EINVAL, 0 } },
};

static const struct judge_row clamp_whole_range = {
	{ "clamp whole range", XSPLIT_KEY_CLAMP, 5, 0, U64_MAX },
	{ { "18446744073709551616", 0, U64_MAX }, { "x", 0, 5 } },
};

static const struct judge_row one_value = {
	{ "one value", XSPLIT_KEY_REFUSE, 3, 3, 3 },
	{ { ABSENT, 0, 3 }, { "2", -EINVAL, 0 }, { "3", 0, 3 },
	  { "4", -EINVAL, 0 } },
};

static const struct test_case cases[] = {
	{ "plain numbers", parse, plain },
	{ "white space", parse, blanks },
	{ "nothing", parse, nothing },
	{ "signs", parse, signs },
	{ "other notations", parse, other_notations },
	{ "next to digits", parse, near_digits },
	{ "overflow at 2^64", parse, overflow },
	CASE(overflow_by_every_digit),
	CASE(long_text_is_read_to_its_end),
	CASE(what_is_hidden_is_missing),
	{ "clamp", judge, &clamp },
	{ "refuse", judge, &refuse },
	{ "require", judge, &require },
	{ "boolean", judge, &boolean },
	{ "default outside the bounds", judge, &default_outside },
	{ "whole range, require", judge, &whole_range },
	{ "whole range, clamp", judge, &clamp_whole_range },
	{ "one value", judge, &one_value },
};

TEST_SUITE(key_suite, "keys", cases, NULL);
