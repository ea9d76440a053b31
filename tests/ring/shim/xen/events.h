/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_EVENTS_H
#define SHIM_XEN_EVENTS_H

#include <linux/interrupt.h>
#include <xen/xenbus.h>
#include <xen/interface/event_channel.h>

#define XEN_EOI_FLAG_SPURIOUS 1u

/* Those that end an interrupt before the handler runs are not here: see XSA-332. */
int bind_evtchn_to_irqhandler_lateeoi(evtchn_port_t port, irq_handler_t handler,
				      unsigned long flags, const char *name, void *arg);
int bind_interdomain_evtchn_to_irqhandler_lateeoi(struct xenbus_device *xdev,
						  evtchn_port_t port, irq_handler_t handler,
						  unsigned long flags, const char *name,
						  void *arg);
void unbind_from_irqhandler(int irq, void *arg);
unsigned int irq_from_evtchn(evtchn_port_t port);
void notify_remote_via_irq(int irq);
void xen_irq_lateeoi(unsigned int irq, unsigned int flags);

#endif
