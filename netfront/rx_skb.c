// SPDX-License-Identifier: GPL-2.0
/*
 * From a frame in pages to a packet for the stack.
 *
 * The packet's first bytes are copied, and its pages become fragments. The backend may
 * change a page until its loan ends, so only copies and pages whose loan has ended are
 * parsed.
 */
#include <linux/etherdevice.h>

#include "netfront/rx_skb.h"
#include "netfront/front.h"
#include "netfront/header.h"
#include "netfront/queue.h"
#include "netfront/xdp.h"

/* Bytes that are copied from a frame with unknown headers, if it has so many. */
#define HEAD_BYTES 128

/* Every packet has room for its headers. */
static_assert(XNF_COPY_BYTES >= XNF_HEADER_BYTES);
static_assert(XNF_COPY_BYTES >= HEAD_BYTES);

/* All pieces but the first always find room. */
static_assert(XNET_MAX_SLOTS - 1 <= MAX_SKB_FRAGS);

/* --- data ---------------------------------------------------------------- */

/* How much of a frame is headers. @data is private memory. */
static unsigned int head_bytes(const u8 *data, unsigned int len)
{
	struct xnf_header header;

	if (likely(xnf_header_find(data, len, &header)))
		return header.len;
	return min_t(unsigned int, len, HEAD_BYTES);
}

/*
 * Give the page to the packet. The number of fragments is checked here again, because the
 * callers count pieces of the backend's. Return: false if there is no room.
 */
static bool add_page(struct xnf_queue *q, struct sk_buff *skb, struct page *page,
		     unsigned int offset, unsigned int len)
{
	unsigned int nr = skb_shinfo(skb)->nr_frags;

	if (unlikely(nr >= MAX_SKB_FRAGS)) {
		xsplit_count(&q->count.rx.dropped[XNF_DROP_LONG], 1);
		page_pool_recycle_direct(q->rx.pool, page);
		return false;
	}
	skb_add_rx_frag(skb, nr, page, offset, len, PAGE_SIZE);
	skb_mark_for_recycle(skb);
	return true;
}

/* Headers are copied, the page becomes a fragment. */
static bool add_head(struct xnf_queue *q, struct sk_buff *skb, struct page *page,
		     unsigned int offset, unsigned int len)
{
	const u8 *data = page_address(page) + offset;
	unsigned int copied = head_bytes(data, len);

	skb_put_data(skb, data, copied);
	xsplit_count(&q->count.rx.copied_bytes, copied);
	return add_page(q, skb, page, offset + copied, len - copied);
}

/* The first piece: its headers, or all of it, are copied. */
static bool add_first(struct xnf_queue *q, struct sk_buff *skb,
		      const struct xnf_frame_piece *piece, bool copied)
{
	struct page *page;

	if (copied) {
		skb_put_data(skb, xnf_rx_data(q, piece), piece->len);
		xsplit_count(&q->count.rx.copied_bytes, piece->len);
		return true;
	}
	page = xnf_rx_take(q, piece->slot);
	if (unlikely(!page))
		return false;
	return add_head(q, skb, page, piece->offset, piece->len);
}

static bool add_data(struct xnf_queue *q, struct sk_buff *skb, const struct xnf_frame *frame,
		     bool copied)
{
	struct page *page;
	unsigned int i;

	if (!add_first(q, skb, &frame->piece[0], copied))
		return false;
	for (i = 1; i < frame->nr_pieces; i++) {
		page = xnf_rx_take(q, frame->piece[i].slot);
		if (unlikely(!page || !add_page(q, skb, page, frame->piece[i].offset,
						frame->piece[i].len)))
			return false;
	}
	return true;
}

/* @bytes: room for what is copied */
static struct sk_buff *alloc(struct xnf_queue *q, unsigned int bytes)
{
	struct sk_buff *skb = napi_alloc_skb(&q->napi, bytes);

	if (unlikely(!skb))
		xsplit_count(&q->count.rx.no_memory, 1);
	return skb;
}

static struct sk_buff *build(struct xnf_queue *q, const struct xnf_frame *frame)
{
	bool copied = xnf_frame_copied(frame, MAX_SKB_FRAGS);
	struct sk_buff *skb;

	skb = alloc(q, copied ? max_t(u32, frame->piece[0].len, XNF_COPY_BYTES) : XNF_COPY_BYTES);
	if (unlikely(!skb))
		return NULL;
	if (likely(add_data(q, skb, frame, copied)))
		return skb;
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

static bool set_csum(struct sk_buff *skb, const struct xnf_header *header)
{
	return skb_partial_csum_set(skb, header->l4 - ETH_HLEN, header->csum);
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
		return set_csum(skb, &header);
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
	struct sk_buff *skb = alloc(q, XNF_COPY_BYTES);

	if (likely(skb && xf->len > XNF_COPY_BYTES)) {
		add_head(q, skb, xf->page, xf->offset, xf->len);
		return skb;
	}
	if (skb)
		skb_put_data(skb, page_address(xf->page) + xf->offset, xf->len);
	page_pool_recycle_direct(q->rx.pool, xf->page);
	return skb;
}

static struct sk_buff *run_skb(struct xnf_queue *q, struct bpf_prog *prog, struct sk_buff *skb)
{
	return skb && xnf_xdp_run_skb(q, prog, &skb) ? skb : NULL;
}

/* The page is taken first, so that the frame no longer changes once it is judged. */
static struct sk_buff *deliver_seen(struct xnf_queue *q, struct bpf_prog *prog,
				    struct xnf_frame *frame)
{
	const struct xnf_frame_piece *piece = &frame->piece[0];
	struct xnf_xdp_frame xf = {
		.page = xnf_rx_take(q, piece->slot), .offset = piece->offset, .len = piece->len,
	};

	if (unlikely(!xf.page))
		return NULL;
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
				  struct xnf_frame *frame)
{
	if (likely(xnf_xdp_fits(frame)))
		return deliver_seen(q, prog, frame);
	return run_skb(q, prog, finish(q, build(q, frame), frame));
}

/* --- entry --------------------------------------------------------------- */

void xnf_rx_deliver(struct xnf_queue *q, struct xnf_frame *frame)
{
	struct bpf_prog *prog = rcu_dereference_bh(q->front->prog);
	struct sk_buff *skb;

	skb = unlikely(prog) ? deliver_to(q, prog, frame) : finish(q, build(q, frame), frame);
	if (likely(skb))
		napi_gro_receive(&q->napi, skb);
}
