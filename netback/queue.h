/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue of an interface: a ring from the guest, a ring to it.
 */
#ifndef XSPLIT_NETBACK_QUEUE_H
#define XSPLIT_NETBACK_QUEUE_H

#include <linux/netdevice.h>
#include <linux/timer.h>

#include "compat/net.h"
#include "grant/batch.h"
#include "netback/count.h"
#include "netback/rx_layout.h"
#include "netback/tx_zerocopy.h"
#include "netback/tx_parse.h"
#include "netback/vif.h"
#include "xenbus/event.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct page_pool;
struct task_struct;

/* Packets of one pass over what the guest sends. */
#define XNB_PASS_PACKETS NAPI_POLL_WEIGHT

/* A slot is copied in one piece, or in one more for each page of ours it meets. */
#define XNB_TX_OPS (2 * XNET_RING_SLOTS)
#define XNB_TX_PACKET_OPS (2 * XNET_MAX_SLOTS)

/* Most contiguous pieces of a packet to the guest; one in more is copied together first. */
#define XNB_RX_RUNS 96u

/* Copies after which a burst to the guest is not kept waiting any longer. */
#define XNB_RX_FLUSH_OPS 64u

/*
 * Copies of one packet: its pieces, and where source or slot meet a page's end. That is
 * no bound: pieces may each cross a page. A packet that needs more is copied together.
 */
#define XNB_RX_PACKET_OPS (XNB_RX_RUNS + 17 + XNET_MAX_SLOTS)

/**
 * struct xnb_tx_work - a packet in a pass
 * @skb: what it becomes; NULL if it is only answered
 * @pkt: as judged
 * @status: to answer with
 * @mapped: what is mapped of it, or NULL
 * @first_op: its first copy
 * @nr_ops: how many
 */
struct xnb_tx_work {
	struct sk_buff *skb;
	struct xnb_mapped *mapped;
	struct xnb_tx_packet pkt;
	s16 status;
	u16 first_op;
	u16 nr_ops;
};

/**
 * struct xnb_tx - from the guest; all members are the poll's
 * @napi: the poll
 * @ring: the shared ring; its @cons is behind the last slot in @window
 * @at: index of the first slot that belongs to no packet yet
 * @broken: the guest broke the ring; nothing is taken any more
 * @shared: its event is that of the other direction, too
 * @full: the pass has no room for the copies of another packet, or for its pages
 * @limited: the rate makes the next packet wait; the event's end waits as well
 * @timer: for how long
 * @mapping: this pass may map packets
 * @merging: packets were given to be merged since the poll began
 * @failed: a packet of this pass has an skb but is not to be delivered
 * @prog: of this pass; NULL: none
 * @redirected: a program has redirected frames since the poll began
 * @zc: mapped packets
 * @pool: pages that packets are copied to
 * @rxq: the queue, as XDP knows it
 * @frags: memory for small ones
 * @copy: the pass's copies
 * @event: its channel
 * @pages: of the ring
 * @window: private copies of the slots, see tx_parse.h
 * @work: the pass
 * @nr_work: packets in it
 * @stall: what the watchdog has seen
 */
struct xnb_tx {
	struct napi_struct napi;
	struct xsplit_ring ring;
	u32 at;
	bool broken;
	bool shared;
	bool full;
	bool limited;
	struct timer_list timer;
	bool mapping;
	bool merging;
	bool failed;
	bool redirected;
	struct bpf_prog *prog;
	struct xnb_zerocopy *zc;
	struct page_pool *pool;
	struct xdp_rxq_info rxq;
	struct page_frag_cache frags;
	struct xsplit_copy_batch copy;
	struct xsplit_event event;
	struct xsplit_pages pages;
	union xnb_tx_slot window[XNET_RING_SLOTS];
	struct xnb_tx_work work[XNB_PASS_PACKETS];
	unsigned int nr_work;
	struct xsplit_lost_event lost_event;
};

