// SPDX-License-Identifier: GPL-2.0
/* Numbers in xenstore: parsing, defaults and bounds. Pure. */

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>

#include "xenbus/key.h"

int xsplit_key_parse(const char *text, u64 *val)
{
	bool over = false;
	u64 sum = 0;

	text = xsplit_skip_blanks(text);
	if (!isdigit(*text))
		return -EINVAL;
	for (; isdigit(*text); text++) {
		u64 digit = *text - '0';

		if (sum > (U64_MAX - digit) / 10)
			over = true;
		sum = sum * 10 + digit;
	}
	if (*xsplit_skip_blanks(text))
		return -EINVAL;
	*val = over ? U64_MAX : sum;
	return over ? -ERANGE : 0;
}

int xsplit_key_judge(const struct xsplit_key *key, const char *text, u64 *val)
{
	u64 read = 0;
	int err;

	*val = key->def;
	if (!text)
		return key->rule == XSPLIT_KEY_REQUIRE ? -ENOENT : 0;

	err = xsplit_key_parse(text, &read);
	if (!err && read >= key->min && read <= key->max) {
		*val = read;
		return 0;
	}
	if (key->rule != XSPLIT_KEY_CLAMP)
		return -EINVAL;
	/* After -ERANGE, the value still tells which bound is nearest. */
	if (err != -EINVAL)
		*val = read < key->min ? key->min : key->max;
	return 0;
}
