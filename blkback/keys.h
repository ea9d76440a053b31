/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keys of xenstore that a disk depends on: the tables, and what the values mean.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_BLKBACK_KEYS_H
#define XSPLIT_BLKBACK_KEYS_H

#include <linux/types.h>

#include "xenbus/key.h"

struct xbb_layout;

/* 2^4 pages, as many as xenbus maps at once. */
#define XBB_MAX_RING_ORDER 4

/* What a backend offers, in its own directory. */
enum { XBB_OFFER_QUEUES, XBB_OFFER_ORDER, XBB_NR_OFFERS };
extern const struct xsplit_key xbb_offer_keys[XBB_NR_OFFERS];

/* What the toolstack says about the disk, there as well. */
enum { XBB_DISK_DISCARD, XBB_DISK_REMOVABLE, XBB_NR_DISK_KEYS };
extern const struct xsplit_key xbb_disk_keys[XBB_NR_DISK_KEYS];

/* What a frontend writes before it connects. */
enum { XBB_FRONT_QUEUES, XBB_FRONT_ORDER, XBB_FRONT_PERSISTENT, XBB_NR_FRONT_KEYS };

/**
 * struct xbb_front - what a frontend wants of each connection
 * @queues: number of queues
 * @pages: pages of each ring
 * @numbered: the keys of their references have numbers
 * @persistent: both ends keep grants
 * @layout: of the slots
 */
struct xbb_front {
	unsigned int queues;
	unsigned int pages;
	bool numbered;
	bool persistent;
	const struct xbb_layout *layout;
};

/* The frontend's keys: it may ask for what it was offered, and for no more. */
void xbb_front_keys(const u64 offer[XBB_NR_OFFERS], struct xsplit_key keys[XBB_NR_FRONT_KEYS]);

/* Judge their values. The layout comes from a key that is text: xbb_layout_find(). */
void xbb_front_judge(const u64 vals[XBB_NR_FRONT_KEYS], bool offer_persistent,
		     struct xbb_front *front);

#endif /* XSPLIT_BLKBACK_KEYS_H */
