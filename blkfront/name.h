/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a virtual device number stands for: major, minors and name of a disk.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_BLKFRONT_NAME_H
#define XSPLIT_BLKFRONT_NAME_H

#include <linux/types.h>

/* The major number registered for Xen's virtual block devices. */
#define XBF_MAJOR 202

/* "xvd", at most five letters for 2^20 disks, up to three digits, NUL. */
#define XBF_NAME_LEN 16

/* A disk's place among the block devices. */
struct xbf_name {
	u32 first_minor;	/* below 2^20 */
	u32 minors;		/* 16, 256, or 1 for a virtual device that is a partition itself */
	bool emulated;		/* an hd or sd disk, of which an HVM guest may have a twin */
	char text[XBF_NAME_LEN]; /* "xvda", or "xvda1" for a partition */
};

/*
 * Decode a virtual device number: 1<<28 | disk<<8 | part (256 minors a disk),
 * 202<<8 | disk<<4 | part, and the numbers of sd (8, 65..71, 128..135: 16 minors) and hd disks
 * (3 and 22: 64 minors), all of them named xvd<letters> on major 202. Return: 0; -ENODEV for a
 * number outside all of these, or one whose minor does not fit.
 */
int xbf_name_make(u32 vdev, struct xbf_name *name);

/*
 * Read a virtual device number from xenstore: decimal, or hexadecimal behind 0x, with white
 * space around it. Return: 0, or -EINVAL.
 */
int xbf_name_number(const char *text, u32 *vdev);

#endif /* XSPLIT_BLKFRONT_NAME_H */
