/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The disk's write cache: what a backend that vanishes may take with it.
 *
 * Each flush gets a number when it is sent, and an answered write the number of the
 * next one: the first flush that covers it for certain.
 *
 * Pure: builds in user space too. 32 bits last for days of nothing but flushes.
 */
#ifndef XSPLIT_BLKFRONT_CACHE_H
#define XSPLIT_BLKFRONT_CACHE_H

#include <linux/compiler.h>
#include <linux/types.h>

/* The cache of a disk. The owner's lock protects all but reads of @sent. */
struct xbf_cache {
	unsigned long sent;	/* number of the last flush that was sent */
	unsigned long good;	/* of the last one that succeeded: none sent before it matters */
	unsigned long newest;	/* of the one that covers what earlier connections wrote, or 0 */
	bool lost;		/* a backend has gone with answered writes that none has covered */
};

/*
 * A write was answered. That answer was read before, which orders it with the flush of the number
 * returned: a backend that has not been sent that flush has answered the write before it gets it.
 * Return: number of the flush that covers it, which replaces the previous one.
 */
static inline unsigned long xbf_cache_wrote(const struct xbf_cache *cache)
{
	return READ_ONCE(cache->sent) + 1;
}

/* A flush is about to be sent. Return: its number. */
unsigned long xbf_cache_flush(struct xbf_cache *cache);

/* The flush of that number has succeeded. */
void xbf_cache_flushed(struct xbf_cache *cache, unsigned long number);

/* A ring's connection has ended. @newest: what xbf_cache_wrote() returned last for it, or 0. */
void xbf_cache_disconnect(struct xbf_cache *cache, unsigned long newest);

/*
 * After xbf_cache_disconnect() for all rings: what the backend has carried out is unknown.
 * @volatile_cache: it had offered to flush. Not where the backend lives on elsewhere, as after a
 * migration.
 */
void xbf_cache_lose(struct xbf_cache *cache, bool volatile_cache);

/*
 * Must a flush fail, whatever the backend answers? Return: true, once, if writes may be lost:
 * the sender of the flush must not believe that they are safe.
 */
bool xbf_cache_refuse(struct xbf_cache *cache);

#endif /* XSPLIT_BLKFRONT_CACHE_H */
