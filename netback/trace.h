/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of xen-netback: the stages of packets, in both directions; tx is from the guest.
 *
 * Documentation/tracepoints.rst has the table; tests/docs/tracepoints.py keeps it true.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xen_netback

#if !defined(XSPLIT_NETBACK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XSPLIT_NETBACK_TRACE_H

#include <linux/tracepoint.h>

#include "netback/queue.h"
#include "xenbus/trace.h"

/* Slots were taken from the ring. */
TRACE_EVENT(xnb_tx_fetched,
	TP_PROTO(const struct xnb_queue *queue, u32 slots),
	TP_ARGS(queue, slots),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, slots)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->link, queue->index);
		__entry->slots = slots;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " slots=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->slots)
);

/* A packet from the guest was judged, and has its skb or is only answered. */
TRACE_EVENT(xnb_tx_judged,
	TP_PROTO(const struct xnb_queue *queue,
		 const struct xnb_tx_packet *pkt, enum xnb_tx_verdict verdict),
	TP_ARGS(queue, pkt, verdict),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u8, verdict)
		__field(u32, slots)
		__field(u32, len)
		__field(u32, gso)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->link, queue->index);
		__entry->verdict = verdict;
		__entry->slots = pkt->nr_slots;
		__entry->len = verdict == XNB_TX_FRAME ? pkt->len : 0;
		__entry->gso = verdict == XNB_TX_FRAME ? pkt->gso_size : 0;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " verdict=%u slots=%u len=%u gso=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->verdict, __entry->slots, __entry->len, __entry->gso)
);

DECLARE_EVENT_CLASS(xnb_copied,
	TP_PROTO(const struct xnb_queue *queue, unsigned int packets, unsigned int copies),
	TP_ARGS(queue, packets, copies),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, packets)
		__field(u32, copies)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->link, queue->index);
		__entry->packets = packets;
		__entry->copies = copies;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " packets=%u copies=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->packets, __entry->copies)
);

/* The packets of a pass are copied by one hypercall; mapped ones need no copy. */
DEFINE_EVENT(xnb_copied, xnb_tx_copied,
	TP_PROTO(const struct xnb_queue *queue, unsigned int packets, unsigned int copies),
	TP_ARGS(queue, packets, copies)
);

DECLARE_EVENT_CLASS(xnb_answered,
	TP_PROTO(const struct xnb_queue *queue, unsigned int slots, bool notify),
	TP_ARGS(queue, slots, notify),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, slots)
		__field(u8, notify)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->link, queue->index);
		__entry->slots = slots;
		__entry->notify = notify;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " slots=%u notify=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->slots, __entry->notify)
);

/* The guest was shown answers to its slots, and notified or not. */
DEFINE_EVENT(xnb_answered, xnb_tx_answered,
	TP_PROTO(const struct xnb_queue *queue, unsigned int slots, bool notify),
	TP_ARGS(queue, slots, notify)
);

/* The packets of a pass go to the network stack, or to an XDP program. */
TRACE_EVENT(xnb_tx_delivered,
	TP_PROTO(const struct xnb_queue *queue, unsigned int packets),
	TP_ARGS(queue, packets),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, packets)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->link, queue->index);
		__entry->packets = packets;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " packets=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->packets)
);

/* A packet to the guest was laid into pages that the guest has lent. */
TRACE_EVENT(xnb_rx_queued,
	TP_PROTO(const struct xnb_queue *queue, unsigned int len, unsigned int slots),
	TP_ARGS(queue, len, slots),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, len)
		__field(u32, slots)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->link, queue->index);
		__entry->len = len;
		__entry->slots = slots;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " len=%u slots=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->len, __entry->slots)
);

/* A packet to the guest waits: the guest has lent too few pages. */
TRACE_EVENT(xnb_rx_held,
	TP_PROTO(const struct xnb_queue *queue, unsigned int len, u32 need),
	TP_ARGS(queue, len, need),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, len)
		__field(u32, need)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->link, queue->index);
		__entry->len = len;
		__entry->need = need;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " len=%u need=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->len, __entry->need)
);

/* The packets of a batch are copied by one hypercall. */
DEFINE_EVENT(xnb_copied, xnb_rx_copied,
	TP_PROTO(const struct xnb_queue *queue, unsigned int packets, unsigned int copies),
	TP_ARGS(queue, packets, copies)
);

/* The guest was shown the packets of a batch, and notified or not. */
DEFINE_EVENT(xnb_answered, xnb_rx_answered,
	TP_PROTO(const struct xnb_queue *queue, unsigned int slots, bool notify),
	TP_ARGS(queue, slots, notify)
);

#endif /* XSPLIT_NETBACK_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH netback
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
