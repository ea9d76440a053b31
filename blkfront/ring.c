// SPDX-License-Identifier: GPL-2.0
/*
 * A ring: writing requests to it, taking responses from it.
 *
 * A request is in exactly one place: with its submitter, in ring->rq[] from
 * write_slot() to retire_id(), or with the context that took its response.
 */
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include <xen/interface/io/blkif.h>

#include "blkfront/backend.h"
#include "blkfront/orphan.h"
#include "blkfront/ring.h"
#include "blkfront/trace.h"
#include "compat/block.h"
#include "xenbus/latency.h"
#include "xenbus/link.h"
#include "xenbus/watchdog.h"

/* The pure code has its own view of the wire; both must be the same. */
static_assert(sizeof(union xbf_slot) == sizeof(struct blkif_request));
static_assert(offsetof(struct xbf_rw_slot, seg) ==
	      offsetof(struct blkif_request, u.rw.seg));
static_assert(offsetof(struct xbf_rw_slot, id) == offsetof(struct blkif_request, u.rw.id));
static_assert(offsetof(struct xbf_discard_slot, nr_sectors) ==
	      offsetof(struct blkif_request, u.discard.nr_sectors));
static_assert(offsetof(struct xbf_indirect_slot, ref) ==
	      offsetof(struct blkif_request, u.indirect.indirect_grefs));
static_assert(offsetof(struct xbf_indirect_slot, handle) ==
	      offsetof(struct blkif_request, u.indirect.handle));
static_assert(sizeof(struct xbf_response) == sizeof(struct blkif_response));

/* An indirect list is one page. */
static_assert(XBF_MAX_SEGS * sizeof(struct xblk_seg) <= PAGE_SIZE);

/* Responses dealt with in one go; larger batches take several. */
#define REAP_MAX 32

/* Budget of the softirq. */
#define SOFTIRQ_WEIGHT 64

/*
 * Most references of a ring: 16 MiB in flight. Long rings with long requests wait for
 * references rather than empty the domain's grant table.
 */
#define MAX_REFS 4096

/* The most references taken out while the lock of the ring is held once. */
#define TRIM_BATCH 64

void xbf_ring_init(struct xbf_ring *ring, struct xsplit_link *link,
		   struct xsplit_watchdog *watchdog, struct delayed_work *trim_work,
		   unsigned int index, u16 handle)
{
	spin_lock_init(&ring->lock);
	ring->link = link;
	ring->watchdog = watchdog;
	ring->trim_work = trim_work;
	ring->index = index;
	ring->handle = handle;
}

/* May responses be taken? */
static bool may_reap(const struct xbf_ring *ring)
{
	lockdep_assert_held(&ring->lock);
	return ring->live && !ring->broken && !xsplit_event_gone(&ring->event);
}

/*
 * The loan of a request's pages could not be ended. The backend may go on writing to them: the
 * data must not be believed.
 */
static void note_held(struct xbf_ring *ring, struct xbf_io *io)
{
	lockdep_assert_held(&ring->lock);
	io->verdict = XBF_RSP_ERROR;
	xsplit_link_caught(ring->link);
	if (!ring->broken)
		ring->broken = "it holds pages of a request that it has answered";
}

/* --- requests ------------------------------------------------------------ */

static void count_request(struct xbf_ring *ring, struct request *rq, const struct xbf_io *io)
{
	xsplit_count(&ring->count.requests[io->type], 1);
	if (!io->nr)
		return;
	xsplit_count(&ring->count.indirect, xbf_io_indirect(io));
	if (io->data_ops == &xbf_direct)
		xsplit_count(&ring->count.direct_pages, io->nr);
	else
		xsplit_count(&ring->count.bounced_bytes, blk_rq_bytes(rq));
}

static u32 encode(struct xbf_ring *ring, struct request *rq, struct xbf_io *io,
		  union xbf_slot *slot)
{
	struct xbf_command cmd = {
		.op = io->op, .handle = ring->handle, .id = io->id,
	};

	/* An empty flush has no place on the disk. */
	if (io->type != XBF_REQ_FLUSH)
		cmd.sector = blk_rq_pos(rq);
	if (io->op == XBLK_OP_DISCARD)
		return xbf_encode_discard(slot, &cmd, blk_rq_sectors(rq),
					       io->type == XBF_REQ_SECURE_ERASE);
	if (!xbf_io_indirect(io))
		return xbf_encode_rw(slot, &cmd, io->seg, io->nr);
	memcpy(page_address(io->page[io->nr]), io->seg, io->nr * sizeof(*io->seg));
	return xbf_encode_indirect(slot, &cmd, io->seg[io->nr].ref, io->nr);
}

