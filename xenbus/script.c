// SPDX-License-Identifier: GPL-2.0
/* The result of the toolstack's hotplug script. Pure. */

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#include "xenbus/script.h"

/* Xen's scripts write these; "busy" means that another domain writes to the disk. */
static const struct {
	const char *status;
	enum xsplit_script means;
} words[] = {
	{ "connected", XSPLIT_SCRIPT_DONE },
	{ "error", XSPLIT_SCRIPT_FAILED },
	{ "busy", XSPLIT_SCRIPT_FAILED },
};

enum xsplit_script xsplit_script_judge(const char *status, bool awaited)
{
	unsigned int i;

	if (!status)
		return awaited ? XSPLIT_SCRIPT_WAIT : XSPLIT_SCRIPT_DONE;
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(status, words[i].status))
			return words[i].means;
	return XSPLIT_SCRIPT_WAIT;
}
