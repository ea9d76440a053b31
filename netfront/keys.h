/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the backend can do, and what follows from it.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_NETFRONT_KEYS_H
#define XSPLIT_NETFRONT_KEYS_H

#include <linux/types.h>

#include "xenbus/key.h"

enum xnf_limits {
	XNF_MIN_MTU = 68,
	XNF_PLAIN_MTU = 1500,	/* without scatter-gather, and where nobody says otherwise */
	XNF_MAX_MTU = 65535 - 18,	/* room for an Ethernet header with a VLAN tag */
};

/* What a backend writes before it waits for us; index of xnf_back_keys. */
enum xnf_back_key {
	XNF_BACK_RX_COPY,
	XNF_BACK_SG,
	XNF_BACK_GSO_TCPV4,
	XNF_BACK_GSO_TCPV6,
	XNF_BACK_NO_CSUM,
	XNF_BACK_CSUM_IPV6,
	XNF_BACK_SPLIT,
	XNF_BACK_QUEUES,
	XNF_BACK_CTRL_RING,
	XNF_BACK_XDP,
	XNF_NR_BACK_KEYS,
};

extern const struct xsplit_key xnf_back_keys[XNF_NR_BACK_KEYS];

/* In the backend's directory, at any time: is there a link? */
extern const struct xsplit_key xnf_carrier_key;

/* In our own directory, by the toolstack; for xnf_mtu(). 0: no wish. */
extern const struct xsplit_key xnf_mtu_key;

/**
 * struct xnf_features - what the backend of this connection can do
 * @gso: bit n: takes packets to be segmented of type n, XNET_GSO_TCPV4 or _TCPV6
 * @sg: takes a packet in several slots
 * @csum: finishes TCP and UDP checksums over IPv4
 * @csum_ipv6: the same over IPv6
 * @split: can use an event channel for each direction
 * @ctrl_ring: has a control ring
 * @xdp: can leave headroom in our pages
 * @multi_queue: wrote the most queues it takes; ours are then to be written too
 * @max_queues: the most queues it takes, from 1 on
 */
struct xnf_features {
	u8 gso;
	bool sg;
	bool csum;
	bool csum_ipv6;
	bool split;
	bool ctrl_ring;
	bool xdp;
	bool multi_queue;
	u16 max_queues;
};

/**
 * xnf_features_judge - from keys to features
 * @key: values of xnf_back_keys
 * @features: filled in
 *
 * Features that need another one are off without it: segmentation needs both
 * the checksum and scatter-gather.
 *
 * Return: 0; -EOPNOTSUPP if the backend cannot copy into our pages: there is
 * nothing we could do with it.
 */
int xnf_features_judge(const u64 *key, struct xnf_features *features);

/* The largest packet without its Ethernet header, in bytes. */
static inline u32 xnf_max_mtu(const struct xnf_features *features)
{
	return features->sg ? XNF_MAX_MTU : XNF_PLAIN_MTU;
}

/* Bytes of a hardware address. */
enum { XNF_MAC_BYTES = 6 };

/**
 * xnf_mac_read - read a hardware address
 * @text: six hexadecimal numbers of one or two digits with colons between them; white
 *	space may follow
 * @mac: XNF_MAC_BYTES bytes, filled in
 *
 * Return: false if it is something else; @mac is then unchanged.
 */
bool xnf_mac_read(const char *text, u8 *mac);

/**
 * xnf_mtu - which MTU the device gets
 * @wish: value of xnf_mtu_key; below XNF_MIN_MTU it is none
 * @now: the device's MTU so far
 * @features: the backend's
 *
 * Return: the wish, or @now without one; at most xnf_max_mtu().
 */
u32 xnf_mtu(u64 wish, u32 now, const struct xnf_features *features);

#endif /* XSPLIT_NETFRONT_KEYS_H */
