// SPDX-License-Identifier: GPL-2.0
/*
 * The network stack's side of a device.
 *
 * The interface exists as long as the device. Connections come and go under it, and the
 * carrier shows whether there is one.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netfront/dev.h"
#include "netfront/front.h"
#include "netfront/params.h"
#include "netfront/queue.h"
#include "netfront/xdp.h"
#include "xenbus/store.h"

/* After a migration the network must learn where our address is now. */
#define ANNOUNCEMENTS 5
#define ANNOUNCE_INTERVAL (HZ / 2)

#define GSO_FEATURES (NETIF_F_TSO | NETIF_F_TSO6)
#define CSUM_FEATURES (NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM)
#define TX_FEATURES (NETIF_F_SG | CSUM_FEATURES | GSO_FEATURES)

/* --- up and down, sending ------------------------------------------------ */

/* NAPI drops the frames that came while the interface was down, and posts pages again. */
static int xnf_open(struct net_device *dev)
{
	struct xnf *front = netdev_priv(dev);
	unsigned int i;

	for (i = 0; front->live && i < front->nr_queues; i++)
		xnf_queue_kick(&front->queue[i]);
	return 0;
}

/*
 * NAPI goes on, because packets in flight must be completed, but it sees that the interface
 * is down: once a run that began earlier has ended, no more frames reach the stack.
 */
static int xnf_stop(struct net_device *dev)
{
	struct xnf *front = netdev_priv(dev);
	unsigned int i;

	for (i = 0; front->live && i < front->nr_queues; i++)
		napi_synchronize(&front->queue[i].napi);
	return 0;
}

static netdev_tx_t xnf_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct xnf *front = netdev_priv(dev);

	return xnf_tx_xmit(&front->queue[skb_get_queue_mapping(skb)], skb);
}

static bool xnf_check_events(struct xsplit_watchdog *watchdog, bool ran)
{
	struct xnf *front = container_of(watchdog, struct xnf, watchdog);
	bool soon = false;
	unsigned int i;

	for (i = 0; i < front->nr_queues; i++) {
		soon |= xnf_tx_check_events(&front->queue[i], ran);
		soon |= xnf_rx_check_events(&front->queue[i], ran);
	}
	return soon;
}

static void xnf_tx_timeout(struct net_device *dev, unsigned int index)
{
	struct xnf *front = netdev_priv(dev);

	if (xsplit_link_may_log(front->link))
		netdev_warn(dev, "queue %u stands still: the backend does not answer\n", index);
	xsplit_count(&front->queue[index].count.tx.timeouts, 1);
	xsplit_event_notify(xnf_tx_event(&front->queue[index]));
	napi_schedule(&front->queue[index].napi);
}

/* --- what can be changed ------------------------------------------------- */

static netdev_features_t xnf_fix_features(struct net_device *dev, netdev_features_t features)
{
	const struct xnf *front = netdev_priv(dev);
	const struct xnf_features *peer = &front->features;

	if (!peer->sg)
		features &= ~NETIF_F_SG;
	if (!peer->csum)
		features &= ~NETIF_F_IP_CSUM;
	if (!peer->csum_ipv6)
		features &= ~NETIF_F_IPV6_CSUM;
	if (!(peer->gso & 1 << XNET_GSO_TCPV4))
		features &= ~NETIF_F_TSO;
	if (!(peer->gso & 1 << XNET_GSO_TCPV6))
		features &= ~NETIF_F_TSO6;
	/* A backend computes hashes only if the control ring has configured them. */
	if (!peer->ctrl_ring)
		features &= ~NETIF_F_RXHASH;
	return features;
}

static void xnf_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	const struct xnf *front = netdev_priv(dev);
	unsigned int i;

	for (i = 0; i < front->max_queues; i++) {
		const struct xnf_count *count = &front->queue[i].count;

		stats->tx_packets += xnf_count_read(count, &count->tx.packets);
		stats->tx_bytes += xnf_count_read(count, &count->tx.bytes);
		stats->tx_dropped += READ_ONCE(count->tx.dropped);
		stats->tx_errors += READ_ONCE(count->tx.refused);
		stats->rx_packets += xnf_count_read(count, &count->rx.packets);
		stats->rx_bytes += xnf_count_read(count, &count->rx.bytes);
		stats->rx_dropped += READ_ONCE(count->rx.no_memory);
		stats->rx_errors += xnf_count_errors(&count->rx);
	}
}

static const struct net_device_ops xnf_netdev_ops = {
	.ndo_open = xnf_open,
	.ndo_stop = xnf_stop,
	.ndo_start_xmit = xnf_start_xmit,
	.ndo_fix_features = xnf_fix_features,
	.ndo_get_stats64 = xnf_get_stats64,
	.ndo_tx_timeout = xnf_tx_timeout,
	.ndo_bpf = xnf_xdp_bpf,
	.ndo_xdp_xmit = xnf_xdp_xmit,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = eth_mac_addr,
};

