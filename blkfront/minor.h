/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Claims on minor numbers: different virtual device numbers may stand for the same ones.
 */
#ifndef XSPLIT_BLKFRONT_MINOR_H
#define XSPLIT_BLKFRONT_MINOR_H

#include <linux/list.h>
#include <linux/types.h>

/* @nr minor numbers from @first on; @node is in the list of all claims. */
struct xbf_minors {
	struct list_head node;
	u32 first;
	u32 nr;
};

/*
 * Claim @nr >= 1 minor numbers; @minors is zeroed before. Context: may sleep. Return: 0, or
 * -EBUSY if another disk has one of them.
 */
int xbf_minors_take(struct xbf_minors *minors, u32 first, u32 nr);

/* Undo that; @minors may be zeroed. Context: may sleep. */
void xbf_minors_give(struct xbf_minors *minors);

#endif /* XSPLIT_BLKFRONT_MINOR_H */
