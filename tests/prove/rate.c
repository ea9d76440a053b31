// SPDX-License-Identifier: GPL-2.0
/* The rate limit: any limit that can be parsed, any time, any frame. */
#include "netback/tx_rate.h"
#include "prove.h"

/*
 * Lengths of a period, in microseconds: the shortest, common ones, the longest. Division by
 * an unknown number is more than the solver can do.
 */
static u64 any_usec(void)
{
	static const u64 usecs[] = { 1, 1000, 50000, 1ULL << 32 };
	u32 kind = nondet_u8();

	GIVEN(kind < 4);
	return usecs[kind];
}

void prove_take(void)
{
	struct xnb_rate rate = { .bytes = nondet_u64(), .usec = any_usec() };
	u64 begin = nondet_u64(), now = nondet_u64(), before, wait;
	struct xnb_credit credit;
	u32 len = nondet_u32();

	GIVEN(rate.bytes >= 1 && rate.bytes <= 1ULL << 40);
	/* Three centuries. */
	GIVEN(begin <= 1ULL << 63 && now <= 1ULL << 63);
	GIVEN(len <= XNB_CREDIT_BURST);
	xnb_credit_set(&credit, &rate, begin);
	CLAIM(credit.left <= credit.burst && credit.burst >= XNB_CREDIT_BURST);
	credit.left = nondet_u64();
	GIVEN(credit.left <= credit.burst);
	before = credit.left;
	wait = xnb_credit_take(&credit, len, now);
	CLAIM(credit.left <= credit.burst);
	CLAIM(credit.since >= begin);
	if (!wait)
		CLAIM(now - begin >= credit.period || credit.left == before - len);
	else
		CLAIM(len > credit.left);
}
