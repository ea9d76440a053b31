/* SPDX-License-Identifier: GPL-2.0 */
/* A limit on how often a peer can make us do something. Pure: builds in user space too. */
#ifndef XSPLIT_XENBUS_PACE_H
#define XSPLIT_XENBUS_PACE_H

#include <linux/types.h>

/* A token bucket. */
struct xsplit_pace {
	unsigned int burst;	/* how many times in a row are allowed */
	unsigned int ms;	/* after that, once in so many milliseconds */
	u64 paid;		/* time in ms up to which that pace is used up; 0 at first */
};

/*
 * Connections, and changes of keys while connected. Firmware, a boot loader and a kernel
 * follow each other at boot.
 */
#define XSPLIT_PACE_CONNECTS { .burst = 16, .ms = 500 }

/* Connections in which the peer held pages: the kernel logs a line for each of their queues. */
#define XSPLIT_PACE_CAUGHT { .burst = 8, .ms = 10000 }

/* Changes of a disk's size: the block layer logs a line and tells udev of each. */
#define XSPLIT_PACE_RESIZES { .burst = 10, .ms = 6000 }

/* Return: how many milliseconds the peer has to wait. @now: monotonic, in milliseconds. */
unsigned int xsplit_pace_wait(const struct xsplit_pace *pace, u64 now);

/* Count that it was done. */
void xsplit_pace_charge(struct xsplit_pace *pace, u64 now);

#endif /* XSPLIT_XENBUS_PACE_H */
