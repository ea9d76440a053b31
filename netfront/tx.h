/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending.
 *
 * A packet goes out in one of two ways. Copied: into a page of ours that stays
 * lent; the packet is done with at once, and nothing needs to be known of the
 * answer but that the page is free again. Lent: its pages themselves, for reading;
 * it is kept until the backend has answered for all of them.
 */
#ifndef XSPLIT_NETFRONT_TX_H
#define XSPLIT_NETFRONT_TX_H

#include <linux/netdevice.h>

#include "grant/lend.h"
#include "netfront/tx_encode.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct xnf_queue;

/* An interface that can carry no packet at all is of no use. */
#define XNF_TX_LEAST (2 * XNF_REQUEST_SLOTS)

/* With more slots in flight, packets are kept so that their senders wait. */
#define XNF_TX_BUSY 32

/*
 * Bytes that may be in flight before the queue above the ring has to wait, at least: a
 * backend may answer for part of a datagram only when it has the whole.
 */
#define XNF_TX_BYTES_LEAST (2 * 65536)

/* As @first of a slot: it is not in flight. */
#define XNF_TX_IDLE U16_MAX

/**
 * struct xnf_tx_slot - a slot of the ring that carries data, by its id
 * @skb: of a packet's first slot: the packet, while it is kept
 * @page: the packet's page that is lent; NULL: @stage is used
 * @ref: a reference for @page; INVALID_GRANT_REF before its first use
 * @first: id of the packet's first slot; XNF_TX_IDLE: not in flight
 * @left: of a packet's first slot: slots that are not answered yet
 * @limited: of a packet's first slot: it is held against the queue's byte limit
 * @stage_ref: reference of @stage
 * @stage: a page of our own, lent from its first use to the end
 *
 * The id of a kept packet's first slot is not free before the packet is.
 */
struct xnf_tx_slot {
	struct sk_buff *skb;
	struct page *page;
	grant_ref_t ref;
	u16 first;
	u8 left;
	bool limited;
	grant_ref_t stage_ref;
	void *stage;
};

static_assert(XNET_MAX_SLOTS <= U8_MAX);

/**
 * struct xnf_tx - the sending half of a queue
 * @txq: the stack's half; its lock protects all below from xnf_tx_start() to
 *	xnf_tx_stop()
 * @live: packets are taken
 * @copy_all: all packets are copied: the backend must not see what lies beside
 *	data, or takes one slot a packet
 * @ring: indices
 * @slot: by id
 * @free_id: a stack of ids nobody has
 * @nr_free: its height
 * @nr_ids: names in use or free: as many as there are references for
 * @limit: most slots in flight
 * @extras: slots in flight that carry no data
 * @held: packets that are kept
 * @stuck: slots in flight that the backend holds back: nothing waits for them
 * @pushed: slots shown to the backend at the watchdog's last look
 * @event_at: the backend sends an event when it shows so many responses; if
 *	these are taken already there is none to come
 * @eoi_at: number of responses shown at the last end-of-interrupt
 * @stall: what the watchdog has seen
 * @reserve: references
 * @shared: the memory of the ring
 */
struct xnf_tx {
	struct netdev_queue *txq;
	bool live;
	bool copy_all;
	struct xsplit_ring ring;
	struct xnf_tx_slot *slot;
	u16 *free_id;
	unsigned int nr_free;
	unsigned int nr_ids;
	unsigned int limit;
	unsigned int extras;
	unsigned int held;
	unsigned int stuck;
	u32 pushed;
	u32 event_at;
	u32 eoi_at;
	struct xsplit_lost_event lost_event;
	struct xsplit_reserve reserve;
	struct xsplit_pages shared;
};

static inline unsigned int xnf_tx_in_flight(const struct xnf_tx *tx)
{
	return tx->ring.prod - tx->ring.cons;
}

/* Is there room for any packet? */
static inline bool xnf_tx_has_room(const struct xnf_tx *tx)
{
	return xnf_tx_in_flight(tx) + XNF_REQUEST_SLOTS <= READ_ONCE(tx->limit) &&
	       tx->nr_free >= XNF_REQUEST_SLOTS;
}

/* The backend has more to do than it has answered in a while. */
static inline bool xnf_tx_busy(const struct xnf_tx *tx)
{
	return xnf_tx_in_flight(tx) > XNF_TX_BUSY;
}

/**
 * xnf_skb_budget - what to tell napi_consume_skb() under the stack's lock
 *
 * Return: 0 where it must not use what belongs to softirqs.
 */
static inline int xnf_skb_budget(void)
{
	return !irqs_disabled();
}

/**
 * xnf_tx_create - get what the backend must know of
 * @q: the queue
 * @copy_all: see struct xnf_tx
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xnf_tx_create(struct xnf_queue *q, bool copy_all);

/**
 * xnf_tx_start - take packets from now on
 * @q: an open queue
 *
 * Context: may sleep.
 */
void xnf_tx_start(struct xnf_queue *q);

/**
 * xnf_tx_stop - take none any more
 * @q: the queue; may be stopped already
 *
 * Context: may sleep.
 */
void xnf_tx_stop(struct xnf_queue *q);

/**
 * xnf_tx_destroy - undo xnf_tx_create(); packets in flight are given up
 * @q: a stopped queue that NAPI does not look at; may be closed already
 *
 * Context: may sleep.
 */
void xnf_tx_destroy(struct xnf_queue *q);

/**
 * xnf_tx_xmit - send a packet, or drop it
 * @q: the queue
 * @skb: the packet
 *
 * Context: the lock of the queue's half in the stack.
 * Return: for the stack.
 */
netdev_tx_t xnf_tx_xmit(struct xnf_queue *q, struct sk_buff *skb);

/**
 * xnf_tx_copy - send a frame that is not the stack's, by copying it
 * @q: the queue
 * @data: the frame
 * @len: its bytes
 *
 * Nothing is shown to the backend before xnf_tx_push().
 *
 * Context: softirq, the lock of the queue's half in the stack.
 * Return: false if there is no room.
 */
bool xnf_tx_copy(struct xnf_queue *q, const void *data, unsigned int len);

/* Show the backend what was written. Context: as xnf_tx_copy(). */
void xnf_tx_push(struct xnf_queue *q);

/**
 * xnf_tx_poll - take responses
 * @q: the queue
 * @budget: NAPI's; 0: whoever polls may hold the lock
 * @rest: it is the last look: ask for an event if one is needed
 *
 * Context: NAPI. Return: true if more is to be done.
 */
bool xnf_tx_poll(struct xnf_queue *q, int budget, bool rest);

/**
 * xnf_tx_check_events - look for events that were lost
 * @q: the queue
 * @ran: see xsplit_lost_event_judge()
 *
 * Context: the watchdog. Return: true to look again soon.
 */
bool xnf_tx_check_events(struct xnf_queue *q, bool ran);

/**
 * xnf_tx_moved - was anything answered since this was last asked?
 * @q: the queue
 *
 * Context: NAPI, while an interrupt is to be ended.
 */
bool xnf_tx_moved(struct xnf_queue *q);

#endif /* XSPLIT_NETFRONT_TX_H */
