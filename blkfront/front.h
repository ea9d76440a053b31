/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device: what is agreed on with the backend, and when what happens.
 */
#ifndef XSPLIT_BLKFRONT_FRONT_H
#define XSPLIT_BLKFRONT_FRONT_H

#include <linux/refcount.h>

#include "blkfront/minor.h"
#include "blkfront/name.h"
#include "blkfront/ring.h"
#include "xenbus/link.h"
#include "xenbus/watchdog.h"

struct xbf_disk;

/**
 * struct blkfront - a device
 * @refs: the link, and each disk of it that there still is
 * @link: its link; not for a disk that is left alone
 * @disk: what the block layer sees; NULL before the first connection and after
 *	the last
 * @name: of the disk
 * @minors: claimed for it
 * @ring: rings; the array stays as long as the device
 * @max_rings: length of @ring
 * @nr_rings: of these, in use
 * @nr_polled: of these, the last ones are polled
 * @stale_queues: folders of queues an earlier driver left
 * @order: size of a ring, in pages, as a power of two
 * @max_segs: most segments of a request
 * @trusted: the backend may see what lies beside data
 * @persistent: we offered to leave pages lent
 * @trim_work: gives back what its rings have not used for a while, as long as
 *	they have more than they need at least
 * @watchdog: looks for events that were lost, while rings are started
 */
struct blkfront {
	refcount_t refs;
	struct xsplit_link *link;
	struct xbf_disk *disk;
	struct xbf_name name;
	struct xbf_minors minors;
	struct xbf_ring *ring;
	unsigned int max_rings;
	unsigned int nr_rings;
	unsigned int nr_polled;
	unsigned int stale_queues;
	unsigned int order;
	unsigned int max_segs;
	bool trusted;
	bool persistent;
	struct delayed_work trim_work;
	struct xsplit_watchdog watchdog;
};

static inline void xbf_get(struct blkfront *front)
{
	refcount_inc(&front->refs);
}

/* The last one frees it, with the rings, which are closed, and the minor numbers. */
void xbf_put(struct blkfront *front);

/* The driver, to be registered. */
extern struct xsplit_driver xbf_driver;

#endif /* XSPLIT_BLKFRONT_FRONT_H */
