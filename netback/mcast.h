/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The multicast addresses whose frames a guest wants to receive.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 *
 * Changes need the owner's lock; xnb_mcast_match() needs none, because an entry is one
 * word.
 */
#ifndef XSPLIT_NETBACK_MCAST_H
#define XSPLIT_NETBACK_MCAST_H

#include <linux/kernel.h>
#include <linux/types.h>

#define XNB_MCAST_MAX 64u

/* A guest's list; zeroed: empty */
struct xnb_mcast {
	u32 end;		/* no entry from here on is in use */
	u64 entry[XNB_MCAST_MAX];	/* the addresses; 0: a free entry */
};

/*
 * Add an address of 6 bytes, unless the list has it already.
 * Return: 0; -EINVAL if it is no multicast address; -ENOSPC if the list is full.
 */
int xnb_mcast_add(struct xnb_mcast *list, const u8 *addr);

/* Remove an address, if it is there. */
void xnb_mcast_del(struct xnb_mcast *list, const u8 *addr);

/* Forget all addresses. */
void xnb_mcast_clear(struct xnb_mcast *list);

/* Is an address of 6 bytes in the list? Context: any, also during a change. */
bool xnb_mcast_match(const struct xnb_mcast *list, const u8 *addr);

/*
 * Carry out what a guest asked for in an extra. @op is XNET_EXTRA_MCAST_ADD or _DEL.
 * Return: the status to answer with, XNET_RSP_OKAY or XNET_RSP_ERROR.
 */
int xnb_mcast_change(struct xnb_mcast *list, u8 op, const u8 *addr);

#endif /* XSPLIT_NETBACK_MCAST_H */
