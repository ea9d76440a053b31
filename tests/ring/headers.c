// SPDX-License-Identifier: GPL-2.0
#include "headers.h"

u8 frame[512];

void put_be16(u32 at, u32 val)
{
	frame[at] = val >> 8;
	frame[at + 1] = val;
}

u32 ipv4(u32 at, u32 words, u8 proto)
{
	frame[at] = 4 << 4 | words;
	/* "Don't fragment", which is no fragment. */
	put_be16(at + 6, 0x4000);
	frame[at + 9] = proto;
	return at + words * 4;
}

u32 ipv6(u32 at, u8 next)
{
	frame[at] = 6 << 4;
	frame[at + 6] = next;
	return at + 40;
}
