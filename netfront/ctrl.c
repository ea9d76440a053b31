// SPDX-License-Identifier: GPL-2.0
/*
 * Asking the backend, and waiting for what it says.
 */
#include <linux/netdevice.h>

#include "netfront/ctrl.h"
#include "netfront/front.h"
#include "xenbus/counter.h"
#include "xenbus/lost_event.h"
#include "xenbus/store.h"

/* A whole conversation; a backend takes milliseconds, a busy machine more. */
#define PATIENCE (5 * HZ)

/* How long a user waits, with rtnl. */
#define USER_PATIENCE HZ

/* Who waits looks by himself, in case the event was lost on either way. */
#define LOOK_EVERY (HZ / 2)

/* --- events -------------------------------------------------------------- */

static irqreturn_t interrupt(int irq, void *arg)
{
	struct xnf_ctrl *ctrl = arg;

	xsplit_event_raise(&ctrl->event);
	complete(&ctrl->news);
	return IRQ_HANDLED;
}

/* An event that nobody waits for stays outstanding: it disturbs but once. */
static void end_interrupt(struct xnf_ctrl *ctrl, bool worked)
{
	ctrl->event.worked = worked;
	xsplit_event_finish(&ctrl->event, xsplit_event_claim(&ctrl->event));
}

/* --- a message ----------------------------------------------------------- */

static void send(struct xnf_ctrl *ctrl, const struct xnet_ctrl_request *msg)
{
	struct xnet_ctrl_request *slot = xsplit_ring_slot(&ctrl->ring, ctrl->ring.prod++);

	*slot = *msg;
	if (xsplit_front_push(&ctrl->ring))
		xsplit_event_notify(&ctrl->event);
}

/* No event has come. @late: perhaps because nothing has run here, see xenbus/lost_event.h */
static void look(struct xnf_ctrl *ctrl, bool late)
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

/* Nothing was there to be taken. */
static int wait_for_news(struct xnf_ctrl *ctrl, unsigned long until)
{
	long left = until - jiffies;
	unsigned long most = jiffies + 2 * LOOK_EVERY;

	end_interrupt(ctrl, false);
	if (READ_ONCE(ctrl->ending))
		return -ESHUTDOWN;
	if (left <= 0)
		return -ETIMEDOUT;
	if (!wait_for_completion_timeout(&ctrl->news, min_t(long, left, LOOK_EVERY)))
		look(ctrl, time_after(jiffies, most));
	return READ_ONCE(ctrl->ending) ? -ESHUTDOWN : 0;
}

static int wait_for_answer(struct xnf *front, unsigned long until)
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
			err = wait_for_news(ctrl, until);
		if (err)
			return err;
	}
}

static int take_answer(struct xnf *front, struct xnet_ctrl_response *rsp, unsigned long until)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	int err;

	err = wait_for_answer(front, until);
	if (err)
		return err;
	xsplit_ring_take(&ctrl->ring, ctrl->ring.cons, rsp, sizeof(*rsp));
	ctrl->ring.cons++;
	xsplit_count(&ctrl->messages, 1);
	end_interrupt(ctrl, true);
	return 0;
}

/* --- a conversation ------------------------------------------------------ */

/* It may still look at the page of the last message: that one stays as it is. */
static void give_up(struct xnf *front, int err)
{
	WRITE_ONCE(front->ctrl.live, false);
	if (err != -ESHUTDOWN && xsplit_link_may_log(front->link))
		netdev_warn(front->dev,
			    "the backend's control ring %s (error %d): not used until the next connection\n",
			    err == -ETIMEDOUT ? "does not answer" : "makes no sense", err);
}

/* Return: 0: the backend does as @ctrl->said says; else why not: its hash is off. */
static int converse(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	unsigned long until = jiffies + PATIENCE;
	struct xnet_ctrl_response rsp;
	struct xnet_ctrl_request msg;
	int err;

	xnf_rss_begin(&ctrl->talk, &ctrl->said, ctrl->data.ref[0]);
	while (xnf_rss_next(&ctrl->talk, &msg, ctrl->data.addr)) {
		send(ctrl, &msg);
		err = take_answer(front, &rsp, until);
		if (!err)
			err = xnf_rss_answer(&ctrl->talk, &rsp);
		if (err) {
			give_up(front, err);
			return err;
		}
	}
	return xnf_rss_result(&ctrl->talk);
}

/* Decide what is to be said. Return: true if a user has asked for it. */
static bool take_wish(struct xnf_ctrl *ctrl)
{
	bool asked;

	mutex_lock(&ctrl->lock);
	asked = ctrl->asked;
	ctrl->said = asked ? ctrl->wish : ctrl->rss;
	mutex_unlock(&ctrl->lock);
	return asked;
}

/* The end of a user's change, if there is one. Return: true if nobody waits to hear of it. */
static bool end_wish(struct xnf_ctrl *ctrl, int err)
{
	bool left;

	mutex_lock(&ctrl->lock);
	left = ctrl->asked && ctrl->left;
	if (ctrl->asked) {
		if (!err)
			ctrl->rss = ctrl->wish;
		ctrl->asked = false;
		ctrl->result = err;
		complete_all(&ctrl->done);
	}
	mutex_unlock(&ctrl->lock);
	return left;
}

static void say_refused(struct xnf *front, int err)
{
	if (err && err != -ESHUTDOWN && xsplit_link_may_log(front->link))
		netdev_warn(front->dev, "the backend does not spread frames as set (error %d)\n",
			    err);
}

