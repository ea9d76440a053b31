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

/* A disk. It may outlive its device, while it is open or has orphans. */
struct xbf_disk {
	struct xbf_front *front;	/* a reference, for the rings and the minor numbers */
	struct xbf_ring *ring;

	/*
	 * Protects the hardware queues, @nr_rings, @nr_polled, @frozen, @dead and @leaving. The
	 * link of the rings stays while it is held and @leaving is false. Nothing waits for I/O
	 * under it.
	 */
	struct mutex lock;
	unsigned int nr_rings;		/* in use; for a while not as many as hardware queues */
	unsigned int nr_polled;
	struct blk_mq_tag_set set;	/* a hardware queue for each ring, see @queues_work */
	unsigned int hw_polled;		/* so many of these, the last ones, are polled */
	struct work_struct queues_work;	/* makes as many hardware queues as there are rings */
	struct xbf_geometry geometry;
	struct xbf_backend backend;	/* of this connection, and the block layer's disk */
	struct xsplit_disk_choices user; /* limits that the user has lowered */
	unsigned int max_segs;
	unsigned int room;		/* pages a request can hold; as many as the user allows */
	bool bounced;			/* data is copied, whatever pieces it is in */
	bool dead;
	bool frozen;			/* the queue is quiesced until the next backend is there */
	time64_t deadline;		/* the link's: when it stops waiting for one; 0: never */
	bool leaving;			/* it is being removed: the link may go any time */
	bool added;
	bool failed;
	struct work_struct add_work;	/* adds the disk, which reads from it */
	struct delayed_work kill_work;	/* ends all I/O with errors */
	spinlock_t split_lock;		/* protects @split_bios */
	struct bio_list split_bios;	/* of requests that come again in smaller pieces */
	struct work_struct split_work;	/* sends them */
	struct xbf_orphan_set orphans;
	struct work_struct remove_work;
	struct completion *removed;	/* when it is gone, or only orphans keep it */
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

/*
 * The backend is gone, and the disk, which may be waiting already, waits for another one;
 * @vanished: what became of the backend, and of what it had answered, is unknown. Should that
 * take longer than the parameter backend_timeout allows, counted from the first of several
 * calls, all I/O ends with errors meanwhile. What was not taken off the rings before this domain
 * was suspended waits in the queue, answered or not: see xsplit_event_gone(). All rings are
 * stopped on return. Context: may sleep.
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

/* Has the backend another size, or another opinion on writing? Context: the link's work. */
bool xbf_disk_differs(const struct xbf_disk *disk, u64 sectors, bool readonly);

/* The backend has written again how many sectors of 512 bytes there are. Context: may sleep. */
void xbf_disk_resize(struct xbf_disk *disk, u64 sectors, bool readonly);

/* Give it another parent in sysfs. Context: xsplit_link_ops.move. Return: 0 or -errno. */
int xbf_disk_move(struct xbf_disk *disk, struct device *parent);

/*
 * Remove a disk, whose memory stays until it is closed everywhere. @grace is the time, in
 * jiffies, in which the backend may still carry out I/O. On return every ring is stopped, and
 * every request has ended except those whose memory the backend still has: these end when it
 * lets go, and the disk goes with the last of them. Context: may sleep, for @grace and a little.
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
