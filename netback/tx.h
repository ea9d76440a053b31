/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the guest sends.
 */
#ifndef XSPLIT_NETBACK_TX_H
#define XSPLIT_NETBACK_TX_H

#include <linux/types.h>

struct xnb_queue;

/* Memory and poll of the direction. Context: may sleep. Return: 0 or -errno. */
int xnb_tx_create(struct xnb_queue *queue);

/* Undo it; fine where xnb_tx_create() failed or was not called. Context: may sleep. */
void xnb_tx_destroy(struct xnb_queue *queue);

/* Take packets. Context: RTNL, may sleep. */
void xnb_tx_start(struct xnb_queue *queue);

/* Take no more; the guest's stay in the ring. Context: RTNL, may sleep. */
void xnb_tx_stop(struct xnb_queue *queue);

/* Look at the ring. Context: process or softirq. */
void xnb_tx_kick(struct xnb_queue *queue);

/* As xnb_queue_check_events(). */
bool xnb_tx_check_events(struct xnb_queue *queue, bool ran);

/* Deliver the packets of a pass to the network stack; tx_deliver.c. Context: the poll. */
void xnb_tx_deliver(struct xnb_queue *queue);

/* Show the answers written so far. Context: the poll, or who stands in for it. */
void xnb_tx_push(struct xnb_queue *queue);

#endif /* XSPLIT_NETBACK_TX_H */
