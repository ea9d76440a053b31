// SPDX-License-Identifier: GPL-2.0
/*
 * The handshake: what a link does at each action of xenbus/state.c.
 */

#include <linux/ktime.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "compat/module.h"
#include "compat/xenbus.h"
#include "grant/count.h"
#include "grant/retry.h"
#include "xenbus/link.h"
#include "xenbus/private.h"
#include "xenbus/store.h"

/* A handshake takes three steps; more in one go means that the peer flaps. */
#define STEPS_AT_ONCE 8

/* --- the peer's pace ------------------------------------------------------ */

static u64 now_ms(void)
{
	return ktime_to_ms(ktime_get());
}

/* The peer may make us connect or read keys again and again, but not as often as it likes. */
static bool too_soon(struct xsplit_link *link)
{
	u64 now = now_ms();
	unsigned int ms = max(xsplit_pace_wait(&link->pace, now),
			      xsplit_pace_wait(&link->caught, now));

	if (ms)
		queue_delayed_work(xsplit_link_wq, &link->retry, msecs_to_jiffies(ms) + 1);
	return ms;
}

bool xsplit_link_may_act(struct xsplit_link *link, struct xsplit_pace *pace)
{
	u64 now = now_ms();
	unsigned int ms = xsplit_pace_wait(pace, now);

	if (!ms) {
		xsplit_pace_charge(pace, now);
		return true;
	}
	/* do_refresh() has to try again although the peer may write nothing any more. */
	set_bit(XSPLIT_WATCH_PEER, &link->keys_changed);
	queue_delayed_work(xsplit_link_wq, &link->retry, msecs_to_jiffies(ms) + 1);
	return false;
}
XSPLIT_EXPORT(xsplit_link_may_act);

/* --- a connection ends --------------------------------------------------- */

static void end_connection(struct xsplit_link *link, enum xsplit_why why)
{
	if (xsplit_link_connected(link)) {
		link->driver->ops->disconnect(link, why);
		link->phase = XSPLIT_IDLE;
	}
	if (test_and_clear_bit(LINK_CAUGHT, &link->flags))
		xsplit_pace_charge(&link->caught, now_ms());
	/* The rings have gone, and with them everybody who might have found it broken. */
	clear_bit(LINK_BROKEN, &link->flags);
	clear_bit(LINK_ACCUSED, &link->flags);
}

void xsplit_drop_connection(struct xsplit_link *link, enum xsplit_why why)
{
	/* As in link_work(). */
	unsigned int noio = memalloc_noio_save();

	/* A new connection does not wait for what the old one was short of, or put off. */
	cancel_delayed_work(&link->retry);
	link->tries = 0;
	WRITE_ONCE(link->key_tries, 0);
	end_connection(link, why);
	xsplit_link_forget(link);
	memalloc_noio_restore(noio);
}

/*
 * Drop the connection for an action that can go on only when @finish is satisfied. If it
 * is not, the action is taken again later, whatever the peer's state is by then.
 */
static bool drop_for(struct xsplit_link *link, enum xsplit_action action, bool close)
{
	xsplit_drop_connection(link, XSPLIT_WHY_GONE);
	if (xsplit_finished(link, close))
		return true;
	link->unfinished = action;
	return false;
}

/* Closing asks the peer to let go; the table of states decides what follows. */
static void give_up(struct xsplit_link *link, enum xsplit_why why)
{
	xsplit_drop_connection(link, why);
	link->phase = XSPLIT_IDLE;
	xsplit_node_switch_state(link, XenbusStateClosing);
}

bool xsplit_link_has_rings(const struct xsplit_link *link)
{
	return xsplit_has_rings(xenbus_read_driver_state(link->xdev, link->peer_dir));
}
XSPLIT_EXPORT(xsplit_link_has_rings);

/* --- the next action ------------------------------------------------------ */

/* Our row of the table, which is not always our state in xenstore. */
static unsigned int our_state(const struct xsplit_link *link)
{
	if (link->phase == XSPLIT_NEW)
		return XenbusStateUnknown;
	/* A network frontend writes Connected before it has seen the backend connect. */
	if (link->driver->side == XSPLIT_FRONT && link->phase == XSPLIT_CONNECTED)
		return XenbusStateInitialised;
	return link->xdev->state;
}

/* Return: 0; -errno: the peer's state cannot be read now. */
static int read_action(const struct xsplit_link *link, enum xsplit_action *action)
{
	unsigned int peers, ours = our_state(link);
	int err = xsplit_state_read(link, link->peer_dir, &peers);

	if (err)
		return err;
	*action = link->retired ? xsplit_retire_action(ours, peers) :
		  xsplit_next_action(link->driver->side, ours, peers);
	return 0;
}

