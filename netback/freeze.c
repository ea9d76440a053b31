// SPDX-License-Identifier: GPL-2.0
/*
 * Interfaces stand still while the host is suspended.
 *
 * Guests run on until the hypervisor itself is suspended. Their packets would go to network
 * cards whose drivers have been suspended, because polls are no tasks and are not frozen
 * with them. So no interface takes packets from before the host's first task is frozen
 * until after the last one has been thawed: they wait in the rings and the queue
 * disciplines.
 */

#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>
#include <linux/suspend.h>

#include "netback/vif.h"

/* Both under RTNL. */
static LIST_HEAD(vifs);
static bool host_sleeps;

bool xnb_frozen(void)
{
	ASSERT_RTNL();
	return host_sleeps;
}

void xnb_freeze_add(struct xnb_vif *vif)
{
	ASSERT_RTNL();
	list_add_tail(&vif->all, &vifs);
}

void xnb_freeze_remove(struct xnb_vif *vif)
{
	ASSERT_RTNL();
	list_del(&vif->all);
}

static void set_host_sleeps(bool sleeps)
{
	struct xnb_vif *vif;

	rtnl_lock();
	list_for_each_entry(vif, &vifs, all) {
		if (host_sleeps == sleeps || !netif_running(vif->dev))
			continue;
		if (sleeps)
			xnb_vif_stop(vif);
		else
			xnb_vif_start(vif);
	}
	host_sleeps = sleeps;
	rtnl_unlock();
}

static int xnb_pm_notify(struct notifier_block *nb, unsigned long event, void *unused)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		set_host_sleeps(true);
		break;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		set_host_sleeps(false);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block host_notifier = { .notifier_call = xnb_pm_notify };

int xnb_freeze_init(void)
{
	return register_pm_notifier(&host_notifier);
}

void xnb_freeze_exit(void)
{
	unregister_pm_notifier(&host_notifier);
}
