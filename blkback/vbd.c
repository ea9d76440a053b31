// SPDX-License-Identifier: GPL-2.0
/* The disk behind a device. */

#include <linux/blkdev.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "blkback/keys.h"
#include "blkback/vbd.h"
#include "xenbus/link.h"
#include "xenbus/store.h"

/* --- keys of the toolstack ---------------------------------------------- */

static int read_mode(struct xsplit_link *link, bool *writable)
{
	char *mode;
	int err;

	err = xsplit_text_read(link, link->own_dir, "mode", &mode);
	*writable = mode && strchr(mode, 'w');
	kfree(mode);
	return err;
}

/* The toolstack writes this key into the guest's directory. */
static bool is_cdrom(struct xsplit_link *link)
{
	char *type = xsplit_text_peek(link->peer_dir, "device-type");
	bool cdrom = type && !strcmp(type, "cdrom");

	kfree(type);
	return cdrom;
}

int xbb_vbd_read(struct xbb_vbd *vbd, struct xsplit_link *link)
{
	u64 vals[XBB_NR_DISK_KEYS];
	int err;

	err = xsplit_keys_read(link, link->own_dir, xbb_disk_keys,
			       XBB_NR_DISK_KEYS, vals) ?:
	      read_mode(link, &vbd->writable);
	if (err)
		return err;
	vbd->discard = vals[XBB_DISK_DISCARD];
	vbd->removable = vals[XBB_DISK_REMOVABLE];
	vbd->cdrom = is_cdrom(link);
	return 0;
}

/* --- opening and closing ------------------------------------------------ */

/* Not exclusively: other openers may exist. */
static int open_bdev(struct xbb_vbd *vbd, blk_mode_t mode)
{
	struct file *file = bdev_file_open_by_dev(vbd->dev, mode, NULL, NULL);

	if (IS_ERR(file))
		return PTR_ERR(file);
	vbd->file = file;
	vbd->bdev = file_bdev(file);
	return 0;
}

static int open_as_it_is(struct xbb_vbd *vbd, blk_mode_t mode)
{
	int err;

	vbd->opened_rw = vbd->writable;
	err = open_bdev(vbd, mode | (vbd->writable ? BLK_OPEN_WRITE : 0));
	if (!vbd->writable || (err != -EROFS && err != -EACCES))
		return err;
	vbd->opened_rw = false;
	return open_bdev(vbd, mode);
}

int xbb_vbd_open(struct xbb_vbd *vbd)
{
	int err = open_as_it_is(vbd, BLK_OPEN_READ);

	if (err == -ENOMEDIUM)
		err = open_as_it_is(vbd, BLK_OPEN_READ | BLK_OPEN_NDELAY);
	if (err)
		return err;
	WRITE_ONCE(vbd->declined, false);
	ratelimit_state_init(&vbd->log_limit, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST);
	return 0;
}

/* A number that is in use stays with its device: this is the same one. */
void xbb_vbd_open_rw(struct xbb_vbd *vbd)
{
	struct file *file;

	if (!vbd->bdev)
		return;
	file = bdev_file_open_by_dev(vbd->dev, BLK_OPEN_READ | BLK_OPEN_WRITE, NULL, NULL);
	if (IS_ERR(file))
		return;
	if (file_bdev(file) == vbd->bdev) {
		swap(vbd->file, file);
		WRITE_ONCE(vbd->opened_rw, true);
	}
	__fput_sync(file);
}

void xbb_vbd_close(struct xbb_vbd *vbd)
{
	/* Not fput(), with which a kernel thread closes the device some time later. */
	if (vbd->file)
		__fput_sync(vbd->file);
	vbd->file = NULL;
	vbd->bdev = NULL;
}

int xbb_vbd_sync(struct xbb_vbd *vbd)
{
	int err = sync_blockdev(vbd->bdev);

	if (!err)
		invalidate_bdev(vbd->bdev);
	return err;
}

/* --- what it can do ----------------------------------------------------- */

bool xbb_vbd_readonly(const struct xbb_vbd *vbd)
{
	return !vbd->writable || !READ_ONCE(vbd->opened_rw) || bdev_read_only(vbd->bdev);
}

bool xbb_vbd_has_become_rw(const struct xbb_vbd *vbd)
{
	return vbd->writable && !READ_ONCE(vbd->opened_rw) &&
	       !bdev_read_only(vbd->bdev);
}

/* A guest is not told of a cache that it cannot flush. */
static bool has_cache(const struct xbb_vbd *vbd)
{
	return bdev_write_cache(vbd->bdev) && !READ_ONCE(vbd->declined);
}

