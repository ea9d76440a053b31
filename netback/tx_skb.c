// SPDX-License-Identifier: GPL-2.0
/*
 * skbs for packets from the guest, and the copies that are to fill them.
 */

#include <linux/skbuff.h>

#include "compat/net.h"
#include "netback/queue.h"
#include "netback/tx_zerocopy.h"

/* Packets that do not keep a page busy; and of larger ones the linear part. */
#define SMALL_BYTES 256u

/* Memory of small packets comes in multiples of this, and begins with headroom. */
#define SMALL_ALIGN 512u
#define SMALL_ROOM (NET_SKB_PAD + NET_IP_ALIGN)

/* Pages the pool keeps: as many as a ring full of packets may use. */
#define POOL_PAGES XNET_RING_SLOTS

/* --- places to copy to -------------------------------------------------- */

/* Where the next bytes of a packet go */
struct target {
	struct xnb_tx *tx;	/* whose batch and memory */
	struct page *page;	/* the present page */
	unsigned int offset;	/* into @page */
	unsigned int left;	/* bytes that @page still takes */
	bool full;		/* a copy had no room, so the packet must not be delivered */
};

static void aim(struct target *target, struct page *page, unsigned int offset, unsigned int left)
{
	target->page = page;
	target->offset = offset;
	target->left = left;
}

/* Copy @len bytes of a piece, from @done on, to the present page. */
static void copy_some(struct target *target, const struct xnb_tx_piece *piece,
		      unsigned int done, unsigned int len)
{
	if (unlikely(xsplit_copy_full(&target->tx->copy) || len > target->left)) {
		target->full = true;
		return;
	}
	xsplit_copy_from(&target->tx->copy, piece->ref, piece->offset + done,
			 target->page, target->offset, len);
	target->offset += len;
	target->left -= len;
}

/* --- skbs --------------------------------------------------------------- */

/*
 * Small packets share pages, so that a socket full of them does not hold a page for each;
 * and Xen is faster when several copies in a row meet the same page. Data begins
 * SMALL_ROOM bytes into a multiple of SMALL_ALIGN, so it never crosses a page.
 */
static struct sk_buff *make_small(struct target *target, unsigned int len)
{
	struct page_frag_cache *frags = &target->tx->frags;
	unsigned int size;
	struct sk_buff *skb;
	void *data;

	size = ALIGN(SKB_DATA_ALIGN(SMALL_ROOM + len) +
		     SKB_DATA_ALIGN(sizeof(struct skb_shared_info)), SMALL_ALIGN);
	data = page_frag_alloc(frags, size, GFP_ATOMIC | __GFP_NOWARN);
	if (unlikely(!data))
		return NULL;
	skb = napi_build_skb(data, size);
	if (unlikely(!skb)) {
		skb_free_frag(data);
		return NULL;
	}
	skb_reserve(skb, SMALL_ROOM);
	__skb_put(skb, len);
	aim(target, virt_to_page(skb->data), offset_in_page(skb->data), len);
	return skb;
}

static struct sk_buff *make_linear(struct target *target, unsigned int len)
{
	struct page_pool *pool = target->tx->pool;
	struct page *page = page_pool_dev_alloc_pages(pool);
	struct sk_buff *skb;

	if (unlikely(!page))
		return NULL;
	skb = napi_build_skb(page_address(page), PAGE_SIZE);
	if (unlikely(!skb)) {
		page_pool_recycle_direct(pool, page);
		return NULL;
	}
	skb_reserve(skb, XDP_PACKET_HEADROOM);
	__skb_put(skb, len);
	skb_mark_for_recycle(skb);
	aim(target, page, XDP_PACKET_HEADROOM, len);
	return skb;
}

/* Add a page to the packet, for now with @len bytes in it. */
static bool next_page(struct target *target, struct sk_buff *skb, unsigned int len)
{
	unsigned int nr = skb_shinfo(skb)->nr_frags;
	struct page *page;

	if (unlikely(nr >= MAX_SKB_FRAGS))
		return false;
	page = page_pool_dev_alloc_pages(target->tx->pool);
	if (unlikely(!page))
		return false;
	skb_add_rx_frag(skb, nr, page, 0, len, PAGE_SIZE);
	aim(target, page, 0, PAGE_SIZE);
	return true;
}

/* Bytes of a big packet that go to the linear part. */
static unsigned int head_bytes(const struct xnb_tx_piece *piece)
{
	return min_t(unsigned int, piece->len, SMALL_BYTES);
}

/*
 * Pieces share pages if there are more of them than an skb has fragments, or if they
 * would leave pages half empty.
 */
static bool packs(const struct xnb_tx_packet *pkt, const struct xnb_tx_piece *piece)
{
	return pkt->nr_pieces - (piece->len <= SMALL_BYTES) > MAX_SKB_FRAGS ||
	       pkt->len < pkt->nr_pieces * PAGE_SIZE / 2;
}

