/* SPDX-License-Identifier: GPL-2.0 */
/*
 * skbs for what the guest sends, and the copies that fill them.
 */
#ifndef XSPLIT_NETBACK_TX_SKB_H
#define XSPLIT_NETBACK_TX_SKB_H

#include <linux/bpf.h>
#include <linux/skbuff.h>

struct xnb_tx;
struct xnb_tx_packet;
struct xnb_tx_piece;
struct xnb_tx_work;

/* Of a packet that does not fit into one page, at most so much is linear. */
#define XNB_HEAD_BYTES 256u

/* What fits into one page with room before it and the skb's own data behind it. */
#define XNB_LINEAR_BYTES SKB_WITH_OVERHEAD((unsigned int)(PAGE_SIZE - XDP_PACKET_HEADROOM))

/* The pages to copy to. Context: may sleep. Return: 0 or -errno. */
int xnb_tx_skb_create(struct xnb_tx *tx);

/* Undo it; fine where xnb_tx_skb_create() failed or was not called. Context: may sleep. */
void xnb_tx_skb_destroy(struct xnb_tx *tx);

/**
 * xnb_tx_skb_build - make an skb, and add the copies that fill it
 * @tx: the direction; its batch has room for XNB_TX_PACKET_OPS more
 * @work: the packet, as judged; its skb is set, to NULL without memory
 * @piece: its data
 *
 * Of a packet of more than XNB_LINEAR_BYTES only the linear part: the first
 * XNB_HEAD_BYTES, or less if the first piece is shorter.
 *
 * Context: the poll.
 * Return: false if it is not to be delivered; copies may have been added, so the skb, if
 * there is one, must stay until they are done.
 */
bool xnb_tx_skb_build(struct xnb_tx *tx, struct xnb_tx_work *work, const struct xnb_tx_piece *piece);

/**
 * xnb_tx_skb_add_frags - the rest of a packet of more than XNB_LINEAR_BYTES
 * @tx: the direction
 * @skb: from xnb_tx_skb_build()
 * @pkt: as there
 * @piece: as there
 *
 * Every piece goes to a page of its own, as the guest laid it out: whole pages
 * stay whole pages.
 *
 * Context: the poll.
 * Return: false without memory; copies may have been added, so @skb must stay
 * until they are done.
 */
bool xnb_tx_skb_add_frags(struct xnb_tx *tx, struct sk_buff *skb, const struct xnb_tx_packet *pkt,
		    const struct xnb_tx_piece *piece);

#endif /* XSPLIT_NETBACK_TX_SKB_H */
