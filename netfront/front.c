// SPDX-License-Identifier: GPL-2.0
/*
 * The device's side of the link: what the backend and the toolstack say, what
 * we say, and the moments of a connection.
 */
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "grant/retry.h"
#include "netfront/dev.h"
#include "netfront/front.h"
#include "netfront/queue.h"
#include "netfront/xdp.h"
#include "xenbus/store.h"

/* --- keys ---------------------------------------------------------------- */

enum watched { WATCH_MTU, WATCH_CARRIER };

static const struct xsplit_watch_spec watches[] = {
	[WATCH_MTU] = { false, "mtu" },
	[WATCH_CARRIER] = { true, "carrier" },
	{ }
};

/* What we take: constant, and one line each. */
static const struct {
	const char *name;
	unsigned int value;
} offers[] = {
	{ "request-rx-copy", 1 },
	{ "feature-rx-notify", 1 },
	{ "feature-sg", 1 },
};

/* Of firmware or an earlier driver: they promise what we do not do. */
static const char * const foreign_keys[] = {
	"feature-gso-tcpv4-prefix",
	"feature-gso-tcpv6-prefix",
	"request-multicast-control",
};

/* Of ours: a driver that knows less would not take them away. */
static const char * const lasting_keys[] = {
	"multi-queue-num-queues",
	"ctrl-ring-ref",
	"event-channel-ctrl",
	"event-channel-tx",
	"event-channel-rx",
	"xdp-headroom",
	"feature-gso-tcpv4",
	"feature-gso-tcpv6",
	"feature-ipv6-csum-offload",
	"feature-no-csum-offload",
};

/* --- negotiation --------------------------------------------------------- */

static int read_offer(struct xsplit_link *link)
{
	struct xnf *front = link->priv;
	u64 key[XNF_NR_BACK_KEYS];
	int err;

	err = xsplit_keys_read(link, link->peer_dir, xnf_back_keys, XNF_NR_BACK_KEYS, key);
	if (!err)
		err = xsplit_front_keys_read(link, &front->trusted, &front->stale_queues);
	if (err)
		return err;
	err = xnf_features_judge(key, &front->features);
	if (err)
		return xsplit_link_error(link, err,
					 "the backend cannot copy (feature-rx-copy): nothing we can use");
	front->trusted &= xnf_params.trusted;
	front->nr_queues = min_t(unsigned int, front->features.max_queues, front->max_queues);
	return 0;
}

static void put_events(struct xsplit_txn *txn, const char *dir, const struct xnf_queue *q)
{
	if (!q->split) {
		xsplit_remove(txn, dir, "event-channel-tx");
		xsplit_remove(txn, dir, "event-channel-rx");
		xsplit_write(txn, dir, "event-channel", "%u", q->rx_event.channel.port);
		return;
	}
	xsplit_remove(txn, dir, "event-channel");
	xsplit_write(txn, dir, "event-channel-tx", "%u", q->tx_event.channel.port);
	xsplit_write(txn, dir, "event-channel-rx", "%u", q->rx_event.channel.port);
}

static void put_queue(struct xsplit_link *link, struct xsplit_txn *txn, unsigned int i)
{
	struct xnf *front = link->priv;
	const struct xnf_queue *q = &front->queue[i];
	char dir[XSPLIT_QUEUE_DIR_LEN];

	xsplit_queue_dir(dir, link->own_dir, i, front->nr_queues);
	xsplit_pages_write(txn, dir, "tx-ring-ref", &q->tx.shared);
	xsplit_pages_write(txn, dir, "rx-ring-ref", &q->rx.shared);
	put_events(txn, dir, q);
}

/* The mere presence of some keys means something: old ones must go. */
static void drop_stale(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xnf *front = link->priv;
	unsigned int i;

	xsplit_remove_queues(txn, link->own_dir, front->nr_queues, front->stale_queues);
	for (i = 0; i < ARRAY_SIZE(foreign_keys); i++)
		xsplit_remove(txn, link->own_dir, foreign_keys[i]);
	if (!front->features.multi_queue)
		xsplit_remove(txn, link->own_dir, "multi-queue-num-queues");
}

static void put_keys(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xnf *front = link->priv;
	const char *dir = link->own_dir;
	unsigned int i;

	drop_stale(link, txn);
	for (i = 0; i < front->nr_queues; i++)
		put_queue(link, txn, i);
	xnf_ctrl_write_keys(front, txn);
	xnf_xdp_write_keys(link, txn);
	if (front->features.multi_queue)
		xsplit_write(txn, dir, "multi-queue-num-queues", "%u", front->nr_queues);
	for (i = 0; i < ARRAY_SIZE(offers); i++)
		xsplit_write(txn, dir, offers[i].name, "%u", offers[i].value);
}

static void drop_keys(struct xsplit_link *link, struct xsplit_txn *txn)
{
	const struct xnf *front = link->priv;
	unsigned int i;

	xsplit_remove_queues(txn, link->own_dir, 0,
			   max(front->nr_queues, front->stale_queues));
	for (i = 0; i < ARRAY_SIZE(lasting_keys); i++)
		xsplit_remove(txn, link->own_dir, lasting_keys[i]);
	for (i = 0; i < ARRAY_SIZE(offers); i++)
		xsplit_remove(txn, link->own_dir, offers[i].name);
}