/*
 * Judge an error of @action, during which the peer's state may have changed. Return: @err; -ESTALE
 * if the peer does not ask for @action any more; -ENOMEM, to try again, if that is not known.
 */
static int judge_error(const struct xsplit_link *link, enum xsplit_action action, int err)
{
	enum xsplit_action next;

	if (!err || xsplit_is_transient(err))
		return err;
	if (read_action(link, &next))
		return -ENOMEM;
	return next == action ? err : -ESTALE;
}

/* --- one action each ---------------------------------------------------- */

static void do_stay(struct xsplit_link *link)
{
}

/* Change to or from Initialising, which a frontend's bus may misread: see xenbus/node.c. */
static void write_state(struct xsplit_link *link, enum xenbus_state state)
{
	if (link->driver->side == XSPLIT_FRONT)
		xsplit_node_write_state(link, state);
	else
		xsplit_node_switch_state(link, state);
}

/* A peer that began anew has taken its rings back, which is no fault. */
static void drop_and_kick(struct xsplit_link *link)
{
	xsplit_drop_connection(link, XSPLIT_WHY_GONE);
	xsplit_link_kick(link);
}

/* @had_error: errors of earlier attempts stand in the error node, and are out of date. */
static void write_connected(struct xsplit_link *link, bool had_error)
{
	if (had_error)
		xsplit_link_clear_error(link);
	xsplit_link_forget(link);
	write_state(link, link->driver->offered);
}

/* Something is short, or put off: events do not shorten the wait. */
static bool waits(const struct xsplit_link *link)
{
	return delayed_work_pending(&link->retry);
}

/* Something is short, and others may give it back. */
static void try_again(struct xsplit_link *link)
{
	unsigned int seconds = xsplit_retry_seconds(link->tries);

	link->tries += queue_delayed_work(xsplit_link_wq, &link->retry, seconds * HZ);
}

/* Without its state, or its folder, it is not known what the peer wants: nothing is done. */
static void cannot_read(struct xsplit_link *link, int err)
{
	if (!waits(link))
		xsplit_link_unread(link, link->peer_dir, "state", err);
	try_again(link);
}

/*
 * Judge an attempt to read or write keys. Return: is it to be made again, as something was short?
 * Any other error stays in the error node.
 */
static bool was_short(struct xsplit_link *link, int err)
{
	if (xsplit_is_transient(err)) {
		try_again(link);
		return true;
	}
	if (err)
		link->tries = 0;
	return false;
}

static void retry_connect(struct xsplit_link *link)
{
	if (!link->tries && xsplit_link_may_log(link))
		dev_info(&link->xdev->dev, "not connected yet: trying again from time to time\n");
	try_again(link);
}

/*
 * Without memory for the keys our state stays as it is, and the next attempt looks at the peer's
 * state again.
 */
static void do_open(struct xsplit_link *link)
{
	const struct xsplit_link_ops *ops = link->driver->ops;
	int err = 0;

	if (waits(link))
		return;
	clear_bit(LINK_REOPEN, &link->flags);
	if (ops->publish)
		err = xsplit_link_publish(link, ops->publish);
	if (xsplit_is_transient(err)) {
		retry_connect(link);
		return;
	}
	link->tries = 0;
	link->phase = XSPLIT_IDLE;
	if (err)
		give_up(link, XSPLIT_WHY_CLOSE);
	else
		write_state(link, link->driver->side == XSPLIT_FRONT ? XenbusStateInitialising :
								       XenbusStateInitWait);
}

/* A backend that keeps what each connection lends would get at ever more of our memory. */
static int check_quarantine(struct xsplit_link *link)
{
	const struct xsplit_link_ops *ops = link->driver->ops;
	unsigned int held;

	if (link->driver->side == XSPLIT_BACK)
		return 0;
	held = xsplit_quarantine_full(xsplit_link_borrower(link),
				      ops->held ? ops->held(link) : 0, link->lent);
	if (!held)
		return 0;
	xsplit_count(&link->quarantine_waits, 1);
	return xsplit_link_error(link, -EBUSY,
				 "the backend holds %u pages of earlier connections: not connected until it lets go, restart its domain if it does not",
				 held);
}