/* --- a connection -------------------------------------------------------- */

int xnf_dev_follow_mtu(struct xsplit_link *link)
{
	struct xnf *front = link->priv;
	struct net_device *dev = front->dev;
	int err;
	u64 key;
	u32 mtu;

	err = xsplit_key_read_one(link, link->own_dir, &xnf_mtu_key, &key);
	if (err)
		return err;
	rtnl_lock();
	dev->max_mtu = xnf_max_mtu(&front->features);
	/* An unchanged key does not override what the user has set since. */
	mtu = xnf_mtu(key == front->toolstack_mtu ? 0 : key, dev->mtu, &front->features);
	front->toolstack_mtu = key;
	if (mtu != dev->mtu)
		err = dev_set_mtu(dev, mtu);
	rtnl_unlock();
	if (err && xsplit_link_may_log(link))
		netdev_warn(dev, "cannot set the MTU to %u (error %d)\n", mtu, err);
	return 0;
}

void xnf_dev_show_carrier(struct xnf *front, bool on)
{
	if (on && front->live)
		netif_carrier_on(front->dev);
	else
		netif_carrier_off(front->dev);
}

static void xnf_announce_work(struct work_struct *work)
{
	struct xnf *front = container_of(to_delayed_work(work), struct xnf, announce);

	netdev_notify_peers(front->dev);
	if (--front->announcements)
		schedule_delayed_work(&front->announce, ANNOUNCE_INTERVAL);
}

/*
 * Several times after a reconnection, because a bridge may not have noticed the carrier of the
 * new backend yet.
 */
void xnf_dev_announce(struct xnf *front)
{
	front->announcements = front->moved ? ANNOUNCEMENTS : 1;
	front->moved = true;
	schedule_delayed_work(&front->announce, 0);
}

static int set_nr_queues(struct xnf *front)
{
	unsigned int tx = front->tx_queues ? min(front->tx_queues, front->nr_queues) :
			  front->nr_queues;
	int err;

	err = netif_set_real_num_tx_queues(front->dev, tx);
	return err ?: netif_set_real_num_rx_queues(front->dev, front->nr_queues);
}

/*
 * Queues that this connection does not use get no packets. The last connection left them
 * stopped, and the kernel's watchdog would take a stopped queue for one that hangs.
 */
static void start_unused(struct xnf *front)
{
	unsigned int i;

	for (i = front->nr_queues; i < front->dev->num_tx_queues; i++)
		netif_tx_start_queue(netdev_get_tx_queue(front->dev, i));
}

int xnf_dev_start(struct xnf *front)
{
	unsigned int i;
	int err;

	rtnl_lock();
	err = set_nr_queues(front);
	if (!err) {
		netdev_update_features(front->dev);
		for (i = 0; i < front->nr_queues; i++)
			xnf_queue_start(&front->queue[i]);
		start_unused(front);
		front->live = true;
		xsplit_watchdog_start(&front->watchdog);
	}
	rtnl_unlock();
	/* The error goes to xenstore, which is too slow to be waited for under rtnl. */
	if (err)
		xsplit_link_error(front->link, err, "cannot have %u queues", front->nr_queues);
	return err;
}

void xnf_dev_stop(struct xnf *front)
{
	unsigned int i;

	netif_carrier_off(front->dev);
	/* Before rtnl is taken, because the work takes it too. */
	cancel_delayed_work_sync(&front->announce);
	rtnl_lock();
	if (front->live) {
		xsplit_watchdog_stop(&front->watchdog);
		for (i = 0; i < front->nr_queues; i++)
			xnf_queue_stop(&front->queue[i]);
		/* A run of NAPI may still be ending interrupts. */
		synchronize_net();
		front->live = false;
	}
	rtnl_unlock();
}

/* --- create, destroy ----------------------------------------------------- */

/* Read the address that the toolstack has assigned. Return: false if there is none. */
static bool read_mac(struct xsplit_link *link, u8 *mac)
{
	char *text = xsplit_text_peek(link->own_dir, "mac");
	bool good = text && xnf_mac_read(text, mac);

	kfree(text);
	return good;
}

static int first_mac(struct xsplit_link *link, struct net_device *dev)
{
	u8 mac[ETH_ALEN];

	if (!read_mac(link, mac))
		return xsplit_link_error(link, -EINVAL,
					 "no hardware address in the key mac: 00:16:3e:12:34:56 is one");
	eth_hw_addr_set(dev, mac);
	return 0;
}

