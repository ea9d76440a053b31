/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many pages a queue lends to be filled.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_NETFRONT_RX_DEMAND_H
#define XSPLIT_NETFRONT_RX_DEMAND_H

#include <linux/minmax.h>
#include <linux/types.h>

#include "xenbus/netif.h"

/* With fewer pages than the largest frame takes, a backend would stall for good. */
#define XNF_RX_LEAST 32U

/* A queue with so little to receive that most pages were never filled lends fewer. */
static inline u32 xnf_rx_less(u32 lend, u32 peak)
{
	return peak < lend / 16 ? max(lend / 2, XNF_RX_LEAST) : lend;
}

/*
 * Lend more pages than @lend as soon as a quarter of them is filled at a time, so that a backend
 * always has three quarters to go on with; @peak is the most that were filled of late. Between
 * this border and that of xnf_rx_less() is a factor of two even after a step, so that a steady
 * load causes none.
 */
static inline u32 xnf_rx_more(u32 lend, u32 peak)
{
	return peak > lend / 4 ? min(2 * lend, XNET_RING_SLOTS) : lend;
}

#endif /* XSPLIT_NETFRONT_RX_DEMAND_H */
