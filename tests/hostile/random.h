/* SPDX-License-Identifier: GPL-2.0 */
/* Pseudo-random numbers, the same in every run. */
#ifndef HOSTILE_RANDOM_H
#define HOSTILE_RANDOM_H

#include <stdint.h>

/* xorshift */
static inline uint32_t random_below(uint32_t limit)
{
	static _Thread_local uint64_t x = 0x9e3779b97f4a7c15ull;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 32) % limit;
}

#endif
