// SPDX-License-Identifier: GPL-2.0
/*
 * What tools read under /sys/bus/xen-backend/devices/vbd-<domain>-<device>/:
 * names and meanings are those of the in-tree driver (protocol 6).
 */

#include <linux/device.h>
#include <linux/kdev_t.h>
#include <linux/sysfs.h>

#include "blkback/back.h"

static struct xbb_back *back_of(struct device *dev)
{
	struct xsplit_link *link = dev_get_drvdata(dev);

	return link->priv;
}

static ssize_t physical_device_show(struct device *dev, struct device_attribute *attr,
				    char *buf)
{
	dev_t number = back_of(dev)->vbd.dev;

	return sysfs_emit(buf, "%x:%x\n", MAJOR(number), MINOR(number));
}
static DEVICE_ATTR_RO(physical_device);

/* What the guest was told, since the disk itself may be closed. */
static ssize_t mode_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct xbb_vbd *vbd = &back_of(dev)->vbd;

	return sysfs_emit(buf, "%s\n", vbd->writable && !vbd->told.readonly ? "w" : "r");
}
static DEVICE_ATTR_RO(mode);

static struct attribute *disk_attrs[] = {
	&dev_attr_physical_device.attr,
	&dev_attr_mode.attr,
	NULL
};

static ssize_t xbb_stat_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	unsigned long stat = (unsigned long)container_of(attr, struct dev_ext_attribute, attr)->var;
	u64 stats[XBB_NR_STATS];

	xbb_back_stats(back_of(dev), stats);
	return sysfs_emit(buf, "%llu\n", stats[stat]);
}

#define STAT(shown, stat)							\
	static struct dev_ext_attribute stat_##shown = {			\
		__ATTR(shown, 0444, xbb_stat_show, NULL), (void *)stat		\
	}

STAT(oo_req, XBB_STAT_OO_REQ);
STAT(rd_req, XBB_STAT_RD_REQ);
STAT(wr_req, XBB_STAT_WR_REQ);
STAT(f_req, XBB_STAT_F_REQ);
STAT(ds_req, XBB_STAT_DS_REQ);
STAT(rd_sect, XBB_STAT_RD_SECT);
STAT(wr_sect, XBB_STAT_WR_SECT);

static struct attribute *stat_attrs[] = {
	&stat_oo_req.attr.attr,
	&stat_rd_req.attr.attr,
	&stat_wr_req.attr.attr,
	&stat_f_req.attr.attr,
	&stat_ds_req.attr.attr,
	&stat_rd_sect.attr.attr,
	&stat_wr_sect.attr.attr,
	NULL
};

static const struct attribute_group disk_group = { .attrs = disk_attrs };
static const struct attribute_group stat_group = {
	.name = "statistics",
	.attrs = stat_attrs,
};

static const struct attribute_group *groups[] = { &disk_group, &stat_group, NULL };

int xbb_sysfs_add(struct xbb_back *back)
{
	return sysfs_create_groups(&back->link->xdev->dev.kobj, groups);
}

void xbb_sysfs_remove(struct xbb_back *back)
{
	sysfs_remove_groups(&back->link->xdev->dev.kobj, groups);
}
