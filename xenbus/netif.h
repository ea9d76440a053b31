/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network protocol: slots, flags, statuses and extras of both directions, and the messages
 * of the control ring. The numbers are those of Xen's netif.h (and Linux's, for XDP); one layout
 * serves all ABIs. Pure.
 *
 * "tx" is from the guest's point of view everywhere: the frontend asks the backend to take a
 * packet; on "rx" it lends empty pages to be filled.
 */
#ifndef XSPLIT_XENBUS_NETIF_H
#define XSPLIT_XENBUS_NETIF_H

#include <linux/build_bug.h>
#include <linux/types.h>

#define XNET_PAGE_BYTES 4096u
#define XNET_RING_SLOTS 256u

/* What every backend must take: a packet of more slots may be refused. */
#define XNET_MAX_SLOTS 18u
#define XNET_MAX_BYTES 65535u
#define XNET_MIN_BYTES 14u

/* --- tx ------------------------------------------------------------------ */

struct xnet_tx_request {
	u32 gref;
	u16 offset;
	u16 flags;
	u16 id;
	u16 size;	/* first slot: of the whole packet */
};

struct xnet_tx_response {
	u16 id;
	s16 status;
};

/* tx flags */
#define XNET_TXF_CSUM_BLANK	(1u << 0)
#define XNET_TXF_VALIDATED	(1u << 1)
#define XNET_TXF_MORE_DATA	(1u << 2)
#define XNET_TXF_EXTRA		(1u << 3)

/* --- rx ------------------------------------------------------------------ */

struct xnet_rx_request {
	u16 id;
	u16 pad;
	u32 gref;
};

struct xnet_rx_response {
	u16 id;
	u16 offset;
	u16 flags;
	s16 status;	/* bytes in this slot, or an error below 0 */
};

/* rx flags */
#define XNET_RXF_VALIDATED	(1u << 0)
#define XNET_RXF_CSUM_BLANK	(1u << 1)
#define XNET_RXF_MORE_DATA	(1u << 2)
#define XNET_RXF_EXTRA		(1u << 3)
#define XNET_RXF_GSO_PREFIX	(1u << 4)

/* statuses of both directions; NULL answers a slot that held an extra */
#define XNET_RSP_DROPPED	(-2)
#define XNET_RSP_ERROR		(-1)
#define XNET_RSP_OKAY		0
#define XNET_RSP_NULL		1

/* --- extras -------------------------------------------------------------- */

#define XNET_EXTRA_GSO		1u
#define XNET_EXTRA_MCAST_ADD	2u
#define XNET_EXTRA_MCAST_DEL	3u
#define XNET_EXTRA_HASH		4u
#define XNET_EXTRA_XDP		5u	/* Linux only */
#define XNET_EXTRA_TYPES	6u

#define XNET_EXTRAF_MORE	(1u << 0)

#define XNET_GSO_NONE		0u
#define XNET_GSO_TCPV4		1u
#define XNET_GSO_TCPV6		2u

struct xnet_extra {
	u8 type;
	u8 flags;
	union {
		struct {
			u16 size;
			u8 type;
			u8 pad;
			u16 features;
		} gso;
		struct {
			u8 addr[6];
		} mcast;
		struct {
			u8 type;
			u8 algorithm;
			u8 value[4];
		} hash;
		struct {
			u16 headroom;
			u16 pad[2];
		} xdp;
		u16 pad[3];
	} u;
};

/* --- control ring -------------------------------------------------------- */

struct xnet_ctrl_request {
	u16 id;
	u16 type;
	u32 data[3];
};

struct xnet_ctrl_response {
	u16 id;
	u16 type;
	u32 status;
	u32 data;
};

#define XNET_CTRL_GET_HASH_FLAGS		1u
#define XNET_CTRL_SET_HASH_FLAGS		2u
#define XNET_CTRL_SET_HASH_KEY			3u
#define XNET_CTRL_GET_HASH_MAPPING_SIZE		4u
#define XNET_CTRL_SET_HASH_MAPPING_SIZE		5u
#define XNET_CTRL_SET_HASH_MAPPING		6u
#define XNET_CTRL_SET_HASH_ALGORITHM		7u

#define XNET_CTRL_SUCCESS		0u
#define XNET_CTRL_NOT_SUPPORTED		1u
#define XNET_CTRL_INVALID_PARAMETER	2u
#define XNET_CTRL_BUFFER_OVERFLOW	3u

#define XNET_HASH_NONE		0u
#define XNET_HASH_TOEPLITZ	1u

/* hash types: bits of the flags, and their numbers in an extra */
#define XNET_HASHT_IPV4		0u
#define XNET_HASHT_IPV4_TCP	1u
#define XNET_HASHT_IPV6		2u
#define XNET_HASHT_IPV6_TCP	3u
#define XNET_HASHF(type)	(1u << (type))
#define XNET_HASHF_ALL		0xfu

#define XNET_HASH_KEY_BYTES	40u
#define XNET_HASH_MAPPING_MAX	128u

static_assert(sizeof(struct xnet_tx_request) == 12);
static_assert(sizeof(struct xnet_tx_response) == 4);
static_assert(sizeof(struct xnet_rx_request) == 8);
static_assert(sizeof(struct xnet_rx_response) == 8);
static_assert(sizeof(struct xnet_extra) == 8);
static_assert(sizeof(struct xnet_ctrl_request) == 16);
static_assert(sizeof(struct xnet_ctrl_response) == 12);

#endif /* XSPLIT_XENBUS_NETIF_H */
