/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disk's backend as the rings see it: the operations it has, and what its write cache
 * may hold.
 */
#ifndef XSPLIT_BLKFRONT_BACKEND_H
#define XSPLIT_BLKFRONT_BACKEND_H

#include <linux/blkdev.h>
#include <linux/workqueue.h>

#include "blkfront/cache.h"
#include "blkfront/request.h"

/**
 * struct xbf_backend - the backend of a disk
 * @dev: the disk's parent, which messages name; the disk holds a reference
 * @gd: the disk
 * @features: operations it has; an operation that it refuses is taken out
 * @withdrawn: bit per operation on the wire: the user was told that it is not there
 * @limits_work: tells the queue what the disk can do now
 * @lock: protects @cache
 * @cache: see cache.h
 */
struct xbf_backend {
	struct device *dev;
	struct gendisk *gd;
	struct xbf_features features;
	unsigned long withdrawn;
	struct work_struct limits_work;
	spinlock_t lock;
	struct xbf_cache cache;
};

/**
 * xbf_backend_refused - the backend refused an operation that it had offered
 * @backend: the backend, whose features have changed
 * @op: operation on the wire
 *
 * Context: any.
 */
void xbf_backend_refused(struct xbf_backend *backend, u8 op);

/* A flush is sent. Return: its number. Context: any, with interrupts off. */
unsigned long xbf_backend_flush(struct xbf_backend *backend);

/* The flush of that number has succeeded. Context: as above. */
void xbf_backend_flushed(struct xbf_backend *backend, unsigned long number);

/**
 * xbf_backend_may_flush - may a flush be sent, or a write through the cache?
 * @backend: the backend
 *
 * Context: any. Return: 0; -EIO: the previous backend may have lost writes that it had
 * answered: this request fails, and the log has said why.
 */
int xbf_backend_may_flush(struct xbf_backend *backend);

/* The connection of a ring has ended. @newest: see xbf_cache_disconnect(). */
void xbf_backend_disconnect(struct xbf_backend *backend, unsigned long newest);

/* The backend has vanished, and all its rings are disconnected. Context: may sleep. */
void xbf_backend_lose(struct xbf_backend *backend);

#endif /* XSPLIT_BLKFRONT_BACKEND_H */
