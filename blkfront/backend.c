// SPDX-License-Identifier: GPL-2.0
/*
 * What the disk's backend can do, and what it takes with it when it vanishes.
 */
#include "blkfront/backend.h"
#include "xenbus/link.h"

void xbf_backend_refused(struct xbf_backend *backend, u8 op)
{
	static const char * const text[] = {
		[XBLK_OP_BARRIER] = "barriers",
		[XBLK_OP_FLUSH] = "flushes",
		[XBLK_OP_DISCARD] = "this kind of discard",
	};

	if (op >= ARRAY_SIZE(text) || !text[op])
		return;
	if (!test_and_set_bit(op, &backend->withdrawn) && xbf_may_log(backend))
		dev_warn(backend->dev, "%s: the backend does not do %s after all%s\n",
			 backend->gd->disk_name, text[op],
			 xbf_has_cache(&backend->features) ? "" :
			 ", so it has no write cache to flush");
	queue_work(xsplit_workqueue(), &backend->limits_work);
}

unsigned long xbf_backend_flush(struct xbf_backend *backend)
{
	unsigned long number;

	spin_lock(&backend->lock);
	number = xbf_cache_flush(&backend->cache);
	spin_unlock(&backend->lock);
	return number;
}

void xbf_backend_flushed(struct xbf_backend *backend, unsigned long number)
{
	spin_lock(&backend->lock);
	xbf_cache_flushed(&backend->cache, number);
	spin_unlock(&backend->lock);
}

int xbf_backend_may_flush(struct xbf_backend *backend)
{
	unsigned long flags;
	bool refuse;

	if (likely(!READ_ONCE(backend->cache.lost)))
		return 0;
	spin_lock_irqsave(&backend->lock, flags);
	refuse = xbf_cache_refuse(&backend->cache);
	spin_unlock_irqrestore(&backend->lock, flags);
	if (!refuse)
		return 0;
	if (xbf_may_log_loss(backend))
		dev_err(backend->dev, "%s: a flush fails, since writes that it was for may be lost: check the file systems\n",
			backend->gd->disk_name);
	/* There may be no cache any more. */
	queue_work(xsplit_workqueue(), &backend->limits_work);
	return -EIO;
}

void xbf_backend_disconnect(struct xbf_backend *backend, unsigned long newest)
{
	spin_lock_irq(&backend->lock);
	xbf_cache_disconnect(&backend->cache, newest);
	spin_unlock_irq(&backend->lock);
}

void xbf_backend_lose(struct xbf_backend *backend)
{
	bool before, lost;

	spin_lock_irq(&backend->lock);
	before = backend->cache.lost;
	xbf_cache_lose(&backend->cache, xbf_has_cache(&backend->features));
	lost = backend->cache.lost;
	spin_unlock_irq(&backend->lock);
	/* One line until the flush, which has one as well: they come in pairs. */
	if (lost && !before && xbf_may_log_loss(backend))
		dev_warn(backend->dev, "%s: writes that the backend had answered and not flushed may be lost: the next flush fails\n",
			 backend->gd->disk_name);
}
