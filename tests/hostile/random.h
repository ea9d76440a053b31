/* SPDX-License-Identifier: GPL-2.0 */
/* Pseudo-random numbers, the same in every run unless a seed is set. */
#ifndef HOSTILE_RANDOM_H
#define HOSTILE_RANDOM_H

#include <stdint.h>

#define RANDOM_START 0x9e3779b97f4a7c15ull

/* Of this thread and this file. */
static _Thread_local uint64_t random_state = RANDOM_START;

static inline void random_seed(uint32_t seed)
{
	random_state = RANDOM_START ^ seed * 0xd1342543de82ef95ull;
}

/* xorshift */
static inline uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32) % limit;
}

#endif
