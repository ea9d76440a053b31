// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of the link: negotiation with the backend, the keys that the toolstack
 * may change, and the start and end of a connection.
 */
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "grant/retry.h"
#include "netfront/dev.h"
#include "netfront/front.h"
#include "netfront/params.h"
#include "netfront/queue.h"
#include "netfront/xdp.h"
#include "xenbus/store.h"

/* --- keys ---------------------------------------------------------------- */

/* Keys that promise the backend what this driver always does. */
static const struct {
	const char *name;
	unsigned int value;
} offers[] = {
	{ "request-rx-copy", 1 },
	{ "feature-rx-notify", 1 },
	{ "feature-sg", 1 },
};

/* Left by firmware or an earlier driver, they promise what this driver does not do. */
static const char * const foreign_keys[] = {
	"feature-gso-tcpv4-prefix",
	"feature-gso-tcpv6-prefix",
	"request-multicast-control",
};

/* Keys of ours that the kernel's own driver would neither overwrite nor remove. */
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

static int read_keys(struct xsplit_link *link)
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

static void write_events(struct xsplit_txn *txn, const char *dir, const struct xnf_queue *q)
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

static void write_queue(struct xsplit_link *link, struct xsplit_txn *txn, unsigned int i)
{
	struct xnf *front = link->priv;
	const struct xnf_queue *q = &front->queue[i];
	char dir[XSPLIT_QUEUE_DIR_LEN];

	xsplit_queue_dir(dir, link->own_dir, i, front->nr_queues);
	xsplit_pages_write(txn, dir, "tx-ring-ref", &q->tx.shared);
	xsplit_pages_write(txn, dir, "rx-ring-ref", &q->rx.shared);
	write_events(txn, dir, q);
}

/* The mere presence of a key can mean something, so stale ones must go. */
static void remove_stale(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xnf *front = link->priv;
	unsigned int i;

	xsplit_remove_queues(txn, link->own_dir, front->nr_queues, front->stale_queues);
	for (i = 0; i < ARRAY_SIZE(foreign_keys); i++)
		xsplit_remove(txn, link->own_dir, foreign_keys[i]);
	if (!front->features.multi_queue)
		xsplit_remove(txn, link->own_dir, "multi-queue-num-queues");
}

static void write_keys(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xnf *front = link->priv;
	const char *dir = link->own_dir;
	unsigned int i;

	remove_stale(link, txn);
	for (i = 0; i < front->nr_queues; i++)
		write_queue(link, txn, i);
	xnf_ctrl_write_keys(front, txn);
	xnf_xdp_write_keys(link, txn);
	if (front->features.multi_queue)
		xsplit_write(txn, dir, "multi-queue-num-queues", "%u", front->nr_queues);
	for (i = 0; i < ARRAY_SIZE(offers); i++)
		xsplit_write(txn, dir, offers[i].name, "%u", offers[i].value);
}

static void remove_keys(struct xsplit_link *link, struct xsplit_txn *txn)
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

static void destroy_queues(struct xnf *front)
{
	unsigned int i;

	for (i = 0; i < front->nr_queues; i++)
		xnf_queue_destroy(&front->queue[i]);
}

static int create_queues(struct xnf *front)
{
	unsigned int i;
	int err;

	for (i = 0; i < front->nr_queues; i++) {
		err = xnf_queue_create(&front->queue[i]);
		if (!err)
			continue;
		/* The error is reported; the backend does not know of the queues yet. */
		if (!i)
			return err;
		front->nr_queues = i;
		if (xsplit_link_may_log(front->link))
			netdev_warn(front->dev, "getting on with %u queues\n", i);
	}
	return 0;
}

/* If event channels are short, one for both directions of a queue has to do. */
static int create_queues_or_fewer(struct xnf *front)
{
	int err = create_queues(front);

	if (!xsplit_is_transient(err) || !front->features.split)
		return err;
	front->features.split = false;
	return create_queues(front);
}

static int xnf_front_connect(struct xsplit_link *link)
{
	struct xnf *front = link->priv;
	int err;

	err = read_keys(link);
	if (err)
		return err;
	err = create_queues_or_fewer(front);
	if (err)
		return err;
	xnf_ctrl_create(front);
	err = xsplit_link_publish(link, write_keys);
	if (err) {
		xnf_ctrl_destroy(front);
		destroy_queues(front);
	}
	return err;
}

static void log_connection(const struct xnf *front)
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

