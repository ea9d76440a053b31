// SPDX-License-Identifier: GPL-2.0
/* The network device of an interface. */

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netback/params.h"
#include "netback/queue.h"
#include "netback/rx.h"
#include "netback/rx_hash.h"
#include "netback/tx.h"
#include "netback/tx_zerocopy.h"
#include "netback/vif.h"
#include "netback/xdp.h"
#include "xenbus/netif.h"
#include "xenbus/store.h"

/* The protocol has 16 bits for the bytes of a packet. */
#define VIF_MAX_MTU (XNET_MAX_BYTES - VLAN_ETH_HLEN)

/* All that a frontend may accept. */
#define VIF_FEATURES (NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | \
		      NETIF_F_TSO | NETIF_F_TSO6)

/* How long an interface that goes waits for its mapped packets. */
#define DRAIN_MAX (HZ / 10)

/* --- queues come and go ------------------------------------------------- */

void xnb_vif_start(struct xnb_vif *vif)
{
	unsigned int i;

	ASSERT_RTNL();
	/* A queue that was stalled when it went down has been emptied. */
	xnb_carrier_update(vif);
	for (i = 0; i < vif->nr_queues; i++)
		xnb_queue_start(vif->queue[i]);
}

static void stop_queues(struct xnb_vif *vif, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		xnb_queue_stop(vif->queue[i]);
}

void xnb_vif_stop(struct xnb_vif *vif)
{
	ASSERT_RTNL();
	stop_queues(vif, vif->nr_queues);
}

/* Are queues, if there are any, to be started? */
static bool flows(const struct xnb_vif *vif)
{
	return netif_running(vif->dev) && !xnb_frozen();
}

/* xnb_vif_sum() sees a queue's counters here or, afterwards, in @past. */
static void destroy_queues(struct xnb_vif *vif, unsigned int nr)
{
	while (nr--) {
		struct xnb_queue *queue = vif->queue[nr];

		spin_lock_bh(&vif->past_lock);
		vif->queue[nr] = NULL;
		xnb_count_sum(&queue->counts, &vif->past);
		spin_unlock_bh(&vif->past_lock);
		xnb_queue_destroy(queue);
	}
}

static int create_queues(struct xnb_vif *vif)
{
	unsigned int i;

	for (i = 0; i < vif->front.queues; i++) {
		struct xnb_queue *queue = xnb_queue_create(vif, i);

		if (IS_ERR(queue)) {
			destroy_queues(vif, i);
			return PTR_ERR(queue);
		}
		spin_lock_bh(&vif->past_lock);
		vif->queue[i] = queue;
		spin_unlock_bh(&vif->past_lock);
	}
	return 0;
}

static bool xnb_vif_check_events(struct xsplit_watchdog *watchdog, bool ran)
{
	struct xnb_vif *vif = container_of(watchdog, struct xnb_vif, watchdog);
	bool soon = xnb_ctrl_check_events(&vif->ctrl, ran);
	unsigned int i;

	for (i = 0; i < vif->nr_queues; i++)
		soon |= xnb_queue_check_events(vif->queue[i], ran);
	return soon;
}

static int begin(struct xnb_vif *vif)
{
	unsigned int nr = vif->front.queues;
	int err;

	err = netif_set_real_num_queues(vif->dev, nr, nr);
	if (err)
		return err;
	/* The queues must be visible before a sender picks one. */
	smp_store_release(&vif->nr_queues, nr);
	/* A frontend without scatter-gather has no room for more than a page. */
	if (!vif->front.sg && vif->dev->mtu > ETH_DATA_LEN)
		dev_set_mtu(vif->dev, ETH_DATA_LEN);
	netdev_update_features(vif->dev);
	xnb_carrier_update(vif);
	if (flows(vif))
		xnb_vif_start(vif);
	return 0;
}

int xnb_vif_connect(struct xnb_vif *vif, const struct xnb_front *front)
{
	int err;

	vif->front = *front;
	err = create_queues(vif);
	if (err)
		return err;
	err = xnb_ctrl_create(&vif->ctrl, vif);
	if (err)
		goto destroy_queues;
	rtnl_lock();
	err = begin(vif);
	rtnl_unlock();
	if (!err) {
		xsplit_watchdog_start(&vif->watchdog);
		return 0;
	}
	xsplit_link_error(vif->link, err, "cannot use %u queues", front->queues);
	xnb_ctrl_destroy(&vif->ctrl);
destroy_queues:
	destroy_queues(vif, front->queues);
	return err;
}

void xnb_vif_disconnect(struct xnb_vif *vif)
{
	unsigned int nr = vif->nr_queues;

	xsplit_watchdog_stop(&vif->watchdog);
	rtnl_lock();
	WRITE_ONCE(vif->nr_queues, 0);
	xnb_carrier_update(vif);
	if (flows(vif))
		stop_queues(vif, nr);
	rtnl_unlock();
	xnb_ctrl_destroy(&vif->ctrl);
	xnb_filter_reset(&vif->filter);
	/* Senders may still be using a queue that they have picked. */
	synchronize_net();
	vif->drain_until = jiffies + DRAIN_MAX;
	destroy_queues(vif, nr);
}