/**
 * struct xnb_rx - to the guest; the lock of the transmit queue protects all members
 *	unless said otherwise
 * @txq: the transmit queue
 * @ring: the shared ring
 * @room: slots the guest has lent from @ring's @cons on, as last seen
 * @seen: its request index when an interrupt was last ended
 * @up: packets may be sent
 * @broken: the guest broke the ring
 * @in_burst: in the list of this or another CPU's burst
 * @next: in that list; the CPU's own
 * @held: packets wait for room
 * @absorbing: they have for long, and all that come join them; else @txq is stopped
 * @waiting: these packets, the oldest first
 * @waiting_bytes: memory they take
 * @need: slots that the first one wants
 * @nr_rsp: responses in @rsp, to be shown when @copy has been done
 * @nr_packets: packets they are for
 * @sent: these packets, by their next pointers
 * @copy: copies to be done
 * @rsp: responses and extras as they go to the ring
 * @op_rsp: which response a copy belongs to
 * @run: the packet being laid out
 * @run_page: first page of each run
 * @napi: what is to be done later
 * @event: its channel; the poll claims its interrupts
 * @pages: of the ring
 * @blocked: jiffies since when the guest has taken nothing while something waited
 * @dropping: it has taken nothing for so long that packets are dropped
 * @stalled: for so long that the carrier is off
 * @tick: jiffies of the last look at how fast the queue moves
 * @tick_packets: sent by then
 * @timer: looks how long packets have been waiting
 * @thread: does what that calls for
 * @wake: there is work for @thread
 * @stall: what the watchdog has seen; its own, as what follows
 * @repeated_at: of which responses the guest may have to be told again
 * @repeats: how often it was
 */
struct xnb_rx {
	struct netdev_queue *txq;
	struct xsplit_ring ring;
	u32 room;
	u32 seen;
	bool up;
	bool broken;
	bool in_burst;
	bool dropping;
	bool stalled;
	struct xnb_queue *next;
	bool held;
	bool absorbing;
	struct sk_buff_head waiting;
	size_t waiting_bytes;
	u32 need;
	u32 nr_rsp;
	u32 nr_packets;
	struct sk_buff *sent;
	struct xsplit_copy_batch copy;
	struct xnet_rx_response rsp[XNET_RING_SLOTS];
	u8 op_rsp[XNB_RX_FLUSH_OPS + XNB_RX_PACKET_OPS];
	struct xnb_run run[XNB_RX_RUNS];
	struct page *run_page[XNB_RX_RUNS];

	struct napi_struct napi;
	struct xsplit_event event;
	struct xsplit_pages pages;
	unsigned long blocked;
	unsigned long tick;
	u64 tick_packets;
	struct timer_list timer;
	struct task_struct *thread;
	bool wake;
	struct xsplit_lost_event lost_event;
	u32 repeated_at;
	unsigned int repeats;
};

/**
 * struct xnb_queue - one queue
 * @vif: whose
 * @link: of @vif
 * @index: which of its queues
 * @name: "vif<domain>.<handle>-q<index>"
 * @tx_name: of the interrupt, if there is one for each direction
 * @rx_name: the other
 * @counts: what it did
 * @counter_file: where this is shown
 * @debug_file: where its rings are shown
 * @tx: from the guest
 * @rx: to the guest
 */
struct xnb_queue {
	struct xnb_vif *vif;
	struct xsplit_link *link;
	unsigned int index;
	char name[IFNAMSIZ + 8];
	char tx_name[IFNAMSIZ + 12];
	char rx_name[IFNAMSIZ + 12];
	struct xnb_counts counts;
	struct dentry *counter_file;
	struct dentry *debug_file;
	struct xnb_tx tx ____cacheline_aligned;
	struct xnb_rx rx ____cacheline_aligned;
};

/**
 * xnb_queue_create - set a queue up as the frontend says; it is down
 * @vif: the interface; its @front says how
 * @index: which
 *
 * Context: may sleep. Return: the queue, or an error pointer (reported).
 */
struct xnb_queue *xnb_queue_create(struct xnb_vif *vif, unsigned int index);

/**
 * xnb_queue_destroy - give everything back
 * @queue: down; nobody sends through it any more
 *
 * Context: may sleep.
 */
void xnb_queue_destroy(struct xnb_queue *queue);

/* Let packets flow. Context: RTNL, may sleep. */
void xnb_queue_start(struct xnb_queue *queue);

/* Stop them; what is under way is dropped. Context: RTNL, may sleep. */
void xnb_queue_stop(struct xnb_queue *queue);

/**
 * xnb_queue_check_events - look for events that were lost
 * @queue: the queue
 * @ran: see xsplit_lost_event_judge()
 *
 * Context: the watchdog. Return: true to look again soon.
 */
bool xnb_queue_check_events(struct xnb_queue *queue, bool ran);

/* Add what the queue has counted. Context: any. */
void xnb_queue_sum(const struct xnb_queue *queue, struct xnb_past *sum);

/* Complete a poll, and end the interrupt that it was for. @done: packets. Context: the poll. */
static inline void xnb_event_finish(struct xsplit_event *event, struct napi_struct *napi, int done)
{
	struct xsplit_eoi eoi = xsplit_event_claim(event);

	if (likely(napi_complete_done(napi, done)))
		xsplit_event_finish(event, eoi);
	else
		xsplit_event_unclaim(event, eoi);
}

#endif /* XSPLIT_NETBACK_QUEUE_H */
