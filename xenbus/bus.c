// SPDX-License-Identifier: GPL-2.0
/*
 * What the bus calls: probe, remove, resume, and the registration of drivers.
 */

#include <linux/sched/mm.h>

#include "compat/module.h"
#include "compat/xenbus.h"
#include "xenbus/link.h"
#include "xenbus/private.h"
#include "xenbus/store.h"

/*
 * Protects a device's drvdata, and with it the link and the driver's data, against being
 * freed under those who read it without the device's lock: udev, and the boot code that
 * waits for devices.
 */
static DEFINE_MUTEX(query_lock);

static struct xsplit_driver *driver_of(struct xenbus_device *xdev)
{
	struct xenbus_driver *xdrv = to_xenbus_driver(xdev->dev.driver);

	return container_of(xdrv, struct xsplit_driver, xenbus);
}

static void clear_drvdata(struct xenbus_device *xdev)
{
	mutex_lock(&query_lock);
	dev_set_drvdata(&xdev->dev, NULL);
	mutex_unlock(&query_lock);
}

/* From here on nothing carries the device's name, and nobody finds the link. */
static void link_leave(struct xsplit_link *link)
{
	if (link->driver->ops->leave)
		link->driver->ops->leave(link);
	clear_drvdata(link->xdev);
}

/* The rules of udev run scripts for these. */
static void announce(struct xsplit_link *link, enum kobject_action action)
{
	if (link->driver->ops->uevent)
		kobject_uevent(&link->xdev->dev.kobj, action);
}

/* A peer that is gone reads no keys any more. One of which nothing is known may. */
static bool peer_exists(const struct xsplit_link *link)
{
	unsigned int state;

	return xsplit_state_read(link, link->peer_dir, &state) || state != XenbusStateUnknown;
}

/* The next driver of this device need not know what our keys mean. */
static void withdraw(struct xsplit_link *link)
{
	if (link->driver->ops->withdraw && peer_exists(link) &&
	    xenbus_exists(XBT_NIL, link->own_dir, ""))
		xsplit_link_publish(link, link->driver->ops->withdraw);
}

/* Park the link for the device that comes in place of this one. */
static bool link_park(struct xsplit_link *link)
{
	unsigned int noio = memalloc_noio_save();
	bool parked = xsplit_replaced(link);

	if (parked) {
		xsplit_drop_connection(link, XSPLIT_WHY_LOST);
		parked = xsplit_park(link);
	}
	memalloc_noio_restore(noio);
	return parked;
}

static void link_detach(struct xenbus_device *xdev)
{
	struct xsplit_link *link = dev_get_drvdata(&xdev->dev);

	xsplit_link_halt(link);
	xsplit_watches_remove(link);
	if (link_park(link)) {
		clear_drvdata(xdev);
		return;
	}
	xsplit_drop_connection(link, peer_exists(link) ? XSPLIT_WHY_REMOVE : XSPLIT_WHY_GONE);
	announce(link, KOBJ_OFFLINE);
	withdraw(link);
	link_leave(link);
	xsplit_link_finish(link);
}

/*
 * Nobody else would tell the peer and the toolstack that this device has failed. A device
 * that was in use keeps its state, as another driver may take it over.
 */
static void end_new_device(struct xenbus_device *xdev)
{
	if (xenbus_read_driver_state(xdev, xdev->nodename) == XenbusStateInitialising)
		xenbus_switch_state(xdev, XenbusStateClosed);
}

/* Begin again, on a halted link, with a peer that does not know us. */
static int link_begin_anew(struct xsplit_link *link)
{
	int err;

	link->phase = XSPLIT_NEW;
	link->moved = false;
	/* What was to be written belongs to the folder, or to the domain's life, before. */
	xsplit_node_forget_state(link);
	err = xsplit_watches_add(link);
	clear_bit(LINK_LEAVING, &link->flags);
	xsplit_link_kick(link);
	return err;
}

/* Adopt the link of the device that this one replaces. Return: 0, -errno; 1: there is none. */
static int link_adopt(struct xenbus_device *xdev)
{
	unsigned int noio = memalloc_noio_save();
	struct xsplit_link *link = xsplit_adopt(driver_of(xdev), xdev);
	int err = 1;

	if (link) {
		if (xsplit_link_may_log(link))
			dev_info(&xdev->dev, "made anew by the toolstack: beginning again\n");
		dev_set_drvdata(&xdev->dev, link);
		err = xsplit_node_adopt_peer(link) ?: link_begin_anew(link);
	}
	if (err < 0)
		link_detach(xdev);
	memalloc_noio_restore(noio);
	return err;
}

static int link_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct xsplit_link *link;
	int err = link_adopt(xdev);

	if (err <= 0)
		return err;
	link = xsplit_link_alloc(xdev, driver_of(xdev));
	if (!link)
		return -ENOMEM;
	err = link->driver->ops->create(link);
	if (err == -ENODEV)
		goto free_link;
	if (err)
		goto close;
	dev_set_drvdata(&xdev->dev, link);
	clear_bit(LINK_LEAVING, &link->flags);
	err = xsplit_watches_add(link);
	if (err)
		goto destroy;
	announce(link, KOBJ_ONLINE);
	xsplit_link_kick(link);
	return 0;

destroy:
	xsplit_link_halt(link);
	/* The first watches may have made the link connect already. */
	xsplit_drop_connection(link, XSPLIT_WHY_GONE);
	link_leave(link);
	link->driver->ops->destroy(link);
close:
	end_new_device(xdev);
	xsplit_link_last_word(link);
free_link:
	xsplit_link_free(link);
	return err;
}

XSPLIT_REMOVE(link_detach)

static void link_otherend_changed(struct xenbus_device *xdev, enum xenbus_state state)
{
	struct xsplit_link *link = dev_get_drvdata(&xdev->dev);

	/* The bus sets its watch before probe has finished. */
	if (!link)
		return;
	xsplit_node_state_seen(link);
	set_bit(XSPLIT_WATCH_PEER, &link->keys_changed);
	xsplit_link_kick(link);
}

/* The backend is another one now; the bus has set our state to Initialising. */
static int link_resume(struct xenbus_device *xdev)
{
	struct xsplit_link *link = dev_get_drvdata(&xdev->dev);
	unsigned int noio = memalloc_noio_save();
	int err;

	/* Nothing may queue the work again before the old connection is gone. */
	xsplit_link_halt(link);
	xsplit_drop_connection(link, XSPLIT_WHY_RESUME);
	/* They watch the old peer's folder. */
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

/* A reader of "uevent" in sysfs does not hold the device's lock. */
static int link_uevent(xsplit_uevent_device *xdev, struct kobj_uevent_env *env)
{
	const struct xsplit_link *link;
	int err = 0;

	mutex_lock(&query_lock);
	link = dev_get_drvdata(&xdev->dev);
	/* The device is also announced before it is probed. */
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
	/* Such a kernel has no backend bus, and no backend driver is built for it. */
	if (!IS_ENABLED(CONFIG_XEN_BACKEND))
		return -ENODEV;
	drv->offered = XenbusStateConnected;
	drv->xenbus.uevent = link_uevent;
	/* A backend driver that leaves keeps the state: the next one takes over the rings. */
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
