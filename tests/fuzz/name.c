// SPDX-License-Identifier: GPL-2.0
/* Numbers of disks as text and as names, and the text of a rate. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blkfront/name.h"
#include "fuzz.h"
#include "netback/tx_rate.h"

enum { MOST_TEXT = 64, MOST_MINORS = 1 << 20 };

/* Of exactly its length, with the zero at its end. */
static char *make_text(struct input *input)
{
	u32 len = input->left < MOST_TEXT ? input->left : MOST_TEXT;
	char *text = exact(len + 1);

	input_bytes(input, text, len);
	text[len] = '\0';
	return text;
}

static void try_name(u32 vdev)
{
	struct xbf_name name;
	u32 letters;
	int err;

	memset(&name, 0xa5, sizeof(name));
	err = xbf_name_make(vdev, &name);
	EXPECT(err == 0 || err == -ENODEV);
	if (err)
		return;
	EXPECT(strnlen(name.text, sizeof(name.text)) < sizeof(name.text));
	EXPECT(!strncmp(name.text, "xvd", 3));
	letters = strspn(name.text + 3, "abcdefghijklmnopqrstuvwxyz");
	EXPECT(letters >= 1);
	EXPECT(strspn(name.text + 3 + letters, "0123456789") == strlen(name.text + 3 + letters));
	EXPECT(name.minors >= 1 && name.first_minor + name.minors <= MOST_MINORS);
	/* A part has a minor of its own, a disk all of them. */
	EXPECT(name.text[3 + letters] ? name.minors == 1 : name.minors > 1);
}

static void try_number(const char *text)
{
	u32 vdev = 0xa5a5a5a5;
	int err = xbf_name_number(text, &vdev);
	char back[16];

	EXPECT(err == 0 || err == -EINVAL);
	if (err) {
		EXPECT_EQ(vdev, 0xa5a5a5a5);
		return;
	}
	/* Whatever it looked like, it is read again as it is written. */
	snprintf(back, sizeof(back), "%u", vdev);
	EXPECT_EQ(xbf_name_number(back, &vdev), 0);
	if (!strpbrk(text, "xX"))
		EXPECT_EQ(strtoull(text, NULL, 10), vdev);
	try_name(vdev);
}

static void try_rate(const char *text)
{
	struct xnb_credit credit = { };
	struct xnb_rate rate;
	u64 now = 0;
	u32 i;

	if (xnb_rate_parse(text, &rate))
		EXPECT(!rate.bytes && !rate.usec);
	EXPECT_EQ(!rate.bytes, !rate.usec);
	xnb_credit_set(&credit, &rate, now);
	for (i = 0; i < 8; i++) {
		u64 wait = xnb_credit_take(&credit, XNB_CREDIT_BURST, now);

		EXPECT(!wait || rate.usec);
		EXPECT(credit.left <= credit.burst);
		/* Whoever waits as long as told may send. */
		if (wait && wait < 1ULL << 62)
			EXPECT_EQ(xnb_credit_take(&credit, XNB_CREDIT_BURST, now + wait), 0);
		now += wait;
		if (now >= 1ULL << 62)
			break;
	}
}

void fuzz(struct input *input)
{
	char *text;

	try_name(input_u32(input));
	text = make_text(input);
	try_number(text);
	try_rate(text);
	free(text);
}
