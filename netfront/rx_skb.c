// SPDX-License-Identifier: GPL-2.0
/*
 * From a frame in pages to a packet for the stack.
 *
 * The packet's first bytes are copied, and its pages become fragments. The backend may
 * change a page until its loan ends, so only copies and pages whose loan has ended are
 * parsed.
 */
#include <linux/etherdevice.h>

#include "netfront/front.h"
#include "netfront/header.h"
#include "netfront/queue.h"
#include "netfront/xdp.h"

/* Every packet has room for its headers. */
static_assert(XNF_COPY_BYTES >= XNF_HEADER_BYTES);

/* All pieces but the first always find room. */
static_assert(XNET_MAX_SLOTS - 1 <= MAX_SKB_FRAGS);

/* --- data ---------------------------------------------------------------- */

/* @bytes: room for what is copied */
static struct sk_buff *alloc(struct xnf_queue *q, unsigned int bytes)
{
	struct sk_buff *skb = napi_alloc_skb(&q->napi, max(bytes, XNF_COPY_BYTES));

	if (unlikely(!skb))
		xsplit_count(&q->count.rx.no_memory, 1);
	return skb;
}

static void copy(struct xnf_queue *q, struct sk_buff *skb, const void *data, unsigned int len)
{
	skb_put_data(skb, data, len);
	xsplit_count(&q->count.rx.copied_bytes, len);
}

/*
 * Make a fragment of a page. The number of fragments is checked here again, because the callers
 * count pieces of the backend's. Return: false if there is no room: the page is the caller's.
 */
static bool add_page(struct xnf_queue *q, struct sk_buff *skb, struct page *page,
		     unsigned int offset, unsigned int len)
{
	unsigned int nr = skb_shinfo(skb)->nr_frags;

	if (unlikely(nr >= MAX_SKB_FRAGS)) {
		xsplit_count(&q->count.rx.dropped[XNF_DROP_LONG], 1);
		return false;
	}
	skb_add_rx_frag(skb, nr, page, offset, len, PAGE_SIZE);
	skb_mark_for_recycle(skb);
	return true;
}

/* A packet of a page of ours: its headers are copied, the page becomes a fragment. */
static struct sk_buff *build_head(struct xnf_queue *q, struct page *page, unsigned int offset,
				  unsigned int len)
{
	const u8 *data = page_address(page) + offset;
	unsigned int copied = xnf_header_bytes(data, len);
	struct sk_buff *skb = alloc(q, copied);

	if (unlikely(!skb)) {
		page_pool_recycle_direct(q->rx.pool, page);
		return NULL;
	}
	copy(q, skb, data, copied);
	add_page(q, skb, page, offset + copied, len - copied);
	return skb;
}

/* A packet of the first piece, whose page may stay lent: then all of it is copied. */
static struct sk_buff *build_first(struct xnf_queue *q, const struct xnf_frame_piece *piece,
				   struct page *page)
{
	struct sk_buff *skb;

	if (page)
		return build_head(q, page, piece->offset, piece->len);
	skb = alloc(q, piece->len);
	page = xnf_rx_slot(&q->rx, piece->slot)->page;
	if (likely(skb))
		copy(q, skb, page_address(page) + piece->offset, piece->len);
	return skb;
}

static struct sk_buff *build(struct xnf_queue *q, const struct xnf_frame *frame,
			     struct page **page)
{
	const struct xnf_frame_piece *piece = frame->piece;
	struct sk_buff *skb = build_first(q, piece, page[0]);
	unsigned int i = 1, nr = frame->nr_pieces;

	while (likely(skb) && i < nr && add_page(q, skb, page[i], piece[i].offset, piece[i].len))
		i++;
	if (likely(skb && i == nr))
		return skb;
	xnf_rx_put_pages(q, page + i, nr - i);
	kfree_skb(skb);
	return NULL;
}

/* --- metadata ------------------------------------------------------------ */

/* Headers that are rare enough to be left to the stack. */
static bool set_csum_slowly(struct sk_buff *skb, bool fixup)
{
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb_reset_network_header(skb);
	return !skb_checksum_setup(skb, fixup);
}

static void set_gso(struct xnf_queue *q, struct sk_buff *skb, const struct xnf_frame *frame)
{
	skb_shinfo(skb)->gso_size = frame->gso_size;
	skb_shinfo(skb)->gso_type = SKB_GSO_DODGY |
		(frame->gso_type == XNET_GSO_TCPV6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4);
	xsplit_count(&q->count.rx.gso, 1);
}

