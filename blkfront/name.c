// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual device numbers.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "blkfront/name.h"
#include "xenbus/key.h"

#define EXTENDED	(1U << 28)
#define CLASSIC_MINORS	16
#define EXTENDED_MINORS	256
#define MAX_MINOR	(1U << 20)

/*
 * Old-style majors: a run of majors with @minors minors a disk whose first
 * disk is number @disk.
 */
static const struct number_range {
	u32 first_major;
	u32 last_major;
	u32 minors;
	u32 disk;
	bool emulated;
} number_ranges[] = {
	{ XBF_MAJOR, XBF_MAJOR, 16, 0, false },
	{ 3, 3, 64, 0, true },
	{ 22, 22, 64, 2, true },
	{ 8, 8, 16, 0, true },
	{ 65, 71, 16, 16, true },
	{ 128, 135, 16, 128, true },
};

static const struct number_range *find_range(u32 major)
{
	const struct number_range *end = number_ranges + ARRAY_SIZE(number_ranges);
	const struct number_range *range;

	for (range = number_ranges; range < end; range++)
		if (major >= range->first_major && major <= range->last_major)
			return range;
	return NULL;
}

/* a..z, aa..zz, aaa..: base 26 without a zero. Return: behind the last one. */
static char *put_letters(char *at, u32 disk)
{
	char letters[8];
	int nr = 0;

	for (disk++; disk; disk = (disk - 1) / 26)
		letters[nr++] = 'a' + (disk - 1) % 26;
	while (nr)
		*at++ = letters[--nr];
	return at;
}

static int fill_in(struct xbf_name *name, u32 disk, u32 part, u32 minors)
{
	char *at = name->text;

	if (part >= minors || disk >= MAX_MINOR / minors)
		return -ENODEV;
	name->first_minor = disk * minors + part;
	name->minors = part ? 1 : minors;
	memcpy(at, "xvd", 3);
	at = put_letters(at + 3, disk);
	*at = '\0';
	/* Part 0 is the whole disk and has no number. */
	if (part)
		sprintf(at, "%u", part);
	return 0;
}

int xbf_name_make(u32 vdev, struct xbf_name *name)
{
	const struct number_range *range;
	u32 minor = vdev & 0xff;

	memset(name, 0, sizeof(*name));
	if (vdev >= 2 * EXTENDED)
		return -ENODEV;
	if (vdev & EXTENDED)
		return fill_in(name, (vdev & ~EXTENDED) / EXTENDED_MINORS,
			       vdev % EXTENDED_MINORS, EXTENDED_MINORS);
	range = find_range(vdev >> 8);
	if (!range)
		return -ENODEV;
	name->emulated = range->emulated;
	/* Every major has room for 256 minors, the next one goes on from there. */
	minor += ((vdev >> 8) - range->first_major) * 256;
	return fill_in(name, range->disk + minor / range->minors,
		       minor % range->minors, CLASSIC_MINORS);
}

static u32 digit(char c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* What follows "0x". sscanf() would take a second prefix, and lose what is beyond 64 bits. */
static int parse_hex(const char *text, u64 *number)
{
	if (!isxdigit(*text))
		return -EINVAL;
	for (*number = 0; isxdigit(*text); text++) {
		*number = *number << 4 | digit(*text);
		if (*number > U32_MAX)
			return -ERANGE;
	}
	return *xsplit_skip_blanks(text) ? -EINVAL : 0;
}

int xbf_name_number(const char *text, u32 *vdev)
{
	u64 number;
	int err;

	text = xsplit_skip_blanks(text);
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		err = parse_hex(text + 2, &number);
	else
		err = xsplit_key_parse(text, &number);
	if (err || number > U32_MAX)
		return -EINVAL;
	*vdev = number;
	return 0;
}
