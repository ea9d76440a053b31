/* SPDX-License-Identifier: GPL-2.0 */
/* What changed for drivers that run XDP programs. */
#ifndef XSPLIT_COMPAT_XDP_H
#define XSPLIT_COMPAT_XDP_H

#include <linux/bpf.h>
#include <linux/bpf_trace.h>
#include <linux/filter.h>
#include <linux/netdevice.h>
#include <net/xdp.h>

/* 6.3: a device says what it can do before anybody may redirect to it. */
#ifdef HAVE_XDP_FEATURES
static inline void xsplit_xdp_features(struct net_device *dev)
{
	dev->xdp_features = NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT |
			    NETDEV_XDP_ACT_NDO_XMIT;
}
#else
static inline void xsplit_xdp_features(struct net_device *dev)
{
}
#endif

/* 6.9: the program may replace the skb. */
#ifdef HAVE_XDP_GENERIC_PSKB
#define xsplit_xdp_generic(prog, pskb) do_xdp_generic(prog, pskb)
#else
#define xsplit_xdp_generic(prog, pskb) do_xdp_generic(prog, *(pskb))
#endif

#endif /* XSPLIT_COMPAT_XDP_H */
