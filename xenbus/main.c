// SPDX-License-Identifier: GPL-2.0
/* xen-split.ko: what the split drivers share. */

#include <linux/module.h>
#include <xen/xen.h>

#include "compat/export.h"
#include "grant/lend.h"
#include "xenbus/private.h"

static int __init xsplit_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	err = xsplit_keep_begin();
	if (err)
		return err;
	err = xsplit_links_init();
	if (err)
		xsplit_keep_end();
	return err;
}
module_init(xsplit_init);

static void __exit xsplit_exit(void)
{
	xsplit_links_exit();
	xsplit_keep_end();
	xsplit_quarantine_exit();
}
module_exit(xsplit_exit);

MODULE_DESCRIPTION("Shared layer of the Xen split drivers: links and grants");
MODULE_LICENSE("GPL");
MODULE_VERSION(XSPLIT_VERSION);
