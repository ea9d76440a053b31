/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of a queue. */
#ifndef XSPLIT_NETFRONT_COUNT_H
#define XSPLIT_NETFRONT_COUNT_H

#include <linux/u64_stats_sync.h>

#include "grant/count.h"
#include "netfront/rx_parse.h"
#include "xenbus/counter.h"

/* What became of frames that a program saw. */
enum xnf_xdp_count {
	XNF_XDP_PASS,
	XNF_XDP_DROP,
	XNF_XDP_TX,
	XNF_XDP_REDIRECT,
	XNF_XDP_ABORTED,	/* the program failed, or there was no room to send */
	XNF_XDP_SKB,		/* seen as an skb; the kernel knows what became of it */
	XNF_NR_XDP,
};

/*
 * Sending; written under the tx lock. @sync lets 32-bit readers see @packets and @bytes
 * whole. netfront.rst explains the counters by their names in count.c.
 */
struct xnf_tx_count {
	struct u64_stats_sync sync;
	u64 packets;
	u64 bytes;
	u64 copied;
	u64 copied_bytes;
	u64 lent_pages;
	u64 gso;
	u64 dense;
	u64 segmented;
	u64 dropped;
	u64 refused;
	u64 pushes[XSPLIT_NR_SIZES];
	u64 notified;
	u64 quiet;
	u64 stops;
	u64 reaps[XSPLIT_NR_SIZES];
	u64 notified_again;
	u64 events_lost;
	u64 held_back;
	u64 timeouts;
};

/* Receiving; written by NAPI. @sync as in struct xnf_tx_count. */
struct xnf_rx_count {
	struct u64_stats_sync sync;
	u64 packets;
	u64 bytes;
	u64 copied;
	u64 copied_bytes;
	u64 pages;
	u64 gso;
	u64 gso_fixup;
	u64 dropped[XNF_NR_FRAME_VERDICTS];
	u64 xdp[XNF_NR_XDP];
	u64 bad_headers;
	u64 no_memory;
	u64 down;
	u64 refill_failed;
	u64 notified;
	u64 quiet;
};

struct xnf_count {
	struct xnf_tx_count tx;
	struct xnf_rx_count rx;
	u64 polls;		/* runs of NAPI */
	u64 rx_lost;		/* times the watchdog found frames without an event */
	struct xsplit_grant_count grants;
};

/*
 * Read one of the counters whole, whatever the size of a word. Bytes pass 2^32 every few seconds,
 * packets every few hours; what only counts events may be half a carry short when it does.
 */
static inline u64 xnf_count_read(const struct xnf_count *count, const u64 *counter)
{
	unsigned int tx, rx;
	u64 val;

	do {
		tx = u64_stats_fetch_begin(&count->tx.sync);
		rx = u64_stats_fetch_begin(&count->rx.sync);
		val = READ_ONCE(*counter);
	} while (u64_stats_fetch_retry(&count->tx.sync, tx) ||
		 u64_stats_fetch_retry(&count->rx.sync, rx));
	return val;
}

/* The counters of a struct xnf_queue. */
extern const struct xsplit_counter xnf_counters[];

/* What debugfs shows of a struct xnf_queue. */
extern const struct xsplit_queue_tables xnf_tables;

/* Frames that were dropped because something was wrong. */
u64 xnf_count_errors(const struct xnf_rx_count *count);

#endif /* XSPLIT_NETFRONT_COUNT_H */
