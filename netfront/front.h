/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device: what is agreed on with the backend, and when what happens.
 */
#ifndef XSPLIT_NETFRONT_FRONT_H
#define XSPLIT_NETFRONT_FRONT_H

#include <linux/netdevice.h>

#include "netfront/ctrl.h"
#include "netfront/keys.h"
#include "xenbus/link.h"
#include "xenbus/watchdog.h"

struct bpf_prog;
struct xnf_queue;

/**
 * struct xnf_params - module parameters; see main.c
 * @max_queues: most queues of a device
 * @trusted: backends may see what lies beside data
 */
struct xnf_params {
	unsigned int max_queues;
	bool trusted;
};

extern struct xnf_params xnf_params;

/**
 * struct xnf - a device
 * @link: its link
 * @dev: what the network stack sees; this struct is its private part
 * @queue: its queues; the array stays as long as the device
 * @max_queues: length of @queue
 * @nr_queues: of these, in use
 * @tx_queues: on so many of these a user wants to send; 0: on all
 * @stale_queues: folders of queues that an earlier driver left
 * @features: what the backend can do
 * @trusted: the backend may see what lies beside data
 * @mtu_wish: the toolstack's, when it was last followed
 * @added: the stack knows it
 * @live: the queues carry packets; written under rtnl
 * @prog: sees frames before the stack does; written under rtnl
 * @ctrl: control ring
 * @watchdog: looks for events that were lost, while @live
 * @announce: tells the network where we are
 * @announcements: how many of them are left
 * @moved: there was a connection before this one
 */
struct xnf {
	struct xsplit_link *link;
	struct net_device *dev;
	struct xnf_queue *queue;
	unsigned int max_queues;
	unsigned int nr_queues;
	unsigned int tx_queues;
	unsigned int stale_queues;
	struct xnf_features features;
	bool trusted;
	u64 mtu_wish;
	bool added;
	bool live;
	struct bpf_prog __rcu *prog;
	struct xnf_ctrl ctrl;
	struct xsplit_watchdog watchdog;
	struct delayed_work announce;
	unsigned int announcements;
	bool moved;
};

/* The driver, to be registered. */
extern struct xsplit_driver xnf_driver;

#endif /* XSPLIT_NETFRONT_FRONT_H */
