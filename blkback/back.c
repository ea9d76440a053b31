// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of an exported disk's link: what is published, read, set up and given back.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>

#include "blkback/back.h"
#include "blkback/disk.h"
#include "blkback/params.h"
#include "blkback/ring.h"
#include "xenbus/store.h"

/* Both run on round seconds. */
#define HOUSEKEEPING_EVERY HZ
#define LOG_EVERY (10 * HZ)

/* How often queues give back what has long been idle, in seconds. */
#define TRIM_MIN 1
#define TRIM_MAX 15

/* --- keys --------------------------------------------------------------- */

/* The parameter may be changed to anything while we run. */
static unsigned int max_queues(void)
{
	return max(READ_ONCE(xbb_params.max_queues), 1u);
}

/*
 * A driver that takes up a connection offers at least what its predecessor offered: the
 * frontend uses the disk and cannot have less before it connects anew.
 */
static void set_offer(struct xbb_back *back)
{
	back->offer[XBB_OFFER_QUEUES] = max_t(u64, max_queues(),
					      back->previous[XBB_OFFER_QUEUES]);
	back->offer[XBB_OFFER_ORDER] = max_t(u64, xbb_params.max_ring_page_order,
					     back->previous[XBB_OFFER_ORDER]);
	back->offer_persistent = READ_ONCE(xbb_params.feature_persistent);
}

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

/* Called for every connection, as the next frontend may be another one. */
static int read_front(struct xbb_back *back, struct xbb_front *front)
{
	struct xsplit_link *link = back->link;
	struct xsplit_key keys[XBB_NR_FRONT_KEYS];
	u64 vals[XBB_NR_FRONT_KEYS];
	int err;

	xbb_front_keys(back->offer, keys);
	err = xsplit_keys_read(link, link->peer_dir, keys, XBB_NR_FRONT_KEYS, vals) ?:
	      read_layout(link, &front->layout);
	if (!err)
		xbb_front_judge(vals, back->offer_persistent, front);
	return err;
}

/* The disk's name for its threads: "xvda", also where "/dev/xvda" is written. */
static char *read_name(struct xsplit_link *link)
{
	char *name = xsplit_text_peek(link->own_dir, "dev");
	char *base;

	if (!name)
		return kstrdup("vbd", GFP_KERNEL);
	base = strstr(name, "/dev/");
	if (base)
		memmove(name, base + 5, strlen(base + 5) + 1);
	return name;
}

/* --- queues ------------------------------------------------------------- */

/* The queues end; their statistics stay. */
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
	/* A softirq that has completed a last request may still be about to ask for a drain. */
	synchronize_rcu();
	for (i = 0; i < nr; i++)
		xbb_ring_destroy(rings[i]);
	kfree(rings);
}

static int create_rings(struct xbb_back *back, const struct xbb_front *front, const char *name)
{
	struct xbb_ring *ring;
	unsigned int i;

	back->ring = kcalloc(front->queues, sizeof(*back->ring), GFP_KERNEL);
	if (!back->ring)
		return xsplit_link_error(back->link, -ENOMEM, "no memory for %u queues",
					 front->queues);
	for (i = 0; i < front->queues; i++) {
		ring = xbb_ring_create(back->link, &back->vbd, front, i, name);
		if (IS_ERR(ring)) {
			destroy_rings(back);
			return PTR_ERR(ring);
		}
		mutex_lock(&back->rings_lock);
		back->ring[back->nr_rings++] = ring;
		mutex_unlock(&back->rings_lock);
	}
	return 0;
}

/* --- statistics --------------------------------------------------------- */

static void sum_stats(struct xbb_back *back, u64 stats[XBB_NR_STATS])
{
	unsigned int i;

	lockdep_assert_held(&back->rings_lock);
	memcpy(stats, back->past, sizeof(back->past));
	for (i = 0; i < back->nr_rings; i++)
		xbb_count_stats(stats, &back->ring[i]->counts);
}

void xbb_back_stats(struct xbb_back *back, u64 stats[XBB_NR_STATS])
{
	mutex_lock(&back->rings_lock);
	sum_stats(back, stats);
	mutex_unlock(&back->rings_lock);
}

