// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a link.
 *
 * Everything that happens to a link (the peer's state, a watched key, a kick
 * from the data path, a broken peer) only queues its work item; the work looks
 * at the world as it is then and takes the steps of xenbus/state.c until there
 * is nothing left to do. So operations never run side by side, events may
 * arrive in any order and any number, and nothing waits in the watch thread.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "compat/xenbus.h"
#include "grant/retry.h"
#include "xenbus/link.h"
#include "xenbus/private.h"
#include "xenbus/store.h"

/* A handshake takes three steps; more in one go means that the peer flaps. */
#define STEPS_AT_ONCE 8

/*
 * Protects links, and their drivers' part, against being destroyed while somebody asks
 * who has no lock of the device's: udev, and whoever waits for devices at boot.
 */
static DEFINE_MUTEX(query_lock);

static struct xsplit_driver *driver_of(struct xenbus_device *xdev)
{
	struct xenbus_driver *xdrv = to_xenbus_driver(xdev->dev.driver);

	return container_of(xdrv, struct xsplit_driver, xenbus);
}

void xsplit_link_kick(struct xsplit_link *link)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&link->kick_lock, flags);
	if (!test_bit(LINK_LEAVING, &link->flags) || test_bit(LINK_ORPHAN, &link->flags))
		queue_work(xsplit_link_wq, &link->work);
	raw_spin_unlock_irqrestore(&link->kick_lock, flags);
}
XSPLIT_EXPORT(xsplit_link_kick);

void xsplit_link_notify(struct xsplit_link *link, unsigned int watch)
{
	set_bit(watch, &link->keys_changed);
	xsplit_link_kick(link);
}
XSPLIT_EXPORT(xsplit_link_notify);

/* --- what went wrong ---------------------------------------------------- */

void xsplit_link_broken(struct xsplit_link *link, const char *fmt, ...)
{
	va_list args;

	if (test_and_set_bit(LINK_ACCUSED, &link->flags))
		return;
	va_start(args, fmt);
	vsnprintf(link->reason, sizeof(link->reason), fmt, args);
	va_end(args);
	/* The work, which may be running, reads the reason when it sees this. */
	smp_mb__before_atomic();
	set_bit(LINK_BROKEN, &link->flags);
	xsplit_link_kick(link);
}
XSPLIT_EXPORT(xsplit_link_broken);

/* --- a connection ends --------------------------------------------------- */

static void drop_connection(struct xsplit_link *link, enum xsplit_why why)
{
	if (link->connected)
		link->driver->ops->disconnect(link, why);
	link->connected = false;
	link->ready = false;
	/* The rings have gone, and with them whoever might have said so. */
	clear_bit(LINK_BROKEN, &link->flags);
	clear_bit(LINK_ACCUSED, &link->flags);
	xsplit_link_forget(link);
}

/*
 * Drop the connection for an action that can only go on when that has come to its end.
 * If it has not, the action is taken again, whatever the peer says meanwhile.
 */
static bool drop_for(struct xsplit_link *link, enum xsplit_action action, bool close)
{
	drop_connection(link, XSPLIT_WHY_GONE);
	if (xsplit_finished(link, close))
		return true;
	link->unfinished = action;
	return false;
}

/* Closing tells the peer to let go; the table takes it from there. */
static void give_up(struct xsplit_link *link, enum xsplit_why why)
{
	drop_connection(link, why);
	link->fresh = false;
	xenbus_switch_state(link->xdev, XenbusStateClosing);
}

/* --- where we are -------------------------------------------------------- */

/* Our row of the table. */
static unsigned int our_state(const struct xsplit_link *link)
{
	if (link->fresh)
		return XenbusStateUnknown;
	/* A network frontend is Connected on the wire before it has seen the backend. */
	if (link->driver->side == XSPLIT_FRONT && link->connected && !link->ready)
		return XenbusStateInitialised;
	return link->xdev->state;
}

/* What the table says now. */
static enum xsplit_action next_action(const struct xsplit_link *link)
{
	unsigned int peers = xenbus_read_driver_state(link->xdev, link->peer_dir);
	unsigned int ours = our_state(link);

