// SPDX-License-Identifier: GPL-2.0
/*
 * Operations of the link: which keys are published and read when an interface is created,
 * connected, disconnected and destroyed.
 */

#include <linux/slab.h>
#include <linux/string.h>

#include "netback/keys.h"
#include "netback/params.h"
#include "netback/vif.h"
#include "xenbus/store.h"

/* --- keys of the frontend ----------------------------------------------- */

/* The parameter may change at any time, to anything. */
static unsigned int max_queues(const struct xnb_vif *vif)
{
	return clamp(READ_ONCE(xnb_params.max_queues), 1u, vif->max_queues);
}

/*
 * A driver that takes up a connection serves at least what its predecessor offered: the
 * frontend cannot know in time that it must have fewer queues.
 */
static unsigned int served_queues(const struct xnb_vif *vif)
{
	return max(max_queues(vif), vif->offered_before);
}

/*
 * A frontend that is connected takes a lower offer for that of a driver which refuses its
 * queues, and begins anew.
 */
static unsigned int offered_queues(struct xsplit_link *link)
{
	return xsplit_link_has_rings(link) ? served_queues(link->priv) : max_queues(link->priv);
}

static int read_headroom(struct xsplit_link *link, u16 *headroom)
{
	u64 val;
	int err;

	err = xsplit_key_read_one(link, link->peer_dir, &xnb_headroom_key, &val);
	if (!err)
		*headroom = READ_ONCE(xnb_params.provides_xdp_headroom) ? val : 0;
	return err;
}

/* A frontend that uses a channel for each direction has written both keys. */
static bool read_split(struct xsplit_link *link, unsigned int queues)
{
	char dir[XSPLIT_QUEUE_DIR_LEN];

	return xenbus_exists(XBT_NIL, xsplit_queue_dir(dir, link->peer_dir, 0, queues),
			     "event-channel-tx");
}

/* Read anew on every connect, because the guest may have booted another kernel. */
static int read_front(struct xsplit_link *link, struct xnb_front *front)
{
	struct xsplit_key keys[XNB_NR_FRONT_KEYS];
	u64 vals[XNB_NR_FRONT_KEYS];
	int err;

	xnb_front_keys(served_queues(link->priv), keys);
	err = xsplit_keys_read(link, link->peer_dir, keys, XNB_NR_FRONT_KEYS, vals) ?:
	      read_headroom(link, &front->headroom);
	if (err)
		return err;
	xnb_front_judge(vals, front);
	front->split = read_split(link, front->queues);
	return 0;
}

/* --- hotplug ------------------------------------------------------------ */

static int xnb_back_uevent(const struct xsplit_link *link, struct kobj_uevent_env *env)
{
	struct xnb_vif *vif = link->priv;

	if (vif->script && add_uevent_var(env, "script=%s", vif->script))
		return -ENOMEM;
	return add_uevent_var(env, "vif=%s", netdev_name(vif->dev));
}

/* --- operations of the link --------------------------------------------- */

static int xnb_back_create(struct xsplit_link *link)
{
	struct xnb_vif *vif;
	u64 handle, offered;
	char *script;
	int err;

	err = xsplit_key_read_one(link, link->own_dir, &xnb_handle_key, &handle) ?:
	      xsplit_key_read_one(link, link->own_dir, &xnb_offer_key, &offered) ?:
	      xsplit_text_read(link, link->own_dir, "script", &script);
	if (err)
		return err;
	vif = xnb_vif_create(link, handle, offered);
	if (IS_ERR(vif)) {
		kfree(script);
		return xsplit_link_error(link, PTR_ERR(vif), "cannot make the network device");
	}
	vif->script = script;
	return 0;
}

static void xnb_back_destroy(struct xsplit_link *link)
{
	struct xnb_vif *vif = link->priv;
	char *script = vif->script;

	link->priv = NULL;
	xnb_vif_destroy(vif);
	kfree(script);
}

/* All keys that a frontend reads before it connects. */
static void xnb_back_publish(struct xsplit_link *link, struct xsplit_txn *txn)
{
	static const char * const always[] = {
		"feature-sg", "feature-rx-copy", "feature-ctrl-ring",
		"feature-multicast-control", "feature-dynamic-multicast-control",
	};
	const char *dir = link->own_dir;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(always); i++)
		xsplit_write(txn, dir, always[i], "1");
	xsplit_write(txn, dir, "feature-rx-flip", "0");
	xsplit_write(txn, dir, "feature-split-event-channels", "%d",
		   READ_ONCE(xnb_params.separate_tx_rx_irq));
	xsplit_write(txn, dir, "feature-xdp-headroom", "%d", READ_ONCE(xnb_params.provides_xdp_headroom));
	xsplit_write(txn, dir, xnb_offer_key.name, "%u", offered_queues(link));
	xnb_vif_write_changing(link, txn);
}

/* A driver that takes up this connection reads it in its xnb_back_create(). */
static void xnb_back_publish_connected(struct xsplit_link *link, struct xsplit_txn *txn)
{
	xsplit_write(txn, link->own_dir, xnb_offer_key.name, "%u", served_queues(link->priv));
}

