// SPDX-License-Identifier: GPL-2.0
/* The limit on what a guest sends, for all queues of an interface together. */

#include <linux/ktime.h>

#include "netback/rate.h"

void xnb_limit_init(struct xnb_limit *limit)
{
	*limit = (struct xnb_limit){ };
	spin_lock_init(&limit->lock);
}

void xnb_limit_set(struct xnb_limit *limit, const struct xnb_rate *rate)
{
	spin_lock_bh(&limit->lock);
	xnb_credit_set(&limit->credit, rate, ktime_get_ns());
	spin_unlock_bh(&limit->lock);
}

u64 xnb_limit_take_slow(struct xnb_limit *limit, u32 len)
{
	u64 wait;

	spin_lock(&limit->lock);
	wait = xnb_credit_take(&limit->credit, len, ktime_get_ns());
	spin_unlock(&limit->lock);
	return wait;
}
