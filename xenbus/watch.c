// SPDX-License-Identifier: GPL-2.0
/*
 * Watches of a link, and its xenwatch work, which only the watch thread may do: the bus
 * itself unregisters devices and reads the other end's name in that thread.
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "compat/xenbus.h"
#include "xenbus/link.h"
#include "xenbus/private.h"
#include "xenbus/errno_hint.h"

/* How often a flush of the watch thread is tried, and how long after a failure. */
#define FLUSH_TRIES 100
#define FLUSH_MSECS 20

/* One pending event is as good as a thousand. Context: under the bus's lock. */
static bool watch_wanted(struct xenbus_watch *watch, const char *path, const char *token)
{
	return watch->nr_pending == 0;
}

static void nothing_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
}

/* --- watches ------------------------------------------------------------ */

static void watch_fired(struct xenbus_watch *xwatch, const char *path, const char *token)
{
	struct xsplit_watch *watch = container_of(xwatch, struct xsplit_watch, watch);

	set_bit(watch->index, &watch->link->keys_changed);
	xsplit_link_kick(watch->link);
}

void xsplit_watches_remove(struct xsplit_link *link)
{
	unsigned int i;

	for (i = 0; i < XSPLIT_NR_WATCHES; i++) {
		if (!link->watches[i].watch.node)
			continue;
		unregister_xenbus_watch(&link->watches[i].watch);
		kfree(link->watches[i].watch.node);
		link->watches[i].watch.node = NULL;
	}
}

static int watch_add(struct xsplit_link *link, unsigned int i, bool peers, const char *key)
{
	link->watches[i].link = link;
	link->watches[i].index = i;
	return xenbus_watch_pathfmt(link->xdev, &link->watches[i].watch, watch_wanted,
				    watch_fired, "%s/%s",
				    peers ? link->peer_dir : link->own_dir, key);
}

/*
 * The bus adds a watch of its own after @probe. If that fails, some kernels forget the
 * device without calling @remove. So @probe fails first if there is no room for one more.
 */
static int try_watch(const char *node)
{
	struct xenbus_watch watch = { .node = node, .callback = nothing_changed };
	int err = register_xenbus_watch(&watch);

	if (!err)
		unregister_xenbus_watch(&watch);
	return err;
}

int xsplit_watches_add(struct xsplit_link *link)
{
	const struct xsplit_watch_spec *spec = link->driver->watches;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && spec && spec[i].key && i < XSPLIT_MAX_WATCHES; i++)
		err = watch_add(link, i, spec[i].peers, spec[i].key);
	if (!err && link->driver->side == XSPLIT_BACK)
		err = watch_add(link, XSPLIT_WATCH_ONLINE, false, "online");
	if (!err && link->driver->side == XSPLIT_FRONT)
		err = watch_add(link, XSPLIT_WATCH_NODE, false, XSPLIT_NODE_KEY);
	if (!err && link->moved)
		err = watch_add(link, XSPLIT_WATCH_PEER, true, "state");
	if (!err)
		err = try_watch(link->peer_dir);
	if (!err)
		return 0;
	xsplit_watches_remove(link);
	return xsplit_link_error(link, err, "cannot watch keys in xenstore: %s",
				 xsplit_errno_hint(err));
}

/* --- xenwatch work ------------------------------------------------------------ */

/* Run @fn as the callback of a watch, which fires at once. One at a time. */
static int xenwatch_run(struct xsplit_link *link,
			void (*fn)(struct xenbus_watch *, const char *, const char *))
{
	int err;

	if (test_and_set_bit(LINK_XENWATCH_WORK, &link->flags))
		return 0;
	link->xenwatch_work.node = link->own_dir;
	link->xenwatch_work.will_handle = watch_wanted;
	link->xenwatch_work.callback = fn;
	err = register_xenbus_watch(&link->xenwatch_work);
	if (err)
		clear_bit(LINK_XENWATCH_WORK, &link->flags);
	return err;
}

/*
 * Unregistering any watch waits for the callback that runs, which may be xenwatch work. What
 * follows frees what that works on, so a lack of memory or of watches must not end the wait at
 * once. It lasts as long as xenwatch work ever takes.
 */
void xsplit_flush_watch_thread(void)
{
	struct xenbus_watch watch = { .node = "domid", .callback = nothing_changed };
	unsigned int tries;

	for (tries = 0; tries < FLUSH_TRIES; tries++) {
		if (!register_xenbus_watch(&watch)) {
			unregister_xenbus_watch(&watch);
			return;
		}
		msleep(FLUSH_MSECS);
	}
}

void xsplit_xenwatch_cancel(struct xsplit_link *link)
{
	if (test_and_clear_bit(LINK_XENWATCH_WORK, &link->flags))
		unregister_xenbus_watch(&link->xenwatch_work);
	else if (link->moved)
		xsplit_flush_watch_thread();
}

static void reap_device(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct xsplit_link *link = container_of(watch, struct xsplit_link, xenwatch_work);
	struct device *dev = &link->xdev->dev;
	bool ours;

	/*
	 * While we hold the lock, nobody removes the link. If it is taken, the driver is
	 * being unbound and waits for us, and the bus will unregister the device.
	 */
	if (!device_trylock(dev))
		return;
	ours = test_and_clear_bit(LINK_XENWATCH_WORK, &link->flags);
	if (ours) {
		unregister_xenbus_watch(watch);
		get_device(dev);
	}
	device_unlock(dev);
	if (!ours)
		return;
	if (device_is_registered(dev))
		device_unregister(dev);
	put_device(dev);
}

void xsplit_reap(struct xsplit_link *link)
{
	xenwatch_run(link, reap_device);
}

/* The bus goes on watching the old peer's folder, which does no harm. */
static void move_to_peer(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct xsplit_link *link = container_of(watch, struct xsplit_link, xenwatch_work);
	unsigned int noio;

	if (!test_and_clear_bit(LINK_XENWATCH_WORK, &link->flags))
		return;
	unregister_xenbus_watch(watch);
	noio = memalloc_noio_save();
	xsplit_watches_remove(link);
	xsplit_node_follow_peer(link);
	xsplit_watches_add(link);
	memalloc_noio_restore(noio);
	clear_bit(LINK_MOVING, &link->flags);
	xsplit_link_kick(link);
}

int xsplit_move_to_peer(struct xsplit_link *link)
{
	int err;

	set_bit(LINK_MOVING, &link->flags);
	err = xenwatch_run(link, move_to_peer);
	if (err)
		clear_bit(LINK_MOVING, &link->flags);
	return err;
}
