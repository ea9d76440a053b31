// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that go on in the guest's own pages.
 *
 * This pays for big packets that are passed on without their data being read. A local
 * socket has them copied first, which costs more than copying at once. So only an
 * interface that is part of a bridge or the like tries, rarely at first, and maps all big
 * packets once several in a row were not copied. One that is copied ends this, and
 * delays the next try.
 *
 * Freeing the last reference to a packet, in any context, puts it in a list and schedules
 * the poll, which unmaps and then answers all packets in the list.
 *
 * A packet that waits in another device's queue occupies the guest's slots. So only a part
 * of the ring is mapped at a time; nothing is mapped while one of its packets has been
 * away for long, or where a port of the bridge delays packets. A guest that leaves does
 * not wait: the packets become orphans, and the thread unmaps them when they come back.
 */

#include <linux/kthread.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <net/sch_generic.h>

#include "compat/net.h"
#include "netback/params.h"
#include "netback/queue.h"
#include "netback/tx.h"
#include "netback/tx_answer.h"
#include "netback/tx_zerocopy.h"

/* A packet that is away for longer waits in another device's queue. */
#define AWAY_MAX (HZ / 10)

/* How often to check whether a port of the bridge delays packets. */
#define PORTS_EVERY (HZ / 2)

/* Big packets between two tries; doubled each time a packet is copied. */
#define WAIT_MIN 64u
#define WAIT_MAX (1u << 16)

/*
 * An interface maps nothing while more of its gone queues than this have orphans, so that
 * a guest that connects again and again leaves a bounded number.
 */
#define ORPHANS_MAX 8

/* A packet of more slots, empty ones included, is not worth mapping. */
#define MAPPED_SLOTS (XNET_MAX_SLOTS + 4)

/* A mapped packet */
struct xnb_mapped {
	struct ubuf_info ubuf;
	struct llist_node done;	/* in the list of packets that nobody holds any more */
	struct list_head out;	/* in the list of all, the oldest first */
	struct xnb_zerocopy *zc;
	unsigned long since;	/* jiffies when it was mapped */
	bool late;		/* it was away for too long, which has been taken into account */
	bool copied;		/* somebody had to copy it */
	unsigned int nr_pages;	/* of @page and @handle */
	unsigned int nr_rsp;	/* of @rsp */
	struct page *page[XNET_MAX_SLOTS];
	grant_handle_t handle[XNET_MAX_SLOTS];
	struct xnet_tx_response rsp[MAPPED_SLOTS];
};

atomic_t xnb_zerocopy_queues = ATOMIC_INIT(0);

/* --- when --------------------------------------------------------------- */

/* Those that delay nothing although they always queue, and have no others in them. */
static bool queues_only(const struct Qdisc *qdisc)
{
	return !strcmp(qdisc->ops->id, "fq") || !strcmp(qdisc->ops->id, "sfq");
}

static int port_delays(struct net_device *port, struct netdev_nested_priv *unused)
{
	unsigned int i, nr = READ_ONCE(port->real_num_tx_queues);

	for (i = 0; i < nr; i++) {
		const struct Qdisc *qdisc = rcu_dereference(netdev_get_tx_queue(port, i)->qdisc);

		/* "noqueue" has no enqueue, and holds nothing. */
		if (qdisc && READ_ONCE(qdisc->enqueue) &&
		    !(qdisc->flags & (TCQ_F_CAN_BYPASS | TCQ_F_BUILTIN)) &&
		    !queues_only(qdisc))
			return 1;
	}
	return 0;
}

/* Does any port that packets of @dev may leave by, or a device below it, delay them? */
static bool ports_delay(struct net_device *dev)
{
	struct netdev_nested_priv unused = { };
	struct net_device *master;
	bool delay;

	rcu_read_lock();
	master = netdev_master_upper_dev_get_rcu(dev);
	delay = master && netdev_walk_all_lower_dev_rcu(master, port_delays, &unused);
	rcu_read_unlock();
	return delay;
}

/* The same, cached for PORTS_EVERY. */
static bool delayed(struct xnb_queue *queue)
{
	struct xnb_zerocopy *zc = queue->tx.zc;

	if (time_after(jiffies, zc->ports_at + PORTS_EVERY)) {
		zc->ports_at = jiffies;
		zc->ports_delay = ports_delay(queue->vif->dev);
	}
	return zc->ports_delay;
}

