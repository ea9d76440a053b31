// SPDX-License-Identifier: GPL-2.0
/*
 * The disk's write cache.
 */
#include <linux/minmax.h>

#include "blkfront/cache.h"

unsigned long blkfront_cache_flush(struct blkfront_cache *cache)
{
	unsigned long number = cache->sent + 1;

	WRITE_ONCE(cache->sent, number);
	return number;
}

void blkfront_cache_flushed(struct blkfront_cache *cache, unsigned long number)
{
	cache->good = max(cache->good, number);
}

void blkfront_cache_part(struct blkfront_cache *cache, unsigned long newest)
{
	cache->newest = max(cache->newest, newest);
}

void blkfront_cache_vanish(struct blkfront_cache *cache, bool volatile_cache)
{
	if (volatile_cache && cache->newest > cache->good)
		cache->lost = true;
	cache->newest = 0;
}

bool blkfront_cache_refuse(struct blkfront_cache *cache)
{
	bool lost = cache->lost;

	cache->lost = false;
	return lost;
}
