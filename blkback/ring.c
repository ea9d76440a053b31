// SPDX-License-Identifier: GPL-2.0
/*
 * A queue: its interrupt, its thread and the passes of the thread.
 *
 * The thread works in passes over what is visible in the ring. It sleeps only when the ring
 * is empty and the frontend has been asked for an event, or when it lacks an object or
 * memory. While it works, the interrupt is not ended, so that no further event comes in.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "blkback/answer.h"
#include "blkback/keys.h"
#include "blkback/pages.h"
#include "blkback/ring.h"
#include "blkback/trace.h"
#include "blkback/vbd.h"
#include "xenbus/latency.h"
#include "xenbus/link.h"
#include "xenbus/store.h"

/* How long to wait for memory when no request is in flight that could free some. */
#define ROOM_WAIT (HZ / 10)

/* What a thread sleeps for. */
enum want {
	WANT_NOTHING,		/* it does not sleep */
	WANT_REQUESTS,		/* an event */
	WANT_ROOM,		/* an object or memory: something has been answered */
	WANT_ALL_ANSWERED,
	WANT_STOP,
};

/* --- taking requests ---------------------------------------------------- */

static bool stopping(const struct xbb_ring *ring)
{
	return READ_ONCE(ring->stopping);
}

static bool all_answered(const struct xbb_ring *ring)
{
	return READ_ONCE(ring->answer.nr) == ring->serve.started;
}

static unsigned int visible(struct xbb_ring *ring)
{
	u32 nr;
	int err;

	if (ring->serve.broken || stopping(ring))
		return 0;
	/* A drain moves prod, which bounds the number of requests that may be waiting. */
	spin_lock_bh(&ring->answer.lock);
	err = xsplit_back_visible(&ring->ring, &nr);
	spin_unlock_bh(&ring->answer.lock);
	if (likely(!err))
		return nr;
	ring->serve.broken = true;
	xsplit_link_broken(ring->link, "queue %u: the frontend's request index is beyond its ring",
			   ring->index);
	return 0;
}

/*
 * Take the next request out of the ring. If there is no object for it, it stays there and
 * is judged anew next time.
 */
static struct xbb_io *take(struct xbb_ring *ring)
{
	u8 slot[XBB_MAX_SLOT_BYTES] __aligned(8);
	struct xbb_seg seg[XBLK_SLOT_SEGS];
	struct xbb_request req;
	struct xbb_io *io;
	int status;

	xsplit_ring_take(&ring->ring, ring->ring.cons, slot, ring->layout->slot_bytes);
	xbb_decode(ring->layout, slot, &req, seg);
	status = xbb_judge(&ring->serve.limits, &req);
	if (!status && !xbb_is_indirect(&req))
		status = xbb_judge_segs(&ring->serve.limits, &req, seg);
	io = xbb_io_get(ring, status ? 0 : req.nr_segs);
	if (!io)
		return NULL;
	ring->ring.cons++;
	ring->event.worked = true;
	io->req = req;
	io->status = status;
	if (io->nr && !xbb_is_indirect(&req))
		memcpy(io->seg, seg, io->nr * sizeof(seg[0]));
	xsplit_latency_stamp(&io->fetched_at);
	trace_xbb_fetched(ring, io);
	return io;
}

/* A bad request needs only an answer. */
static void refuse(struct xbb_ring *ring, struct xbb_io *io)
{
	xsplit_count(&ring->counts.refused, 1);
	ring->serve.started++;
	ring->serve.pass.answered++;
	list_add_tail(&io->node, &ring->serve.own_done);
}

static struct xbb_io *take_deferred(struct xbb_ring *ring)
{
	struct xbb_io *io = list_first_entry_or_null(&ring->serve.deferred, struct xbb_io, node);

	if (io)
		list_del_init(&io->node);
	return io;
}

static void defer(struct xbb_ring *ring, struct xbb_io *io)
{
	list_add(&io->node, &ring->serve.deferred);
}

/*
 * Get the next good request; @left is the number of visible ones. Return: NULL if there is
 * none, and @want is set to what the thread has to sleep for.
 */
static struct xbb_io *next(struct xbb_ring *ring, unsigned int *left, enum want *want)
{
	struct xbb_io *io = take_deferred(ring);

	while (!io && *left && ring->serve.pass.answered < XBB_PASS_REQUESTS) {
		io = take(ring);
		if (!io) {
			*want = WANT_ROOM;
			return NULL;
		}
		--*left;
		if (io->status) {
			refuse(ring, io);
			io = NULL;
		}
	}
	*want = WANT_REQUESTS;
	return io;
}

static bool pass_takes(const struct xbb_pass *pass, const struct xbb_io *io)
{
	return pass->nr < XBB_PASS_REQUESTS && pass->segs + io->nr <= XBB_PASS_SEGS;
}

