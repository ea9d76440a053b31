// SPDX-License-Identifier: GPL-2.0
/* Event channels whose interrupts are ended late. */

#include <linux/interrupt.h>
#include <linux/jiffies.h>
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

/* The delay of an empty event is over. */
static void xsplit_event_timer(struct timer_list *timer)
{
	struct xsplit_event *event = container_of(timer, struct xsplit_event, timer);

	xen_irq_lateeoi(event->irq, XEN_EOI_FLAG_SPURIOUS);
}

static void init_event(struct xsplit_event *event, bool worked)
{
	event->irq = 0;
	event->raised = false;
	event->worked = worked;
	event->backoff = (struct xsplit_backoff){ };
	timer_setup(&event->timer, xsplit_event_timer, 0);
	spin_lock_init(&event->lock);
	event->open = true;
}

int xsplit_event_open(struct xsplit_link *link, struct xsplit_event *event,
		      irq_handler_t handler, const char *name, void *arg)
{
	evtchn_port_t port;
	int err;

	init_event(event, false);
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

	/* Xen raises a channel once when it is bound, which is no fault of the peer's. */
	init_event(event, true);
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

/*
 * From here on the timer is not set any more. An interrupt that it would have ended is never
 * ended, which matters as little as for one whose ring is stopped.
 */
static void stop_timer(struct xsplit_event *event)
{
	unsigned long flags;

	spin_lock_irqsave(&event->lock, flags);
	event->open = false;
	spin_unlock_irqrestore(&event->lock, flags);
	timer_delete_sync(&event->timer);
}

void xsplit_event_close(struct xsplit_event *event, void *arg)
{
	if (event->irq) {
		stop_timer(event);
		unbind_from_irqhandler(event->irq, arg);
	}
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

/* Return: false if the event is being closed, and nothing would end the interrupt. */
static bool put_off(struct xsplit_event *event, unsigned long delay)
{
	unsigned long flags;
	bool open;

	spin_lock_irqsave(&event->lock, flags);
	open = event->open;
	if (open)
		mod_timer(&event->timer, jiffies + delay);
	spin_unlock_irqrestore(&event->lock, flags);
	return open;
}

void xsplit_event_hurry(struct xsplit_event *event)
{
	unsigned long flags;
	bool pending;

	/* Whoever takes the timer off ends the interrupt; a closed event has none. */
	spin_lock_irqsave(&event->lock, flags);
	pending = event->open && timer_delete(&event->timer);
	spin_unlock_irqrestore(&event->lock, flags);
	if (!pending)
		return;
	/* The work counts for this one. */
	event->worked = false;
	event->backoff.empty = 0;
	xen_irq_lateeoi(event->irq, 0);
}
XSPLIT_EXPORT(xsplit_event_hurry);

void xsplit_event_eoi(struct xsplit_event *event, bool worked)
{
	unsigned long delay;

	if (likely(worked)) {
		event->backoff.empty = 0;
		xen_irq_lateeoi(event->irq, 0);
		return;
	}
	delay = xsplit_backoff_delay(&event->backoff, jiffies);
	if (!delay || !put_off(event, delay))
		xen_irq_lateeoi(event->irq, XEN_EOI_FLAG_SPURIOUS);
}
XSPLIT_EXPORT(xsplit_event_eoi);