/* What is so without a wish, or again after one that came to nothing. */
static void tell_rss(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;

	if (READ_ONCE(ctrl->live) && ctrl->said.on)
		say_refused(front, converse(front));
}

static void tell(struct work_struct *work)
{
	struct xnf *front = container_of(work, struct xnf, ctrl.tell);
	struct xnf_ctrl *ctrl = &front->ctrl;
	int err = -ESHUTDOWN;

	if (!take_wish(ctrl)) {
		tell_rss(front);
		return;
	}
	if (READ_ONCE(ctrl->live))
		err = converse(front);
	if (end_wish(ctrl, err))
		say_refused(front, err);
	if (err && !take_wish(ctrl))
		tell_rss(front);
}

/* Return: 0 if the change is under way. */
static int ask(struct xnf *front, const u32 *table, const u8 *key)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	int err;

	lockdep_assert_held(&ctrl->lock);
	if (!ctrl->live)
		return -EOPNOTSUPP;
	if (ctrl->asked)
		return -EBUSY;
	ctrl->wish = ctrl->rss;
	err = xnf_rss_change(&ctrl->wish, table, key, front->nr_queues);
	if (err)
		return err;
	ctrl->asked = true;
	ctrl->left = false;
	reinit_completion(&ctrl->done);
	queue_work(xsplit_workqueue(), &ctrl->tell);
	return 0;
}

/* Return: how it ended, or 0 if it has not yet. */
static int leave(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;

	lockdep_assert_held(&ctrl->lock);
	if (!ctrl->asked)
		return ctrl->result;
	ctrl->left = true;
	netdev_info(front->dev,
		    "the backend has not answered yet: frames are spread as set when it has\n");
	return 0;
}

int xnf_ctrl_spread(struct xnf *front, const u32 *table, const u8 *key)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	int err;

	mutex_lock(&ctrl->lock);
	err = ask(front, table, key);
	mutex_unlock(&ctrl->lock);
	if (err)
		return err;
	wait_for_completion_timeout(&ctrl->done, USER_PATIENCE);
	mutex_lock(&ctrl->lock);
	err = leave(front);
	mutex_unlock(&ctrl->lock);
	return err;
}

void xnf_ctrl_spreading(struct xnf *front, u32 *table, u8 *key)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	const struct xnf_rss *rss;

	mutex_lock(&ctrl->lock);
	rss = ctrl->asked ? &ctrl->wish : &ctrl->rss;
	if (table)
		memcpy(table, rss->table, sizeof(rss->table));
	if (key)
		memcpy(key, rss->key, sizeof(rss->key));
	mutex_unlock(&ctrl->lock);
}

bool xnf_ctrl_there(const struct xnf *front)
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

/* --- life ---------------------------------------------------------------- */

void xnf_ctrl_init(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;
	u8 key[XNET_HASH_KEY_BYTES];

	mutex_init(&ctrl->lock);
	init_completion(&ctrl->news);
	init_completion(&ctrl->done);
	INIT_WORK(&ctrl->tell, tell);
	netdev_rss_key_fill(key, sizeof(key));
	xnf_rss_init(&ctrl->rss, key, 1);
}

static int open_event(struct xnf *front)
{
	const char *devid = strrchr(front->link->xdev->nodename, '/');
	struct xnf_ctrl *ctrl = &front->ctrl;

	snprintf(ctrl->name, sizeof(ctrl->name), "vif%.8s-ctrl", devid ? devid + 1 : "");
	ctrl->ending = false;
	reinit_completion(&ctrl->news);
	return xsplit_event_open(front->link, &ctrl->event, interrupt, ctrl->name, ctrl);
}

void xnf_ctrl_open(struct xnf *front)
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

void xnf_ctrl_put(struct xnf *front, struct xsplit_txn *txn)
{
	const char *dir = front->link->xdev->nodename;
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
	/* A table that nobody chose fits the queues of each connection. */
	if (!ctrl->rss.on || !xnf_rss_fit(&ctrl->rss, front->nr_queues))
		xnf_rss_spread(&ctrl->rss, front->nr_queues);
	if (ctrl->shared.addr) {
		WRITE_ONCE(ctrl->live, true);
		queue_work(xsplit_workqueue(), &ctrl->tell);
	}
	mutex_unlock(&ctrl->lock);
}

void xnf_ctrl_tell(struct xnf *front)
{
	if (READ_ONCE(front->ctrl.live))
		queue_work(xsplit_workqueue(), &front->ctrl.tell);
}

void xnf_ctrl_close(struct xnf *front)
{
	struct xnf_ctrl *ctrl = &front->ctrl;

	if (!ctrl->shared.addr)
		return;
	/* From here on nobody starts the work any more. */
	mutex_lock(&ctrl->lock);
	WRITE_ONCE(ctrl->live, false);
	mutex_unlock(&ctrl->lock);
	WRITE_ONCE(ctrl->ending, true);
	complete(&ctrl->news);
	cancel_work_sync(&ctrl->tell);
	end_wish(ctrl, -ESHUTDOWN);
	xsplit_counters_remove(ctrl->counters);
	ctrl->counters = NULL;
	xsplit_event_close(&ctrl->event, ctrl);
	xsplit_pages_take_back(&ctrl->data);
	xsplit_pages_take_back(&ctrl->shared);
}
