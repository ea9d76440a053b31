/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to do about a shortage: whether it may pass, how long to wait for that, and how much
 * to ask for at a time. Pure: builds in user space too.
 */
#ifndef XSPLIT_GRANT_RETRY_H
#define XSPLIT_GRANT_RETRY_H

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/types.h>

/* The longest time between two attempts, in seconds. */
#define XSPLIT_RETRY_MAX 8u

/* Is an error a lack of memory, references, event channels or map entries, which may pass? */
static inline bool xsplit_is_transient(int err)
{
	return err == -ENOMEM || err == -ENOSPC || err == -EBUSY;
}

/* How many seconds to wait after @tries attempts: 1, 2, 4, up to XSPLIT_RETRY_MAX. */
unsigned int xsplit_retry_seconds(unsigned int tries);

/*
 * Attempts to write keys for which xenstored has no memory, before the link gives up: about four
 * minutes at the pace of xsplit_retry_seconds().
 */
#define XSPLIT_RETRY_KEYS 32u

/*
 * Xenstore refused keys with @err. It says that it has no memory also to a domain that has used up
 * what memory it may have there, which does not pass. Return: -ENOMEM if the keys are to be
 * written again; another -errno if not.
 */
static inline int xsplit_retry_keys(int err, unsigned int tries)
{
	return err == -ENOMEM && tries >= XSPLIT_RETRY_KEYS ? -EDQUOT : err;
}

/*
 * How much more to ask for if @need is missing, where @size is there and @most is allowed: more
 * than is needed, because each request costs. Return: 0 if @need is not allowed.
 */
unsigned int xsplit_larger_request(unsigned int need, unsigned int size, unsigned int most);

/* How much to give back if @idle was never needed, and @least of @size must stay. */
static inline unsigned int xsplit_spare(unsigned int idle, unsigned int size,
					unsigned int least)
{
	return size > least ? min(idle, size - least) : 0;
}

#endif /* XSPLIT_GRANT_RETRY_H */
