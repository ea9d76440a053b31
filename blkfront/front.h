/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device: its disk, its rings, and what was agreed on with the backend.
 */
#ifndef XSPLIT_BLKFRONT_FRONT_H
#define XSPLIT_BLKFRONT_FRONT_H

#include <linux/ioport.h>
#include <linux/refcount.h>

#include "blkfront/name.h"
#include "blkfront/ring.h"
#include "xenbus/link.h"
#include "xenbus/watchdog.h"

struct xbf_disk;

/* A device. Members after @max_rings are of the present connection, or of the last one. */
struct xbf_front {
	refcount_t refs;		/* the link, and each disk of it that still exists */
	struct xsplit_link *link;	/* not for a disk that is left alone */
	struct xbf_disk *disk;		/* NULL before the first connection and after the last */
	struct xbf_name name;
	struct resource minors;		/* its range of minor numbers; taken if it has a @parent */
	struct xbf_ring *ring;		/* @max_rings of them, allocated as long as the device */
	unsigned int max_rings;
	unsigned int nr_rings;
	unsigned int nr_polled;		/* so many of them, the last ones, are polled */
	unsigned int stale_queues;	/* folders of queues that an earlier driver left */
	unsigned int order;
	unsigned int max_segs;
	bool trusted;
	bool persistent;		/* we offered to leave pages lent */
	struct delayed_work trim_work;	/* queued while a ring has more than its minimum */
	struct xsplit_watchdog watchdog;
	struct xsplit_pace resizes;	/* how often the backend changed the disk's size */
	struct ratelimit_state log_limit; /* for messages of disks, which may outlive the link */
	struct ratelimit_state loss_limit; /* for those about writes that are lost */
};

/* The last one frees it, with the rings, which are closed, and the minor numbers. */
void xbf_front_put(struct xbf_front *front);

/* The driver, to be registered. */
extern struct xsplit_driver xbf_driver;

#endif /* XSPLIT_BLKFRONT_FRONT_H */
