// SPDX-License-Identifier: GPL-2.0
/* A limit on how often a peer can make us do something. Pure. */

#include "xenbus/pace.h"

unsigned int xsplit_pace_wait(const struct xsplit_pace *pace, u64 now)
{
	u64 limit = now + (u64)(pace->burst - 1) * pace->ms;

	return pace->paid > limit ? pace->paid - limit : 0;
}

void xsplit_pace_charge(struct xsplit_pace *pace, u64 now)
{
	pace->paid = (pace->paid > now ? pace->paid : now) + pace->ms;
}
