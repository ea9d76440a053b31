// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that go on in the guest's own pages.
 *
 * Worth it for big packets that are passed on without anybody looking at their
 * data; whoever does (a socket of ours) has them copied first, which then costs
 * more than copying at once. So only an interface that is part of a bridge or the
 * like tries, rarely at first, and goes over to mapping when several in a row were
 * not copied; one that was ends that, and makes the next try later.
 *
 * Whoever frees the last reference to a packet, in any context, puts it in a list
 * and has the poll called, which unmaps and then answers all that is there.
 */

#include <linux/kthread.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "compat/ubuf.h"
#include "netback/build.h"
#include "netback/map.h"
#include "netback/queue.h"
#include "netback/tx.h"

/* Mapped pages of a queue at any time: as many as its ring has slots. */
#define MAP_PAGES XNET_RING_SLOTS

/* So many in a row must go well. */
#define GOOD_ENOUGH 4u

/* Big packets between two tries; doubled each time one goes wrong. */
#define WAIT_MIN 64u
#define WAIT_MAX (1u << 16)

/* More slots than that, empty ones included, are not worth it. */
#define MAPPED_SLOTS (XNET_MAX_SLOTS + 4)

/**
 * struct xnb_mapped - a mapped packet
 * @ubuf: what the network stack knows of it
 * @done: in the list of those that nobody holds
 * @queue: its queue
 * @copied: somebody had to copy it
 * @nr_pages: pages mapped
 * @nr_rsp: answers
 * @page: where
 * @handle: the hypervisor's handles
 * @rsp: what its slots are answered with
 */
struct xnb_mapped {
	struct ubuf_info ubuf;
	struct llist_node done;
	struct xnb_queue *queue;
	bool copied;
	unsigned int nr_pages;
	unsigned int nr_rsp;
	struct page *page[XNET_MAX_SLOTS];
	grant_handle_t handle[XNET_MAX_SLOTS];
	struct xnet_tx_response rsp[MAPPED_SLOTS];
};

/* --- when --------------------------------------------------------------- */

/* Does somebody take the interface's packets to pass them on? */
static bool passes_on(const struct net_device *dev)
{
	return rcu_access_pointer(dev->rx_handler);
}

static bool maps_by_now(const struct xnb_maps *maps)
{
	return maps->good >= GOOD_ENOUGH;
}

static void wake(struct xnb_maps *maps)
{
	wake_up_process(maps->thread);
}

bool xnb_map_begin(struct xnb_queue *queue)
{
	struct xnb_maps *maps = &queue->tx.maps;

	if (likely(maps->big < maps->wait && !maps_by_now(maps)))
		return false;
	/* What is being merged would be overtaken. */
	if (queue->tx.merging || !passes_on(queue->vif->dev) || xsplit_map_scarce())
		return false;
	if (!maps->in_flight && !READ_ONCE(maps->pool.nr)) {
		WRITE_ONCE(maps->fill, true);
		wake(maps);
		maps->big = 0;
		return false;
	}
	maps->left = maps_by_now(maps) ? UINT_MAX : 1;
	return true;
}

static void went_well(struct xnb_maps *maps)
{
	if (!maps_by_now(maps))
		maps->good++;
	/* Another try at once. */
	maps->big = maps->wait;
}

static void went_wrong(struct xnb_maps *maps)
{
	maps->good = 0;
	maps->big = 0;
	maps->wait = min(2 * maps->wait, WAIT_MAX);
}

/* --- mapping ------------------------------------------------------------ */

static void unmap_pages(struct xnb_queue *queue, const struct xnb_mapped *mapped)
{
	struct xnb_maps *maps = &queue->tx.maps;
	unsigned int i;

	for (i = 0; i < mapped->nr_pages; i++)
		xsplit_unmap_add(&maps->unmap, mapped->page[i], mapped->handle[i]);
}

static void end_unmap(struct xnb_queue *queue)
{
	struct xnb_maps *maps = &queue->tx.maps;
	unsigned int nr = maps->unmap.nr;

	xsplit_unmap_run(&maps->unmap, &queue->counts.tx.grants);
	xsplit_pool_put(&maps->pool, maps->unmap.page, nr);
}

static void add_frag(struct sk_buff *skb, struct page *page, unsigned int offset,
		     unsigned int len)
{
	/* The pool keeps a reference of its own. */
	get_page(page);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, offset, len, PAGE_SIZE);
}

/* @done: bytes of the first piece that are in the linear part. */
static void add_maps(struct xnb_maps *maps, const struct xnb_tx_work *work,
		     const struct xnb_tx_piece *piece, unsigned int done,
		     struct page **page)
{
	unsigned int i = done == piece->len;

	for (; i < work->pkt.nr_pieces; i++)
		xsplit_map_add(&maps->batch, piece[i].ref, *page++, true);
}

