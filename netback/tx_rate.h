/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limit on what a guest may send: so many bytes every so many microseconds,
 * as the toolstack wrote them.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 */
#ifndef XSPLIT_NETBACK_TX_RATE_H
#define XSPLIT_NETBACK_TX_RATE_H

#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/types.h>

/* What may be saved up, at least: two of the largest frames. */
#define XNB_CREDIT_BURST (128u << 10)

/**
 * struct xnb_rate - a limit
 * @bytes: for each period
 * @usec: length of a period; 0: no limit
 */
struct xnb_rate {
	u64 bytes;
	u64 usec;
};

/**
 * struct xnb_credit - where a queue stands; zeroed: no limit
 * @bytes: gained in a period
 * @period: nanoseconds; 0: no limit
 * @burst: most that can be saved up, bytes
 * @left: what may still be sent, bytes
 * @since: when the current period began, nanoseconds
 */
struct xnb_credit {
	u64 bytes;
	u64 period;
	u64 burst;
	u64 left;
	u64 since;
};

/**
 * xnb_rate_parse - read the key "rate"
 * @text: "bytes,usec"; NULL if the key is absent
 * @rate: the limit; none if the key is absent or cannot be understood, or if
 *	either number is 0
 *
 * Numbers too large are the largest we can handle.
 *
 * Return: 0, or -EINVAL if the key is there but is not two numbers.
 */
int xnb_rate_parse(const char *text, struct xnb_rate *rate);

/**
 * xnb_credit_set - another limit
 * @credit: the queue's
 * @rate: the limit
 * @now: any clock, nanoseconds
 *
 * Starts with the credit of one period.
 */
void xnb_credit_set(struct xnb_credit *credit, const struct xnb_rate *rate, u64 now);

/* Credit with a limit; see xnb_credit_take(). */
u64 xnb_credit_take_limited(struct xnb_credit *credit, u32 len, u64 now);

/**
 * xnb_credit_take - may a frame be sent?
 * @credit: the queue's; what the frame costs is taken off if it may
 * @len: bytes of the frame, up to XNB_CREDIT_BURST
 * @now: the clock xnb_credit_set() was given, nanoseconds
 *
 * Return: 0 if it may; else after how many nanoseconds to ask again.
 */
static inline u64 xnb_credit_take(struct xnb_credit *credit, u32 len, u64 now)
{
	return likely(!credit->period) ? 0 : xnb_credit_take_limited(credit, len, now);
}

#endif /* XSPLIT_NETBACK_TX_RATE_H */
