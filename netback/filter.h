/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The multicast filter of an interface: a guest may ask for the frames of certain
 * multicast groups only.
 */
#ifndef XSPLIT_NETBACK_FILTER_H
#define XSPLIT_NETBACK_FILTER_H

#include <linux/etherdevice.h>
#include <linux/spinlock.h>

#include "netback/mcast.h"

/* Which multicasts a guest is sent */
struct xnb_filter {
	bool wanted;		/* the guest asked for it; read in any context */
	spinlock_t lock;	/* protects changes of @list, which any queue may make */
	struct xnb_mcast list;	/* the groups */
};

static inline void xnb_filter_init(struct xnb_filter *filter)
{
	spin_lock_init(&filter->lock);
}

/* Forget what the frontend asked for when it is gone. Context: process. */
static inline void xnb_filter_reset(struct xnb_filter *filter)
{
	WRITE_ONCE(filter->wanted, false);
	spin_lock_bh(&filter->lock);
	xnb_mcast_clear(&filter->list);
	spin_unlock_bh(&filter->lock);
}

/* As xnb_mcast_change(). Context: softirq. */
static inline int xnb_filter_change(struct xnb_filter *filter, u8 op, const u8 *addr)
{
	int status;

	spin_lock(&filter->lock);
	status = xnb_mcast_change(&filter->list, op, addr);
	spin_unlock(&filter->lock);
	return status;
}

static inline bool xnb_filter_wanted(const struct xnb_filter *filter)
{
	return READ_ONCE(filter->wanted);
}

/* Is the frame to be dropped, if a filter is wanted? Broadcasts always pass. Context: any. */
static inline bool xnb_filter_drops(const struct xnb_filter *filter, const u8 *dest)
{
	return is_multicast_ether_addr(dest) && !is_broadcast_ether_addr(dest) &&
	       !xnb_mcast_match(&filter->list, dest);
}

#endif /* XSPLIT_NETBACK_FILTER_H */
