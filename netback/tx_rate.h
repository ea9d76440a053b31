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

/* At least this can be saved up: two of the largest frames. */
#define XNB_CREDIT_BURST (128u << 10)

/* A limit: so many bytes in each period. With @usec 0 there is none. */
struct xnb_rate {
	u64 bytes;
	u64 usec;
};

/* What may be sent now. Zeroed: there is no limit. Times are in nanoseconds. */
struct xnb_credit {
	u64 bytes;	/* gained in a period */
	u64 period;	/* 0: no limit */
	u64 burst;	/* most that can be saved up */
	u64 left;	/* bytes that may still be sent */
	u64 since;	/* when the present period began */
};

/*
 * Read the key "rate", "bytes,usec", which is NULL if it is absent. There is no limit if it
 * is absent or malformed, or if either number is 0; numbers that are too large count as the
 * largest we can handle. Return: 0, or -EINVAL if it is there but is not two numbers.
 */
int xnb_rate_parse(const char *text, struct xnb_rate *rate);

/* Set a new limit, with the credit of one period. @now: any clock, nanoseconds */
void xnb_credit_set(struct xnb_credit *credit, const struct xnb_rate *rate, u64 now);

/*
 * May a frame of @len bytes, up to XNB_CREDIT_BURST, be sent? If so, they are taken off.
 * @now: the same clock as for xnb_credit_set(). Return: 0 if it may; else the nanoseconds
 * after which to ask again.
 */
u64 xnb_credit_take(struct xnb_credit *credit, u32 len, u64 now);

#endif /* XSPLIT_NETBACK_TX_RATE_H */