static void went_well(struct xnb_zerocopy *zc)
{
	if (!xnb_zerocopy_all(zc))
		zc->good++;
	/* The next candidate is tried at once. */
	zc->big = zc->wait;
}

static void went_wrong(struct xnb_zerocopy *zc)
{
	zc->good = 0;
	zc->big = 0;
	zc->wait = min(2 * zc->wait, WAIT_MAX);
}

static bool is_late(const struct xnb_mapped *mapped)
{
	return time_after(jiffies, mapped->since + AWAY_MAX);
}

/* Is any packet late? The oldest one is, if any. */
static bool some_late(struct xnb_zerocopy *zc)
{
	struct xnb_mapped *oldest = list_first_entry_or_null(&zc->out, struct xnb_mapped, out);

	if (!oldest || !is_late(oldest))
		return false;
	if (!oldest->late)
		went_wrong(zc);
	oldest->late = true;
	return true;
}

bool xnb_zerocopy_begin(struct xnb_queue *queue)
{
	struct xnb_zerocopy *zc = queue->tx.zc;

	/*
	 * A mapped packet would overtake packets that GRO holds. Without a handler, nobody
	 * takes the interface's packets to pass them on. The interface is a user of @orphans,
	 * besides its gone queues.
	 */
	if (queue->tx.merging || !rcu_access_pointer(queue->vif->dev->rx_handler) ||
	    xsplit_map_starved() || xnb_zerocopy_full(zc) ||
	    refcount_read(&zc->orphans->users) > ORPHANS_MAX + 1 || some_late(zc) ||
	    delayed(queue))
		return false;
	if (list_empty(&zc->out) && !READ_ONCE(zc->pool.nr)) {
		WRITE_ONCE(zc->fill, true);
		wake_up_process(zc->thread);
		zc->big = 0;
		return false;
	}
	zc->left = xnb_zerocopy_all(zc) ? UINT_MAX : 1;
	return true;
}

bool xnb_zerocopy_full(const struct xnb_zerocopy *zc)
{
	return zc->pages + MAX_SKB_FRAGS > zc->most;
}

/* --- mapping ------------------------------------------------------------ */

static void unmap_pages(struct xnb_zerocopy *zc, const struct xnb_mapped *mapped)
{
	unsigned int i;

	for (i = 0; i < mapped->nr_pages; i++)
		xsplit_unmap_add(&zc->unmap, mapped->page[i], mapped->handle[i]);
}

/* @queue: NULL for orphans */
static void end_unmap(struct xnb_zerocopy *zc, struct xnb_queue *queue)
{
	struct xsplit_grant_count unseen = { };
	unsigned int nr = zc->unmap.nr;

	xsplit_unmap_run(&zc->unmap, queue ? &queue->counts.tx.grants : &unseen);
	xsplit_pool_put(&zc->pool, zc->unmap.page, nr);
}

/* Keep those of @nr pages that are mapped. Return: all are. */
static bool keep_mapped(struct xnb_zerocopy *zc, struct xnb_mapped *mapped, unsigned int nr)
{
	grant_handle_t handle;
	unsigned int i;

	mapped->nr_pages = 0;
	for (i = 0; i < nr; i++) {
		if (xsplit_map_status(&zc->batch, i, &handle)) {
			xsplit_pool_put(&zc->pool, &mapped->page[i], 1);
			continue;
		}
		mapped->handle[mapped->nr_pages] = handle;
		mapped->page[mapped->nr_pages++] = mapped->page[i];
	}
	xsplit_map_reset(&zc->batch);
	return mapped->nr_pages == nr;
}

static bool map_pieces(struct xnb_queue *queue, struct xnb_mapped *mapped,
		       const struct xnb_tx_piece *piece, unsigned int nr)
{
	struct xnb_zerocopy *zc = queue->tx.zc;
	unsigned int i;

	/* The pool cannot allocate pages in a poll. */
	if (nr > MAX_SKB_FRAGS || READ_ONCE(zc->pool.nr) < nr ||
	    xsplit_pool_get(&zc->pool, mapped->page, nr))
		return false;
	for (i = 0; i < nr; i++)
		xsplit_map_add(&zc->batch, piece[i].ref, mapped->page[i], true);
	xsplit_map_run(&zc->batch, &queue->counts.tx.grants);
	if (likely(keep_mapped(zc, mapped, nr)))
		return true;
	unmap_pages(zc, mapped);
	end_unmap(zc, queue);
	went_wrong(zc);
	return false;
}

