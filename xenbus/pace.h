/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A limit on how often a peer can make us connect.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_XENBUS_PACE_H
#define XSPLIT_XENBUS_PACE_H

#include <linux/types.h>

/* Connections in a row: firmware, a boot loader and a kernel follow each other at boot. */
#define XSPLIT_PACE_BURST 16
/* After that, milliseconds for each connection. */
#define XSPLIT_PACE_MS 500

/**
 * struct xsplit_pace - a token bucket; zeroed at first
 * @paid: time in milliseconds up to which connections at an even pace are used up
 */
struct xsplit_pace {
	u64 paid;
};

/* Return: in how many milliseconds the peer may connect. @now: monotonic, in milliseconds. */
unsigned int xsplit_pace_wait(const struct xsplit_pace *pace, u64 now);

/* Count a connection. */
void xsplit_pace_charge(struct xsplit_pace *pace, u64 now);

#endif /* XSPLIT_XENBUS_PACE_H */
