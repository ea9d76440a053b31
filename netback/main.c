// SPDX-License-Identifier: GPL-2.0
/*
 * xen-netback: network interfaces for other domains.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/module.h>
#include <xen/xen.h>

#include "compat/module.h"
#include "netback/params.h"
#include "netback/tx_zerocopy.h"
#include "netback/vif.h"
#include "xenbus/netif.h"

/* What a guest may have without asking for it; each queue has a price. */
#define DEFAULT_QUEUES 8u

struct xnb_params xnb_params = {
	.separate_tx_rx_irq = true,
	.provides_xdp_headroom = true,
	.rx_drain_timeout_msecs = 10000,
	.rx_stall_timeout_msecs = 60000,
	.rx_wait_kbytes = 4096,
	.tx_zerocopy_pages = 96,
	.fatal_skb_slots = 20,
	.hash_cache_size = 64,
};

module_param_named(separate_tx_rx_irq, xnb_params.separate_tx_rx_irq, bool, 0644);
MODULE_PARM_DESC(separate_tx_rx_irq, "Offer an event channel for each direction; taken at negotiation");

module_param_named(rx_drain_timeout_msecs, xnb_params.rx_drain_timeout_msecs, uint, 0444);
MODULE_PARM_DESC(rx_drain_timeout_msecs,
		 "Packets are dropped when the guest has had no room for this long");

module_param_named(rx_stall_timeout_msecs, xnb_params.rx_stall_timeout_msecs, uint, 0444);
MODULE_PARM_DESC(rx_stall_timeout_msecs,
		 "The carrier goes off when the guest has had no room for this long; 0: never");

module_param_named(rx_wait_kbytes, xnb_params.rx_wait_kbytes, uint, 0644);
MODULE_PARM_DESC(rx_wait_kbytes, "KiB that may wait for a guest that is slow, in a queue");

module_param_named(tx_zerocopy_pages, xnb_params.tx_zerocopy_pages, uint, 0644);
MODULE_PARM_DESC(tx_zerocopy_pages,
		 "Pages of a guest that a queue may have mapped at a time, for packets that are passed on; 0: none");

module_param_named(max_queues, xnb_params.max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues, "Queues an interface may have; default: number of CPUs, at most 8");

module_param_named(fatal_skb_slots, xnb_params.fatal_skb_slots, uint, 0444);
MODULE_PARM_DESC(fatal_skb_slots,
		 "Accepted for compatibility; a packet of more than 18 slots is dropped, nothing else");

module_param_named(hash_cache_size, xnb_params.hash_cache_size, uint, 0644);
MODULE_PARM_DESC(hash_cache_size, "Accepted for compatibility; hashes are not cached");

module_param_named(provides_xdp_headroom, xnb_params.provides_xdp_headroom, bool, 0644);
MODULE_PARM_DESC(provides_xdp_headroom, "Offer room before each packet for the guest's XDP programs");

static void __init adjust_params(void)
{
	if (!xnb_params.max_queues)
		xnb_params.max_queues = min(num_online_cpus(), DEFAULT_QUEUES);
	if (xnb_params.fatal_skb_slots < XNET_MAX_SLOTS) {
		pr_info("fatal_skb_slots is at least %u\n", XNET_MAX_SLOTS);
		xnb_params.fatal_skb_slots = XNET_MAX_SLOTS;
	}
}

static int __init xnb_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	adjust_params();
	err = xnb_zerocopy_init();
	if (err)
		return err;
	err = xnb_freeze_init();
	if (err)
		goto exit_zerocopy;
	xnb_debug_init();
	err = xsplit_driver_register(&xnb_driver);
	if (err)
		goto exit_debug;
	return 0;

exit_debug:
	xnb_debug_exit();
	xnb_freeze_exit();
exit_zerocopy:
	xnb_zerocopy_exit();
	return err;
}

static void __exit xnb_exit(void)
{
	xsplit_driver_unregister(&xnb_driver);
	xnb_zerocopy_exit();
	xnb_debug_exit();
	xnb_freeze_exit();
}

module_init(xnb_init);
module_exit(xnb_exit);

MODULE_DESCRIPTION("Xen network backend");
MODULE_LICENSE("GPL");
MODULE_VERSION(XSPLIT_VERSION);
MODULE_ALIAS("xen-backend:vif");
MODULE_IMPORT_NS("XEN_SPLIT");
