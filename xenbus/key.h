/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numeric keys of xenstore as tables: name, default, bounds, and the rule for bad values.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_XENBUS_KEY_H
#define XSPLIT_XENBUS_KEY_H

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>

/* How a value that is absent, out of bounds or not a number is treated. */
enum xsplit_key_rule {
	XSPLIT_KEY_CLAMP,	/* the default; out of bounds: the nearest bound */
	XSPLIT_KEY_REFUSE,	/* absent: the default; otherwise we refuse to connect */
	XSPLIT_KEY_REQUIRE,	/* we refuse to connect */
};

/*
 * One number that the peer or the toolstack writes. A driver keeps a table of these, indexed by an
 * enum of its own, and gets an array of values with the same index. Booleans are numbers from 0
 * to 1.
 */
struct xsplit_key {
	const char *name;	/* relative to the peer's (or our own) directory */
	enum xsplit_key_rule rule;
	u64 def;		/* the default */
	u64 min;
	u64 max;
};

/*
 * Does @err of reading a key say that there is none? Xenstore denies a domain that may not look
 * into a folder what is not there, since it must not learn even that.
 */
static inline bool xsplit_key_missing(int err)
{
	return err == -ENOENT || err == -EACCES;
}

/* Return: the first character of @text that is no white space. */
static inline const char *xsplit_skip_blanks(const char *text)
{
	return text + strspn(text, " \t\n\r");
}

/*
 * Parse a plain decimal number, with white space around it. Return: 0; -EINVAL; -ERANGE if it
 * does not fit in 64 bits (@val is then U64_MAX).
 */
int xsplit_key_parse(const char *text, u64 *val);

/*
 * Apply a key's default, bounds and rule to @text, NULL if the key is absent. @val is set even
 * if the key is refused. Return: 0; -ENOENT if a required key is absent; -EINVAL.
 */
int xsplit_key_judge(const struct xsplit_key *key, const char *text, u64 *val);

#endif /* XSPLIT_XENBUS_KEY_H */
