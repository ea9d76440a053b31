// SPDX-License-Identifier: GPL-2.0
/* The limit on what a guest may send; see tx_rate.h. */

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/math64.h>

#include "netback/tx_rate.h"

/*
 * A tebibyte, and more than an hour: any limit beyond these is as good as none, or a
 * mistake. They keep the products below from overflowing.
 */
#define MAX_BYTES (1ULL << 40)
#define MAX_USEC (1ULL << 32)

#define NSEC_IN_USEC 1000u

static const char *skip_blanks(const char *text)
{
	while (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r')
		text++;
	return text;
}

/* Returns what follows the number and blanks around it, or NULL if there is none. */
static const char *parse_number(const char *text, u64 max, u64 *val)
{
	text = skip_blanks(text);
	if (!isdigit(*text))
		return NULL;
	for (*val = 0; isdigit(*text); text++)
		*val = min_t(u64, *val * 10 + (*text - '0'), max);
	return skip_blanks(text);
}

int xnb_rate_parse(const char *text, struct xnb_rate *rate)
{
	u64 bytes, usec;

	rate->bytes = 0;
	rate->usec = 0;
	if (!text)
		return 0;
	text = parse_number(text, MAX_BYTES, &bytes);
	if (!text || *text != ',')
		return -EINVAL;
	text = parse_number(text + 1, MAX_USEC, &usec);
	if (!text || *text)
		return -EINVAL;
	if (bytes && usec) {
		rate->bytes = bytes;
		rate->usec = usec;
	}
	return 0;
}

void xnb_credit_set(struct xnb_credit *credit, const struct xnb_rate *rate, u64 now)
{
	credit->bytes = rate->bytes;
	credit->burst = max_t(u64, rate->bytes, XNB_CREDIT_BURST);
	credit->left = rate->bytes;
	credit->since = now;
	credit->period = rate->usec * NSEC_IN_USEC;
}

/* Add the credit of the periods that are over. */
static void gain(struct xnb_credit *credit, u64 now)
{
	u64 periods = div64_u64(now - credit->since, credit->period);

	credit->since += periods * credit->period;
	/* With more periods the product could overflow, and the credit is full anyway. */
	periods = min_t(u64, periods, XNB_CREDIT_BURST);
	credit->left = min_t(u64, credit->left + periods * credit->bytes, credit->burst);
}

u64 xnb_credit_take(struct xnb_credit *credit, u32 len, u64 now)
{
	u64 periods;

	if (!credit->period)
		return 0;
	/* A clock that went back counts as one that stood still. */
	if (now < credit->since)
		now = credit->since;
	if (now - credit->since >= credit->period)
		gain(credit, now);
	if (len <= credit->left) {
		credit->left -= len;
		return 0;
	}
	periods = div64_u64(len - credit->left + credit->bytes - 1, credit->bytes);
	return credit->since + periods * credit->period - now;
}
