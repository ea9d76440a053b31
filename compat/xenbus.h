/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's xenbus. */
#ifndef XSPLIT_COMPAT_XENBUS_H
#define XSPLIT_COMPAT_XENBUS_H

#include <xen/xenbus.h>

/* 6.2: xenbus_driver.remove returns nothing. The bus always ignored the result. */
#ifdef HAVE_VOID_REMOVE
#define XSPLIT_REMOVE(fn)
#define XSPLIT_REMOVE_OP(fn) fn
#else
#define XSPLIT_REMOVE(fn) \
static int fn##_op(struct xenbus_device *xdev) \
{ \
	fn(xdev); \
	return 0; \
}
#define XSPLIT_REMOVE_OP(fn) fn##_op
#endif

/* 6.3: xenbus_driver.uevent gets a const device. */
#ifdef HAVE_CONST_UEVENT
typedef const struct xenbus_device xsplit_uevent_device;
#else
typedef struct xenbus_device xsplit_uevent_device;
#endif

/*
 * 7.0: the bus compares a frontend's state in xenstore with xenbus_device.state, and marks a
 * device as vanished that is gone or has been made anew.
 */
#ifdef HAVE_VANISHED
#define XSPLIT_BUS_WATCHES_STATE true
#define xsplit_vanished(xdev) ((xdev)->vanished)
#else
#define XSPLIT_BUS_WATCHES_STATE false
#define xsplit_vanished(xdev) false
#endif

/* 7.0: the state of a device that has vanished reads as XenbusStateUnknown. */
#ifndef HAVE_READ_STATE_DEVICE
#define xenbus_read_driver_state(xdev, path) xenbus_read_driver_state(path)
#endif

#endif /* XSPLIT_COMPAT_XENBUS_H */