/* Write the slot; there is room, and the pages are lent. */
static void write_slot(struct xbf_ring *ring, struct request *rq, struct xbf_io *io)
{
	union xbf_slot slot;
	u32 len;

	lockdep_assert_held(&ring->lock);
	io->id = ring->free_id[--ring->nr_free];
	ring->rq[io->id] = rq;
	ring->expect[io->id] = io->op;
	if (unlikely(xbf_op_flushes(io->op)))
		io->flush = xbf_backend_flush(ring->backend);
	len = encode(ring, rq, io, &slot);
	memcpy(xsplit_ring_slot(&ring->ring, ring->ring.prod++), &slot, len);
	count_request(ring, rq, io);
	xsplit_latency_stamp(&io->submitted_at);
	trace_xbf_submitted(ring, io);
}

/* Return: true if the backend is to be notified, after unlocking. */
static bool push(struct xbf_ring *ring)
{
	unsigned int nr = ring->ring.prod - ring->ring.pushed;
	bool notify;

	lockdep_assert_held(&ring->lock);
	/* The memory of a ring that is stopped may belong to others. */
	if (!nr || !ring->live)
		return false;
	notify = xsplit_front_push(&ring->ring);
	trace_xbf_pushed(ring, nr, notify);
	xsplit_watchdog_wake(ring->watchdog);
	xsplit_count_size(ring->count.pushes, nr);
	xsplit_count(notify ? &ring->count.notified : &ring->count.quiet, 1);
	return notify;
}

/* Is the ring in a state to take a request? */
static int may_write(struct xbf_ring *ring)
{
	lockdep_assert_held(&ring->lock);
	if (unlikely(!ring->live || ring->broken))
		return -EIO;
	if (unlikely(!ring->nr_free || !xsplit_front_free(&ring->ring)))
		return -ENOSPC;
	return 0;
}

static int acquire(struct xbf_ring *ring, struct request *rq, struct xbf_io *io)
{
	int err = may_write(ring);

	lockdep_assert_held(&ring->lock);
	if (!err && io->nr)
		err = io->data_ops->acquire(ring, rq, io);
	if (unlikely(ring->reserve.size > ring->reserve.least && !ring->trims)) {
		ring->trims = true;
		queue_delayed_work(xsplit_workqueue(), ring->trim_work, XBF_TRIM_DELAY);
	}
	if (unlikely(err == -ENOSPC)) {
		ring->starved = true;
		xsplit_count(&ring->count.resource_waits, 1);
		trace_xbf_waits(ring, io);
	}
	return err;
}

/* The lock is let go while data is copied; the slots may be used up after that. */
static int acquire_and_copy(struct xbf_ring *ring, struct request *rq, struct xbf_io *io)
	__must_hold(&ring->lock)
{
	int err = acquire(ring, rq, io);

	if (err || !io->nr || !io->data_ops->copy_in || rq_data_dir(rq) != WRITE)
		return err;
	spin_unlock_irq(&ring->lock);
	io->data_ops->copy_in(rq, io);
	spin_lock_irq(&ring->lock);
	err = may_write(ring);
	if (unlikely(err)) {
		if (!io->data_ops->release(ring, io))
			note_held(ring, io);
		ring->starved |= err == -ENOSPC;
	}
	return err;
}

/* Not under the lock: the link has locks of its own. */
static void report(struct xbf_ring *ring, const char *broken)
{
	if (unlikely(broken))
		xsplit_link_broken(ring->link, "the backend broke the protocol: %s", broken);
}

int xbf_ring_submit(struct xbf_ring *ring, struct request *rq, bool last)
{
	struct xbf_io *io = xbf_io(rq);
	const char *broken = NULL;
	bool notify = false;
	int err;

	spin_lock_irq(&ring->lock);
	err = acquire_and_copy(ring, rq, io);
	if (likely(!err))
		write_slot(ring, rq, io);
	else if (ring->live)
		broken = ring->broken;
	if (last)
		notify = push(ring);
	spin_unlock_irq(&ring->lock);

	report(ring, broken);
	if (notify)
		xsplit_event_notify(&ring->event);
	return err;
}

