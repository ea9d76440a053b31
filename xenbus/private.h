/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of xenbus/. */
#ifndef XSPLIT_XENBUS_PRIVATE_H
#define XSPLIT_XENBUS_PRIVATE_H

#include <xen/interface/io/xenbus.h>

#include "xenbus/state.h"

struct xenbus_device;
struct xsplit_driver;
struct xsplit_link;

/* For links' own works; a guest that is suspended freezes it. */
extern struct workqueue_struct *xsplit_link_wq;

/* The debugfs folder of all links. */
extern struct dentry *xsplit_debugfs;

/* Bits of xsplit_link.flags. */
enum {
	LINK_ACCUSED,	/* somebody says that the peer broke the protocol, and writes down why */
	LINK_BROKEN,	/* it is written: xsplit_link.reason; until the connection is dropped */
	LINK_LEAVING,	/* being removed or resumed: no work is queued */
	LINK_RECONFIGURE, /* keys are to be changed: xsplit_link.reconfigure */
	LINK_XENWATCH_WORK,	/* xenwatch work is registered; who clears this unregisters it */
	LINK_MOVING,	/* the xenwatch work gives us another peer: no step until then */
	LINK_REOPEN,	/* closed for a fault that is gone: begin anew */
	LINK_ORPHAN,	/* the device is gone: the work only waits for the end */
};

/* The key that a toolstack writes whenever it makes a frontend's folder. */
#define XSPLIT_NODE_KEY "backend"

/**
 * xsplit_node_check - is a frontend's folder still the one we know?
 * @link: the link
 *
 * Context: may sleep. Return: what became of it.
 */
enum xsplit_node xsplit_node_check(const struct xsplit_link *link);

/**
 * xsplit_node_adopt_peer - from now on the other end is the one that the bus names
 * @link: the link
 *
 * Context: a callback of the bus, while no operation of the link runs.
 * Return: 0, or -ENOMEM, and all is as before.
 */
int xsplit_node_adopt_peer(struct xsplit_link *link);

/**
 * xsplit_node_follow_peer - from now on the other end is the one the folder names
 * @link: the link
 *
 * Context: the watch thread, where the bus reads the old name, while no
 * operation of the link runs. Return: as xsplit_node_adopt_peer().
 */
int xsplit_node_follow_peer(struct xsplit_link *link);

/**
 * xsplit_node_write_state - write a frontend's state, to or from Initialising
 * @link: the link
 * @state: the state; what is read in xenbus_device may lag behind until the backend
 *	has answered
 *
 * Context: the link's work; may sleep.
 */
void xsplit_node_write_state(struct xsplit_link *link, enum xenbus_state state);

/**
 * xsplit_node_state_seen - the backend has changed its state
 * @link: the link
 *
 * Context: the watch thread.
 */
void xsplit_node_state_seen(struct xsplit_link *link);

/**
 * xsplit_watches_add - watch what the driver and the link itself want to know of
 * @link: the link; its driver says which keys
 *
 * Context: may sleep. Return: 0, or -errno, which has been reported; then nothing is
 * watched.
 */
int xsplit_watches_add(struct xsplit_link *link);

/* Undo it; no watch of it runs on return. Context: may sleep. */
void xsplit_watches_remove(struct xsplit_link *link);

/**
 * xsplit_reap - unregister the device, soon
 * @link: the link of a device that nobody is to use any more
 *
 * The bus does the same, from the watch thread, once the device's folder is gone from
 * xenstore; doing it there too keeps the two from meeting. Context: the link's work.
 */
void xsplit_reap(struct xsplit_link *link);

/**
 * xsplit_move_to_peer - turn to the other end that our folder names now, soon
 * @link: the link, without a connection; its work takes no step until then
 *
 * Context: the link's work. Return: 0 or -errno.
 */
int xsplit_move_to_peer(struct xsplit_link *link);

/**
 * xsplit_xenwatch_cancel - neither of the two above happens after this
 * @link: the link, whose work does not run
 *
 * Context: may sleep.
 */
void xsplit_xenwatch_cancel(struct xsplit_link *link);

/* Whatever the watch thread is at, it has done on return. Context: may sleep. */
void xsplit_flush_watch_thread(void);

/* What xsplit_park() needs: once, return 0 or -errno, and undone; and for each link. */
int xsplit_parking_init(void);
void xsplit_parking_exit(void);
void xsplit_park_init(struct xsplit_link *link);

/**
 * xsplit_replaced - will the bus find another device in place of this one?
 * @link: the link
 *
 * Context: the bus's remove.
 */
bool xsplit_replaced(const struct xsplit_link *link);

/**
 * xsplit_park - keep a frontend's link for the device that comes in place of this one
 * @link: the link, without a connection; nothing of it runs
 *
 * It ends if none comes. Context: the bus's remove. Return: false if it cannot be kept.
 */
bool xsplit_park(struct xsplit_link *link);

/**
 * xsplit_adopt - has a new device a link already?
 * @drv: its driver
 * @xdev: the device
 *
 * Context: the bus's probe. Return: the link, as xsplit_park() got it, but with another
 * device; or NULL.
 */
struct xsplit_link *xsplit_adopt(const struct xsplit_driver *drv, struct xenbus_device *xdev);

/**
 * xsplit_parked_end - end all links that are kept for a driver
 * @drv: the driver, off its bus
 *
 * Context: may sleep.
 */
void xsplit_parked_end(const struct xsplit_driver *drv);

/* End a link that was kept; its device is let go. Context: may sleep. */
void xsplit_link_end(struct xsplit_link *link);

/**
 * xsplit_finished - has what the end of a connection began come to its own end?
 * @link: the link, without a connection
 * @close: and is the device itself let go?
 *
 * Waits for nothing. Context: the link's work, or that does not run.
 * Return: false if not; the work is queued when it has.
 */
bool xsplit_finished(struct xsplit_link *link, bool close);

/**
 * xsplit_link_finish - end a link whose device goes, now or when it has finished
 * @link: the link, without a connection; nothing of it runs
 *
 * Context: the bus's remove.
 */
void xsplit_link_finish(struct xsplit_link *link);

/* What the work of a link does that has no device any more. */
void xsplit_orphan_step(struct xsplit_link *link);

/* Set up what a link says and remembers; and end it, nothing of it runs then. */
void xsplit_link_report_init(struct xsplit_link *link);
void xsplit_link_report_exit(struct xsplit_link *link);

/* The attempt that errors were met in is over: what was said of it stays as it is. */
void xsplit_link_forget(struct xsplit_link *link);

/* The attempt has come to a good end after all: so has what was said of it. */
void xsplit_link_overcome(struct xsplit_link *link);

/**
 * xsplit_link_last_word - leave our reason where a probe that fails ends
 * @link: about to be freed
 *
 * The bus writes a text of its own into the error node, which says nothing: ours
 * goes over it. Context: probe.
 */
void xsplit_link_last_word(struct xsplit_link *link);

#endif /* XSPLIT_XENBUS_PRIVATE_H */
