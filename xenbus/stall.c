// SPDX-License-Identifier: GPL-2.0
/* A ring that stands still: was an event lost? Pure. */

#include "xenbus/stall.h"

/* How many looks in a row, this one included, have seen it. */
static u8 looks(u8 before, bool seen, bool same)
{
	if (!seen)
		return 0;
	return before && same ? before + 1 : 1;
}

/* Is the count full? If so it begins anew. */
static bool full(u8 *count)
{
	if (*count < XSPLIT_STALL_LOOKS)
		return false;
	*count = 0;
	return true;
}

unsigned int xsplit_stall_judge(struct xsplit_stall *stall, const struct xsplit_glance *now,
				bool sure)
{
	bool still = sure && now->taken == stall->taken;
	bool silent = sure && now->shown == stall->shown && now->wish == stall->wish;
	unsigned int verdict = 0;

	stall->missed = looks(stall->missed, now->waiting && !now->told, still);
	stall->deaf = looks(stall->deaf, now->owed && now->deaf, silent);
	stall->taken = now->taken;
	stall->shown = now->shown;
	stall->wish = now->wish;

	if (now->owed || stall->missed)
		verdict |= XSPLIT_STALL_WATCH;
	if (full(&stall->missed))
		verdict |= XSPLIT_STALL_LOST;
	if (full(&stall->deaf))
		verdict |= XSPLIT_STALL_DEAF;
	return verdict;
}