static void log_stats(struct xbb_back *back)
{
	u64 stats[XBB_NR_STATS];

	if (!READ_ONCE(xbb_params.log_stats) || time_before(jiffies, back->next_log))
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
	unsigned int every = clamp_t(unsigned int, READ_ONCE(xbb_params.unused_seconds) / 4,
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

/* All devices run on the same tick, so that an idle processor wakes once for all of them. */
static void queue_housekeeping(struct xbb_back *back)
{
	queue_delayed_work(xsplit_workqueue(), &back->housekeeping,
			   round_jiffies_relative(HOUSEKEEPING_EVERY));
}

static void xbb_housekeeping(struct work_struct *work)
{
	struct xbb_back *back = container_of(to_delayed_work(work), struct xbb_back,
					     housekeeping);

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

enum {
	WATCH_DISK,
	WATCH_HOTPLUG,
	NR_WATCHES,
	WORK_DONE = NR_WATCHES,
	DISK_CHANGED,
	NR_EVENTS
};

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
	err = xsplit_keys_read(link, link->own_dir, xbb_offer_keys, XBB_NR_OFFERS,
			       back->previous);
	if (err) {
		kfree(back);
		return err;
	}
	mutex_init(&back->rings_lock);
	/* Not deferrable: a guest learns of changes of its disk also while all processors idle. */
	INIT_DELAYED_WORK(&back->housekeeping, xbb_housekeeping);
	xsplit_watchdog_init(&back->watchdog, xbb_check_events);
	xbb_work_create(&back->work, work_fns, work_done);
	link->priv = back;
	xbb_disk_add(back);
	return 0;
}

/* Nothing that has the device's name may be in the way of the next device of that name. */
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

static void write_offer(struct xsplit_txn *txn, const char *dir, u64 queues, u64 order)
{
	xsplit_write(txn, dir, "multi-queue-max-queues", "%llu", queues);
	xsplit_write(txn, dir, "max-ring-page-order", "%llu", order);
}

/* Some frontends read these before they connect. */
static void xbb_publish(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xbb_back *back = link->priv;
	const char *dir = link->own_dir;

	xsplit_write(txn, dir, "feature-max-indirect-segments", "%u", XBB_MAX_SEGS);
	set_offer(back);
	if (xsplit_link_has_rings(link))
		write_offer(txn, dir, back->offer[XBB_OFFER_QUEUES], back->offer[XBB_OFFER_ORDER]);
	else
		write_offer(txn, dir, max_queues(), xbb_params.max_ring_page_order);
}

static const struct xsplit_watch_spec back_watches[NR_WATCHES + 1] = {
	[WATCH_DISK] = { .peers = false, .key = "physical-device" },
	[WATCH_HOTPLUG] = { .peers = false, .key = "hotplug-status" },
};

static int xbb_script_changed(struct xbb_back *back)
{
	return xsplit_link_script_check(back->link);
}

static int (*const key_changed[NR_EVENTS])(struct xbb_back *back) = {
	[WATCH_DISK] = xbb_disk_chosen,
	[WATCH_HOTPLUG] = xbb_script_changed,
	[WORK_DONE] = xbb_disk_work_done,
	[DISK_CHANGED] = xbb_disk_tell,
};

static int xbb_key_changed(struct xsplit_link *link, unsigned int watch)
{
	return key_changed[watch](link->priv);
}

void xbb_back_disk_changed(struct xbb_back *back)
{
	xsplit_link_notify(back->link, DISK_CHANGED);
}

static void log_connected(struct xsplit_link *link, const struct xbb_front *front)
{
	if (!xsplit_link_may_log(link))
		return;
	dev_info(&link->xdev->dev, "%u queues of %u pages, %s, %s grants\n",
		 front->queues, front->pages, front->layout->name,
		 front->persistent ? "persistent" : "no persistent");
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
	struct xbb_front front = { };
	char *name;
	int err;

	err = xbb_disk_ready(back);
	if (err)
		return err;
	set_offer(back);
	err = read_front(back, &front);
	if (err)
		return err;
	name = read_name(link);
	if (!name)
		return xsplit_link_error(link, -ENOMEM, "no memory for its threads' name");
	err = create_rings(back, &front, name);
	kfree(name);
	if (err)
		return err;
	log_connected(link, &front);
	start_rings(back);
	return 0;
}

static void xbb_publish_connected(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xbb_back *back = link->priv;
	const char *dir = link->own_dir;

	xsplit_write(txn, dir, "feature-persistent", "%d", back->offer_persistent);
	/* A driver that takes up this connection reads them in its xbb_create(). */
	write_offer(txn, dir, back->offer[XBB_OFFER_QUEUES], back->offer[XBB_OFFER_ORDER]);
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
