// SPDX-License-Identifier: GPL-2.0
/*
 * The control ring: sending messages and waiting for the responses.
 */
#include <linux/netdevice.h>

#include "netfront/ctrl.h"
#include "netfront/front.h"
#include "xenbus/counter.h"
#include "xenbus/lost_event.h"
#include "xenbus/store.h"

/* For a whole session: a backend takes milliseconds, but more on a busy machine. */
#define SESSION_TIMEOUT (5 * HZ)

/* How long ethtool waits, under rtnl. */
#define USER_TIMEOUT HZ

/* The ring is checked this often, in case an event was lost in either direction. */
#define CHECK_INTERVAL (HZ / 2)

/* --- events -------------------------------------------------------------- */

static irqreturn_t xnf_ctrl_interrupt(int irq, void *arg)
{
	struct xnf_ctrl *ctrl = arg;

	xsplit_event_raise(&ctrl->event);
	complete(&ctrl->completion);
	return IRQ_HANDLED;
}

/* An event outside of a session stays outstanding, so it interrupts only once. */
static void end_interrupt(struct xnf_ctrl *ctrl, bool worked)
{
	ctrl->event.worked = worked;
	xsplit_event_finish(&ctrl->event, xsplit_event_claim(&ctrl->event));
}

/* --- a message ----------------------------------------------------------- */

static void send_message(struct xnf_ctrl *ctrl, const struct xnet_ctrl_request *msg)
{
	struct xnet_ctrl_request *slot = xsplit_ring_slot(&ctrl->ring, ctrl->ring.prod++);

	*slot = *msg;
	if (xsplit_front_push(&ctrl->ring))
		xsplit_event_notify(&ctrl->event);
}

/* No event came; if @late, perhaps because this domain did not run. See xenbus/lost_event.h. */
static void check_events(struct xnf_ctrl *ctrl, bool late)
{
	struct xsplit_ring_snapshot now;

	xsplit_front_snapshot(&ctrl->ring, &now);
	if (now.pending && !late && !xsplit_event_raised(&ctrl->event))
		xsplit_count(&ctrl->events_lost, 1);
	if (!now.missed_event)
		return;
	xsplit_count(&ctrl->notified_again, 1);
	xsplit_event_notify(&ctrl->event);
}

/* The ring is empty and armed. */
static int wait_for_event(struct xnf_ctrl *ctrl, unsigned long until)
{
	long left = until - jiffies;
	unsigned long most = jiffies + 2 * CHECK_INTERVAL;

	end_interrupt(ctrl, false);
	if (READ_ONCE(ctrl->ending))
		return -ESHUTDOWN;
	if (left <= 0)
		return -ETIMEDOUT;
	if (!wait_for_completion_timeout(&ctrl->completion, min_t(long, left, CHECK_INTERVAL)))
		check_events(ctrl, time_after(jiffies, most));
	return READ_ONCE(ctrl->ending) ? -ESHUTDOWN : 0;
}

static int wait_for_response(struct xnf *front, unsigned long until)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	u32 visible;
	int err;

	for (;;) {
		err = xsplit_front_visible(&ctrl->ring, &visible);
		if (err)
			xsplit_link_broken(front->link,
					   "the backend broke the protocol: more answers than messages on the control ring");
		if (err || visible)
			return err;
		if (!xsplit_front_arm(&ctrl->ring))
			err = wait_for_event(ctrl, until);
		if (err)
			return err;
	}
}

static int take_response(struct xnf *front, struct xnet_ctrl_response *rsp, unsigned long until)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	int err;

	err = wait_for_response(front, until);
	if (err)
		return err;
	xsplit_ring_take(&ctrl->ring, ctrl->ring.cons, rsp, sizeof(*rsp));
	ctrl->ring.cons++;
	xsplit_count(&ctrl->messages, 1);
	end_interrupt(ctrl, true);
	return 0;
}

/* --- a session ----------------------------------------------------------- */

/* The backend may still read the data page of the last message, so nothing may change it. */
static void abort_session(struct xnf *front, int err)
{
	WRITE_ONCE(front->ctrl.live, false);
	if (err != -ESHUTDOWN && xsplit_link_may_log(front->link))
		netdev_warn(front->dev,
			    "the backend's control ring %s (error %d): not used until the next connection\n",
			    err == -ETIMEDOUT ? "does not answer" : "makes no sense", err);
}

