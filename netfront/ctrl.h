/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control ring: messages to the backend other than packets. Messages go out one at
 * a time, and so far they only configure receive side scaling (RSS).
 *
 * A backend that fails to respond is not asked again on the same connection.
 */
#ifndef XSPLIT_NETFRONT_CTRL_H
#define XSPLIT_NETFRONT_CTRL_H

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "netfront/rss.h"
#include "xenbus/event.h"
#include "xenbus/ring.h"
#include "xenbus/ring_pages.h"

struct dentry;
struct xnf;
struct xsplit_txn;

/*
 * @lock protects @rss, @requested, @changing, @abandoned and @result; @live is set under
 * it too. It is never held while we wait for the backend, because ethtool takes it under
 * rtnl. The ring, @target, @session and the counters belong to @resync_work.
 */
struct xnf_ctrl {
	struct mutex lock;
	bool live;			/* the backend can be asked */
	bool ending;			/* the connection ends: nobody may wait */
	struct completion completion;	/* an event came, or the connection ends */
	struct xsplit_pages shared;	/* the ring; absent without the feature */
	struct xsplit_pages data;	/* carries key and table */
	struct xsplit_ring ring;
	struct xsplit_event event;
	char name[24];			/* of the interrupt */
	struct xnf_rss rss;		/* in effect; outlives connections */
	struct xnf_rss requested;	/* while a change is attempted */
	bool changing;			/* the outcome of @requested is open */
	bool abandoned;			/* the user no longer waits: log the outcome */
	int result;			/* of the last change */
	struct completion change_done;
	struct xnf_rss target;		/* what the session configures */
	struct xnf_rss_session session;
	struct work_struct resync_work;	/* runs sessions, until xnf_ctrl_destroy() */
	u64 messages;			/* responses taken, over all connections */
	u64 events_lost;
	u64 notified_again;
	struct dentry *counters;
};

/* Initialise, before the number of queues is known. */
void xnf_ctrl_init(struct xnf *front);

/*
 * Set up the ring and its event channel, with features and queues negotiated. Without the
 * feature, or if something is short (which is reported), the connection has no control ring.
 * Context: may sleep.
 */
void xnf_ctrl_create(struct xnf *front);

/* Write the keys of the ring, or remove those that an earlier driver left. */
void xnf_ctrl_write_keys(struct xnf *front, struct xsplit_txn *txn);

/* The backend is connected: send it the RSS configuration, if a user has set one. */
void xnf_ctrl_start(struct xnf *front);

/* Send the configuration again. Does not wait. Context: an operation of the link. */
void xnf_ctrl_resync(struct xnf *front);

/*
 * End a session under way and undo xnf_ctrl_create(). A user who waits for the outcome of a
 * change gets an error at once. Context: may sleep, but never waits for the backend.
 */
void xnf_ctrl_destroy(struct xnf *front);

/* Can RSS be configured? */
bool xnf_ctrl_live(const struct xnf *front);

/*
 * Change the RSS configuration: a table of XNET_HASH_MAPPING_MAX queue numbers and a key of
 * XNET_HASH_KEY_BYTES bytes, or NULL to leave either as it is. The caller holds rtnl, so the
 * backend gets one second to respond. If it takes longer, the change goes on in the background,
 * and the log says so and reports a failure.
 *
 * Context: may sleep. Return: 0; -EBUSY: a change is under way; -EOPNOTSUPP: the backend
 * cannot do it; -EINVAL: no such queue, or the backend refused; -ENOSPC: it has no room;
 * -EPROTO: its response makes no sense; -ESHUTDOWN: the connection ends. After an error
 * the earlier configuration stays, as far as the backend can be told.
 */
int xnf_ctrl_set_rss(struct xnf *front, const u32 *table, const u8 *key);

/* Copy out table and key, either may be NULL; during a change, the requested ones. */
void xnf_ctrl_get_rss(struct xnf *front, u32 *table, u8 *key);

#endif /* XSPLIT_NETFRONT_CTRL_H */