void xbf_ring_commit(struct xbf_ring *ring)
{
	bool notify;

	spin_lock_irq(&ring->lock);
	notify = push(ring);
	spin_unlock_irq(&ring->lock);
	if (notify)
		xsplit_event_notify(&ring->event);
}

/* --- responses ----------------------------------------------------------- */

/* Must something be done before the loan of its pages ends? */
static bool unfinished(struct request *rq, const struct xbf_io *io)
{
	return io->nr && io->data_ops->finish &&
	       (io->data_ops->finish_writes || rq_data_dir(rq) == READ);
}

/* Take the request out of flight. */
static struct request *retire_id(struct xbf_ring *ring, unsigned int id)
{
	struct request *rq = ring->rq[id];

	lockdep_assert_held(&ring->lock);
	ring->rq[id] = NULL;
	ring->expect[id] = XBF_ID_FREE;
	ring->free_id[ring->nr_free++] = id;
	return rq;
}

/*
 * What the disk's write cache may hold now. The loan of the request's pages has ended, or has
 * shown that the backend's answer must not be believed.
 */
static void note_done(struct xbf_ring *ring, const struct xbf_io *io)
{
	lockdep_assert_held(&ring->lock);
	if (unlikely(io->verdict != XBF_RSP_OK))
		return;
	if (io->op == XBLK_OP_WRITE)
		ring->newest = xbf_cache_wrote(&ring->backend->cache);
	else if (xbf_op_flushes(io->op))
		xbf_backend_flushed(ring->backend, io->flush);
}

/*
 * A request was answered. Return: the request, out of flight; NULL if memory of its owner is
 * still lent: then it counts as not answered.
 */
static struct request *accept_response(struct xbf_ring *ring, unsigned int id,
				       enum xbf_verdict verdict)
{
	struct request *rq = ring->rq[id];
	struct xbf_io *io = xbf_io(rq);

	lockdep_assert_held(&ring->lock);
	io->verdict = verdict;
	xsplit_latency_end(&ring->latency, io->submitted_at);
	trace_xbf_completed(ring, io);
	if (io->held && !unfinished(rq, io) && unlikely(!io->data_ops->release(ring, io))) {
		note_held(ring, io);
		if (io->held)
			return NULL;
	}
	if (!io->held)
		note_done(ring, io);
	return retire_id(ring, id);
}

static void count_reaped(struct xbf_ring *ring, unsigned int nr, enum xbf_reaper who)
{
	lockdep_assert_held(&ring->lock);
	if (who == XBF_BY_POLL)
		xsplit_count(&ring->count.polls, 1);
	if (!nr)
		return;
	xsplit_count(&ring->count.responses[who], nr);
	xsplit_count_size(ring->count.reaps, nr);
}

static unsigned int take_some(struct xbf_ring *ring, struct request **rqs, unsigned int max,
			      enum xbf_reaper who)
{
	struct xbf_response rsp;
	enum xbf_verdict verdict;
	unsigned int nr = 0;
	u32 visible;

	lockdep_assert_held(&ring->lock);
	if (!may_reap(ring))
		return 0;
	if (unlikely(xsplit_front_visible(&ring->ring, &visible)))
		ring->broken = "more responses than requests";
	/* Accepting one may find the ring broken as well. */
	for (max = min(max, visible); nr < max && !ring->broken; nr++) {
		xsplit_ring_take(&ring->ring, ring->ring.cons, &rsp, sizeof(rsp));
		verdict = xbf_judge(&rsp, ring->expect, ring->ring.size);
		if (unlikely(xbf_verdict_broken(verdict))) {
			ring->broken = xbf_verdict_text(verdict);
			break;
		}
		ring->ring.cons++;
		rqs[nr] = accept_response(ring, rsp.id, verdict);
		if (unlikely(!rqs[nr]))
			break;
	}
	ring->event.worked |= nr > 0;
	count_reaped(ring, nr, who);
	return nr;
}

/* The first half: requests whose responses are judged belong to this context until they end. */
static unsigned int reap_take(struct xbf_ring *ring, struct request **rqs, unsigned int max,
			      enum xbf_reaper who)
{
	const char *broken;
	unsigned long flags;
	unsigned int nr;

