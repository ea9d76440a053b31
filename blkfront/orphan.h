/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Orphans: requests whose backend was left before it had answered. It may still be at
 * them: they wait until it has let go, then they are issued again or end.
 */
#ifndef XSPLIT_BLKFRONT_ORPHAN_H
#define XSPLIT_BLKFRONT_ORPHAN_H

#include <linux/blk-mq.h>

#include "xenbus/channel.h"

struct blkfront_disk;

/**
 * struct blkfront_orphans - those of one ring
 * @node: in the disk's list
 * @requests: by request.queuelist
 * @shared: the memory of the ring. A backend lets go of it when nothing that it has
 *	begun is under way any more: the only sign there is of that, since a page that it
 *	has copied from is free long before.
 */
struct blkfront_orphans {
	struct list_head node;
	struct list_head requests;
	struct xsplit_pages shared;
};

/* Empty, in advance: whoever needs it cannot wait for memory. NULL if there is none. */
struct blkfront_orphans *blkfront_orphans_alloc(void);

/**
 * blkfront_orphans_add - one more
 * @orphans: not adopted yet
 * @rq: a request that was started, and that nobody else ends
 */
void blkfront_orphans_add(struct blkfront_orphans *orphans, struct request *rq);

/**
 * blkfront_orphans_adopt - the disk takes them over
 * @disk: the disk
 * @orphans: all of a ring
 * @shared: the memory of the ring, which goes with them
 *
 * Context: may sleep.
 */
void blkfront_orphans_adopt(struct blkfront_disk *disk, struct blkfront_orphans *orphans,
			    struct xsplit_pages *shared);

/**
 * blkfront_orphans_init - prepare a disk
 * @disk: a new disk
 */
void blkfront_orphans_init(struct blkfront_disk *disk);

/**
 * blkfront_orphans_settle - issue again or end what can be, now and from time to time
 * @disk: the disk
 *
 * Context: may sleep; waits for nobody but this domain. Return: true if none is left.
 */
bool blkfront_orphans_settle(struct blkfront_disk *disk);

/* Are there any? Context: may sleep. */
bool blkfront_orphans_left(struct blkfront_disk *disk);

/**
 * blkfront_orphans_exit - of a disk without requests
 * @disk: the disk
 *
 * Context: may sleep.
 */
void blkfront_orphans_exit(struct blkfront_disk *disk);

#endif /* XSPLIT_BLKFRONT_ORPHAN_H */
