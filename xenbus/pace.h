/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often a peer may have us connect.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_XENBUS_PACE_H
#define XSPLIT_XENBUS_PACE_H

#include <linux/types.h>

/* So many at once, as firmware, a boot loader and a kernel need that follow each other. */
#define XSPLIT_PACE_BURST 16
/* Then one in so many milliseconds. */
#define XSPLIT_PACE_MS 500

/**
 * struct xsplit_pace - what a peer has had so far; zero at first
 * @paid: until this time, in milliseconds, all would have been used up at an even pace
 */
struct xsplit_pace {
	u64 paid;
};

/**
 * xsplit_pace_wait - may it be done now?
 * @pace: so far
 * @now: time in milliseconds, never going back
 *
 * Return: 0, or in how many milliseconds it may.
 */
unsigned int xsplit_pace_wait(const struct xsplit_pace *pace, u64 now);

/**
 * xsplit_pace_charge - it has been done
 * @pace: so far
 * @now: as above
 */
void xsplit_pace_charge(struct xsplit_pace *pace, u64 now);

#endif /* XSPLIT_XENBUS_PACE_H */
