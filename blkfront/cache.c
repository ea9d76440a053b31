// SPDX-License-Identifier: GPL-2.0
/*
 * The disk's write cache.
 */
#include <linux/minmax.h>

#include "blkfront/cache.h"

unsigned long xbf_cache_flush(struct xbf_cache *cache)
{
	unsigned long number = cache->sent + 1;

	WRITE_ONCE(cache->sent, number);
	return number;
}

void xbf_cache_flushed(struct xbf_cache *cache, unsigned long number)
{
	cache->good = max(cache->good, number);
}

void xbf_cache_disconnect(struct xbf_cache *cache, unsigned long newest)
{
	cache->newest = max(cache->newest, newest);
}

void xbf_cache_lose(struct xbf_cache *cache, bool volatile_cache)
{
	if (volatile_cache && cache->newest > cache->good)
		cache->lost = true;
	cache->newest = 0;
}

bool xbf_cache_refuse(struct xbf_cache *cache)
{
	bool lost = cache->lost;

	cache->lost = false;
	return lost;
}