void xnb_vif_set_rate(struct xnb_vif *vif, const struct xnb_rate *rate)
{
	unsigned int i;

	spin_lock_bh(&vif->rate_lock);
	xnb_credit_set(&vif->credit, rate, ktime_get_ns());
	spin_unlock_bh(&vif->rate_lock);
	for (i = 0; i < vif->nr_queues; i++)
		xnb_kick(&vif->queue[i]->tx.napi);
}

/* --- operations of the device ------------------------------------------- */

static int xnb_open(struct net_device *dev)
{
	if (!xnb_frozen())
		xnb_vif_start(netdev_priv(dev));
	return 0;
}

static int xnb_stop(struct net_device *dev)
{
	if (!xnb_frozen())
		xnb_vif_stop(netdev_priv(dev));
	return 0;
}

static netdev_tx_t xnb_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct xnb_vif *vif = netdev_priv(dev);
	unsigned int index = skb_get_queue_mapping(skb);

	/* Pairs with the release where queues become usable. */
	if (likely(index < smp_load_acquire(&vif->nr_queues))) {
		xnb_rx_xmit(vif->queue[index], skb, netdev_xmit_more());
		return NETDEV_TX_OK;
	}
	dev_kfree_skb_any(skb);
	dev_core_stats_tx_dropped_inc(dev);
	return NETDEV_TX_OK;
}

static u16 xnb_select_queue(struct net_device *dev, struct sk_buff *skb, struct net_device *sb_dev)
{
	struct xnb_vif *vif = netdev_priv(dev);

	if (xnb_rx_hash_wanted(&vif->ctrl.hash))
		return xnb_rx_hash_queue(&vif->ctrl.hash, skb, dev->real_num_tx_queues);
	return netdev_pick_tx(dev, skb, NULL);
}

static void xnb_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	struct xnb_past sum;

	xnb_vif_sum(netdev_priv(dev), &sum);
	stats->rx_packets = sum.tx_packets;
	stats->rx_bytes = sum.tx_bytes;
	stats->rx_dropped = sum.tx_dropped;
	stats->tx_packets = sum.rx_packets;
	stats->tx_bytes = sum.rx_bytes;
	stats->tx_dropped = sum.rx_dropped;
}

static int xnb_change_mtu(struct net_device *dev, int mtu)
{
	struct xnb_vif *vif = netdev_priv(dev);

	if (!vif->front.sg && mtu > ETH_DATA_LEN)
		return -EINVAL;
	dev->mtu = mtu;
	return 0;
}

static netdev_features_t xnb_fix_features(struct net_device *dev, netdev_features_t features)
{
	struct xnb_vif *vif = netdev_priv(dev);
	const struct xnb_front *front = &vif->front;

	if (!front->sg)
		features &= ~(NETIF_F_SG | NETIF_F_FRAGLIST);
	/* A guest's XDP program sees frames in one page, with their checksums in them. */
	if (READ_ONCE(front->headroom))
		features &= ~(NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM);
	if (!front->gso_v4)
		features &= ~NETIF_F_TSO;
	if (!front->gso_v6)
		features &= ~NETIF_F_TSO6;
	if (front->no_csum_v4)
		features &= ~NETIF_F_IP_CSUM;
	if (!front->csum_v6)
		features &= ~NETIF_F_IPV6_CSUM;
	return features;
}

/* While there is an XDP program, the guest is asked to send finished frames only. */
void xnb_vif_write_changing(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xnb_vif *vif = link->priv;
	const char *dir = link->own_dir;
	bool prog = rcu_access_pointer(vif->prog);

	xsplit_write(txn, dir, "carrier", "%d", READ_ONCE(vif->carrier));
	xsplit_write(txn, dir, "feature-gso-tcpv4", "%d", !prog);
	xsplit_write(txn, dir, "feature-gso-tcpv6", "%d", !prog);
	xsplit_write(txn, dir, "feature-ipv6-csum-offload", "%d", !prog);
	xsplit_write(txn, dir, "feature-no-csum-offload", "%d", prog);
}

void xnb_vif_set_headroom(struct xnb_vif *vif, u16 headroom)
{
	bool differs = !headroom != !vif->front.headroom;

	WRITE_ONCE(vif->front.headroom, headroom);
	/* xnb_fix_features() only asks whether there is a headroom. */
	if (!differs)
		return;
	rtnl_lock();
	netdev_update_features(vif->dev);
	rtnl_unlock();
}

/* The guest sees this as its cable being pulled, or plugged in. */
static int xnb_change_carrier(struct net_device *dev, bool carrier)
{
	struct xnb_vif *vif = netdev_priv(dev);

	WRITE_ONCE(vif->carrier, carrier);
	xnb_carrier_update(vif);
	xnb_back_keys_changed(vif);
	return 0;
}

static int set_prog(struct xnb_vif *vif, struct bpf_prog *prog)
{
	struct bpf_prog *old = rtnl_dereference(vif->prog);

	rcu_assign_pointer(vif->prog, prog);
	if (!old != !prog)
		xnb_back_keys_changed(vif);
	if (old)
		bpf_prog_put(old);
	return 0;
}

