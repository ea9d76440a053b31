// SPDX-License-Identifier: GPL-2.0
/* Messages of a guest's control ring, every number in them wrong in every way. */
#include <stdlib.h>
#include <string.h>

#include "netback/ctrl_judge.h"
#include "suites.h"
#include "wire.h"

/* Messages and statuses, by their numbers in the protocol. */
enum {
	GET_FLAGS = 1, SET_FLAGS = 2, SET_KEY = 3, GET_SIZE = 4, SET_SIZE = 5,
	SET_MAPPING = 6, SET_ALGORITHM = 7,
	SUCCESS = 0, NOT_SUPPORTED = 1, INVALID = 2, OVERFLOW = 3,
};

#define REF 0x12345678
#define QUEUES 4

static struct xnb_hash hash;
static struct xnb_ctrl_fetch fetch;
static struct xnet_ctrl_response rsp;
static struct xnet_ctrl_request req;

/* Returns the status, or -1 if guest memory is wanted. */
static int send(u16 type, u32 data0, u32 data1, u32 data2)
{
	put16(&req, 0, 0xabcd);
	put16(&req, 2, type);
	put32(&req, 4, data0);
	put32(&req, 8, data1);
	put32(&req, 12, data2);
	memset(&rsp, 0xa5, sizeof(rsp));
	memset(&fetch, 0xa5, sizeof(fetch));
	xnb_ctrl_judge(&hash, &req, &rsp, &fetch);
	if (fetch.len) {
		EXPECT_EQ(fetch.ref, data0);
		return -1;
	}
	EXPECT_EQ(rsp.id, 0xabcd);
	EXPECT_EQ(rsp.type, type);
	return rsp.status;
}

static u32 apply(const void *bytes, u32 nr_queues)
{
	memset(&rsp, 0xa5, sizeof(rsp));
	xnb_ctrl_apply(&hash, &req, bytes, nr_queues, &rsp);
	EXPECT_EQ(rsp.id, 0xabcd);
	EXPECT_EQ(rsp.data, 0);
	return rsp.status;
}

/* Toeplitz, all types, a key, 128 entries of which entry i leads to queue i % 4. */
static void prepare(void)
{
	u32 i;

	memset(&hash, 0, sizeof(hash));
	hash.algorithm = 1;
	hash.flags = 15;
	hash.size = 128;
	for (i = 0; i < 128; i++)
		hash.mapping[i] = i % 4;
	xnb_hash_set_key(&hash, (const u8 *)"0123456789012345678901234567890123456789", 40);
}

static void nothing_changed(const struct xnb_hash *before)
{
	EXPECT(!memcmp(before, &hash, sizeof(hash)));
}

static void unknown_messages(void)
{
	struct xnb_hash before = hash;
	u32 type;

	for (type = 0; type < 65536; type++) {
		if (type >= GET_FLAGS && type <= SET_ALGORITHM)
			continue;
		test_context("message %u", type);
		EXPECT_EQ(send(type, 1, 1, 1), NOT_SUPPORTED);
		EXPECT_EQ(rsp.data, 0);
	}
	nothing_changed(&before);
}

/* Nothing has been set up when a guest connects. */
static void flags_need_an_algorithm(void)
{
	memset(&hash, 0, sizeof(hash));
	EXPECT_EQ(send(GET_FLAGS, 0, 0, 0), NOT_SUPPORTED);
	EXPECT_EQ(rsp.data, 0);
	EXPECT_EQ(send(SET_FLAGS, 15, 0, 0), INVALID);
	EXPECT_EQ(hash.flags, 0);
	EXPECT_EQ(send(SET_ALGORITHM, 1, 0, 0), SUCCESS);
	EXPECT_EQ(send(GET_FLAGS, 0, 0, 0), SUCCESS);
	EXPECT_EQ(rsp.data, 15);
	EXPECT_EQ(send(SET_FLAGS, 15, 0, 0), SUCCESS);
	EXPECT_EQ(rsp.data, 0);
	EXPECT_EQ(hash.flags, 15);
	EXPECT_EQ(send(SET_ALGORITHM, 0, 0, 0), SUCCESS);
	EXPECT_EQ(xnb_hash_type(&hash, false, true), XNB_HASHT_NONE);
}

