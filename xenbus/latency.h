/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long a stage of the data path takes. Nothing is measured before somebody writes 1 to
 * xen-split/latency in debugfs: until then each place costs an instruction that does nothing.
 */
#ifndef XSPLIT_XENBUS_LATENCY_H
#define XSPLIT_XENBUS_LATENCY_H

#include <linux/jump_label.h>
#include <linux/ktime.h>
#include <linux/math64.h>

#include "xenbus/histogram.h"

DECLARE_STATIC_KEY_FALSE(xsplit_latency_key);

/* When the measuring began: an earlier time is one left over from the last measuring. */
extern u64 xsplit_latency_since;

static inline bool xsplit_latency_on(void)
{
	return static_branch_unlikely(&xsplit_latency_key);
}

/* A stage begins or is over. Context: any. */
static inline void xsplit_latency_stamp(u64 *stamp)
{
	if (xsplit_latency_on())
		*stamp = ktime_get_ns();
}

/* Count a stage from one time to another. Context: the histogram's only writer. */
static inline void xsplit_latency_count(struct xsplit_histogram *histogram, u64 from, u64 to)
{
	if (from >= READ_ONCE(xsplit_latency_since) && to >= from)
		xsplit_histogram_add(histogram, div_u64(to - from, NSEC_PER_USEC));
}

/* Count a stage that ends now. Context: the histogram's only writer. */
static inline void xsplit_latency_end(struct xsplit_histogram *histogram, u64 from)
{
	if (xsplit_latency_on())
		xsplit_latency_count(histogram, from, ktime_get_ns());
}

#endif /* XSPLIT_XENBUS_LATENCY_H */
