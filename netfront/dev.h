/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network stack's side of a device.
 */
#ifndef XSPLIT_NETFRONT_DEV_H
#define XSPLIT_NETFRONT_DEV_H

#include <linux/ethtool.h>
#include <linux/sysfs.h>

struct xnf;
struct xsplit_link;

/**
 * xnf_dev_create - make a device that has no queues yet
 * @link: for which link
 *
 * Context: may sleep. Return: the device, or an error pointer, already reported.
 */
struct xnf *xnf_dev_create(struct xsplit_link *link);

/**
 * xnf_dev_add - show it to the stack
 * @front: the device
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xnf_dev_add(struct xnf *front);

/**
 * xnf_dev_move - hang it elsewhere in sysfs
 * @front: the device
 * @parent: below this device
 *
 * Context: xsplit_link_ops.move. Return: 0 or -errno.
 */
int xnf_dev_move(struct xnf *front, struct device *parent);

/**
 * xnf_dev_destroy - take it away again
 * @front: the device, without a connection
 *
 * Context: may sleep.
 */
void xnf_dev_destroy(struct xnf *front);

/**
 * xnf_dev_start - let packets through
 * @front: its queues are open
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xnf_dev_start(struct xnf *front);

/**
 * xnf_dev_stop - let none through any more
 * @front: the device; may be stopped already
 *
 * Context: may sleep.
 */
void xnf_dev_stop(struct xnf *front);

/**
 * xnf_dev_carrier - what the backend says of its link
 * @front: the device
 * @on: there is one
 *
 * Context: may sleep.
 */
void xnf_dev_carrier(struct xnf *front, bool on);

/**
 * xnf_dev_announce - tell the network where we are
 * @front: the device, connected
 *
 * More than once if there was a connection before: a bridge beyond the backend may
 * not have noticed the new one's carrier yet, nor our own queues.
 */
void xnf_dev_announce(struct xnf *front);

/**
 * xnf_dev_mac - take the address that the toolstack wants, unless a user has set one
 * @front: the device; no packets go through it yet
 *
 * A guest that was restored beside the one it was made from has another address.
 *
 * Context: may sleep.
 */
void xnf_dev_mac(struct xnf *front);

/**
 * xnf_dev_mtu - follow the toolstack's wish, if it is a new one
 * @front: the device, connected
 * @wish: value of xnf_mtu_key
 *
 * Context: may sleep.
 */
void xnf_dev_mtu(struct xnf *front, u64 wish);

/* ethtool.c */
extern const struct ethtool_ops xnf_ethtool_ops;

/* sysfs.c: rxbuf_min, rxbuf_max and rxbuf_cur */
extern const struct attribute_group xnf_sysfs_group;

#endif /* XSPLIT_NETFRONT_DEV_H */