	return link->retired ? xsplit_retire_action(ours, peers) :
	       xsplit_next_action(link->driver->side, ours, peers);
}

/* --- one action each ---------------------------------------------------- */

static void do_stay(struct xsplit_link *link)
{
}

/* A frontend's state on the way to or from Initialising needs care. */
static void say(struct xsplit_link *link, enum xenbus_state state)
{
	if (link->driver->side == XSPLIT_FRONT)
		xsplit_node_write_state(link, state);
	else
		xenbus_switch_state(link->xdev, state);
}

static void do_open(struct xsplit_link *link)
{
	const struct xsplit_link_ops *ops = link->driver->ops;

	link->fresh = false;
	link->tries = 0;
	clear_bit(LINK_REOPEN, &link->flags);
	cancel_delayed_work(&link->retry);
	if (ops->publish && xsplit_link_publish(link, ops->publish)) {
		give_up(link, XSPLIT_WHY_CLOSE);
		return;
	}
	say(link, link->driver->side == XSPLIT_FRONT ?
	    XenbusStateInitialising : XenbusStateInitWait);
}

/* A peer that began anew has taken its rings back, which is no fault. */
static void look_again(struct xsplit_link *link)
{
	drop_connection(link, XSPLIT_WHY_GONE);
	xsplit_link_kick(link);
}

/* @troubled: something was said of this attempt, but it has come to a good end. */
static void connected(struct xsplit_link *link, bool troubled)
{
	if (troubled)
		xsplit_link_overcome(link);
	xsplit_link_forget(link);
	say(link, link->driver->offered);
}

/* Something is scarce; others may give back what is missing. */
static void try_again(struct xsplit_link *link)
{
	unsigned int seconds = xsplit_retry_seconds(link->tries);

	if (!link->tries++ && xsplit_link_may_log(link))
		dev_info(&link->xdev->dev, "not connected yet: trying again from time to time\n");
	queue_delayed_work(xsplit_link_wq, &link->retry, seconds * HZ);
}

static void again_work(struct work_struct *work)
{
	xsplit_link_kick(container_of(to_delayed_work(work), struct xsplit_link, retry));
}

/* A peer that connects again and again has us do so, but not at any pace. */
static bool too_soon(struct xsplit_link *link)
{
	unsigned int ms = xsplit_pace_wait(&link->pace, ktime_get_ns() / NSEC_PER_MSEC);

	if (ms)
		queue_delayed_work(xsplit_link_wq, &link->retry, msecs_to_jiffies(ms) + 1);
	return ms;
}

static void do_connect(struct xsplit_link *link)
{
	const struct xsplit_link_ops *ops = link->driver->ops;
	bool troubled = link->said;
	int err;

	/* Whatever happens meanwhile, what was lacking has its time to come back. */
	if (delayed_work_pending(&link->retry) || !xsplit_finished(link, false) || too_soon(link))
		return;
	err = ops->connect(link);
	if (err == -EAGAIN)
		return;
	xsplit_pace_charge(&link->pace, ktime_get_ns() / NSEC_PER_MSEC);
	if (xsplit_is_transient(err)) {
		try_again(link);
		return;
	}
	link->tries = 0;
	link->connected = !err;
	if (!err && ops->publish_connected)
		err = xsplit_link_publish(link, ops->publish_connected);
	if (!err) {
		connected(link, troubled);
	} else if (next_action(link) == XSPLIT_CONNECT) {
		give_up(link, XSPLIT_WHY_CLOSE);
		if (ops->connect_failed)
			ops->connect_failed(link);
	} else {
		look_again(link);
	}
}

static void do_ready(struct xsplit_link *link)
{
	bool troubled = link->said;
	int err;

	if (delayed_work_pending(&link->retry))
		return;
	err = link->driver->ops->ready(link);
	if (err == -EAGAIN)
		return;
	/* The keys of a backend that has vanished meanwhile are missing. */
	if (err && next_action(link) != XSPLIT_READY) {
		xsplit_link_kick(link);
		return;
	}
	/* Rings are lent and the backend serves them: only we are short of something. */
	if (xsplit_is_transient(err)) {
		try_again(link);
		return;
	}
	if (err) {
		give_up(link, XSPLIT_WHY_CLOSE);
		return;
	}
	if (troubled)
		xsplit_link_overcome(link);
	link->tries = 0;
	link->ready = true;
	xenbus_switch_state(link->xdev, XenbusStateConnected);
}