static void every_flag(void)
{
	u32 flags, bit;

	for (flags = 0; flags < 16; flags++) {
		EXPECT_EQ(send(SET_FLAGS, flags, 0, 0), SUCCESS);
		EXPECT_EQ(hash.flags, flags);
	}
	for (bit = 4; bit < 32; bit++) {
		EXPECT_EQ(send(SET_FLAGS, 1u << bit | 1, 0, 0), INVALID);
		EXPECT_EQ(hash.flags, 15);
	}
}

static void algorithms(void)
{
	EXPECT_EQ(send(SET_ALGORITHM, 2, 0, 0), INVALID);
	EXPECT_EQ(send(SET_ALGORITHM, 0xffffffff, 0, 0), INVALID);
	EXPECT_EQ(send(SET_ALGORITHM, 0x100, 0, 0), INVALID);
	EXPECT_EQ(hash.algorithm, 1);
	EXPECT_EQ(send(SET_ALGORITHM, 0, 0, 0), SUCCESS);
	EXPECT_EQ(hash.algorithm, 0);
}

/* --- the key -------------------------------------------------------------------- */

static void keys_of_all_lengths(void)
{
	u8 *key, want[40];
	u32 len, i;

	for (len = 1; len <= 40; len++) {
		prepare();
		key = malloc(len);
		memset(want, 0, sizeof(want));
		for (i = 0; i < len; i++)
			want[i] = key[i] = test_random() | 1;
		test_context("%u bytes", len);
		EXPECT_EQ(send(SET_KEY, REF, len, 0), -1);
		EXPECT_EQ(fetch.len, len);
		EXPECT_EQ(apply(key, QUEUES), SUCCESS);
		EXPECT_EQ(rsp.type, SET_KEY);
		EXPECT(!memcmp(hash.key, want, 40));
		free(key);
	}
}

static void key_of_no_bytes(void)
{
	static const u8 zero[40], input[36] = { 1, 2, 3, 0xff };

	EXPECT_EQ(send(SET_KEY, REF, 0, 0), SUCCESS);
	EXPECT_EQ(rsp.data, 0);
	EXPECT(!memcmp(hash.key, zero, 40));
	EXPECT_EQ(xnb_hash_packet(&hash, 3, input, input + 32), 0);
}

static void keys_too_long(void)
{
	static const u32 lens[] = { 41, 42, 64, 127, 128, 255, 256, 296, 4096, 65535, 65536,
				    65576, 1u << 31, 0xffffffd8, 0xffffffff };
	struct xnb_hash before = hash;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		test_context("%u bytes", lens[i]);
		EXPECT_EQ(send(SET_KEY, REF, lens[i], 0), OVERFLOW);
		EXPECT_EQ(apply(&before, QUEUES), OVERFLOW);
	}
	nothing_changed(&before);
}

static void key_that_cannot_be_read(void)
{
	struct xnb_hash before = hash;

	EXPECT_EQ(send(SET_KEY, REF, 40, 0), -1);
	EXPECT_EQ(apply(NULL, QUEUES), INVALID);
	nothing_changed(&before);
}

/* --- the mapping ------------------------------------------------------------------ */

static void sizes(void)
{
	static const u32 bad[] = { 129, 130, 255, 256, 1024, 65536, 65664, 1u << 31,
				   0xffffffff };
	struct xnb_hash before = hash;
	u32 size, i;

	EXPECT_EQ(send(GET_SIZE, 0, 0, 0), SUCCESS);
	EXPECT_EQ(rsp.data, 128);
	for (size = 0; size <= 128; size++) {
		hash.mapping[127] = 3;
		hash.mapping[0] = 3;
		EXPECT_EQ(send(SET_SIZE, size, 0, 0), SUCCESS);
		EXPECT_EQ(hash.size, size);
		EXPECT_EQ(hash.mapping[0], 0);
		EXPECT_EQ(hash.mapping[127], 0);
		EXPECT(!memcmp(hash.key, before.key, 40));
	}
	prepare();
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		test_context("size %u", bad[i]);
		EXPECT_EQ(send(SET_SIZE, bad[i], 0, 0), INVALID);
		EXPECT_EQ(hash.size, 128);
		EXPECT_EQ(hash.mapping[127], 3);
	}
}

