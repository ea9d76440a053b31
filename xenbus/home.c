// SPDX-License-Identifier: GPL-2.0
/*
 * A frontend's own folder: it names the backend.
 *
 * When a backend's domain dies, the toolstack may take the device away and give it
 * back, from another domain, before this kernel has looked: the bus then finds the
 * device it knows and lets everything be. (Since 7.0 it takes it away.)
 */

#include <linux/slab.h>
#include <linux/string.h>

#include "compat/xenbus.h"
#include "xenbus/private.h"
#include "xenbus/store.h"

static unsigned int read_back_id(const struct xenbus_device *xdev)
{
	return xenbus_read_unsigned(xdev->nodename, "backend-id", xdev->otherend_id);
}

enum xsplit_home xsplit_home_look(const struct xenbus_device *xdev)
{
	char *back = xsplit_read_text(xdev->nodename, XSPLIT_HOME_KEY);
	unsigned int written = xsplit_read_state(xdev, xdev->nodename);
	bool other = back && (!xdev->otherend || strcmp(back, xdev->otherend) ||
			      read_back_id(xdev) != xdev->otherend_id);

	kfree(back);
	return xsplit_judge_home(xdev->state, written, other);
}

void xsplit_home_follow(struct xenbus_device *xdev)
{
	char *back = xsplit_read_text(xdev->nodename, XSPLIT_HOME_KEY);

	/* Gone already: another event tells. */
	if (!back)
		return;
	kfree(xdev->otherend);
	xdev->otherend = back;
	xdev->otherend_id = read_back_id(xdev);
}
