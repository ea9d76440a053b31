/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block protocol on the wire: layouts, no logic.
 *
 * There are two layouts of the same fields. A 32-bit x86 frontend aligns a
 * 64-bit number to 4 bytes, everybody else to 8. Fields are found by name
 * here and nowhere else; request.c turns them into tables of offsets. tests/ring/test_abi.c
 * has the numbers.
 */
#ifndef XSPLIT_BLKBACK_ABI_H
#define XSPLIT_BLKBACK_ABI_H

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

/* The largest slot of either layout. */
#define XBB_MAX_SLOT_BYTES 112

#endif /* XSPLIT_BLKBACK_ABI_H */
