// SPDX-License-Identifier: GPL-2.0
/*
 * The moments of an exported disk's life: what is published, read, set up and
 * given back at each.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>

#include "blkback/back.h"
#include "blkback/disk.h"
#include "blkback/params.h"
#include "blkback/ring.h"
#include "xenbus/store.h"

/* Housekeeping; from one round second to the next. */
#define HOUSEKEEPING_EVERY HZ
#define LOG_EVERY (10 * HZ)

/* How often queues look for what has long been idle, in seconds. */
#define TRIM_MIN 1
#define TRIM_MAX 15

/* --- keys of the frontend ----------------------------------------------- */

/* A frontend that names an order numbers its references, even at order 0. */
#define NO_ORDER U64_MAX

enum { KEY_QUEUES, KEY_ORDER, KEY_PERSISTENT, NR_KEYS };

/* Bounds that are module parameters are filled in by read_front(). */
static const struct xsplit_key front_keys[NR_KEYS] = {
	[KEY_QUEUES] = { "multi-queue-num-queues", XSPLIT_KEY_REFUSE, 1, 1, 1 },
	[KEY_ORDER] = { "ring-page-order", XSPLIT_KEY_REFUSE, NO_ORDER, 0, 0 },
	[KEY_PERSISTENT] = { "feature-persistent", XSPLIT_KEY_CLAMP, 0, 0, 1 },
};

/**
 * struct front - what a frontend says when it connects
 * @queues: how many
 * @ring: what holds for every queue
 */
struct front {
	unsigned int queues;
	struct xbb_ring_setup ring;
};

static int read_layout(struct xsplit_link *link, const struct xbb_layout **layout)
{
	char *protocol;
	int err;

	err = xsplit_text_read(link, link->peer_dir, "protocol", &protocol);
	if (err)
		return err;
	*layout = xbb_layout_find(protocol);
	if (!*layout)
		err = xsplit_link_error(link, -EINVAL,
					"%s/protocol is '%.32s', want x86_64-abi, x86_32-abi or arm-abi",
					link->peer_dir, protocol);
	kfree(protocol);
	return err;
}

/* Left in our own folder, where no frontend writes. */
static const struct xsplit_key previous_keys[XBB_NR_OFFERS] = {
	[XBB_OFFER_QUEUES] = { "multi-queue-max-queues", XSPLIT_KEY_CLAMP, 0, 0, 256 },
	[XBB_OFFER_ORDER] = { "max-ring-page-order", XSPLIT_KEY_CLAMP,
			      0, 0, XSPLIT_MAX_RING_ORDER },
};

/*
 * A driver that takes up a connection has to take what its predecessor offered: the
 * frontend, which uses the disk, has no way to have less before it connects anew.
 */
static int read_previous(struct xbb_back *back)
{
	return xsplit_keys_read(back->link, back->link->xdev->nodename, previous_keys,
				XBB_NR_OFFERS, back->previous);
}

/* The parameter may be changed to anything while we run. */
static unsigned int max_queues(void)
{
	return max(READ_ONCE(xbb_max_queues), 1u);
}

static unsigned int most_queues(const struct xbb_back *back)
{
	return max_t(unsigned int, max_queues(), back->previous[XBB_OFFER_QUEUES]);
}

static unsigned int most_order(const struct xbb_back *back)
{
	return max_t(unsigned int, xbb_max_ring_page_order, back->previous[XBB_OFFER_ORDER]);
}

/* Read anew on every connect: the next frontend may be somebody else. */
static int read_front(struct xbb_back *back, struct front *front)
{
	struct xsplit_link *link = back->link;
	struct xsplit_key keys[NR_KEYS];
	u64 vals[NR_KEYS];
	int err;

	memcpy(keys, front_keys, sizeof(keys));
	keys[KEY_QUEUES].max = most_queues(back);
	keys[KEY_ORDER].max = most_order(back);
	err = xsplit_keys_read(link, link->peer_dir, keys, NR_KEYS, vals) ?:
	      read_layout(link, &front->ring.layout);
	if (err)
		return err;
	front->queues = vals[KEY_QUEUES];
	front->ring.numbered = vals[KEY_ORDER] != NO_ORDER;
	front->ring.pages = front->ring.numbered ? 1u << vals[KEY_ORDER] : 1;
	front->ring.persistent = back->offer_persistent && vals[KEY_PERSISTENT];
	return 0;
}

