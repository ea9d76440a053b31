/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers in the network's order, and its checksum. */
#ifndef HOSTILE_BYTES_H
#define HOSTILE_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline void put16(uint8_t *at, uint16_t val)
{
	at[0] = val >> 8;
	at[1] = val;
}

static inline void put32(uint8_t *at, uint32_t val)
{
	put16(at, val >> 16);
	put16(at + 2, val);
}

static inline uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static inline uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* The sum of 16 bit words, folded, not inverted. */
static inline uint16_t sum16(const uint8_t *at, size_t len, uint32_t sum)
{
	for (; len > 1; at += 2, len -= 2)
		sum += get16(at);
	if (len)
		sum += at[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

#endif /* HOSTILE_BYTES_H */
