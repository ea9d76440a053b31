/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_BITOPS_H
#define SHIM_LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/types.h>

#define __ffs(word) ((unsigned long)__builtin_ctzl(word))

static inline bool test_bit(long nr, const unsigned long *word)
{
	return *word >> nr & 1;
}

static inline void set_bit(long nr, unsigned long *word)
{
	*word |= BIT(nr);
}

static inline void clear_bit(long nr, unsigned long *word)
{
	*word &= ~BIT(nr);
}

static inline bool test_and_set_bit(long nr, unsigned long *word)
{
	bool was = *word & BIT(nr);

	set_bit(nr, word);
	return was;
}

static inline bool test_and_clear_bit(long nr, unsigned long *word)
{
	bool was = *word & BIT(nr);

	clear_bit(nr, word);
	return was;
}

#endif