/* --- connection ---------------------------------------------------------- */

static void close_queues(struct xnf *front)
{
	unsigned int i;

	for (i = 0; i < front->nr_queues; i++)
		xnf_queue_close(&front->queue[i]);
}

static int open_queues(struct xnf *front, bool split)
{
	const struct xnf_queue_way way = {
		.split = split,
		.trusted = front->trusted,
		.sg = front->features.sg,
	};
	unsigned int i;
	int err;

	for (i = 0; i < front->nr_queues; i++) {
		err = xnf_queue_open(&front->queue[i], &way);
		if (!err)
			continue;
		/* Why has been said; the backend has not been told of them yet. */
		if (!i)
			return err;
		front->nr_queues = i;
		if (xsplit_link_may_log(front->link))
			netdev_warn(front->dev, "getting on with %u queues\n", i);
	}
	return 0;
}

/* With as little as can be, where there is no more. */
static int open_something(struct xnf *front)
{
	int err = open_queues(front, front->features.split);

	if (!xsplit_is_transient(err) || !front->features.split)
		return err;
	front->features.split = false;
	return open_queues(front, false);
}

static int front_connect(struct xsplit_link *link)
{
	struct xnf *front = link->priv;
	int err;

	err = read_offer(link);
	if (err)
		return err;
	err = open_something(front);
	if (err)
		return err;
	xnf_ctrl_create(front);
	err = xsplit_link_publish(link, put_keys);
	if (err) {
		xnf_ctrl_destroy(front);
		close_queues(front);
	}
	return err;
}

static void see_mtu(struct xsplit_link *link)
{
	u64 wish;

	if (!xsplit_key_read_one(link, link->own_dir, &xnf_mtu_key, &wish))
		xnf_dev_mtu(link->priv, wish);
}

static void see_carrier(struct xsplit_link *link)
{
	u64 on;

	if (!xsplit_key_read_one(link, link->peer_dir, &xnf_carrier_key, &on))
		xnf_dev_carrier(link->priv, on);
}

static void say_terms(const struct xnf *front)
{
	const struct xnf_features *peer = &front->features;

	if (!xsplit_link_may_log(front->link))
		return;
	netdev_info(front->dev, "%u queues, %s event channels; %s%s%s%s\n", front->nr_queues,
		    peer->split ? "split" : "shared",
		    front->trusted ? "direct grants" : "copied",
		    peer->sg ? ", scatter-gather" : "",
		    peer->csum ? ", checksum" : "",
		    peer->gso ? ", segmentation" : "");
}

static int front_ready(struct xsplit_link *link)
{
	struct xnf *front = link->priv;
	int err;

	see_mtu(link);
	xnf_dev_mac(front);
	err = xnf_dev_start(front);
	if (err)
		return err;
	xnf_ctrl_start(front);
	see_carrier(link);
	say_terms(front);
	xnf_dev_announce(front);
	return 0;
}

/* Perhaps another driver serves it now, that knows no more than keys say. */
static void front_refresh(struct xsplit_link *link)
{
	xnf_ctrl_resync(link->priv);
}

static void front_disconnect(struct xsplit_link *link, enum xsplit_why why)
{
	struct xnf *front = link->priv;

	/* First: whoever waits for an answer holds rtnl. */
	xnf_ctrl_destroy(front);
	xnf_dev_stop(front);
	close_queues(front);
}

static void front_key_changed(struct xsplit_link *link, unsigned int watch)
{
	struct xnf *front = link->priv;

	if (!front->live)
		return;
	if (watch == WATCH_MTU)
		see_mtu(link);
	else
		see_carrier(link);
}

/* --- device -------------------------------------------------------------- */

static int front_create(struct xsplit_link *link)
{
	struct xnf *front = xnf_dev_create(link);
	int err;

	if (IS_ERR(front))
		return PTR_ERR(front);
	/* Once registered, a program may be attached, which has the link's work run. */
	link->priv = front;
	err = xnf_dev_add(front);
	if (err) {
		link->priv = NULL;
		xnf_dev_destroy(front);
	}
	return err;
}

static void front_destroy(struct xsplit_link *link)
{
	xnf_dev_destroy(link->priv);
	link->priv = NULL;
}

static int front_move(struct xsplit_link *link, struct device *parent)
{
	return xnf_dev_move(link->priv, parent);
}

static const struct xsplit_link_ops front_ops = {
	.create = front_create,
	.connect = front_connect,
	.ready = front_ready,
	.refresh = front_refresh,
	.disconnect = front_disconnect,
	.withdraw = drop_keys,
	.destroy = front_destroy,
	.move = front_move,
	.key_changed = front_key_changed,
};

struct xsplit_driver xnf_driver = {
	.name = "vif",
	.side = XSPLIT_FRONT,
	.offered = XenbusStateConnected,
	.ops = &front_ops,
	.watches = watches,
};
