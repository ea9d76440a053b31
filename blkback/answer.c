// SPDX-License-Identifier: GPL-2.0
/*
 * Answering done requests.
 *
 * A drain runs in the ring's thread at the end of a pass, in softirq after the disk's
 * interrupt, or from a work while requests are parked. They are serialized by answer.lock.
 * The done list needs no lock.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>

#include "blkback/answer.h"
#include "blkback/pages.h"
#include "blkback/ring.h"
#include "blkback/trace.h"
#include "blkback/vbd.h"
#include "xenbus/latency.h"
#include "xenbus/link.h"

/* How long to wait for a lower layer to let go of a page. */
#define UNPARK_DELAY (HZ / 100 ?: 1)

/* --- the status --------------------------------------------------------- */

/* Some operations a disk may decline, and some are not offered any more once it has. */
static const struct {
	const char *name;
	bool may_decline;
	bool is_offered;
} kinds[XBB_NR_KINDS] = {
	[XBB_READ] = { "read" },
	[XBB_WRITE] = { "write" },
	[XBB_BARRIER] = { "barrier", .may_decline = true, .is_offered = true },
	[XBB_FLUSH] = { "flush", .may_decline = true, .is_offered = true },
	[XBB_DISCARD] = { "discard", .may_decline = true },
};

static void judge_disk(struct xbb_ring *ring, struct xbb_io *io)
{
	const struct xbb_request *req = &io->req;
	bool declined = io->error == BLK_STS_NOTSUPP && kinds[req->kind].may_decline;

	if (likely(!io->error))
		return;
	xsplit_count(&ring->counts.errors[req->kind], 1);
	io->status = declined ? XBLK_RSP_EOPNOTSUPP : XBLK_RSP_ERROR;
	if (declined && kinds[req->kind].is_offered)
		WRITE_ONCE(ring->vbd->declined, true);
	xbb_vbd_log_error(ring->vbd, ring->link, kinds[req->kind].name, req->sector,
			  req->nr_sectors, blk_status_to_errno(io->error));
}

/* A request that was refused has not been at the disk: its times there are another one's. */
static void count_latency(struct xbb_ring *ring, const struct xbb_io *io)
{
	lockdep_assert_held(&ring->answer.lock);
	if (io->submitted_at >= io->fetched_at)
		xsplit_latency_count(&ring->disk, io->submitted_at, io->done_at);
	xsplit_latency_end(&ring->requests, io->fetched_at);
}

static void answer(struct xbb_ring *ring, struct xbb_io *io)
{
	lockdep_assert_held(&ring->answer.lock);
	xbb_encode_response(ring->layout, xsplit_ring_slot(&ring->ring, ring->ring.prod), &io->req,
		   io->status);
	ring->ring.prod++;
	if (io->bad_grant)
		xsplit_count(&ring->counts.bad_grants, 1);
	xsplit_count(&ring->counts.answers, 1);
	if (xsplit_latency_on())
		count_latency(ring, io);
	trace_xbb_answered(ring, io);
	xbb_io_put(io);
}

/* --- a chunk: as many requests as the batches have room for ------------- */

static void park(struct xbb_ring *ring, struct xbb_io *io)
{
	lockdep_assert_held(&ring->answer.lock);
	list_move_tail(&io->node, &ring->answer.parked);
	xsplit_count(&ring->counts.parked, 1);
}

/* Move what can be answered together from @todo to @chunk. */
static void fill_chunk(struct xbb_ring *ring, struct list_head *todo,
		       struct list_head *chunk)
{
	struct xbb_io *io, *next;
	unsigned int pieces = 0;

	lockdep_assert_held(&ring->answer.lock);
	list_for_each_entry_safe(io, next, todo, node) {
		if (pieces + io->nr > XBB_PASS_SEGS)
			break;
		if (!xbb_pages_idle(io)) {
			park(ring, io);
			continue;
		}
		judge_disk(ring, io);
		pieces += io->nr;
	}
	/* At the end of the list, @io stands for its head, and everything is moved. */
	list_cut_before(chunk, todo, &io->node);
}

/* The objects go back one by one, and their links are not updated. */
static unsigned int answer_chunk(struct xbb_ring *ring, struct list_head *chunk)
{
	struct xbb_io *io, *next;
	unsigned int nr = 0;

	lockdep_assert_held(&ring->answer.lock);
	xbb_pages_copy_out(ring, chunk);
	xbb_pages_release(ring, chunk);
	list_for_each_entry_safe(io, next, chunk, node) {
		answer(ring, io);
		nr++;
	}
	INIT_LIST_HEAD(chunk);
	return nr;
}

/* --- a drain ------------------------------------------------------------ */

/* Everything that is done, oldest first. */
static void gather(struct xbb_ring *ring, struct list_head *own, struct list_head *todo)
{
	struct llist_node *list = llist_reverse_order(llist_del_all(&ring->done.list));
	struct xbb_io *io, *next;

	lockdep_assert_held(&ring->answer.lock);
	list_splice_tail_init(&ring->answer.parked, todo);
	if (own)
		list_splice_tail_init(own, todo);
	llist_for_each_entry_safe(io, next, list, done)
		list_add_tail(&io->node, todo);
}

static bool push_responses(struct xbb_ring *ring, unsigned int nr)
{
	bool notify;

	lockdep_assert_held(&ring->answer.lock);
	if (!nr)
		return false;
	xsplit_count_size(ring->counts.drains, nr);
	notify = xsplit_back_push(&ring->ring);
	trace_xbb_pushed(ring, nr, notify);
	xsplit_count(notify ? &ring->counts.notified : &ring->counts.quiet, 1);
	return notify;
}

/* A thread that waits for answers is woken; one that waits for requests sleeps on. */
static void wake_waiting(struct xbb_ring *ring, unsigned int nr)
{
	lockdep_assert_held(&ring->answer.lock);
	WRITE_ONCE(ring->answer.nr, ring->answer.nr + nr);
	if (nr && ring->answer.wanted)
		wake_up(&ring->wq);
}

static bool drain_locked(struct xbb_ring *ring, struct list_head *own)
{
	LIST_HEAD(todo);
	LIST_HEAD(chunk);
	unsigned int nr = 0;
	bool notify;

	lockdep_assert_held(&ring->answer.lock);
	gather(ring, own, &todo);
	while (!list_empty(&todo)) {
		fill_chunk(ring, &todo, &chunk);
		nr += answer_chunk(ring, &chunk);
	}
	if (!list_empty(&ring->answer.parked))
		queue_delayed_work(xsplit_workqueue(), &ring->done.unpark, UNPARK_DELAY);
	notify = push_responses(ring, nr);
	wake_waiting(ring, nr);
	return notify;
}

void xbb_drain(struct xbb_ring *ring, struct list_head *own)
{
	bool notify;

	spin_lock_bh(&ring->answer.lock);
	if (own)
		xbb_count_grants(&ring->counts.grants, &ring->serve.grants);
	notify = drain_locked(ring, own);
	spin_unlock_bh(&ring->answer.lock);
	if (notify)
		xsplit_event_notify(&ring->event);
}

void xbb_drain_tasklet(struct tasklet_struct *tasklet)
{
	xbb_drain(container_of(tasklet, struct xbb_ring, done.drain), NULL);
}

void xbb_drain_work(struct work_struct *work)
{
	xbb_drain(container_of(to_delayed_work(work), struct xbb_ring, done.unpark), NULL);
}
