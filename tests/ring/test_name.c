// SPDX-License-Identifier: GPL-2.0
/* Virtual device numbers: every encoding, its edges, and names that stay apart. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "blkfront/name.h"
#include "suites.h"

struct name_row {
	u32 vdev;
	const char *text;
	u32 first_minor;
	u32 minors;
	bool emulated;
};

static void names(void)
{
	const struct name_row *row;
	struct xbf_name name;

	for (row = test_row; row->text; row++) {
		memset(&name, 0xa5, sizeof(name));
		test_context("0x%x, '%s' wanted, '%.16s' given", row->vdev,
			     row->text, name.text);
		if (!EXPECT_EQ(xbf_name_make(row->vdev, &name), 0))
			continue;
		test_context("0x%x, '%s' wanted, '%.16s' given", row->vdev,
			     row->text, name.text);
		EXPECT(!strcmp(name.text, row->text));
		EXPECT_EQ(name.first_minor, row->first_minor);
		EXPECT_EQ(name.minors, row->minors);
		EXPECT_EQ(name.emulated, row->emulated);
	}
}

static const struct name_row classic[] = {
	{ 51712, "xvda", 0, 16, false }, { 51713, "xvda1", 1, 1, false },
	{ 51727, "xvda15", 15, 1, false }, { 51728, "xvdb", 16, 16, false },
	{ 51952, "xvdp", 240, 16, false }, { 51967, "xvdp15", 255, 1, false },
	{},
};

#define EXTENDED(disk, part) (1U << 28 | (disk) << 8 | (part))

static const struct name_row extended[] = {
	{ EXTENDED(0, 0), "xvda", 0, 256, false },
	{ EXTENDED(16, 0), "xvdq", 4096, 256, false },
	{ EXTENDED(16, 3), "xvdq3", 4099, 1, false },
	{ EXTENDED(25, 0), "xvdz", 6400, 256, false },
	{ EXTENDED(26, 0), "xvdaa", 6656, 256, false },
	{ EXTENDED(26, 255), "xvdaa255", 6911, 1, false },
	{ EXTENDED(701, 0), "xvdzz", 179456, 256, false },
	{ EXTENDED(702, 0), "xvdaaa", 179712, 256, false },
	{ EXTENDED(4095, 0), "xvdfan", 1048320, 256, false },
	{},
};

static const struct name_row ide[] = {
	{ 3 << 8, "xvda", 0, 16, true }, { 3 << 8 | 1, "xvda1", 1, 1, true },
	{ 3 << 8 | 64, "xvdb", 16, 16, true },
	{ 22 << 8, "xvdc", 32, 16, true },
	{ 22 << 8 | 66, "xvdd2", 50, 1, true }, {},
};

static const struct name_row scsi[] = {
	{ 8 << 8, "xvda", 0, 16, true }, { 8 << 8 | 17, "xvdb1", 17, 1, true },
	{ 8 << 8 | 240, "xvdp", 240, 16, true },
	{ 65 << 8, "xvdq", 256, 16, true },
	{ 66 << 8 | 5, "xvdag5", 517, 1, true },
	{ 71 << 8 | 240, "xvddx", 2032, 16, true },
	{ 128 << 8, "xvddy", 2048, 16, true },
	{ 135 << 8 | 255, "xvdiv15", 4095, 1, true }, {},
};

static void refused_numbers(void)
{
	static const u32 refused[] = {
		0, 1, 255, 2 << 8, 4 << 8, 7 << 8, 9 << 8, 21 << 8, 23 << 8,
		64 << 8, 72 << 8, 127 << 8, 136 << 8, 201 << 8, 203 << 8,
		/* hd disks have room for 64 minors, we have 16. */
		3 << 8 | 16, 3 << 8 | 63, 22 << 8 | 127,
		/* Minors end at 2^20. */
		EXTENDED(4096, 0), EXTENDED(0xfffff, 255),
		/* A classic number with bits above. */
		1 << 16 | 202 << 8, 1U << 27 | 202 << 8,
		2U << 28, 2U << 28 | 202 << 8, 3U << 28, 1U << 31, 0xffffffff,
	};
	struct xbf_name name;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		test_context("0x%x", refused[i]);
		EXPECT_EQ(xbf_name_make(refused[i], &name), -ENODEV);
	}
}

/* Read letters back: a is 1, z is 26, aa is 27. */
static u32 disk_of(const char *text, const char **end)
{
	u32 disk = 0;

	for (text += 3; *text >= 'a' && *text <= 'z'; text++)
		disk = disk * 26 + (*text - 'a' + 1);
	*end = text;
	return disk - 1;
}