/* Return: 0 if the backend does as ctrl->target says, or -errno: its hash is off then. */
static int run_session(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	unsigned long until = jiffies + SESSION_TIMEOUT;
	struct xnet_ctrl_response rsp;
	struct xnet_ctrl_request msg;
	int err;

	xnf_rss_session_start(&ctrl->session, &ctrl->target, ctrl->data.ref[0]);
	while (xnf_rss_session_next(&ctrl->session, &msg, ctrl->data.addr)) {
		send_message(ctrl, &msg);
		err = take_response(front, &rsp, until);
		if (!err)
			err = xnf_rss_session_response(&ctrl->session, &rsp);
		if (err) {
			abort_session(front, err);
			return err;
		}
	}
	return xnf_rss_session_result(&ctrl->session);
}

/* Choose what to configure. Return: true if it is a change that a user has requested. */
static bool choose_target(struct xnf_ctrl *ctrl)
{
	bool changing;

	mutex_lock(&ctrl->lock);
	changing = ctrl->changing;
	ctrl->target = changing ? ctrl->requested : ctrl->rss;
	mutex_unlock(&ctrl->lock);
	return changing;
}

/* End the change, if one is under way. Return: true if its user no longer waits. */
static bool finish_change(struct xnf_ctrl *ctrl, int err)
{
	bool abandoned;

	mutex_lock(&ctrl->lock);
	abandoned = ctrl->changing && ctrl->abandoned;
	if (ctrl->changing) {
		if (!err)
			ctrl->rss = ctrl->requested;
		ctrl->changing = false;
		ctrl->result = err;
		complete_all(&ctrl->change_done);
	}
	mutex_unlock(&ctrl->lock);
	return abandoned;
}

static void log_refusal(struct xnf *front, int err)
{
	if (err && err != -ESHUTDOWN && xsplit_link_may_log(front->link))
		netdev_warn(front->dev, "the backend does not hash frames as configured (error %d)\n",
			    err);
}

/* Configure what is in effect: without a change, or again after one that failed. */
static void sync_current(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;

	if (READ_ONCE(ctrl->live) && ctrl->target.on)
		log_refusal(front, run_session(front));
}

static void xnf_ctrl_resync_work(struct work_struct *work)
{
	struct xnf *front = container_of(work, struct xnf, ctrl.resync_work);
	struct xnf_ctrl *ctrl = &front->ctrl;
	int err = -ESHUTDOWN;

	if (!choose_target(ctrl)) {
		sync_current(front);
		return;
	}
	if (READ_ONCE(ctrl->live))
		err = run_session(front);
	if (finish_change(ctrl, err))
		log_refusal(front, err);
	if (err && !choose_target(ctrl))
		sync_current(front);
}

/* Start a change. Return: 0 or -errno. */
static int request_change(struct xnf *front, const u32 *table, const u8 *key)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	int err;

	lockdep_assert_held(&ctrl->lock);
	if (!ctrl->live)
		return -EOPNOTSUPP;
	if (ctrl->changing)
		return -EBUSY;
	ctrl->requested = ctrl->rss;
	err = xnf_rss_change(&ctrl->requested, table, key, front->nr_queues);
	if (err)
		return err;
	ctrl->changing = true;
	ctrl->abandoned = false;
	reinit_completion(&ctrl->change_done);
	queue_work(xsplit_workqueue(), &ctrl->resync_work);
	return 0;
}

/* Return: the outcome of the change, or 0 if it is still open. */
static int change_result(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;

	lockdep_assert_held(&ctrl->lock);
	if (!ctrl->changing)
		return ctrl->result;
	ctrl->abandoned = true;
	netdev_info(front->dev,
		    "the backend has not responded yet: the new hash settings take effect when it does\n");
	return 0;
}

int xnf_ctrl_set_rss(struct xnf *front, const u32 *table, const u8 *key)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	int err;

	mutex_lock(&ctrl->lock);
	err = request_change(front, table, key);
	mutex_unlock(&ctrl->lock);
	if (err)
		return err;
	wait_for_completion_timeout(&ctrl->change_done, USER_TIMEOUT);
	mutex_lock(&ctrl->lock);
	err = change_result(front);
	mutex_unlock(&ctrl->lock);
	return err;
}

void xnf_ctrl_get_rss(struct xnf *front, u32 *table, u8 *key)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	const struct xnf_rss *rss;

	mutex_lock(&ctrl->lock);
	rss = ctrl->changing ? &ctrl->requested : &ctrl->rss;
	if (table)
		memcpy(table, rss->table, sizeof(rss->table));
	if (key)
		memcpy(key, rss->key, sizeof(rss->key));
	mutex_unlock(&ctrl->lock);
}

