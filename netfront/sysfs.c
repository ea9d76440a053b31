// SPDX-License-Identifier: GPL-2.0
/*
 * The sysfs files of the kernel's own driver: how many pages are lent for receiving.
 */
#include <linux/capability.h>
#include <linux/kstrtox.h>
#include <linux/netdevice.h>
#include <linux/sysfs.h>

#include "netfront/dev.h"
#include "netfront/front.h"
#include "netfront/queue.h"

static ssize_t xnf_rxbuf_min_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", XNF_RX_LEAST);
}

static ssize_t xnf_rxbuf_max_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", XNET_RING_SLOTS);
}

static ssize_t xnf_rxbuf_cur_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct xnf *front = netdev_priv(to_net_dev(dev));

	return sysfs_emit(buf, "%u\n", READ_ONCE(front->queue[0].rx.target));
}

/* The bounds of ethtool -G are fixed, but scripts that write them must get no error. */
static ssize_t xnf_rxbuf_store(struct device *dev, struct device_attribute *attr, const char *buf,
			       size_t len)
{
	unsigned long val;
	int err;

	if (!capable(CAP_NET_ADMIN))
		return -EPERM;
	err = kstrtoul(buf, 0, &val);
	return err ?: len;
}

static struct device_attribute rxbuf_min =
	__ATTR(rxbuf_min, 0644, xnf_rxbuf_min_show, xnf_rxbuf_store);
static struct device_attribute rxbuf_max =
	__ATTR(rxbuf_max, 0644, xnf_rxbuf_max_show, xnf_rxbuf_store);
static struct device_attribute rxbuf_cur = __ATTR(rxbuf_cur, 0444, xnf_rxbuf_cur_show, NULL);

static struct attribute *attrs[] = {
	&rxbuf_min.attr,
	&rxbuf_max.attr,
	&rxbuf_cur.attr,
	NULL
};

const struct attribute_group xnf_sysfs_group = { .attrs = attrs };
