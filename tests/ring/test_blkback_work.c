// SPDX-License-Identifier: GPL-2.0
/* No work item of a disk is lost, whenever it is queued. */
#include "blkback/work.h"
#include "suites.h"

/* --- a workqueue, which runs when the test says so ------------------------------ */

static struct work_struct *queued;

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max_active)
{
	(void)name;
	(void)flags;
	(void)max_active;
	return NULL;
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	(void)wq;
}

bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	(void)wq;
	queued = work;
	return true;
}

bool flush_work(struct work_struct *work)
{
	(void)work;
	while (queued) {
		queued = NULL;
		work->func(work);
	}
	return true;
}

/* --- a disk ---------------------------------------------------------------------- */

static struct xbb_work_items items;
static enum xbb_work_item seen[8];
static unsigned int nr_seen, nr_done;

/* What the item that is being carried out queues, and how often. */
static enum xbb_work_item queue_meanwhile;
static unsigned int times;

static void carry_out(enum xbb_work_item item)
{
	EXPECT(xbb_work_pending(&items, item));
	EXPECT(xbb_work_busy(&items));
	if (times) {
		times--;
		xbb_work_queue(&items, queue_meanwhile);
	}
	if (EXPECT(nr_seen < ARRAY_SIZE(seen)))
		seen[nr_seen++] = item;
}

#define ITEM(name, item) \
	static void name(struct xbb_work_items *arg) { (void)arg; carry_out(item); }

ITEM(destroy_rings, XBB_WORK_DESTROY_RINGS)
ITEM(close_disk, XBB_WORK_CLOSE)
ITEM(open_disk, XBB_WORK_OPEN)
ITEM(open_rw, XBB_WORK_WRITABLE)
ITEM(sync_disk, XBB_WORK_SYNC)

static const xbb_work_fn fns[XBB_NR_WORK_ITEMS] = {
	[XBB_WORK_DESTROY_RINGS] = destroy_rings,
	[XBB_WORK_CLOSE] = close_disk,
	[XBB_WORK_OPEN] = open_disk,
	[XBB_WORK_WRITABLE] = open_rw,
	[XBB_WORK_SYNC] = sync_disk,
};

static void done(struct xbb_work_items *arg)
{
	EXPECT(!xbb_work_busy(arg));
	nr_done++;
}

static void prepare(void)
{
	xbb_work_create(&items, fns, done);
}

static void nothing_is_pending_at_first(void)
{
	unsigned int item;

	for (item = 0; item < XBB_NR_WORK_ITEMS; item++)
		EXPECT(!xbb_work_pending(&items, item));
	EXPECT(!xbb_work_busy(&items));
}

static void items_run_in_their_order(void)
{
	unsigned int item;

	for (item = XBB_NR_WORK_ITEMS; item--; )
		xbb_work_queue(&items, item);
	EXPECT(xbb_work_busy(&items));
	xbb_work_flush(&items);
	EXPECT_EQ(nr_seen, XBB_NR_WORK_ITEMS);
	for (item = 0; item < nr_seen; item++)
		EXPECT_EQ(seen[item], item);
	EXPECT_EQ(nr_done, 1);
	nothing_is_pending_at_first();
}

static void one_queued_twice_before_it_begins_runs_once(void)
{
	xbb_work_queue(&items, XBB_WORK_OPEN);
	xbb_work_queue(&items, XBB_WORK_OPEN);
	xbb_work_flush(&items);
	EXPECT_EQ(nr_seen, 1);
}

static void one_queued_while_it_runs_runs_again(void)
{
	queue_meanwhile = XBB_WORK_OPEN;
	times = 1;
	xbb_work_queue(&items, XBB_WORK_OPEN);
	xbb_work_flush(&items);
	EXPECT_EQ(nr_seen, 2);
	EXPECT_EQ(seen[1], XBB_WORK_OPEN);
	nothing_is_pending_at_first();
}

static void an_earlier_one_queued_meanwhile_runs_next(void)
{
	queue_meanwhile = XBB_WORK_CLOSE;
	times = 1;
	xbb_work_queue(&items, XBB_WORK_OPEN);
	xbb_work_queue(&items, XBB_WORK_SYNC);
	xbb_work_flush(&items);
	EXPECT_EQ(nr_seen, 3);
	EXPECT_EQ(seen[0], XBB_WORK_OPEN);
	EXPECT_EQ(seen[1], XBB_WORK_CLOSE);
	EXPECT_EQ(seen[2], XBB_WORK_SYNC);
}

static const struct test_case cases[] = {
	CASE(nothing_is_pending_at_first),
	CASE(items_run_in_their_order),
	CASE(one_queued_twice_before_it_begins_runs_once),
	CASE(one_queued_while_it_runs_runs_again),
	CASE(an_earlier_one_queued_meanwhile_runs_next),
};

TEST_SUITE(blkback_work_suite, "work items of our block backend", cases, prepare);