/* @done: bytes of the first piece that are in the linear part */
static void add_frags(struct sk_buff *skb, const struct xnb_mapped *mapped,
		      const struct xnb_tx_piece *piece, unsigned int done)
{
	unsigned int i;

	for (i = 0; i < mapped->nr_pages; i++) {
		/* The pool keeps a reference of its own. */
		get_page(mapped->page[i]);
		skb_add_rx_frag(skb, i, mapped->page[i], piece[i].offset + done,
				piece[i].len - done, PAGE_SIZE);
		done = 0;
	}
}

static const struct ubuf_info_ops mapped_ops;

bool xnb_zerocopy_map(struct xnb_queue *queue, struct xnb_tx_work *work,
		    const struct xnb_tx_piece *piece)
{
	unsigned int done = skb_headlen(work->skb), nr = work->pkt.nr_pieces;
	struct xnb_zerocopy *zc = queue->tx.zc;
	struct xnb_mapped *mapped;

	if (!zc->left || work->pkt.nr_slots > MAPPED_SLOTS || xnb_zerocopy_full(zc))
		return false;
	mapped = kmalloc(sizeof(*mapped), GFP_ATOMIC | __GFP_NOWARN);
	if (!mapped)
		return false;
	/* Nothing is to be mapped of a piece that is in the linear part as a whole. */
	if (done == piece->len) {
		piece++;
		nr--;
		done = 0;
	}
	if (!map_pieces(queue, mapped, piece, nr)) {
		kfree(mapped);
		return false;
	}
	mapped->zc = zc;
	mapped->since = jiffies;
	mapped->late = false;
	mapped->copied = false;
	if (list_empty(&zc->out))
		atomic_inc(&xnb_zerocopy_queues);
	list_add_tail(&mapped->out, &zc->out);
	add_frags(work->skb, mapped, piece, done);
	xsplit_ubuf_init(&mapped->ubuf, &mapped_ops);
	skb_zcopy_init(work->skb, &mapped->ubuf);
	work->mapped = mapped;
	zc->left--;
	zc->pages += mapped->nr_pages;
	xsplit_count(&queue->counts.tx.zc_sent, 1);
	return true;
}

void xnb_zerocopy_store_answer(struct xnb_tx *tx, const struct xnb_tx_work *work)
{
	struct xnb_mapped *mapped = work->mapped;
	unsigned int i;

	for (i = 0; i < work->pkt.nr_slots; i++)
		mapped->rsp[i] = xnb_tx_response(tx->window, &work->pkt, i, work->status);
	mapped->nr_rsp = i;
}

/* --- the way back ------------------------------------------------------- */

/* Called for the first packet in an empty list. */
static void call_reaper(struct xnb_zerocopy *zc)
{
	bool may_not_wait = in_softirq() || irqs_disabled();
	struct xnb_queue *queue = READ_ONCE(zc->queue);

	if (!queue || READ_ONCE(zc->by_thread)) {
		wake_up_process(zc->thread);
		return;
	}
	if (!may_not_wait)
		local_bh_disable();
	napi_schedule(&queue->tx.napi);
	if (!may_not_wait)
		local_bh_enable();
}

static void xnb_zerocopy_complete(struct sk_buff *skb, struct ubuf_info *ubuf, bool success)
{
	struct xnb_mapped *mapped = container_of(ubuf, struct xnb_mapped, ubuf);
	struct xnb_zerocopy *zc = mapped->zc;

	if (!success)
		WRITE_ONCE(mapped->copied, true);
	if (!refcount_dec_and_test(&ubuf->refcnt))
		return;
	/* The queue goes, and @zc is freed, only after a grace period. */
	rcu_read_lock();
	if (llist_add(&mapped->done, &zc->done))
		call_reaper(zc);
	rcu_read_unlock();
}

static const struct ubuf_info_ops mapped_ops = {
	.complete = xnb_zerocopy_complete,
};