static int xnb_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	return bpf->command == XDP_SETUP_PROG ? set_prog(netdev_priv(dev), bpf->prog) : -EINVAL;
}

static const struct net_device_ops xnb_netdev_ops = {
	.ndo_open = xnb_open,
	.ndo_stop = xnb_stop,
	.ndo_start_xmit = xnb_start_xmit,
	.ndo_select_queue = xnb_select_queue,
	.ndo_get_stats64 = xnb_get_stats64,
	.ndo_change_mtu = xnb_change_mtu,
	.ndo_fix_features = xnb_fix_features,
	.ndo_change_carrier = xnb_change_carrier,
	.ndo_bpf = xnb_bpf,
	.ndo_xdp_xmit = xnb_xdp_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

/* --- statistics --------------------------------------------------------- */

void xnb_vif_sum(struct xnb_vif *vif, struct xnb_past *sum)
{
	unsigned int i;

	spin_lock_bh(&vif->past_lock);
	*sum = vif->past;
	for (i = 0; i < vif->max_queues; i++)
		if (vif->queue[i])
			xnb_count_sum(&vif->queue[i]->counts, sum);
	spin_unlock_bh(&vif->past_lock);
}

/* --- create and destroy ------------------------------------------------- */

/* A bridge adopts the lowest address of its ports, which must not be this one. */
static const u8 vif_address[ETH_ALEN] = { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff };

static void vif_setup(struct xnb_vif *vif, struct xsplit_link *link)
{
	struct net_device *dev = vif->dev;

	/* Before a frontend connects all is allowed: scripts set the MTU early. */
	vif->front = (struct xnb_front){
		.sg = true, .gso_v4 = true, .gso_v6 = true, .csum_v6 = true,
	};
	vif->link = link;
	vif->carrier = true;
	vif->drain_until = jiffies;
	spin_lock_init(&vif->past_lock);
	xnb_filter_init(&vif->filter);
	spin_lock_init(&vif->rate_lock);
	spin_lock_init(&vif->carrier_lock);
	xsplit_watchdog_init(&vif->watchdog, xnb_vif_check_events);
	SET_NETDEV_DEV(dev, &link->xdev->dev);
	xsplit_xdp_features(dev);
	/* Packets that wait are in a list, which needs their next pointers. */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->netdev_ops = &xnb_netdev_ops;
	dev->ethtool_ops = &xnb_ethtool_ops;
	dev->hw_features = VIF_FEATURES | NETIF_F_RXCSUM;
	dev->features = dev->hw_features;
	/* Many frontends find no checksum behind a VLAN tag, so tagged frames are finished. */
	dev->vlan_features = NETIF_F_SG;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = VIF_MAX_MTU;
	eth_hw_addr_set(dev, vif_address);
	netif_carrier_off(dev);
}

struct xnb_vif *xnb_vif_create(struct xsplit_link *link, unsigned int handle,
			       unsigned int offered_before)
{
	unsigned int max = max3(READ_ONCE(xnb_params.max_queues), offered_before, 1u);
	char name[IFNAMSIZ];
	struct net_device *dev;
	struct xnb_vif *vif;
	int err;

	snprintf(name, sizeof(name), "vif%u.%u", xsplit_link_peer(link), handle);
	dev = alloc_netdev_mqs(sizeof(*vif), name, NET_NAME_ENUM, ether_setup, max, max);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	vif = netdev_priv(dev);
	vif->dev = dev;
	vif->max_queues = max;
	vif->offered_before = offered_before;
	vif->queue = kcalloc(max, sizeof(vif->queue[0]), GFP_KERNEL);
	if (!vif->queue) {
		err = -ENOMEM;
		goto free_dev;
	}
	vif->orphans = xnb_orphans_create();
	if (!vif->orphans) {
		err = -ENOMEM;
		goto free_queue;
	}
	vif_setup(vif, link);
	/* Once registered it can be changed, and tell() finds the interface through the link. */
	link->priv = vif;
	rtnl_lock();
	err = register_netdevice(dev);
	if (!err)
		xnb_freeze_add(vif);
	rtnl_unlock();
	if (err)
		goto put_orphans;
	xnb_debug_add_vif(vif);
	return vif;

put_orphans:
	link->priv = NULL;
	xnb_orphans_put(vif->orphans);
free_queue:
	kfree(vif->queue);
free_dev:
	free_netdev(dev);
	return ERR_PTR(err);
}

void xnb_vif_destroy(struct xnb_vif *vif)
{
	struct xnb_queue **queue = vif->queue;
	struct net_device *dev = vif->dev;
	struct xnb_orphans *orphans = vif->orphans;

	xnb_debug_remove_vif(vif);
	rtnl_lock();
	xnb_freeze_remove(vif);
	unregister_netdevice(dev);
	rtnl_unlock();
	kfree(queue);
	xnb_orphans_put(orphans);
	free_netdev(dev);
}
