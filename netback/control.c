// SPDX-License-Identifier: GPL-2.0
/*
 * The control ring.
 *
 * Messages are rare, and some make us copy from the guest: they are answered by
 * a work item, which never runs beside itself.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "netback/ctrl.h"
#include "netback/vif.h"
#include "xenbus/netif.h"
#include "xenbus/store.h"

/* --- messages ------------------------------------------------------------- */

/* Return: what the guest has there, or NULL. */
static const void *fetch_bytes(struct xnb_control *control, const struct xnb_ctrl_fetch *fetch)
{
	bool ok;

	xsplit_copy_from(&control->copy, fetch->ref, 0, control->page, 0, fetch->len);
	xsplit_copy_run(&control->copy, &control->counts, true);
	ok = xsplit_copy_ok(&control->copy, 0);
	xsplit_copy_reset(&control->copy);
	return ok ? page_address(control->page) : NULL;
}

static void answer_one(struct xnb_control *control)
{
	struct xsplit_ring *ring = &control->ring;
	struct xnet_ctrl_response rsp = { };
	struct xnet_ctrl_request req;
	struct xnb_ctrl_fetch fetch;

	xsplit_ring_take(ring, ring->cons++, &req, sizeof(req));
	xnb_ctrl_judge(&control->hash, &req, &rsp, &fetch);
	if (fetch.len)
		xnb_ctrl_apply(&control->hash, &req, fetch_bytes(control, &fetch),
			       control->vif->front.queues, &rsp);
	xnb_ctrl_answer(xsplit_ring_slot(ring, ring->prod++), &rsp);
	xsplit_count(&control->messages, 1);
}

/* Return: false if nothing was there. */
static bool answer_visible(struct xnb_control *control)
{
	u32 nr, i;

	if (control->broken || READ_ONCE(control->closing))
		return false;
	if (xsplit_back_visible(&control->ring, &nr)) {
		control->broken = true;
		xsplit_link_broken(control->vif->link,
				   "the frontend's control index is beyond its ring");
		return false;
	}
	for (i = 0; i < nr; i++)
		answer_one(control);
	if (nr && xsplit_back_push(&control->ring))
		xsplit_event_notify(&control->event);
	return nr;
}

/* One ring of messages at most: a guest may have others without end. */
static void control_work(struct work_struct *work)
{
	struct xnb_control *control = container_of(work, struct xnb_control, work);
	bool more = answer_visible(control);

	control->event.worked |= more;
	if (READ_ONCE(control->closing))
		return;
	if (more || (!control->broken && xsplit_back_arm(&control->ring))) {
		queue_work(xsplit_workqueue(), &control->work);
		return;
	}
	xsplit_event_finish(&control->event, xsplit_event_claim(&control->event));
}

bool xnb_control_check_events(struct xnb_control *control, bool ran)
{
	struct xsplit_ring_snapshot now;
	unsigned int verdict;

	if (!control->event.irq)
		return false;
	xsplit_back_snapshot(&control->ring, &now);
	now.event_pending = xsplit_event_raised(&control->event) || READ_ONCE(control->broken) ||
		   work_busy(&control->work);
	verdict = xsplit_lost_event_judge(&control->lost_event, &now, ran);
	if (verdict & XSPLIT_EVENT_LOST) {
		xsplit_count(&control->events_lost, 1);
		queue_work(xsplit_workqueue(), &control->work);
	}
	return verdict & XSPLIT_EVENT_WATCH;
}

static irqreturn_t control_interrupt(int irq, void *arg)
{
	struct xnb_control *control = arg;

	xsplit_event_raise(&control->event);
	queue_work(xsplit_workqueue(), &control->work);
	return IRQ_HANDLED;
}

/* --- counters ------------------------------------------------------------- */

static const struct xsplit_counter counters[] = {
	{ "messages", offsetof(struct xnb_control, messages) },
	{ "events_lost", offsetof(struct xnb_control, events_lost) },
	XSPLIT_GRANT_COUNTERS(struct xnb_control, counts),
	{ }
};

/* --- life ----------------------------------------------------------------- */

static int control_memory(struct xnb_control *control)
{
	control->page = alloc_page(GFP_KERNEL);
	if (!control->page ||
	    xsplit_copy_init(&control->copy, xsplit_link_peer(control->vif->link), 1))
		return xsplit_link_error(control->vif->link, -ENOMEM,
					 "no memory for the control ring");
	return 0;
}

static int control_map(struct xnb_control *control, const char *dir)
{
	struct xsplit_link *link = control->vif->link;
	int err;

	err = xsplit_pages_map(link, dir, "ctrl-ring-ref", false, 1, &control->pages);
	if (err)
		return err;
	err = xsplit_back_attach(&control->ring, control->pages.addr, XNET_PAGE_BYTES,
				 sizeof(struct xnet_ctrl_request));
	if (!err)
		return 0;
	return xsplit_link_error(link, err, "the indices in the control ring make no sense");
}

static bool front_has_one(const char *dir)
{
	char *ref = xsplit_text_peek(dir, "ctrl-ring-ref");

	kfree(ref);
	return ref;
}

int xnb_control_open(struct xnb_control *control, struct xnb_vif *vif)
{
	const char *dir = vif->link->peer_dir;
	int err;

	*control = (struct xnb_control){ .vif = vif };
	INIT_WORK(&control->work, control_work);
	if (!front_has_one(dir))
		return 0;
	err = control_memory(control) ?: control_map(control, dir) ?:
	      xsplit_event_bind(vif->link, &control->event, dir, "event-channel-ctrl",
				control_interrupt, "xen-netback-ctrl", control);
	if (err) {
		xnb_control_close(control);
		return err;
	}
	control->counter_file = xsplit_counters_add(vif->link->debugfs, "control", counters,
						    control);
	return 0;
}

void xnb_control_close(struct xnb_control *control)
{
	if (!control->vif)
		return;
	xsplit_counters_remove(control->counter_file);
	control->counter_file = NULL;
	/* A work that runs by now may end the interrupt still, a later one must not. */
	WRITE_ONCE(control->closing, true);
	cancel_work_sync(&control->work);
	xsplit_event_close(&control->event, control);
	cancel_work_sync(&control->work);
	xsplit_pages_unmap(control->vif->link, &control->pages);
	xsplit_copy_free(&control->copy);
	if (control->page)
		__free_page(control->page);
	control->page = NULL;
	xnb_hash_reset(&control->hash);
}