static void do_connect(struct xsplit_link *link)
{
	const struct xsplit_link_ops *ops = link->driver->ops;
	bool had_error = link->error_text;
	int err;

	if (waits(link) || !xsplit_finished(link, false) || too_soon(link))
		return;
	err = check_quarantine(link) ?: ops->connect(link);
	if (err == -EAGAIN)
		return;
	xsplit_pace_charge(&link->pace, now_ms());
	if (!err)
		link->phase = XSPLIT_CONNECTED;
	if (!err && ops->publish_connected)
		err = xsplit_link_publish(link, ops->publish_connected);
	err = judge_error(link, XSPLIT_CONNECT, err);
	if (xsplit_is_transient(err)) {
		end_connection(link, XSPLIT_WHY_GONE);
		retry_connect(link);
		return;
	}
	link->tries = 0;
	if (!err) {
		write_connected(link, had_error);
	} else if (err != -ESTALE) {
		give_up(link, XSPLIT_WHY_CLOSE);
		if (ops->connect_failed)
			ops->connect_failed(link);
	} else {
		drop_and_kick(link);
	}
}

static void do_ready(struct xsplit_link *link)
{
	bool had_error = link->error_text;
	int err;

	if (waits(link))
		return;
	err = link->driver->ops->ready(link);
	if (err == -EAGAIN)
		return;
	/* A backend that has vanished in the meantime has taken its keys with it. */
	err = judge_error(link, XSPLIT_READY, err);
	if (err == -ESTALE) {
		xsplit_link_kick(link);
		return;
	}
	/* The rings are lent and the backend serves them: only this end is short of something. */
	if (xsplit_is_transient(err)) {
		retry_connect(link);
		return;
	}
	if (err) {
		give_up(link, XSPLIT_WHY_CLOSE);
		return;
	}
	if (had_error)
		xsplit_link_clear_error(link);
	link->tries = 0;
	link->phase = XSPLIT_UP;
	xsplit_node_switch_state(link, XenbusStateConnected);
}

/*
 * Anything may have queued the work: keys are read again only if the peer wrote its state. If
 * something was short, the bit is set again, since the peer may not write another time.
 */
static void do_refresh(struct xsplit_link *link)
{
	if (!link->driver->ops->refresh || waits(link) ||
	    !test_and_clear_bit(XSPLIT_WATCH_PEER, &link->keys_changed))
		return;
	if (was_short(link, link->driver->ops->refresh(link)))
		set_bit(XSPLIT_WATCH_PEER, &link->keys_changed);
}

/* A toolstack that detaches the device writes our state, which we must not overwrite. */
static bool asked_to_close(const struct xsplit_link *link)
{
	return xenbus_read_driver_state(link->xdev, link->own_dir) == XenbusStateClosing;
}

/* A frontend of a driver without @refresh waits: it was not offered this. */
static void do_reconfigure(struct xsplit_link *link)
{
	if (!link->driver->ops->refresh || waits(link) || too_soon(link))
		return;
	xsplit_pace_charge(&link->pace, now_ms());
	if (!was_short(link, link->driver->ops->refresh(link)) && !asked_to_close(link))
		xsplit_node_switch_state(link, XenbusStateReconfigured);
}

static void do_reconfigured(struct xsplit_link *link)
{
	if (!asked_to_close(link))
		xsplit_node_switch_state(link, XenbusStateConnected);
}

static void do_restart(struct xsplit_link *link)
{
	if (!drop_for(link, XSPLIT_RESTART, false))
		return;
	/*
	 * Our state in xenstore is still that of the connection that has gone. The peer has begun
	 * anew, and does not wait for it to change.
	 */
	link->phase = XSPLIT_NEW;
	do_open(link);
}

/*
 * Has the toolstack removed a backend's device? If that cannot be read, the device stays until its
 * folder is removed as well.
 */
static bool is_offline(struct xsplit_link *link)
{
	u64 online = 0;
	char *text;

	if (link->driver->side == XSPLIT_FRONT)
		return false;
	if (link->retired)
		return true;
	if (xsplit_text_read(link, link->own_dir, "online", &text))
		return false;
	if (text && xsplit_key_parse(text, &online))
		online = 0;
	kfree(text);
	return !online;
}

static void do_close(struct xsplit_link *link)
{
	if (!drop_for(link, XSPLIT_CLOSE, true))
		return;
	xsplit_node_switch_state(link, XenbusStateClosed);
	if (is_offline(link))
		xsplit_reap(link);
}

/* There is no peer to agree with, and the next one must see that we begin anew. */
static void do_lose(struct xsplit_link *link)
{
	if (xsplit_link_may_log(link))
		dev_warn(&link->xdev->dev,
			 "the backend is gone: waiting for it or another one, attach the device again\n");
	xsplit_drop_connection(link, XSPLIT_WHY_LOST);
	xsplit_node_write_state(link, XenbusStateInitialising);
}

