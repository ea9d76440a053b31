/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The keys that the backend and the toolstack write, and what their values mean.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_NETFRONT_KEYS_H
#define XSPLIT_NETFRONT_KEYS_H

#include <linux/types.h>

#include "xenbus/key.h"

enum xnf_limits {
	XNF_MIN_MTU = 68,
	XNF_PLAIN_MTU = 1500,	/* without scatter-gather, and by default */
	XNF_MAX_MTU = 65535 - 18,	/* room for an Ethernet header with a VLAN tag */
	XNF_MAC_BYTES = 6,
};

/* Keys that a backend writes before it waits for us; index of xnf_back_keys. */
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

/* In the backend's directory, written at any time. */
extern const struct xsplit_key xnf_carrier_key;

/* In the backend's directory: the toolstack does not remove the device. */
extern const struct xsplit_key xnf_online_key;

/* In our own directory, written by the toolstack. */
extern const struct xsplit_key xnf_mtu_key;

/* What the backend of this connection can do. */
struct xnf_features {
	u8 gso;			/* bit n: XNET_GSO_* type n may be sent to be segmented */
	bool sg;		/* packets may fill several slots */
	bool csum;		/* it finishes TCP and UDP checksums over IPv4 */
	bool csum_ipv6;
	bool split;		/* each direction may have an event channel */
	bool ctrl_ring;
	bool xdp;		/* it can leave headroom in our pages */
	bool multi_queue;	/* it expects the number of our queues in a key */
	u16 max_queues;		/* from 1 on */
};

/*
 * Derive features from the values of xnf_back_keys; segmentation is off without checksum and
 * scatter-gather. Return: 0, or -EOPNOTSUPP if the backend is useless to us, because it cannot
 * copy into our pages.
 */
int xnf_features_judge(const u64 *key, struct xnf_features *features);

/* The largest packet without its Ethernet header, in bytes. */
static inline u32 xnf_max_mtu(const struct xnf_features *features)
{
	return features->sg ? XNF_MAX_MTU : XNF_PLAIN_MTU;
}

/*
 * Parse a hardware address: six hexadecimal numbers of one or two digits, separated by colons;
 * white space may follow. Return: false, with @mac unchanged, if @text is something else.
 */
bool xnf_mac_read(const char *text, u8 *mac);

/*
 * Choose the MTU of the device, at most xnf_max_mtu(): @key is the value of xnf_mtu_key, and @now
 * the MTU so far, which stays if @key is below XNF_MIN_MTU.
 */
u32 xnf_mtu(u64 key, u32 now, const struct xnf_features *features);

#endif /* XSPLIT_NETFRONT_KEYS_H */
