// SPDX-License-Identifier: GPL-2.0
/*
 * The network stack's side of a device.
 *
 * The device is there from the first moment to the last; connections come and go
 * under it, and the carrier says whether there is one.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netfront/dev.h"
#include "netfront/front.h"
#include "netfront/queue.h"
#include "netfront/xdp.h"
#include "xenbus/store.h"

/* After a migration others look for us at another place. */
#define ANNOUNCEMENTS 5
#define ANNOUNCE_AGAIN (HZ / 2)

#define GSO_FEATURES (NETIF_F_TSO | NETIF_F_TSO6)
#define CSUM_FEATURES (NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM)
#define TX_FEATURES (NETIF_F_SG | CSUM_FEATURES | GSO_FEATURES)

/* --- up and down, sending ------------------------------------------------ */

/* What the backend has put into the ring meanwhile is dropped, and it gets pages again. */
static int dev_up(struct net_device *dev)
{
	struct xnf *front = netdev_priv(dev);
	unsigned int i;

	for (i = 0; front->live && i < front->nr_queues; i++)
		xnf_queue_look(&front->queue[i]);
	return 0;
}

/*
 * NAPI goes on for the sake of what was sent. It has been told that the interface is
 * down: once it has run to its end no frame comes any more.
 */
static int dev_down(struct net_device *dev)
{
	struct xnf *front = netdev_priv(dev);
	unsigned int i;

	for (i = 0; front->live && i < front->nr_queues; i++)
		napi_synchronize(&front->queue[i].napi);
	return 0;
}

static netdev_tx_t dev_send(struct sk_buff *skb, struct net_device *dev)
{
	struct xnf *front = netdev_priv(dev);

	return xnf_tx_xmit(&front->queue[skb_get_queue_mapping(skb)], skb);
}

static bool look(struct xsplit_watchdog *watchdog, bool ran)
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

static void dev_tx_timeout(struct net_device *dev, unsigned int index)
{
	struct xnf *front = netdev_priv(dev);

	netdev_warn(dev, "queue %u stands still: the backend does not answer\n", index);
	xsplit_count(&front->queue[index].count.tx.stalls, 1);
	xsplit_event_notify(xnf_tx_channel(&front->queue[index]));
	napi_schedule(&front->queue[index].napi);
}

/* --- what can be changed ------------------------------------------------- */

static netdev_features_t dev_fix_features(struct net_device *dev, netdev_features_t features)
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
	/* Who tells us a hash has been told over that ring to make one. */
	if (!peer->ctrl_ring)
		features &= ~NETIF_F_RXHASH;
	return features;
}

static void dev_stats(struct net_device *dev, struct rtnl_link_stats64 *stats)
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

static const struct net_device_ops dev_ops = {
	.ndo_open = dev_up,
	.ndo_stop = dev_down,
	.ndo_start_xmit = dev_send,
	.ndo_fix_features = dev_fix_features,
	.ndo_get_stats64 = dev_stats,
	.ndo_tx_timeout = dev_tx_timeout,
	.ndo_bpf = xnf_xdp_bpf,
	.ndo_xdp_xmit = xnf_xdp_xmit,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = eth_mac_addr,
};

/* --- a connection -------------------------------------------------------- */

static void set_mtu_locked(struct xnf *front, u64 wish)
{
	u32 mtu = xnf_mtu(wish, front->dev->mtu, &front->features);
	int err;

	ASSERT_RTNL();
	front->dev->max_mtu = xnf_max_mtu(&front->features);
	if (mtu == front->dev->mtu)
		return;
	err = dev_set_mtu(front->dev, mtu);
	if (err && xsplit_link_may_log(front->link))
		netdev_warn(front->dev, "cannot set the MTU to %u (error %d)\n", mtu, err);
}

void xnf_dev_mtu(struct xnf *front, u64 wish)
{
	/* What the user has chosen since stays, unless the wish is a new one. */
	u64 news = wish == front->mtu_wish ? 0 : wish;

	front->mtu_wish = wish;
	rtnl_lock();
	set_mtu_locked(front, news);
	rtnl_unlock();
}

void xnf_dev_carrier(struct xnf *front, bool on)
{
	if (on && front->live)
		netif_carrier_on(front->dev);
	else
		netif_carrier_off(front->dev);
}

static void announce(struct work_struct *work)
{
	struct xnf *front = container_of(to_delayed_work(work), struct xnf, announce);

	netdev_notify_peers(front->dev);
	if (--front->announcements)
		schedule_delayed_work(&front->announce, ANNOUNCE_AGAIN);
}

void xnf_dev_announce(struct xnf *front)
{
	front->announcements = front->moved ? ANNOUNCEMENTS : 1;
	front->moved = true;
	schedule_delayed_work(&front->announce, 0);
}

static int set_queues(struct xnf *front)
{
	unsigned int tx = front->tx_queues ? min(front->tx_queues, front->nr_queues) :
			  front->nr_queues;
	int err;

	err = netif_set_real_num_tx_queues(front->dev, tx);
	return err ?: netif_set_real_num_rx_queues(front->dev, front->nr_queues);
}

