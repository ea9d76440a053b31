// SPDX-License-Identifier: GPL-2.0
/*
 * xen-blkback: exports block devices to other domains.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/module.h>
#include <xen/xen.h>

#include "blkback/back.h"
#include "blkback/io.h"
#include "blkback/keys.h"
#include "blkback/params.h"
#include "blkback/work.h"
#include "compat/module.h"
#include "xenbus/ring_pages.h"

struct xbb_params xbb_params = {
	.max_buffer_pages = 1024,
	.max_persistent_grants = 1056,
	.unused_seconds = 60,
	.max_guest_maps = 65536,
	.max_guest_pages = 16384,
	.max_ring_page_order = XSPLIT_MAX_RING_ORDER,
	.squeeze_duration_ms = 10,
	.feature_persistent = true,
};

module_param_named(max_buffer_pages, xbb_params.max_buffer_pages, uint, 0644);
MODULE_PARM_DESC(max_buffer_pages, "Free pages each queue keeps to copy or map into");

module_param_named(max_persistent_grants, xbb_params.max_persistent_grants, uint, 0644);
MODULE_PARM_DESC(max_persistent_grants,
		 "Grants each queue keeps mapped for frontends that lend the same pages again; taken at connect");

module_param_named(persistent_grant_unused_seconds, xbb_params.unused_seconds, uint, 0644);
MODULE_PARM_DESC(persistent_grant_unused_seconds,
		 "Seconds after which an unused persistent grant is unmapped; 0: never");

module_param_named(max_guest_maps, xbb_params.max_guest_maps, uint, 0644);
MODULE_PARM_DESC(max_guest_maps, "Pages of one guest that are mapped for its disks at most");

module_param_named(max_guest_pages, xbb_params.max_guest_pages, uint, 0644);
MODULE_PARM_DESC(max_guest_pages, "Pages that one guest's requests are copied through at most");

module_param_named(max_queues, xbb_params.max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues, "Queues a disk may have; default: number of CPUs");

module_param_named(max_ring_page_order, xbb_params.max_ring_page_order, uint, 0444);
MODULE_PARM_DESC(max_ring_page_order, "Largest order of a ring's pages, 0 to 4");

module_param_named(log_stats, xbb_params.log_stats, uint, 0644);
MODULE_PARM_DESC(log_stats, "Log the statistics of each disk every 10 seconds");

module_param_named(feature_persistent, xbb_params.feature_persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent, "Offer persistent grants; taken at connect");

module_param_named(buffer_squeeze_duration_ms, xbb_params.squeeze_duration_ms, uint, 0644);
MODULE_PARM_DESC(buffer_squeeze_duration_ms,
		 "Accepted for compatibility; buffers are never held back from the system");

static_assert(XBB_MAX_RING_ORDER == XSPLIT_MAX_RING_ORDER);

static void __init judge_params(void)
{
	if (!xbb_params.max_queues)
		xbb_params.max_queues = num_online_cpus();
	if (xbb_params.max_ring_page_order > XSPLIT_MAX_RING_ORDER) {
		pr_info("max_ring_page_order is at most %d\n", XSPLIT_MAX_RING_ORDER);
		xbb_params.max_ring_page_order = XSPLIT_MAX_RING_ORDER;
	}
}

static int __init xbb_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	judge_params();
	err = xbb_ios_init();
	if (err)
		return err;
	err = xbb_work_init();
	if (err)
		goto exit_ios;
	err = xsplit_driver_register(&xbb_driver);
	if (err)
		goto exit_work;
	return 0;

exit_work:
	xbb_work_exit();
exit_ios:
	xbb_ios_exit();
	return err;
}

static void __exit xbb_exit(void)
{
	xsplit_driver_unregister(&xbb_driver);
	xbb_work_exit();
	xbb_ios_exit();
}

module_init(xbb_init);
module_exit(xbb_exit);

MODULE_DESCRIPTION("Xen block backend");
MODULE_LICENSE("GPL");
MODULE_VERSION(XSPLIT_VERSION);
MODULE_ALIAS("xen-backend:vbd");
MODULE_IMPORT_NS("XEN_SPLIT");
