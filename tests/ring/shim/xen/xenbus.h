/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_XENBUS_H
#define SHIM_XEN_XENBUS_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <xen/grant_table.h>
#include <xen/interface/event_channel.h>

#define XENBUS_MAX_RING_GRANT_ORDER 4
#define XENBUS_MAX_RING_GRANTS (1u << XENBUS_MAX_RING_GRANT_ORDER)

struct device;

enum xenbus_state { XenbusStateUnknown, XenbusStateConnected = 4, XenbusStateClosing };

struct xenbus_device {
	const char *nodename;
	int otherend_id;
	enum xenbus_state state;
};

struct xenbus_watch {
	const char *node;
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

void xenbus_free_evtchn(struct xenbus_device *xdev, evtchn_port_t port);
int xenbus_map_ring_valloc(struct xenbus_device *xdev, grant_ref_t *ref, unsigned int nr,
			   void **addr);
void xenbus_unmap_ring_vfree(struct xenbus_device *xdev, void *addr);

#endif
