/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of a batch of packets to the guest: the hypervisor copies them in one call, and
 * they are shown to the guest together.
 */
#ifndef XSPLIT_NETBACK_RX_FLUSH_H
#define XSPLIT_NETBACK_RX_FLUSH_H

struct xnb_queue;
struct xsplit_event;

/*
 * Copy the batch and show it to the guest. @budget is not 0 in a poll.
 * Context: under the transmit queue's lock.
 */
void xnb_rx_flush(struct xnb_queue *queue, int budget);

/* The event channel by which the guest is notified of packets. */
const struct xsplit_event *xnb_rx_event(const struct xnb_queue *queue);

#endif /* XSPLIT_NETBACK_RX_FLUSH_H */