/* --- queues ------------------------------------------------------------- */

/* The queues go; what they counted stays. */
static void destroy_rings(struct xbb_back *back)
{
	struct xbb_ring **rings = back->ring;
	unsigned int i, nr = back->nr_rings;

	for (i = 0; i < nr; i++)
		xbb_ring_wait(rings[i]);
	mutex_lock(&back->rings_lock);
	for (i = 0; i < nr; i++)
		xbb_count_stats(back->past, &rings[i]->counts);
	back->ring = NULL;
	back->nr_rings = 0;
	mutex_unlock(&back->rings_lock);
	/* Whoever finished the last requests may still be about to ask for a drain. */
	synchronize_rcu();
	for (i = 0; i < nr; i++)
		xbb_ring_destroy(rings[i]);
	kfree(rings);
}

static int create_ring(struct xbb_back *back, const struct front *front, unsigned int index)
{
	struct xbb_ring_setup setup = front->ring;
	char dir[XSPLIT_QUEUE_DIR_LEN];
	struct xbb_ring *ring;

	setup.index = index;
	setup.dir = xsplit_queue_dir(dir, back->link->peer_dir, index, front->queues);
	ring = xbb_ring_create(back->link, &back->vbd, &setup);
	if (IS_ERR(ring))
		return PTR_ERR(ring);
	mutex_lock(&back->rings_lock);
	back->ring[back->nr_rings++] = ring;
	mutex_unlock(&back->rings_lock);
	return 0;
}

static int create_rings(struct xbb_back *back, const struct front *front)
{
	unsigned int i;
	int err;

	back->ring = kcalloc(front->queues, sizeof(*back->ring), GFP_KERNEL);
	if (!back->ring)
		return xsplit_link_error(back->link, -ENOMEM, "no memory for %u queues",
					 front->queues);
	for (i = 0; i < front->queues; i++) {
		err = create_ring(back, front, i);
		if (err) {
			destroy_rings(back);
			return err;
		}
	}
	return 0;
}

/* The disk's name for its threads: "xvda", also where "/dev/xvda" is written. */
static char *read_name(struct xsplit_link *link)
{
	char *name = xsplit_text_peek(link->xdev->nodename, "dev");
	char *base;

	if (!name)
		return kstrdup("vbd", GFP_KERNEL);
	base = strstr(name, "/dev/");
	if (base)
		memmove(name, base + 5, strlen(base + 5) + 1);
	return name;
}

/* --- statistics --------------------------------------------------------- */

void xbb_back_stats(struct xbb_back *back, u64 stats[XBB_NR_STATS])
{
	unsigned int i;

	mutex_lock(&back->rings_lock);
	memcpy(stats, back->past, sizeof(back->past));
	for (i = 0; i < back->nr_rings; i++)
		xbb_count_stats(stats, &back->ring[i]->counts);
	mutex_unlock(&back->rings_lock);
}

static void log_stats(struct xbb_back *back)
{
	u64 stats[XBB_NR_STATS];

	if (!READ_ONCE(xbb_log_stats) || time_before(jiffies, back->next_log))
		return;
	back->next_log = jiffies + LOG_EVERY;
	xbb_back_stats(back, stats);
	dev_info(&back->link->xdev->dev,
		 "oo %llu | rd %llu | wr %llu | f %llu | ds %llu | sectors rd %llu wr %llu\n",
		 stats[XBB_STAT_OO_REQ], stats[XBB_STAT_RD_REQ], stats[XBB_STAT_WR_REQ],
		 stats[XBB_STAT_F_REQ], stats[XBB_STAT_DS_REQ], stats[XBB_STAT_RD_SECT],
		 stats[XBB_STAT_WR_SECT]);
}

/* --- housekeeping ------------------------------------------------------- */

