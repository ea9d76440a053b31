// SPDX-License-Identifier: GPL-2.0
/* Getting on with less. Pure. */

#include <linux/minmax.h>

#include "grant/scarce.h"

unsigned int xsplit_again_seconds(unsigned int tries)
{
	return tries < 3 ? 1u << tries : XSPLIT_AGAIN_MOST;
}

unsigned int xsplit_ask_less(unsigned int nr, unsigned int least)
{
	return nr > least ? max(nr / 4, least) : 0;
}
