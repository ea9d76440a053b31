/* SPDX-License-Identifier: GPL-2.0 */
/* Hints for errors of xenstore, and another place for an error text. Pure. */
#ifndef XSPLIT_XENBUS_ERRNO_HINT_H
#define XSPLIT_XENBUS_ERRNO_HINT_H

#include <linux/types.h>

/*
 * The likely cause of an error of xenstore and what to do about it, for the end of a
 * message. Never NULL.
 */
const char *xsplit_errno_hint(int err);

/* Cut the last name off a relative path. Return: false if there is only one name. */
bool xsplit_path_up(char *path);

#endif /* XSPLIT_XENBUS_ERRNO_HINT_H */
