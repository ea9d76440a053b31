/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_DEVICE_H
#define SHIM_LINUX_DEVICE_H

#include <linux/bitops.h>
#include <linux/printk.h>
#include <linux/types.h>

struct device {
	int users;
	bool locked;
	bool registered;
};

#define dev_info(dev, ...) ((void)(dev), shim_log(__VA_ARGS__))
#define dev_err(dev, ...) ((void)(dev), shim_log(__VA_ARGS__))
#define dev_warn(dev, ...) ((void)(dev), shim_log(__VA_ARGS__))
#define device_trylock(dev) (!(dev)->locked && ((dev)->locked = true))
#define device_unlock(dev) ((void)((dev)->locked = false))
#define device_is_registered(dev) ((dev)->registered)
#define device_unregister(dev) ((void)((dev)->registered = false))
#define get_device(dev) ((void)(dev)->users++)
#define put_device(dev) ((void)(dev)->users--)

#endif
