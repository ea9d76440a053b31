/* SPDX-License-Identifier: GPL-2.0 */
/* 6.10: who owns a packet's memory has operations, not one callback. */
#ifndef XSPLIT_COMPAT_UBUF_H
#define XSPLIT_COMPAT_UBUF_H

#include <linux/skbuff.h>

#ifdef HAVE_UBUF_OPS
static inline void xsplit_ubuf_init(struct ubuf_info *ubuf, const struct ubuf_info_ops *ops)
{
	ubuf->ops = ops;
	ubuf->flags = SKBFL_ZEROCOPY_FRAG;
	refcount_set(&ubuf->refcnt, 1);
}
#else
struct ubuf_info_ops {
	void (*complete)(struct sk_buff *skb, struct ubuf_info *ubuf, bool success);
};

static inline void xsplit_ubuf_init(struct ubuf_info *ubuf, const struct ubuf_info_ops *ops)
{
	ubuf->callback = ops->complete;
	ubuf->flags = SKBFL_ZEROCOPY_FRAG;
	refcount_set(&ubuf->refcnt, 1);
}
#endif

#endif /* XSPLIT_COMPAT_UBUF_H */
