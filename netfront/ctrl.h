/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control ring: what is said to the backend beside packets. One message at
 * a time, and so far only how frames are to be spread over queues.
 *
 * A backend that does not answer is not asked again before the next connection.
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

/**
 * struct xnf_ctrl - the control ring of a device, and what is said on it
 * @lock: protects @rss, @wish, @asked, @left and @result, and @live against being set
 *	when the connection ends. Never held while the backend is waited for: users
 *	of ethtool take it, who have rtnl.
 * @live: the backend can be asked
 * @ending: the connection ends: nobody waits any more
 * @news: an event came, or the connection ends
 * @shared: the ring's page; none without the feature
 * @data: the page that key and table travel in
 * @ring: our view of the ring
 * @event: its event channel
 * @name: of the interrupt
 * @rss: how frames are to be spread; outlives connections
 * @wish: the same, while a change is tried
 * @asked: a user wants @wish, and the backend has not said yet what it thinks of that
 * @left: the user waits for it no longer: the log says how it ends
 * @result: how it ended
 * @done: it has ended
 * @said: what is told the backend; like all that follows, and the ring, the work's alone
 * @talk: the conversation about it
 * @tell: the work that holds conversations, one at a time; until xnf_ctrl_close()
 * @messages: answers taken; the counters go on from one connection to the next
 * @events_lost: answers that no event told of
 * @notified_again: times the backend was told again, as the event seemed lost
 * @counters: their file
 */
struct xnf_ctrl {
	struct mutex lock;
	bool live;
	bool ending;
	struct completion news;
	struct xsplit_pages shared;
	struct xsplit_pages data;
	struct xsplit_ring ring;
	struct xsplit_event event;
	char name[24];
	struct xnf_rss rss;
	struct xnf_rss wish;
	bool asked;
	bool left;
	int result;
	struct completion done;
	struct xnf_rss said;
	struct xnf_rss_talk talk;
	struct work_struct tell;
	u64 messages;
	u64 events_lost;
	u64 notified_again;
	struct dentry *counters;
};

/**
 * xnf_ctrl_init - first of all
 * @front: the device; its queues are not known yet
 */
void xnf_ctrl_init(struct xnf *front);

/**
 * xnf_ctrl_open - get what the backend must know of
 * @front: the device; features and number of queues are agreed on
 *
 * Without the feature, or where memory or grants are short (which is reported),
 * the connection has no control ring.
 *
 * Context: may sleep.
 */
void xnf_ctrl_open(struct xnf *front);

/**
 * xnf_ctrl_put - write the ring's keys, or remove those of an earlier driver
 * @front: the device
 * @txn: transaction
 */
void xnf_ctrl_put(struct xnf *front, struct xsplit_txn *txn);

/**
 * xnf_ctrl_start - the backend can be asked
 * @front: the device; the backend is Connected
 *
 * Tells it how to spread frames, if a user has said so. Does not wait for it.
 * Context: may sleep.
 */
void xnf_ctrl_start(struct xnf *front);

/**
 * xnf_ctrl_tell - the same again, while connected
 * @front: the device
 *
 * Context: an operation of the link. Does not wait for it.
 */
void xnf_ctrl_tell(struct xnf *front);

/**
 * xnf_ctrl_close - undo xnf_ctrl_open(), and end what is being said
 * @front: the device; may be closed already
 *
 * Whoever waits for an answer gets an error at once.
 * Context: may sleep; never waits for the backend.
 */
void xnf_ctrl_close(struct xnf *front);

/**
 * xnf_ctrl_there - can frames be spread as we like?
 * @front: the device
 */
bool xnf_ctrl_there(const struct xnf *front);

/**
 * xnf_ctrl_spread - have frames spread otherwise
 * @front: the device
 * @table: XNET_HASH_MAPPING_MAX numbers of queues, or NULL to keep the table
 * @key: XNET_HASH_KEY_BYTES bytes, or NULL to keep the key
 *
 * The caller has rtnl, which others wait for: the backend gets a second to answer. If it
 * takes longer the change is under way, and the log says so, and whether it fails.
 *
 * Context: may sleep, a second at most.
 * Return: 0; -EBUSY: an earlier change is under way; -EOPNOTSUPP: the backend cannot;
 * -EINVAL: no such queue, or the backend refused; -ENOSPC: it has no room; -EPROTO: it
 * answers with nonsense; -ESHUTDOWN: the connection ends. What was so before stays so,
 * as far as the backend can be told.
 */
int xnf_ctrl_spread(struct xnf *front, const u32 *table, const u8 *key);

/**
 * xnf_ctrl_spreading - how are frames spread?
 * @front: the device
 * @table: XNET_HASH_MAPPING_MAX entries to be filled in, or NULL
 * @key: XNET_HASH_KEY_BYTES bytes to be filled in, or NULL
 *
 * While a change is under way: as it is wanted.
 *
 * Context: may sleep; never waits for the backend.
 */
void xnf_ctrl_spreading(struct xnf *front, u32 *table, u8 *key);

#endif /* XSPLIT_NETFRONT_CTRL_H */
