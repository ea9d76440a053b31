/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keys of the toolstack and the frontend, and what follows from their values.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_NETBACK_KEYS_H
#define XSPLIT_NETBACK_KEYS_H

#include <linux/types.h>

#include "xenbus/key.h"

/* What a frontend writes before it connects. */
enum xnb_front_key {
	XNB_FRONT_QUEUES,
	XNB_FRONT_RX_COPY,
	XNB_FRONT_RX_NOTIFY,
	XNB_FRONT_SG,
	XNB_FRONT_GSO_V4,
	XNB_FRONT_GSO_V6,
	XNB_FRONT_NO_CSUM_V4,
	XNB_FRONT_CSUM_V6,
	XNB_NR_FRONT_KEYS,
};

/* Keys of a frontend that may have @queues. */
void xnb_front_keys(unsigned int queues, struct xsplit_key keys[XNB_NR_FRONT_KEYS]);

/* In the frontend's directory; read again while connected. */
extern const struct xsplit_key xnb_headroom_key;
extern const struct xsplit_key xnb_multicast_key;

/* In our own directory, by the driver that had the device before: the queues it offered. */
extern const struct xsplit_key xnb_offer_key;

/* There as well, by the toolstack: the interface's number within the guest. */
extern const struct xsplit_key xnb_handle_key;

/* What a frontend accepts and does */
struct xnb_front {
	bool sg;		/* packets of several slots */
	bool gso_v4;		/* TCP packets over IPv4 larger than its MTU */
	bool gso_v6;		/* the same over IPv6 */
	bool no_csum_v4;	/* no unfinished checksums over IPv4 */
	bool csum_v6;		/* unfinished checksums over IPv6 */
	bool notifies;		/* it sends an event when it has lent new pages */
	bool split;		/* it has an event channel for each direction */
	u16 headroom;		/* bytes it wants before each packet */
	unsigned int queues;	/* how many it has */
};

/* @vals: of xnb_front_keys(). @split and @headroom of @front are left alone. */
void xnb_front_judge(const u64 *vals, struct xnb_front *front);

#endif /* XSPLIT_NETBACK_KEYS_H */
