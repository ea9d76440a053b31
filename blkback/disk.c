// SPDX-License-Identifier: GPL-2.0
/* The disk of a device; see disk.h. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "blkback/back.h"
#include "blkback/disk.h"
#include "xenbus/store.h"

static struct xbb_back *back_of(struct xbb_work_items *items)
{
	return container_of(items, struct xbb_back, work);
}

/* --- all devices ---------------------------------------------------------- */

/* Protects the list, and the members @node and @removed of the devices in it. */
static DEFINE_MUTEX(backs_lock);
static LIST_HEAD(backs);

void xbb_disk_add(struct xbb_back *back)
{
	mutex_lock(&backs_lock);
	list_add(&back->node, &backs);
	mutex_unlock(&backs_lock);
}

void xbb_disk_removed(struct xbb_back *back)
{
	mutex_lock(&backs_lock);
	back->removed = true;
	mutex_unlock(&backs_lock);
}

/*
 * Must a device that was removed complete its requests before another one may start? A late
 * write of it would overwrite what the next guest has written; and a ring that lives on with
 * another driver or disk must have only one backend that answers.
 */
static bool must_end_before(const struct xbb_back *other, const struct xbb_back *back)
{
	return other != back && other->removed &&
	       (other->vbd.dev == back->vbd.dev ||
		(other->peer_stays &&
		 !strcmp(other->link->own_dir, back->link->own_dir)));
}

static bool must_wait_for_removed(const struct xbb_back *back)
{
	struct xbb_back *other;
	bool found = false;

	mutex_lock(&backs_lock);
	list_for_each_entry(other, &backs, node)
		found |= must_end_before(other, back);
	mutex_unlock(&backs_lock);
	return found;
}

/* Devices that wait for this one try again. */
void xbb_disk_remove(struct xbb_back *back)
{
	struct xbb_back *other;

	mutex_lock(&backs_lock);
	list_del(&back->node);
	list_for_each_entry(other, &backs, node)
		if (back->removed && must_end_before(back, other))
			xsplit_link_kick(other->link);
	mutex_unlock(&backs_lock);
}

/* --- work items --------------------------------------------------------------- */

void xbb_disk_open(struct xbb_work_items *items)
{
	struct xbb_back *back = back_of(items);

	back->open_err = xbb_vbd_open(&back->vbd);
	back->open_done = true;
	back->synced = false;
}

void xbb_disk_open_rw(struct xbb_work_items *items)
{
	xbb_vbd_open_rw(&back_of(items)->vbd);
}

void xbb_disk_close(struct xbb_work_items *items)
{
	xbb_vbd_close(&back_of(items)->vbd);
}

void xbb_disk_sync(struct xbb_work_items *items)
{
	struct xbb_back *back = back_of(items);

	back->sync_err = xbb_vbd_sync(&back->vbd);
	back->synced = true;
}

/* --- the toolstack's choice ----------------------------------------------- */

/* Return: 0; -ENOENT: there is no disk yet; another -errno, already reported. */
static int read_number(struct xsplit_link *link, dev_t *dev)
{
	unsigned int major, minor;
	char *text, rest;
	int err;

	err = xsplit_text_read(link, link->own_dir, "physical-device", &text);
	if (err)
		return err;
	if (!text)
		return -ENOENT;
	/* Accept trailing white space: some scripts write the output of a command. */
	if (sscanf(text, "%x:%x %c", &major, &minor, &rest) == 2)
		*dev = MKDEV(major, minor);
	else
		err = xsplit_link_error(link, -EINVAL,
					"physical-device is '%*pE', want major:minor in hexadecimal",
					(int)strnlen(text, 32), text);
	kfree(text);
	return err;
}

static int start_open(struct xbb_back *back, dev_t dev)
{
	int err = xbb_vbd_read(&back->vbd, back->link);

	if (err)
		return err;
	back->vbd.dev = dev;
	xbb_work_queue(&back->work, XBB_WORK_OPEN);
	return 0;
}

/* A lack of memory may pass, so opening is tried again; any other error is the disk's. */
static int report_open(struct xbb_back *back)
{
	const struct xbb_vbd *vbd = &back->vbd;

	xsplit_link_error(back->link, back->open_err,
			  "cannot open block device %x:%x for %s: see that it is there and nobody else has it, then write physical-device again",
			  MAJOR(vbd->dev), MINOR(vbd->dev),
			  vbd->writable ? "writing" : "reading");
	return back->open_err == -ENOMEM ? -ENOMEM : -ENODEV;
}

static void show_in_sysfs(struct xbb_back *back)
{
	int err;

	if (back->shown)
		return;
	err = xbb_sysfs_add(back);
	if (err)
		xsplit_link_error(back->link, err, "cannot show the disk in sysfs");
	back->shown = !err;
}

int xbb_disk_work_done(struct xbb_back *back)
{
	if (xbb_work_busy(&back->work))
		return 0;
	if (back->open_done) {
		back->open_done = false;
		if (back->open_err) {
			if (!back->open_tried)
				report_open(back);
		} else {
			show_in_sysfs(back);
			if (back->failed)
				xsplit_link_reopen(back->link);
			back->failed = false;
		}
	}
	return back->chosen_again ? xbb_disk_chosen(back) : 0;
}

