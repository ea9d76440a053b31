/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue of an interface: a ring from the guest, and a ring to it.
 */
#ifndef XSPLIT_NETBACK_QUEUE_H
#define XSPLIT_NETBACK_QUEUE_H

#include <linux/netdevice.h>
#include <linux/timer.h>

#include "compat/net.h"
#include "grant/batch.h"
#include "netback/count.h"
#include "netback/rx_layout.h"
#include "netback/tx.h"
#include "netback/vif.h"
#include "xenbus/event.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct task_struct;

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
 * struct xnb_rx - to the guest; the lock of the transmit queue protects all members
 *	unless said otherwise
 * @txq: the transmit queue
 * @ring: the shared ring
 * @room: slots the guest has lent from @ring's @cons on, as last seen
 * @lent_most: slots it has ever been seen to have lent at a time
 * @few: a packet that needed more has waited in vain; it is not waited for again
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
 * @tick: jiffies when the queue's pace was last measured
 * @tick_packets: sent by then
 * @timer: checks how long packets have been waiting
 * @thread: does what that calls for
 * @wake: there is work for @thread
 * @lost_event: what the watchdog has seen; its own, as what follows
 * @repeated_at: responses that the guest may have to be notified of again
 * @repeats: how often it was
 */
struct xnb_rx {
	struct netdev_queue *txq;
	struct xsplit_ring ring;
	u32 room;
	u32 lent_most;
	bool few;
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

/* One queue. */
struct xnb_queue {
	struct xnb_vif *vif;
	struct xsplit_link *link;	/* the same as in @vif */
	unsigned int index;		/* within @vif */
	char name[IFNAMSIZ + 8];	/* "vif<domain>.<handle>-q<index>" */
	char tx_name[IFNAMSIZ + 12];	/* of the interrupts, with one for each direction */
	char rx_name[IFNAMSIZ + 12];
	struct xnb_counts counts;
	struct dentry *counter_file;
	struct dentry *debug_file;
	struct xnb_tx tx ____cacheline_aligned;
	struct xnb_rx rx ____cacheline_aligned;
};

/**
 * xnb_queue_create - create a stopped queue
 * @vif: the interface, with the frontend's features in @front
 * @index: which of its queues
 *
 * Context: may sleep. Return: the queue, or an error pointer, already reported.
 */
struct xnb_queue *xnb_queue_create(struct xnb_vif *vif, unsigned int index);

/* Undo it. @queue: stopped, and no sender uses it any more. Context: may sleep. */
void xnb_queue_destroy(struct xnb_queue *queue);

/* Let packets flow. Context: RTNL, may sleep. */
void xnb_queue_start(struct xnb_queue *queue);

/* Stop them; those to the guest that wait are dropped. Context: RTNL, may sleep. */
void xnb_queue_stop(struct xnb_queue *queue);

/* Check for lost events, as xsplit_watchdog_init() says. Context: the watchdog. */
bool xnb_queue_check_events(struct xnb_queue *queue, bool ran);

#endif /* XSPLIT_NETBACK_QUEUE_H */
