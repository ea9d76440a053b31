/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The answers to a guest's tx slots.
 *
 * What is inline here is pure: it builds in user space too.
 */
#ifndef XSPLIT_NETBACK_TX_ANSWER_H
#define XSPLIT_NETBACK_TX_ANSWER_H

#include "netback/tx_parse.h"

struct xnb_queue;

/*
 * The answer to the @nth slot of a packet, which must still be in the window. A slot that
 * held an extra has no id, and its status is NULL.
 */
static inline struct xnet_tx_response xnb_tx_response(const union xnb_tx_slot *window,
						      const struct xnb_tx_packet *pkt,
						      u32 nth, s16 status)
{
	if (nth - 1 < pkt->nr_extras)
		return (struct xnet_tx_response){ .status = XNET_RSP_NULL };
	return (struct xnet_tx_response){
		.id = xnb_tx_at(window, pkt->at + nth)->req.id,
		.status = status,
	};
}

/* Write a response. @slot is in the shared ring, and only written to. */
static inline void xnb_tx_answer(void *slot, u16 id, s16 status)
{
	struct xnet_tx_response *rsp = slot;

	rsp->id = id;
	rsp->status = status;
}

/*
 * Answer all packets of the pass. A mapped one is answered after it has been unmapped.
 * Context: the poll.
 */
void xnb_tx_answer_all(struct xnb_queue *queue);

/* Push the responses written so far. Context: the poll, or the thread in its place. */
void xnb_tx_push(struct xnb_queue *queue);

#endif /* XSPLIT_NETBACK_TX_ANSWER_H */