/**
 * struct range_row - part of a mapping
 * @size: of the mapping
 * @from: first entry
 * @nr: entries
 */
struct range_row {
	u32 size;
	u32 from;
	u32 nr;
};

/* Neither the first step nor the second takes it. */
static void refuse(void)
{
	const struct range_row *row = test_row;
	static const u32 entries[2048];
	struct xnb_hash before;

	hash.size = row->size;
	before = hash;
	EXPECT_EQ(send(SET_MAPPING, REF, row->nr, row->from), INVALID);
	EXPECT_EQ(rsp.data, 0);
	EXPECT_EQ(apply(entries, QUEUES), INVALID);
	nothing_changed(&before);
}

#define REFUSE(name, ...) \
	{ name, refuse, &(const struct range_row){ __VA_ARGS__ } }

/* Against a judge with numbers wide enough. */
static void every_range(void)
{
	static const u32 numbers[] = {
		0, 1, 2, 63, 64, 65, 100, 126, 127, 128, 129, 255, 256, 257, 1024, 1025, 4096,
		16384, 16385, 65535, 65536, 65537, 1u << 30, 0x40000001, 1u << 31, 0x80000001,
		0xffffff80, 0xfffffff0, 0xfffffffe, 0xffffffff,
	};
	static const u32 table_sizes[] = { 0, 1, 64, 127, 128 };
	u32 i, j, k, n = ARRAY_SIZE(numbers);
	int want;

	for (i = 0; i < ARRAY_SIZE(table_sizes); i++)
		for (j = 0; j < n; j++)
			for (k = 0; k < n; k++) {
				u64 nr = numbers[j], from = numbers[k];

				hash.size = table_sizes[i];
				want = nr + from > hash.size ? INVALID : nr ? -1 : SUCCESS;
				test_context("%llu entries from %llu of %u", nr, from,
					     hash.size);
				EXPECT_EQ(send(SET_MAPPING, REF, nr, from), want);
				if (want < 0)
					EXPECT_EQ(fetch.len, 4 * nr);
			}
}

/* Of the table only what was named changes; the copy is as long as asked for. */
static void every_good_range_is_applied(void)
{
	u32 from, nr, i, *entries;

	for (from = 0; from < 128; from += 9)
		for (nr = 1; from + nr <= 128; nr++) {
			prepare();
			entries = malloc(4 * nr);
			for (i = 0; i < nr; i++)
				entries[i] = (i + 1) % 3;
			test_context("%u entries from %u", nr, from);
			EXPECT_EQ(send(SET_MAPPING, REF, nr, from), -1);
			EXPECT_EQ(fetch.len, 4 * nr);
			EXPECT_EQ(apply(entries, QUEUES), SUCCESS);
			EXPECT_EQ(rsp.type, SET_MAPPING);
			for (i = 0; i < 128; i++)
				EXPECT_EQ(hash.mapping[i], i >= from && i < from + nr ?
					  (i - from + 1) % 3 : i % 4);
			free(entries);
		}
}

/* One bad entry, wherever it is, and the table stays as it was. */
static void queues_there_are_not(void)
{
	static const u32 bad[] = { 4, 5, 255, 65536, 65537, 1u << 31, 0xffffffff };
	struct xnb_hash before = hash;
	u32 entries[128] = { 0 }, i, at;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		for (at = 0; at < 128; at++) {
			entries[at] = bad[i];
			test_context("entry %u is %u", at, bad[i]);
			EXPECT_EQ(send(SET_MAPPING, REF, 128, 0), -1);
			EXPECT_EQ(apply(entries, QUEUES), INVALID);
			nothing_changed(&before);
			entries[at] = 3;
		}
	EXPECT_EQ(apply(entries, QUEUES), SUCCESS);
	EXPECT_EQ(hash.mapping[127], 3);
}