/* Of @nr pages, those that are mapped come first afterwards. Return: all are. */
static bool sort_mapped(struct xnb_maps *maps, struct xnb_mapped *mapped, unsigned int nr)
{
	struct page *page[XNET_MAX_SLOTS];
	unsigned int i, bad = 0;

	mapped->nr_pages = 0;
	for (i = 0; i < nr; i++) {
		grant_handle_t handle;

		if (xsplit_map_status(&maps->batch, i, &handle)) {
			page[bad++] = mapped->page[i];
			continue;
		}
		mapped->handle[mapped->nr_pages] = handle;
		mapped->page[mapped->nr_pages++] = mapped->page[i];
	}
	xsplit_map_reset(&maps->batch);
	if (bad)
		xsplit_pool_put(&maps->pool, page, bad);
	return !bad;
}

static bool map_pieces(struct xnb_queue *queue, struct xnb_mapped *mapped,
		       const struct xnb_tx_work *work, const struct xnb_tx_piece *piece)
{
	struct xnb_maps *maps = &queue->tx.maps;
	unsigned int done = skb_headlen(work->skb);
	unsigned int nr = work->pkt.nr_pieces - (done == piece->len);

	/* In a poll no page is made. */
	if (nr > MAX_SKB_FRAGS || READ_ONCE(maps->pool.nr) < nr ||
	    xsplit_pool_get(&maps->pool, mapped->page, nr))
		return false;
	add_maps(maps, work, piece, done, mapped->page);
	xsplit_map_run(&maps->batch, &queue->counts.tx.grants);
	if (likely(sort_mapped(maps, mapped, nr)))
		return true;
	unmap_pages(queue, mapped);
	end_unmap(queue);
	went_wrong(maps);
	return false;
}

static void add_frags(const struct xnb_mapped *mapped, const struct xnb_tx_work *work,
		      const struct xnb_tx_piece *piece)
{
	unsigned int done = skb_headlen(work->skb), first = done == piece->len, i;

	if (first)
		done = 0;
	for (i = 0; i < mapped->nr_pages; i++) {
		add_frag(work->skb, mapped->page[i], piece[first + i].offset + done,
			 piece[first + i].len - done);
		done = 0;
	}
}

static const struct ubuf_info_ops mapped_ops;

bool xnb_map_packet(struct xnb_queue *queue, struct xnb_tx_work *work,
		    const struct xnb_tx_piece *piece)
{
	struct xnb_maps *maps = &queue->tx.maps;
	struct xnb_mapped *mapped;

	if (!maps->left || work->pkt.nr_slots > MAPPED_SLOTS)
		return false;
	mapped = kmalloc(sizeof(*mapped), GFP_ATOMIC | __GFP_NOWARN);
	if (!mapped)
		return false;
	if (!map_pieces(queue, mapped, work, piece)) {
		kfree(mapped);
		return false;
	}
	mapped->queue = queue;
	mapped->copied = false;
	add_frags(mapped, work, piece);
	xsplit_ubuf_init(&mapped->ubuf, &mapped_ops);
	skb_zcopy_init(work->skb, &mapped->ubuf);
	work->mapped = mapped;
	maps->left--;
	maps->in_flight++;
	xsplit_count(&queue->counts.tx.zc_sent, 1);
	return true;
}

void xnb_map_keep_answer(struct xnb_tx *tx, const struct xnb_tx_work *work)
{
	struct xnb_mapped *mapped = work->mapped;
	unsigned int i;

	for (i = 0; i < work->pkt.nr_slots; i++)
		mapped->rsp[i] = xnb_tx_response(tx->window, &work->pkt, i, work->status);
	mapped->nr_rsp = i;
}

/* --- the way back ------------------------------------------------------- */

/* Whoever takes the first of several has the poll called, or the thread. */
static void call_reaper(struct xnb_queue *queue)
{
	bool may_not_wait = in_softirq() || irqs_disabled();

	if (READ_ONCE(queue->tx.maps.by_thread)) {
		wake(&queue->tx.maps);
		return;
	}
	if (!may_not_wait)
		local_bh_disable();
	napi_schedule(&queue->tx.napi);
	if (!may_not_wait)
		local_bh_enable();
}

static void mapped_complete(struct sk_buff *skb, struct ubuf_info *ubuf, bool success)
{
	struct xnb_mapped *mapped = container_of(ubuf, struct xnb_mapped, ubuf);
	struct xnb_queue *queue = mapped->queue;

	if (!success)
		WRITE_ONCE(mapped->copied, true);
	if (!refcount_dec_and_test(&ubuf->refcnt))
		return;
	/* The queue stays until those who are here have left; xnb_map_exit(). */
	rcu_read_lock();
	if (llist_add(&mapped->done, &queue->tx.maps.done))
		call_reaper(queue);
	rcu_read_unlock();
}