static void check_reads_back(u32 disk, u32 part)
{
	struct xbf_name name;
	const char *end;

	test_context("disk %u part %u", disk, part);
	if (!EXPECT_EQ(xbf_name_make(EXTENDED(disk, part), &name), 0))
		return;
	EXPECT(!strncmp(name.text, "xvd", 3));
	EXPECT_EQ(disk_of(name.text, &end), disk);
	EXPECT_EQ(strtoul(end, NULL, 10), part);
	EXPECT_EQ(*end == '\0', part == 0);
	EXPECT_EQ(name.first_minor, disk * 256 + part);
	EXPECT_EQ(name.first_minor + name.minors <= 1 << 20, true);
}

static void extended_names_read_back(void)
{
	u32 disk;

	for (disk = 0; disk < 4096; disk++) {
		check_reads_back(disk, 0);
		check_reads_back(disk, 1 + disk % 255);
	}
}

/* Every number there is below 2^18, and random ones: name and minors are sane. */
static void check_sane(u32 vdev)
{
	struct xbf_name name;

	test_context("0x%x", vdev);
	if (xbf_name_make(vdev, &name))
		return;
	EXPECT(memchr(name.text, '\0', sizeof(name.text)));
	EXPECT(name.minors == 1 || name.minors == 16 || name.minors == 256);
	EXPECT(name.first_minor < 1 << 20);
	EXPECT(name.first_minor + name.minors <= 1 << 20);
	EXPECT_EQ(name.first_minor % name.minors, 0);
}

static void any_number_is_safe(void)
{
	u32 i;

	for (i = 0; i < 1 << 18; i++) {
		check_sane(i);
		check_sane(1U << 28 | i);
	}
	for (i = 0; i < 100000; i++)
		check_sane(test_random());
}

/* --- numbers as toolstacks write them ---------------------------------------- */

struct number_row {
	const char *text;
	int err;
	u32 vdev;
};

static const struct number_row number_rows[] = {
	{ "51712", 0, 51712 }, { "0xca00", 0, 51712 }, { "0XCA10", 0, 51728 },
	{ " 51712\n", 0, 51712 }, { "0x10000000", 0, 1U << 28 }, { "0", 0, 0 },
	{ "4294967295", 0, ~0U }, { "0xffffffff", 0, ~0U }, { "051712", 0, 51712 },
	{ "4294967296", -EINVAL, 0 }, { "0x100000000", -EINVAL, 0 },
	{ "99999999999999999999999999", -EINVAL, 0 }, { "", -EINVAL, 0 }, { " ", -EINVAL, 0 },
	{ "0x", -EINVAL, 0 }, { "0xg", -EINVAL, 0 }, { "ca00", -EINVAL, 0 }, { "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 }, { "51712 0", -EINVAL, 0 }, { "51712x", -EINVAL, 0 }, { "xvda", -EINVAL, 0 },
	{ "0xca00 0", -EINVAL, 0 }, { "0XCA00x", -EINVAL, 0 },
	/* One prefix, and digits right behind it. */
	{ "0x0x5", -EINVAL, 0 }, { "0X0X5", -EINVAL, 0 }, { "0x 5", -EINVAL, 0 },
	{ "0x-5", -EINVAL, 0 }, { "0x+5", -EINVAL, 0 }, { "00x5", -EINVAL, 0 },
	/* What is lost beyond 64 bits would leave another disk's number. */
	{ "0x1000000000000ca00", -EINVAL, 0 }, { "0x100000000000000000000ca00", -EINVAL, 0 },
	{ "0x000000000000000000000000ca00", 0, 51712 }, { "\t0xCa00\n", 0, 51712 },
};

static void numbers_as_written(void)
{
	unsigned int i;
	u32 vdev;

	for (i = 0; i < ARRAY_SIZE(number_rows); i++) {
		vdev = 0;
		test_context("\"%s\"", number_rows[i].text);
		EXPECT_EQ(xbf_name_number(number_rows[i].text, &vdev), number_rows[i].err);
		EXPECT_EQ(vdev, number_rows[i].vdev);
	}
}

static const struct test_case cases[] = {
	{ "xvd, classic", names, classic },
	{ "xvd, extended", names, extended },
	{ "hd majors", names, ide },
	{ "sd majors", names, scsi },
	CASE(refused_numbers),
	CASE(extended_names_read_back),
	CASE(any_number_is_safe),
	CASE(numbers_as_written),
};

TEST_SUITE(name_suite, "disk names", cases, NULL);
