// SPDX-License-Identifier: GPL-2.0
/*
 * Files that tools know from the kernel's own driver: how many pages are lent.
 */
#include <linux/capability.h>
#include <linux/kstrtox.h>
#include <linux/netdevice.h>
#include <linux/sysfs.h>

#include "netfront/dev.h"
#include "netfront/front.h"
#include "netfront/queue.h"

static ssize_t rxbuf_min_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", XNF_RX_LEAST);
}

static ssize_t rxbuf_max_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", XNET_RING_SLOTS);
}

static ssize_t rxbuf_cur_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct xnf *front = netdev_priv(to_net_dev(dev));

	return sysfs_emit(buf, "%u\n", READ_ONCE(front->queue[0].rx.target));
}

/* Bounds of what ethtool -G may set; scripts that write them get no error. */
static ssize_t ignore(struct device *dev, struct device_attribute *attr, const char *buf,
		      size_t len)
{
	unsigned long val;
	int err;

	if (!capable(CAP_NET_ADMIN))
		return -EPERM;
	err = kstrtoul(buf, 0, &val);
	return err ?: len;
}

static struct device_attribute rxbuf_min = __ATTR(rxbuf_min, 0644, rxbuf_min_show, ignore);
static struct device_attribute rxbuf_max = __ATTR(rxbuf_max, 0644, rxbuf_max_show, ignore);
static struct device_attribute rxbuf_cur = __ATTR_RO(rxbuf_cur);

static struct attribute *attrs[] = {
	&rxbuf_min.attr,
	&rxbuf_max.attr,
	&rxbuf_cur.attr,
	NULL
};

const struct attribute_group xnf_sysfs_group = { .attrs = attrs };
