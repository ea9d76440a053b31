/* SPDX-License-Identifier: GPL-2.0 */
/* The result of the toolstack's hotplug script. Pure: builds in user space too. */
#ifndef XSPLIT_XENBUS_SCRIPT_H
#define XSPLIT_XENBUS_SCRIPT_H

#include <linux/types.h>

enum xsplit_script {
	XSPLIT_SCRIPT_WAIT,	/* it has not begun or not ended */
	XSPLIT_SCRIPT_DONE,	/* it has succeeded, or none is expected */
	XSPLIT_SCRIPT_FAILED,	/* it has failed, and wrote the reason to hotplug-error */
};

/* Judge the key hotplug-status, NULL if absent. @awaited: the device has a script. */
enum xsplit_script xsplit_script_judge(const char *status, bool awaited);

#endif /* XSPLIT_XENBUS_SCRIPT_H */