/*
 * Fill the pass. A barrier is a pass of its own: it starts when everything before it has been
 * answered, and nothing starts before it has been answered itself.
 */
static enum want fill_pass(struct xbb_ring *ring)
{
	struct xbb_pass *pass = &ring->serve.pass;
	unsigned int left = visible(ring);
	struct xbb_io *io;
	enum want want;

	if (ring->serve.barrier && !all_answered(ring))
		return WANT_ALL_ANSWERED;
	ring->serve.barrier = false;
	if (left)
		xbb_vbd_limits(ring->vbd, &ring->serve.limits);
	while ((io = next(ring, &left, &want))) {
		bool barrier = io->req.kind == XBB_BARRIER;

		if (!pass_takes(pass, io) || (barrier && (pass->nr || !all_answered(ring)))) {
			defer(ring, io);
			return pass->nr ? WANT_NOTHING : WANT_ALL_ANSWERED;
		}
		pass->io[pass->nr++] = io;
		pass->segs += io->nr;
		if (barrier) {
			ring->serve.barrier = true;
			return WANT_NOTHING;
		}
	}
	return want;
}

/* --- a pass ------------------------------------------------------------- */

/* Requests that got no pages go to the front of the deferred ones, in order. */
static void defer_from(struct xbb_ring *ring, unsigned int nr)
{
	struct xbb_pass *pass = &ring->serve.pass;

	while (pass->nr > nr)
		defer(ring, pass->io[--pass->nr]);
}

/* Has anything been done that is to be answered now, or to be counted? */
static bool want_drain(const struct xbb_ring *ring)
{
	return !list_empty(&ring->serve.own_done) || !llist_empty(&ring->done.list) ||
	       xbb_grants_used(&ring->serve.grants);
}

/* Return: WANT_NOTHING if anything was done, else what to sleep for. */
static enum want run_pass(struct xbb_ring *ring)
{
	struct xbb_pass *pass = &ring->serve.pass;
	unsigned int nr;
	enum want want;

	pass->nr = 0;
	pass->segs = 0;
	pass->answered = 0;
	want = fill_pass(ring);
	if (pass->nr) {
		nr = xbb_pages_get(ring);
		trace_xbb_granted(ring, pass->nr, nr, pass->segs);
		if (nr < pass->nr) {
			defer_from(ring, nr);
			want = WANT_ROOM;
		}
		xbb_pass_submit(ring);
		if (unlikely(ring->serve.want_evict))
			xbb_pages_make_room(ring);
	}
	nr = pass->nr + pass->answered;
	if (!nr)
		return want;
	WRITE_ONCE(ring->serve.busy_at, jiffies);
	xsplit_count_size(ring->counts.passes, nr);
	if (want_drain(ring))
		xbb_drain(ring, &ring->serve.own_done);
	return WANT_NOTHING;
}

/* --- the thread --------------------------------------------------------- */

static irqreturn_t xbb_interrupt(int irq, void *arg)
{
	struct xbb_ring *ring = arg;

	xsplit_event_raise(&ring->event);
	wake_up(&ring->wq);
	return IRQ_HANDLED;
}

/*
 * Oldest first. A part that the disk completes at once may put its discard back into the
 * list: the thread checks that before it sleeps.
 */
static void continue_discards(struct xbb_ring *ring)
{
	struct xbb_io *io, *next;
	struct llist_node *list;

	if (likely(llist_empty(&ring->done.discards)))
		return;
	list = llist_reverse_order(llist_del_all(&ring->done.discards));
	llist_for_each_entry_safe(io, next, list, done)
		xbb_io_submit(io);
	if (!list_empty(&ring->serve.own_done))
		xbb_drain(ring, &ring->serve.own_done);
}

/* Work until there is nothing to do. Return: what to sleep for. */
static enum want ring_work(struct xbb_ring *ring)
{
	enum want want;
	bool raised;

	for (;;) {
		/* The host suspends: the drivers of its disks may suspend once we are frozen. */
		try_to_freeze();
		continue_discards(ring);
		WRITE_ONCE(ring->event_lost, false);
		/* One that comes later wakes the thread, which polls the ring for it again. */
		raised = xsplit_event_raised(&ring->event);
		want = run_pass(ring);
		cond_resched();
		if (want == WANT_NOTHING)
			continue;
		if (want != WANT_REQUESTS)
			return want;
		if (ring->serve.broken)
			return WANT_STOP;
		if (stopping(ring))
			return WANT_REQUESTS;
		if (!xsplit_back_arm(&ring->ring))
			break;
	}
	if (raised)
		xsplit_event_finish(&ring->event, xsplit_event_claim(&ring->event));
	return WANT_REQUESTS;
}