static void do_refresh(struct xsplit_link *link)
{
	if (link->driver->ops->refresh)
		link->driver->ops->refresh(link);
}

/* Detaching, the toolstack writes our state; what it said must not be lost. */
static bool told_to_close(const struct xsplit_link *link)
{
	return xenbus_read_driver_state(link->xdev, link->xdev->nodename) == XenbusStateClosing;
}

/* A driver that has nothing to read lets the frontend wait: its mistake. */
static void do_reconfigure(struct xsplit_link *link)
{
	if (!link->driver->ops->refresh)
		return;
	link->driver->ops->refresh(link);
	if (!told_to_close(link))
		xenbus_switch_state(link->xdev, XenbusStateReconfigured);
}

static void do_reconfigured(struct xsplit_link *link)
{
	if (!told_to_close(link))
		xenbus_switch_state(link->xdev, XenbusStateConnected);
}

static void do_restart(struct xsplit_link *link)
{
	if (drop_for(link, XSPLIT_RESTART, false))
		do_open(link);
}

static void do_close(struct xsplit_link *link)
{
	if (!drop_for(link, XSPLIT_CLOSE, true))
		return;
	xenbus_switch_state(link->xdev, XenbusStateClosed);
	if (link->driver->side == XSPLIT_BACK && !xenbus_dev_is_online(link->xdev))
		xsplit_reap(link);
}

/* Nobody is there to agree with: whoever comes next must see that we begin anew. */
static void do_lose(struct xsplit_link *link)
{
	if (xsplit_link_may_log(link))
		dev_warn(&link->xdev->dev,
			 "the backend is gone: waiting for it or another one, attach the device again\n");
	drop_connection(link, XSPLIT_WHY_LOST);
	xsplit_node_write_state(link, XenbusStateInitialising);
}

static void do_closing(struct xsplit_link *link)
{
	const struct xsplit_link_ops *ops = link->driver->ops;

	if (link->driver->side == XSPLIT_BACK) {
		xenbus_switch_state(link->xdev, XenbusStateClosing);
		return;
	}
	if (ops->may_close && !ops->may_close(link))
		return;
	drop_connection(link, XSPLIT_WHY_CLOSE);
	xenbus_switch_state(link->xdev, XenbusStateClosed);
}

/* A frontend's folder without a state: it may say something again. */
static bool state_removed(struct xsplit_link *link)
{
	return xenbus_exists(XBT_NIL, link->peer_dir, "");
}

static void do_gone(struct xsplit_link *link)
{
	if (state_removed(link)) {
		if (link->xdev->state == XenbusStateClosed && !link->fresh)
			return;
		if (!drop_for(link, XSPLIT_GONE, true))
			return;
		xsplit_link_error(link, -ENOENT,
				  "%s/state is missing: closed, attach the device again to use it",
				  link->peer_dir);
		link->fresh = false;
		xenbus_switch_state(link->xdev, XenbusStateClosed);
		return;
	}
	if (!drop_for(link, XSPLIT_GONE, true))
		return;
	xenbus_switch_state(link->xdev, XenbusStateClosed);
	xsplit_reap(link);
}

static void (*const actions[XSPLIT_NR_ACTIONS])(struct xsplit_link *link) = {
	[XSPLIT_STAY] = do_stay,
	[XSPLIT_OPEN] = do_open,
	[XSPLIT_CONNECT] = do_connect,
	[XSPLIT_READY] = do_ready,
	[XSPLIT_REFRESH] = do_refresh,
	[XSPLIT_RECONFIGURE] = do_reconfigure,
	[XSPLIT_RECONFIGURED] = do_reconfigured,
	[XSPLIT_RESTART] = do_restart,
	[XSPLIT_CLOSING] = do_closing,
	[XSPLIT_CLOSE] = do_close,
	[XSPLIT_LOSE] = do_lose,
	[XSPLIT_GONE] = do_gone,
};