static void no_queues_at_all(void)
{
	struct xnb_hash before = hash;
	const u32 entries[1] = { 0 };

	EXPECT_EQ(send(SET_MAPPING, REF, 1, 0), -1);
	EXPECT_EQ(apply(entries, 0), INVALID);
	nothing_changed(&before);
}

static void mapping_that_cannot_be_read(void)
{
	struct xnb_hash before = hash;

	EXPECT_EQ(send(SET_MAPPING, REF, 128, 0), -1);
	EXPECT_EQ(apply(NULL, QUEUES), INVALID);
	nothing_changed(&before);
}

/* Messages that need no memory of the guest are not carried out a second time. */
static void only_two_are_applied(void)
{
	struct xnb_hash before = hash;
	const u32 entries[128] = { 0 };
	u32 type;

	for (type = 0; type < 16; type++) {
		if (type == SET_KEY || type == SET_MAPPING)
			continue;
		put16(&req, 0, 0xabcd);
		put16(&req, 2, type);
		EXPECT_EQ(apply(entries, QUEUES), INVALID);
	}
	nothing_changed(&before);
}

/* Any message leaves something a packet can be steered by. */
static void random_messages(void)
{
	u32 entries[128], i, j;

	for (i = 0; i < 30000; i++) {
		for (j = 0; j < 128; j++)
			entries[j] = test_random_below(QUEUES + !test_random_below(500));
		if (send(test_random_below(9), test_random_below(140), test_random_below(140),
			 test_random_below(3) ? test_random_below(140) : test_random()) < 0)
			apply(entries, QUEUES);
		test_context("message %u", i);
		EXPECT(hash.size <= 128 && hash.algorithm <= 1 && hash.flags <= 15);
		for (j = 0; j < 128; j++)
			EXPECT(hash.mapping[j] < QUEUES);
	}
}

static void answer_only_writes(void)
{
	u8 *shared = test_pages(4096);
	u32 i, reads = 0;

	memset(shared, 0xa5, 4096);
	send(GET_SIZE, 0, 0, 0);
	test_watch(shared, 4096);
	xnb_ctrl_answer(shared + 64, &rsp);
	for (i = 0; i < 4096; i++)
		reads += test_reads(shared + i);
	test_unwatch();
	EXPECT_EQ(reads, 0);
	EXPECT(!memcmp(shared + 64, "\xcd\xab\4\0\0\0\0\0\200\0\0\0\xa5\xa5\xa5\xa5", 16));
}

static const struct test_case cases[] = {
	CASE(unknown_messages),
	CASE(flags_need_an_algorithm),
	CASE(every_flag),
	CASE(algorithms),
	CASE(keys_of_all_lengths),
	CASE(key_of_no_bytes),
	CASE(keys_too_long),
	CASE(key_that_cannot_be_read),
	CASE(sizes),

	/* XSA-270. */
	REFUSE("first entry + number overflow 32 bits", 128, 0xfffffff0, 0x20),
	REFUSE("first entry behind the mapping", 128, 128, 1),
	REFUSE("bytes overflow 16 bits to 4", 128, 0, 0x4001),
	REFUSE("bytes overflow 32 bits to 4", 128, 0, 0x40000001),
	REFUSE("more than a page of entries", 128, 0, 1025),
	REFUSE("one entry too many at the end", 128, 64, 65),
	REFUSE("mapping without the last entry", 127, 127, 1),
	REFUSE("one entry of an empty mapping", 0, 0, 1),
	REFUSE("no entries behind the mapping", 128, 129, 0),
	CASE(every_range),
	CASE(every_good_range_is_applied),
	CASE(queues_there_are_not),
	CASE(no_queues_at_all),
	CASE(mapping_that_cannot_be_read),
	CASE(only_two_are_applied),
	CASE(random_messages),
	CASE(answer_only_writes),
};

TEST_SUITE(back_ctrl_suite, "control messages", cases, prepare);
