/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block protocol as a frontend would write it, by numbers from the
 * protocol's description: nothing here comes from the code under test.
 */
#ifndef TEST_WIRE_H
#define TEST_WIRE_H

#include "harness.h"

enum { READ, WRITE, BARRIER, FLUSH, RESERVED, DISCARD, INDIRECT };
enum { OKAY = 0, ERROR = -1, UNSUPPORTED = -2 };

/* Offsets in bytes; @id and @sector are those of every request. */
struct wire {
	const char *protocol;
	u32 slot_bytes;
	u32 id;
	u32 sector;
	u32 seg;
	u32 discard_nr;
	u32 indirect_handle;
	u32 indirect_ref;
	u32 rsp_bytes;
};

extern const struct wire wire64, wire32;

/* Of the suite that runs. */
extern const struct wire *wire;

#define REQUEST_ID 0x8877665544332211ULL
#define FIRST_REF 1000
#define DESCRIPTOR_REF 0xfffffffe

void put8(void *slot, u32 offset, u8 val);
void put16(void *slot, u32 offset, u16 val);
void put32(void *slot, u32 offset, u32 val);
void put64(void *slot, u32 offset, u64 val);
void put_seg(void *segs, u32 index, u32 ref, u8 first, u8 last);

#endif
