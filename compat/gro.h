/* SPDX-License-Identifier: GPL-2.0 */
/*
 * until 6.14: any driver may tell GRO to let go of what it holds. The first kernels of 6.1
 * merge packets that are still to be segmented, SKB_GSO_DODGY or not, into lists that
 * skb_segment() cannot take apart; later ones leave those that are SKB_GSO_DODGY alone,
 * and so do all that do not have this function here.
 */
#ifndef XSPLIT_COMPAT_GRO_H
#define XSPLIT_COMPAT_GRO_H

#include <linux/netdevice.h>

/* Deliver what waits to be merged: the next packet meets nothing it could be merged with. */
#ifdef HAVE_NAPI_GRO_FLUSH
static inline void xsplit_gro_end_merge(struct napi_struct *napi)
{
	napi_gro_flush(napi, false);
}
#else
static inline void xsplit_gro_end_merge(struct napi_struct *napi)
{
}
#endif

#endif /* XSPLIT_COMPAT_GRO_H */
