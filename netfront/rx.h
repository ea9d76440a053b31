/* SPDX-License-Identifier: GPL-2.0 */
/* Receiving: pages lent to the backend, frames read off the ring. */
#ifndef XSPLIT_NETFRONT_RX_H
#define XSPLIT_NETFRONT_RX_H

#include <linux/timer.h>

#include "compat/net.h"
#include "grant/lend.h"
#include "netfront/rx_demand.h"
#include "netfront/rx_parse.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct xnf_queue;

struct xnf_rx_slot {
	struct page *page;	/* lent in this slot, or NULL */
	grant_ref_t ref;	/* of @page */
};

/* The receiving half of a queue, which belongs to NAPI while it runs. */
struct xnf_rx {
	struct xsplit_ring ring;
	struct xnf_rx_slot *slot;
	unsigned int target;	/* the most pages that a user lets us lend */
	unsigned int lend;	/* pages to lend, as far as @target allows */
	unsigned int peak;	/* the most that were filled at a time since the last trim */
	unsigned long trim_at;	/* when fewer may be lent, in jiffies */
	bool wipe;		/* pages are cleared before they are lent */
	bool xdp_used;		/* there was a program: both ends of pages are wiped too */
	bool idle;		/* the interface is down, and the ring left alone */
	u32 nr_stale;		/* slots of frames that came while it was down */
	bool redirected;	/* in this run of NAPI, a program has redirected frames */
	bool sent_back;		/* the same with XDP_TX */
	struct xnf_frame_expect expect;
	struct xdp_rxq_info rxq;
	struct page_pool *pool;
	struct xsplit_reserve reserve;
	struct xsplit_pages shared;
	struct timer_list refill_timer;	/* runs NAPI when memory for pages was short */
	struct xsplit_lost_event lost_event;
};

static inline struct xnf_rx_slot *xnf_rx_slot(struct xnf_rx *rx, u32 index)
{
	return &rx->slot[index % XNET_RING_SLOTS];
}

/* Pages that the backend has, or has answered for since the ring was looked at. */
static inline unsigned int xnf_rx_lent(const struct xnf_rx *rx)
{
	return rx->ring.prod - rx->ring.cons;
}

/* How many pages should the backend have? */
static inline unsigned int xnf_rx_wanted(const struct xnf_rx *rx)
{
	return min(READ_ONCE(rx->target), rx->lend);
}

/* Initialise, once for the life of the device. */
void xnf_rx_init(struct xnf_queue *q);

/* Set up the ring and lend pages. May sleep. Return: 0 or -errno, reported. */
int xnf_rx_create(struct xnf_queue *q, bool wipe);

/* Undo xnf_rx_create() after NAPI has ended. May sleep. */
void xnf_rx_destroy(struct xnf_queue *q);

/* Deliver at most @budget frames. Context: NAPI. Return: how many were taken. */
unsigned int xnf_rx_poll(struct xnf_queue *q, unsigned int budget);

/* Find lost events; @ran: see xsplit_lost_event_judge(). Return: true to check again soon. */
bool xnf_rx_check_events(struct xnf_queue *q, bool ran);

/* --- rx_loan.c: the end of a loan ---------------------------------------- */

/*
 * End the loan of a slot's page. Context: NAPI. Return: the page, which belongs to the queue's
 * pool; NULL if the backend does not release it.
 */
struct page *xnf_rx_take_page(struct xnf_queue *q, u32 slot);

/*
 * Take the page of each piece of a good frame; that of the first piece only if @first, else it
 * stays lent, to be posted again, and its @page is NULL. Context: NAPI. Return: false, and nothing
 * is taken, if the backend does not release one.
 */
bool xnf_rx_take(struct xnf_queue *q, const struct xnf_frame *frame, bool first,
		 struct page **page);

/* Give pages that were taken back to the pool; an entry may be NULL. Context: NAPI. */
void xnf_rx_put_pages(struct xnf_queue *q, struct page **page, unsigned int nr);

/* End all loans, with the connection. May sleep. */
void xnf_rx_abandon(struct xnf_rx *rx);

/* --- rx_skb.c: from a frame in pages to a packet for the stack ------------- */

/*
 * Hand a frame to the stack as one packet, or to a program, which may be NULL, or drop it. The
 * pages of its pieces, as xnf_rx_take() left them, are used up. Context: NAPI.
 */
void xnf_rx_deliver(struct xnf_queue *q, struct bpf_prog *prog, struct xnf_frame *frame,
		    struct page **page);

/* --- rx_post.c: pages for the backend ------------------------------------ */

/* Post those pages of @nr slots that were not taken again. Context: NAPI. */
void xnf_rx_repost(struct xnf_queue *q, u32 from, u32 nr);

/* Lend new pages. Context: NAPI, or before it is enabled. Return: false if memory is short. */
bool xnf_rx_refill(struct xnf_queue *q, gfp_t gfp);

/*
 * The end of a run of NAPI: lend new pages, or have that tried again later, show the backend
 * all, and ask for an event at the next frame if @arm. Return: true if it is there already.
 */
bool xnf_rx_restock(struct xnf_queue *q, bool arm);

#endif /* XSPLIT_NETFRONT_RX_H */
