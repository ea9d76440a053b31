/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One guest's interface: its link, its network device, its queues.
 *
 * "tx" is from the guest and "rx" to the guest, as everywhere in this protocol; only the
 * network device's own counters are the other way round.
 */
#ifndef XSPLIT_NETBACK_VIF_H
#define XSPLIT_NETBACK_VIF_H

#include <linux/netdevice.h>

#include "netback/ctrl.h"
#include "netback/filter.h"
#include "netback/keys.h"
#include "netback/tx_rate.h"
#include "xenbus/link.h"
#include "xenbus/watchdog.h"

struct bpf_prog;
struct xnb_orphans;
struct xnb_queue;

/* The lines of "ethtool -S"; their names are older than this project. */
enum xnb_stat {
	XNB_STAT_CSUM_FIXUP,	/* GSO packets whose checksum was not marked as missing */
	XNB_STAT_ZC_SENT,	/* packets that went on in the guest's own pages */
	XNB_STAT_ZC_SUCCESS,	/* those of them that nobody had to copy */
	XNB_STAT_ZC_FAIL,	/* the others */
	XNB_STAT_FRAG_OVERFLOW,	/* always 0: there is no such bound here */
	XNB_NR_STATS,
};

/* What queues have counted; @stat by enum xnb_stat. */
struct xnb_past {
	u64 tx_packets;
	u64 tx_bytes;
	u64 tx_dropped;
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_dropped;
	u64 stat[XNB_NR_STATS];
};

/* One interface; private part of its network device. */
struct xnb_vif {
	struct xsplit_link *link;	/* its operations never run side by side */
	struct net_device *dev;
	struct list_head all;		/* of all interfaces; freeze.c */
	char *script;			/* what hotplug runs, or NULL */
	struct xnb_front front;		/* written under RTNL, @headroom at any time */

	/* Written under RTNL, read under RCU by senders; @max_queues is its size. */
	struct xnb_queue **queue;
	unsigned int nr_queues;		/* that senders may use */
	unsigned int max_queues;
	unsigned int offered_before;	/* queues, by an earlier driver of the device; or 0 */
	unsigned long drain_until;	/* jiffies: queues that go wait for mapped packets */
	struct xnb_orphans *orphans;
	struct xsplit_watchdog watchdog;	/* looks for lost events, while connected */

	atomic_t stalled;		/* queues; see rx_stall_timeout_msecs */
	bool carrier;			/* the operator wants one; written under RTNL */
	spinlock_t carrier_lock;	/* serialises decisions on the device's carrier */

	spinlock_t rate_lock;		/* protects @credit; not taken without a limit */
	struct xnb_credit credit;	/* of all queues together */

	struct bpf_prog __rcu *prog;	/* sees the guest's frames first; written under RTNL */
	struct xnb_ctrl ctrl;
	struct xnb_filter filter;
	struct dentry *debug_dir;

	spinlock_t past_lock;		/* protects @past and, from xnb_vif_sum(), @queue */
	struct xnb_past past;		/* of queues that are gone */
};

extern struct xsplit_driver xnb_driver;

/*
 * Create the network device. @handle: its number within the guest; @offered_before: queues
 * that an earlier driver of the device offered, or 0. Context: may sleep.
 * Return: the interface, without a carrier, or an error pointer.
 */
struct xnb_vif *xnb_vif_create(struct xsplit_link *link, unsigned int handle,
			       unsigned int offered_before);

/* Undo xnb_vif_create(). The interface is disconnected. Context: may sleep. */
void xnb_vif_destroy(struct xnb_vif *vif);

/*
 * Create the queues to a frontend and let packets flow.
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xnb_vif_connect(struct xnb_vif *vif, const struct xnb_front *front);

/*
 * Undo it. On return nothing of the guest's is held but pages of packets that others
 * hold. Context: may sleep.
 */
void xnb_vif_disconnect(struct xnb_vif *vif);

/* Start or stop the queues, if there are any. Context: RTNL, may sleep. */
void xnb_vif_start(struct xnb_vif *vif);
void xnb_vif_stop(struct xnb_vif *vif);

/* Have the link write the keys that may change while the guest is connected. Context: any. */
void xnb_back_keys_changed(struct xnb_vif *vif);

/* Write these keys. Context: as xsplit_write(). */
void xnb_vif_write_changing(struct xsplit_link *link, struct xsplit_txn *txn);

/* Set a new limit on what the guest sends. Context: the link's operations. */
void xnb_vif_set_rate(struct xnb_vif *vif, const struct xnb_rate *rate);

/* Leave @headroom bytes before packets from now on. @vif: connected. Context: may sleep. */
void xnb_vif_set_headroom(struct xnb_vif *vif, u16 headroom);

/* Sum of what the queues, past and present, have counted. Context: any. */
void xnb_vif_sum(struct xnb_vif *vif, struct xnb_past *sum);

/* --- carrier.c ------------------------------------------------------------ */

/*
 * Decide on the carrier again: the interface has one while it is connected, the operator
 * wants one, and no queue is stalled. Called after any of these has changed.
 * Context: any but hard interrupt.
 */
void xnb_carrier_update(struct xnb_vif *vif);

/*
 * A queue has stalled, or no longer is. Packets for an interface without a carrier wait
 * nowhere. Context: any but hard interrupt.
 */
void xnb_vif_stalled(struct xnb_vif *vif, bool stalled);

/* --- freeze.c: interfaces stand still while the host is suspended --------- */

/* The host is about to be suspended, or is. Context: RTNL. */
bool xnb_frozen(void);

/* Interfaces that stand still with the others. Context: RTNL. */
void xnb_freeze_add(struct xnb_vif *vif);
void xnb_freeze_remove(struct xnb_vif *vif);

/* Context: module init, exit. Return: 0 or -errno. */
int xnb_freeze_init(void);
void xnb_freeze_exit(void);

/* --- debug.c: debugfs xen-netback/, the state of rings and hashes --------- */

/* Context: module init, exit. */
void xnb_debug_init(void);
void xnb_debug_exit(void);

/* An interface's folder with its file "ctrl". Context: may sleep. */
void xnb_debug_add_vif(struct xnb_vif *vif);
void xnb_debug_remove_vif(struct xnb_vif *vif);

/* A queue's file "io_ring_q<n>"; no reader is left after its removal. Context: may sleep. */
void xnb_debug_add_queue(struct xnb_queue *queue);
void xnb_debug_remove_queue(struct xnb_queue *queue);

/* --- ethtool.c ------------------------------------------------------------ */

extern const struct ethtool_ops xnb_ethtool_ops;

#endif /* XSPLIT_NETBACK_VIF_H */
