/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answering done requests, as many at once as there are.
 */
#ifndef XSPLIT_BLKBACK_ANSWER_H
#define XSPLIT_BLKBACK_ANSWER_H

struct list_head;
struct tasklet_struct;
struct work_struct;
struct xbb_ring;

/**
 * xbb_drain - answer what is done
 * @ring: the ring
 * @own: requests done by the caller's own hand, which nobody else knows of; NULL
 *	if there are none. Empty on return.
 *
 * One copy to the guest, one unmap, one push and at most one notification for
 * all, and none of them where there is nothing to do. No answer goes out while
 * a page of its request is mapped.
 *
 * Context: process or softirq.
 */
void xbb_drain(struct xbb_ring *ring, struct list_head *own);

/* As xbb_drain(), called by the tasklet and by the work. */
void xbb_drain_tasklet(struct tasklet_struct *tasklet);
void xbb_drain_work(struct work_struct *work);

#endif /* XSPLIT_BLKBACK_ANSWER_H */