static bool describe_blank(struct xnf_queue *q, struct sk_buff *skb,
			   const struct xnf_frame *frame)
{
	struct xnf_header header;
	bool known;

	known = xnf_header_find(skb_mac_header(skb), skb_headlen(skb) + ETH_HLEN, &header);
	if (frame->gso_size) {
		if (known && header.gso_type != frame->gso_type)
			return false;
		set_gso(q, skb, frame);
	}
	if (unlikely(frame->csum == XNF_CSUM_REDO)) {
		xsplit_count(&q->count.rx.gso_fixup, 1);
		return set_csum_slowly(skb, true);
	}
	if (likely(known))
		return skb_partial_csum_set(skb, header.l4 - ETH_HLEN, header.csum);
	return set_csum_slowly(skb, false);
}

/* Return: false if the packet's headers contradict what the backend says of them. */
static bool describe(struct xnf_queue *q, struct sk_buff *skb, const struct xnf_frame *frame)
{
	netdev_features_t features = q->front->dev->features;

	skb->protocol = eth_type_trans(skb, q->front->dev);
	skb_record_rx_queue(skb, q->index);
	if (frame->hash_type != XNF_NO_HASH && features & NETIF_F_RXHASH)
		skb_set_hash(skb, frame->hash, frame->hash_type & 1 ?
			     PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
	if (frame->csum == XNF_CSUM_BLANK || frame->csum == XNF_CSUM_REDO)
		return describe_blank(q, skb, frame);
	if (frame->csum == XNF_CSUM_GOOD && features & NETIF_F_RXCSUM)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	return true;
}

/* Bytes without the Ethernet header, as the kernel's own driver counts them. */
static void count(struct xnf_queue *q, const struct sk_buff *skb, const struct xnf_frame *frame)
{
	u64_stats_update_begin(&q->count.rx.sync);
	xsplit_count(&q->count.rx.packets, 1);
	xsplit_count(&q->count.rx.bytes, skb->len);
	u64_stats_update_end(&q->count.rx.sync);
	xsplit_count(&q->count.rx.copied, frame->len <= XNF_COPY_BYTES && frame->nr_pieces == 1);
}

/* Return: the packet, ready for the stack; NULL if it was dropped. */
static struct sk_buff *finish(struct xnf_queue *q, struct sk_buff *skb,
			      const struct xnf_frame *frame)
{
	if (unlikely(!skb))
		return NULL;
	if (unlikely(!describe(q, skb, frame))) {
		xsplit_count(&q->count.rx.bad_headers, 1);
		kfree_skb(skb);
		return NULL;
	}
	count(q, skb, frame);
	return skb;
}

/* --- XDP ----------------------------------------------------------------- */

/* Make a packet of what the program has left of a frame. */
static struct sk_buff *build_seen(struct xnf_queue *q, const struct xnf_xdp_frame *xf)
{
	struct sk_buff *skb;

	if (likely(xf->len > XNF_COPY_BYTES))
		return build_head(q, xf->page, xf->offset, xf->len);
	skb = alloc(q, xf->len);
	if (likely(skb))
		skb_put_data(skb, page_address(xf->page) + xf->offset, xf->len);
	page_pool_recycle_direct(q->rx.pool, xf->page);
	return skb;
}

static struct sk_buff *run_skb(struct xnf_queue *q, struct bpf_prog *prog, struct sk_buff *skb)
{
	return skb && xnf_xdp_run_skb(q, prog, &skb) ? skb : NULL;
}

/* The page has been taken, so the frame no longer changes once it is judged. */
static struct sk_buff *deliver_seen(struct xnf_queue *q, struct bpf_prog *prog,
				    struct xnf_frame *frame, struct page *page)
{
	struct xnf_xdp_frame xf = {
		.page = page, .offset = frame->piece[0].offset, .len = frame->piece[0].len,
	};

	if (unlikely(frame->csum == XNF_CSUM_REDO) ||
	    (frame->csum == XNF_CSUM_BLANK && unlikely(!xnf_xdp_finish(&xf))))
		return run_skb(q, prog, finish(q, build_seen(q, &xf), frame));
	if (frame->csum == XNF_CSUM_BLANK)
		frame->csum = XNF_CSUM_GOOD;
	if (!xnf_xdp_run(q, prog, &xf))
		return NULL;
	return finish(q, build_seen(q, &xf), frame);
}

static struct sk_buff *deliver_to(struct xnf_queue *q, struct bpf_prog *prog,
				  struct xnf_frame *frame, struct page **page)
{
	if (likely(xnf_xdp_fits(frame)))
		return deliver_seen(q, prog, frame, page[0]);
	return run_skb(q, prog, finish(q, build(q, frame, page), frame));
}

/* --- entry --------------------------------------------------------------- */

void xnf_rx_deliver(struct xnf_queue *q, struct bpf_prog *prog, struct xnf_frame *frame,
		    struct page **page)
{
	struct sk_buff *skb;

	skb = unlikely(prog) ? deliver_to(q, prog, frame, page) :
			       finish(q, build(q, frame, page), frame);
	if (likely(skb))
		napi_gro_receive(&q->napi, skb);
}
