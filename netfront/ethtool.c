// SPDX-License-Identifier: GPL-2.0
/*
 * The ethtool operations.
 */
#include <linux/ethtool.h>

#include "compat/net.h"
#include "netfront/dev.h"
#include "netfront/front.h"
#include "netfront/queue.h"

/* --- statistics: the sums of the queues' counters ------------------------ */

static unsigned int nr_lines(void)
{
	unsigned int nr = 0;

	while (xnf_counters[nr].name)
		nr++;
	return nr;
}

static int xnf_get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? nr_lines() : -EOPNOTSUPP;
}

static void xnf_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	unsigned int i;

	if (set != ETH_SS_STATS)
		return;
	for (i = 0; i < nr_lines(); i++)
		strscpy(data + i * ETH_GSTRING_LEN, xnf_counters[i].name, ETH_GSTRING_LEN);
}

static u64 sum(const struct xnf *front, const struct xsplit_counter *line)
{
	u64 total = 0;
	unsigned int i;

	for (i = 0; i < front->max_queues; i++)
		total += xsplit_counter_value(line, &front->queue[i]);
	return total;
}

static void xnf_get_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	unsigned int i;

	for (i = 0; i < nr_lines(); i++)
		data[i] = sum(netdev_priv(dev), &xnf_counters[i]);
}

/* --- rings --------------------------------------------------------------- */

static void xnf_get_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
			      struct kernel_ethtool_ringparam *kernel_ring,
			      struct netlink_ext_ack *extack)
{
	const struct xnf *front = netdev_priv(dev);

	ring->rx_max_pending = XNET_RING_SLOTS;
	ring->tx_max_pending = XNET_RING_SLOTS;
	ring->rx_pending = front->queue[0].rx.target;
	ring->tx_pending = front->queue[0].tx.limit;
}

/* The rings keep their size; fewer slots of them are used. */
static int xnf_set_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
			     struct kernel_ethtool_ringparam *kernel_ring,
			     struct netlink_ext_ack *extack)
{
	struct xnf *front = netdev_priv(dev);
	unsigned int i;

	if (ring->rx_mini_pending || ring->rx_jumbo_pending ||
	    ring->rx_pending < XNF_RX_LEAST || ring->tx_pending < XNF_TX_LEAST)
		return -EINVAL;
	for (i = 0; i < front->max_queues; i++) {
		WRITE_ONCE(front->queue[i].rx.target, ring->rx_pending);
		WRITE_ONCE(front->queue[i].tx.limit, ring->tx_pending);
		if (front->live && i < front->nr_queues)
			xnf_queue_kick(&front->queue[i]);
	}
	return 0;
}

/* --- channels ------------------------------------------------------------ */

static void xnf_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	const struct xnf *front = netdev_priv(dev);

	channels->max_rx = max(front->nr_queues, 1U);
	channels->rx_count = channels->max_rx;
	channels->max_tx = channels->max_rx;
	channels->tx_count = dev->real_num_tx_queues;
}

/*
 * The number of queues is negotiated once for each connection, and the backend chooses
 * the queue that a frame comes in on. How many of them we send on is ours to change.
 */
static int xnf_set_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	struct xnf *front = netdev_priv(dev);
	unsigned int all = max(front->nr_queues, 1U), tx = channels->tx_count;
	int err;

	if (channels->rx_count != all)
		return -EOPNOTSUPP;
	err = netif_set_real_num_tx_queues(dev, tx);
	if (!err)
		front->tx_queues = tx == all ? 0 : tx;
	return err;
}

/* --- receive side scaling ------------------------------------------------ */

static u32 xnf_get_rx_rings(struct net_device *dev)
{
	return dev->real_num_rx_queues;
}

static u32 xnf_get_rxfh_indir_size(struct net_device *dev)
{
	return xnf_ctrl_live(netdev_priv(dev)) ? XNET_HASH_MAPPING_MAX : 0;
}

static u32 xnf_get_rxfh_key_size(struct net_device *dev)
{
	return xnf_ctrl_live(netdev_priv(dev)) ? XNET_HASH_KEY_BYTES : 0;
}

static int xnf_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh)
{
	rxfh->hfunc = ETH_RSS_HASH_TOP;
	xnf_ctrl_get_rss(netdev_priv(dev), rxfh->indir, rxfh->key);
	return 0;
}

static int xnf_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
			struct netlink_ext_ack *extack)
{
	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE && rxfh->hfunc != ETH_RSS_HASH_TOP)
		return -EOPNOTSUPP;
	return xnf_ctrl_set_rss(netdev_priv(dev), rxfh->indir, rxfh->key);
}

XSPLIT_RX_RING_COUNT(xnf_get_rx_rings)
XSPLIT_RXFH(xnf_get_rxfh, xnf_set_rxfh)

const struct ethtool_ops xnf_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_sset_count = xnf_get_sset_count,
	.get_strings = xnf_get_strings,
	.get_ethtool_stats = xnf_get_stats,
	.get_ringparam = xnf_get_ringparam,
	.set_ringparam = xnf_set_ringparam,
	.get_channels = xnf_get_channels,
	.set_channels = xnf_set_channels,
	XSPLIT_RX_RING_COUNT_OP(xnf_get_rx_rings),
	.get_rxfh_indir_size = xnf_get_rxfh_indir_size,
	.get_rxfh_key_size = xnf_get_rxfh_key_size,
	XSPLIT_RXFH_OPS(xnf_get_rxfh, xnf_set_rxfh),
};
