/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of xen-netfront: the stages of packets in both directions; tx is out.
 *
 * Documentation/tracepoints.rst has the table; tests/docs/tracepoints.py keeps it true.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xen_netfront

#if !defined(XSPLIT_NETFRONT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XSPLIT_NETFRONT_TRACE_H

#include <linux/tracepoint.h>

#include "netfront/front.h"
#include "netfront/queue.h"
#include "xenbus/trace.h"

/* The slots of a packet are written: copied to pages of the driver, but for the lent ones. */
TRACE_EVENT(xnf_tx_queued,
	TP_PROTO(const struct xnf_queue *queue, const struct xnf_packet *pkt, u16 id,
		 unsigned int lent),
	TP_ARGS(queue, pkt, id, lent),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u16, id)
		__field(u32, len)
		__field(u32, pieces)
		__field(u32, lent)
		__field(u32, gso)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->front->link, queue->index);
		__entry->id = id;
		__entry->len = pkt->len;
		__entry->pieces = pkt->nr_pieces;
		__entry->lent = lent;
		__entry->gso = pkt->gso_size;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " id=%u len=%u pieces=%u lent=%u gso=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->id, __entry->len, __entry->pieces, __entry->lent, __entry->gso)
);

/* The backend was shown slots, and notified or not. */
TRACE_EVENT(xnf_tx_pushed,
	TP_PROTO(const struct xnf_queue *queue, unsigned int slots, bool notify),
	TP_ARGS(queue, slots, notify),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, slots)
		__field(u8, notify)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->front->link, queue->index);
		__entry->slots = slots;
		__entry->notify = notify;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " slots=%u notify=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->slots, __entry->notify)
);

/* Answers were taken; so many packets have been consumed by them. */
TRACE_EVENT(xnf_tx_answered,
	TP_PROTO(const struct xnf_queue *queue, unsigned int slots, unsigned int packets),
	TP_ARGS(queue, slots, packets),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, slots)
		__field(u32, packets)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->front->link, queue->index);
		__entry->slots = slots;
		__entry->packets = packets;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " slots=%u packets=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->slots, __entry->packets)
);

/* Slots that the backend has filled were found in the ring. */
TRACE_EVENT(xnf_rx_fetched,
	TP_PROTO(const struct xnf_queue *queue, u32 slots),
	TP_ARGS(queue, slots),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, slots)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->front->link, queue->index);
		__entry->slots = slots;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " slots=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->slots)
);

/* A frame was judged. */
TRACE_EVENT(xnf_rx_judged,
	TP_PROTO(const struct xnf_queue *queue,
		 const struct xnf_frame *frame, enum xnf_frame_verdict verdict),
	TP_ARGS(queue, frame, verdict),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u8, verdict)
		__field(u32, slots)
		__field(u32, len)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->front->link, queue->index);
		__entry->verdict = verdict;
		__entry->slots = frame->used;
		__entry->len = verdict == XNF_FRAME_OK ? frame->len : 0;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " verdict=%u slots=%u len=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->verdict, __entry->slots, __entry->len)
);

/* The frames of a run of NAPI are done: delivered, or dropped by their verdict. */
TRACE_EVENT(xnf_rx_delivered,
	TP_PROTO(const struct xnf_queue *queue, unsigned int frames),
	TP_ARGS(queue, frames),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, frames)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->front->link, queue->index);
		__entry->frames = frames;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " frames=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->frames)
);

/* Pages were lent to the backend, which was notified or not. */
TRACE_EVENT(xnf_rx_posted,
	TP_PROTO(const struct xnf_queue *queue, unsigned int pages, bool notify),
	TP_ARGS(queue, pages, notify),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, pages)
		__field(u8, notify)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, queue->front->link, queue->index);
		__entry->pages = pages;
		__entry->notify = notify;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " pages=%u notify=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->pages, __entry->notify)
);

#endif /* XSPLIT_NETFRONT_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH netfront
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