static void do_closing(struct xsplit_link *link)
{
	const struct xsplit_link_ops *ops = link->driver->ops;

	if (link->driver->side == XSPLIT_BACK) {
		xsplit_node_switch_state(link, XenbusStateClosing);
		return;
	}
	if (ops->may_close && !ops->may_close(link))
		return;
	xsplit_drop_connection(link, XSPLIT_WHY_CLOSE);
	xsplit_node_switch_state(link, XenbusStateClosed);
}

/* A frontend whose folder is there without a state may write one again. */
static void do_gone(struct xsplit_link *link)
{
	bool closed = link->xdev->state == XenbusStateClosed && link->phase != XSPLIT_NEW;
	int stays = xsplit_exists(link->peer_dir, "");

	if (stays < 0) {
		/* What is still connected may go on if the state comes back. */
		if (!closed && !xsplit_link_connected(link))
			link->unfinished = XSPLIT_GONE;
		cannot_read(link, stays);
		return;
	}
	if (stays && closed)
		return;
	if (!drop_for(link, XSPLIT_GONE, true))
		return;
	if (stays) {
		xsplit_link_error(link, -ENOENT,
				  "%s/state is missing: closed, attach the device again to use it",
				  link->peer_dir);
		link->phase = XSPLIT_IDLE;
	}
	xsplit_node_switch_state(link, XenbusStateClosed);
	if (!stays)
		xsplit_reap(link);
}

static void (*const actions[XSPLIT_NR_ACTIONS])(struct xsplit_link *link) = {
	[XSPLIT_STAY] = do_stay,
	[XSPLIT_OPEN] = do_open,
	[XSPLIT_CONNECT] = do_connect,
	[XSPLIT_READY] = do_ready,
	[XSPLIT_REFRESH] = do_refresh,
	[XSPLIT_RECONFIGURE] = do_reconfigure,
	[XSPLIT_RECONFIGURED] = do_reconfigured,
	[XSPLIT_RESTART] = do_restart,
	[XSPLIT_CLOSING] = do_closing,
	[XSPLIT_CLOSE] = do_close,
	[XSPLIT_LOSE] = do_lose,
	[XSPLIT_GONE] = do_gone,
};

/* --- steps ---------------------------------------------------------------- */

/* Was something short for the key, and is it too early to try again? */
static bool put_off(const struct xsplit_link *link, unsigned int watch)
{
	return waits(link) && test_bit(watch, &link->keys_short);
}

/*
 * Not held back by the shortage of others: some of these events are results that a driver needs
 * before it can connect.
 * Return: is a key to be read again, as something was short?
 */
static bool handle_changed_keys(struct xsplit_link *link)
{
	unsigned int i;

	for (i = 0; i < XSPLIT_MAX_WATCHES; i++) {
		if (put_off(link, i))
			continue;
		clear_bit(i, &link->keys_short);
		if (test_and_clear_bit(i, &link->keys_changed) &&
		    was_short(link, link->driver->ops->key_changed(link, i))) {
			set_bit(i, &link->keys_short);
			set_bit(i, &link->keys_changed);
		}
	}
	return link->keys_short;
}

/*
 * The peer is another one, or has forgotten us: nothing of the old connection is of use.
 * Return: is the node to be read again, as something was short?
 */
static bool check_node(struct xsplit_link *link)
{
	enum xsplit_node node = XSPLIT_NODE_SAME;

	if (!test_and_clear_bit(XSPLIT_WATCH_NODE, &link->keys_changed))
		return false;
	if (was_short(link, xsplit_node_check(link, &node))) {
		set_bit(XSPLIT_WATCH_NODE, &link->keys_changed);
		return true;
	}
	if (node == XSPLIT_NODE_SAME)
		return false;
	if (xsplit_link_may_log(link))
		dev_info(&link->xdev->dev, "made anew by the toolstack: beginning again\n");
	xsplit_drop_connection(link, XSPLIT_WHY_LOST);
	link->phase = XSPLIT_NEW;
	xsplit_node_reset_state(link);
	if (node != XSPLIT_NODE_MOVED)
		return false;
	link->moved = true;
	if (xsplit_move_to_peer(link))
		xsplit_link_error(link, -ENOMEM,
				  "cannot turn to the new backend: attach the device again");
	return false;
}

