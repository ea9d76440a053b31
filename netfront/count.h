/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a queue did.
 */
#ifndef XSPLIT_NETFRONT_COUNT_H
#define XSPLIT_NETFRONT_COUNT_H

#include <linux/u64_stats_sync.h>

#include "grant/count.h"
#include "netfront/rx_parse.h"
#include "xenbus/counter.h"

/**
 * enum xnf_xdp_count - what became of frames that a program saw
 * @XNF_XDP_PASS: the stack got it
 * @XNF_XDP_DROP: the program did not want it
 * @XNF_XDP_TX: it went back
 * @XNF_XDP_REDIRECT: it went elsewhere
 * @XNF_XDP_ABORTED: the program failed, or there was no room where it should go
 * @XNF_XDP_SKB: it was seen as an skb; what became of it the kernel knows
 * @XNF_NR_XDP: how many there are
 */
enum xnf_xdp_count {
	XNF_XDP_PASS,
	XNF_XDP_DROP,
	XNF_XDP_TX,
	XNF_XDP_REDIRECT,
	XNF_XDP_ABORTED,
	XNF_XDP_SKB,
	XNF_NR_XDP,
};

/**
 * struct xnf_tx_count - sending; written under the lock of the stack's half
 * @sync: lets @packets and @bytes be read whole where a word has 32 bits
 * @packets: written to the ring
 * @bytes: in them
 * @copied: packets that were copied
 * @copied_bytes: bytes that were copied, also of packets that were not
 * @lent_pages: pages of packets that were lent
 * @gso: packets that the backend may pass on in one piece
 * @dense: packets copied because they had too many pieces
 * @segmented: packets segmented by us
 * @dropped: packets not sent
 * @refused: slots that the backend would not take
 * @pushes: batches shown to the backend, by size
 * @notified: of them, told
 * @quiet: of them, not told: it was awake
 * @stops: times the ring was full
 * @reaps: batches of responses, by size
 * @notified_again: times it was told again, as the event seemed lost
 * @events_lost: looks that found answers without the event that was asked for
 * @held_back: looks that found that nothing had been answered since the last one
 * @stalls: times the stack found that no packet got on
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

/**
 * struct xnf_rx_count - receiving; written by NAPI
 * @sync: as of struct xnf_tx_count
 * @packets: handed on, one skb each
 * @bytes: in them, without Ethernet headers
 * @copied: packets that were copied whole
 * @copied_bytes: bytes that were copied, also of packets that were not
 * @pages: pages taken from the ring
 * @gso: packets of several segments
 * @gso_fixup: of them, those whose checksum was made one to be finished
 * @dropped: frames that make no sense, by why
 * @xdp: frames that a program saw, by what became of them
 * @bad_headers: frames whose headers contradict what the backend says
 * @no_memory: frames there was no memory for
 * @down: frames that came while the interface was down
 * @refill_failed: times there was no memory for pages to lend
 * @notified: batches of pages that the backend was told of
 * @quiet: batches that it was not told of
 */
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

/**
 * struct xnf_count - counters of a queue
 * @tx: sending
 * @rx: receiving
 * @polls: runs of NAPI
 * @rx_lost: looks that found frames without an event; the watchdog's
 * @grants: of the grant layer
 */
struct xnf_count {
	struct xnf_tx_count tx;
	struct xnf_rx_count rx;
	u64 polls;
	u64 rx_lost;
	struct xsplit_grant_count grants;
};

/**
 * xnf_count_read - read a counter whole, whatever the size of a word
 * @count: counters of a queue
 * @counter: one of them
 *
 * Bytes pass 2^32 every few seconds, packets every few hours; what only counts events may
 * be half a carry short when it does.
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

/* Lines of a struct xnf_queue, for xsplit_counters_add(). */
extern const struct xsplit_counter xnf_counters[];

/**
 * xnf_count_errors - frames that were dropped because something was wrong
 * @count: counters of a queue
 */
u64 xnf_count_errors(const struct xnf_rx_count *count);

#endif /* XSPLIT_NETFRONT_COUNT_H */
