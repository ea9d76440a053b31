// SPDX-License-Identifier: GPL-2.0
/*
 * The control ring.
 *
 * Messages are rare, and some need a copy of the guest's memory, so a work item answers
 * them; it never runs on two CPUs at once.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "netback/ctrl_judge.h"
#include "netback/queue.h"
#include "netback/vif.h"
#include "xenbus/netif.h"
#include "xenbus/store.h"

/* --- messages ------------------------------------------------------------- */

/* Return: a private copy of the guest's bytes, or NULL. */
static const void *fetch_bytes(struct xnb_ctrl *ctrl, const struct xnb_ctrl_fetch *fetch)
{
	bool ok;

	xsplit_copy_from(&ctrl->copy, fetch->ref, 0, ctrl->page, 0, fetch->len);
	xsplit_copy_run(&ctrl->copy, &ctrl->counts, true);
	ok = xsplit_copy_ok(&ctrl->copy, 0);
	xsplit_copy_reset(&ctrl->copy);
	return ok ? page_address(ctrl->page) : NULL;
}

static void answer_one(struct xnb_ctrl *ctrl)
{
	struct xsplit_ring *ring = &ctrl->ring;
	struct xnet_ctrl_response rsp = { };
	struct xnet_ctrl_request req;
	struct xnb_ctrl_fetch fetch;

	xsplit_ring_take(ring, ring->cons++, &req, sizeof(req));
	xnb_ctrl_judge(&ctrl->hash, &req, &rsp, &fetch);
	if (fetch.len)
		xnb_ctrl_apply(&ctrl->hash, &req, fetch_bytes(ctrl, &fetch),
			       ctrl->vif->front.queues, &rsp);
	xnb_ctrl_answer(xsplit_ring_slot(ring, ring->prod++), &rsp);
	xsplit_count(&ctrl->messages, 1);
}

/* Return: false if there was no message. */
static bool answer_visible(struct xnb_ctrl *ctrl)
{
	u32 nr, i;

	if (ctrl->broken || READ_ONCE(ctrl->closing))
		return false;
	if (xsplit_back_visible(&ctrl->ring, &nr)) {
		ctrl->broken = true;
		xsplit_link_broken(ctrl->vif->link,
				   "the frontend's control index is beyond its ring");
		return false;
	}
	for (i = 0; i < nr; i++)
		answer_one(ctrl);
	if (nr && xsplit_back_push(&ctrl->ring))
		xsplit_event_notify(&ctrl->event);
	return nr;
}

/* Each run answers one ring of messages at most, because a guest can send more without end. */
static void xnb_ctrl_work(struct work_struct *work)
{
	struct xnb_ctrl *ctrl = container_of(work, struct xnb_ctrl, work);
	bool more = answer_visible(ctrl);

	ctrl->event.worked |= more;
	if (READ_ONCE(ctrl->closing))
		return;
	if (more || (!ctrl->broken && xsplit_back_arm(&ctrl->ring))) {
		queue_work(xsplit_workqueue(), &ctrl->work);
		return;
	}
	xsplit_event_finish(&ctrl->event, xsplit_event_claim(&ctrl->event));
}

bool xnb_ctrl_check_events(struct xnb_ctrl *ctrl, bool ran)
{
	struct xsplit_ring_snapshot now;
	unsigned int verdict;

	if (!ctrl->event.irq)
		return false;
	xsplit_back_snapshot(&ctrl->ring, &now);
	now.event_pending = xsplit_event_raised(&ctrl->event) || READ_ONCE(ctrl->broken) ||
		   work_busy(&ctrl->work);
	verdict = xsplit_lost_event_judge(&ctrl->lost_event, &now, ran);
	if (verdict & XSPLIT_EVENT_LOST) {
		xsplit_count(&ctrl->events_lost, 1);
		queue_work(xsplit_workqueue(), &ctrl->work);
	}
	return verdict & XSPLIT_EVENT_WATCH;
}

static irqreturn_t xnb_ctrl_interrupt(int irq, void *arg)
{
	struct xnb_ctrl *ctrl = arg;

	xsplit_event_raise(&ctrl->event);
	queue_work(xsplit_workqueue(), &ctrl->work);
	return IRQ_HANDLED;
}

/* --- counters ------------------------------------------------------------- */

static const struct xsplit_counter counters[] = {
	{ "messages", offsetof(struct xnb_ctrl, messages) },
	{ "events_lost", offsetof(struct xnb_ctrl, events_lost) },
	XSPLIT_GRANT_COUNTERS(struct xnb_ctrl, counts),
	{ }
};

/* --- life ----------------------------------------------------------------- */

static int ctrl_memory(struct xnb_ctrl *ctrl)
{
	ctrl->page = alloc_page(GFP_KERNEL);
	if (!ctrl->page ||
	    xsplit_copy_init(&ctrl->copy, xsplit_link_peer(ctrl->vif->link), 1))
		return xsplit_link_error(ctrl->vif->link, -ENOMEM,
					 "no memory for the control ring");
	return 0;
}

int xnb_ctrl_create(struct xnb_ctrl *ctrl, struct xnb_vif *vif)
{
	const char *dir = vif->link->peer_dir;
	int err;

	*ctrl = (struct xnb_ctrl){ .vif = vif };
	INIT_WORK(&ctrl->work, xnb_ctrl_work);
	if (!xenbus_exists(XBT_NIL, dir, "ctrl-ring-ref"))
		return 0;
	err = ctrl_memory(ctrl) ?:
	      xnb_map_ring(vif->link, dir, "ctrl-ring-ref", &ctrl->pages, &ctrl->ring,
			   sizeof(struct xnet_ctrl_request)) ?:
	      xsplit_event_bind(vif->link, &ctrl->event, dir, "event-channel-ctrl",
				xnb_ctrl_interrupt, "xen-netback-ctrl", ctrl);
	if (err) {
		xnb_ctrl_destroy(ctrl);
		return err;
	}
	ctrl->counter_file = xsplit_counters_add(vif->link->debugfs, "control", counters, ctrl);
	return 0;
}

void xnb_ctrl_destroy(struct xnb_ctrl *ctrl)
{
	if (!ctrl->vif)
		return;
	xsplit_counters_remove(ctrl->counter_file);
	ctrl->counter_file = NULL;
	/* Work that is running may still end the interrupt; later work must not. */
	WRITE_ONCE(ctrl->closing, true);
	cancel_work_sync(&ctrl->work);
	xsplit_event_close(&ctrl->event, ctrl);
	cancel_work_sync(&ctrl->work);
	xsplit_pages_unmap(ctrl->vif->link, &ctrl->pages);
	xsplit_copy_free(&ctrl->copy);
	if (ctrl->page)
		__free_page(ctrl->page);
	ctrl->page = NULL;
	xnb_hash_reset(&ctrl->hash);
}
