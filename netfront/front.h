/* SPDX-License-Identifier: GPL-2.0 */
/* A device, and its side of the link to the backend. */
#ifndef XSPLIT_NETFRONT_FRONT_H
#define XSPLIT_NETFRONT_FRONT_H

#include <linux/netdevice.h>

#include "netfront/ctrl.h"
#include "netfront/keys.h"
#include "xenbus/link.h"
#include "xenbus/watchdog.h"

struct bpf_prog;
struct xnf_queue;

/* A device: the private part of its net_device. @live and @prog are written under rtnl. */
struct xnf {
	struct xsplit_link *link;
	struct net_device *dev;
	struct xnf_queue *queue;	/* of length @max_queues, as long as the device exists */
	unsigned int max_queues;
	unsigned int nr_queues;		/* in use on this connection */
	unsigned int tx_queues;		/* that a user wants to send on; 0: all */
	unsigned int stale_queues;	/* xenstore folders that an earlier driver left */
	struct xnf_features features;
	bool trusted;			/* the backend may see memory beside the data */
	u64 toolstack_mtu;		/* when it was last followed */
	bool added;			/* registered with the stack */
	bool live;			/* the queues carry packets */
	struct bpf_prog __rcu *prog;
	struct xnf_ctrl ctrl;
	struct xsplit_watchdog watchdog;	/* finds lost events while @live */
	struct delayed_work announce;
	unsigned int announcements;	/* that are still to be made */
	bool moved;			/* this is not the first connection */
};

/* To be registered by main.c. */
extern struct xsplit_driver xnf_driver;

#endif /* XSPLIT_NETFRONT_FRONT_H */
