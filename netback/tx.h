/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets from the guest: the poll (tx.c), the packets of a pass (tx_collect.c), their
 * skbs (tx_skb.c), and the way into the network stack (tx_deliver.c).
 */
#ifndef XSPLIT_NETBACK_TX_H
#define XSPLIT_NETBACK_TX_H

#include <linux/bpf.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/timer.h>

#include "compat/net.h"
#include "grant/batch.h"
#include "netback/tx_parse.h"
#include "xenbus/event.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct page_pool;
struct xnb_mapped;
struct xnb_queue;
struct xnb_zerocopy;

/* Most packets of a pass over the slots that the guest has shown. */
#define XNB_PASS_PACKETS NAPI_POLL_WEIGHT

/* A slot is copied in one piece, and in one more for each page of ours that it meets. */
#define XNB_TX_OPS (2 * XNET_RING_SLOTS)
#define XNB_TX_PACKET_OPS (2 * XNET_MAX_SLOTS)

/* The largest packet that fits into one page, between headroom and the skb's own data. */
#define XNB_LINEAR_BYTES SKB_WITH_OVERHEAD((unsigned int)(PAGE_SIZE - XDP_PACKET_HEADROOM))

/* A packet in a pass. */
struct xnb_tx_work {
	struct sk_buff *skb;		/* NULL: the packet is only answered */
	struct xnb_mapped *mapped;	/* NULL: the packet is copied */
	struct xnb_tx_packet pkt;
	s16 status;			/* of the answers */
	u16 first_op;			/* of its copies, in the pass's batch */
	u16 nr_ops;
};

/* One queue's direction from the guest; all members are the poll's. */
struct xnb_tx {
	struct napi_struct napi;
	struct xsplit_ring ring;	/* @cons is behind the last slot in @window */
	u32 at;				/* first slot that belongs to no packet yet */
	bool broken;			/* the guest broke the ring: nothing more is taken */
	bool full;			/* the pass has no room for another packet */
	bool limited;			/* @timer runs: the rate makes the next packet wait */
	struct timer_list timer;
	bool mapping;			/* this pass may map packets */
	bool merging;			/* GRO may hold packets of this poll */
	bool failed;			/* an skb of this pass must not be delivered */
	bool redirected;		/* the poll ends with xdp_do_flush() */
	struct bpf_prog *prog;		/* this pass's; NULL: none */
	struct xnb_zerocopy *zc;
	struct page_pool *pool;		/* packets are copied to its pages */
	struct xdp_rxq_info rxq;
	struct page_frag_cache frags;	/* memory of small packets */
	struct xsplit_copy_batch copy;
	struct xsplit_event event;	/* of both directions, without feature-split */
	struct xsplit_pages pages;
	union xnb_tx_slot window[XNET_RING_SLOTS];	/* see tx_parse.h */
	struct xnb_tx_work work[XNB_PASS_PACKETS];	/* the pass */
	unsigned int nr_work;
	struct xsplit_lost_event lost_event;		/* the watchdog's */
};

/* --- tx.c ----------------------------------------------------------------- */

/* For the event channel of this direction, and for that of both. @arg: the queue */
irqreturn_t xnb_tx_interrupt(int irq, void *arg);
irqreturn_t xnb_interrupt(int irq, void *arg);

/* Memory and poll. Context: may sleep. Return: 0 or -errno. */
int xnb_tx_create(struct xnb_queue *queue);

/* Undo it, even where xnb_tx_create() failed or was not called. Context: may sleep. */
void xnb_tx_destroy(struct xnb_queue *queue);

/* Take packets, or take no more: the guest's then stay in the ring. Context: RTNL, may sleep. */
void xnb_tx_start(struct xnb_queue *queue);
void xnb_tx_stop(struct xnb_queue *queue);

/* Schedule a poll, of either direction. Context: process or softirq. */
static inline void xnb_kick(struct napi_struct *napi)
{
	local_bh_disable();
	napi_schedule(napi);
	local_bh_enable();
}

/* As xnb_queue_check_events(). */
bool xnb_tx_check_events(struct xnb_queue *queue, bool ran);

/* --- tx_collect.c --------------------------------------------------------- */

/* Judge the packets in the window, up to @budget, and build their skbs. Context: the poll. */
void xnb_tx_collect(struct xnb_queue *queue, unsigned int budget);

/* --- tx_skb.c ------------------------------------------------------------- */

/* The pages to copy to. Context: may sleep. Return: 0 or -errno. */
int xnb_tx_skb_create(struct xnb_tx *tx);

/* Undo it, even where xnb_tx_skb_create() failed or was not called. Context: may sleep. */
void xnb_tx_skb_destroy(struct xnb_tx *tx);

/*
 * Build the skb of a packet that has been judged; the other members of @work are set. The
 * copy batch has room for XNB_TX_PACKET_OPS more. Without memory the packet is to be answered
 * with an error; its skb, if there is one, stays until the copies to it have been done.
 * Context: the poll.
 */
void xnb_tx_skb_build(struct xnb_queue *queue, struct xnb_tx_work *work,
		      const struct xnb_tx_piece *piece);

/* Drop the packets of the pass that were not built or not copied. Context: the poll. */
void xnb_tx_drop_failed(struct xnb_queue *queue);

/* --- tx_deliver.c --------------------------------------------------------- */

/* Hand the packets of the pass to the network stack. Context: the poll. */
void xnb_tx_deliver(struct xnb_queue *queue);

#endif /* XSPLIT_NETBACK_TX_H */