	spin_lock_irqsave(&ring->lock, flags);
	nr = take_some(ring, rqs, max, who);
	if (nr)
		atomic_inc(&ring->reaping);
	broken = ring->live ? ring->broken : NULL;
	spin_unlock_irqrestore(&ring->lock, flags);
	report(ring, broken);
	return nr;
}

/* Copy what was read, then end the loans of the pages it was read to. */
static void reap_finish(struct xbf_ring *ring, struct request **rqs, unsigned int nr)
{
	const char *broken;
	unsigned long flags;
	unsigned int i;
	bool any = false;

	for (i = 0; i < nr; i++) {
		struct xbf_io *io = xbf_io(rqs[i]);

		if (!io->held)
			continue;
		io->data_ops->finish(rqs[i], io);
		any = true;
	}
	if (!any)
		return;
	spin_lock_irqsave(&ring->lock, flags);
	for (i = 0; i < nr; i++) {
		struct xbf_io *io = xbf_io(rqs[i]);

		if (!io->held)
			continue;
		if (unlikely(!io->data_ops->release(ring, io)))
			note_held(ring, io);
		note_done(ring, io);
	}
	broken = ring->broken;
	spin_unlock_irqrestore(&ring->lock, flags);
	report(ring, broken);
}

static void count_outcome(struct xbf_ring *ring, enum xbf_verdict verdict, enum xbf_end end)
{
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	xsplit_count(&ring->count.failed, verdict == XBF_RSP_ERROR);
	xsplit_count(&ring->count.unsupported, verdict == XBF_RSP_UNSUPPORTED);
	xsplit_count(&ring->count.again, end == XBF_END_RESUBMIT);
	spin_unlock_irqrestore(&ring->lock, flags);
}

/* End a request that did not succeed. */
static void end_otherwise(struct xbf_ring *ring, struct request *rq)
{
	static const blk_status_t status[] = {
		[XBF_END_OK] = BLK_STS_OK,
		[XBF_END_IOERR] = BLK_STS_IOERR,
		[XBF_END_UNSUPPORTED] = BLK_STS_NOTSUPP,
	};
	struct xbf_io *io = xbf_io(rq);
	enum xbf_end end;

	end = xbf_outcome(io->type, io->op, io->verdict, &ring->backend->features);
	if (io->verdict == XBF_RSP_UNSUPPORTED)
		xbf_backend_refused(ring->backend, io->op);
	count_outcome(ring, io->verdict, end);
	if (end == XBF_END_RESUBMIT)
		blk_mq_requeue_request(rq, true);
	else
		blk_mq_end_request(rq, status[end]);
}

static void reap_end(struct xbf_ring *ring, struct request **rqs, unsigned int nr,
		     struct io_comp_batch *iob)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (unlikely(xbf_io(rqs[i])->verdict != XBF_RSP_OK))
			end_otherwise(ring, rqs[i]);
		else if (!blk_mq_add_to_batch(rqs[i], iob, 0, blk_mq_end_request_batch))
			blk_mq_end_request(rqs[i], BLK_STS_OK);
	}
}

/* Requests that were put off may be issued now. */
static void restart_queues(struct xbf_ring *ring)
{
	if (likely(!READ_ONCE(ring->starved)))
		return;
	WRITE_ONCE(ring->starved, false);
	blk_mq_run_hw_queues(ring->queue, true);
}

static unsigned int reap_batch(struct xbf_ring *ring, unsigned int max, struct io_comp_batch *iob,
			       enum xbf_reaper who)
{
	struct request *rqs[REAP_MAX];
	DEFINE_IO_COMP_BATCH(own);
	unsigned int nr = reap_take(ring, rqs, min_t(unsigned int, max, REAP_MAX), who);

	if (!nr)
		return 0;
	reap_finish(ring, rqs, nr);
	reap_end(ring, rqs, nr, iob ?: &own);
	trace_xbf_answered(ring, nr, who);
	if (!rq_list_empty(&own.req_list))
		own.complete(&own);
	restart_queues(ring);
	if (atomic_dec_and_test(&ring->reaping) && unlikely(!READ_ONCE(ring->live)))
		wake_up_var(&ring->reaping);
	return nr;
}

unsigned int xbf_ring_reap(struct xbf_ring *ring, unsigned int max, struct io_comp_batch *iob,
			   enum xbf_reaper who)
{
	unsigned int nr, done = 0;

