/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network interface of a device. All functions may sleep.
 */
#ifndef XSPLIT_NETFRONT_DEV_H
#define XSPLIT_NETFRONT_DEV_H

#include <linux/ethtool.h>
#include <linux/sysfs.h>

struct xnf;
struct xsplit_link;

/* Allocate a device without queues in use. Return: the device or ERR_PTR(), reported. */
struct xnf *xnf_dev_create(struct xsplit_link *link);

/* Register it with the stack. Return: 0 or -errno, reported. */
int xnf_dev_add(struct xnf *front);

/* Move it below another device in sysfs; see xsplit_link_ops.move. */
int xnf_dev_move(struct xnf *front, struct device *parent);

/* Unregister and free it; it has no connection. */
void xnf_dev_destroy(struct xnf *front);

/* Let packets through the queues, which exist. Return: 0 or -errno, reported. */
int xnf_dev_start(struct xnf *front);

/* Let no packets through; the device may be stopped already. */
void xnf_dev_stop(struct xnf *front);

/* Show the state of the backend's link as the carrier, while started. */
void xnf_dev_set_carrier(struct xnf *front, bool on);

/*
 * Announce our address to the network: several times after a reconnection, because a
 * bridge may not have noticed the new backend's carrier yet.
 */
void xnf_dev_announce(struct xnf *front);

/*
 * Take the address that the toolstack has assigned, unless a user has set one. A guest
 * that was restored beside the one it was saved from has another address.
 */
void xnf_dev_follow_mac(struct xnf *front);

/* Take the MTU that the toolstack asks for, if the value of xnf_mtu_key is a new one. */
void xnf_dev_follow_mtu(struct xnf *front, u64 key);

/* ethtool.c */
extern const struct ethtool_ops xnf_ethtool_ops;

/* sysfs.c: rxbuf_min, rxbuf_max and rxbuf_cur */
extern const struct attribute_group xnf_sysfs_group;

#endif /* XSPLIT_NETFRONT_DEV_H */
