/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages of requests: found in the cache, copied, or mapped, for a whole
 * pass or drain at once.
 */
#ifndef XSPLIT_BLKBACK_PAGES_H
#define XSPLIT_BLKBACK_PAGES_H

#include <linux/types.h>

struct list_head;
struct xbb_io;
struct xbb_ring;

/**
 * xbb_pages_init - what a ring needs to get pages
 * @ring: the ring, with @link and @persistent set
 *
 * Context: may sleep. Return: 0 or -ENOMEM, then call xbb_pages_exit().
 */
int xbb_pages_init(struct xbb_ring *ring);

/**
 * xbb_pages_exit - give everything back
 * @ring: the ring; nothing of it is under way
 *
 * Context: may sleep, until the last one has let go of a cached page.
 */
void xbb_pages_exit(struct xbb_ring *ring);

/**
 * xbb_pages_segments - fetch and judge the segments of the pass's indirect requests
 * @ring: the ring; its thread calls
 *
 * One copy for all. A request with bad segments gets its status here.
 * Context: may sleep.
 */
void xbb_pages_segments(struct xbb_ring *ring);

/**
 * xbb_pages_get - get the pages of the pass, and the data of its writes
 * @ring: the ring; its thread calls
 *
 * One map and one copy for all. A request with a bad reference gets its status
 * here; what it has got is given back by xbb_pages_release() like any other's.
 *
 * Context: may sleep.
 * Return: how many requests of the pass have their pages; for the others there
 * is no memory now, and they hold nothing.
 */
unsigned int xbb_pages_get(struct xbb_ring *ring);

/**
 * xbb_pages_idle - has everybody else let go of a request's mapped pages?
 * @io: a done request
 */
bool xbb_pages_idle(const struct xbb_io *io);

/**
 * xbb_pages_copy_out - give the data of reads to the guest
 * @ring: the ring
 * @list: done requests with XBB_PASS_SEGS pieces in all at most
 *
 * One copy for all. Context: under the ring's answer_lock.
 */
void xbb_pages_copy_out(struct xbb_ring *ring, struct list_head *list);

/**
 * xbb_pages_release - give back the pages of requests
 * @ring: the ring
 * @list: done requests with XBB_PASS_SEGS pieces in all at most
 *
 * One unmap for all. Context: under the ring's answer_lock.
 */
void xbb_pages_release(struct xbb_ring *ring, struct list_head *list);

/**
 * xbb_pages_make_room - after a pass: let old mappings go if new ones wait
 * @ring: the ring; its thread calls
 *
 * Context: may sleep.
 */
void xbb_pages_make_room(struct xbb_ring *ring);

/* Is there anything that xbb_pages_trim() might give back? Context: any. */
bool xbb_pages_can_trim(const struct xbb_ring *ring);

/**
 * xbb_pages_trim - give back what has long been idle
 * @ring: the ring; its thread calls
 *
 * Context: may sleep.
 */
void xbb_pages_trim(struct xbb_ring *ring);

#endif /* XSPLIT_BLKBACK_PAGES_H */