static void judge_mapped(struct xnb_zerocopy *zc, const struct xnb_mapped *mapped)
{
	if (mapped->late)
		return;
	if (mapped->copied || is_late(mapped))
		went_wrong(zc);
	else
		went_well(zc);
}

static void answer_mapped(struct xnb_queue *queue, const struct xnb_mapped *mapped)
{
	struct xnb_tx *tx = &queue->tx;
	unsigned int i;

	for (i = 0; i < mapped->nr_rsp; i++)
		xnb_tx_answer(xsplit_ring_slot(&tx->ring, tx->ring.prod++),
			      mapped->rsp[i].id, mapped->rsp[i].status);
	xsplit_count(mapped->copied ? &queue->counts.tx.zc_fail : &queue->counts.tx.zc_success, 1);
	judge_mapped(tx->zc, mapped);
}

static void free_mapped(struct xnb_zerocopy *zc, struct xnb_mapped *mapped)
{
	list_del(&mapped->out);
	if (list_empty(&zc->out))
		atomic_dec(&xnb_zerocopy_queues);
	zc->pages -= mapped->nr_pages;
	kfree(mapped);
}

/* The batch has room for the pages of all packets together. */
void xnb_zerocopy_reap(struct xnb_zerocopy *zc, struct xnb_queue *queue)
{
	struct llist_node *done = llist_del_all(&zc->done);
	struct xnb_mapped *mapped, *next;

	llist_for_each_entry(mapped, done, done)
		unmap_pages(zc, mapped);
	end_unmap(zc, queue);
	llist_for_each_entry_safe(mapped, next, done, done) {
		if (queue)
			answer_mapped(queue, mapped);
		free_mapped(zc, mapped);
	}
	if (queue)
		xnb_tx_push(queue);
}

/* --- the thread --------------------------------------------------------- */

/* Gone queues that have orphans, known only to their threads; @end_wq frees them. */
static atomic_t nr_orphans = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(no_orphans);
static struct workqueue_struct *end_wq;

/* The pool allocates pages when they are first taken. */
static void fill_pool(struct xnb_zerocopy *zc)
{
	struct page **page;

	if (zc->pool.nr || zc->pool.out)
		return;
	page = kvcalloc(zc->most, sizeof(*page), GFP_KERNEL);
	if (page && !xsplit_pool_get(&zc->pool, page, zc->most))
		xsplit_pool_put(&zc->pool, page, zc->most);
	kvfree(page);
}

static void reap_by_thread(struct xnb_zerocopy *zc)
{
	mutex_lock(&zc->lock);
	if (zc->by_thread && xnb_zerocopy_any_done(zc)) {
		local_bh_disable();
		xnb_zerocopy_reap(zc, zc->queue);
		local_bh_enable();
	}
	/* The last orphan is back. */
	if (!zc->queue && list_empty(&zc->out))
		queue_work(end_wq, &zc->end);
	mutex_unlock(&zc->lock);
	wake_up(&zc->idle);
}

static bool wanted(const struct xnb_zerocopy *zc)
{
	return READ_ONCE(zc->fill) || (READ_ONCE(zc->by_thread) && xnb_zerocopy_any_done(zc));
}

