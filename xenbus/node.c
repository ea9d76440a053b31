// SPDX-License-Identifier: GPL-2.0
/*
 * A frontend's own node in xenstore, which names the backend.
 *
 * When a backend's domain dies, the toolstack may remove the device and add it again with
 * another backend before this kernel has noticed. The bus then finds the device that it
 * knows and does nothing. (Since Linux 7.0 it replaces the device: see xenbus/park.c.)
 */

#include <linux/slab.h>
#include <linux/string.h>
#include <xen/interface/xen.h>

#include "compat/xenbus.h"
#include "xenbus/errno_hint.h"
#include "xenbus/link.h"
#include "xenbus/private.h"
#include "xenbus/store.h"

/*
 * Read which backend the node names. Return: 0, with *dir NULL, or to be freed with kfree();
 * -errno, already reported: nothing is known of it.
 */
static int read_back(struct xsplit_link *link, char **dir, u64 *id)
{
	const struct xsplit_key key = {
		"backend-id", XSPLIT_KEY_CLAMP, link->peer_id, 0, DOMID_FIRST_RESERVED - 1,
	};
	int err;

	err = xsplit_key_read_one(link, link->own_dir, &key, id);
	return err ?: xsplit_text_read(link, link->own_dir, XSPLIT_NODE_KEY, dir);
}

int xsplit_node_check(struct xsplit_link *link, enum xsplit_node *node)
{
	const struct xenbus_device *xdev = link->xdev;
	unsigned int written;
	bool other;
	char *back;
	u64 id;
	int err;

	err = read_back(link, &back, &id);
	if (err)
		return err;
	err = xsplit_state_read(link, link->own_dir, &written);
	if (err) {
		kfree(back);
		return xsplit_link_unread(link, link->own_dir, "state", err);
	}
	/* If the bus could not read the name at resume, it watches no peer any more. */
	other = back && (!READ_ONCE(xdev->otherend) || strcmp(back, link->peer_dir) ||
			 id != link->peer_id);
	kfree(back);
	*node = xsplit_judge_node(xdev->state, written, other);
	return 0;
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

void xsplit_node_follow_peer(struct xsplit_link *link)
{
	struct xenbus_device *xdev = link->xdev;
	char *back;
	u64 id;
	int err;

	/* The domain is not guessed: our pages would be lent to it. */
	err = read_back(link, &back, &id);
	/* Without a name, the folder is gone again, for which there is another event. */
	if (err || !back)
		return;
	kfree(xdev->otherend);
	xdev->otherend = back;
	xdev->otherend_id = id;
	err = xsplit_node_adopt_peer(link);
	if (err)
		xsplit_link_error(link, err, "cannot turn to the new backend: %s",
				  xsplit_errno_hint(err));
}

/* --- our own state ------------------------------------------------------- */

/* A write without this check would create a folder again that has been removed. */
static void write_pending_state(struct xsplit_link *link, struct xsplit_txn *txn)
{
	const char *dir = link->own_dir;

	if (xenbus_exists(txn->xbt, dir, "state"))
		xsplit_write(txn, dir, "state", "%d", link->written_state);
}

/*
 * A bus that watches our state reads it from xenstore in the watch thread, and compares it
 * with xdev->state. It takes the device for a new one if xenstore has Initialising and
 * xdev->state is another state, so the bus must never see that pair. A change to
 * Initialising therefore sets xdev->state first. A change from Initialising sets it last,
 * in the watch thread: see xsplit_node_state_seen().
 */
static void write_watched_state(struct xsplit_link *link, enum xenbus_state state)
{
	link->written_state = state;
	if (state == XenbusStateInitialising)
		link->xdev->state = state;
	xsplit_link_publish(link, write_pending_state);
	spin_lock(&link->state_lock);
	link->state_pending = state != XenbusStateInitialising;
	spin_unlock(&link->state_lock);
}

void xsplit_node_forget_state(struct xsplit_link *link)
{
	spin_lock(&link->state_lock);
	link->state_pending = false;
	spin_unlock(&link->state_lock);
}

void xsplit_node_reset_state(struct xsplit_link *link)
{
	spin_lock(&link->state_lock);
	link->state_pending = false;
	link->xdev->state = XenbusStateUnknown;
	spin_unlock(&link->state_lock);
}

void xsplit_node_switch_state(struct xsplit_link *link, enum xenbus_state state)
{
	xsplit_node_forget_state(link);
	xenbus_switch_state(link->xdev, state);
}

void xsplit_node_write_state(struct xsplit_link *link, enum xenbus_state state)
{
	struct xenbus_device *xdev = link->xdev;
	enum xenbus_state written = xenbus_read_driver_state(xdev, link->own_dir);

	xsplit_node_forget_state(link);
	if (XSPLIT_BUS_WATCHES_STATE && written != state) {
		write_watched_state(link, state);
		return;
	}
	/*
	 * The bus does not write a state that xdev->state has already. For a device that it
	 * has just found that is Initialising, but an earlier driver may have left it Closed.
	 */
	if (state == XenbusStateInitialising && written != XenbusStateUnknown && written != state)
		xdev->state = XenbusStateUnknown;
	xenbus_switch_state(xdev, state);
}

/* It must not undo a change that the link's work makes meanwhile. */
void xsplit_node_state_seen(struct xsplit_link *link)
{
	spin_lock(&link->state_lock);
	if (link->state_pending && link->xdev->state == XenbusStateInitialising)
		link->xdev->state = link->written_state;
	link->state_pending = false;
	spin_unlock(&link->state_lock);
}
