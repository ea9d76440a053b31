// SPDX-License-Identifier: GPL-2.0
/*
 * skbs for what the guest sends, and the copies that fill them.
 */

#include <linux/skbuff.h>

#include "compat/net.h"
#include "netback/tx_skb.h"
#include "netback/queue.h"

/* Packets that do not keep a page busy. */
#define SMALL_BYTES XNB_HEAD_BYTES

/* Their memory is cut into multiples of this, and begins with room for headers. */
#define SMALL_ALIGN 512u
#define SMALL_ROOM (NET_SKB_PAD + NET_IP_ALIGN)

/* Pages the pool keeps: what a ring full of packets may use. */
#define POOL_PAGES XNET_RING_SLOTS

/* --- places to copy to -------------------------------------------------- */

/**
 * struct target - where the next bytes of a packet go
 * @tx: its queue's
 * @page: the page, one after the other
 * @offset: in it
 * @left: bytes the page still takes
 * @full: there was no room for a copy: the packet is not to be delivered
 */
struct target {
	struct xnb_tx *tx;
	struct page *page;
	unsigned int offset;
	unsigned int left;
	bool full;
};

static void aim(struct target *target, struct page *page, unsigned int offset, unsigned int left)
{
	target->page = page;
	target->offset = offset;
	target->left = left;
}

/* @len bytes of a piece, @done bytes into it; the page takes them. */
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
 * Small packets share pages, so that a socket full of them does not hold a page for
 * each; and several copies in a row meet the same page, which Xen likes. Data begins
 * SMALL_ROOM bytes into a multiple of SMALL_ALIGN: it never crosses a page.
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

/* Another page of the packet, @len bytes in it for now. */
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
 * Are there more pieces than fragments, or do they leave pages half empty? Then
 * they share pages.
 */
static bool packs(const struct xnb_tx_packet *pkt, const struct xnb_tx_piece *piece)
{
	return pkt->nr_pieces - (piece->len <= SMALL_BYTES) > MAX_SKB_FRAGS ||
	       pkt->len < pkt->nr_pieces * PAGE_SIZE / 2;
}

/* What of a piece is not @done yet: into the room that is left, then into pages. */
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

bool xnb_tx_skb_add_frags(struct xnb_tx *tx, struct sk_buff *skb, const struct xnb_tx_packet *pkt,
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

static struct sk_buff *make_head(struct target *target, const struct xnb_tx_piece *piece)
{
	unsigned int len = head_bytes(piece);
	struct sk_buff *skb = make_small(target, len);

	if (likely(skb))
		copy_some(target, piece, 0, len);
	return skb;
}

bool xnb_tx_skb_build(struct xnb_tx *tx, struct xnb_tx_work *work, const struct xnb_tx_piece *piece)
{
	const struct xnb_tx_packet *pkt = &work->pkt;
	struct target target = { .tx = tx };
	struct sk_buff *skb;
	unsigned int i;

	if (pkt->len > XNB_LINEAR_BYTES) {
		skb = make_head(&target, piece);
	} else {
		/* A program wants headroom, and a page it may send elsewhere. */
		skb = pkt->len > SMALL_BYTES || tx->prog ? make_linear(&target, pkt->len) :
							   make_small(&target, pkt->len);
		for (i = 0; skb && i < pkt->nr_pieces; i++)
			copy_some(&target, &piece[i], 0, piece[i].len);
	}
	work->skb = skb;
	return skb && !target.full;
}

/* --- life --------------------------------------------------------------- */

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