static void trim_rings(struct xbb_back *back)
{
	unsigned int every = clamp_t(unsigned int, READ_ONCE(xbb_unused_seconds) / 4,
				     TRIM_MIN, TRIM_MAX);
	unsigned int i;

	if (time_before(jiffies, back->next_trim) && !xsplit_map_starved())
		return;
	back->next_trim = jiffies + every * HZ;
	for (i = 0; i < back->nr_rings; i++)
		xbb_ring_trim(back->ring[i]);
}

static bool xbb_check_events(struct xsplit_watchdog *watchdog, bool ran)
{
	struct xbb_back *back = container_of(watchdog, struct xbb_back, watchdog);
	bool soon = false;
	unsigned int i;

	for (i = 0; i < back->nr_rings; i++)
		soon |= xbb_ring_check_events(back->ring[i], ran);
	return soon;
}

/* All devices at the same time: an idle processor wakes once for all of them. */
static void queue_housekeeping(struct xbb_back *back)
{
	queue_delayed_work(xsplit_workqueue(), &back->housekeeping, round_jiffies_relative(HOUSEKEEPING_EVERY));
}

static void xbb_housekeeping(struct work_struct *work)
{
	struct xbb_back *back = container_of(to_delayed_work(work), struct xbb_back, housekeeping);

	xbb_disk_check(back);
	trim_rings(back);
	log_stats(back);
	queue_housekeeping(back);
}

/* --- work items --------------------------------------------------------- */

static void xbb_destroy_rings(struct xbb_work_items *items)
{
	destroy_rings(container_of(items, struct xbb_back, work));
}

static const xbb_work_fn work_fns[XBB_NR_WORK_ITEMS] = {
	[XBB_WORK_DESTROY_RINGS] = xbb_destroy_rings,
	[XBB_WORK_CLOSE] = xbb_disk_close,
	[XBB_WORK_OPEN] = xbb_disk_open,
	[XBB_WORK_WRITABLE] = xbb_disk_open_rw,
	[XBB_WORK_SYNC] = xbb_disk_sync,
};

/* --- operations of the link --------------------------------------------- */

enum { WATCH_DISK, WATCH_HOTPLUG, NR_WATCHES, WORK_DONE = NR_WATCHES, NR_EVENTS };

static_assert(NR_EVENTS <= XSPLIT_MAX_WATCHES);

static void work_done(struct xbb_work_items *items)
{
	xsplit_link_notify(container_of(items, struct xbb_back, work)->link, WORK_DONE);
}

static int xbb_create(struct xsplit_link *link)
{
	struct xbb_back *back = kzalloc(sizeof(*back), GFP_KERNEL);
	int err;

	if (!back)
		return -ENOMEM;
	back->link = link;
	err = read_previous(back);
	if (err) {
		kfree(back);
		return err;
	}
	mutex_init(&back->rings_lock);
	/* Not deferrable: the guest is told of a disk's changes also while all sleep. */
	INIT_DELAYED_WORK(&back->housekeeping, xbb_housekeeping);
	xsplit_watchdog_init(&back->watchdog, xbb_check_events);
	xbb_work_create(&back->work, work_fns, work_done);
	link->priv = back;
	xbb_disk_add(back);
	return 0;
}

/* What has the device's name must not be in the way of the next one. */
static void xbb_leave(struct xsplit_link *link)
{
	struct xbb_back *back = link->priv;

	if (back->shown)
		xbb_sysfs_remove(back);
	back->shown = false;
	xbb_disk_removed(back);
}

static bool xbb_finish(struct xsplit_link *link, bool close)
{
	struct xbb_back *back = link->priv;

	return !xbb_work_pending(&back->work, XBB_WORK_DESTROY_RINGS) &&
	       (!close || xbb_disk_release(back));
}

static void xbb_destroy(struct xsplit_link *link)
{
	struct xbb_back *back = link->priv;

	/* A probe that fails may have begun to open the disk. */
	while (!xbb_finish(link, true))
		xbb_work_flush(&back->work);
	xbb_work_flush(&back->work);
	xbb_disk_remove(back);
	link->priv = NULL;
	kfree(back);
}

