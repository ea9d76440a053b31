// SPDX-License-Identifier: GPL-2.0
/* xen-split.ko: the shared layers of the split drivers. */

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/workqueue.h>
#include <xen/xen.h>

#include "compat/module.h"
#include "grant/lend.h"
#include "xenbus/debug.h"
#include "xenbus/link.h"
#include "xenbus/private.h"

struct workqueue_struct *xsplit_link_wq;
struct dentry *xsplit_debugfs;

/* For works that a link waits for; not frozen with the works of links. */
static struct workqueue_struct *help_wq;

struct workqueue_struct *xsplit_workqueue(void)
{
	return help_wq;
}
XSPLIT_EXPORT(xsplit_workqueue);

static int links_init(void)
{
	unsigned int flags = WQ_UNBOUND | WQ_MEM_RECLAIM;

	help_wq = alloc_workqueue("xen-split", flags, 0);
	if (!help_wq)
		return -ENOMEM;
	/*
	 * Until the bus resumes a guest's device, xenstore may be another host's, where the
	 * backend that a link knows does not exist. Domain 0 keeps its xenstore. There
	 * xenstored is frozen first, and a work that waits for it would abort the suspend.
	 */
	if (!xen_initial_domain())
		flags |= WQ_FREEZABLE;
	xsplit_link_wq = alloc_workqueue("xen-split-link", flags, 0);
	if (!xsplit_link_wq) {
		destroy_workqueue(help_wq);
		return -ENOMEM;
	}
	xsplit_debugfs = debugfs_create_dir("xen-split", NULL);
	xsplit_latency_init();
	return 0;
}

/* The watch thread may still be unregistering devices. */
static void links_exit(void)
{
	xsplit_flush_watch_thread();
	debugfs_remove(xsplit_debugfs);
	destroy_workqueue(xsplit_link_wq);
	destroy_workqueue(help_wq);
}

static int __init xsplit_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	err = xsplit_parking_init();
	if (err)
		return err;
	err = links_init();
	if (err)
		xsplit_parking_exit();
	return err;
}
module_init(xsplit_init);

static void __exit xsplit_exit(void)
{
	links_exit();
	xsplit_parking_exit();
	xsplit_quarantine_exit();
}
module_exit(xsplit_exit);

MODULE_DESCRIPTION("Shared layer of the Xen split drivers: links and grants");
MODULE_LICENSE("GPL");
MODULE_VERSION(XSPLIT_VERSION);
