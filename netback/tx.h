/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the guest sends.
 */
#ifndef XSPLIT_NETBACK_TX_H
#define XSPLIT_NETBACK_TX_H

#include <linux/types.h>

struct xnb_queue;

/* Memory and poll of the direction. Context: may sleep. Return: 0 or -errno. */
int xnb_tx_init(struct xnb_queue *queue);

/* Undo it; fine where xnb_tx_init() failed or was not called. Context: may sleep. */
void xnb_tx_exit(struct xnb_queue *queue);

/* Take packets. Context: RTNL, may sleep. */
void xnb_tx_up(struct xnb_queue *queue);

/* Take no more; the guest's stay in the ring. Context: RTNL, may sleep. */
void xnb_tx_down(struct xnb_queue *queue);

/* Look at the ring. Context: process or softirq. */
void xnb_tx_kick(struct xnb_queue *queue);

/* As xnb_queue_check_events(). */
bool xnb_tx_check_events(struct xnb_queue *queue, bool ran);

/* Show the answers written so far. Context: the poll, or who stands in for it. */
void xnb_tx_show(struct xnb_queue *queue);

#endif /* XSPLIT_NETBACK_TX_H */
