// SPDX-License-Identifier: GPL-2.0
/*
 * Orphans: links whose device goes while a disk still has unanswered requests of theirs.
 *
 * Nobody waits for those requests. The link ends from its own work, and until then nothing
 * carries the device's name, because another device of that name may come. The link holds a
 * reference to the device, and one to its driver's module, which cannot be unloaded before.
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/module.h>

#include "xenbus/link.h"
#include "xenbus/private.h"

/* How long the unbinding of a device may wait for requests under way. */
#define UNBIND_WAIT HZ

#define POLL_EVERY 20 /* ms */

bool xsplit_finished(struct xsplit_link *link, bool close)
{
	return !link->driver->ops->finish || link->driver->ops->finish(link, close);
}

/*
 * An administrator who unbinds a device may unload the driver next, which an orphan would
 * prevent. So the unbinding waits as long as a working disk takes. The watch thread must not
 * wait: a device that it removes has no folder any more.
 */
static bool finishes_soon(struct xsplit_link *link)
{
	unsigned long end = jiffies + UNBIND_WAIT;

	while (!xsplit_finished(link, true)) {
		if (time_after(jiffies, end) ||
		    !xenbus_exists(XBT_NIL, link->own_dir, ""))
			return false;
		msleep(POLL_EVERY);
	}
	return true;
}

/* Return: false if the driver is being unloaded. */
static bool make_orphan(struct xsplit_link *link)
{
	unsigned long flags;

	if (!try_module_get(link->driver->xenbus.driver.owner))
		return false;
	dev_info(&link->xdev->dev,
		 "removed while requests are under way: what they use is given back when they end\n");
	xsplit_link_debugfs_remove(link);
	raw_spin_lock_irqsave(&link->kick_lock, flags);
	set_bit(LINK_ORPHAN, &link->flags);
	/* The requests may have ended before LINK_ORPHAN was set. */
	queue_work(xsplit_link_wq, &link->work);
	raw_spin_unlock_irqrestore(&link->kick_lock, flags);
	return true;
}

void xsplit_link_finish(struct xsplit_link *link)
{
	get_device(&link->xdev->dev);
	if (!finishes_soon(link)) {
		if (make_orphan(link))
			return;
		while (!xsplit_finished(link, true))
			msleep(POLL_EVERY);
	}
	xsplit_link_end(link);
}

/* The module is put last, when none of the driver's code is used any more. */
void xsplit_orphan_step(struct xsplit_link *link)
{
	struct module *owner = link->driver->xenbus.driver.owner;

	if (!xsplit_finished(link, true))
		return;
	/* The kick that queued this work may not have released the lock yet. */
	raw_spin_lock_irq(&link->kick_lock);
	raw_spin_unlock_irq(&link->kick_lock);
	xsplit_link_end(link);
	module_put(owner);
}
