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

/* Fewer pages than a largest frame takes would stop a backend for good. */
#define XNF_RX_LEAST 32U

/**
 * struct xnf_rx_slot - a slot of the ring
 * @page: the page lent in it; NULL: none
 * @ref: its reference, or one for the next page; INVALID_GRANT_REF: none yet
 */
struct xnf_rx_slot {
	struct page *page;
	grant_ref_t ref;
};

/**
 * struct xnf_rx - the receiving half of a queue; NAPI's alone while it runs
 * @ring: indices
 * @slot: by number of the slot
 * @target: pages that are to be lent
 * @wipe: pages are cleared before they are lent
 * @noted: there is or was an XDP program: what it and the kernel note at both ends
 *	of pages is wiped before they are lent
 * @idle: NAPI has found the interface down, and left the ring alone since
 * @old: slots of frames to be dropped, which came while it was down
 * @redirected: a program has redirected frames in this run of NAPI
 * @sent_back: a program has sent frames back in this run of NAPI
 * @expect: what the backend may send besides data
 * @eoi_at: responses taken at the last end-of-interrupt
 * @rxq: the queue, as XDP knows it
 * @pool: where pages come from and go to
 * @reserve: references
 * @shared: the memory of the ring
 * @retry: runs NAPI again when there was no memory for pages
 * @stall: what the watchdog has seen; its own
 */
struct xnf_rx {
	struct xsplit_ring ring;
	struct xnf_rx_slot *slot;
	unsigned int target;
	bool wipe;
	bool xdp_used;
	bool idle;
	u32 nr_stale;
	bool redirected;
	bool sent_back;
	struct xnf_frame_expect expect;
	u32 eoi_at;
	struct xdp_rxq_info rxq;
	struct page_pool *pool;
	struct xsplit_reserve reserve;
	struct xsplit_pages shared;
	struct timer_list refill_timer;
	struct xsplit_lost_event lost_event;
};

/**
 * xnf_rx_init - first of all
 * @q: the queue
 */
void xnf_rx_init(struct xnf_queue *q);

/**
 * xnf_rx_create - get what the backend must know of, and lend it pages
 * @q: the queue
 * @wipe: see struct xnf_rx
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xnf_rx_create(struct xnf_queue *q, bool wipe);

/**
 * xnf_rx_destroy - undo it
 * @q: a queue that NAPI does not look at; may be closed already
 *
 * Context: may sleep.
 */
void xnf_rx_destroy(struct xnf_queue *q);

/**
 * xnf_rx_poll - take frames and hand them on, lend pages in their stead
 * @q: the queue
 * @budget: most frames
 *
 * While the interface is down nothing is taken: the backend finds no more pages in the
 * end, and wakes nobody. What it has sent until then is dropped when the interface is up.
 *
 * Context: NAPI. Return: how many frames were taken.
 */
unsigned int xnf_rx_poll(struct xnf_queue *q, unsigned int budget);

/**
 * xnf_rx_arm - ask for an event at the next frame
 * @q: the queue
 *
 * Context: NAPI. Return: true if there is one already.
 */
bool xnf_rx_arm(struct xnf_queue *q);

/**
 * xnf_rx_check_events - as xnf_tx_check_events()
 * @q: the queue
 * @ran: see xsplit_lost_event_judge()
 */
bool xnf_rx_check_events(struct xnf_queue *q, bool ran);

/**
 * xnf_rx_moved - was anything received since this was last asked?
 * @q: the queue
 *
 * Context: NAPI, while an interrupt is to be ended.
 */
bool xnf_rx_moved(struct xnf_queue *q);

/**
 * xnf_rx_data - what the backend wrote; it may still write to it
 * @q: the queue
 * @piece: part of a frame
 */
void *xnf_rx_data(const struct xnf_queue *q, const struct xnf_frame_piece *piece);

/**
 * xnf_rx_take - end the loan of a page and take it out of its slot
 * @q: the queue
 * @slot: number of the slot
 *
 * A page that nobody takes is lent again as it is.
 *
 * Context: NAPI.
 * Return: the page, of the queue's pool; NULL: the backend does not let go of it.
 */
struct page *xnf_rx_take(struct xnf_queue *q, unsigned int slot);

#endif /* XSPLIT_NETFRONT_RX_H */
