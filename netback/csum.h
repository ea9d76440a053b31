/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XSPLIT_NETBACK_CSUM_H
#define XSPLIT_NETBACK_CSUM_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

/*
 * A program, here or in the guest, sees frames with finished checksums only. The checksum
 * of a packet still to be segmented is left to whoever segments it. @skb: its data at the
 * Ethernet or the network header. Context: any. Return: 0 or -errno.
 */
static inline int xnb_finish_csum(struct sk_buff *skb)
{
	if (likely(skb->ip_summed != CHECKSUM_PARTIAL || skb_is_gso(skb)))
		return 0;
	return skb_checksum_help(skb);
}

#endif /* XSPLIT_NETBACK_CSUM_H */
