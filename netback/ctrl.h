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

/**
 * struct xnb_ctrl - an interface's control ring; @work owns all but @hash
 * @vif: whose
 * @hash: what the guest has asked for; read by those who send
 * @ring: the ring; no @shared where the guest has none
 * @pages: of the ring
 * @event: its channel
 * @work: answers messages, one after the other
 * @copy: one copy, of a key or a mapping
 * @page: where that is copied to
 * @counts: of these copies
 * @messages: number of messages answered
 * @events_lost: checks that found messages without an event; the watchdog's
 * @lost_event: what the watchdog has seen; its own
 * @counter_file: where this is shown
 * @broken: the guest broke the ring; nothing is taken any more
 * @closing: @event goes away, and nobody ends its interrupt any more; any context
 */
struct xnb_ctrl {
	struct xnb_vif *vif;
	struct xnb_hash hash;
	struct xsplit_ring ring;
	struct xsplit_pages pages;
	struct xsplit_event event;
	struct work_struct work;
	struct xsplit_copy_batch copy;
	struct page *page;
	struct xsplit_grant_count counts;
	u64 messages;
	u64 events_lost;
	struct xsplit_lost_event lost_event;
	struct dentry *counter_file;
	bool broken;
	bool closing;
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
