/* SPDX-License-Identifier: GPL-2.0 */
/* What changed in the kernel's xenbus. */
#ifndef XSPLIT_COMPAT_XENBUS_H
#define XSPLIT_COMPAT_XENBUS_H

#include <xen/xenbus.h>

/* The device that xenbus_driver.uevent is given. */
#ifdef HAVE_CONST_UEVENT
typedef const struct xenbus_device xsplit_const_device;
#else
typedef struct xenbus_device xsplit_const_device;
#endif

/* Does the bus compare a frontend's state in xenstore with xenbus_device.state? */
#ifdef HAVE_VANISHED
#define XSPLIT_BUS_WATCHES_STATE true
#else
#define XSPLIT_BUS_WATCHES_STATE false
#endif

/* Has the bus found that the device is no more, or is another one? */
static inline bool xsplit_vanished(const struct xenbus_device *xdev)
{
#ifdef HAVE_VANISHED
	return xdev->vanished;
#else
	return false;
#endif
}

/* What xenbus_driver.remove returns: nothing, or 0 to nobody. */
#ifdef HAVE_VOID_REMOVE
#define XSPLIT_REMOVE(name, fn) static void name(struct xenbus_device *xdev) { fn(xdev); }
#else
#define XSPLIT_REMOVE(name, fn) static int name(struct xenbus_device *xdev) { fn(xdev); return 0; }
#endif

/**
 * xsplit_read_state - the state an end has written
 * @xdev: the device
 * @path: folder of that end
 *
 * Context: may sleep. Return: XenbusStateUnknown if there is none, or, where
 * the kernel notices, if the device is another one already.
 */
static inline enum xenbus_state xsplit_read_state(const struct xenbus_device *xdev,
						  const char *path)
{
#ifdef HAVE_READ_STATE_DEVICE
	return xenbus_read_driver_state(xdev, path);
#else
	return xenbus_read_driver_state(path);
#endif
}

#endif /* XSPLIT_COMPAT_XENBUS_H */
