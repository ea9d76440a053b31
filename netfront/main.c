// SPDX-License-Identifier: GPL-2.0
/*
 * xen-netfront: a guest's network interfaces.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "compat/module.h"
#include "netfront/front.h"
#include "netfront/params.h"

/* As in the kernel's own driver. */
#define DEFAULT_QUEUES 8U

struct xnf_params xnf_params = {
	.trusted = true,
};

module_param_named(max_queues, xnf_params.max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues, "Most queues of an interface (default 8, at most one a processor)");

module_param_named(trusted, xnf_params.trusted, bool, 0644);
MODULE_PARM_DESC(trusted, "Backends may see what lies beside data in memory (default Y)");

static int __init xnf_init(void)
{
	if (!xen_domain() || !xen_has_pv_nic_devices())
		return -ENODEV;
	if (!xnf_params.max_queues)
		xnf_params.max_queues = min(DEFAULT_QUEUES, num_online_cpus());
	return xsplit_driver_register(&xnf_driver);
}
module_init(xnf_init);

static void __exit xnf_exit(void)
{
	xsplit_driver_unregister(&xnf_driver);
}
module_exit(xnf_exit);

MODULE_DESCRIPTION("Xen virtual network interfaces, guest side");
MODULE_LICENSE("GPL");
MODULE_VERSION(XSPLIT_VERSION);
MODULE_ALIAS("xen:vif");
MODULE_ALIAS("xennet");
MODULE_IMPORT_NS("XEN_SPLIT");
