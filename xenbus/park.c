// SPDX-License-Identifier: GPL-2.0
/*
 * Parked links: frontends whose device the bus replaces.
 *
 * Since Linux 7.0, a bus that finds a folder made anew by the toolstack (see xenbus/node.c)
 * unregisters the device and finds it again at once, in the watch thread. The disk or the
 * interface is parked in between.
 */

#include <linux/device.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "compat/xenbus.h"
#include "xenbus/link.h"
#include "xenbus/private.h"

/* The bus finds the device again at once, or never. */
#define PARK_SECONDS 5

/* Protects the list, and the links on it. Serialises moves of devices. */
static DEFINE_MUTEX(parked_lock);
static LIST_HEAD(parked);

/* The parent of parked disks and interfaces. */
static struct device *parking;

/* xenbus_read_driver_state() does not read the state of a device that has vanished. */
bool xsplit_replaced(const struct xsplit_link *link)
{
	return link->driver->ops->move && xsplit_vanished(link->xdev) &&
	       xenbus_read_unsigned(link->own_dir, "state", XenbusStateUnknown) ==
	       XenbusStateInitialising;
}

/* Whoever takes a link off the list owns it. */
static void unpark_work(struct work_struct *work)
{
	struct xsplit_link *link = container_of(to_delayed_work(work), struct xsplit_link,
						unpark_work);
	bool ours;

	mutex_lock(&parked_lock);
	ours = !list_empty(&link->parked);
	list_del_init(&link->parked);
	mutex_unlock(&parked_lock);
	if (ours)
		xsplit_link_end(link);
}

void xsplit_park_init(struct xsplit_link *link)
{
	INIT_LIST_HEAD(&link->parked);
	INIT_DELAYED_WORK(&link->unpark_work, unpark_work);
}

bool xsplit_park(struct xsplit_link *link)
{
	int err;

	mutex_lock(&parked_lock);
	err = link->driver->ops->move(link, parking);
	if (!err) {
		/* The link uses the device's name until another device adopts it. */
		get_device(&link->xdev->dev);
		list_add(&link->parked, &parked);
		queue_delayed_work(xsplit_workqueue(), &link->unpark_work, PARK_SECONDS * HZ);
	}
	mutex_unlock(&parked_lock);
	return !err;
}

/* Take a link off the list: of a device of this name, or any one if @nodename is NULL. */
static struct xsplit_link *unpark(const struct xsplit_driver *drv, const char *nodename)
{
	struct xsplit_link *link;

	mutex_lock(&parked_lock);
	list_for_each_entry(link, &parked, parked) {
		if (link->driver != drv || (nodename && strcmp(link->own_dir, nodename)))
			continue;
		list_del_init(&link->parked);
		mutex_unlock(&parked_lock);
		cancel_delayed_work_sync(&link->unpark_work);
		return link;
	}
	mutex_unlock(&parked_lock);
	return NULL;
}

struct xsplit_link *xsplit_adopt(const struct xsplit_driver *drv, struct xenbus_device *xdev)
{
	struct xsplit_link *link = unpark(drv, xdev->nodename);
	struct xenbus_device *old;

	if (!link)
		return NULL;
	old = link->xdev;
	link->xdev = xdev;
	link->own_dir = xdev->nodename;
	mutex_lock(&parked_lock);
	/* If this fails, the disk or interface works, but has the wrong parent in sysfs. */
	if (link->driver->ops->move(link, &xdev->dev))
		dev_warn(&xdev->dev, "the device of this name hangs elsewhere in sysfs\n");
	mutex_unlock(&parked_lock);
	put_device(&old->dev);
	return link;
}

void xsplit_parked_end(const struct xsplit_driver *drv)
{
	struct xsplit_link *link;

	while ((link = unpark(drv, NULL)))
		xsplit_link_end(link);
	/* The work of one that was taken off the list by it may still run. */
	flush_workqueue(xsplit_workqueue());
}

/*
 * A class has a folder under each parent. device_move() leaks the reference to the old
 * folder that the device got when it was added, and the folder holds the old parent.
 */
int xsplit_move_device(struct device *dev, struct device *parent)
{
	struct kobject *folder = kobject_get(dev->kobj.parent);
	unsigned int before = kref_read(&folder->kref);
	int err;

	lockdep_assert_held(&parked_lock);
	err = device_move(dev, parent, DPM_ORDER_NONE);
	if (!err && before - kref_read(&folder->kref) == 1)
		kobject_put(folder);
	kobject_put(folder);
	return err;
}
XSPLIT_EXPORT(xsplit_move_device);

int xsplit_orphan_device(struct device *dev)
{
	int err = 0;

	mutex_lock(&parked_lock);
	if (device_is_registered(dev))
		err = xsplit_move_device(dev, NULL);
	mutex_unlock(&parked_lock);
	return err;
}
XSPLIT_EXPORT(xsplit_orphan_device);

int xsplit_parking_init(void)
{
	if (!XSPLIT_BUS_WATCHES_STATE)
		return 0;
	parking = root_device_register("xen-split");
	return PTR_ERR_OR_ZERO(parking);
}

void xsplit_parking_exit(void)
{
	if (XSPLIT_BUS_WATCHES_STATE)
		root_device_unregister(parking);
}
