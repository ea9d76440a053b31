/* SPDX-License-Identifier: GPL-2.0 */
/* CBMC's library lacks this function. */
#ifndef PROVE_LINUX_STRING_H
#define PROVE_LINUX_STRING_H

#include_next <linux/string.h>

static inline bool prove_is_in(char c, const char *set)
{
	while (*set && *set != c)
		set++;
	return *set;
}

static inline size_t prove_strspn(const char *text, const char *set)
{
	size_t nr = 0;

	while (text[nr] && prove_is_in(text[nr], set))
		nr++;
	return nr;
}

#define strspn prove_strspn

#endif
