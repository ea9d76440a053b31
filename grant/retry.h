/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Getting on with less: what is a lack that may pass, how long to wait for that, and
 * how much to ask for when there is not all.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_GRANT_RETRY_H
#define XSPLIT_GRANT_RETRY_H

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/types.h>

/* Longest time, in seconds, before it is tried again. */
#define XSPLIT_RETRY_MAX 8u

/**
 * xsplit_is_transient - is an error only a lack of something that may be there later?
 * @err: -errno: no memory, grant reference, event channel, or room for a mapping
 */
static inline bool xsplit_is_transient(int err)
{
	return err == -ENOMEM || err == -ENOSPC || err == -EBUSY;
}

/**
 * xsplit_retry_seconds - when to try again what something was lacking for
 * @tries: how often it has been tried again already
 *
 * Return: 1, then longer and longer, to XSPLIT_RETRY_MAX.
 */
unsigned int xsplit_retry_seconds(unsigned int tries);

/**
 * xsplit_smaller_request - how much to ask for if there is not so much
 * @nr: what was asked for
 * @least: what one cannot do without, at least 1
 *
 * In large steps: what the first one leaves is for those that come later.
 * Return: less than @nr, but @least at least; 0: there is nothing less to ask for.
 */
unsigned int xsplit_smaller_request(unsigned int nr, unsigned int least);

/**
 * xsplit_larger_request - how much more to ask for, when some is needed
 * @need: so much is missing
 * @size: so much there is
 * @most: so much there may be
 *
 * Somewhat more than is needed, since each asking costs.
 * Return: @need at least; 0 if there may not be so much.
 */
unsigned int xsplit_larger_request(unsigned int need, unsigned int size, unsigned int most);

/**
 * xsplit_spare - how much can be given back
 * @idle: so much was free all the time
 * @size: so much there is
 * @least: so much must stay
 */
static inline unsigned int xsplit_spare(unsigned int idle, unsigned int size,
					unsigned int least)
{
	return size > least ? min(idle, size - least) : 0;
}

#endif /* XSPLIT_GRANT_RETRY_H */
