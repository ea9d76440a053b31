// SPDX-License-Identifier: GPL-2.0
/* The counters of a queue, as tables. */

#include <linux/kernel.h>

#include "netback/count.h"
#include "netback/queue.h"
#include "netback/vif.h"

#define LINE(shown, member) { shown, offsetof(struct xnb_queue, counts.member) }
#define EVENT_LINE(shown, member) { shown, offsetof(struct xnb_queue, member) }

static const struct xsplit_counter counters[] = {
	LINE("tx_packets", tx.packets),
	LINE("tx_bytes", tx.bytes),
	LINE("tx_gso", tx.gso),
	XSPLIT_SIZE_COUNTERS("tx_passes", struct xnb_queue, counts.tx.passes),
	LINE("tx_responses", tx.answers),
	LINE("tx_pushes", tx.pushes),
	LINE("tx_notifications", tx.notified),
	EVENT_LINE("tx_interrupts", tx.event.interrupts),
	EVENT_LINE("tx_interrupts_spurious", tx.event.spurious),
	LINE("tx_events_lost", tx_lost),
	LINE("tx_rate_limited", tx.limited),
	LINE("tx_linearized", tx.linear),
	LINE("tx_csum_fixed", tx.csum_fixup),
	LINE("tx_zerocopy", tx.zc_sent),
	LINE("tx_zerocopy_success", tx.zc_success),
	LINE("tx_zerocopy_fail", tx.zc_fail),
	LINE("tx_bad_short", tx.refused[XNB_TX_BAD_SHORT]),
	LINE("tx_bad_page", tx.refused[XNB_TX_BAD_PAGE]),
	LINE("tx_bad_size", tx.refused[XNB_TX_BAD_SIZE]),
	LINE("tx_bad_slots", tx.refused[XNB_TX_BAD_SLOTS]),
	LINE("tx_bad_chain", tx.refused[XNB_TX_BAD_CHAIN]),
	LINE("tx_bad_extra", tx.refused[XNB_TX_BAD_EXTRA]),
	LINE("tx_bad_gso", tx.refused[XNB_TX_BAD_GSO]),
	LINE("tx_bad_grant", tx.bad_grant),
	LINE("tx_bad_checksum", tx.bad_meta),
	LINE("tx_xdp_pass", tx.xdp[XNB_XDP_PASS]),
	LINE("tx_xdp_drop", tx.xdp[XNB_XDP_DROP]),
	LINE("tx_xdp_tx", tx.xdp[XNB_XDP_TX]),
	LINE("tx_xdp_redirect", tx.xdp[XNB_XDP_REDIRECT]),
	LINE("tx_xdp_aborted", tx.xdp[XNB_XDP_ABORTED]),
	LINE("tx_xdp_skb", tx.xdp[XNB_XDP_SKB]),
	LINE("tx_filter_changes", tx.mcast),
	LINE("tx_no_memory", tx.no_memory),
	XSPLIT_NAMED_GRANT_COUNTERS("tx_", struct xnb_queue, counts.tx.grants),
	LINE("rx_packets", rx.packets),
	LINE("rx_bytes", rx.bytes),
	LINE("rx_gso", rx.gso),
	LINE("rx_slots", rx.slots),
	XSPLIT_SIZE_COUNTERS("rx_flushes", struct xnb_queue, counts.rx.flushes),
	LINE("rx_deferred", rx.deferred),
	LINE("rx_pushes", rx.pushes),
	LINE("rx_notifications", rx.notified),
	LINE("rx_notifications_repeated", rx_notified_again),
	EVENT_LINE("rx_interrupts", rx.event.interrupts),
	EVENT_LINE("rx_interrupts_spurious", rx.event.spurious),
	LINE("rx_events_lost", rx_lost),
	LINE("rx_no_room", rx.no_room),
	LINE("rx_absorbed", rx.absorbed),
	LINE("rx_wakeups", rx.wakeups),
	LINE("rx_stalls", rx.stalls),
	LINE("rx_dropped", rx.dropped),
	LINE("rx_filtered", rx.filtered),
	LINE("rx_too_long", rx.too_long),
	LINE("rx_bad_grant", rx.bad_grant),
	LINE("rx_linearized", rx.linear),
	XSPLIT_NAMED_GRANT_COUNTERS("rx_", struct xnb_queue, counts.rx.grants),
	{ }
};

static const struct xsplit_counter histograms[] = {
	{ "tx_pass", offsetof(struct xnb_queue, tx_pass) },
	{ "rx_batch", offsetof(struct xnb_queue, rx_batch) },
	{ }
};

static const struct xsplit_counter rings[] = {
	{ "tx_", offsetof(struct xnb_queue, tx.ring) },
	{ "rx_", offsetof(struct xnb_queue, rx.ring) },
	{ }
};

const struct xsplit_queue_tables xnb_tables = {
	.counters = counters,
	.latency = histograms,
	.rings = rings,
	.back = true,
};

static u64 tx_dropped(const struct xnb_tx_counts *tx)
{
	u64 sum = xsplit_counted(&tx->bad_grant) + xsplit_counted(&tx->bad_meta) +
		  xsplit_counted(&tx->no_memory);
	unsigned int i;

	for (i = XNB_TX_BAD_SHORT; i < XNB_TX_VERDICTS; i++)
		sum += xsplit_counted(&tx->refused[i]);
	return sum;
}

void xnb_count_sum(const struct xnb_counts *counts, struct xnb_past *sum)
{
	const struct xnb_tx_counts *tx = &counts->tx;
	const struct xnb_rx_counts *rx = &counts->rx;

	sum->tx_packets += xsplit_counted(&tx->packets);
	sum->tx_bytes += xsplit_counted(&tx->bytes);
	sum->tx_dropped += tx_dropped(tx);
	sum->rx_packets += xsplit_counted(&rx->packets);
	sum->rx_bytes += xsplit_counted(&rx->bytes);
	sum->rx_dropped += xsplit_counted(&rx->dropped) + xsplit_counted(&rx->too_long);
	sum->stat[XNB_STAT_CSUM_FIXUP] += xsplit_counted(&tx->csum_fixup);
	sum->stat[XNB_STAT_ZC_SENT] += xsplit_counted(&tx->zc_sent);
	sum->stat[XNB_STAT_ZC_SUCCESS] += xsplit_counted(&tx->zc_success);
	sum->stat[XNB_STAT_ZC_FAIL] += xsplit_counted(&tx->zc_fail);
}
