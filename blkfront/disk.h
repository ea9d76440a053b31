/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disk as the block layer sees it.
 */
#ifndef XSPLIT_BLKFRONT_DISK_H
#define XSPLIT_BLKFRONT_DISK_H

#include <linux/blk-mq.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "blkfront/backend.h"
#include "blkfront/keys.h"
#include "blkfront/orphan.h"
#include "compat/limits.h"

struct xbf_front;
struct xbf_ring;

/*
 * A disk. It may outlive its device, while it is open or has orphans.
 *
 * @front: its device, of which it holds a reference, for the rings and the minor numbers
 * @nr_rings: rings in use; for a while there may be fewer or more than hardware queues
 * @set: tag set, with a hardware queue for every ring once @queues_work has run
 * @hw_polled: of its hardware queues, the last ones are polled
 * @lock: protects the hardware queues, @nr_rings, @nr_polled, @frozen, @dead and @leaving;
 *	the link of the rings stays while it is held and @leaving is false. Nothing waits for
 *	I/O under it.
 * @queues_work: gives the queue as many hardware queues as there are rings
 * @backend: of this connection, and the block layer's side of the disk
 * @user: limits that the user has lowered
 * @room: pages a request can hold; fixed, as many as the user allows
 * @bounced: data is copied, whatever pieces it is in
 * @frozen: the queue is quiesced until the next backend is there
 * @deadline: of the wait for a backend, in seconds of the monotonic clock; 0: it does not
 *	wait, or without an end. Only used by the link.
 * @leaving: the disk is being removed: the link of its rings may go any time
 * @add_work: adds the disk, which reads from it
 * @kill_work: ends all I/O with errors
 * @split_lock: protects @split_bios
 * @split_bios: bios of requests that come again in smaller pieces
 * @split_work: sends them
 * @orphans: requests that an earlier backend has not answered
 * @removed: of xbf_disk_remove(): completed when the disk is gone, or when only orphans
 *	keep it, which need no ring
 */
struct xbf_disk {
	struct xbf_front *front;
	struct xbf_ring *ring;
	unsigned int nr_rings;
	unsigned int nr_polled;
	struct blk_mq_tag_set set;
	unsigned int hw_polled;
	struct mutex lock;
	struct work_struct queues_work;
	struct xbf_geometry geometry;
	struct xbf_backend backend;
	struct xsplit_disk_choices user;
	unsigned int max_segs;
	unsigned int room;
	bool bounced;
	bool dead;
	bool frozen;
	time64_t deadline;
	bool leaving;
	bool added;
	bool failed;
	struct work_struct add_work;
	struct delayed_work kill_work;
	spinlock_t split_lock;
	struct bio_list split_bios;
	struct work_struct split_work;
	struct xbf_orphan_set orphans;
	struct work_struct remove_work;
	struct completion *removed;
};

/* What a connection agreed on: @max_segs of a request, @slots of each ring. */
struct xbf_config {
	struct xbf_geometry geometry;
	struct xbf_features features;
	unsigned int max_segs;
	unsigned int nr_rings;
	unsigned int nr_polled;
	unsigned int slots;
	bool bounced;
};

/* Allocate a disk, not visible yet. Context: may sleep. Return: the disk or an error pointer. */
struct xbf_disk *xbf_disk_create(struct xbf_front *front, const struct xbf_config *config);

/*
 * Show it to users, from a work item: looking for partitions needs answers of the backend,
 * which nobody waits for here. Its rings have started.
 */
void xbf_disk_add(struct xbf_disk *disk);

/**
 * xbf_disk_disconnect - the backend is gone, and the disk waits for another one
 * @disk: the disk; may be waiting already
 * @vanished: what became of the backend, and of what it had answered, is unknown
 *
 * Should that take longer than the parameter backend_timeout allows, counted from the first
 * of several calls, all I/O ends with errors meanwhile. What was not taken off the rings
 * before this domain was suspended waits in the queue, answered or not: see
 * xsplit_event_gone(). All rings are stopped on return. Context: may sleep.
 */
void xbf_disk_disconnect(struct xbf_disk *disk, bool vanished);

/*
 * A backend is there, and the rings have not started: I/O waits for it instead of failing.
 * Followed by one of the next two. Context: may sleep.
 */
void xbf_disk_reconnecting(struct xbf_disk *disk);

/* The rings have started. Context: may sleep. */
void xbf_disk_reconnected(struct xbf_disk *disk, const struct xbf_config *config);

/* They could not be: the disk waits on, or its I/O fails as before. Context: may sleep. */
void xbf_disk_reconnect_failed(struct xbf_disk *disk);

/*
 * See to a hardware queue for each ring, from a work item, unless that is so already or the
 * disk waits or leaves. Context: may sleep.
 */
void xbf_disk_update_queues(struct xbf_disk *disk);

/* The backend has written again how many sectors of 512 bytes there are. Context: may sleep. */
void xbf_disk_resize(struct xbf_disk *disk, u64 sectors, bool readonly);

/* Give it another parent in sysfs. Context: xsplit_link_ops.move. Return: 0 or -errno. */
int xbf_disk_move(struct xbf_disk *disk, struct device *parent);

/**
 * xbf_disk_remove - remove the disk
 * @disk: not the caller's any more; the memory stays until it is closed everywhere
 * @grace: jiffies in which the backend may still carry out I/O, before it fails
 *
 * On return every ring is stopped, and every request has ended except those whose memory the
 * backend still has: these end when it lets go, and the disk goes with the last of them.
 * Context: may sleep, for @grace and a little.
 */
void xbf_disk_remove(struct xbf_disk *disk, unsigned long grace);

/* Of the module: before the first disk, and after the last, which is waited for. */
int xbf_disks_init(void);
void xbf_disks_exit(void);

/* queue.c */

extern const struct blk_mq_ops xbf_mq_ops;

/* The ring that serves a queue. Context: the disk is new, or its lock is held. */
struct xbf_ring *xbf_disk_ring(struct xbf_disk *disk, unsigned int queue);

/* Prepare a new disk for splitting requests. */
void xbf_split_init(struct xbf_disk *disk);

#endif /* XSPLIT_BLKFRONT_DISK_H */