static int xnb_zerocopy_thread(void *arg)
{
	struct xnb_zerocopy *zc = arg;

	while (!kthread_should_stop()) {
		set_current_state(TASK_IDLE);
		if (!wanted(zc) && !kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
		if (xchg(&zc->fill, false))
			fill_pool(zc);
		if (xnb_zerocopy_any_done(zc))
			reap_by_thread(zc);
	}
	return 0;
}

/* --- create and destroy ------------------------------------------------- */

void xnb_zerocopy_by_thread(struct xnb_zerocopy *zc, bool by_thread)
{
	mutex_lock(&zc->lock);
	WRITE_ONCE(zc->by_thread, by_thread);
	mutex_unlock(&zc->lock);
	wake_up_process(zc->thread);
}

static void free_zerocopy(struct xnb_zerocopy *zc)
{
	if (zc->thread)
		kthread_stop(zc->thread);
	/* xnb_zerocopy_complete() may still be running for the last packet. */
	if (zc->pool.nr)
		synchronize_net();
	xsplit_unmap_free(&zc->unmap);
	xsplit_map_free(&zc->batch);
	xsplit_pool_free(&zc->pool);
	kfree(zc);
}

struct xnb_orphans *xnb_orphans_create(void)
{
	struct xnb_orphans *orphans = kzalloc(sizeof(*orphans), GFP_KERNEL);

	if (orphans)
		refcount_set(&orphans->users, 1);
	return orphans;
}

void xnb_orphans_put(struct xnb_orphans *orphans)
{
	if (refcount_dec_and_test(&orphans->users))
		kfree(orphans);
}

static void xnb_zerocopy_end_work(struct work_struct *work)
{
	struct xnb_zerocopy *zc = container_of(work, struct xnb_zerocopy, end);
	struct xnb_orphans *orphans = zc->orphans;

	free_zerocopy(zc);
	xnb_orphans_put(orphans);
	if (atomic_dec_and_test(&nr_orphans))
		wake_up_all(&no_orphans);
}

static int setup(struct xnb_zerocopy *zc, struct xnb_queue *queue)
{
	struct task_struct *thread;
	int err;

	err = xsplit_pool_init(&zc->pool, XSPLIT_POOL_FOREIGN, zc->most) ?:
	      xsplit_map_init(&zc->batch, xsplit_link_peer(queue->link), XNET_MAX_SLOTS) ?:
	      xsplit_unmap_init(&zc->unmap, zc->most);
	if (err)
		return err;
	thread = kthread_run(xnb_zerocopy_thread, zc, "%s-dealloc", queue->name);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	zc->thread = thread;
	return 0;
}

int xnb_zerocopy_create(struct xnb_queue *queue)
{
	struct xnb_zerocopy *zc = kzalloc(sizeof(*zc), GFP_KERNEL);

	if (!zc)
		return -ENOMEM;
	init_llist_head(&zc->done);
	INIT_LIST_HEAD(&zc->out);
	mutex_init(&zc->lock);
	init_waitqueue_head(&zc->idle);
	INIT_WORK(&zc->end, xnb_zerocopy_end_work);
	zc->queue = queue;
	zc->orphans = queue->vif->orphans;
	zc->by_thread = true;
	zc->wait = WAIT_MIN;
	/* The ring has no more slots, and a pool needs a page. */
	zc->most = clamp(READ_ONCE(xnb_params.tx_zerocopy_pages), 1u, XNET_RING_SLOTS);
	zc->ports_at = jiffies - PORTS_EVERY - 1;
	queue->tx.zc = zc;
	return setup(zc, queue);
}

/* Return: true if the thread owns @zc from now on. */
static bool orphan(struct xnb_zerocopy *zc)
{
	bool some;

	mutex_lock(&zc->lock);
	some = !list_empty(&zc->out);
	if (some) {
		atomic_inc(&nr_orphans);
		refcount_inc(&zc->orphans->users);
		/* xnb_zerocopy_complete() may still be running, with their pages. */
		synchronize_net();
		xsplit_pool_trim(&zc->pool, 0);
		WRITE_ONCE(zc->queue, NULL);
	}
	mutex_unlock(&zc->lock);
	return some;
}

void xnb_zerocopy_orphan(struct xnb_queue *queue)
{
	struct xnb_zerocopy *zc = queue->tx.zc;
	long left;

	if (!zc || !zc->thread)
		return;
	left = queue->vif->drain_until - jiffies;
	wait_event_timeout(zc->idle, list_empty(&zc->out), max(left, 0L));
	if (!orphan(zc))
		return;
	queue->tx.zc = NULL;
	/* xnb_zerocopy_complete() may be about to schedule the poll. */
	synchronize_net();
}

void xnb_zerocopy_destroy(struct xnb_queue *queue)
{
	if (queue->tx.zc)
		free_zerocopy(queue->tx.zc);
	queue->tx.zc = NULL;
}

int xnb_zerocopy_init(void)
{
	end_wq = alloc_workqueue("xen-netback", WQ_UNBOUND, 0);
	return end_wq ? 0 : -ENOMEM;
}

void xnb_zerocopy_exit(void)
{
	wait_event_idle(no_orphans, !atomic_read(&nr_orphans));
	destroy_workqueue(end_wq);
}
