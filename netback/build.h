/* SPDX-License-Identifier: GPL-2.0 */
/*
 * skbs for what the guest sends, and the copies that fill them.
 */
#ifndef XSPLIT_NETBACK_BUILD_H
#define XSPLIT_NETBACK_BUILD_H

struct sk_buff;
struct xnb_tx;
struct xnb_tx_packet;
struct xnb_tx_piece;

/* The pages to copy to. Context: may sleep. Return: 0 or -errno. */
int xnb_build_init(struct xnb_tx *tx);

/* Undo it; fine where xnb_build_init() failed or was not called. Context: may sleep. */
void xnb_build_exit(struct xnb_tx *tx);

/**
 * xnb_build_skb - make an skb, and add the copies that fill it
 * @tx: the direction; its batch has room for XNB_TX_PACKET_OPS more
 * @pkt: as judged
 * @piece: its data
 *
 * Context: the poll.
 * Return: the skb; NULL without memory: copies may have been added all the same.
 */
struct sk_buff *xnb_build_skb(struct xnb_tx *tx, const struct xnb_tx_packet *pkt,
			      const struct xnb_tx_piece *piece);

#endif /* XSPLIT_NETBACK_BUILD_H */
