// SPDX-License-Identifier: GPL-2.0
/* The layouts as blkback has them on arm64: the same file, built for it. */
#define CONFIG_ARM64
#define xbb_layout_find arm64_layout_find
#define xbb_decode arm64_decode
#define xbb_decode_segs arm64_decode_segs
#define xbb_judge arm64_judge
#define xbb_judge_segs arm64_judge_segs
#define xbb_encode_response arm64_encode_response
#include "blkback/request.c"

#include "suites.h"
#include "wire.h"

/* A frontend that does not say is one of arm, where 64-bit numbers are aligned. */
static void default_is_arm(void)
{
	const struct xbb_layout *layout = xbb_layout_find(NULL);

	if (!EXPECT(layout))
		return;
	EXPECT(!strcmp(layout->name, "arm-abi"));
	EXPECT_EQ(layout->slot_bytes, wire64.slot_bytes);
	EXPECT_EQ(layout->id, wire64.id);
	EXPECT_EQ(layout->rsp_bytes, wire64.rsp_bytes);
}

static void others_are_found(void)
{
	static const char * const names[] = { "arm-abi", "x86_64-abi", "x86_32-abi" };
	const struct xbb_layout *layout;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		layout = xbb_layout_find(names[i]);
		EXPECT(layout && !strcmp(layout->name, names[i]));
	}
	EXPECT(!xbb_layout_find("arm64-abi"));
}

static const struct test_case cases[] = {
	CASE(default_is_arm),
	CASE(others_are_found),
};

TEST_SUITE(abi_arm64_suite, "block layouts on arm64", cases, NULL);