/* Copy a piece from @done on: to the present page, then to new ones. */
static bool copy_piece(struct target *target, struct sk_buff *skb,
		       const struct xnb_tx_piece *piece, unsigned int done)
{
	unsigned int len;

	for (; done < piece->len; done += len) {
		len = min_t(unsigned int, piece->len - done, target->left ?: PAGE_SIZE);
		if (!target->left) {
			if (!next_page(target, skb, len))
				return false;
		} else {
			skb_coalesce_rx_frag(skb, skb_shinfo(skb)->nr_frags - 1, len, 0);
		}
		copy_some(target, piece, done, len);
	}
	return true;
}

/*
 * Every piece of a big packet goes to a page of its own, as the guest laid it out: whole
 * pages stay whole pages.
 */
static bool add_frags(struct xnb_tx *tx, struct sk_buff *skb, const struct xnb_tx_packet *pkt,
		      const struct xnb_tx_piece *piece)
{
	struct target target = { .tx = tx };
	unsigned int i, done = head_bytes(piece);
	bool packed = packs(pkt, piece);

	skb_mark_for_recycle(skb);
	for (i = 0; i < pkt->nr_pieces; i++) {
		if (!copy_piece(&target, skb, &piece[i], done))
			return false;
		done = 0;
		if (!packed)
			target.left = 0;
	}
	return !target.full;
}

/* All of a packet that fits into one page; of a bigger one the linear part. */
static bool build_linear(struct xnb_tx *tx, struct xnb_tx_work *work,
			 const struct xnb_tx_piece *piece)
{
	const struct xnb_tx_packet *pkt = &work->pkt;
	bool big = pkt->len > XNB_LINEAR_BYTES;
	unsigned int len = big ? head_bytes(piece) : pkt->len;
	unsigned int nr = big ? 1 : pkt->nr_pieces, i;
	struct target target = { .tx = tx };

	/* A program needs headroom, and a page that it may send elsewhere. */
	if (len > SMALL_BYTES || (tx->prog && !big))
		work->skb = make_linear(&target, len);
	else
		work->skb = make_small(&target, len);
	if (unlikely(!work->skb))
		return false;
	for (i = 0; i < nr; i++)
		copy_some(&target, &piece[i], 0, min_t(unsigned int, piece[i].len, len));
	return !target.full;
}

static bool build(struct xnb_queue *queue, struct xnb_tx_work *work,
		  const struct xnb_tx_piece *piece)
{
	struct xnb_tx *tx = &queue->tx;

	if (unlikely(!build_linear(tx, work, piece)))
		return false;
	if (work->pkt.len <= XNB_LINEAR_BYTES)
		return true;
	tx->zc->big++;
	if (tx->mapping && xnb_zerocopy_map(queue, work, piece))
		return true;
	return add_frags(tx, work->skb, &work->pkt, piece);
}

void xnb_tx_skb_build(struct xnb_queue *queue, struct xnb_tx_work *work,
		      const struct xnb_tx_piece *piece)
{
	struct xnb_tx *tx = &queue->tx;

	work->mapped = NULL;
	work->status = XNET_RSP_OKAY;
	work->first_op = tx->copy.nr;
	if (unlikely(!build(queue, work, piece))) {
		work->status = XNET_RSP_ERROR;
		tx->failed = true;
		xsplit_count(&queue->counts.tx.no_memory, 1);
	}
	work->nr_ops = tx->copy.nr - work->first_op;
}

/* --- copies that failed ------------------------------------------------- */

static bool copied(const struct xnb_tx *tx, const struct xnb_tx_work *work)
{
	unsigned int i;

	for (i = 0; i < work->nr_ops; i++)
		if (!xsplit_copy_ok(&tx->copy, work->first_op + i))
			return false;
	return true;
}

void xnb_tx_drop_failed(struct xnb_queue *queue)
{
	struct xnb_tx *tx = &queue->tx;
	unsigned int i;

	tx->failed = false;
	for (i = 0; i < tx->nr_work; i++) {
		struct xnb_tx_work *work = &tx->work[i];

		if (!work->skb)
			continue;
		if (work->status == XNET_RSP_OKAY) {
			if (copied(tx, work))
				continue;
			xsplit_count(&queue->counts.tx.bad_grant, 1);
		}
		work->status = XNET_RSP_ERROR;
		kfree_skb(work->skb);
		work->skb = NULL;
	}
}

/* --- create and destroy ------------------------------------------------- */

int xnb_tx_skb_create(struct xnb_tx *tx)
{
	struct page_pool_params params = {
		.pool_size = POOL_PAGES,
		.nid = NUMA_NO_NODE,
	};
	struct page_pool *pool = page_pool_create(&params);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	tx->pool = pool;
	return 0;
}

void xnb_tx_skb_destroy(struct xnb_tx *tx)
{
	if (tx->pool)
		xsplit_page_pool_destroy(tx->pool);
	page_frag_cache_drain(&tx->frags);
}