/*
 * Queues that this connection does not have get no packets. Stopped, as the last
 * connection left them, they would look to the kernel's watchdog as if they stood still.
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
	err = set_queues(front);
	if (!err) {
		netdev_update_features(front->dev);
		for (i = 0; i < front->nr_queues; i++)
			xnf_queue_start(&front->queue[i]);
		start_unused(front);
		front->live = true;
		xsplit_watchdog_start(&front->watchdog);
	}
	rtnl_unlock();
	/* It goes to xenstore, for which nobody waits with rtnl. */
	if (err)
		xsplit_link_error(front->link, err, "cannot have %u queues", front->nr_queues);
	return err;
}

void xnf_dev_stop(struct xnf *front)
{
	unsigned int i;

	netif_carrier_off(front->dev);
	/* It waits for rtnl. */
	cancel_delayed_work_sync(&front->announce);
	rtnl_lock();
	if (front->live) {
		xsplit_watchdog_stop(&front->watchdog);
		for (i = 0; i < front->nr_queues; i++)
			xnf_queue_stop(&front->queue[i]);
		/* NAPI may still be ending interrupts. */
		synchronize_net();
		front->live = false;
	}
	rtnl_unlock();
}

/* --- life ---------------------------------------------------------------- */

/* The address the toolstack wants. Return: false if it says none. */
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
	struct sockaddr_storage address = { .ss_family = dev->type };
	/* Kernels differ on its type: this one, or the shorter struct sockaddr. */
	void *wish = &address;
	int err;

	ASSERT_RTNL();
	/* What a user, or a bond, has set since stays. */
	if (dev->addr_assign_type != NET_ADDR_PERM || ether_addr_equal(dev->dev_addr, mac))
		return;
	memcpy(((struct sockaddr *)wish)->sa_data, mac, ETH_ALEN);
	err = dev_set_mac_address(dev, wish, NULL);
	if (err) {
		netdev_warn(dev, "cannot take the address %pM (error %d)\n", mac, err);
		return;
	}
	/* It is the toolstack's still. */
	dev->addr_assign_type = NET_ADDR_PERM;
	memcpy(dev->perm_addr, mac, ETH_ALEN);
	netdev_info(dev, "the toolstack has given it the address %pM\n", mac);
}

void xnf_dev_mac(struct xnf *front)
{
	u8 mac[ETH_ALEN];

	if (!read_mac(front->link, mac))
		return;
	rtnl_lock();
	set_mac_locked(front->dev, mac);
	rtnl_unlock();
}

static unsigned int most_queues(void)
{
	return clamp(xnf_params.max_queues, 1U, nr_cpu_ids);
}

static void set_up(struct xnf *front)
{
	struct net_device *dev = front->dev;
	unsigned int i;

	for (i = 0; i < front->max_queues; i++)
		netdev_queue_set_dql_min_limit(netdev_get_tx_queue(dev, i), XNF_TX_BYTES_LEAST);
	dev->netdev_ops = &dev_ops;
	dev->ethtool_ops = &xnf_ethtool_ops;
	dev->sysfs_groups[0] = &xnf_sysfs_group;
	dev->hw_features = TX_FEATURES | NETIF_F_RXCSUM | NETIF_F_RXHASH;
	/* Until a backend says what it can do. */
	dev->features = NETIF_F_GRO | dev->hw_features;
	/* The address may change with any connection, up or down. */
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	dev->min_mtu = XNF_MIN_MTU;
	dev->max_mtu = XNF_MAX_MTU;
	/* With its headers a packet must fit in what the wire can say. */
	netif_set_tso_max_size(dev, XNET_MAX_BYTES);
	xsplit_xdp_features(dev);
	SET_NETDEV_DEV(dev, &front->link->xdev->dev);
	netif_carrier_off(dev);
}

struct xnf *xnf_dev_create(struct xsplit_link *link)
{
	unsigned int i, nr = most_queues();
	struct net_device *dev;
	struct xnf *front;

	dev = alloc_etherdev_mq(sizeof(*front), nr);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	front = netdev_priv(dev);
	front->link = link;
	front->dev = dev;
	front->max_queues = nr;
	xsplit_watchdog_init(&front->watchdog, look);
	INIT_DELAYED_WORK(&front->announce, announce);
	xnf_ctrl_init(front);
	front->queue = kvcalloc(nr, sizeof(*front->queue), GFP_KERNEL);
	if (!front->queue) {
		free_netdev(dev);
		return ERR_PTR(-ENOMEM);
	}
	for (i = 0; i < nr; i++)
		xnf_queue_init(&front->queue[i], front, i);
	set_up(front);
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

int xnf_dev_move(struct xnf *front, struct device *parent)
{
	int err = 0;

	/* Who looks at the parent has this lock. */
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
	/* Frees its NAPI instances, which are in the queues. */
	free_netdev(front->dev);
	kvfree(queue);
}
