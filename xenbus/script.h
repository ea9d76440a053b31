/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the toolstack's hotplug script has come to.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_XENBUS_SCRIPT_H
#define XSPLIT_XENBUS_SCRIPT_H

#include <linux/types.h>

/**
 * enum xsplit_script - what a backend makes of its key hotplug-status
 * @XSPLIT_SCRIPT_WAIT: it has not ended, or has not begun
 * @XSPLIT_SCRIPT_DONE: it has done its part, or nobody expects it to
 * @XSPLIT_SCRIPT_FAILED: it has given up, and says why in hotplug-error
 */
enum xsplit_script {
	XSPLIT_SCRIPT_WAIT,
	XSPLIT_SCRIPT_DONE,
	XSPLIT_SCRIPT_FAILED,
};

/**
 * xsplit_script_judge - read the key hotplug-status
 * @status: what it holds, NULL if there is none
 * @awaited: the device has a script, and nothing goes on without it
 */
enum xsplit_script xsplit_script_judge(const char *status, bool awaited);

#endif /* XSPLIT_XENBUS_SCRIPT_H */
