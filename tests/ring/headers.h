/* SPDX-License-Identifier: GPL-2.0 */
/* A frame whose headers are written one after the other. */
#ifndef RING_HEADERS_H
#define RING_HEADERS_H

#include <linux/types.h>

extern u8 frame[512];

/* Put a number in network order. */
void put_be16(u32 at, u32 val);

/* Write the header of a layer. Return: where the next one begins. */
u32 ipv4(u32 at, u32 words, u8 proto);
u32 ipv6(u32 at, u8 next);

#endif
