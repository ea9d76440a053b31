// SPDX-License-Identifier: GPL-2.0
/* Hints for errors of xenstore. Pure. */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#include "xenbus/errno_hint.h"

struct errno_hint {
	int err;
	const char *text;
};

/* A full quota is reported as ENOSPC for nodes and transactions, as E2BIG for watches. */
static const struct errno_hint hints[] = {
	{ -ENOSPC, "the domain's xenstore quota is used up: remove nodes it owns, or raise it with \"xenstore-control quota set\"" },
	{ -E2BIG, "more than the domain's xenstore quota allows: raise it with \"xenstore-control quota set\"" },
	{ -EDQUOT, "xenstored reports a lack of memory again and again: see its log and the domain's quota (\"xenstore-control quota\"), then attach the device again" },
	{ -EACCES, "not permitted: look at the node's owner and permissions (xenstore-ls -p)" },
	{ -EPERM, "not permitted: look at the node's owner and permissions (xenstore-ls -p)" },
	{ -ENOENT, "it is not there: detach the device and attach it again" },
	{ -ENOMEM, "short of memory: try again when there is more" },
};

const char *xsplit_errno_hint(int err)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hints); i++)
		if (hints[i].err == err)
			return hints[i].text;
	return "xenstored may say why: look at its log, then attach the device again";
}

bool xsplit_path_up(char *path)
{
	char *last = strrchr(path, '/');

	if (!last || last == path)
		return false;
	*last = '\0';
	return true;
}
