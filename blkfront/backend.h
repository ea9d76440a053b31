/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disk's backend as the rings see it: the operations it has, and what its write cache
 * may hold.
 */
#ifndef XSPLIT_BLKFRONT_BACKEND_H
#define XSPLIT_BLKFRONT_BACKEND_H

#include <linux/blkdev.h>
#include <linux/ratelimit.h>
#include <linux/workqueue.h>

#include "blkfront/cache.h"
#include "blkfront/request.h"

/* The backend of a disk. */
struct xbf_backend {
	struct device *dev;		/* the disk's parent; the disk holds a reference */
	struct gendisk *gd;
	struct ratelimit_state *log_limit; /* the device's */
	struct ratelimit_state *loss_limit; /* the same for lines about writes that are lost */
	struct xbf_features features;	/* an operation that the backend refuses is taken out */
	unsigned long withdrawn;	/* operations on the wire that the user knows are gone */
	struct work_struct limits_work;	/* tells the queue what the disk can do now */
	spinlock_t lock;		/* protects @cache */
	struct xbf_cache cache;
};

/* May a message be logged that the backend can cause at will? Context: any. */
static inline bool xbf_may_log(struct xbf_backend *backend)
{
	return __ratelimit(backend->log_limit);
}

/*
 * May it be logged that writes are lost? The backend can cause this, too, but must not be able to
 * hide it behind other messages. Context: any.
 */
static inline bool xbf_may_log_loss(struct xbf_backend *backend)
{
	return __ratelimit(backend->loss_limit);
}

/* It refused an operation on the wire that it had offered, and @features have changed. */
void xbf_backend_refused(struct xbf_backend *backend, u8 op);

/* A flush is sent. Return: its number. Context: any, with interrupts off. */
unsigned long xbf_backend_flush(struct xbf_backend *backend);

/* The flush of that number has succeeded. Context: as above. */
void xbf_backend_flushed(struct xbf_backend *backend, unsigned long number);

/*
 * May a flush be sent, or a write through the cache? Context: any. Return: 0; -EIO: the previous
 * backend may have lost writes that it had answered. This request fails, and the log says why.
 */
int xbf_backend_may_flush(struct xbf_backend *backend);

/* The connection of a ring has ended. @newest: see xbf_cache_disconnect(). */
void xbf_backend_disconnect(struct xbf_backend *backend, unsigned long newest);

/* The backend has vanished, and all its rings are disconnected. Context: may sleep. */
void xbf_backend_lose(struct xbf_backend *backend);

#endif /* XSPLIT_BLKFRONT_BACKEND_H */
