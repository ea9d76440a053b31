/* SPDX-License-Identifier: GPL-2.0 */
/* The network interface of a device. All functions may sleep. */
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

/* Move it below another device in sysfs: an operation of the link. */
int xnf_dev_move(struct xsplit_link *link, struct device *parent);

/* Unregister and free it; it has no connection. */
void xnf_dev_destroy(struct xnf *front);

/* Let packets through the queues, which exist. Return: 0 or -errno, reported. */
int xnf_dev_start(struct xnf *front);

/* Let no packets through; the device may be stopped already. */
void xnf_dev_stop(struct xnf *front);

/* Show whether the backend's link is up, the key "carrier", as the carrier, while started. */
void xnf_dev_show_carrier(struct xnf *front, bool on);

/* Announce our address to the network. */
void xnf_dev_announce(struct xnf *front);

/* Take the address that the toolstack has assigned, unless a user has set one. */
void xnf_dev_follow_mac(struct xnf *front);

/*
 * Take the MTU that the toolstack asks for, if the key "mtu" has a new value.
 * Return: 0; -errno, already reported, if the key cannot be read.
 */
int xnf_dev_follow_mtu(struct xsplit_link *link);

/* ethtool.c */
extern const struct ethtool_ops xnf_ethtool_ops;

/* sysfs.c: rxbuf_min, rxbuf_max and rxbuf_cur */
extern const struct attribute_group xnf_sysfs_group;

#endif /* XSPLIT_NETFRONT_DEV_H */