static const struct ubuf_info_ops mapped_ops = {
	.complete = mapped_complete,
};

static void answer_mapped(struct xnb_queue *queue, struct xnb_mapped *mapped)
{
	struct xnb_tx *tx = &queue->tx;
	struct xnb_tx_counts *counts = &queue->counts.tx;
	unsigned int i;

	for (i = 0; i < mapped->nr_rsp; i++)
		xnb_tx_answer(xsplit_ring_slot(&tx->ring, tx->ring.prod++),
			      mapped->rsp[i].id, mapped->rsp[i].status);
	if (mapped->copied) {
		xsplit_count(&counts->zc_fail, 1);
		went_wrong(&tx->maps);
	} else {
		xsplit_count(&counts->zc_success, 1);
		went_well(&tx->maps);
	}
	tx->maps.in_flight--;
	kfree(mapped);
}

/* All pages together are no more than the batch takes. */
void xnb_map_reap(struct xnb_queue *queue)
{
	struct llist_node *done = llist_del_all(&queue->tx.maps.done);
	struct xnb_mapped *mapped, *next;

	llist_for_each_entry(mapped, done, done)
		unmap_pages(queue, mapped);
	end_unmap(queue);
	llist_for_each_entry_safe(mapped, next, done, done)
		answer_mapped(queue, mapped);
	xnb_tx_show(queue);
}

/* --- the thread --------------------------------------------------------- */

/* Pages are made by taking and giving them back, once. */
static void fill_pool(struct xnb_maps *maps)
{
	struct page **page;

	if (maps->pool.nr || maps->pool.out)
		return;
	page = kvcalloc(MAP_PAGES, sizeof(*page), GFP_KERNEL);
	if (page && !xsplit_pool_get(&maps->pool, page, MAP_PAGES))
		xsplit_pool_put(&maps->pool, page, MAP_PAGES);
	kvfree(page);
}

static void stand_in(struct xnb_queue *queue)
{
	struct xnb_maps *maps = &queue->tx.maps;

	mutex_lock(&maps->lock);
	if (maps->by_thread && xnb_map_any_done(maps)) {
		local_bh_disable();
		xnb_map_reap(queue);
		local_bh_enable();
	}
	mutex_unlock(&maps->lock);
	wake_up(&maps->idle);
}

static bool wanted(const struct xnb_maps *maps)
{
	return READ_ONCE(maps->fill) || (READ_ONCE(maps->by_thread) && xnb_map_any_done(maps));
}

static int map_thread(void *arg)
{
	struct xnb_queue *queue = arg;
	struct xnb_maps *maps = &queue->tx.maps;

	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		if (!wanted(maps)) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		if (xchg(&maps->fill, false))
			fill_pool(maps);
		stand_in(queue);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* --- life --------------------------------------------------------------- */

void xnb_map_up(struct xnb_queue *queue)
{
	struct xnb_maps *maps = &queue->tx.maps;

	mutex_lock(&maps->lock);
	WRITE_ONCE(maps->by_thread, false);
	mutex_unlock(&maps->lock);
}

void xnb_map_down(struct xnb_queue *queue)
{
	struct xnb_maps *maps = &queue->tx.maps;

	mutex_lock(&maps->lock);
	WRITE_ONCE(maps->by_thread, true);
	mutex_unlock(&maps->lock);
	wake(maps);
}

int xnb_map_init(struct xnb_queue *queue)
{
	struct xnb_maps *maps = &queue->tx.maps;
	struct task_struct *thread;
	int err;

	init_llist_head(&maps->done);
	mutex_init(&maps->lock);
	init_waitqueue_head(&maps->idle);
	maps->by_thread = true;
	maps->wait = WAIT_MIN;
	err = xsplit_pool_init(&maps->pool, XSPLIT_POOL_FOREIGN, MAP_PAGES) ?:
	      xsplit_map_init(&maps->batch, xsplit_link_peer(queue->link), XNET_MAX_SLOTS) ?:
	      xsplit_unmap_init(&maps->unmap, MAP_PAGES);
	if (err)
		return err;
	thread = kthread_run(map_thread, queue, "%s-dealloc", queue->name);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	maps->thread = thread;
	return 0;
}

void xnb_map_drain(struct xnb_queue *queue)
{
	struct xnb_maps *maps = &queue->tx.maps;

	if (maps->thread)
		wait_event(maps->idle, !READ_ONCE(maps->in_flight));
}

void xnb_map_exit(struct xnb_queue *queue)
{
	struct xnb_maps *maps = &queue->tx.maps;

	if (maps->thread) {
		kthread_stop(maps->thread);
		/* Whoever gave the last packet back is done with us, and its pages. */
		if (maps->pool.nr)
			synchronize_net();
	}
	xsplit_unmap_free(&maps->unmap);
	xsplit_map_free(&maps->batch);
	xsplit_pool_free(&maps->pool);
}