static void log_connected(struct xsplit_link *link, const struct xnb_front *front)
{
	if (!xsplit_link_may_log(link))
		return;
	dev_info(&link->xdev->dev, "%u queues, %s event channels%s%s%s\n", front->queues,
		 front->split ? "split" : "shared", front->sg ? ", sg" : "",
		 front->gso_v4 || front->gso_v6 ? ", gso" : "",
		 front->notifies ? "" : ", no rx-notify");
}

/* It is read before there are queues, and again whenever the guest writes it. */
static int xnb_multicast_changed(struct xsplit_link *link)
{
	struct xnb_vif *vif = link->priv;
	u64 wanted;
	int err = xsplit_key_read_one(link, link->peer_dir, &xnb_multicast_key, &wanted);

	if (!err)
		WRITE_ONCE(vif->filter.wanted, wanted);
	return err;
}

static int xnb_back_connect(struct xsplit_link *link)
{
	struct xnb_vif *vif = link->priv;
	struct xnb_front front = { };
	int err;

	/* Before the script has attached the interface to a bridge, packets would be lost. */
	err = xsplit_link_script(link, vif->script);
	if (err == -EAGAIN)
		return xsplit_link_waits(link,
					 "the hotplug script has not written hotplug-status: look at /var/log/xen/xen-hotplug.log");
	err = err ?: read_front(link, &front) ?: xnb_multicast_changed(link);
	if (err)
		return err;
	err = xnb_vif_connect(vif, &front);
	if (err)
		return err;
	log_connected(link, &front);
	return 0;
}

/* A frontend that attaches or removes an XDP program wants another headroom. */
static int xnb_back_refresh(struct xsplit_link *link)
{
	u16 headroom;
	int err = read_headroom(link, &headroom);

	if (!err)
		xnb_vif_set_headroom(link->priv, headroom);
	return err;
}

static void xnb_back_disconnect(struct xsplit_link *link, enum xsplit_why why)
{
	xnb_vif_disconnect(link->priv);
}

static int xnb_rate_changed(struct xsplit_link *link)
{
	struct xnb_rate rate;
	char *text;
	int err = xsplit_text_read(link, link->own_dir, "rate", &text);

	/* The limit stays what it is until the key can be read. */
	if (err)
		return err;
	if (xnb_rate_parse(text, &rate))
		dev_warn(&link->xdev->dev,
			 "rate is '%.32s', want bytes,microseconds: there is no limit now\n", text);
	xnb_vif_set_rate(link->priv, &rate);
	kfree(text);
	return 0;
}

/* The script has to run again for the interface that the next driver creates. */
static void xnb_back_withdraw(struct xsplit_link *link, struct xsplit_txn *txn)
{
	xsplit_remove(txn, link->own_dir, "hotplug-status");
}

static int xnb_write_changing(struct xsplit_link *link)
{
	return xsplit_link_publish(link, xnb_vif_write_changing);
}

enum {
	WATCH_HOTPLUG,
	WATCH_RATE,
	WATCH_MULTICAST,
	NR_WATCHES,
	KEYS_CHANGED = NR_WATCHES,	/* keys of our own are to be written */
	NR_EVENTS
};

static_assert(NR_EVENTS <= XSPLIT_MAX_WATCHES);

static const struct xsplit_watch_spec back_watches[NR_WATCHES + 1] = {
	[WATCH_HOTPLUG] = { .peers = false, .key = "hotplug-status" },
	[WATCH_RATE] = { .peers = false, .key = "rate" },
	[WATCH_MULTICAST] = { .peers = true, .key = "request-multicast-control" },
};

static int (*const key_changed[NR_EVENTS])(struct xsplit_link *link) = {
	[WATCH_HOTPLUG] = xsplit_link_script_check,
	[WATCH_RATE] = xnb_rate_changed,
	[WATCH_MULTICAST] = xnb_multicast_changed,
	[KEYS_CHANGED] = xnb_write_changing,
};

void xnb_back_keys_changed(struct xnb_vif *vif)
{
	xsplit_link_notify(vif->link, KEYS_CHANGED);
}

static int xnb_back_key_changed(struct xsplit_link *link, unsigned int watch)
{
	return key_changed[watch](link);
}

static const struct xsplit_link_ops back_ops = {
	.create = xnb_back_create,
	.publish = xnb_back_publish,
	.connect = xnb_back_connect,
	.publish_connected = xnb_back_publish_connected,
	.refresh = xnb_back_refresh,
	.disconnect = xnb_back_disconnect,
	.withdraw = xnb_back_withdraw,
	.destroy = xnb_back_destroy,
	.key_changed = xnb_back_key_changed,
	.uevent = xnb_back_uevent,
};

struct xsplit_driver xnb_driver = {
	.name = "vif",
	.side = XSPLIT_BACK,
	.ops = &back_ops,
	.watches = back_watches,
};