/* --- the work ----------------------------------------------------------- */

static void see_changed_keys(struct xsplit_link *link)
{
	unsigned int i;

	for (i = 0; i < XSPLIT_MAX_WATCHES; i++)
		if (test_and_clear_bit(i, &link->keys_changed))
			link->driver->ops->key_changed(link, i);
}

/* Another peer, or one that knows nothing of us: nothing of the old one is of use. */
static void check_node(struct xsplit_link *link)
{
	enum xsplit_node home;

	if (!test_and_clear_bit(XSPLIT_WATCH_NODE, &link->keys_changed))
		return;
	home = xsplit_node_check(link);
	if (home == XSPLIT_NODE_SAME)
		return;
	dev_info(&link->xdev->dev, "made anew by the toolstack: beginning again\n");
	drop_connection(link, XSPLIT_WHY_LOST);
	link->fresh = true;
	link->xdev->state = XenbusStateUnknown;
	if (home != XSPLIT_NODE_MOVED)
		return;
	link->moved = true;
	if (xsplit_move_to_peer(link))
		xsplit_link_error(link, -ENOMEM,
				  "cannot turn to the new backend: attach the device again");
}

static void see_broken_peer(struct xsplit_link *link)
{
	if (!test_bit(LINK_BROKEN, &link->flags))
		return;
	/* Pairs with the barrier in xsplit_link_broken(). */
	smp_rmb();
	xsplit_link_error(link, -EPROTO, "%s; closing, attach the device again to use it",
			  link->reason);
	give_up(link, XSPLIT_WHY_BROKEN);
}

/* The backend looks when our state says so; the table takes it from there. */
static void see_reconfiguration(struct xsplit_link *link)
{
	if (!test_bit(LINK_RECONFIGURE, &link->flags) || link->connected != link->ready ||
	    link->xdev->state == XenbusStateReconfiguring)
		return;
	clear_bit(LINK_RECONFIGURE, &link->flags);
	if (link->ready && link->xdev->state == XenbusStateConnected &&
	    !xsplit_link_publish(link, link->reconfigure))
		xenbus_switch_state(link->xdev, XenbusStateReconfiguring);
}

/* Toolstacks that do not know the key never write 0. */
static void see_online(struct xsplit_link *link)
{
	char *text;

	if (!test_and_clear_bit(XSPLIT_WATCH_ONLINE, &link->keys_changed))
		return;
	text = xsplit_text_peek(link->xdev->nodename, "online");
	link->retired = text && !strcmp(text, "0");
	kfree(text);
}

/* A backend that has closed for a fault of its own, which is gone, offers itself again. */
static void see_reopening(struct xsplit_link *link)
{
	if (link->retired || link->unfinished || link->xdev->state != XenbusStateClosed)
		return;
	if (test_and_clear_bit(LINK_REOPEN, &link->flags))
		link->fresh = true;
}

/* What has not been finished comes first. */
static enum xsplit_action take_action(struct xsplit_link *link)
{
	enum xsplit_action action = link->unfinished;

	link->unfinished = XSPLIT_STAY;
	return action != XSPLIT_STAY ? action : next_action(link);
}

/* One step; true if it moved us. */
static bool link_step(struct xsplit_link *link)
{
	unsigned int ours = our_state(link);

	actions[take_action(link)](link);
	return our_state(link) != ours;
}

static void take_steps(struct xsplit_link *link)
{
	unsigned int steps = 0;

	if (test_bit(LINK_MOVING, &link->flags))
		return;
	check_node(link);
	if (test_bit(LINK_MOVING, &link->flags))
		return;
	see_changed_keys(link);
	see_broken_peer(link);
	do {
		see_online(link);
		see_reopening(link);
		see_reconfiguration(link);
		if (steps++ == STEPS_AT_ONCE) {
			xsplit_link_kick(link);
			break;
		}
	} while (link_step(link));
	if (link->driver->ops->is_ready)
		WRITE_ONCE(link->settled, link->driver->ops->is_ready(link));
}

