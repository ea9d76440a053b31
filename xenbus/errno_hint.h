/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When xenstore refuses: what helps, and where else a reason can be left.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_XENBUS_ERRNO_HINT_H
#define XSPLIT_XENBUS_ERRNO_HINT_H

#include <linux/types.h>

/**
 * xsplit_errno_hint - what somebody can do about an answer of xenstore
 * @err: -errno that reading, writing or watching ended with
 *
 * Return: the cause and what to do, for the end of a message; never NULL.
 */
const char *xsplit_errno_hint(int err);

/**
 * xsplit_path_up - cut the last name off a path
 * @path: relative to the domain's own folder, without a slash at its end
 *
 * Return: false, with @path as it was, if there is nothing above it.
 */
bool xsplit_path_up(char *path);

#endif /* XSPLIT_XENBUS_ERRNO_HINT_H */