/* A disk that was closed with its frontend is opened when the next frontend connects. */
static int take_number(struct xbb_back *back)
{
	struct xsplit_link *link = back->link;
	dev_t dev;
	int err = read_number(link, &dev);

	if (err)
		return err;
	if (!back->vbd.bdev) {
		if (link->xdev->state < XenbusStateClosing || back->failed)
			return start_open(back, dev);
	} else if (dev != back->vbd.dev) {
		dev_warn(&link->xdev->dev,
			 "physical-device changed from %x:%x to %x:%x: ignored, detach the disk first\n",
			 MAJOR(back->vbd.dev), MINOR(back->vbd.dev), MAJOR(dev), MINOR(dev));
	}
	return 0;
}

int xbb_disk_chosen(struct xbb_back *back)
{
	int err = 0;

	back->chosen_again = xbb_work_busy(&back->work);
	if (!back->chosen_again)
		err = take_number(back);
	/* It may have been called for the end of a work item, which does not come again. */
	if (err == -ENOMEM)
		back->chosen_again = true;
	return err == -ENOENT ? 0 : err;
}

/* --- while connecting ------------------------------------------------------- */

/* One attempt for each frontend, with the keys as they are then. */
static int open_for_frontend(struct xbb_back *back)
{
	dev_t dev;
	int err;

	if (back->open_tried) {
		back->open_tried = false;
		err = report_open(back);
		back->failed = err != -ENOMEM;
		return err;
	}
	err = read_number(back->link, &dev);
	if (err == -ENOENT)
		return xsplit_link_waits(back->link,
					 "the hotplug script has not named a disk in physical-device: look at /var/log/xen/xen-hotplug.log");
	if (!err)
		err = start_open(back, dev);
	/* A lack of memory to read keys is no fault of the disk, and it is tried again. */
	back->failed = err && err != -ENOMEM;
	back->open_tried = !err;
	return err ?: xsplit_link_waits(back->link, "its disk does not answer an attempt to open it");
}

int xbb_disk_ready(struct xbb_back *back)
{
	xbb_disk_work_done(back);
	if (xbb_work_busy(&back->work))
		return xsplit_link_waits(back->link, "its disk does not answer");
	if (!back->vbd.bdev)
		return open_for_frontend(back);
	back->open_tried = false;
	if (must_wait_for_removed(back))
		return xsplit_link_waits(back->link,
					 "requests of a removed device are still under way at its disk: see why it does not answer");
	if (!back->synced) {
		xbb_work_queue(&back->work, XBB_WORK_SYNC);
		return xsplit_link_waits(back->link, "its disk does not take what is cached of it");
	}
	back->synced = false;
	/* Not -ENOSPC or -ENOMEM: it is not known here whether the disk's shortage passes. */
	if (back->sync_err)
		return xsplit_link_error(back->link, -EIO,
					 "cannot write out the disk's cache (error %d)",
					 back->sync_err);
	return 0;
}

/* --- the end ----------------------------------------------------------------- */

bool xbb_disk_release(struct xbb_back *back)
{
	if (xbb_work_busy(&back->work))
		return false;
	back->open_done = false;
	back->open_tried = false;
	if (!back->vbd.bdev)
		return true;
	xbb_work_queue(&back->work, XBB_WORK_CLOSE);
	return false;
}

/* --- changes ------------------------------------------------------------------ */

static void write_changes(struct xsplit_link *link, struct xsplit_txn *txn)
{
	struct xbb_back *back = link->priv;

	xbb_vbd_publish_changes(&back->vbd, txn, link->own_dir);
	xsplit_link_touch(link, txn);
}

static int write_told(struct xbb_back *back)
{
	struct xbb_vbd *vbd = &back->vbd;
	struct xbb_told before = vbd->told;
	int err = xsplit_link_publish(back->link, write_changes);

	if (err == -ENOMEM)
		vbd->told = before;
	if (err)
		return err;
	dev_info(&back->link->xdev->dev, "%pg changes: %llu sectors, were %llu, %s%s\n",
		 vbd->bdev, vbd->told.sectors, before.sectors,
		 vbd->told.readonly ? "read-only" : "writable",
		 READ_ONCE(vbd->declined) ? ", declines flushes" : "");
	return 0;
}

/* A frontend that is not connected is told when it connects. */
static bool can_tell(const struct xsplit_link *link)
{
	return xsplit_link_connected(link) && link->xdev->state == XenbusStateConnected;
}

int xbb_disk_tell(struct xbb_back *back)
{
	int err = can_tell(back->link) ? write_told(back) : 0;

	if (err == -ENOMEM)
		return err;
	/* Pairs with the acquire in xbb_disk_check(), which reads what the guest was told. */
	smp_store_release(&back->telling, false);
	return err;
}

void xbb_disk_check(struct xbb_back *back)
{
	struct xbb_vbd *vbd = &back->vbd;

	if (xbb_vbd_has_become_rw(vbd))
		xbb_work_queue(&back->work, XBB_WORK_WRITABLE);
	/* Until we are Connected, the link may still be writing what the guest is told first. */
	if (READ_ONCE(back->link->xdev->state) != XenbusStateConnected)
		return;
	/* Pairs with the release in xbb_disk_tell(). The link tries again at its own pace. */
	if (smp_load_acquire(&back->telling) || !xbb_vbd_changed(vbd))
		return;
	WRITE_ONCE(back->telling, true);
	xbb_back_disk_changed(back);
}