/*
 * Memory must not be waited for that only our own disk can make free: while it has no
 * backend it writes nothing.
 */
static void link_work(struct work_struct *work)
{
	struct xsplit_link *link = container_of(work, struct xsplit_link, work);
	unsigned int noio = memalloc_noio_save();

	if (test_bit(LINK_ORPHAN, &link->flags))
		xsplit_orphan_step(link);
	else
		take_steps(link);
	memalloc_noio_restore(noio);
}

void xsplit_link_reopen(struct xsplit_link *link)
{
	set_bit(LINK_REOPEN, &link->flags);
	xsplit_link_kick(link);
}
XSPLIT_EXPORT(xsplit_link_reopen);

void xsplit_link_reconfigure(struct xsplit_link *link,
			     void (*fill)(struct xsplit_link *link, struct xsplit_txn *txn))
{
	link->reconfigure = fill;
	set_bit(LINK_RECONFIGURE, &link->flags);
	xsplit_link_kick(link);
}
XSPLIT_EXPORT(xsplit_link_reconfigure);

/* --- bus callbacks ------------------------------------------------------ */

static struct xsplit_link *link_alloc(struct xenbus_device *xdev)
{
	struct xsplit_link *link = kzalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return NULL;
	raw_spin_lock_init(&link->kick_lock);
	INIT_WORK(&link->work, link_work);
	xsplit_link_report_init(link);
	INIT_DELAYED_WORK(&link->retry, again_work);
	xsplit_park_init(link);
	link->xdev = xdev;
	link->driver = driver_of(xdev);
	link->fresh = true;
	if (xsplit_node_adopt_peer(link)) {
		kfree(link);
		return NULL;
	}
	link->debugfs = debugfs_create_dir(dev_name(&xdev->dev), xsplit_debugfs);
	return link;
}

/*
 * Who may hold a link, and what has ended that before it is freed:
 *
 *	its work, late_work, again	link_halt()
 *	the xenwatch work			link_halt()
 *	its watches			xsplit_watches_remove()
 *	rings, timers, interrupts	@disconnect, that is drop_connection()
 *	readers of debugfs		xsplit_counters_remove(), debugfs_remove()
 *	udev, a boot that waits		link_let_go()
 *	the bus's watch			the bus, before it calls us
 *	the list of those kept		whoever takes it off (xenbus/park.c)
 */
static bool link_is_held(struct xsplit_link *link)
{
	unsigned int i;

	for (i = 0; i < XSPLIT_NR_WATCHES; i++)
		if (link->watches[i].watch.node)
			return true;
	/* A link may end from its own work. */
	if (current_work() != &link->work && work_busy(&link->work))
		return true;
	return link->connected || delayed_work_pending(&link->late_work) ||
	       delayed_work_pending(&link->retry) ||
	       test_bit(LINK_XENWATCH_WORK, &link->flags) || !list_empty(&link->parked);
}

static void link_free(struct xsplit_link *link)
{
	if (link_is_held(link)) {
		dev_err(&link->xdev->dev,
			"still used by ourselves while it ends, which is our mistake: its memory stays lost\n");
		return;
	}
	/* An orphan's own work may have been queued once more. */
	cancel_work(&link->work);
	xsplit_link_report_exit(link);
	debugfs_remove(link->debugfs);
	kfree(link->peer_dir);
	kfree(link);
}

static void link_let_go(struct xenbus_device *xdev)
{
	mutex_lock(&query_lock);
	dev_set_drvdata(&xdev->dev, NULL);
	mutex_unlock(&query_lock);
}

/* Nothing has the device's name, and nobody who asks is told of the link from here on. */
static void link_leave(struct xsplit_link *link)
{
	if (link->driver->ops->leave)
		link->driver->ops->leave(link);
	link_let_go(link->xdev);
}

/* What udev's rules run scripts for. */
static void announce(struct xsplit_link *link, enum kobject_action action)
{
	if (link->driver->ops->uevent)
		kobject_uevent(&link->xdev->dev.kobj, action);
}