static void set_mac_locked(struct net_device *dev, const u8 *mac)
{
	struct sockaddr_storage storage = { .ss_family = dev->type };
	struct xnf *front = netdev_priv(dev);
	/* Kernels differ on its type: struct sockaddr_storage or struct sockaddr. */
	void *addr = &storage;
	int err;

	ASSERT_RTNL();
	/* An address that a user or a bond has set since stays. */
	if (dev->addr_assign_type != NET_ADDR_PERM || ether_addr_equal(dev->dev_addr, mac))
		return;
	memcpy(((struct sockaddr *)addr)->sa_data, mac, ETH_ALEN);
	err = dev_set_mac_address(dev, addr, NULL);
	if (err) {
		if (xsplit_link_may_log(front->link))
			netdev_warn(dev, "cannot take the address %pM (error %d)\n", mac, err);
		return;
	}
	/* It is still the address that the toolstack has assigned. */
	dev->addr_assign_type = NET_ADDR_PERM;
	memcpy(dev->perm_addr, mac, ETH_ALEN);
	if (xsplit_link_may_log(front->link))
		netdev_info(dev, "the toolstack has given it the address %pM\n", mac);
}

/* A guest that was restored beside the one it was saved from has another address. */
void xnf_dev_follow_mac(struct xnf *front)
{
	u8 mac[ETH_ALEN];

	if (!read_mac(front->link, mac))
		return;
	rtnl_lock();
	set_mac_locked(front->dev, mac);
	rtnl_unlock();
}

static void init_netdev(struct xnf *front)
{
	struct net_device *dev = front->dev;
	unsigned int i;

	for (i = 0; i < front->max_queues; i++)
		netdev_queue_set_dql_min_limit(netdev_get_tx_queue(dev, i), XNF_TX_BYTES_LEAST);
	dev->netdev_ops = &xnf_netdev_ops;
	dev->ethtool_ops = &xnf_ethtool_ops;
	dev->sysfs_groups[0] = &xnf_sysfs_group;
	dev->hw_features = TX_FEATURES | NETIF_F_RXCSUM | NETIF_F_RXHASH;
	/* Until a backend has written its features. */
	dev->features = NETIF_F_GRO | dev->hw_features;
	/* The address may change with any connection, up or down. */
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	dev->min_mtu = XNF_MIN_MTU;
	dev->max_mtu = XNF_MAX_MTU;
	/* The protocol has 16 bits for the length of a packet with its headers. */
	netif_set_tso_max_size(dev, XNET_MAX_BYTES);
	xsplit_xdp_features(dev);
	SET_NETDEV_DEV(dev, &front->link->xdev->dev);
	netif_carrier_off(dev);
}

struct xnf *xnf_dev_create(struct xsplit_link *link)
{
	unsigned int i, nr = clamp(xnf_params.max_queues, 1U, nr_cpu_ids);
	struct net_device *dev;
	struct xnf *front;

	dev = alloc_etherdev_mq(sizeof(*front), nr);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	front = netdev_priv(dev);
	front->link = link;
	front->dev = dev;
	front->max_queues = nr;
	xsplit_watchdog_init(&front->watchdog, xnf_check_events);
	INIT_DELAYED_WORK(&front->announce, xnf_announce_work);
	xnf_ctrl_init(front);
	front->queue = kvcalloc(nr, sizeof(*front->queue), GFP_KERNEL);
	if (!front->queue) {
		free_netdev(dev);
		return ERR_PTR(-ENOMEM);
	}
	for (i = 0; i < nr; i++)
		xnf_queue_init(&front->queue[i], front, i);
	init_netdev(front);
	return front;
}

int xnf_dev_add(struct xnf *front)
{
	int err;

	err = first_mac(front->link, front->dev);
	if (err)
		return err;
	err = register_netdev(front->dev);
	if (err)
		return xsplit_link_error(front->link, err, "cannot register the interface");
	front->added = true;
	return 0;
}

int xnf_dev_move(struct xsplit_link *link, struct device *parent)
{
	struct xnf *front = link->priv;
	int err = 0;

	/* Readers of the parent hold this lock. */
	rtnl_lock();
	if (front->added)
		err = xsplit_move_device(&front->dev->dev, parent);
	else
		SET_NETDEV_DEV(front->dev, parent);
	rtnl_unlock();
	return err;
}

void xnf_dev_destroy(struct xnf *front)
{
	struct xnf_queue *queue = front->queue;
	unsigned int i;

	for (i = 0; i < front->max_queues; i++)
		xnf_queue_free(&queue[i]);
	if (front->added)
		unregister_netdev(front->dev);
	/* Before the queues, which contain the NAPI instances that this frees. */
	free_netdev(front->dev);
	kvfree(queue);
}
