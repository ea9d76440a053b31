// SPDX-License-Identifier: GPL-2.0
/* The only place that decides whether an interface has a carrier. */

#include <linux/netdevice.h>

#include "netback/vif.h"

/*
 * What the decision follows from is changed before this is called, so the last of several
 * callers at a time sees all changes. The lock keeps an earlier one from acting after it.
 */
void xnb_carrier_update(struct xnb_vif *vif)
{
	unsigned long flags;

	/* Interrupts are off in a sender that netpoll has called. */
	spin_lock_irqsave(&vif->carrier_lock, flags);
	if (READ_ONCE(vif->nr_queues) && READ_ONCE(vif->carrier) && !atomic_read(&vif->stalled))
		netif_carrier_on(vif->dev);
	else
		netif_carrier_off(vif->dev);
	spin_unlock_irqrestore(&vif->carrier_lock, flags);
}

void xnb_vif_stalled(struct xnb_vif *vif, bool stalled)
{
	if (stalled ? atomic_inc_return(&vif->stalled) != 1 : !atomic_dec_and_test(&vif->stalled))
		return;
	xnb_carrier_update(vif);
	/* A guest can cause this as often as it likes. */
	if (!net_ratelimit())
		return;
	if (stalled)
		netdev_err(vif->dev, "Guest Rx stalled\n");
	else
		netdev_info(vif->dev, "Guest Rx ready\n");
}