	do {
		nr = reap_batch(ring, max - done, iob, who);
		done += nr;
	} while (nr == REAP_MAX && done < max);
	return done;
}

bool xbf_ring_has(struct xbf_ring *ring, struct request *rq)
{
	struct xbf_io *io = xbf_io(rq);
	unsigned long flags;
	bool has;

	spin_lock_irqsave(&ring->lock, flags);
	has = ring->live && io->id < ring->ring.size && ring->rq[io->id] == rq;
	spin_unlock_irqrestore(&ring->lock, flags);
	return has;
}

/* --- events -------------------------------------------------------------- */

static irqreturn_t xbf_interrupt(int irq, void *arg)
{
	struct xbf_ring *ring = arg;

	/* The one event of a fresh ring, as no other is asked for; or a storm. */
	if (ring->polled) {
		xsplit_count(&ring->event.interrupts, 1);
		xsplit_event_eoi(&ring->event, false);
		return IRQ_HANDLED;
	}
	xsplit_event_raise(&ring->event);
	irq_poll_sched(&ring->softirq);
	return IRQ_HANDLED;
}

/*
 * Ask for an event at the next response. Return: true if there is one already; else *eoi
 * is the interrupt to be ended.
 */
static bool rearm(struct xbf_ring *ring, struct xsplit_eoi *eoi)
{
	unsigned long flags;
	bool more = false;

	spin_lock_irqsave(&ring->lock, flags);
	/* Not after arming: that interrupt would be for a response that is not taken. */
	*eoi = xsplit_event_claim(&ring->event);
	if (may_reap(ring))
		more = xsplit_front_arm(&ring->ring);
	if (more)
		xsplit_event_unclaim(&ring->event, *eoi);
	spin_unlock_irqrestore(&ring->lock, flags);
	return more;
}

static int xbf_softirq(struct irq_poll *softirq, int budget)
{
	struct xbf_ring *ring = container_of(softirq, struct xbf_ring, softirq);
	unsigned int done = 0;
	struct xsplit_eoi eoi;

	do {
		done += xbf_ring_reap(ring, budget - done, NULL, XBF_BY_EVENT);
		if (done >= budget)
			return budget;
	} while (rearm(ring, &eoi));

	irq_poll_complete(softirq);
	if (!eoi.due) {
		/* The watchdog had scheduled us; an interrupt in between could not. */
		smp_mb();
		if (xsplit_event_raised(&ring->event))
			irq_poll_sched(softirq);
		return done;
	}
	xsplit_event_finish(&ring->event, eoi);
	return done;
}

/* Return: bits of enum xsplit_event_verdict. */
static unsigned int judge_lost_event(struct xbf_ring *ring, bool ran)
{
	struct xsplit_ring_snapshot now;
	unsigned int verdict;

	lockdep_assert_held(&ring->lock);
	if (!may_reap(ring))
		return 0;
	xsplit_front_snapshot(&ring->ring, &now);
	now.event_pending = ring->polled || xsplit_event_raised(&ring->event) ||
			    atomic_read(&ring->reaping);
	verdict = xsplit_lost_event_judge(&ring->lost_event, &now, ran);
	xsplit_count(&ring->count.events_lost, !!(verdict & XSPLIT_EVENT_LOST));
	xsplit_count(&ring->count.notified_again, !!(verdict & XSPLIT_EVENT_MISSED));
	return verdict;
}

bool xbf_ring_check_events(struct xbf_ring *ring, bool ran)
{
	unsigned int verdict;
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	verdict = judge_lost_event(ring, ran);
	spin_unlock_irqrestore(&ring->lock, flags);
	if (verdict & XSPLIT_EVENT_LOST)
		irq_poll_sched(&ring->softirq);
	if (verdict & XSPLIT_EVENT_MISSED)
		xsplit_event_notify(&ring->event);
	return verdict & XSPLIT_EVENT_WATCH;
}

/* Return: true if there may be more. */
static bool trim_pages(struct xbf_ring *ring, struct xbf_trim *trim)
{
	unsigned int i, kept = trim->at;
	bool more = false;

	trim->nr = 0;
	spin_lock_irq(&ring->lock);
	if (ring->live) {
		more = xbf_pages_trim(&ring->pages, &ring->reserve, trim);
		xsplit_count(&ring->count.pages_freed, trim->nr);
		xsplit_count(&ring->count.pages_kept, trim->at - kept);
	}
	spin_unlock_irq(&ring->lock);
	for (i = 0; i < trim->nr; i++)
		__free_page(trim->page[i]);
	return more;
}