/* Has the thread got what it sleeps for? @seen is the number of answers before its pass. */
static bool ring_awake(struct xbb_ring *ring, enum want want, unsigned int seen)
{
	if (!llist_empty(&ring->done.discards) || freezing(current))
		return true;
	switch (want) {
	case WANT_REQUESTS:
		return xsplit_event_raised(&ring->event) || READ_ONCE(ring->trim) ||
		       READ_ONCE(ring->event_lost) || stopping(ring);
	case WANT_ROOM:
		return READ_ONCE(ring->answer.nr) != seen;
	case WANT_ALL_ANSWERED:
		return all_answered(ring);
	case WANT_STOP:
		return stopping(ring);
	default:
		return true;
	}
}

static void want_answers(struct xbb_ring *ring, bool wanted)
{
	spin_lock_bh(&ring->answer.lock);
	ring->answer.wanted = wanted;
	spin_unlock_bh(&ring->answer.lock);
}

static void sleep_for_answers(struct xbb_ring *ring, enum want want, unsigned int seen)
{
	want_answers(ring, true);
	/* Memory may be freed by others as well, so look again after a while. */
	wait_event_idle_timeout(ring->wq, ring_awake(ring, want, seen),
				want == WANT_ROOM ? ROOM_WAIT : MAX_SCHEDULE_TIMEOUT);
	want_answers(ring, false);
}

static void ring_sleep(struct xbb_ring *ring, enum want want, unsigned int seen)
{
	if (want == WANT_ROOM || want == WANT_ALL_ANSWERED) {
		xsplit_count(want == WANT_ROOM ? &ring->counts.out_of_requests :
			     &ring->counts.barrier_waits, 1);
		sleep_for_answers(ring, want, seen);
	} else {
		WRITE_ONCE(ring->idle, want == WANT_REQUESTS);
		wait_event_idle(ring->wq, ring_awake(ring, want, seen));
		WRITE_ONCE(ring->idle, false);
	}
	xsplit_count(&ring->counts.wakeups, 1);
}

static void trim(struct xbb_ring *ring)
{
	if (!READ_ONCE(ring->trim))
		return;
	WRITE_ONCE(ring->trim, false);
	xbb_pages_trim(ring);
	if (all_answered(ring))
		xbb_io_trim(ring, 1);
	xbb_drain(ring, &ring->serve.own_done);
}

/* The queue stops and there is no memory: an error is better than no answer. */
static void fail_deferred(struct xbb_ring *ring)
{
	struct xbb_io *io;

	while ((io = take_deferred(ring))) {
		io->nr = 0;
		io->status = XBLK_RSP_ERROR;
		refuse(ring, io);
	}
	xbb_drain(ring, &ring->serve.own_done);
}

/* The queue stops. Is there nothing that it has taken and not begun? */
static bool may_end(struct xbb_ring *ring, enum want want)
{
	if (want == WANT_ROOM && all_answered(ring))
		fail_deferred(ring);
	return list_empty(&ring->serve.deferred);
}

static int xbb_thread(void *arg)
{
	struct xbb_ring *ring = arg;
	/* Reclaim must not write to the very disk that we serve. */
	unsigned int noio = memalloc_noio_save();

	set_freezable();
	for (;;) {
		unsigned int seen = READ_ONCE(ring->answer.nr);
		enum want want = ring_work(ring);

		if (unlikely(stopping(ring)) && may_end(ring, want))
			break;
		ring_sleep(ring, want, seen);
		trim(ring);
	}
	while (!all_answered(ring)) {
		try_to_freeze();
		continue_discards(ring);
		sleep_for_answers(ring, WANT_ALL_ANSWERED, 0);
	}
	memalloc_noio_restore(noio);
	WRITE_ONCE(ring->ended, true);
	wake_up(&ring->wq);
	while (!kthread_should_stop()) {
		try_to_freeze();
		wait_event_idle(ring->wq, kthread_should_stop() || freezing(current));
	}
	return 0;
}

/* --- create, start, stop, destroy --------------------------------------- */

static void ring_init(struct xbb_ring *ring, struct xsplit_link *link, struct xbb_vbd *vbd,
		      const struct xbb_front *front, unsigned int index)
{
	ring->link = link;
	ring->vbd = vbd;
	ring->index = index;
	ring->layout = front->layout;
	ring->persistent = front->persistent;
	init_waitqueue_head(&ring->wq);
	INIT_LIST_HEAD(&ring->serve.deferred);
	INIT_LIST_HEAD(&ring->serve.own_done);
	init_llist_head(&ring->done.list);
	init_llist_head(&ring->done.discards);
	init_llist_head(&ring->done.recycled);
	tasklet_setup(&ring->done.drain, xbb_drain_tasklet);
	INIT_DELAYED_WORK(&ring->done.unpark, xbb_drain_work);
	spin_lock_init(&ring->answer.lock);
	INIT_LIST_HEAD(&ring->answer.parked);
	ring->serve.next_evict = jiffies;
	ring->serve.busy_at = jiffies;
}

