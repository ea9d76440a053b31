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
#include "xenbus/histogram.h"
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

/*
 * A queue's direction to the guest. The lock of the transmit queue protects all members
 * unless said otherwise.
 */
struct xnb_rx {
	struct netdev_queue *txq;
	struct xsplit_ring ring;
	u32 room;			/* slots lent from @ring.cons on, as last seen */
	u32 lent_most;			/* slots the guest was ever seen to have lent at a time */
	bool few;			/* a packet that needed more has waited in vain */
	u32 seen;			/* request index when an interrupt was last ended */
	bool up;			/* packets may be sent */
	bool broken;			/* the guest broke the ring */
	bool in_burst;			/* in the list of this or another CPU's burst */
	bool dropping;			/* the guest takes nothing for too long: all is dropped */
	bool stalled;			/* for so long: the carrier is off */
	struct xnb_queue *next;		/* in the list of a burst; the CPU's own */
	bool held;			/* packets wait for room */
	bool absorbing;			/* all that come join them; else @txq is stopped */
	struct sk_buff_head waiting;	/* these packets, the oldest first */
	size_t waiting_bytes;		/* memory they take */
	u32 need;			/* slots that the first one wants */
	u32 nr_rsp;			/* in @rsp, to be shown when @copy has been done */
	u32 nr_packets;			/* that they are for */
	u64 batch_at;			/* when the first came, ns, while latencies are measured */
	struct sk_buff *sent;		/* these packets, by their next pointers */
	struct xsplit_copy_batch copy;
	struct xnet_rx_response rsp[XNET_RING_SLOTS];	/* and extras, as they go to the ring */
	u8 op_rsp[XNB_RX_FLUSH_OPS + XNB_RX_PACKET_OPS];	/* which response a copy is for */
	struct xnb_run run[XNB_RX_RUNS];	/* of the packet that is being laid out */
	struct page *run_page[XNB_RX_RUNS];	/* first page of each run */

	struct napi_struct napi;
	struct xsplit_event event;	/* the poll claims its interrupts */
	struct xsplit_pages pages;
	unsigned long blocked;		/* jiffies since when the guest has taken nothing */
	unsigned long tick;		/* jiffies when the queue's pace was last measured */
	u64 tick_packets;		/* sent by then */
	struct timer_list timer;	/* checks how long packets have been waiting */
	struct task_struct *thread;	/* does what that calls for */
	bool wake;			/* there is work for @thread */
	struct xsplit_lost_event lost_event;	/* the watchdog's, like the members below */
	u32 repeated_at;		/* index that the guest was notified of again */
	unsigned int repeats;		/* how often */
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
	struct xsplit_histogram tx_pass; /* from the ring to the answers; the tx poll's */
	struct xsplit_histogram rx_batch; /* till the guest is shown it; under the tx lock */
	struct xsplit_queue_files files;
	struct dentry *debug_file;
	struct xnb_tx tx ____cacheline_aligned;
	struct xnb_rx rx ____cacheline_aligned;
};

/*
 * Map the ring that the frontend named in @key of @dir. @pages stay the caller's, whatever
 * happens. Context: may sleep. Return: 0 or -errno, already reported.
 */
int xnb_map_ring(struct xsplit_link *link, const char *dir, const char *key,
		 struct xsplit_pages *pages, struct xsplit_ring *ring, u32 slot_bytes);

/*
 * Create the stopped queue @index; the frontend's features are in @vif->front.
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
