// SPDX-License-Identifier: GPL-2.0
/* The block layouts against the numbers of the protocol's description. */
#include "blkback/request.h"
#include "suites.h"
#include "wire.h"

#define EXPECT_AT(type, member, where) EXPECT_EQ(offsetof(type, member), where)

static void segment(void)
{
	EXPECT_EQ(sizeof(struct xblk_seg), 8);
	EXPECT_AT(struct xblk_seg, ref, 0);
	EXPECT_AT(struct xblk_seg, first, 4);
	EXPECT_AT(struct xblk_seg, last, 5);
}

static void numbers(void)
{
	EXPECT_EQ(XBLK_OP_READ, 0);
	EXPECT_EQ(XBLK_OP_WRITE, 1);
	EXPECT_EQ(XBLK_OP_BARRIER, 2);
	EXPECT_EQ(XBLK_OP_FLUSH, 3);
	EXPECT_EQ(XBLK_OP_DISCARD, 5);
	EXPECT_EQ(XBLK_OP_INDIRECT, 6);
	EXPECT_EQ(XBLK_RSP_OKAY, 0);
	EXPECT_EQ(XBLK_RSP_ERROR, -1);
	EXPECT_EQ(XBLK_RSP_EOPNOTSUPP, -2);
	EXPECT_EQ(XBLK_DISCARD_SECURE, 1);
	EXPECT_EQ(XBLK_INFO_CDROM, 1);
	EXPECT_EQ(XBLK_INFO_REMOVABLE, 2);
	EXPECT_EQ(XBLK_INFO_READONLY, 4);
	EXPECT_EQ(XBLK_SLOT_SEGS, 11);
	EXPECT_EQ(XBLK_INDIRECT_PAGES, 8);
	EXPECT_EQ(XBLK_SEGS_PER_PAGE, 512);
	EXPECT_EQ(XBB_MAX_SEGS, 256);
	EXPECT_EQ(XBB_MAX_SLOT_BYTES, 112);
}

static void check_layout(const struct xbb_layout *layout, const struct wire *w)
{
	if (!EXPECT(layout))
		return;
	EXPECT_EQ(layout->slot_bytes, w->slot_bytes);
	EXPECT_EQ(layout->id, w->id);
	EXPECT_EQ(layout->sector, w->sector);
	EXPECT_EQ(layout->seg, w->seg);
	EXPECT_EQ(layout->nr_sectors, w->discard_nr);
	EXPECT_EQ(layout->ref, w->indirect_ref);
	EXPECT_EQ(layout->rsp_bytes, w->rsp_bytes);
}

static void layout_by_protocol(void)
{
	check_layout(xbb_layout_find("x86_64-abi"), &wire64);
	check_layout(xbb_layout_find("x86_32-abi"), &wire32);
	check_layout(xbb_layout_find("arm-abi"), &wire64);
	/* A frontend that does not say is a 32-bit one. */
	check_layout(xbb_layout_find(NULL), &wire32);
}

static void unknown_protocol_has_no_layout(void)
{
	static const char * const unknown[] = {
		"", " ", "x86", "x86_64", "x86_64-abi ", "x86_64-abix",
		"X86_64-ABI", "ia64-abi", "x86_32-ab", "native", "-1",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		test_context("'%s'", unknown[i]);
		EXPECT(!xbb_layout_find(unknown[i]));
	}
}

static const struct test_case cases[] = {
	CASE(segment),
	CASE(numbers),
	CASE(layout_by_protocol),
	CASE(unknown_protocol_has_no_layout),
};

TEST_SUITE(abi_suite, "block layouts", cases, NULL);
