/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control ring, by which a guest chooses the queues of packets to it.
 */
#ifndef XSPLIT_NETBACK_CTRL_H
#define XSPLIT_NETBACK_CTRL_H

#include <linux/workqueue.h>

#include "grant/batch.h"
#include "netback/hash.h"
#include "xenbus/counter.h"
#include "xenbus/event.h"
#include "xenbus/lost_event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct xnb_vif;

/* An interface's control ring; @work owns all but @hash. */
struct xnb_ctrl {
	struct xnb_vif *vif;
	struct xnb_hash hash;		/* what the guest has asked for; read by those who send */
	struct xsplit_ring ring;	/* no @shared where the guest has none */
	struct xsplit_pages pages;
	struct xsplit_event event;
	struct work_struct work;	/* answers messages, one after the other */
	struct xsplit_copy_batch copy;	/* one copy, of a key or a mapping */
	struct page *page;		/* where that is copied to */
	struct xsplit_grant_count counts;	/* of these copies */
	u64 messages;
	u64 events_lost;		/* the watchdog's */
	struct xsplit_lost_event lost_event;	/* the watchdog's */
	struct dentry *counter_file;
	bool broken;			/* the guest broke the ring; nothing is taken any more */
	bool closing;			/* nobody ends an interrupt of @event any more */
};

/*
 * Connect to the frontend's control ring, if it has one. @ctrl is zeroed or destroyed;
 * the frontend's keys have been read. Context: may sleep. Return: 0 or -errno, reported.
 */
int xnb_ctrl_create(struct xnb_ctrl *ctrl, struct xnb_vif *vif);

/* As xnb_queue_check_events(); @ctrl may be destroyed. */
bool xnb_ctrl_check_events(struct xnb_ctrl *ctrl, bool ran);

/* Undo xnb_ctrl_create(), and forget what the guest asked for. Context: may sleep. */
void xnb_ctrl_destroy(struct xnb_ctrl *ctrl);

#endif /* XSPLIT_NETBACK_CTRL_H */