/* A disk that has vanished has size 0; the guest learns of that by errors instead. */
static u64 capacity(const struct xbb_vbd *vbd)
{
	struct gendisk *gd = vbd->bdev->bd_disk;

	return test_bit(GD_DEAD, &gd->state) ? vbd->told.sectors : xbb_vbd_capacity(vbd);
}

bool xbb_vbd_changed(const struct xbb_vbd *vbd)
{
	const struct xbb_told *told = &vbd->told;

	return told->sectors != capacity(vbd) || told->readonly != xbb_vbd_readonly(vbd) ||
	       told->cache != has_cache(vbd);
}

static bool can_discard(const struct xbb_vbd *vbd)
{
	return vbd->writable && vbd->discard && bdev_max_discard_sectors(vbd->bdev);
}

static bool can_erase(const struct xbb_vbd *vbd)
{
	return can_discard(vbd) && bdev_max_secure_erase_sectors(vbd->bdev);
}

void xbb_vbd_limits(const struct xbb_vbd *vbd, struct xbb_limits *limits)
{
	struct block_device *bdev = vbd->bdev;

	*limits = (struct xbb_limits){
		.sectors = bdev_nr_sectors(bdev),
		.sector_size = bdev_logical_block_size(bdev),
		.readonly = xbb_vbd_readonly(vbd),
		.discard = can_discard(vbd),
		.secure = can_erase(vbd),
	};
}

u64 xbb_vbd_discard_max(const struct xbb_vbd *vbd)
{
	struct block_device *bdev = vbd->bdev;
	u64 granularity = max(bdev_discard_granularity(bdev),
			      bdev_logical_block_size(bdev)) >> SECTOR_SHIFT;
	u64 most = UINT_MAX >> SECTOR_SHIFT;

	if (granularity > most)
		granularity = bdev_logical_block_size(bdev) >> SECTOR_SHIFT;
	return most - most % granularity;
}

/* --- keys for the guest ------------------------------------------------- */

static void write_discard(const struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir)
{
	struct block_device *bdev = vbd->bdev;

	xsplit_write(txn, dir, "feature-discard", "%d", can_discard(vbd));
	if (!can_discard(vbd))
		return;
	xsplit_write(txn, dir, "discard-granularity", "%u", bdev_discard_granularity(bdev));
	xsplit_write(txn, dir, "discard-alignment", "%u", bdev_discard_alignment(bdev));
	xsplit_write(txn, dir, "discard-secure", "%d", can_erase(vbd));
}

static unsigned int disk_info(const struct xbb_vbd *vbd)
{
	struct gendisk *disk = vbd->bdev->bd_disk;
	unsigned int info = 0;

	if (vbd->cdrom || disk_to_cdi(disk))
		info |= XBLK_INFO_CDROM;
	if (vbd->removable || disk->flags & GENHD_FL_REMOVABLE)
		info |= XBLK_INFO_REMOVABLE;
	if (vbd->told.readonly)
		info |= XBLK_INFO_READONLY;
	return info;
}

void xbb_vbd_publish_changes(struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir)
{
	struct xbb_told *told = &vbd->told;

	told->sectors = capacity(vbd);
	told->readonly = xbb_vbd_readonly(vbd);
	told->cache = has_cache(vbd);
	xsplit_write(txn, dir, "feature-flush-cache", "%d", told->cache);
	xsplit_write(txn, dir, "feature-barrier", "%d", told->cache);
	xsplit_write(txn, dir, "sectors", "%llu", told->sectors);
	xsplit_write(txn, dir, "info", "%u", disk_info(vbd));
}

/* Only a hint, but some frontends refuse a value that makes no sense. */
static unsigned int physical_block(struct block_device *bdev)
{
	unsigned int logical = bdev_logical_block_size(bdev);
	unsigned int physical = bdev_physical_block_size(bdev);

	return is_power_of_2(physical) && physical > logical ? physical : logical;
}

void xbb_vbd_publish(struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir)
{
	struct block_device *bdev = vbd->bdev;

	xbb_vbd_publish_changes(vbd, txn, dir);
	write_discard(vbd, txn, dir);
	xsplit_write(txn, dir, "sector-size", "%u", bdev_logical_block_size(bdev));
	xsplit_write(txn, dir, "physical-sector-size", "%u", physical_block(bdev));
}

void xbb_vbd_log_error(struct xbb_vbd *vbd, struct xsplit_link *link, const char *what,
		       u64 sector, u64 nr_sectors, int err)
{
	if (__ratelimit(&vbd->log_limit))
		dev_err(&link->xdev->dev,
			"%pg failed a %s of %llu sectors at %llu (error %d); the guest is told\n",
			vbd->bdev, what, nr_sectors, sector, err);
}
