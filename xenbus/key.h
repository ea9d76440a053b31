/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keys of xenstore as data: name, default, bounds, and what becomes of a value
 * outside them.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_XENBUS_KEY_H
#define XSPLIT_XENBUS_KEY_H

#include <linux/types.h>

/**
 * enum xsplit_key_rule - what becomes of a value that is absent or out of bounds
 * @XSPLIT_KEY_CLAMP: absent: the default; too small or large: the nearest bound;
 *	not a number: the default
 * @XSPLIT_KEY_REFUSE: absent: the default; out of bounds or not a number: refuse
 *	to connect
 * @XSPLIT_KEY_REQUIRE: as refuse, and absent is refused as well
 */
enum xsplit_key_rule {
	XSPLIT_KEY_CLAMP,
	XSPLIT_KEY_REFUSE,
	XSPLIT_KEY_REQUIRE,
};

/**
 * struct xsplit_key - one number that the peer or the toolstack writes
 * @name: its name, relative to the peer's (or our own) directory
 * @rule: what becomes of bad values
 * @def: value where the key is absent
 * @min: smallest value taken
 * @max: largest value taken
 *
 * A driver keeps a table of these, indexed by an enum of its own, and gets an
 * array of u64 values with the same index. Booleans are numbers from 0 to 1.
 */
struct xsplit_key {
	const char *name;
	enum xsplit_key_rule rule;
	u64 def;
	u64 min;
	u64 max;
};

/**
 * xsplit_key_parse - strict decimal number
 * @text: NUL-terminated; leading and trailing white space is allowed
 * @val: the number
 *
 * Return: 0, -EINVAL if @text is not a plain decimal number, -ERANGE if it does
 * not fit in 64 bits (@val is then U64_MAX).
 */
int xsplit_key_parse(const char *text, u64 *val);

/**
 * xsplit_key_judge - apply a key's default, bounds and rule to what was read
 * @key: the key
 * @text: what xenstore holds, NULL if the key is absent
 * @val: the value to use from here on; set even if the key is refused
 *
 * Return: 0; -ENOENT if a required key is absent; -EINVAL if it is refused.
 */
int xsplit_key_judge(const struct xsplit_key *key, const char *text, u64 *val);

#endif /* XSPLIT_XENBUS_KEY_H */
