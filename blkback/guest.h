/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one guest may take of domain 0, whatever its disks negotiate: map entries, and
 * pages that are copied through. Its queues have equal shares of that.
 */
#ifndef XSPLIT_BLKBACK_GUEST_H
#define XSPLIT_BLKBACK_GUEST_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <xen/interface/xen.h>

#include "blkback/request.h"

/**
 * struct xbb_guest - a domain whose disks have queues
 * @node: in the list of all
 * @domid: the domain
 * @queues: how many, of all its disks
 */
struct xbb_guest {
	struct list_head node;
	domid_t domid;
	unsigned int queues;
};

/* Count a queue of a guest. Context: may sleep. Return: the guest, or NULL: no memory. */
struct xbb_guest *xbb_guest_get(domid_t domid);

/* One queue less; NULL is fine. Context: may sleep. */
void xbb_guest_put(struct xbb_guest *guest);

/**
 * xbb_guest_share - what of all that a guest may have is a queue's
 * @guest: the guest
 * @all: what it may have; any number
 *
 * No less than the largest request needs: a queue always gets on.
 */
static inline unsigned int xbb_guest_share(const struct xbb_guest *guest, unsigned int all)
{
	return max_t(unsigned int, all / READ_ONCE(guest->queues), XBB_MAX_SEGS);
}

#endif /* XSPLIT_BLKBACK_GUEST_H */
