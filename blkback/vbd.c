// SPDX-License-Identifier: GPL-2.0
/* The disk behind a device. */

#include <linux/blkdev.h>
#include <linux/slab.h>

#include "blkback/vbd.h"
#include "xenbus/link.h"
#include "xenbus/store.h"

/* --- what the toolstack says -------------------------------------------- */

enum { KEY_DISCARD, KEY_REMOVABLE, NR_KEYS };

static const struct xsplit_key keys[NR_KEYS] = {
	[KEY_DISCARD] = { "discard-enable", XSPLIT_KEY_CLAMP, 1, 0, 1 },
	[KEY_REMOVABLE] = { "removable", XSPLIT_KEY_CLAMP, 0, 0, 1 },
};

static int read_mode(struct xsplit_link *link, bool *writable)
{
	char *mode;
	int err;

	err = xsplit_text_read(link, link->xdev->nodename, "mode", &mode);
	*writable = mode && strchr(mode, 'w');
	kfree(mode);
	return err;
}

/* The toolstack writes it where the guest looks. */
static bool is_cdrom(struct xsplit_link *link)
{
	char *type = xsplit_read_text(link->peer_dir, "device-type");
	bool cdrom = type && !strcmp(type, "cdrom");

	kfree(type);
	return cdrom;
}

static unsigned int disk_info(const struct xbb_vbd *vbd, struct xsplit_link *link,
			      bool removable)
{
	struct gendisk *disk = xbb_vbd_bdev(vbd)->bd_disk;
	unsigned int info = 0;

	if (disk_to_cdi(disk) || is_cdrom(link))
		info |= XBLK_INFO_CDROM;
	if (removable || disk->flags & GENHD_FL_REMOVABLE)
		info |= XBLK_INFO_REMOVABLE;
	if (!vbd->writable)
		info |= XBLK_INFO_READONLY;
	return info;
}

/* --- opening and closing ------------------------------------------------ */

int xbb_vbd_open(struct xbb_vbd *vbd, struct xsplit_link *link, dev_t dev)
{
	u64 vals[NR_KEYS];
	int err;

	err = xsplit_keys_read(link, link->xdev->nodename, keys, NR_KEYS, vals) ?:
	      read_mode(link, &vbd->writable);
	if (err)
		return err;
	err = xsplit_bdev_open(&vbd->disk, dev, vbd->writable);
	if (err)
		return xsplit_link_error(link, err,
					 "cannot open block device %x:%x for %s: check that it is there and not read-only",
					 MAJOR(dev), MINOR(dev),
					 vbd->writable ? "writing" : "reading");
	if (!xbb_vbd_capacity(vbd)) {
		xbb_vbd_close(vbd);
		return xsplit_link_error(link, -ENOMEDIUM, "block device %x:%x is empty",
					 MAJOR(dev), MINOR(dev));
	}
	vbd->dev = dev;
	vbd->discard = vbd->writable && vals[KEY_DISCARD];
	vbd->info = disk_info(vbd, link, vals[KEY_REMOVABLE]);
	ratelimit_state_init(&vbd->log_limit, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST);
	return 0;
}

void xbb_vbd_close(struct xbb_vbd *vbd)
{
	xsplit_bdev_close(&vbd->disk);
	vbd->dev = 0;
}

int xbb_vbd_sync(struct xbb_vbd *vbd)
{
	int err = sync_blockdev(xbb_vbd_bdev(vbd));

	if (!err)
		invalidate_bdev(xbb_vbd_bdev(vbd));
	return err;
}

/* --- what it can do ----------------------------------------------------- */

static bool can_discard(const struct xbb_vbd *vbd)
{
	return vbd->discard && bdev_max_discard_sectors(xbb_vbd_bdev(vbd));
}

static bool can_erase(const struct xbb_vbd *vbd)
{
	return vbd->discard && bdev_max_secure_erase_sectors(xbb_vbd_bdev(vbd));
}

void xbb_vbd_limits(const struct xbb_vbd *vbd, struct xbb_limits *limits)
{
	struct block_device *bdev = xbb_vbd_bdev(vbd);

	*limits = (struct xbb_limits){
		.sectors = bdev_nr_sectors(bdev),
		.sector_size = bdev_logical_block_size(bdev),
		.readonly = !vbd->writable || bdev_read_only(bdev),
		.discard = can_discard(vbd),
		.secure = can_erase(vbd),
	};
}

u64 xbb_vbd_discard_max(const struct xbb_vbd *vbd)
{
	struct block_device *bdev = xbb_vbd_bdev(vbd);
	u64 granularity = max(bdev_discard_granularity(bdev),
			      bdev_logical_block_size(bdev)) >> SECTOR_SHIFT;
	u64 most = UINT_MAX >> SECTOR_SHIFT;

	if (granularity > most)
		granularity = bdev_logical_block_size(bdev) >> SECTOR_SHIFT;
	return most - most % granularity;
}

/* --- what the guest has to know ----------------------------------------- */

static void put_discard(const struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir)
{
	struct block_device *bdev = xbb_vbd_bdev(vbd);

	xsplit_put(txn, dir, "feature-discard", "%d", can_discard(vbd));
	if (!can_discard(vbd))
		return;
	xsplit_put(txn, dir, "discard-granularity", "%u", bdev_discard_granularity(bdev));
	xsplit_put(txn, dir, "discard-alignment", "%u", bdev_discard_alignment(bdev));
	xsplit_put(txn, dir, "discard-secure", "%d", can_erase(vbd));
}

void xbb_vbd_put(struct xbb_vbd *vbd, struct xsplit_txn *txn, const char *dir)
{
	struct block_device *bdev = xbb_vbd_bdev(vbd);

	vbd->sectors = xbb_vbd_capacity(vbd);
	xsplit_put(txn, dir, "feature-flush-cache", "%d", bdev_write_cache(bdev));
	xsplit_put(txn, dir, "feature-barrier", "%d", bdev_write_cache(bdev));
	put_discard(vbd, txn, dir);
	xsplit_put(txn, dir, "sectors", "%llu", vbd->sectors);
	xsplit_put(txn, dir, "sector-size", "%u", bdev_logical_block_size(bdev));
	xsplit_put(txn, dir, "physical-sector-size", "%u", bdev_physical_block_size(bdev));
	xsplit_put(txn, dir, "info", "%u", vbd->info);
}

void xbb_vbd_log_error(struct xbb_vbd *vbd, struct xsplit_link *link, const char *what,
		       u64 sector, u64 nr_sectors, int err)
{
	if (__ratelimit(&vbd->log_limit))
		dev_err(&link->xdev->dev,
			"%pg failed a %s of %llu sectors at %llu (error %d); the guest is told\n",
			xbb_vbd_bdev(vbd), what, nr_sectors, sector, err);
}
