/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_BLKDEV_H
#define SHIM_LINUX_BLKDEV_H

#include <linux/types.h>

struct gendisk {
	char disk_name[32];
};

#endif
