/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of xen-blkfront: the stages of a request, and of the batches it is in.
 *
 * Documentation/tracepoints.rst has the table; tests/docs/tracepoints.py keeps it true.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xen_blkfront

#if !defined(XSPLIT_BLKFRONT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XSPLIT_BLKFRONT_TRACE_H

#include <linux/tracepoint.h>

#include "blkfront/ring.h"
#include "xenbus/trace.h"

/* A request of the block layer is planned; it may come again if there is no room. */
TRACE_EVENT(xbf_fetched,
	TP_PROTO(const struct xbf_ring *ring, struct request *rq),
	TP_ARGS(ring, rq),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u8, type)
		__field(u64, sector)
		__field(u32, bytes)
		__field(u32, segs)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->type = xbf_io(rq)->type;
		__entry->sector = blk_rq_pos(rq);
		__entry->bytes = blk_rq_bytes(rq);
		__entry->segs = xbf_io(rq)->nr;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " type=%u sector=%llu bytes=%u segs=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->type, __entry->sector, __entry->bytes, __entry->segs)
);

/* A request has to wait for a slot, pages or references. */
TRACE_EVENT(xbf_waits,
	TP_PROTO(const struct xbf_ring *ring, const struct xbf_io *io),
	TP_ARGS(ring, io),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u8, type)
		__field(u32, segs)
		__field(u32, busy)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->type = io->type;
		__entry->segs = io->nr;
		__entry->busy = ring->ring.prod - ring->ring.cons;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " type=%u segs=%u busy=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->type, __entry->segs, __entry->busy)
);

/* The pages of a request are lent, and its slot is written. */
TRACE_EVENT(xbf_submitted,
	TP_PROTO(const struct xbf_ring *ring, const struct xbf_io *io),
	TP_ARGS(ring, io),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u16, id)
		__field(u8, op)
		__field(u32, segs)
		__field(u8, direct)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->id = io->id;
		__entry->op = io->op;
		__entry->segs = io->nr;
		__entry->direct = io->nr && io->data_ops == &xbf_direct;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " id=%u op=%u segs=%u direct=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->id, __entry->op, __entry->segs, __entry->direct)
);

/* The backend was shown requests, and notified or not. */
TRACE_EVENT(xbf_pushed,
	TP_PROTO(const struct xbf_ring *ring, unsigned int requests, bool notify),
	TP_ARGS(ring, requests, notify),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, requests)
		__field(u8, notify)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->requests = requests;
		__entry->notify = notify;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " requests=%u notify=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->requests, __entry->notify)
);

/* The answer to a request was taken and judged. */
TRACE_EVENT(xbf_completed,
	TP_PROTO(const struct xbf_ring *ring, const struct xbf_io *io),
	TP_ARGS(ring, io),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u16, id)
		__field(u8, op)
		__field(u8, verdict)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->id = io->id;
		__entry->op = io->op;
		__entry->verdict = io->verdict;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " id=%u op=%u verdict=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->id, __entry->op, __entry->verdict)
);

/* Requests were given back to the block layer. */
TRACE_EVENT(xbf_answered,
	TP_PROTO(const struct xbf_ring *ring, unsigned int requests, enum xbf_reaper by),
	TP_ARGS(ring, requests, by),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, requests)
		__field(u8, by)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->requests = requests;
		__entry->by = by;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " requests=%u by=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->requests, __entry->by)
);

#endif /* XSPLIT_BLKFRONT_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH blkfront
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
