/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits of one guest, whatever its disks negotiate: map entries, and pages that its
 * requests are copied through. All its queues have equal shares.
 */
#ifndef XSPLIT_BLKBACK_GUEST_H
#define XSPLIT_BLKBACK_GUEST_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <xen/interface/xen.h>

#include "blkback/request.h"

struct xbb_guest {
	struct list_head node;	/* in the list of all guests */
	domid_t domid;
	unsigned int queues;	/* of all its disks */
};

/* Count a queue of a guest. Context: may sleep. Return: the guest, or NULL: no memory. */
struct xbb_guest *xbb_guest_get(domid_t domid);

/* One queue less; NULL is fine. Context: may sleep. */
void xbb_guest_put(struct xbb_guest *guest);

/*
 * A queue's share of what its guest may have, but no less than the largest request needs,
 * so that a queue always makes progress.
 */
static inline unsigned int xbb_guest_share(const struct xbb_guest *guest, unsigned int all)
{
	return max_t(unsigned int, all / READ_ONCE(guest->queues), XBB_MAX_SEGS);
}

#endif /* XSPLIT_BLKBACK_GUEST_H */
