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
	LINK_LEAVING,	/* the device is being probed, removed or resumed: no work is queued */
	LINK_RECONFIGURE, /* xsplit_link.reconfigure is to be called */
	LINK_XENWATCH_WORK, /* xenwatch_work is registered; clearing this is the right to end it */
	LINK_MOVING,	/* xenwatch_work is about to change the peer: no steps until then */
	LINK_REOPEN,	/* what we closed for is gone */
	LINK_RESTART,	/* a frontend wants to negotiate again */
	LINK_CAUGHT,	/* the peer held a page in this connection */
	LINK_ORPHAN,	/* the device is gone: the work only waits for @finish */
};

/* The key that a toolstack writes whenever it makes a frontend's folder. */
#define XSPLIT_NODE_KEY "backend"

/* A new link with the peer that the bus names, or NULL. Context: the bus's probe. */
struct xsplit_link *xsplit_link_alloc(struct xenbus_device *xdev, struct xsplit_driver *driver);

/* Nothing of the link runs, and nobody has its address. Context: may sleep. */
void xsplit_link_free(struct xsplit_link *link);

/* The link's folder in debugfs goes. The driver has removed its files. Context: may sleep. */
void xsplit_link_debugfs_remove(struct xsplit_link *link);

/* Neither the work nor xenwatch_work runs from now on until LINK_LEAVING is cleared. */
void xsplit_link_halt(struct xsplit_link *link);

/* Disconnect, if connected. Context: the link's work, or a halted link; may sleep. */
void xsplit_drop_connection(struct xsplit_link *link, enum xsplit_why why);

/* Take steps until there is nothing left to do. Context: the link's work. */
void xsplit_take_steps(struct xsplit_link *link);

/*
 * Compare a frontend's own node with what the link knows of it. Return: 0; -errno, already
 * reported: it cannot be read. Context: may sleep.
 */
int xsplit_node_check(struct xsplit_link *link, enum xsplit_node *node);

/*
 * Take over the other end that the bus names. No operation of the link may run.
 * Return: 0; -ENOMEM with nothing changed. Context: a callback of the bus.
 */
int xsplit_node_adopt_peer(struct xsplit_link *link);

/*
 * Take over the other end that the own node names, and tell the bus. If there is no memory for a
 * copy of the name, only the bus has it. Errors are reported.
 * Context: the watch thread, where the bus reads the old name; no operation may run.
 */
void xsplit_node_follow_peer(struct xsplit_link *link);

/*
 * Write a frontend's state, to or from Initialising. xdev->state may follow only when the
 * backend has answered. Context: the link's work.
 */
void xsplit_node_write_state(struct xsplit_link *link, enum xenbus_state state);

/* The peer does not know us, whatever our state in xenstore is. Context: the link's work. */
void xsplit_node_reset_state(struct xsplit_link *link);

/* From here on the watch thread leaves xdev->state alone. Context: any. */
void xsplit_node_forget_state(struct xsplit_link *link);

/* Write any other state. Context: the link's work. */
void xsplit_node_switch_state(struct xsplit_link *link, enum xenbus_state state);

/* The backend has changed its state. Context: the watch thread. */
void xsplit_node_state_seen(struct xsplit_link *link);

/*
 * Watch the keys of the driver and the link's own. Return: 0, or -errno after reporting it;
 * nothing is watched then. Context: may sleep.
 */
int xsplit_watches_add(struct xsplit_link *link);

/* Undo it. No callback of these watches runs on return. Context: may sleep. */
void xsplit_watches_remove(struct xsplit_link *link);

/*
 * Unregister the device from the watch thread, where the bus does the same once the
 * device's folder is gone: the two must not meet. Context: the link's work.
 */
void xsplit_reap(struct xsplit_link *link);

/*
 * Follow the own node to another peer, from the watch thread. The link has no connection,
 * and takes no step until then. Return: 0 or -errno. Context: the link's work.
 */
int xsplit_move_to_peer(struct xsplit_link *link);

/* Cancel these two. The link's work does not run. Context: may sleep. */
void xsplit_xenwatch_cancel(struct xsplit_link *link);

/* Wait for the callback that the watch thread runs. Context: may sleep. */
void xsplit_flush_watch_thread(void);

/* Set up parking, for the module and for each link. */
int xsplit_parking_init(void);
void xsplit_parking_exit(void);
void xsplit_park_init(struct xsplit_link *link);

/* Will the bus find another device in place of this one? Context: the bus's remove. */
bool xsplit_replaced(const struct xsplit_link *link);

/*
 * Park a halted link without a connection for the device that replaces its own. The link
 * ends if none comes. Return: false if it cannot be parked. Context: the bus's remove.
 */
bool xsplit_park(struct xsplit_link *link);

/* Return: the parked link for a new device, or NULL. Context: the bus's probe. */
struct xsplit_link *xsplit_adopt(const struct xsplit_driver *drv, struct xenbus_device *xdev);

/* End all parked links of a driver that has left its bus. Context: may sleep. */
void xsplit_parked_end(const struct xsplit_driver *drv);

/* Destroy a halted link, and put its device. Context: may sleep. */
void xsplit_link_end(struct xsplit_link *link);

/*
 * Has everything ended that @disconnect began? With @close, is the device itself released?
 * Kicks the link later if not. Context: the link's work, or a halted link.
 */
bool xsplit_finished(struct xsplit_link *link, bool close);

/* End a halted link whose device goes, now or as an orphan. Context: the bus's remove. */
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
