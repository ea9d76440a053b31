// SPDX-License-Identifier: GPL-2.0
/*
 * Links whose device goes before all has ended that their connection began: a disk has
 * requests that it does not answer.
 *
 * Nobody waits for that. Such a link ends from its own work, and has nothing with the
 * device's name meanwhile: another device of this name may come. Who still holds what:
 * the link a reference to the device, and one to its driver's module, which cannot be
 * unloaded before.
 */

#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/module.h>

#include "xenbus/link.h"
#include "xenbus/private.h"

/* How long a device that is unbound by hand may take to end what is under way. */
#define UNBIND_WAIT HZ

#define LOOK_EVERY 20 /* ms */

bool xsplit_finished(struct xsplit_link *link, bool close)
{
	return !link->driver->ops->finish || link->driver->ops->finish(link, close);
}

/*
 * An administrator who unbinds a device, which stays on the bus, may unload the driver
 * next: the unbinding takes as long as a disk that works. The watch thread waits for
 * nothing: the device that it removes has no folder any more.
 */
static bool finishes_soon(struct xsplit_link *link)
{
	unsigned long end = jiffies + UNBIND_WAIT;

	while (!xsplit_finished(link, true)) {
		if (time_after(jiffies, end) ||
		    !xenbus_exists(XBT_NIL, link->own_dir, ""))
			return false;
		msleep(LOOK_EVERY);
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
	debugfs_remove(link->debugfs);
	link->debugfs = NULL;
	raw_spin_lock_irqsave(&link->kick_lock, flags);
	set_bit(LINK_ORPHAN, &link->flags);
	/* It may have finished just now. */
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
			msleep(LOOK_EVERY);
	}
	xsplit_link_end(link);
}

/* The driver's code is not used any more when its module is let go. */
void xsplit_orphan_step(struct xsplit_link *link)
{
	struct module *owner = link->driver->xenbus.driver.owner;

	if (!xsplit_finished(link, true))
		return;
	/* Who queued this work may not have let go of the lock yet. */
	raw_spin_lock_irq(&link->kick_lock);
	raw_spin_unlock_irq(&link->kick_lock);
	xsplit_link_end(link);
	module_put(owner);
}
