// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "wire.h"

const struct wire wire64 = {
	.protocol = "x86_64-abi", .slot_bytes = 112, .id = 8, .sector = 16,
	.seg = 24, .discard_nr = 24, .indirect_handle = 24, .indirect_ref = 28,
	.rsp_bytes = 16,
};

const struct wire wire32 = {
	.protocol = "x86_32-abi", .slot_bytes = 108, .id = 4, .sector = 12,
	.seg = 20, .discard_nr = 20, .indirect_handle = 20, .indirect_ref = 24,
	.rsp_bytes = 12,
};

const struct wire *wire;

void put8(void *slot, u32 offset, u8 val)
{
	memcpy((u8 *)slot + offset, &val, sizeof(val));
}

void put16(void *slot, u32 offset, u16 val)
{
	memcpy((u8 *)slot + offset, &val, sizeof(val));
}

void put32(void *slot, u32 offset, u32 val)
{
	memcpy((u8 *)slot + offset, &val, sizeof(val));
}

void put64(void *slot, u32 offset, u64 val)
{
	memcpy((u8 *)slot + offset, &val, sizeof(val));
}

void put_seg(void *segs, u32 index, u32 ref, u8 first, u8 last)
{
	put32(segs, 8 * index, ref);
	put8(segs, 8 * index + 4, first);
	put8(segs, 8 * index + 5, last);
	put16(segs, 8 * index + 6, 0xdead);
}