static int ring_map(struct xbb_ring *ring, const struct xbb_front *front, const char *dir)
{
	int err;

	err = xsplit_pages_map(ring->link, dir, "ring-ref", front->numbered, front->pages,
			       &ring->pages);
	if (err)
		return err;
	err = xsplit_back_attach(&ring->ring, ring->pages.addr,
				 front->pages * XBLK_PAGE_BYTES, ring->layout->slot_bytes);
	if (!err)
		return 0;
	return xsplit_link_error(ring->link, err, "queue %u: the indices in its ring make no sense",
				 ring->index);
}

static int ring_thread_create(struct xbb_ring *ring, const char *name)
{
	struct task_struct *thread;

	thread = kthread_create(xbb_thread, ring, "%u.%s-%u", xsplit_link_peer(ring->link),
				name, ring->index);
	if (IS_ERR(thread))
		return xsplit_link_error(ring->link, PTR_ERR(thread), "cannot start a thread");
	ring->thread = thread;
	return 0;
}

static int ring_memory(struct xbb_ring *ring)
{
	int err = -ENOMEM;

	ring->guest = xbb_guest_get(xsplit_link_peer(ring->link));
	if (ring->guest)
		err = xbb_pages_init(ring) ?: xbb_io_reserve(ring);
	if (err)
		xsplit_link_error(ring->link, err, "no memory for queue %u", ring->index);
	return err;
}

struct xbb_ring *xbb_ring_create(struct xsplit_link *link, struct xbb_vbd *vbd,
				 const struct xbb_front *front, unsigned int index,
				 const char *name)
{
	struct xbb_ring *ring = kvzalloc(sizeof(*ring), GFP_KERNEL);
	char buf[XSPLIT_QUEUE_DIR_LEN];
	const char *dir;
	int err;

	if (!ring)
		return ERR_PTR(-ENOMEM);
	ring_init(ring, link, vbd, front, index);
	dir = xsplit_queue_dir(buf, link->peer_dir, index, front->queues);
	err = ring_memory(ring) ?: ring_map(ring, front, dir) ?: ring_thread_create(ring, name);
	if (err)
		goto destroy;
	err = xsplit_event_bind(link, &ring->event, dir, "event-channel", xbb_interrupt,
				"blkif-backend", ring);
	if (err)
		goto stop_thread;
	return ring;

stop_thread:
	xbb_ring_wait(ring);
destroy:
	xbb_ring_destroy(ring);
	return ERR_PTR(err);
}

void xbb_ring_start(struct xbb_ring *ring)
{
	xsplit_queue_files_add(&ring->files, ring->link->debugfs, ring->index, &xbb_tables, ring);
	ring->running = true;
	wake_up_process(ring->thread);
}

void xbb_ring_stop(struct xbb_ring *ring)
{
	xsplit_queue_files_remove(&ring->files);
	WRITE_ONCE(ring->stopping, true);
	wake_up(&ring->wq);
}

/* Waiting in kthread_stop() would be reported as a hung task while a disk hangs. */
void xbb_ring_wait(struct xbb_ring *ring)
{
	if (ring->running)
		wait_event_idle(ring->wq, READ_ONCE(ring->ended));
	kthread_stop(ring->thread);
}

void xbb_ring_destroy(struct xbb_ring *ring)
{
	tasklet_kill(&ring->done.drain);
	cancel_delayed_work_sync(&ring->done.unpark);
	xsplit_event_close(&ring->event, ring);
	xbb_pages_exit(ring);
	xbb_io_trim(ring, 0);
	xsplit_pages_unmap(ring->link, &ring->pages);
	xbb_guest_put(ring->guest);
	kvfree(ring);
}

void xbb_ring_trim(struct xbb_ring *ring)
{
	if (!xbb_pages_can_trim(ring) && llist_empty(&ring->done.recycled))
		return;
	WRITE_ONCE(ring->trim, true);
	wake_up(&ring->wq);
}

bool xbb_ring_check_events(struct xbb_ring *ring, bool ran)
{
	struct xsplit_ring_snapshot now;
	unsigned int verdict;

	xsplit_back_snapshot(&ring->ring, &now);
	now.event_pending = !READ_ONCE(ring->idle) || xsplit_event_raised(&ring->event);
	verdict = xsplit_lost_event_judge(&ring->lost_event, &now, ran);
	if (verdict & XSPLIT_EVENT_LOST) {
		xsplit_count(&ring->counts.events_lost, 1);
		WRITE_ONCE(ring->event_lost, true);
		wake_up(&ring->wq);
	}
	return verdict & XSPLIT_EVENT_WATCH;
}
