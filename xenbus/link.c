// SPDX-License-Identifier: GPL-2.0
/*
 * A link's work item: how it is queued, and how the link begins and ends.
 *
 * Everything that happens to a link (the peer's state, a watched key, a kick
 * from the data path, a broken peer) only queues its work item. The work reads
 * the state of both ends when it runs, and takes the steps of xenbus/state.c until
 * there is nothing left to do. Operations therefore never run side by side, events may
 * arrive in any order and any number, and nothing waits in the watch thread.
 */
#include <linux/debugfs.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "xenbus/counter.h"
#include "xenbus/link.h"
#include "xenbus/private.h"

/* --- the work ----------------------------------------------------------- */

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
	/* The work, which may be running, sees what the caller has written before. */
	smp_mb__before_atomic();
	set_bit(watch, &link->keys_changed);
	xsplit_link_kick(link);
}
XSPLIT_EXPORT(xsplit_link_notify);

void xsplit_link_broken(struct xsplit_link *link, const char *fmt, ...)
{
	va_list args;

	if (test_and_set_bit(LINK_ACCUSED, &link->flags))
		return;
	va_start(args, fmt);
	vsnprintf(link->reason, sizeof(link->reason), fmt, args);
	va_end(args);
	/* The work, which may be running, reads the reason once it sees LINK_BROKEN. */
	smp_mb__before_atomic();
	set_bit(LINK_BROKEN, &link->flags);
	xsplit_link_kick(link);
}
XSPLIT_EXPORT(xsplit_link_broken);

void xsplit_link_caught(struct xsplit_link *link)
{
	set_bit(LINK_CAUGHT, &link->flags);
}
XSPLIT_EXPORT(xsplit_link_caught);

void xsplit_link_reopen(struct xsplit_link *link)
{
	set_bit(LINK_REOPEN, &link->flags);
	xsplit_link_kick(link);
}
XSPLIT_EXPORT(xsplit_link_reopen);

void xsplit_link_restart(struct xsplit_link *link)
{
	set_bit(LINK_RESTART, &link->flags);
	xsplit_link_kick(link);
}
XSPLIT_EXPORT(xsplit_link_restart);

void xsplit_link_reconfigure(struct xsplit_link *link,
			     void (*fill)(struct xsplit_link *link, struct xsplit_txn *txn))
{
	link->reconfigure = fill;
	set_bit(LINK_RECONFIGURE, &link->flags);
	xsplit_link_kick(link);
}
XSPLIT_EXPORT(xsplit_link_reconfigure);

/*
 * The work must not wait for memory that becomes free only when our own disk is written
 * to: a disk without a backend writes nothing.
 */
static void link_work(struct work_struct *work)
{
	struct xsplit_link *link = container_of(work, struct xsplit_link, work);
	unsigned int noio = memalloc_noio_save();

	if (test_bit(LINK_ORPHAN, &link->flags))
		xsplit_orphan_step(link);
	else
		xsplit_take_steps(link);
	memalloc_noio_restore(noio);
}

static void retry_work(struct work_struct *work)
{
	xsplit_link_kick(container_of(to_delayed_work(work), struct xsplit_link, retry));
}

/* --- begin and end -------------------------------------------------------- */

/* Numbers begin at 1. */
static atomic_t last_number;

static const struct xsplit_counter front_counters[] = {
	{ "quarantine_waits", offsetof(struct xsplit_link, quarantine_waits) },
	{ }
};

static void debugfs_add(struct xsplit_link *link)
{
	link->debugfs = debugfs_create_dir(dev_name(&link->xdev->dev), xsplit_debugfs);
	if (link->driver->side == XSPLIT_FRONT)
		link->counter_file = xsplit_counters_add(link->debugfs, "link", front_counters,
							 link);
}

void xsplit_link_debugfs_remove(struct xsplit_link *link)
{
	xsplit_counters_remove(link->counter_file);
	link->counter_file = NULL;
	debugfs_remove(link->debugfs);
	link->debugfs = NULL;
}

struct xsplit_link *xsplit_link_alloc(struct xenbus_device *xdev, struct xsplit_driver *driver)
{
	struct xsplit_link *link = kzalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return NULL;
	raw_spin_lock_init(&link->kick_lock);
	spin_lock_init(&link->state_lock);
	INIT_WORK(&link->work, link_work);
	xsplit_link_report_init(link);
	INIT_DELAYED_WORK(&link->retry, retry_work);
	xsplit_park_init(link);
	link->pace = (struct xsplit_pace)XSPLIT_PACE_CONNECTS;
	link->caught = (struct xsplit_pace)XSPLIT_PACE_CAUGHT;
	link->xdev = xdev;
	link->own_dir = xdev->nodename;
	link->driver = driver;
	link->phase = XSPLIT_NEW;
	/* What @create registers can be used at once: no work before probe has set the link up. */
	link->flags = BIT(LINK_LEAVING);
	link->number = atomic_inc_return(&last_number);
	if (xsplit_node_adopt_peer(link)) {
		kfree(link);
		return NULL;
	}
	debugfs_add(link);
	return link;
}

/*
 * What may hold a link, and what has ended that before the link is freed:
 *
 *	work, late_work, retry		xsplit_link_halt()
 *	the xenwatch work		xsplit_link_halt()
 *	its watches			xsplit_watches_remove()
 *	rings, timers, interrupts	@disconnect, by xsplit_drop_connection()
 *	readers of debugfs		xsplit_counters_remove(), xsplit_link_debugfs_remove()
 *	udev, a boot that waits		clear_drvdata() in xenbus/bus.c
 *	the bus's watch			the bus, before it calls us
 *	the list of parked links	whoever takes the link off it (xenbus/park.c)
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
	return xsplit_link_connected(link) || delayed_work_pending(&link->late_work) ||
	       delayed_work_pending(&link->retry) ||
	       test_bit(LINK_XENWATCH_WORK, &link->flags) || !list_empty(&link->parked);
}

void xsplit_link_free(struct xsplit_link *link)
{
	if (link_is_held(link)) {
		dev_err(&link->xdev->dev,
			"still used by ourselves while it ends, which is our mistake: its memory stays lost\n");
		return;
	}
	/* An orphan's own work, in which we may be, can have been queued once more. */
	cancel_work(&link->work);
	xsplit_link_report_exit(link);
	xsplit_link_debugfs_remove(link);
	xsplit_quarantine_forget(link->number);
	kfree(link->peer_dir);
	kfree(link);
}

void xsplit_link_halt(struct xsplit_link *link)
{
	unsigned long flags;

	/* A kick that found the bit clear has queued the work before we cancel it. */
	raw_spin_lock_irqsave(&link->kick_lock, flags);
	set_bit(LINK_LEAVING, &link->flags);
	raw_spin_unlock_irqrestore(&link->kick_lock, flags);

	/* The work starts the other ones, which can only kick it. */
	cancel_work_sync(&link->work);
	cancel_delayed_work_sync(&link->late_work);
	cancel_delayed_work_sync(&link->retry);
	xsplit_xenwatch_cancel(link);
	clear_bit(LINK_MOVING, &link->flags);
}

void xsplit_link_end(struct xsplit_link *link)
{
	struct xenbus_device *xdev = link->xdev;

	link->driver->ops->destroy(link);
	xsplit_link_free(link);
	put_device(&xdev->dev);
}

