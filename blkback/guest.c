// SPDX-License-Identifier: GPL-2.0
/* Limits of one guest; see guest.h. */

#include <linux/mutex.h>
#include <linux/slab.h>

#include "blkback/guest.h"

/* Protects the list, and the numbers of queues against other writers. */
static DEFINE_MUTEX(guests_lock);
static LIST_HEAD(guests);

static struct xbb_guest *find(domid_t domid)
{
	struct xbb_guest *guest;

	list_for_each_entry(guest, &guests, node)
		if (guest->domid == domid)
			return guest;
	guest = kzalloc(sizeof(*guest), GFP_KERNEL);
	if (!guest)
		return NULL;
	guest->domid = domid;
	list_add(&guest->node, &guests);
	return guest;
}

struct xbb_guest *xbb_guest_get(domid_t domid)
{
	struct xbb_guest *guest;

	mutex_lock(&guests_lock);
	guest = find(domid);
	if (guest)
		WRITE_ONCE(guest->queues, guest->queues + 1);
	mutex_unlock(&guests_lock);
	return guest;
}

void xbb_guest_put(struct xbb_guest *guest)
{
	if (!guest)
		return;
	mutex_lock(&guests_lock);
	if (guest->queues > 1) {
		WRITE_ONCE(guest->queues, guest->queues - 1);
	} else {
		list_del(&guest->node);
		kfree(guest);
	}
	mutex_unlock(&guests_lock);
}