/* What some frontends read before they connect. */
static void xbb_publish(struct xsplit_link *link, struct xsplit_txn *txn)
{
	const char *dir = link->xdev->nodename;

	xsplit_write(txn, dir, "feature-max-indirect-segments", "%u", XBB_MAX_SEGS);
	xsplit_write(txn, dir, "multi-queue-max-queues", "%u", max_queues());
	xsplit_write(txn, dir, "max-ring-page-order", "%u", xbb_max_ring_page_order);
}

static void see_disk(struct xsplit_link *link)
{
	xbb_disk_chosen(link->priv);
}

static void see_work_done(struct xsplit_link *link)
{
	xbb_disk_work_done(link->priv);
}

static const struct xsplit_watch_spec back_watches[NR_WATCHES + 1] = {
	[WATCH_DISK] = { .peers = false, .key = "physical-device" },
	[WATCH_HOTPLUG] = { .peers = false, .key = "hotplug-status" },
};

static void (*const events[NR_EVENTS])(struct xsplit_link *link) = {
	[WATCH_DISK] = see_disk,
	[WATCH_HOTPLUG] = xsplit_link_script_check,
	[WORK_DONE] = see_work_done,
};

static void xbb_key_changed(struct xsplit_link *link, unsigned int watch)
{
	events[watch](link);
}

static void log_connected(struct xsplit_link *link, const struct front *front)
{
	if (!xsplit_link_may_log(link))
		return;
	dev_info(&link->xdev->dev, "%u queues of %u pages, %s, %s grants\n",
		 front->queues, front->ring.pages, front->ring.layout->name,
		 front->ring.persistent ? "persistent" : "no persistent");
}

static void start_rings(struct xbb_back *back)
{
	unsigned int i;

	for (i = 0; i < back->nr_rings; i++)
		xbb_ring_start(back->ring[i]);
	back->next_trim = jiffies;
	back->next_log = jiffies;
	queue_housekeeping(back);
	xsplit_watchdog_start(&back->watchdog);
}

static int xbb_connect(struct xsplit_link *link)
{
	struct xbb_back *back = link->priv;
	struct front front = { };
	int err;

	err = xbb_disk_ready(back);
	if (err)
		return err;
	back->offer_persistent = READ_ONCE(xbb_feature_persistent);
	err = read_front(back, &front);
	if (err)
		return err;
	front.ring.name = read_name(link);
	if (!front.ring.name)
		return xsplit_link_error(link, -ENOMEM, "no memory for its threads' name");
	err = create_rings(back, &front);
	kfree(front.ring.name);
	if (err)
		return err;
	log_connected(link, &front);
	start_rings(back);
	return 0;
}

/* What holds while connected. */
static void xbb_publish_connected(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xbb_back *back = link->priv;
	const char *dir = link->xdev->nodename;

	xsplit_write(txn, dir, "feature-persistent", "%d", back->offer_persistent);
	/* For whoever takes up the connection; the next one is offered what there is. */
	xsplit_write(txn, dir, "multi-queue-max-queues", "%u", most_queues(back));
	xsplit_write(txn, dir, "max-ring-page-order", "%u", most_order(back));
	xbb_vbd_publish(&back->vbd, txn, dir);
}

static void xbb_disconnect(struct xsplit_link *link, enum xsplit_why why)
{
	struct xbb_back *back = link->priv;

	unsigned int i;

	xsplit_watchdog_stop(&back->watchdog);
	cancel_delayed_work_sync(&back->housekeeping);
	for (i = 0; i < back->nr_rings; i++)
		xbb_ring_stop(back->ring[i]);
	back->peer_stays = why == XSPLIT_WHY_REMOVE;
	xbb_work_queue(&back->work, XBB_WORK_DESTROY_RINGS);
}

static const struct xsplit_link_ops back_ops = {
	.create = xbb_create,
	.publish = xbb_publish,
	.connect = xbb_connect,
	.publish_connected = xbb_publish_connected,
	.disconnect = xbb_disconnect,
	.finish = xbb_finish,
	.leave = xbb_leave,
	.destroy = xbb_destroy,
	.key_changed = xbb_key_changed,
};

struct xsplit_driver xbb_driver = {
	.name = "vbd",
	.side = XSPLIT_BACK,
	.ops = &back_ops,
	.watches = back_watches,
};
