/* SPDX-License-Identifier: GPL-2.0 */
/* Sending. */
#ifndef XSPLIT_NETFRONT_TX_H
#define XSPLIT_NETFRONT_TX_H

#include <linux/netdevice.h>

#include "grant/lend.h"
#include "netfront/tx_encode.h"
#include "netfront/tx_ids.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct xnf_queue;

/* With fewer slots the interface could not carry the largest packet. */
#define XNF_TX_LEAST (2 * XNF_REQUEST_SLOTS)

/* With more slots in flight, copied packets too are only consumed by their responses. */
#define XNF_TX_BUSY 32

/* Least byte limit (BQL): a backend may answer for part of a datagram when it has all of it. */
#define XNF_TX_BYTES_LEAST (2 * 65536)

/* As the member first of a slot: the slot is not in flight. */
#define XNF_TX_IDLE U16_MAX

/*
 * A slot that carries data, by its id. @skb, @left and @in_bql are used in the first slot of
 * a packet, whose id is not reused before the packet has been consumed.
 */
struct xnf_tx_slot {
	struct sk_buff *skb;	/* consumed when all of its slots are answered */
	struct page *page;	/* of the packet, lent; NULL: @stage is used */
	grant_ref_t ref;	/* of @page */
	u16 first;		/* id of the packet's first slot, or XNF_TX_IDLE */
	u8 left;		/* slots of the packet that are not answered yet */
	bool in_bql;		/* @skb counts against the byte limit */
	u64 sent_at;		/* ns, of @skb, while latencies are measured */
	grant_ref_t stage_ref;
	void *stage;		/* a page of our own, lent as long as the id may be used */
};

static_assert(XNET_MAX_SLOTS <= U8_MAX);

/* The sending half of a queue. From start to stop, the lock of @txq protects it. */
struct xnf_tx {
	struct netdev_queue *txq;
	bool live;		/* packets are accepted */
	bool copy_all;		/* no page of a packet may be lent, or only one slot used */
	struct xsplit_ring ring;
	struct xnf_tx_slot *slot;
	struct xnf_tx_ids ids;	/* as many may be used as there are references for */
	unsigned long trim_at;	/* when idle ids are made spare, in jiffies */
	unsigned int limit;	/* slots that may be in flight */
	unsigned int extras;	/* slots in flight that carry no data */
	unsigned int nr_skbs;	/* packets that wait for responses */
	unsigned int held_back;	/* slots that the backend does not answer for now */
	u32 checked_pushed;	/* ring.pushed at the watchdog's last check */
	u32 event_at;		/* an event comes with so many responses, if not taken before */
	u32 eoi_at;		/* responses seen when an interrupt was last ended */
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
	       tx->ids.free >= XNF_REQUEST_SLOTS;
}

/* Is the backend behind? */
static inline bool xnf_tx_busy(const struct xnf_tx *tx)
{
	return xnf_tx_in_flight(tx) > XNF_TX_BUSY;
}

/* Are there no responses, and with @arm nothing that waits for any? Context: any. */
static inline bool xnf_tx_idle(const struct xnf_tx *tx, bool arm)
{
	return xsplit_ring_rsp_prod(&tx->ring) == READ_ONCE(tx->ring.cons) &&
	       !(arm && (READ_ONCE(tx->nr_skbs) || netif_tx_queue_stopped(tx->txq)));
}

/* The budget for napi_consume_skb(): 0 where per-CPU caches of softirqs are off limits. */
static inline int xnf_skb_budget(void)
{
	return !irqs_disabled();
}

/* Set up the ring; @copy_all as in struct xnf_tx. May sleep. Return: 0 or -errno, reported. */
int xnf_tx_create(struct xnf_queue *q, bool copy_all);

/* Accept packets, and stop doing so (also if stopped already). May sleep. */
void xnf_tx_start(struct xnf_queue *q);
void xnf_tx_stop(struct xnf_queue *q);

/* Undo xnf_tx_create() and give up packets in flight, after NAPI has ended. May sleep. */
void xnf_tx_destroy(struct xnf_queue *q);

/* ndo_start_xmit. Context: the tx lock. */
netdev_tx_t xnf_tx_xmit(struct xnf_queue *q, struct sk_buff *skb);

/*
 * Send a copy of a frame that does not come from the stack; xnf_tx_push() shows it to the
 * backend. Context: softirq, the tx lock. Return: false if there is no room.
 */
bool xnf_tx_copy(struct xnf_queue *q, const void *data, unsigned int len);

/* Show the backend what was written. Context: as xnf_tx_copy(). */
void xnf_tx_push(struct xnf_queue *q);

/*
 * Take responses, and ask for an event, if something waits for one and NAPI is about to complete
 * (@arm). @budget is 0 for netpoll, whose caller may hold the tx lock.
 * Context: NAPI. Return: true if there is more to do.
 */
bool xnf_tx_poll(struct xnf_queue *q, int budget, bool arm);

/* Find lost events, and give back what is idle; @ran: see xsplit_lost_event_judge(). Return: true to check again soon. */
bool xnf_tx_check_events(struct xnf_queue *q, bool ran);

/* Was anything answered since the last call? Context: NAPI, with an interrupt to end. */
bool xnf_tx_moved(struct xnf_queue *q);

/* --- tx_build.c: from a packet of the stack to slots of the ring ----------- */

/*
 * Write a packet to the ring, which has room for any, or drop it. The packet is used up.
 * Context: the tx lock. Return: true if the backend must see it before more packets come.
 */
bool xnf_tx_build(struct xnf_queue *q, struct sk_buff *skb);

/* Copy a frame of 14 to 4096 bytes to the ring. Return: false if there is no memory. */
bool xnf_tx_build_copy(struct xnf_queue *q, const void *data, unsigned int len);

/* Drop a packet and count it. Context: the tx lock. */
void xnf_tx_drop(struct xnf_queue *q, struct sk_buff *skb);

#endif /* XSPLIT_NETFRONT_TX_H */
