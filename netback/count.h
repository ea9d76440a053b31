/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters of a queue: for debugfs, ethtool and the device's statistics.
 */
#ifndef XSPLIT_NETBACK_COUNT_H
#define XSPLIT_NETBACK_COUNT_H

#include <linux/types.h>

#include "grant/count.h"
#include "netback/tx_parse.h"
#include "netback/xdp.h"
#include "xenbus/counter.h"

/* From the guest; written by the queue's tx poll. */
struct xnb_tx_counts {
	u64 packets;
	u64 bytes;			/* without the Ethernet headers */
	u64 gso;			/* packets still to be segmented */
	u64 refused[XNB_TX_VERDICTS];	/* the first is not used */
	u64 xdp[XNB_NR_XDP];
	u64 mcast;			/* changes of the multicast filter */
	u64 bad_grant;
	u64 bad_meta;			/* checksum or GSO do not fit the packet */
	u64 no_memory;
	u64 csum_fixup;			/* GSO packets whose checksum was not marked as missing */
	u64 linear;			/* packets whose headers the CPU pulled together */
	u64 passes[XSPLIT_NR_SIZES];	/* by packets in them */
	u64 answers;			/* slots answered */
	u64 pushes;
	u64 notified;			/* pushes that the guest wanted an event for */
	u64 limited;			/* times the rate made a packet wait */
	u64 zc_sent;			/* packets that went on in the guest's own pages */
	u64 zc_success;			/* those of them that nobody had to copy */
	u64 zc_fail;			/* the others */
	struct xsplit_grant_count grants;
};

/* To the guest; written under the lock of the queue's transmit queue. */
struct xnb_rx_counts {
	u64 packets;
	u64 bytes;
	u64 gso;			/* packets still to be segmented */
	u64 slots;
	u64 too_long;			/* dropped: more slots than a packet may have */
	u64 dropped;			/* the guest has lent no pages for too long */
	u64 filtered;			/* dropped: multicasts that the guest did not ask for */
	u64 bad_grant;			/* copies to the guest that failed */
	u64 linear;			/* packets of so many pieces that the CPU joined them */
	u64 flushes[XSPLIT_NR_SIZES];	/* hypercalls, by packets in them */
	u64 deferred;			/* packets that waited for others of their burst */
	u64 no_room;			/* times the guest had lent too few slots */
	u64 absorbed;			/* packets that waited here, not in the queue discipline */
	u64 pushes;
	u64 notified;			/* pushes that the guest wanted an event for */
	u64 wakeups;			/* of the thread */
	u64 stalls;			/* times this queue stalled */
	struct xsplit_grant_count grants;
};

/* Of one queue; the last three are the watchdog's. */
struct xnb_counts {
	struct xnb_tx_counts tx;
	struct xnb_rx_counts rx;
	u64 tx_lost;			/* times requests were found without an event */
	u64 rx_lost;			/* times room for waiting packets was found without one */
	u64 rx_notified_again;		/* times the guest was notified again */
};

/* What debugfs shows of a struct xnb_queue. */
extern const struct xsplit_queue_tables xnb_tables;

struct xnb_past;

/* Add a queue's counts to the sums of its interface. */
void xnb_count_sum(const struct xnb_counts *counts, struct xnb_past *sum);

#endif /* XSPLIT_NETBACK_COUNT_H */
