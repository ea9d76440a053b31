/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_XENBUS_H
#define SHIM_XEN_XENBUS_H

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <xen/grant_table.h>
#include <xen/interface/event_channel.h>

#define XENBUS_MAX_RING_GRANT_ORDER 4
#define XENBUS_MAX_RING_GRANTS (1u << XENBUS_MAX_RING_GRANT_ORDER)

enum xenbus_state {
	XenbusStateUnknown,
	XenbusStateInitialising,
	XenbusStateInitWait,
	XenbusStateInitialised,
	XenbusStateConnected,
	XenbusStateClosing,
	XenbusStateClosed,
	XenbusStateReconfiguring,
	XenbusStateReconfigured,
};

#define XBT_NIL ((struct xenbus_transaction){ 0 })

struct xenbus_device {
	struct device dev;
	const char *nodename;
	int otherend_id;
	enum xenbus_state state;
};

struct xenbus_watch;
typedef bool (*shim_will_handle)(struct xenbus_watch *watch, const char *path, const char *token);
typedef void (*shim_callback)(struct xenbus_watch *watch, const char *path, const char *token);

struct xenbus_watch {
	const char *node;
	unsigned int nr_pending;
	shim_will_handle will_handle;
	shim_callback callback;
};

struct xenbus_transaction {
	u32 id;
};

struct xenbus_device_id {
	char devicetype[32];
};

struct xenbus_driver {
	const struct xenbus_device_id *ids;
};

enum xenbus_state xenbus_read_driver_state(const char *path);
int xenbus_switch_state(struct xenbus_device *xdev, enum xenbus_state state);

int register_xenbus_watch(struct xenbus_watch *watch);
void unregister_xenbus_watch(struct xenbus_watch *watch);
__printf(5, 6)
int xenbus_watch_pathfmt(struct xenbus_device *xdev, struct xenbus_watch *watch,
			 shim_will_handle will_handle, shim_callback callback,
			 const char *fmt, ...);

void xenbus_free_evtchn(struct xenbus_device *xdev, evtchn_port_t port);
int xenbus_map_ring_valloc(struct xenbus_device *xdev, grant_ref_t *ref, unsigned int nr,
			   void **addr);
void xenbus_unmap_ring_vfree(struct xenbus_device *xdev, void *addr);

#endif