/* No work, no xenwatch_work, until LINK_LEAVING is cleared. */
static void link_halt(struct xsplit_link *link)
{
	unsigned long flags;

	/* Who found it clear has queued the work before it is cancelled. */
	raw_spin_lock_irqsave(&link->kick_lock, flags);
	set_bit(LINK_LEAVING, &link->flags);
	raw_spin_unlock_irqrestore(&link->kick_lock, flags);

	/* All the others are started by the work, and can only kick it. */
	cancel_work_sync(&link->work);
	cancel_delayed_work_sync(&link->late_work);
	cancel_delayed_work_sync(&link->retry);
	xsplit_xenwatch_cancel(link);
	clear_bit(LINK_MOVING, &link->flags);
}

/* Nobody carries out anything any more for who is gone. */
static bool peer_exists(const struct xsplit_link *link)
{
	return xenbus_read_driver_state(link->xdev, link->peer_dir) != XenbusStateUnknown;
}

/* Another driver may come, and need not know what we meant. */
static void withdraw(struct xsplit_link *link)
{
	if (link->driver->ops->withdraw && peer_exists(link) &&
	    xenbus_exists(XBT_NIL, link->xdev->nodename, ""))
		xsplit_link_publish(link, link->driver->ops->withdraw);
}

void xsplit_link_end(struct xsplit_link *link)
{
	struct xenbus_device *xdev = link->xdev;

	link->driver->ops->destroy(link);
	link_free(link);
	put_device(&xdev->dev);
}

/* Another device comes in its place, and gets the link. */
static bool link_park(struct xsplit_link *link)
{
	unsigned int noio = memalloc_noio_save();
	bool keep = xsplit_replaced(link);

	if (keep) {
		drop_connection(link, XSPLIT_WHY_LOST);
		keep = xsplit_park(link);
	}
	memalloc_noio_restore(noio);
	return keep;
}

static void link_detach(struct xenbus_device *xdev)
{
	struct xsplit_link *link = dev_get_drvdata(&xdev->dev);

	link_halt(link);
	xsplit_watches_remove(link);
	if (link_park(link)) {
		link_let_go(xdev);
		return;
	}
	drop_connection(link, peer_exists(link) ? XSPLIT_WHY_REMOVE : XSPLIT_WHY_GONE);
	announce(link, KOBJ_OFFLINE);
	withdraw(link);
	link_leave(link);
	xsplit_link_finish(link);
}

/*
 * Nobody else would tell the peer and the toolstack that it ends here. One that
 * was in use may find a driver that takes it up.
 */
static void end_new_device(struct xenbus_device *xdev)
{
	if (xenbus_read_driver_state(xdev, xdev->nodename) == XenbusStateInitialising)
		xenbus_switch_state(xdev, XenbusStateClosed);
}

/* Begin with a peer that knows nothing of us, on a link that has been halted. */
static int link_begin_anew(struct xsplit_link *link)
{
	int err;

	link->fresh = true;
	link->moved = false;
	err = xsplit_watches_add(link);
	clear_bit(LINK_LEAVING, &link->flags);
	xsplit_link_kick(link);
	return err;
}

/* Of a device that was replaced by this one. Return: 0, -errno, or 1 if there is none. */
static int link_take_up(struct xenbus_device *xdev)
{
	unsigned int noio = memalloc_noio_save();
	struct xsplit_link *link = xsplit_adopt(driver_of(xdev), xdev);
	int err = 1;

	if (link) {
		dev_info(&xdev->dev, "made anew by the toolstack: beginning again\n");
		dev_set_drvdata(&xdev->dev, link);
		err = xsplit_node_adopt_peer(link) ?: link_begin_anew(link);
	}
	if (err < 0)
		link_detach(xdev);
	memalloc_noio_restore(noio);
	return err;
}

static void drop_new_connection(struct xsplit_link *link)
{
	unsigned int noio = memalloc_noio_save();

	drop_connection(link, XSPLIT_WHY_GONE);
	memalloc_noio_restore(noio);
}

