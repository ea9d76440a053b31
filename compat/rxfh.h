/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 6.8: what ethtool wants of the receive hash comes in a struct. A driver is
 * written for that, and names its two functions in XSPLIT_RXFH(), which makes
 * XSPLIT_RXFH_OPS for its struct ethtool_ops.
 *
 * After 6.12: how many queues receive is asked for by an operation of its own, and no
 * longer by get_rxnfc(). Likewise XSPLIT_RX_RINGS() and XSPLIT_RX_RINGS_OPS.
 */
#ifndef XSPLIT_COMPAT_RXFH_H
#define XSPLIT_COMPAT_RXFH_H

#include <linux/ethtool.h>

#ifdef HAVE_RXFH_PARAM

#define XSPLIT_RXFH(get, set)
#define XSPLIT_RXFH_OPS(get, set) .get_rxfh = get, .set_rxfh = set

#else

struct ethtool_rxfh_param {
	u8 hfunc;
	u32 *indir;
	u8 *key;
};

#define XSPLIT_RXFH(get, set) \
static int get##_parts(struct net_device *dev, u32 *indir, u8 *key, u8 *hfunc) \
{ \
	struct ethtool_rxfh_param rxfh = { .indir = indir, .key = key }; \
	int err = get(dev, &rxfh); \
\
	if (hfunc) \
		*hfunc = rxfh.hfunc; \
	return err; \
} \
\
static int set##_parts(struct net_device *dev, const u32 *indir, const u8 *key, \
		       const u8 hfunc) \
{ \
	struct ethtool_rxfh_param rxfh = { \
		.hfunc = hfunc, .indir = (u32 *)indir, .key = (u8 *)key, \
	}; \
\
	return set(dev, &rxfh, NULL); \
}

#define XSPLIT_RXFH_OPS(get, set) .get_rxfh = get##_parts, .set_rxfh = set##_parts

#endif

#ifdef HAVE_RX_RING_COUNT

#define XSPLIT_RX_RINGS(count)
#define XSPLIT_RX_RINGS_OPS(count) .get_rx_ring_count = count

#else

#define XSPLIT_RX_RINGS(count) \
static int count##_rxnfc(struct net_device *dev, struct ethtool_rxnfc *rxnfc, u32 *rules) \
{ \
	if (rxnfc->cmd != ETHTOOL_GRXRINGS) \
		return -EOPNOTSUPP; \
	rxnfc->data = count(dev); \
	return 0; \
}

#define XSPLIT_RX_RINGS_OPS(count) .get_rxnfc = count##_rxnfc

#endif

#endif /* XSPLIT_COMPAT_RXFH_H */
