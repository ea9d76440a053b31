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

struct blkfront;
struct xbf_ring;

/**
 * struct xbf_disk - a disk; it may outlive the device while it is open, or while
 * a backend that was left has memory of its requests
 * @front: whose it is; the disk holds a reference, for the rings and the minor numbers
 * @ring: rings, of @front
 * @nr_rings: how many are in use now; for a while there may be fewer or more than the
 *	queue has hardware queues
 * @nr_polled: of these, the last ones are polled
 * @set: tag set, with a hardware queue for every ring, once @queues_work has seen to that
 * @hw_polled: of its hardware queues, the last ones are polled
 * @lock: held while hardware queues change, and while @nr_rings, @nr_polled, @frozen,
 *	@dead and @leaving do; keeps the link of the rings while @leaving is false. Nobody
 *	who has it waits for I/O.
 * @queues_work: gives the queue as many hardware queues as there are rings
 * @geometry: what the backend says
 * @backend: what it can do, and the block layer's side of the disk
 * @user: limits that the user has lowered
 * @max_segs: most segments of a request now
 * @room: pages a request can hold, for ever: as many as the user allows
 * @bounced: data is copied, whatever pieces it is in
 * @dead: requests fail at once
 * @frozen: the queue is quiesced until the new backend is there
 * @deadline: when it has waited long enough for a backend, in seconds of the monotonic
 *	clock; 0: it does not wait, or for ever. Only its link looks at it.
 * @leaving: it is being taken away: the link of its rings may go any time
 * @added: the block layer knows it
 * @failed: it could not be added
 * @add_work: adds it, which reads from it
 * @kill_work: ends all I/O with errors
 * @split_lock: protects @split_bios
 * @split_bios: requests on their way to becoming smaller ones
 * @split_work: sends them
 * @orphans: requests that a backend that was left did not answer
 * @remove_work: takes the disk away
 * @removed: of xbf_disk_remove(): completed when the disk is gone, or when only
 *	orphans keep it, which need no ring
 */
struct xbf_disk {
	struct blkfront *front;
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

/**
 * struct xbf_config - what a connection agreed on
 * @geometry: of the disk
 * @features: operations the backend has
 * @max_segs: most segments of a request
 * @nr_rings: rings in use
 * @nr_polled: of these, the last ones are polled
 * @slots: slots of each ring
 * @bounced: data is copied
 */
struct xbf_config {
	struct xbf_geometry geometry;
	struct xbf_features features;
	unsigned int max_segs;
	unsigned int nr_rings;
	unsigned int nr_polled;
	unsigned int slots;
	bool bounced;
};

/**
 * xbf_disk_create - make a disk; nobody sees it yet
 * @front: whose it will be
 * @config: what was agreed on
 *
 * Context: may sleep. Return: the disk or an error pointer.
 */
struct xbf_disk *xbf_disk_create(struct blkfront *front,
					   const struct xbf_config *config);

/**
 * xbf_disk_add - show it to the world, some time soon
 * @disk: the disk; its rings have started
 *
 * Looking for partitions needs answers of the backend; nobody waits for them
 * here.
 */
void xbf_disk_add(struct xbf_disk *disk);

/**
 * xbf_disk_disconnect - the backend is gone, and the disk waits for another one
 * @disk: the disk; may be waiting already
 * @vanished: nobody knows what became of the backend, and of what it had answered
 *
 * Should that take longer than the parameter backend_timeout allows, from the first of
 * several calls on, all I/O ends with errors meanwhile. What was not taken off the rings
 * before this domain was suspended waits in the queue, answered or not: see
 * xsplit_event_gone(). All rings are stopped on return. Context: may sleep.
 */
void xbf_disk_disconnect(struct xbf_disk *disk, bool vanished);

/**
 * xbf_disk_reconnecting - a backend is there: I/O waits for it, and no longer ends with errors
 * @disk: a disk that was frozen; its rings have not started
 *
 * Followed by xbf_disk_reconnected() or xbf_disk_reconnect_failed(). Context: may sleep.
 */
void xbf_disk_reconnecting(struct xbf_disk *disk);

/**
 * xbf_disk_reconnect_failed - undo xbf_disk_reconnecting(): the rings could not be started
 * @disk: a disk on hold
 *
 * It waits as long as it would have done, or its I/O ends with errors as before.
 * Context: may sleep.
 */
void xbf_disk_reconnect_failed(struct xbf_disk *disk);

/**
 * xbf_disk_reconnected - go on with another backend
 * @disk: a disk on hold; its rings have started
 * @config: what was agreed on this time
 *
 * Context: may sleep.
 */
void xbf_disk_reconnected(struct xbf_disk *disk, const struct xbf_config *config);

/**
 * xbf_disk_update_queues - see to a hardware queue for each ring, some time soon
 * @disk: the disk; may fit, be on hold, or be leaving
 *
 * Context: may sleep.
 */
void xbf_disk_update_queues(struct xbf_disk *disk);

/**
 * xbf_disk_resize - the backend has said again how large the disk is
 * @disk: the disk
 * @sectors: in 512 bytes
 * @readonly: it must not be written to
 *
 * Context: may sleep.
 */
void xbf_disk_resize(struct xbf_disk *disk, u64 sectors, bool readonly);

/**
 * xbf_disk_move - hang it elsewhere in sysfs
 * @disk: the disk
 * @parent: below this device
 *
 * Context: xsplit_link_ops.move. Return: 0 or -errno.
 */
int xbf_disk_move(struct xbf_disk *disk, struct device *parent);

/**
 * xbf_disk_remove - take it away
 * @disk: the disk; not the caller's any more. The memory stays until nobody has it open
 * @grace: jiffies during which the backend may still carry out I/O; the rest
 *	ends with errors
 *
 * Every ring is stopped on return, and every request has ended but those whose memory
 * the backend still has: these end when it lets go, and the disk goes with the last.
 * Context: may sleep, for @grace and a little.
 */
void xbf_disk_remove(struct xbf_disk *disk, unsigned long grace);

/* Of the module: before the first disk, and after the last; waits for disks to go. */
int xbf_disks_init(void);
void xbf_disks_exit(void);

/* queue.c */

extern const struct blk_mq_ops xbf_mq_ops;

/* The ring that serves a queue. Context: the disk is new, or its lock is held. */
struct xbf_ring *xbf_disk_ring(struct xbf_disk *disk, unsigned int queue);

/* Of a new disk: requests can be split. */
void xbf_split_init(struct xbf_disk *disk);

#endif /* XSPLIT_BLKFRONT_DISK_H */