static int link_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct xsplit_link *link;
	int err = link_take_up(xdev);

	if (err <= 0)
		return err;
	link = link_alloc(xdev);
	if (!link)
		return -ENOMEM;
	err = link->driver->ops->create(link);
	if (err == -ENODEV)
		goto free_link;
	if (err)
		goto close;
	dev_set_drvdata(&xdev->dev, link);
	err = xsplit_watches_add(link);
	if (err)
		goto destroy;
	announce(link, KOBJ_ONLINE);
	xsplit_link_kick(link);
	return 0;

destroy:
	link_halt(link);
	/* The first of the watches may have had it connect already. */
	drop_new_connection(link);
	link_leave(link);
	link->driver->ops->destroy(link);
close:
	end_new_device(xdev);
	xsplit_link_last_word(link);
free_link:
	link_free(link);
	return err;
}

XSPLIT_REMOVE(link_detach)

static void link_otherend_changed(struct xenbus_device *xdev, enum xenbus_state state)
{
	struct xsplit_link *link = dev_get_drvdata(&xdev->dev);

	/* The watch is set before probe has finished. */
	if (!link)
		return;
	xsplit_node_state_seen(link);
	xsplit_link_kick(link);
}

/* The backend is another one now; the bus has set our state to Initialising. */
static int link_resume(struct xenbus_device *xdev)
{
	struct xsplit_link *link = dev_get_drvdata(&xdev->dev);
	unsigned int noio = memalloc_noio_save();
	int err;

	/* Nothing may start the work again before the old connection is gone. */
	link_halt(link);
	drop_connection(link, XSPLIT_WHY_RESUME);
	/* The peer's directory may be another one. */
	xsplit_watches_remove(link);
	err = xsplit_node_adopt_peer(link);
	if (!err)
		link_begin_anew(link);
	memalloc_noio_restore(noio);
	return err;
}

static int link_is_ready(struct xenbus_device *xdev)
{
	struct xsplit_link *link;
	int ready = 1;

	mutex_lock(&query_lock);
	link = dev_get_drvdata(&xdev->dev);
	if (link && link->driver->ops->is_ready)
		ready = READ_ONCE(link->settled);
	mutex_unlock(&query_lock);
	return ready;
}

/* Whoever reads "uevent" in sysfs has no lock of the device's. */
static int link_uevent(xsplit_uevent_device *xdev, struct kobj_uevent_env *env)
{
	const struct xsplit_link *link;
	int err = 0;

	mutex_lock(&query_lock);
	link = dev_get_drvdata(&xdev->dev);
	/* The device is announced before it is probed, too. */
	if (link && link->driver->ops->uevent)
		err = link->driver->ops->uevent(link, env);
	mutex_unlock(&query_lock);
	return err;
}

/* --- drivers ------------------------------------------------------------ */

int __xsplit_driver_register(struct xsplit_driver *drv, struct module *owner,
			     const char *mod_name)
{
	bool front = drv->side == XSPLIT_FRONT;

	strscpy(drv->ids[0].devicetype, drv->name, sizeof(drv->ids[0].devicetype));
	drv->xenbus.ids = drv->ids;
	drv->xenbus.probe = link_probe;
	drv->xenbus.remove = XSPLIT_REMOVE_OP(link_detach);
	drv->xenbus.otherend_changed = link_otherend_changed;
	if (front) {
		drv->xenbus.resume = link_resume;
		drv->xenbus.is_ready = link_is_ready;
		return __xenbus_register_frontend(&drv->xenbus, owner, mod_name);
	}
	/* Without it there is no such bus, and no driver for it is built. */
	if (!IS_ENABLED(CONFIG_XEN_BACKEND))
		return -ENODEV;
	drv->offered = XenbusStateConnected;
	drv->xenbus.uevent = link_uevent;
	/* A backend that goes leaves its state, so that the next can take up the rings. */
	drv->xenbus.allow_rebind = true;
	return __xenbus_register_backend(&drv->xenbus, owner, mod_name);
}
XSPLIT_EXPORT(__xsplit_driver_register);

void xsplit_driver_unregister(struct xsplit_driver *drv)
{
	xenbus_unregister_driver(&drv->xenbus);
	xsplit_parked_end(drv);
}
XSPLIT_EXPORT(xsplit_driver_unregister);