bool xnf_ctrl_live(const struct xnf *front)
{
	return READ_ONCE(front->ctrl.live);
}

/* --- counters ------------------------------------------------------------ */

static const struct xsplit_counter counters[] = {
	{ "messages", offsetof(struct xnf_ctrl, messages) },
	{ "events_lost", offsetof(struct xnf_ctrl, events_lost) },
	{ "notifications_repeated", offsetof(struct xnf_ctrl, notified_again) },
	{ }
};

/* --- create, start, destroy ---------------------------------------------- */

void xnf_ctrl_init(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	u8 key[XNET_HASH_KEY_BYTES];

	mutex_init(&ctrl->lock);
	init_completion(&ctrl->completion);
	init_completion(&ctrl->change_done);
	INIT_WORK(&ctrl->resync_work, xnf_ctrl_resync_work);
	netdev_rss_key_fill(key, sizeof(key));
	xnf_rss_init(&ctrl->rss, key, 1);
}

static int open_event(struct xnf *front)
{
	const char *devid = strrchr(front->link->own_dir, '/');
	struct xnf_ctrl *ctrl = &front->ctrl;

	snprintf(ctrl->name, sizeof(ctrl->name), "vif%.8s-ctrl", devid ? devid + 1 : "");
	ctrl->ending = false;
	reinit_completion(&ctrl->completion);
	return xsplit_event_open(front->link, &ctrl->event, xnf_ctrl_interrupt, ctrl->name, ctrl);
}

void xnf_ctrl_create(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;

	if (!front->features.ctrl_ring)
		return;
	if (xsplit_pages_lend(front->link, &ctrl->shared, 1))
		return;
	if (xsplit_pages_lend(front->link, &ctrl->data, 1))
		goto take_back;
	xsplit_front_init(&ctrl->ring, ctrl->shared.addr, PAGE_SIZE,
			  sizeof(struct xnet_ctrl_request));
	if (open_event(front))
		goto take_back_data;
	ctrl->counters = xsplit_counters_add(front->link->debugfs, "control", counters, ctrl);
	return;

take_back_data:
	xsplit_pages_take_back(&ctrl->data);
take_back:
	xsplit_pages_take_back(&ctrl->shared);
}

void xnf_ctrl_write_keys(struct xnf *front, struct xsplit_txn *txn)
{
	const char *dir = front->link->own_dir;
	struct xnf_ctrl *ctrl = &front->ctrl;

	if (!ctrl->shared.addr) {
		xsplit_remove(txn, dir, "ctrl-ring-ref");
		xsplit_remove(txn, dir, "event-channel-ctrl");
		return;
	}
	xsplit_pages_write(txn, dir, "ctrl-ring-ref", &ctrl->shared);
	xsplit_write(txn, dir, "event-channel-ctrl", "%u", ctrl->event.port);
}

void xnf_ctrl_start(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;

	mutex_lock(&ctrl->lock);
	/* A table that no user has set follows the number of queues. */
	if (!ctrl->rss.on || !xnf_rss_table_fits(&ctrl->rss, front->nr_queues))
		xnf_rss_reset_table(&ctrl->rss, front->nr_queues);
	if (ctrl->shared.addr) {
		WRITE_ONCE(ctrl->live, true);
		queue_work(xsplit_workqueue(), &ctrl->resync_work);
	}
	mutex_unlock(&ctrl->lock);
}

void xnf_ctrl_resync(struct xnf *front)
{
	if (READ_ONCE(front->ctrl.live))
		queue_work(xsplit_workqueue(), &front->ctrl.resync_work);
}

void xnf_ctrl_destroy(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;

	if (!ctrl->shared.addr)
		return;
	/* Nothing queues the work from here on. */
	mutex_lock(&ctrl->lock);
	WRITE_ONCE(ctrl->live, false);
	mutex_unlock(&ctrl->lock);
	WRITE_ONCE(ctrl->ending, true);
	complete(&ctrl->completion);
	cancel_work_sync(&ctrl->resync_work);
	finish_change(ctrl, -ESHUTDOWN);
	xsplit_counters_remove(ctrl->counters);
	ctrl->counters = NULL;
	xsplit_event_close(&ctrl->event, ctrl);
	xsplit_pages_take_back(&ctrl->data);
	xsplit_pages_take_back(&ctrl->shared);
}