static int read_carrier(struct xsplit_link *link, u64 *on)
{
	return xsplit_key_read_one(link, link->peer_dir, &xnf_carrier_key, on);
}

static int follow_carrier(struct xsplit_link *link)
{
	u64 on;
	int err = read_carrier(link, &on);

	if (!err)
		xnf_dev_show_carrier(link->priv, on);
	return err;
}

static int xnf_front_ready(struct xsplit_link *link)
{
	struct xnf *front = link->priv;
	u64 carrier;
	int err;

	err = xnf_dev_follow_mtu(link) ?: read_carrier(link, &carrier);
	if (err)
		return err;
	xnf_dev_follow_mac(front);
	err = xnf_dev_start(front);
	if (err)
		return err;
	xnf_ctrl_start(front);
	xnf_dev_show_carrier(front, carrier);
	log_connection(front);
	xnf_dev_announce(front);
	return 0;
}

/*
 * Does the backend have a new driver, which takes fewer queues than we have? Some drivers close
 * then; the kernel's own refuses the queues and reports Connected all the same.
 * Return: 0, or -errno, already reported, and *many is false.
 */
static int has_too_many_queues(struct xsplit_link *link, bool *many)
{
	const struct xnf *front = link->priv;
	u64 online, most;
	int err;

	*many = false;
	err = xsplit_key_read_one(link, link->peer_dir, &xnf_online_key, &online);
	if (err || !online)
		return err;
	err = xsplit_key_read_one(link, link->peer_dir, &xnf_back_keys[XNF_BACK_QUEUES], &most);
	if (!err)
		*many = max_t(u64, most, 1) < front->nr_queues;
	return err;
}

/* The backend may have a new driver, which knows only what the keys say. */
static int xnf_front_refresh(struct xsplit_link *link)
{
	bool many;
	int err = has_too_many_queues(link, &many);

	if (xsplit_is_transient(err))
		return err;
	if (many)
		xsplit_link_restart(link);
	else
		xnf_ctrl_resync(link->priv);
	return err;
}

static void xnf_front_disconnect(struct xsplit_link *link, enum xsplit_why why)
{
	struct xnf *front = link->priv;
	bool many;

	/* First, because a user who waits for the control ring holds rtnl. */
	xnf_ctrl_destroy(front);
	xnf_dev_stop(front);
	destroy_queues(front);
	if ((why == XSPLIT_WHY_CLOSE || why == XSPLIT_WHY_GONE) &&
	    !has_too_many_queues(link, &many) && many)
		xsplit_link_reopen(link);
}

enum { WATCH_MTU, WATCH_CARRIER, NR_WATCHES };

static const struct xsplit_watch_spec watches[NR_WATCHES + 1] = {
	[WATCH_MTU] = { .peers = false, .key = "mtu" },
	[WATCH_CARRIER] = { .peers = true, .key = "carrier" },
};

static int (*const key_changed[NR_WATCHES])(struct xsplit_link *link) = {
	[WATCH_MTU] = xnf_dev_follow_mtu,
	[WATCH_CARRIER] = follow_carrier,
};

static int xnf_front_key_changed(struct xsplit_link *link, unsigned int watch)
{
	const struct xnf *front = link->priv;

	return front->live ? key_changed[watch](link) : 0;
}

/* --- device -------------------------------------------------------------- */

static int xnf_front_create(struct xsplit_link *link)
{
	struct xnf *front = xnf_dev_create(link);
	int err;

	if (IS_ERR(front))
		return PTR_ERR(front);
	/* Once it is registered, an XDP program may be attached, which kicks the link. */
	link->priv = front;
	err = xnf_dev_add(front);
	if (err) {
		link->priv = NULL;
		xnf_dev_destroy(front);
	}
	return err;
}

static void xnf_front_destroy(struct xsplit_link *link)
{
	xnf_dev_destroy(link->priv);
	link->priv = NULL;
}

static const struct xsplit_link_ops xnf_front_ops = {
	.create = xnf_front_create,
	.connect = xnf_front_connect,
	.ready = xnf_front_ready,
	.refresh = xnf_front_refresh,
	.disconnect = xnf_front_disconnect,
	.withdraw = remove_keys,
	.destroy = xnf_front_destroy,
	.move = xnf_dev_move,
	.key_changed = xnf_front_key_changed,
};

struct xsplit_driver xnf_driver = {
	.name = "vif",
	.side = XSPLIT_FRONT,
	.offered = XenbusStateConnected,
	.ops = &xnf_front_ops,
	.watches = watches,
};
