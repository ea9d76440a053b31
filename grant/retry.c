// SPDX-License-Identifier: GPL-2.0
/* What to do about a shortage. Pure. */

#include <linux/minmax.h>

#include "grant/retry.h"

unsigned int xsplit_retry_seconds(unsigned int tries)
{
	return tries < 3 ? 1u << tries : XSPLIT_RETRY_MAX;
}

/* The least that is asked for at a time. */
#define MORE 32u

unsigned int xsplit_larger_request(unsigned int need, unsigned int size, unsigned int most)
{
	unsigned int room = most > size ? most - size : 0;

	return need <= room ? min(max(need, MORE), room) : 0;
}
