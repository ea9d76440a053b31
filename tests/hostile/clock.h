/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOSTILE_CLOCK_H
#define HOSTILE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since some time. */
static inline uint64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

#endif
