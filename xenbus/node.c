// SPDX-License-Identifier: GPL-2.0
/*
 * A frontend's own folder: it names the backend.
 *
 * When a backend's domain dies, the toolstack may take the device away and give it
 * back, from another domain, before this kernel has looked: the bus then finds the
 * device it knows and lets everything be. (Since 7.0 it replaces it: xenbus/park.c.)
 */

#include <linux/slab.h>
#include <linux/string.h>

#include "compat/xenbus.h"
#include "xenbus/link.h"
#include "xenbus/private.h"
#include "xenbus/store.h"

static unsigned int read_back_id(const struct xsplit_link *link)
{
	return xenbus_read_unsigned(link->xdev->nodename, "backend-id", link->peer_id);
}

enum xsplit_node xsplit_node_check(const struct xsplit_link *link)
{
	const struct xenbus_device *xdev = link->xdev;
	char *back = xsplit_text_peek(xdev->nodename, XSPLIT_NODE_KEY);
	unsigned int written = xenbus_read_driver_state(xdev, xdev->nodename);
	/* A bus that could not read the name at resume watches nobody any more. */
	bool other = back && (!READ_ONCE(xdev->otherend) || strcmp(back, link->peer_dir) ||
			      read_back_id(link) != link->peer_id);

	kfree(back);
	return xsplit_judge_node(xdev->state, written, other);
}

int xsplit_node_adopt_peer(struct xsplit_link *link)
{
	const char *dir = kstrdup(link->xdev->otherend, GFP_KERNEL);

	if (!dir)
		return -ENOMEM;
	kfree(link->peer_dir);
	link->peer_dir = dir;
	link->peer_id = link->xdev->otherend_id;
	return 0;
}

int xsplit_node_follow_peer(struct xsplit_link *link)
{
	struct xenbus_device *xdev = link->xdev;
	char *back = xsplit_text_peek(xdev->nodename, XSPLIT_NODE_KEY);

	/* Gone already: another event tells. */
	if (!back)
		return 0;
	kfree(xdev->otherend);
	xdev->otherend = back;
	xdev->otherend_id = read_back_id(link);
	return xsplit_node_adopt_peer(link);
}

/* --- our own state ------------------------------------------------------- */

/* Who has taken the folder away does not find it again. */
static void write_pending_state(struct xsplit_link *link, struct xsplit_txn *txn)
{
	const char *dir = link->xdev->nodename;

	if (xenbus_exists(txn->xbt, dir, "state"))
		xsplit_write(txn, dir, "state", "%d", link->written_state);
}

/*
 * A bus that watches us reads the state in xenstore and then looks at xenbus_device's, in
 * the watch thread. Initialising there and another one here is a new device to it, so
 * nothing may change between. On the way to Initialising ours changes first, on the way
 * from there in the watch thread, see xsplit_node_state_seen().
 */
static void write_watched_state(struct xsplit_link *link, enum xenbus_state state)
{
	link->written_state = state;
	if (state == XenbusStateInitialising)
		link->xdev->state = state;
	xsplit_link_publish(link, write_pending_state);
	WRITE_ONCE(link->state_pending, state != XenbusStateInitialising);
}

void xsplit_node_write_state(struct xsplit_link *link, enum xenbus_state state)
{
	struct xenbus_device *xdev = link->xdev;
	enum xenbus_state written = xenbus_read_driver_state(xdev, xdev->nodename);

	WRITE_ONCE(link->state_pending, false);
	if (XSPLIT_BUS_WATCHES_STATE && written != state) {
		write_watched_state(link, state);
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

void xsplit_node_state_seen(struct xsplit_link *link)
{
	if (!READ_ONCE(link->state_pending))
		return;
	WRITE_ONCE(link->state_pending, false);
	if (link->xdev->state == XenbusStateInitialising)
		link->xdev->state = link->written_state;
}
