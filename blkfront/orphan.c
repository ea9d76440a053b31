// SPDX-License-Identifier: GPL-2.0
/*
 * Requests whose backend was left before it had answered.
 */
#include <linux/slab.h>

#include "blkfront/io.h"
#include "blkfront/orphan.h"
#include "xenbus/link.h"

/* The backend is checked again after as many jiffies, less often the longer it takes. */
#define DELAY_FIRST max(HZ / 100, 1)
#define DELAY_LAST (HZ / 2)

struct xbf_orphans *xbf_orphans_alloc(void)
{
	struct xbf_orphans *orphans = kzalloc(sizeof(*orphans), GFP_KERNEL);

	if (orphans)
		INIT_LIST_HEAD(&orphans->requests);
	return orphans;
}

void xbf_orphans_add(struct xbf_orphans *orphans, struct request *rq)
{
	WRITE_ONCE(xbf_io(rq)->orphan, true);
	list_add_tail(&rq->queuelist, &orphans->requests);
}

void xbf_orphans_adopt(struct xbf_orphan_set *set, struct xbf_orphans *orphans)
{
	mutex_lock(&set->lock);
	list_add_tail(&orphans->node, &set->rings);
	set->delay = DELAY_FIRST;
	mutex_unlock(&set->lock);
}

bool xbf_orphan_reclaim(struct xbf_io *io)
{
	bool held = false;
	unsigned int i;

	for (i = 0; i < io->nr; i++) {
		if (io->seg[i].ref == INVALID_GRANT_REF)
			continue;
		if (xsplit_loan_end(io->seg[i].ref))
			io->seg[i].ref = INVALID_GRANT_REF;
		else
			held = true;
	}
	io->lent = held;
	return !held;
}

/* Return: false: the request waits. */
static bool settle_one(struct request *rq, bool attached, bool dead)
{
	struct xbf_io *io = xbf_io(rq);
	const struct xbf_orphan orphan = {
		.type = io->type,
		.lent = io->lent && !xbf_orphan_reclaim(io),
		.attached = attached,
		.dead = dead,
	};
	enum xbf_orphan_verdict verdict = xbf_orphan_judge(&orphan);

	if (verdict == XBF_ORPHAN_WAIT)
		return false;
	list_del_init(&rq->queuelist);
	WRITE_ONCE(io->orphan, false);
	if (verdict == XBF_ORPHAN_RESUBMIT)
		blk_mq_requeue_request(rq, false);
	else
		blk_mq_end_request(rq, BLK_STS_IOERR);
	return true;
}

/* Return: true if none of them is left. */
static bool settle_ring(struct xbf_orphans *orphans, const bool *dead)
{
	bool attached = !xsplit_pages_end(&orphans->shared);
	struct request *rq, *next;
	bool left = false;

	list_for_each_entry_safe(rq, next, &orphans->requests, queuelist)
		left |= !settle_one(rq, attached, READ_ONCE(*dead));
	if (left)
		return false;
	list_del(&orphans->node);
	xsplit_pages_take_back(&orphans->shared);
	kfree(orphans);
	return true;
}

bool xbf_orphans_settle(struct xbf_orphan_set *set, const bool *dead)
{
	struct xbf_orphans *orphans, *next;
	bool left = false;

	mutex_lock(&set->lock);
	list_for_each_entry_safe(orphans, next, &set->rings, node)
		left |= !settle_ring(orphans, dead);
	if (left) {
		mod_delayed_work(xsplit_workqueue(), &set->work, set->delay);
		set->delay = min(2 * set->delay, (unsigned long)DELAY_LAST);
	}
	mutex_unlock(&set->lock);
	return !left;
}

bool xbf_orphans_left(struct xbf_orphan_set *set)
{
	bool left;

	mutex_lock(&set->lock);
	left = !list_empty(&set->rings);
	mutex_unlock(&set->lock);
	return left;
}

/* The request's own pages. Those of the ring that it had are in quarantine if they are held. */
static unsigned int own_pages_lent(const struct xbf_io *io)
{
	unsigned int i, lent = 0;

	for (i = 0; io->lent && i < io->nr; i++)
		lent += io->seg[i].ref != INVALID_GRANT_REF;
	return lent;
}

/* A backend can let go of a ring and keep the pages of its requests. */
static unsigned int lent_of_ring(struct xbf_orphans *orphans, struct xsplit_borrower to)
{
	unsigned int lent = xsplit_pages_lent(&orphans->shared, to);
	struct request *rq;

	if (!xsplit_same_borrower(orphans->shared.to, to))
		return 0;
	list_for_each_entry(rq, &orphans->requests, queuelist)
		lent += own_pages_lent(xbf_io(rq));
	return lent;
}

unsigned int xbf_orphans_held(struct xbf_orphan_set *set, struct xsplit_borrower to)
{
	struct xbf_orphans *orphans;
	unsigned int held = 0;

	mutex_lock(&set->lock);
	list_for_each_entry(orphans, &set->rings, node)
		held += lent_of_ring(orphans, to);
	mutex_unlock(&set->lock);
	return held;
}

void xbf_orphans_init(struct xbf_orphan_set *set, work_func_t work)
{
	mutex_init(&set->lock);
	INIT_LIST_HEAD(&set->rings);
	INIT_DELAYED_WORK(&set->work, work);
}

void xbf_orphans_destroy(struct xbf_orphan_set *set)
{
	cancel_delayed_work_sync(&set->work);
	mutex_destroy(&set->lock);
}
