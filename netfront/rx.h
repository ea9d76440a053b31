/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Receiving: pages lent to the backend, frames read off the ring.
 */
#ifndef XSPLIT_NETFRONT_RX_H
#define XSPLIT_NETFRONT_RX_H

#include <linux/timer.h>

#include "compat/net.h"
#include "grant/lend.h"
#include "netfront/rx_parse.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct xnf_queue;

/* With fewer pages than the largest frame takes, a backend would stall for good. */
#define XNF_RX_LEAST 32U

struct xnf_rx_slot {
	struct page *page;	/* lent in this slot, or NULL */
	grant_ref_t ref;	/* of @page or for the next one; INVALID_GRANT_REF: none yet */
};

/* The receiving half of a queue, which belongs to NAPI while it runs. */
struct xnf_rx {
	struct xsplit_ring ring;
	struct xnf_rx_slot *slot;
	unsigned int target;	/* pages that should be lent */
	bool wipe;		/* pages are cleared before they are lent */
	bool xdp_used;		/* there was a program: both ends of pages are wiped too */
	bool idle;		/* the interface is down, and the ring left alone */
	u32 nr_stale;		/* slots of frames that came while it was down */
	bool redirected;	/* in this run of NAPI, a program has redirected frames */
	bool sent_back;		/* the same with XDP_TX */
	struct xnf_frame_expect expect;
	u32 eoi_at;		/* ring.cons when an interrupt was last ended */
	struct xdp_rxq_info rxq;
	struct page_pool *pool;
	struct xsplit_reserve reserve;
	struct xsplit_pages shared;
	struct timer_list refill_timer;	/* runs NAPI when memory for pages was short */
	struct xsplit_lost_event lost_event;
};

/* Initialise, once for the life of the device. */
void xnf_rx_init(struct xnf_queue *q);

/* Set up the ring and lend pages. May sleep. Return: 0 or -errno, reported. */
int xnf_rx_create(struct xnf_queue *q, bool wipe);

/* Undo xnf_rx_create() after NAPI has ended. May sleep. */
void xnf_rx_destroy(struct xnf_queue *q);

/**
 * xnf_rx_poll - deliver frames and lend pages in their place
 * @q: the queue
 * @budget: how many frames at most
 *
 * While the interface is down, nothing is taken: in the end the backend runs out of pages
 * and sends no more events. What it sent until then is dropped when the interface is up.
 *
 * Context: NAPI. Return: how many frames were taken.
 */
unsigned int xnf_rx_poll(struct xnf_queue *q, unsigned int budget);

/* Ask for an event at the next frame. Context: NAPI. Return: true if it is there already. */
bool xnf_rx_arm(struct xnf_queue *q);

/* Find lost events; @ran: see xsplit_lost_event_judge(). Return: true to check again soon. */
bool xnf_rx_check_events(struct xnf_queue *q, bool ran);

/* Was anything received since the last call? Context: NAPI, with an interrupt to end. */
bool xnf_rx_moved(struct xnf_queue *q);

/* The data of a piece, which the backend may still change. */
void *xnf_rx_data(const struct xnf_queue *q, const struct xnf_frame_piece *piece);

/**
 * xnf_rx_take - end the loan of a slot's page and take the page
 * @q: the queue
 * @slot: number of the slot; a page that is not taken is posted again
 *
 * Context: NAPI. Return: the page, which belongs to the queue's pool; NULL if the backend
 * does not release it.
 */
struct page *xnf_rx_take(struct xnf_queue *q, unsigned int slot);

#endif /* XSPLIT_NETFRONT_RX_H */
