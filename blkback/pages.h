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

/*
 * Set up what a ring needs to get pages. @link and @persistent are set.
 * Context: may sleep. Return: 0, or -ENOMEM and xbb_pages_exit() has to be called.
 */
int xbb_pages_init(struct xbb_ring *ring);

/*
 * Give everything back. The ring has nothing in flight.
 * Context: may sleep, until lower layers have let go of the last cached page.
 */
void xbb_pages_exit(struct xbb_ring *ring);

/**
 * xbb_pages_get - get the pages of the pass, and the data of its writes
 * @ring: the ring
 *
 * Segments of indirect requests are fetched and judged first. There is at most one copy of
 * these, one map and one copy of data. A request with bad segments or a bad reference gets
 * its status here; the pages that it has got are released like those of any other request.
 *
 * Context: the ring's thread, may sleep.
 * Return: how many requests of the pass have their pages; for the others there is no
 * memory now, and they hold nothing.
 */
unsigned int xbb_pages_get(struct xbb_ring *ring);

/* Have lower layers let go of all mapped pages of a done request? */
bool xbb_pages_idle(const struct xbb_io *io);

/*
 * Copy the data of reads to the guest, and then give back the pages, each with at most one
 * hypercall for done requests of at most XBB_PASS_SEGS pieces together.
 * Context: under the ring's answer.lock.
 */
void xbb_pages_copy_out(struct xbb_ring *ring, struct list_head *list);
void xbb_pages_release(struct xbb_ring *ring, struct list_head *list);

/*
 * After a pass in which new mappings found no room in the cache: end old ones, unless that was
 * done a moment ago. Context: the ring's thread, may sleep.
 */
void xbb_pages_make_room(struct xbb_ring *ring);

/* Is there anything that xbb_pages_trim() might give back? Context: any. */
bool xbb_pages_can_trim(const struct xbb_ring *ring);

/* Give back what has long been idle. Context: the ring's thread, may sleep. */
void xbb_pages_trim(struct xbb_ring *ring);

#endif /* XSPLIT_BLKBACK_PAGES_H */
