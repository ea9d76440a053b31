// SPDX-License-Identifier: GPL-2.0
/* Event channels whose interrupts are ended late. */

#include <linux/interrupt.h>
#include <xen/events.h>
#include <xen/interface/event_channel.h>
#include <asm/xen/hypercall.h>

#include "compat/module.h"
#include "xenbus/event.h"
#include "xenbus/key.h"
#include "xenbus/link.h"
#include "xenbus/store.h"

static int alloc_port(struct xsplit_link *link, evtchn_port_t *port)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF, .remote_dom = xsplit_link_peer(link),
	};
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &op);

	if (!err)
		*port = op.port;
	return err;
}

int xsplit_event_open(struct xsplit_link *link, struct xsplit_event *event,
		      irq_handler_t handler, const char *name, void *arg)
{
	evtchn_port_t port;
	int err;

	event->irq = 0;
	event->raised = false;
	event->worked = false;
	err = alloc_port(link, &port);
	if (err)
		return xsplit_link_error(link, err,
					 "no event channel left: raise max_event_channels");
	err = bind_evtchn_to_irqhandler_lateeoi(port, handler, 0, name, arg);
	if (err < 0) {
		xenbus_free_evtchn(link->xdev, port);
		return xsplit_link_error(link, err, "no interrupt for event channel %u", port);
	}
	event->irq = err;
	event->port = port;
	return 0;
}
XSPLIT_EXPORT(xsplit_event_open);

int xsplit_event_bind(struct xsplit_link *link, struct xsplit_event *event,
		      const char *dir, const char *key, irq_handler_t handler,
		      const char *name, void *arg)
{
	const struct xsplit_key spec = {
		.name = key, .rule = XSPLIT_KEY_REQUIRE, .min = 1, .max = U32_MAX,
	};
	u64 port;
	int err;

	event->irq = 0;
	event->raised = false;
	/* Xen raises a channel once when it is bound, which is no fault of the peer's. */
	event->worked = true;
	err = xsplit_key_read_one(link, dir, &spec, &port);
	if (err)
		return err;
	/* It is enabled when its handler can end it, which takes its number. */
	err = bind_interdomain_evtchn_to_irqhandler_lateeoi(link->xdev, port, handler,
							    IRQF_NO_AUTOEN, name, arg);
	if (err < 0)
		return xsplit_link_error(link, err, "cannot bind %s/%s %llu", dir, key, port);
	event->irq = err;
	enable_irq(err);
	return 0;
}
XSPLIT_EXPORT(xsplit_event_bind);

void xsplit_event_close(struct xsplit_event *event, void *arg)
{
	if (event->irq)
		unbind_from_irqhandler(event->irq, arg);
	event->irq = 0;
	event->raised = false;
}
XSPLIT_EXPORT(xsplit_event_close);

bool xsplit_event_gone(const struct xsplit_event *event)
{
	return (int)irq_from_evtchn(event->port) != event->irq;
}
XSPLIT_EXPORT(xsplit_event_gone);

void xsplit_event_notify(const struct xsplit_event *event)
{
	notify_remote_via_irq(event->irq);
}
XSPLIT_EXPORT(xsplit_event_notify);

void xsplit_event_eoi(const struct xsplit_event *event, bool worked)
{
	xen_irq_lateeoi(event->irq, worked ? 0 : XEN_EOI_FLAG_SPURIOUS);
}
XSPLIT_EXPORT(xsplit_event_eoi);
