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

/*
 * Answer what is done, and, if the thread calls, the requests that it completed itself: @own is
 * its list of them, empty on return, or NULL. A drain costs at most one copy, one unmap, one push
 * and one notification, and nothing where there is nothing to do. A response is pushed only after
 * the pages of its request have been unmapped. Context: process or softirq.
 */
void xbb_drain(struct xbb_ring *ring, struct list_head *own);

/* Call xbb_drain() from the tasklet and from the work. */
void xbb_drain_tasklet(struct tasklet_struct *tasklet);
void xbb_drain_work(struct work_struct *work);

#endif /* XSPLIT_BLKBACK_ANSWER_H */
