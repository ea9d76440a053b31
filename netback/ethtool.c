// SPDX-License-Identifier: GPL-2.0
/* ethtool operations of an interface. */

#include <linux/ethtool.h>

#include "netback/vif.h"

static const char stat_names[XNB_NR_STATS][ETH_GSTRING_LEN] = {
	[XNB_STAT_CSUM_FIXUP] = "rx_gso_checksum_fixup",
	[XNB_STAT_ZC_SENT] = "tx_zerocopy_sent",
	[XNB_STAT_ZC_SUCCESS] = "tx_zerocopy_success",
	[XNB_STAT_ZC_FAIL] = "tx_zerocopy_fail",
	[XNB_STAT_FRAG_OVERFLOW] = "tx_frag_overflow",
};

static int xnb_get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? XNB_NR_STATS : -EOPNOTSUPP;
}

static void xnb_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	if (set == ETH_SS_STATS)
		memcpy(data, stat_names, sizeof(stat_names));
}

static void xnb_get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	struct xnb_past sum;

	xnb_vif_sum(netdev_priv(dev), &sum);
	memcpy(data, sum.stat, sizeof(sum.stat));
}

const struct ethtool_ops xnb_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_sset_count = xnb_get_sset_count,
	.get_strings = xnb_get_strings,
	.get_ethtool_stats = xnb_get_ethtool_stats,
	.get_ts_info = ethtool_op_get_ts_info,
};
