// SPDX-License-Identifier: GPL-2.0
/*
 * Names of the counters.
 */
#include "netfront/count.h"
#include "netfront/queue.h"

#define LINE(name, member) { name, offsetof(struct xnf_queue, count.member) }
#define OFFSET(member) offsetof(struct xnf_queue, member)

const struct xsplit_counter xnf_counters[] = {
	LINE("tx_packets", tx.packets),
	LINE("tx_bytes", tx.bytes),
	LINE("tx_copied", tx.copied),
	LINE("tx_copied_bytes", tx.copied_bytes),
	LINE("tx_lent_pages", tx.lent_pages),
	LINE("tx_gso", tx.gso),
	LINE("tx_dense", tx.dense),
	LINE("tx_segmented", tx.segmented),
	LINE("tx_dropped", tx.dropped),
	LINE("tx_refused", tx.refused),
	XSPLIT_SIZE_COUNTERS("tx_pushes", struct xnf_queue, count.tx.pushes),
	LINE("tx_notifications_sent", tx.notified),
	LINE("tx_notifications_suppressed", tx.quiet),
	LINE("tx_notifications_repeated", tx.notified_again),
	LINE("tx_events_lost", tx.events_lost),
	LINE("tx_held_back", tx.held_back),
	LINE("tx_stops", tx.stops),
	XSPLIT_SIZE_COUNTERS("tx_reaps", struct xnf_queue, count.tx.reaps),
	LINE("tx_stalls", tx.timeouts),
	LINE("rx_packets", rx.packets),
	LINE("rx_bytes", rx.bytes),
	LINE("rx_copied", rx.copied),
	LINE("rx_copied_bytes", rx.copied_bytes),
	LINE("rx_pages", rx.pages),
	LINE("rx_gso", rx.gso),
	LINE("rx_gso_checksum_fixup", rx.gso_fixup),
	LINE("rx_drop_cut", rx.dropped[XNF_DROP_CUT]),
	LINE("rx_drop_id", rx.dropped[XNF_DROP_ID]),
	LINE("rx_drop_status", rx.dropped[XNF_DROP_STATUS]),
	LINE("rx_drop_bounds", rx.dropped[XNF_DROP_BOUNDS]),
	LINE("rx_drop_short", rx.dropped[XNF_DROP_SHORT]),
	LINE("rx_drop_long", rx.dropped[XNF_DROP_LONG]),
	LINE("rx_drop_prefix", rx.dropped[XNF_DROP_PREFIX]),
	LINE("rx_drop_extra", rx.dropped[XNF_DROP_EXTRA]),
	LINE("rx_drop_gso", rx.dropped[XNF_DROP_GSO]),
	LINE("rx_drop_xdp", rx.dropped[XNF_DROP_XDP]),
	LINE("rx_xdp_pass", rx.xdp[XNF_XDP_PASS]),
	LINE("rx_xdp_drop", rx.xdp[XNF_XDP_DROP]),
	LINE("rx_xdp_tx", rx.xdp[XNF_XDP_TX]),
	LINE("rx_xdp_redirect", rx.xdp[XNF_XDP_REDIRECT]),
	LINE("rx_xdp_aborted", rx.xdp[XNF_XDP_ABORTED]),
	LINE("rx_xdp_skb", rx.xdp[XNF_XDP_SKB]),
	LINE("rx_drop_headers", rx.bad_headers),
	LINE("rx_drop_no_memory", rx.no_memory),
	LINE("rx_drop_down", rx.down),
	LINE("rx_refill_failed", rx.refill_failed),
	LINE("rx_notifications_sent", rx.notified),
	LINE("rx_notifications_suppressed", rx.quiet),
	{ "tx_interrupts", OFFSET(tx_event.channel.interrupts) },
	{ "rx_interrupts", OFFSET(rx_event.channel.interrupts) },
	LINE("rx_events_lost", rx_lost),
	LINE("polls", polls),
	{ "spurious_interrupts", OFFSET(tx_event.channel.spurious),
	  OFFSET(rx_event.channel.spurious) },
	LINE("quarantined", grants.quarantined),
	{ }
};

static const struct xsplit_counter histograms[] = {
	{ "tx_packet", OFFSET(tx_packet) },
	{ "rx_run", OFFSET(rx_run) },
	{ }
};

static const struct xsplit_counter rings[] = {
	{ "tx_", OFFSET(tx.ring) },
	{ "rx_", OFFSET(rx.ring) },
	{ }
};

const struct xsplit_queue_tables xnf_tables = {
	.counters = xnf_counters,
	.latency = histograms,
	.rings = rings,
};

u64 xnf_count_errors(const struct xnf_rx_count *count)
{
	u64 sum = READ_ONCE(count->bad_headers);
	unsigned int i;

	for (i = XNF_FRAME_OK + 1; i < XNF_NR_FRAME_VERDICTS; i++)
		sum += READ_ONCE(count->dropped[i]);
	return sum;
}
