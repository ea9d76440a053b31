/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block protocol's numbers, for both ends. The layouts of a slot are the backend's
 * (blkback/request.c, every ABI) and the frontend's (blkfront/request.h, its own). Pure.
 */
#ifndef XSPLIT_XENBUS_BLKIF_H
#define XSPLIT_XENBUS_BLKIF_H

#include <linux/build_bug.h>
#include <linux/types.h>

/* Operations. */
enum xblk_op {
	XBLK_OP_READ = 0,
	XBLK_OP_WRITE = 1,
	XBLK_OP_BARRIER = 2,
	XBLK_OP_FLUSH = 3,
	XBLK_OP_RESERVED = 4,
	XBLK_OP_DISCARD = 5,
	XBLK_OP_INDIRECT = 6,
	XBLK_NR_OPS = 7,
};

/* What a response says. */
enum xblk_rsp {
	XBLK_RSP_OKAY = 0,
	XBLK_RSP_ERROR = -1,
	XBLK_RSP_EOPNOTSUPP = -2,
};

/* Flag of a discard: make the old data unreadable. */
#define XBLK_DISCARD_SECURE 1

/* Bits of the key "info". */
enum xblk_info {
	XBLK_INFO_CDROM = 1,
	XBLK_INFO_REMOVABLE = 2,
	XBLK_INFO_READONLY = 4,
};

#define XBLK_SECTOR_SHIFT 9	/* sectors on the wire are always 512 bytes */
#define XBLK_PAGE_BYTES 4096u	/* a granted page, whatever PAGE_SIZE is */
#define XBLK_PAGE_SECTORS 8
#define XBLK_SLOT_SEGS 11	/* segments that fit in a request */
#define XBLK_INDIRECT_PAGES 8	/* descriptor pages that fit in a request */
#define XBLK_SEGS_PER_PAGE 512	/* segments in a descriptor page */

/* One piece of a request: part of a lent page. */
struct xblk_seg {
	u32 ref;
	u8 first;	/* sector in the page, 0 to 7 */
	u8 last;	/* @first to 7 */
	u16 pad;	/* zero */
};

static_assert(sizeof(struct xblk_seg) == 8);
static_assert(XBLK_SEGS_PER_PAGE * sizeof(struct xblk_seg) == XBLK_PAGE_BYTES);

#endif /* XSPLIT_XENBUS_BLKIF_H */
