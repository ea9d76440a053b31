/* SPDX-License-Identifier: GPL-2.0 */
/* Packets, page pools, XDP and ethtool. */
#ifndef XSPLIT_COMPAT_NET_H
#define XSPLIT_COMPAT_NET_H

#include <linux/bpf.h>
#include <linux/bpf_trace.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

/* 6.5: software segmentation has a header of its own. */
#ifdef HAVE_GSO_H
#include <net/gso.h>
#endif

/* 6.6: the page pool's header became two. */
#ifdef HAVE_PAGE_POOL_HELPERS
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif

/**
 * xsplit_page_pool_destroy - destroy a pool some of whose pages are still in use
 * @pool: the pool; nobody takes pages from it any more
 *
 * An application may leave data unread for as long as it likes, and its pages with it. The
 * pool waits for them, and warns each minute of a leak that is none. A page taken here keeps
 * the pool alive until that is turned off; where memory is short, the kernel may warn.
 *
 * Context: may sleep.
 */
static inline void xsplit_page_pool_destroy(struct page_pool *pool)
{
#ifdef HAVE_POOL_DEFER_WARN
	struct page *page = page_pool_alloc_pages(pool, GFP_KERNEL | __GFP_NOWARN);

	page_pool_destroy(pool);
	if (!page)
		return;
	WRITE_ONCE(pool->defer_warn, jiffies + MAX_JIFFY_OFFSET);
	page_pool_put_full_page(pool, page, false);
#else
	page_pool_destroy(pool);
#endif
}

/* 6.9 */
#ifndef HAVE_FRAGS_DRAIN
static inline void page_frag_cache_drain(struct page_frag_cache *frags)
{
	if (frags->va)
		__page_frag_cache_drain(virt_to_page(frags->va), frags->pagecnt_bias);
	frags->va = NULL;
}
#endif

/* 6.10: the owner of a packet's memory has operations instead of one callback. */
#ifndef HAVE_UBUF_OPS
struct ubuf_info_ops {
	void (*complete)(struct sk_buff *skb, struct ubuf_info *ubuf, bool success);
};
#endif

static inline void xsplit_ubuf_init(struct ubuf_info *ubuf, const struct ubuf_info_ops *ops)
{
#ifdef HAVE_UBUF_OPS
	ubuf->ops = ops;
#else
	ubuf->callback = ops->complete;
#endif
	ubuf->flags = SKBFL_ZEROCOPY_FRAG;
	refcount_set(&ubuf->refcnt, 1);
}

/* 6.3: a device states what it can do before another may redirect packets to it. */
static inline void xsplit_xdp_features(struct net_device *dev)
{
#ifdef HAVE_XDP_FEATURES
	dev->xdp_features = NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT |
			    NETDEV_XDP_ACT_NDO_XMIT;
#endif
}

/* 6.9: the program may replace the skb. */
#ifndef HAVE_XDP_GENERIC_PSKB
#define do_xdp_generic(prog, pskb) do_xdp_generic(prog, *(pskb))
#endif

/* 6.8: ethtool passes the receive hash in a struct. */
#ifdef HAVE_RXFH_PARAM
#define XSPLIT_RXFH(get, set)
#define XSPLIT_RXFH_OPS(get, set) .get_rxfh = get, .set_rxfh = set
#else
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 *indir;
	u8 *key;
};

#define XSPLIT_RXFH(get, set) \
static int get##_op(struct net_device *dev, u32 *indir, u8 *key, u8 *hfunc) \
{ \
	struct ethtool_rxfh_param rxfh = { .indir = indir, .key = key }; \
	int err = get(dev, &rxfh); \
\
	if (hfunc) \
		*hfunc = rxfh.hfunc; \
	return err; \
} \
\
static int set##_op(struct net_device *dev, const u32 *indir, const u8 *key, const u8 hfunc) \
{ \
	struct ethtool_rxfh_param rxfh = { \
		.hfunc = hfunc, .indir = (u32 *)indir, .key = (u8 *)key, \
	}; \
\
	return set(dev, &rxfh, NULL); \
}
#define XSPLIT_RXFH_OPS(get, set) .get_rxfh = get##_op, .set_rxfh = set##_op
#endif

/* After 6.12: the number of receive queues is no longer asked for by get_rxnfc(). */
#ifdef HAVE_RX_RING_COUNT
#define XSPLIT_RX_RING_COUNT(fn)
#define XSPLIT_RX_RING_COUNT_OP(fn) .get_rx_ring_count = fn
#else
#define XSPLIT_RX_RING_COUNT(fn) \
static int fn##_op(struct net_device *dev, struct ethtool_rxnfc *rxnfc, u32 *rules) \
{ \
	if (rxnfc->cmd != ETHTOOL_GRXRINGS) \
		return -EOPNOTSUPP; \
	rxnfc->data = fn(dev); \
	return 0; \
}
#define XSPLIT_RX_RING_COUNT_OP(fn) .get_rxnfc = fn##_op
#endif

#endif /* XSPLIT_COMPAT_NET_H */
