/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of xenbus/. */
#ifndef XSPLIT_XENBUS_PRIVATE_H
#define XSPLIT_XENBUS_PRIVATE_H

#include "xenbus/state.h"

struct xenbus_device;

/* The key that a toolstack writes whenever it makes a frontend's folder. */
#define XSPLIT_HOME_KEY "backend"

/**
 * xsplit_home_look - is a frontend's folder still the one we know?
 * @xdev: the device
 *
 * Context: may sleep. Return: what became of it.
 */
enum xsplit_home xsplit_home_look(const struct xenbus_device *xdev);

/**
 * xsplit_home_follow - from now on the other end is the one the folder names
 * @xdev: the device
 *
 * Context: the watch thread, where the bus reads the old name, while no
 * operation of the link runs.
 */
void xsplit_home_follow(struct xenbus_device *xdev);

/**
 * xsplit_links_init - the workqueue and the debugfs folder of all links
 *
 * Context: module init. Return: 0 or -ENOMEM.
 */
int xsplit_links_init(void);

/* Undo it; waits for devices being unregistered. */
void xsplit_links_exit(void);

#endif /* XSPLIT_XENBUS_PRIVATE_H */
