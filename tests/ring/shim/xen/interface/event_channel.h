/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_INTERFACE_EVENT_CHANNEL_H
#define SHIM_XEN_INTERFACE_EVENT_CHANNEL_H

#include <linux/types.h>

typedef u32 evtchn_port_t;

enum { EVTCHNOP_alloc_unbound = 6 };

struct evtchn_alloc_unbound {
	u16 dom;
	u16 remote_dom;
	evtchn_port_t port;
};

#endif
