/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by the files of xenbus/ only. */
#ifndef XSPLIT_XENBUS_PRIVATE_H
#define XSPLIT_XENBUS_PRIVATE_H

#include <xen/interface/io/xenbus.h>

#include "xenbus/link.h"

/* For the works of links; it is frozen while the guest is suspended. */
extern struct workqueue_struct *xsplit_link_wq;

/* The debugfs folder of all links. */
extern struct dentry *xsplit_debugfs;

/* Bits of xsplit_link.flags. */
enum {
	LINK_ACCUSED,	/* xsplit_link.reason is taken: the first caller writes it */
	LINK_BROKEN,	/* the peer broke the protocol, and xsplit_link.reason is complete */
	LINK_LEAVING,	/* the device is being removed or resumed: no work is queued */
	LINK_RECONFIGURE, /* xsplit_link.reconfigure is to be called */
	LINK_XENWATCH_WORK, /* xenwatch_work is registered; clearing this is the right to end it */
	LINK_MOVING,	/* xenwatch_work is about to change the peer: no steps until then */
	LINK_REOPEN,	/* the fault that a backend closed for is gone */
	LINK_ORPHAN,	/* the device is gone: the work only waits for @finish */
};

/* The key that a toolstack writes whenever it makes a frontend's folder. */
#define XSPLIT_NODE_KEY "backend"

/* A new link with the peer that the bus names, or NULL. Context: the bus's probe. */
struct xsplit_link *xsplit_link_alloc(struct xenbus_device *xdev, struct xsplit_driver *driver);

/* Nothing of the link runs, and nobody has its address. Context: may sleep. */
void xsplit_link_free(struct xsplit_link *link);

/* Neither the work nor xenwatch_work runs from now on until LINK_LEAVING is cleared. */
void xsplit_link_halt(struct xsplit_link *link);

/* Disconnect, if connected. Context: the link's work, or a halted link; may sleep. */
void xsplit_drop_connection(struct xsplit_link *link, enum xsplit_why why);

/* Take steps until there is nothing left to do. Context: the link's work. */
void xsplit_take_steps(struct xsplit_link *link);

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

/* The work of a link whose device is gone. */
void xsplit_orphan_step(struct xsplit_link *link);

/* Set up and end the error report of a link, of which nothing runs. */
void xsplit_link_report_init(struct xsplit_link *link);
void xsplit_link_report_exit(struct xsplit_link *link);

/* The attempt that had errors is over: the error node stays as it is. */
void xsplit_link_forget(struct xsplit_link *link);

/* The attempt has succeeded after all: remove its errors from the error node. */
void xsplit_link_clear_error(struct xsplit_link *link);

/*
 * Write the link's error into the error node once the failed probe has ended: the bus
 * overwrites that node with a text that gives no reason. Context: the bus's probe.
 */
void xsplit_link_last_word(struct xsplit_link *link);

#endif /* XSPLIT_XENBUS_PRIVATE_H */
