/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has which minor numbers: different virtual device numbers may stand for
 * the same ones.
 */
#ifndef XSPLIT_BLKFRONT_MINOR_H
#define XSPLIT_BLKFRONT_MINOR_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * struct xbf_minors - a stretch of minor numbers
 * @node: in the list of all
 * @first: the first
 * @nr: how many
 */
struct xbf_minors {
	struct list_head node;
	u32 first;
	u32 nr;
};

/**
 * xbf_minors_take - claim minor numbers
 * @minors: filled in; zeroed before
 * @first: the first
 * @nr: how many, at least 1
 *
 * Context: may sleep. Return: 0, or -EBUSY if another disk has one of them.
 */
int xbf_minors_take(struct xbf_minors *minors, u32 first, u32 nr);

/**
 * xbf_minors_give - let them go
 * @minors: as taken, or zeroed
 *
 * Context: may sleep.
 */
void xbf_minors_give(struct xbf_minors *minors);

#endif /* XSPLIT_BLKFRONT_MINOR_H */
