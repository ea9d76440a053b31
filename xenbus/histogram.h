/* SPDX-License-Identifier: GPL-2.0 */
/* Times by their length, in powers of two of microseconds. Pure: builds in user space too. */
#ifndef XSPLIT_XENBUS_HISTOGRAM_H
#define XSPLIT_XENBUS_HISTOGRAM_H

#include <linux/log2.h>
#include <linux/types.h>

#include "grant/count.h"

/* Below 1 us, below 2 us, below 4 us ... below 2^23 us (8 s); and all longer ones. */
#define XSPLIT_NR_TIMES 25

struct xsplit_histogram {
	u64 times[XSPLIT_NR_TIMES];
	u64 sum_us;
};

/* Number of the counter for a time of @us microseconds. */
static inline unsigned int xsplit_time_class(u64 us)
{
	unsigned int class = us ? ilog2(us) + 1 : 0;

	return class < XSPLIT_NR_TIMES ? class : XSPLIT_NR_TIMES - 1;
}

/* The times of a counter are below this many microseconds; 0: the last one has no bound. */
static inline u64 xsplit_time_bound(unsigned int class)
{
	return class < XSPLIT_NR_TIMES - 1 ? 1ULL << class : 0;
}

/* Context: the histogram's only writer. */
static inline void xsplit_histogram_add(struct xsplit_histogram *histogram, u64 us)
{
	xsplit_count(&histogram->times[xsplit_time_class(us)], 1);
	xsplit_count(&histogram->sum_us, us);
}

#endif /* XSPLIT_XENBUS_HISTOGRAM_H */
