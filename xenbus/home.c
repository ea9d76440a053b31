// SPDX-License-Identifier: GPL-2.0
/*
 * A frontend's own folder: it names the backend.
 *
 * When a backend's domain dies, the toolstack may take the device away and give it
 * back, from another domain, before this kernel has looked: the bus then finds the
 * device it knows and lets everything be. (Since 7.0 it replaces it: xenbus/keep.c.)
 */

#include <linux/slab.h>
#include <linux/string.h>

#include "compat/xenbus.h"
#include "xenbus/link.h"
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

/* --- our own state ------------------------------------------------------- */

/* Who has taken the folder away does not find it again. */
static void put_said(struct xsplit_link *link, struct xsplit_txn *txn)
{
	const char *dir = link->xdev->nodename;

	if (xenbus_exists(txn->xbt, dir, "state"))
		xsplit_put(txn, dir, "state", "%d", link->said_state);
}

/*
 * A bus that watches us reads the state in xenstore and then looks at xenbus_device's, in
 * the watch thread. Initialising there and another one here is a new device to it, so
 * nothing may change between. On the way to Initialising ours changes first, on the way
 * from there in the watch thread, see xsplit_home_heard().
 */
static void say_watched(struct xsplit_link *link, enum xenbus_state state)
{
	link->said_state = state;
	if (state == XenbusStateInitialising)
		link->xdev->state = state;
	xsplit_link_publish(link, put_said);
	WRITE_ONCE(link->unheard, state != XenbusStateInitialising);
}

void xsplit_home_say(struct xsplit_link *link, enum xenbus_state state)
{
	struct xenbus_device *xdev = link->xdev;
	enum xenbus_state written = xsplit_read_state(xdev, xdev->nodename);

	WRITE_ONCE(link->unheard, false);
	if (XSPLIT_BUS_WATCHES_STATE && written != state) {
		say_watched(link, state);
		return;
	}
	/*
	 * The bus skips a state that it believes to be written. It takes a device that it
	 * has just found for Initialising; whoever had it before may have left it Closed.
	 */
	if (state == XenbusStateInitialising && written != XenbusStateUnknown && written != state)
		xdev->state = XenbusStateUnknown;
	xenbus_switch_state(xdev, state);
}

void xsplit_home_heard(struct xsplit_link *link)
{
	if (!READ_ONCE(link->unheard))
		return;
	WRITE_ONCE(link->unheard, false);
	if (link->xdev->state == XenbusStateInitialising)
		link->xdev->state = link->said_state;
}
