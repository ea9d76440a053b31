/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The multicast addresses a guest wants to hear of.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 *
 * Changes need the owner's lock; xnb_mcast_match() needs none, for an entry is
 * one word.
 */
#ifndef XSPLIT_NETBACK_MCAST_H
#define XSPLIT_NETBACK_MCAST_H

#include <linux/kernel.h>
#include <linux/types.h>

#define XNB_MCAST_MAX 64u

/**
 * struct xnb_mcast - a guest's list; zeroed: empty
 * @end: no entry from here on is in use
 * @entry: the addresses; 0: a free entry
 */
struct xnb_mcast {
	u32 end;
	u64 entry[XNB_MCAST_MAX];
};

/**
 * xnb_mcast_add - add an address
 * @list: the list
 * @addr: 6 bytes
 *
 * One that is there already stays there once.
 *
 * Return: 0; -EINVAL if it is no multicast address; -ENOSPC if the list is full.
 */
int xnb_mcast_add(struct xnb_mcast *list, const u8 *addr);

/* Remove an address, if it is there. */
void xnb_mcast_del(struct xnb_mcast *list, const u8 *addr);

/* Forget all addresses. */
void xnb_mcast_clear(struct xnb_mcast *list);

/**
 * xnb_mcast_match - is an address in the list?
 * @list: the list
 * @addr: 6 bytes
 *
 * Context: any, also beside a change.
 */
bool xnb_mcast_match(const struct xnb_mcast *list, const u8 *addr);

/**
 * xnb_mcast_change - what a guest asked for in an extra
 * @list: the list
 * @op: XNET_EXTRA_MCAST_ADD or _DEL
 * @addr: 6 bytes
 *
 * Return: the status to answer with, XNET_RSP_OKAY or XNET_RSP_ERROR.
 */
int xnb_mcast_change(struct xnb_mcast *list, u8 op, const u8 *addr);

#endif /* XSPLIT_NETBACK_MCAST_H */
