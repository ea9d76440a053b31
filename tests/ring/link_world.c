// SPDX-License-Identifier: GPL-2.0
/* See link_world.h. */
#include <errno.h>
#include <string.h>

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>

#include "grant/lend.h"
#include "hypervisor.h"
#include "link_world.h"
#include "xenbus/store.h"

struct workqueue_struct *xsplit_link_wq;

struct link_world world;

static struct xsplit_link *const link = &world.link;
static struct xenbus_device *const xdev = &world.xdev;
static struct xsplit_driver *const driver = &world.driver;

static void publish(struct xsplit_link *l, struct xsplit_txn *txn)
{
	(void)l;
	(void)txn;
}

static void publish_connected(struct xsplit_link *l, struct xsplit_txn *txn)
{
	(void)l;
	(void)txn;
}

/* --- the kernel and the rest of xenbus/ ------------------------------------------- */

ktime_t ktime_get(void)
{
	return world.ms * 1000000;
}

/* Only the one that tries again is queued here. */
bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
			unsigned long delay)
{
	(void)wq;
	EXPECT(work == &link->retry);
	if (world.retry_pending)
		return false;
	world.retry_pending = true;
	world.retry_delay = delay;
	return true;
}

bool cancel_delayed_work(struct delayed_work *work)
{
	bool pending = world.retry_pending;

	EXPECT(work == &link->retry);
	world.retry_pending = false;
	return pending;
}

bool delayed_work_pending(const struct delayed_work *work)
{
	EXPECT(work == &link->retry);
	return world.retry_pending;
}

enum xenbus_state xenbus_read_driver_state(const char *path)
{
	return strcmp(path, "peer") ? xdev->state : world.peers_state;
}

int xsplit_state_read(const struct xsplit_link *l, const char *dir, unsigned int *state)
{
	EXPECT(l == link);
	EXPECT(!strcmp(dir, "peer"));
	*state = world.state_error ? XenbusStateUnknown : world.peers_state;
	return world.state_error;
}

int xenbus_switch_state(struct xenbus_device *dev, enum xenbus_state state)
{
	dev->state = state;
	return 0;
}

void xsplit_node_switch_state(struct xsplit_link *l, enum xenbus_state state)
{
	xenbus_switch_state(l->xdev, state);
}

void xsplit_node_write_state(struct xsplit_link *l, enum xenbus_state state)
{
	xenbus_switch_state(l->xdev, state);
}

void xsplit_node_reset_state(struct xsplit_link *l)
{
	l->xdev->state = XenbusStateUnknown;
}

/* The folder of the peer is always there. */
int xsplit_exists(const char *dir, const char *key)
{
	EXPECT(!strcmp(dir, "peer"));
	EXPECT(!*key);
	return world.folder_error ?: 1;
}

int xsplit_node_check(struct xsplit_link *l, enum xsplit_node *node)
{
	EXPECT(l == link);
	if (world.key_error)
		return xsplit_link_error(l, world.key_error, "cannot read a key");
	*node = XSPLIT_NODE_ANEW;
	return 0;
}

int xsplit_link_unread(struct xsplit_link *l, const char *dir, const char *key, int err)
{
	EXPECT(!strcmp(dir, "peer"));
	EXPECT(!strcmp(key, "state"));
	return xsplit_link_error(l, err, "cannot read a key");
}

int xsplit_text_read(struct xsplit_link *l, const char *dir, const char *key, char **text)
{
	EXPECT(!strcmp(dir, "own"));
	EXPECT(!strcmp(key, "online"));
	*text = NULL;
	if (world.online_error)
		return xsplit_link_error(l, world.online_error, "cannot read a key");
	if (world.online)
		*text = strdup(world.online);
	return 0;
}

int xsplit_link_publish(struct xsplit_link *l,
			void (*fill)(struct xsplit_link *l, struct xsplit_txn *txn))
{
	int err = fill == publish_connected ? world.connected_error : world.publish_error;

	EXPECT(fill == publish || fill == publish_connected || fill == l->reconfigure);
	world.published++;
	return err ? xsplit_link_error(l, err, "cannot write") : 0;
}

bool xsplit_finished(struct xsplit_link *l, bool close)
{
	(void)l;
	(void)close;
	return true;
}

bool xsplit_link_may_log(struct xsplit_link *l)
{
	EXPECT(l == link);
	return true;
}

void xsplit_link_forget(struct xsplit_link *l)
{
	l->error_text = NULL;
}

void xsplit_link_clear_error(struct xsplit_link *l)
{
	xsplit_link_forget(l);
	world.cleared++;
}

/* --- a driver ---------------------------------------------------------------------- */

static int connect(struct xsplit_link *l)
{
	EXPECT(l == link);
	world.connected++;
	world.state_error = world.fails_later ? -ENOMEM : 0;
	return world.connect_error;
}

static int ready(struct xsplit_link *l)
{
	EXPECT(l == link);
	world.made_ready++;
	world.state_error = world.fails_later ? -ENOMEM : 0;
	return world.ready_error;
}

static void disconnect(struct xsplit_link *l, enum xsplit_why why)
{
	(void)l;
	(void)why;
	world.disconnected++;
}

/* The peer has always changed something. */
static int refresh(struct xsplit_link *l)
{
	world.refreshed++;
	if (world.refresh_error)
		return xsplit_link_error(l, world.refresh_error, "cannot read a key");
	world.resized += xsplit_link_may_act(l, &world.resizes);
	return 0;
}

/* Other events are not held back by a key that cannot be read. */
static int key_changed(struct xsplit_link *l, unsigned int watch)
{
	EXPECT(watch < 2);
	if (watch) {
		world.others_read++;
		return 0;
	}
	world.keys_read++;
	return world.key_error ? xsplit_link_error(l, world.key_error, "cannot read a key") : 0;
}

static unsigned int held_elsewhere(struct xsplit_link *l)
{
	EXPECT(l == link);
	return world.elsewhere;
}

static const struct xsplit_link_ops ops = {
	.publish = publish, .connect = connect, .publish_connected = publish_connected,
	.disconnect = disconnect, .ready = ready, .refresh = refresh, .held = held_elsewhere,
	.key_changed = key_changed,
};

static bool holds(grant_ref_t ref)
{
	return ref <= world.held;
}

void link_world_prepare(void)
{
	hypervisor_reset(REFS);
	hypervisor.holds = holds;
	memset(&world, 0, sizeof(world));
	world.ms = 1000000;
	world.resizes = (struct xsplit_pace)XSPLIT_PACE_RESIZES;
	*driver = (struct xsplit_driver){
		.side = XSPLIT_FRONT, .offered = XenbusStateInitialised, .ops = &ops,
	};
	*xdev = (struct xenbus_device){ .state = XenbusStateInitialising };
	*link = (struct xsplit_link){
		.xdev = xdev, .driver = driver, .own_dir = "own", .peer_dir = "peer",
		.peer_id = PEER, .number = NUMBER, .phase = XSPLIT_IDLE,
		.pace = XSPLIT_PACE_CONNECTS, .caught = XSPLIT_PACE_CAUGHT,
	};
	world.peers_state = XenbusStateInitWait;
}
