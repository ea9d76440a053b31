/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One guest's interface: its link, its network device, its queues.
 *
 * "tx" is from the guest, "rx" to the guest, as everywhere on this wire; the
 * network device counts the other way round.
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

/**
 * enum xnb_stat - the lines of "ethtool -S", older than this project
 * @XNB_STAT_CSUM_FIXUP: GSO packets whose checksum was not marked as unfinished
 * @XNB_STAT_ZC_SENT: packets that went on in the guest's own pages
 * @XNB_STAT_ZC_SUCCESS: of them those that nobody had to copy
 * @XNB_STAT_ZC_FAIL: the others
 * @XNB_STAT_FRAG_OVERFLOW: packets that needed more fragments than an skb has
 * @XNB_NR_STATS: how many there are
 */
enum xnb_stat {
	XNB_STAT_CSUM_FIXUP,
	XNB_STAT_ZC_SENT,
	XNB_STAT_ZC_SUCCESS,
	XNB_STAT_ZC_FAIL,
	XNB_STAT_FRAG_OVERFLOW,
	XNB_NR_STATS,
};

/**
 * struct xnb_past - what queues that are gone have counted
 * @tx_packets: from the guest
 * @tx_bytes: their bytes
 * @tx_dropped: bad or unwanted ones
 * @rx_packets: to the guest
 * @rx_bytes: their bytes
 * @rx_dropped: no room, or not to be sent
 * @stat: by enum xnb_stat
 */
struct xnb_past {
	u64 tx_packets;
	u64 tx_bytes;
	u64 tx_dropped;
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_dropped;
	u64 stat[XNB_NR_STATS];
};

/**
 * struct xnb_vif - one interface; private part of its network device
 * @link: the device on the bus; its operations never run side by side
 * @dev: the network device
 * @all: in the list of all; see freeze.h
 * @script: what hotplug runs; NULL if there is nothing to run
 * @front: the frontend's wishes; written under RTNL, @headroom at any time
 * @queue: the queues; written under RTNL, read under RCU by those who send
 * @nr_queues: how many there are to be used; as @queue
 * @max_queues: room in @queue
 * @orphans: counts the maps that its queues have left behind
 * @stalled: queues the guest has not emptied for very long
 * @rate_lock: protects @credit; not taken while there is no limit
 * @credit: what the guest may still send, through all queues together
 * @carrier: the operator wants one; written under RTNL
 * @carrier_lock: serialises decisions about the device's carrier
 * @publish_work: shows it, and what else changes, to the guest
 * @leaving: it no longer does; RTNL
 * @prog: sees what the guest sends before the stack does; written under RTNL
 * @ctrl: the control ring, and the hashes it sets up
 * @filter: of multicasts to the guest
 * @drain_until: jiffies until which queues that go may wait for packets that are mapped
 * @watchdog: looks for events that were lost, while connected
 * @debug_dir: see debug.h
 * @past_lock: protects @past and the life of @queue against those who add up
 * @past: see struct xnb_past
 */
struct xnb_vif {
	struct xsplit_link *link;
	struct net_device *dev;
	struct list_head all;
	char *script;
	struct xnb_front front;
	struct xnb_queue **queue;
	unsigned int nr_queues;
	unsigned int max_queues;
	struct xnb_orphans *orphans;
	atomic_t stalled;
	spinlock_t rate_lock;
	struct xnb_credit credit;
	bool carrier;
	spinlock_t carrier_lock;
	struct work_struct publish_work;
	bool leaving;
	struct bpf_prog __rcu *prog;
	struct xnb_ctrl ctrl;
	struct xnb_filter filter;
	unsigned long drain_until;
	struct xsplit_watchdog watchdog;
	struct dentry *debug_dir;

	spinlock_t past_lock;
	struct xnb_past past;
};

extern struct xsplit_driver xnb_driver;

/**
 * xnb_vif_create - make the network device
 * @link: the device on the bus; its @priv is set
 * @handle: its number within the guest
 *
 * Context: may sleep. Return: the interface, without a carrier, or an error
 * pointer.
 */
struct xnb_vif *xnb_vif_create(struct xsplit_link *link, unsigned int handle);

/* Tell the guest nothing any more; the interface is disconnected. Context: may sleep. */
void xnb_vif_leave(struct xnb_vif *vif);

/* Undo xnb_vif_create(), after xnb_vif_leave(). Context: may sleep. */
void xnb_vif_destroy(struct xnb_vif *vif);

/**
 * xnb_vif_connect - set up queues to a frontend and let packets flow
 * @vif: the interface
 * @front: what the frontend says
 *
 * Context: may sleep. Return: 0 or -errno, already reported.
 */
int xnb_vif_connect(struct xnb_vif *vif, const struct xnb_front *front);

/*
 * Undo it; nothing of the guest's is held on return but pages of packets that somebody
 * else holds. Context: may sleep.
 */
void xnb_vif_disconnect(struct xnb_vif *vif);

/*
 * Let packets flow through what queues there are, or stop them. Queues that come up are
 * not stalled: the carrier returns if the operator wants one. Context: RTNL.
 */
void xnb_vif_start(struct xnb_vif *vif);
void xnb_vif_stop(struct xnb_vif *vif);

/*
 * Decide on the carrier again: the interface has one while it is connected, the operator
 * wants one, and no queue is stalled. Called after any of these has changed; carrier.c.
 * Context: any but hard interrupt.
 */
void xnb_carrier_update(struct xnb_vif *vif);

/*
 * A queue has stalled, or no longer is. Without a carrier packets for the interface wait
 * nowhere. Context: any but hard interrupt; carrier.c.
 */
void xnb_vif_stalled(struct xnb_vif *vif, bool stalled);

/*
 * Tell the guest of keys that may change while it is connected. Work does it, because
 * RTNL is held here and xenstore may take its time. Context: RTNL.
 */
static inline void xnb_vif_changed(struct xnb_vif *vif)
{
	if (!vif->leaving)
		queue_work(xsplit_workqueue(), &vif->publish_work);
}

/* Write the keys of that. Context: as xsplit_write(). */
void xnb_vif_write_changing(struct xsplit_link *link, struct xsplit_txn *txn);

/* Another limit on what the guest sends. Context: the link's operations. */
void xnb_vif_set_rate(struct xnb_vif *vif, const struct xnb_rate *rate);

/**
 * xnb_vif_set_headroom - leave more or less room before packets from now on
 * @vif: the interface, connected
 * @headroom: bytes
 *
 * Context: may sleep.
 */
void xnb_vif_set_headroom(struct xnb_vif *vif, u16 headroom);

/* The device's ethtool operations; ethtool.c. */
extern const struct ethtool_ops xnb_ethtool_ops;

/* Sum of what the queues, past and present, have counted. Context: any. */
void xnb_vif_sum(struct xnb_vif *vif, struct xnb_past *sum);

#endif /* XSPLIT_NETBACK_VIF_H */
