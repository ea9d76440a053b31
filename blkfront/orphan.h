/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Orphans: requests whose backend was left before it had answered. It may still be at
 * them: they wait until it has let go, then they are issued again or end.
 */
#ifndef XSPLIT_BLKFRONT_ORPHAN_H
#define XSPLIT_BLKFRONT_ORPHAN_H

#include <linux/blk-mq.h>

#include "xenbus/ring_pages.h"

struct xbf_disk;

/**
 * struct xbf_orphans - those of one ring
 * @node: in the disk's list
 * @requests: by request.queuelist
 * @shared: the memory of the ring. A backend lets go of it when nothing that it has
 *	begun is under way any more: the only sign there is of that, since a page that it
 *	has copied from is free long before.
 */
struct xbf_orphans {
	struct list_head node;
	struct list_head requests;
	struct xsplit_pages shared;
};

/* Empty, in advance: whoever needs it cannot wait for memory. NULL if there is none. */
struct xbf_orphans *xbf_orphans_alloc(void);

/**
 * xbf_orphans_add - one more
 * @orphans: not adopted yet
 * @rq: a request that was started, and that nobody else ends
 */
void xbf_orphans_add(struct xbf_orphans *orphans, struct request *rq);

/**
 * xbf_orphans_adopt - the disk takes them over
 * @disk: the disk
 * @orphans: all of a ring
 * @shared: the memory of the ring, which goes with them
 *
 * Context: may sleep.
 */
void xbf_orphans_adopt(struct xbf_disk *disk, struct xbf_orphans *orphans,
			    struct xsplit_pages *shared);

/**
 * xbf_orphans_init - prepare a disk
 * @disk: a new disk
 */
void xbf_orphans_init(struct xbf_disk *disk);

/**
 * xbf_orphans_settle - issue again or end what can be, now and from time to time
 * @disk: the disk
 *
 * Context: may sleep; waits for nobody but this domain. Return: true if none is left.
 */
bool xbf_orphans_settle(struct xbf_disk *disk);

/* Are there any? Context: may sleep. */
bool xbf_orphans_left(struct xbf_disk *disk);

/**
 * xbf_orphans_exit - of a disk without requests
 * @disk: the disk
 *
 * Context: may sleep.
 */
void xbf_orphans_exit(struct xbf_disk *disk);

#endif /* XSPLIT_BLKFRONT_ORPHAN_H */