static void handle_broken_peer(struct xsplit_link *link)
{
	if (!test_bit(LINK_BROKEN, &link->flags))
		return;
	/* Pairs with the barrier in xsplit_link_broken(). */
	smp_rmb();
	xsplit_link_error(link, -EPROTO, "%s; closing, attach the device again to use it",
			  link->reason);
	give_up(link, XSPLIT_WHY_BROKEN);
}

/* The backend has to close as well before it negotiates again. */
static void handle_restart(struct xsplit_link *link)
{
	if (!test_and_clear_bit(LINK_RESTART, &link->flags) || !xsplit_link_connected(link))
		return;
	set_bit(LINK_REOPEN, &link->flags);
	give_up(link, XSPLIT_WHY_CLOSE);
}

/* The backend reads the keys when our state asks it to; the table of states does the rest. */
static void handle_reconfiguration(struct xsplit_link *link)
{
	int err;

	if (!test_bit(LINK_RECONFIGURE, &link->flags) || link->phase == XSPLIT_CONNECTED ||
	    link->xdev->state == XenbusStateReconfiguring || waits(link))
		return;
	clear_bit(LINK_RECONFIGURE, &link->flags);
	if (link->phase != XSPLIT_UP || link->xdev->state != XenbusStateConnected)
		return;
	err = xsplit_link_publish(link, link->reconfigure);
	if (!err)
		xsplit_node_switch_state(link, XenbusStateReconfiguring);
	else if (was_short(link, err))
		set_bit(LINK_RECONFIGURE, &link->flags);
}

/*
 * A toolstack that does not know the key never writes 0.
 * Return: is it to be read again, as something was short?
 */
static bool check_online(struct xsplit_link *link)
{
	char *text;
	int err;

	if (!test_and_clear_bit(XSPLIT_WATCH_ONLINE, &link->keys_changed))
		return false;
	err = xsplit_text_read(link, link->own_dir, "online", &text);
	if (was_short(link, err)) {
		set_bit(XSPLIT_WATCH_ONLINE, &link->keys_changed);
		return true;
	}
	if (!err) {
		link->retired = text && !strcmp(text, "0");
		kfree(text);
	}
	return false;
}

/*
 * A backend that closed for a fault of its own offers itself again when the fault is gone, and a
 * frontend that closed to negotiate again does when the backend has closed, too.
 */
static void handle_reopening(struct xsplit_link *link)
{
	if (link->retired || link->unfinished || link->xdev->state != XenbusStateClosed)
		return;
	if (test_and_clear_bit(LINK_REOPEN, &link->flags))
		link->phase = XSPLIT_NEW;
}

/* An unfinished action comes first. */
static enum xsplit_action take_action(struct xsplit_link *link)
{
	enum xsplit_action action = link->unfinished;
	int err;

	link->unfinished = XSPLIT_STAY;
	if (action != XSPLIT_STAY)
		return action;
	err = read_action(link, &action);
	if (!err)
		return action;
	cannot_read(link, err);
	return XSPLIT_STAY;
}

/* Return: true if the step changed our state. */
static bool link_step(struct xsplit_link *link)
{
	unsigned int ours = our_state(link);

	actions[take_action(link)](link);
	return our_state(link) != ours;
}

/* Is the device in use? Then all that can be short is the reading or writing of keys. */
static bool in_use(const struct xsplit_link *link)
{
	return link->phase == (link->driver->side == XSPLIT_FRONT ? XSPLIT_UP : XSPLIT_CONNECTED);
}

/* Nothing is short any more: errors of attempts before are out of date. */
static void end_tries(struct xsplit_link *link)
{
	if (!link->tries || !in_use(link) || waits(link))
		return;
	xsplit_link_clear_error(link);
	link->tries = 0;
}

void xsplit_take_steps(struct xsplit_link *link)
{
	unsigned int steps = 0;
	bool again;

	if (test_bit(LINK_MOVING, &link->flags))
		return;
	again = check_node(link);
	if (test_bit(LINK_MOVING, &link->flags))
		return;
	again |= handle_changed_keys(link);
	handle_broken_peer(link);
	handle_restart(link);
	do {
		again |= check_online(link);
		handle_reopening(link);
		handle_reconfiguration(link);
		if (steps++ == STEPS_AT_ONCE) {
			xsplit_link_kick(link);
			break;
		}
	} while (link_step(link));
	/* If a connection ended in this run, that stopped the timer of what is to be read again. */
	if (again && !waits(link))
		try_again(link);
	end_tries(link);
	if (link->driver->ops->is_ready)
		WRITE_ONCE(link->settled, link->driver->ops->is_ready(link));
}
