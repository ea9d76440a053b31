// SPDX-License-Identifier: GPL-2.0
/*
 * xen-blkfront: a guest's disks.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/module.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "blkfront/disk.h"
#include "blkfront/front.h"
#include "blkfront/name.h"
#include "blkfront/params.h"
#include "compat/module.h"

struct xbf_params xbf_params = {
	.max_segs = 32,
	.max_queues = 4,
	.trusted = true,
	.persistent = true,
};

module_param_named(max_indirect_segments, xbf_params.max_segs, uint, 0444);
MODULE_PARM_DESC(max_indirect_segments,
		 "Most 4 KiB segments of a request, up to 256 (default 32: 128 KiB)");

module_param_named(max_queues, xbf_params.max_queues, uint, 0444);
MODULE_PARM_DESC(max_queues, "Most queues of a disk that use interrupts (default 4)");

module_param_named(poll_queues, xbf_params.poll_queues, uint, 0444);
MODULE_PARM_DESC(poll_queues, "Queues of a disk for polled I/O (default 0)");

module_param_named(max_ring_page_order, xbf_params.max_order, uint, 0444);
MODULE_PARM_DESC(max_ring_page_order,
		 "Largest ring: 2^n pages of 32 requests each, n up to 4 (default 0)");

module_param_named(trusted, xbf_params.trusted, bool, 0644);
MODULE_PARM_DESC(trusted, "Backends may see what lies beside data in memory (default Y)");

module_param_named(feature_persistent, xbf_params.persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent,
		 "Leave pages granted between requests if the backend can (default Y)");

module_param_named(backend_timeout, xbf_params.backend_timeout, uint, 0644);
MODULE_PARM_DESC(backend_timeout,
		 "Seconds that I/O waits for a backend that is gone before it fails (default 0: for ever)");

static int __init xbf_init(void)
{
	int err;

	if (!xen_domain() || !xen_has_pv_disk_devices())
		return -ENODEV;
	if (register_blkdev(XBF_MAJOR, "xvd")) {
		pr_err("block major %u is taken: unload the driver that has it\n",
		       XBF_MAJOR);
		return -EBUSY;
	}
	err = xbf_disks_init();
	if (err)
		goto unregister_major;
	err = xsplit_driver_register(&xbf_driver);
	if (err)
		goto end_disks;
	return 0;

end_disks:
	xbf_disks_exit();
unregister_major:
	unregister_blkdev(XBF_MAJOR, "xvd");
	return err;
}
module_init(xbf_init);

static void __exit xbf_exit(void)
{
	xsplit_driver_unregister(&xbf_driver);
	/* Disks of which a backend has memory still use the code. */
	xbf_disks_exit();
	unregister_blkdev(XBF_MAJOR, "xvd");
}
module_exit(xbf_exit);

MODULE_DESCRIPTION("Xen virtual disks, guest side");
MODULE_LICENSE("GPL");
MODULE_VERSION(XSPLIT_VERSION);
MODULE_ALIAS_BLOCKDEV_MAJOR(XBF_MAJOR);
MODULE_ALIAS("xen:vbd");
MODULE_ALIAS("xenblk");
MODULE_IMPORT_NS("XEN_SPLIT");