static bool trim_refs(struct xbf_ring *ring)
{
	grant_ref_t ref[TRIM_BATCH];
	unsigned int nr = 0;

	spin_lock_irq(&ring->lock);
	if (ring->live)
		nr = xsplit_reserve_trim(&ring->reserve, ref, TRIM_BATCH);
	spin_unlock_irq(&ring->lock);
	xsplit_refs_free(ref, nr);
	return nr == TRIM_BATCH;
}

bool xbf_ring_trim(struct xbf_ring *ring)
{
	struct xbf_trim trim = { .v2 = xsplit_grants_v2() };

	while (trim_pages(ring, &trim))
		cond_resched();
	while (trim_refs(ring))
		cond_resched();
	spin_lock_irq(&ring->lock);
	ring->trims = ring->live && (ring->reserve.size > ring->reserve.least ||
				     ring->pages.nr > ring->pages.least);
	spin_unlock_irq(&ring->lock);
	return ring->trims;
}

/* --- lifecycle ------------------------------------------------------------ */

static void free_tables(struct xbf_ring *ring)
{
	kfree(ring->orphans);
	kvfree(ring->rq);
	kvfree(ring->expect);
	kvfree(ring->free_id);
}

static int alloc_tables(struct xbf_ring *ring)
{
	unsigned int size = ring->ring.size;
	unsigned int id;

	ring->rq = kvcalloc(size, sizeof(*ring->rq), GFP_KERNEL);
	ring->expect = kvmalloc(size, GFP_KERNEL);
	ring->free_id = kvcalloc(size, sizeof(*ring->free_id), GFP_KERNEL);
	ring->orphans = xbf_orphans_alloc();
	if (!ring->rq || !ring->expect || !ring->free_id || !ring->orphans) {
		free_tables(ring);
		return xsplit_link_error(ring->link, -ENOMEM, "no memory for queue %u",
					 ring->index);
	}
	memset(ring->expect, XBF_ID_FREE, size);
	for (id = 0; id < size; id++)
		ring->free_id[id] = size - 1 - id;
	ring->nr_free = size;
	return 0;
}

/* Enough references for one request, and on demand as many as may be of use. */
static int fill_reserve(struct xbf_ring *ring)
{
	unsigned int least = ring->max_segs + 1;
	unsigned int most = min_t(unsigned int, ring->ring.size * least, MAX_REFS);
	int err = xsplit_reserve_open(&ring->reserve, xsplit_link_borrower(ring->link), most,
				      least);

	if (!err)
		return 0;
	return xsplit_link_error(ring->link, err, "no grant references left: raise gnttab_max_frames");
}

int xbf_ring_create(struct xbf_ring *ring, unsigned int order, bool polled, unsigned int max_segs)
{
	int err = xsplit_pages_lend(ring->link, &ring->shared, 1U << order);

	if (err)
		return err;
	xsplit_front_init(&ring->ring, ring->shared.addr, PAGE_SIZE << order,
			  sizeof(union xbf_slot));
	ring->max_segs = max_segs;
	err = fill_reserve(ring);
	if (err)
		goto take_back;
	err = alloc_tables(ring);
	if (err)
		goto free_reserve;
	ring->open = true;
	ring->polled = polled;
	ring->broken = NULL;
	irq_poll_init(&ring->softirq, SOFTIRQ_WEIGHT, xbf_softirq);
	err = xsplit_event_open(ring->link, &ring->event, xbf_interrupt, "blkif", ring);
	if (err)
		goto free_tables;
	xsplit_queue_files_add(&ring->files, ring->link->debugfs, ring->index, &xbf_tables, ring);
	return 0;

free_tables:
	ring->open = false;
	free_tables(ring);
free_reserve:
	xsplit_reserve_free(&ring->reserve);
take_back:
	xsplit_pages_take_back(&ring->shared);
	return err;
}

/*
 * One largest request can always be served, so that memory can be written out
 * when it is short: its pages are there from the start.
 */
