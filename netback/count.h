/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a queue did: for debugfs, ethtool and the device's statistics.
 */
#ifndef XSPLIT_NETBACK_COUNT_H
#define XSPLIT_NETBACK_COUNT_H

#include <linux/types.h>

#include "grant/count.h"
#include "netback/tx_parse.h"
#include "netback/xdp.h"
#include "xenbus/counter.h"

/**
 * struct xnb_tx_counts - from the guest; written by the queue's tx poll
 * @packets: taken
 * @bytes: in them, without the Ethernet headers
 * @gso: of them those to be segmented
 * @refused: by the verdict on them; the first is not used
 * @xdp: frames that a program saw, by what became of them
 * @mcast: changes of the multicast filter
 * @bad_grant: a reference could not be used
 * @bad_meta: checksum or GSO does not fit what is in the packet
 * @no_memory: no skb or page
 * @csum_fixup: GSO packets whose checksum was not marked as unfinished
 * @linear: packets whose headers had to be pulled together by the CPU
 * @passes: over what was visible, by packets in them
 * @answers: slots answered
 * @pushes: times the responses were shown
 * @notified: of them those the guest wanted an event for
 * @limited: times the rate made packets wait
 * @zc_sent: packets that went on in the guest's own pages
 * @zc_success: of them those that nobody had to copy
 * @zc_fail: the others
 * @grants: what the grant layer did
 */
struct xnb_tx_counts {
	u64 packets;
	u64 bytes;
	u64 gso;
	u64 refused[XNB_TX_VERDICTS];
	u64 xdp[XNB_NR_XDP];
	u64 mcast;
	u64 bad_grant;
	u64 bad_meta;
	u64 no_memory;
	u64 csum_fixup;
	u64 linear;
	u64 passes[XSPLIT_NR_SIZES];
	u64 answers;
	u64 pushes;
	u64 notified;
	u64 limited;
	u64 zc_sent;
	u64 zc_success;
	u64 zc_fail;
	struct xsplit_grant_count grants;
};

/**
 * struct xnb_rx_counts - to the guest; written under the lock of the queue's
 *	transmit queue
 * @packets: copied to the guest
 * @bytes: in them
 * @gso: of them those to be segmented
 * @slots: of the guest, used for them
 * @too_long: dropped: more slots than a packet may have
 * @dropped: dropped: the guest has not lent pages for too long
 * @filtered: dropped: multicasts the guest did not ask for
 * @bad_grant: copies to the guest that failed
 * @linear: packets in so many pieces that the CPU copied them together
 * @flushes: hypercalls with packets, by how many there were
 * @deferred: packets that waited for others of their burst
 * @no_room: times a packet found too few slots
 * @absorbed: packets that waited here and not in the queue discipline
 * @pushes: times the responses were shown
 * @notified: of them those the guest wanted an event for
 * @wakeups: of the thread
 * @stalls: times the carrier went off because of this queue
 * @grants: what the grant layer did
 */
struct xnb_rx_counts {
	u64 packets;
	u64 bytes;
	u64 gso;
	u64 slots;
	u64 too_long;
	u64 dropped;
	u64 filtered;
	u64 bad_grant;
	u64 linear;
	u64 flushes[XSPLIT_NR_SIZES];
	u64 deferred;
	u64 no_room;
	u64 absorbed;
	u64 pushes;
	u64 notified;
	u64 wakeups;
	u64 stalls;
	struct xsplit_grant_count grants;
};

/**
 * struct xnb_counts - of one queue
 * @tx: see there
 * @rx: see there
 * @tx_lost: looks that found requests to take without an event; the watchdog's
 * @rx_lost: looks that found room for what waits without one; the watchdog's
 * @rx_notified_again: times the guest was told again; the watchdog's
 */
struct xnb_counts {
	struct xnb_tx_counts tx;
	struct xnb_rx_counts rx;
	u64 tx_lost;
	u64 rx_lost;
	u64 rx_notified_again;
};

/* Lines of the debugfs file, relative to struct xnb_queue. */
extern const struct xsplit_counter xnb_counters[];

struct xnb_past;

/* Add a queue's counts to the sums of its interface. */
void xnb_count_sum(const struct xnb_counts *counts, struct xnb_past *sum);

#endif /* XSPLIT_NETBACK_COUNT_H */
