/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest that does not empty its queue.
 */
#ifndef XSPLIT_NETBACK_RX_STALL_H
#define XSPLIT_NETBACK_RX_STALL_H

struct xnb_queue;

/* Start the queue's thread. Context: may sleep. Return: 0 or -errno. */
int xnb_rx_stall_start(struct xnb_queue *queue);

/* Stop the thread, if it was started. Context: may sleep. */
void xnb_rx_stall_stop(struct xnb_queue *queue);

/* A packet begins to wait. Context: under the transmit queue's lock, BH off. */
void xnb_rx_stall_watch(struct xnb_queue *queue);

/* The guest has lent pages enough. Context: as xnb_rx_stall_watch(). */
void xnb_rx_stall_over(struct xnb_queue *queue);

/*
 * Forget a stall when the queue goes down; xnb_vif_start() restores the carrier.
 * Context: as xnb_rx_stall_watch().
 */
void xnb_rx_stall_reset(struct xnb_queue *queue);

#endif /* XSPLIT_NETBACK_RX_STALL_H */