static int fill_pages(struct xbf_ring *ring, bool keep)
{
	unsigned int i;
	int err = xbf_pages_init(&ring->pages, &ring->lock, ring->reserve.most,
				 ring->max_segs + 1);

	ring->pages.keep = keep;
	for (i = 0; !err && i < ring->max_segs + 1; i++)
		err = xbf_pages_add(&ring->pages, GFP_KERNEL);
	if (!err)
		return 0;
	xbf_pages_free(&ring->pages, &ring->reserve);
	return xsplit_link_error(ring->link, err, "no memory for the pages of queue %u",
				 ring->index);
}

static void choose_data_ops(struct xbf_ring *ring, const struct xbf_data_mode *mode)
{
	ring->bounce_ops = mode->trusted ? &xbf_bounce : &xbf_bounce_wiped;
	ring->data_ops = mode->trusted && !mode->persistent ? &xbf_direct : ring->bounce_ops;
}

int xbf_ring_start(struct xbf_ring *ring, struct request_queue *queue,
		   struct xbf_backend *backend, const struct xbf_data_mode *mode)
{
	int err;

	choose_data_ops(ring, mode);
	err = fill_pages(ring, mode->persistent);
	if (err)
		return err;
	ring->queue = queue;
	ring->backend = backend;
	spin_lock_irq(&ring->lock);
	ring->starved = false;
	ring->newest = 0;
	ring->trims = false;
	ring->lost_event = (struct xsplit_lost_event){ };
	ring->live = true;
	spin_unlock_irq(&ring->lock);
	return 0;
}

/*
 * Let nothing more in or out. On return nobody deals with responses of the ring, and what is in
 * flight stays in its tables. Return: whether the ring was live.
 */
static bool shut(struct xbf_ring *ring)
{
	bool was_live;

	spin_lock_irq(&ring->lock);
	was_live = ring->live;
	ring->live = false;
	spin_unlock_irq(&ring->lock);
	if (was_live)
		wait_var_event(&ring->reaping, !atomic_read(&ring->reaping));
	return was_live;
}

void xbf_ring_unstart(struct xbf_ring *ring)
{
	shut(ring);
	xbf_pages_free(&ring->pages, &ring->reserve);
}

/* Take out a request that was not answered; the backend may still have memory of it. */
static struct request *take_unanswered(struct xbf_ring *ring, unsigned int id)
{
	struct xbf_io *io;
	struct request *rq;

	spin_lock_irq(&ring->lock);
	rq = ring->rq[id];
	if (rq) {
		retire_id(ring, id);
		io = xbf_io(rq);
		if (io->held)
			io->data_ops->abandon(ring, io);
		xsplit_count(&ring->count.taken_back, 1);
	}
	spin_unlock_irq(&ring->lock);
	return rq;
}

struct xbf_orphans *xbf_ring_stop(struct xbf_ring *ring)
{
	struct xbf_orphans *orphans = ring->orphans;
	struct request *rq;
	unsigned int id;
	bool any = false;

	if (!shut(ring))
		return NULL;
	for (id = 0; id < ring->ring.size; id++) {
		rq = take_unanswered(ring, id);
		if (!rq)
			continue;
		xbf_orphans_add(orphans, rq);
		any = true;
	}
	if (!any)
		return NULL;
	orphans->shared = ring->shared;
	ring->shared.addr = NULL;
	ring->orphans = NULL;
	return orphans;
}

void xbf_ring_quiesce(struct xbf_ring *ring)
{
	if (!ring->open)
		return;
	shut(ring);
	/* From here on interrupts are left unanswered. */
	irq_poll_disable(&ring->softirq);
}

void xbf_ring_destroy(struct xbf_ring *ring)
{
	if (!ring->open)
		return;
	ring->open = false;
	/* xbf_ring_stop() has taken out what was in flight. */
	if (ring->nr_free != ring->ring.size)
		dev_err(&ring->link->xdev->dev, "queue %u ends with %u requests in flight\n",
			ring->index, ring->ring.size - ring->nr_free);
	if (!ring->polled)
		xsplit_affinity_save(&ring->affinity, &ring->event);
	xsplit_event_close(&ring->event, ring);
	xsplit_queue_files_remove(&ring->files);
	xbf_pages_free(&ring->pages, &ring->reserve);
	xsplit_reserve_free(&ring->reserve);
	free_tables(ring);
	xsplit_pages_take_back(&ring->shared);
}
