/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limit on what a guest sends, for all queues of an interface together.
 */
#ifndef XSPLIT_NETBACK_RATE_H
#define XSPLIT_NETBACK_RATE_H

#include <linux/spinlock.h>

#include "netback/tx_rate.h"

/**
 * struct xnb_limit - an interface's limit
 * @lock: protects @credit; not taken where there is no limit
 * @credit: where the interface stands
 */
struct xnb_limit {
	spinlock_t lock;
	struct xnb_credit credit;
};

void xnb_limit_init(struct xnb_limit *limit);

/* Another limit from now on. Context: any but hard interrupt. */
void xnb_limit_set(struct xnb_limit *limit, const struct xnb_rate *rate);

/* Of xnb_limit_take(): with a limit. */
u64 xnb_limit_take_slow(struct xnb_limit *limit, u32 len);

/**
 * xnb_limit_take - may a packet be taken now?
 * @limit: the interface's
 * @len: bytes of the packet
 *
 * Context: softirq. Return: 0 if it may; else after how many nanoseconds to ask
 * again.
 */
static inline u64 xnb_limit_take(struct xnb_limit *limit, u32 len)
{
	return likely(!READ_ONCE(limit->credit.period)) ? 0 : xnb_limit_take_slow(limit, len);
}

#endif /* XSPLIT_NETBACK_RATE_H */
