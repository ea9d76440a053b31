/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opening a block device by number, which changed at 6.5, 6.7 and 6.9. It is closed when
 * xsplit_bdev_close() returns, which may be called in a kernel's thread only.
 */
#ifndef XSPLIT_COMPAT_BDEV_H
#define XSPLIT_COMPAT_BDEV_H

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/file.h>

/**
 * struct xsplit_bdev - an open block device
 * @bdev: the device; NULL while closed
 * @opened: what closing needs, where the kernel has such a thing
 * @mode: how it was opened
 */
#ifdef HAVE_BDEV_FILE
struct xsplit_bdev {
	struct block_device *bdev;
	struct file *opened;
	blk_mode_t mode;
};
#elif defined(HAVE_BDEV_HANDLE)
struct xsplit_bdev {
	struct block_device *bdev;
	struct bdev_handle *opened;
	blk_mode_t mode;
};
#elif defined(HAVE_BLK_MODE)
struct xsplit_bdev {
	struct block_device *bdev;
	blk_mode_t mode;
};
#else
struct xsplit_bdev {
	struct block_device *bdev;
	fmode_t mode;
};
#endif

/**
 * xsplit_bdev_open - open a block device, not exclusively
 * @b: filled in
 * @dev: its number
 * @write: for writing as well
 * @empty: though it may have no medium
 *
 * Context: may sleep. Return: 0 or -errno, @b is then closed.
 */
#ifdef HAVE_BLK_MODE
#define XSPLIT_BDEV_MODE(write, empty) \
	(BLK_OPEN_READ | ((write) ? BLK_OPEN_WRITE : 0) | ((empty) ? BLK_OPEN_NDELAY : 0))
#else
#define XSPLIT_BDEV_MODE(write, empty) \
	(FMODE_READ | ((write) ? FMODE_WRITE : 0) | ((empty) ? FMODE_NDELAY : 0))
#endif

#ifdef HAVE_BDEV_FILE
static inline int xsplit_bdev_open(struct xsplit_bdev *b, dev_t dev, bool write, bool empty)
{
	b->mode = XSPLIT_BDEV_MODE(write, empty);
	b->opened = bdev_file_open_by_dev(dev, b->mode, NULL, NULL);
	if (IS_ERR(b->opened))
		return PTR_ERR(b->opened);
	b->bdev = file_bdev(b->opened);
	return 0;
}

/* Not fput(): for a kernel thread that closes the device some time later. */
static inline void xsplit_bdev_close(struct xsplit_bdev *b)
{
	if (b->bdev)
		__fput_sync(b->opened);
	b->bdev = NULL;
}
#elif defined(HAVE_BDEV_HANDLE)
static inline int xsplit_bdev_open(struct xsplit_bdev *b, dev_t dev, bool write, bool empty)
{
	b->mode = XSPLIT_BDEV_MODE(write, empty);
	b->opened = bdev_open_by_dev(dev, b->mode, NULL, NULL);
	if (IS_ERR(b->opened))
		return PTR_ERR(b->opened);
	b->bdev = b->opened->bdev;
	return 0;
}

static inline void xsplit_bdev_close(struct xsplit_bdev *b)
{
	if (b->bdev)
		bdev_release(b->opened);
	b->bdev = NULL;
}
#else
#ifdef HAVE_BLK_MODE
#define XSPLIT_BDEV_GET(dev, mode) blkdev_get_by_dev(dev, mode, NULL, NULL)
#define XSPLIT_BDEV_PUT(bdev, mode) blkdev_put(bdev, NULL)
#else
#define XSPLIT_BDEV_GET(dev, mode) blkdev_get_by_dev(dev, mode, NULL)
#define XSPLIT_BDEV_PUT(bdev, mode) blkdev_put(bdev, mode)
#endif

static inline int xsplit_bdev_open(struct xsplit_bdev *b, dev_t dev, bool write, bool empty)
{
	struct block_device *bdev;

	b->mode = XSPLIT_BDEV_MODE(write, empty);
	bdev = XSPLIT_BDEV_GET(dev, b->mode);
	if (IS_ERR(bdev))
		return PTR_ERR(bdev);
	b->bdev = bdev;
	return 0;
}

static inline void xsplit_bdev_close(struct xsplit_bdev *b)
{
	if (b->bdev)
		XSPLIT_BDEV_PUT(b->bdev, b->mode);
	b->bdev = NULL;
}
#endif

#endif /* XSPLIT_COMPAT_BDEV_H */
