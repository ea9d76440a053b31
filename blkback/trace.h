/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of xen-blkback: the stages of a request, and of the batches it is in.
 *
 * Documentation/tracepoints.rst has the table; tests/docs/tracepoints.py keeps it true.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xen_blkback

#if !defined(XSPLIT_BLKBACK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XSPLIT_BLKBACK_TRACE_H

#include <linux/tracepoint.h>
#include <linux/blkdev.h>

#include "blkback/ring.h"
#include "xenbus/trace.h"

/* A request was taken from the ring and judged; the sectors of an indirect one are not known. */
TRACE_EVENT(xbb_fetched,
	TP_PROTO(const struct xbb_ring *ring, const struct xbb_io *io),
	TP_ARGS(ring, io),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u64, id)
		__field(u8, kind)
		__field(u64, sector)
		__field(u32, segs)
		__field(s16, status)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->id = io->req.id;
		__entry->kind = io->req.kind;
		__entry->sector = io->req.sector;
		__entry->segs = io->nr;
		__entry->status = io->status;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " id=%llu kind=%u sector=%llu segs=%u status=%d",
		  XSPLIT_TRACE_VALUES,
		  __entry->id, __entry->kind, __entry->sector, __entry->segs, __entry->status)
);

/* Pages were asked for, for the requests of a pass; those that got none wait. */
TRACE_EVENT(xbb_granted,
	TP_PROTO(const struct xbb_ring *ring, unsigned int requests, unsigned int got,
		 unsigned int segs),
	TP_ARGS(ring, requests, got, segs),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, requests)
		__field(u32, got)
		__field(u32, segs)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->requests = requests;
		__entry->got = got;
		__entry->segs = segs;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " requests=%u got=%u segs=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->requests, __entry->got, __entry->segs)
);

/* A request goes to the disk, or only to its answer if the status is not 0. */
TRACE_EVENT(xbb_submitted,
	TP_PROTO(const struct xbb_ring *ring, const struct xbb_io *io),
	TP_ARGS(ring, io),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u64, id)
		__field(u8, kind)
		__field(u64, sector)
		__field(u64, sectors)
		__field(u32, copied)
		__field(s16, status)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->id = io->req.id;
		__entry->kind = io->req.kind;
		__entry->sector = io->req.sector;
		__entry->sectors = io->req.nr_sectors;
		__entry->copied = io->copied;
		__entry->status = io->status;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " id=%llu kind=%u sector=%llu sectors=%llu copied=%u status=%d",
		  XSPLIT_TRACE_VALUES,
		  __entry->id, __entry->kind, __entry->sector, __entry->sectors,
		  __entry->copied, __entry->status)
);

/* The disk has completed a request, or a part of a discard. */
TRACE_EVENT(xbb_completed,
	TP_PROTO(const struct xbb_ring *ring, const struct xbb_io *io),
	TP_ARGS(ring, io),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u64, id)
		__field(s32, error)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->id = io->req.id;
		__entry->error = blk_status_to_errno(io->error);
	),
	TP_printk(XSPLIT_TRACE_FORMAT " id=%llu error=%d",
		  XSPLIT_TRACE_VALUES,
		  __entry->id, __entry->error)
);

/* The answer to a request is in the ring; the frontend is shown it by the next push. */
TRACE_EVENT(xbb_answered,
	TP_PROTO(const struct xbb_ring *ring, const struct xbb_io *io),
	TP_ARGS(ring, io),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u64, id)
		__field(s16, status)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->id = io->req.id;
		__entry->status = io->status;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " id=%llu status=%d",
		  XSPLIT_TRACE_VALUES,
		  __entry->id, __entry->status)
);

/* The frontend was shown the answers of a drain, and notified or not. */
TRACE_EVENT(xbb_pushed,
	TP_PROTO(const struct xbb_ring *ring, unsigned int responses, bool notify),
	TP_ARGS(ring, responses, notify),
	TP_STRUCT__entry(
		XSPLIT_TRACE_FIELDS
		__field(u32, responses)
		__field(u8, notify)
	),
	TP_fast_assign(
		xsplit_trace_queue(__entry, ring->link, ring->index);
		__entry->responses = responses;
		__entry->notify = notify;
	),
	TP_printk(XSPLIT_TRACE_FORMAT " responses=%u notify=%u",
		  XSPLIT_TRACE_VALUES,
		  __entry->responses, __entry->notify)
);

#endif /* XSPLIT_BLKBACK_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH blkback
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
