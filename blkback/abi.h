/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block protocol on the wire: layouts, no logic.
 *
 * There are two layouts of the same fields. A 32-bit x86 frontend aligns a
 * 64-bit number to 4 bytes, everybody else to 8. Fields are found by name
 * here and nowhere else; request.c turns them into tables of offsets.
 */
#ifndef XSPLIT_BLKBACK_ABI_H
#define XSPLIT_BLKBACK_ABI_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/types.h>

#include "xenbus/blkif.h"

/* x86_64, and all of arm. */
struct xbb_wire64_rw {
	u8 op;
	u8 nr_segs;
	u16 handle;
	u32 pad;
	u64 id;
	u64 sector;
	struct xblk_seg seg[XBLK_SLOT_SEGS];
};

struct xbb_wire64_discard {
	u8 op;
	u8 flag;
	u16 handle;
	u32 pad;
	u64 id;
	u64 sector;
	u64 nr_sectors;
};

struct xbb_wire64_indirect {
	u8 op;
	u8 inner_op;
	u16 nr_segs;
	u32 pad;
	u64 id;
	u64 sector;
	u16 handle;
	u16 pad2;
	u32 ref[XBLK_INDIRECT_PAGES];
	u32 pad3;
};

struct xbb_wire64_rsp {
	u64 id;
	u8 op;
	u8 pad;
	s16 status;
	u32 pad2;
};

static_assert(sizeof(struct xbb_wire64_rw) == 112);
static_assert(offsetof(struct xbb_wire64_rw, id) == 8);
static_assert(offsetof(struct xbb_wire64_rw, sector) == 16);
static_assert(offsetof(struct xbb_wire64_rw, seg) == 24);
static_assert(sizeof(struct xbb_wire64_discard) == 32);
static_assert(offsetof(struct xbb_wire64_discard, id) == 8);
static_assert(offsetof(struct xbb_wire64_discard, sector) == 16);
static_assert(offsetof(struct xbb_wire64_discard, nr_sectors) == 24);
static_assert(sizeof(struct xbb_wire64_indirect) == 64);
static_assert(offsetof(struct xbb_wire64_indirect, nr_segs) == 2);
static_assert(offsetof(struct xbb_wire64_indirect, id) == 8);
static_assert(offsetof(struct xbb_wire64_indirect, sector) == 16);
static_assert(offsetof(struct xbb_wire64_indirect, handle) == 24);
static_assert(offsetof(struct xbb_wire64_indirect, ref) == 28);
static_assert(sizeof(struct xbb_wire64_rsp) == 16);
static_assert(offsetof(struct xbb_wire64_rsp, op) == 8);
static_assert(offsetof(struct xbb_wire64_rsp, status) == 10);

/* x86_32: the same fields, 64-bit numbers aligned to 4 bytes. */
struct xbb_wire32_rw {
	u8 op;
	u8 nr_segs;
	u16 handle;
	u64 id;
	u64 sector;
	struct xblk_seg seg[XBLK_SLOT_SEGS];
} __packed __aligned(4);

struct xbb_wire32_discard {
	u8 op;
	u8 flag;
	u16 handle;
	u64 id;
	u64 sector;
	u64 nr_sectors;
} __packed __aligned(4);

struct xbb_wire32_indirect {
	u8 op;
	u8 inner_op;
	u16 nr_segs;
	u64 id;
	u64 sector;
	u16 handle;
	u16 pad;
	u32 ref[XBLK_INDIRECT_PAGES];
	u64 pad2;
} __packed __aligned(4);

struct xbb_wire32_rsp {
	u64 id;
	u8 op;
	u8 pad;
	s16 status;
} __packed __aligned(4);

static_assert(sizeof(struct xbb_wire32_rw) == 108);
static_assert(offsetof(struct xbb_wire32_rw, id) == 4);
static_assert(offsetof(struct xbb_wire32_rw, sector) == 12);
static_assert(offsetof(struct xbb_wire32_rw, seg) == 20);
static_assert(sizeof(struct xbb_wire32_discard) == 28);
static_assert(offsetof(struct xbb_wire32_discard, id) == 4);
static_assert(offsetof(struct xbb_wire32_discard, sector) == 12);
static_assert(offsetof(struct xbb_wire32_discard, nr_sectors) == 20);
static_assert(sizeof(struct xbb_wire32_indirect) == 64);
static_assert(offsetof(struct xbb_wire32_indirect, nr_segs) == 2);
static_assert(offsetof(struct xbb_wire32_indirect, id) == 4);
static_assert(offsetof(struct xbb_wire32_indirect, sector) == 12);
static_assert(offsetof(struct xbb_wire32_indirect, handle) == 20);
static_assert(offsetof(struct xbb_wire32_indirect, ref) == 24);
static_assert(sizeof(struct xbb_wire32_rsp) == 12);
static_assert(offsetof(struct xbb_wire32_rsp, op) == 8);
static_assert(offsetof(struct xbb_wire32_rsp, status) == 10);

/* The largest slot of either layout. */
#define XBB_MAX_SLOT_BYTES 112

#endif /* XSPLIT_BLKBACK_ABI_H */
