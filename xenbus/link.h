/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link: one split device seen from one end.
 *
 * A driver declares itself with struct xsplit_driver and supplies a few operations. The link
 * carries out the handshake with the other end, one step of xenbus/state.c at a time.
 *
 * All operations of a link run in process context and never two at once, so a driver needs
 * no lock between them. Nothing waits in the xenstore watch thread, so a slow device delays
 * no other device.
 */
#ifndef XSPLIT_XENBUS_LINK_H
#define XSPLIT_XENBUS_LINK_H

#include <linux/list.h>
#include <linux/module.h>
#include <linux/ratelimit_types.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#include "xenbus/pace.h"
#include "xenbus/state.h"

struct dentry;
struct kobj_uevent_env;
struct xsplit_link;
struct xsplit_txn;

/**
 * enum xsplit_why - why a connection is dropped
 * @XSPLIT_WHY_CLOSE: both ends agreed to close it
 * @XSPLIT_WHY_GONE: the other end is gone or began anew
 * @XSPLIT_WHY_LOST: the backend vanished without closing, perhaps with its domain. Another
 *	one may replace it, so a frontend keeps its unanswered requests to send them again.
 * @XSPLIT_WHY_BROKEN: the other end broke the protocol
 * @XSPLIT_WHY_RESUME: this domain was suspended, and the backend is a new one. A frontend
 *	keeps its unanswered requests to send them again.
 * @XSPLIT_WHY_REMOVE: the device or the driver is being removed
 */
enum xsplit_why {
	XSPLIT_WHY_CLOSE,
	XSPLIT_WHY_GONE,
	XSPLIT_WHY_LOST,
	XSPLIT_WHY_BROKEN,
	XSPLIT_WHY_RESUME,
	XSPLIT_WHY_REMOVE,
};

/**
 * struct xsplit_link_ops - a driver's operations on a link
 *
 * @create: a device was found: set up @link->priv. Features that a frontend may read
 *	before it connects are left to @publish. Returns 0, or -errno to leave the device
 *	alone.
 * @publish: optional; writes the keys that must be there before the peer negotiates. Called
 *	inside a transaction each time negotiation starts, perhaps several times, so it
 *	must have no other effect.
 * @connect: the peer's keys are there: read them, set up rings and events. Returns 0, or
 *	undoes everything and returns -EAGAIN if something on our side is still missing
 *	(called again after xsplit_link_kick()), an error that xsplit_is_transient() knows
 *	if something is short (called again after some seconds), or another -errno, at
 *	which the link closes. All but -EAGAIN have been reported by xsplit_link_error().
 * @connect_failed: optional; @connect has failed for good although the peer is still there.
 *	The link closes, so nothing may wait for a connection any longer.
 * @publish_connected: optional; as @publish, after @connect and before our state changes.
 * @ready: frontend: the backend is Connected: read its keys and bring the device up. Returns
 *	as @connect does.
 * @refresh: optional; connected, and the peer's keys may have changed. A backend that has
 *	this operation lets its frontend change keys while connected (Reconfiguring).
 * @may_close: optional; false if the device is in use. The driver then tells the user once,
 *	and calls xsplit_link_kick() when the last user has left.
 * @disconnect: give back everything of the connection: on return all I/O has ended, nothing
 *	of the peer's is mapped, and nothing of ours is lent or it is quarantined. Called
 *	only after @connect succeeded. May sleep, but must not wait for the peer or for a
 *	disk: what takes that long is begun here and ends in @finish.
 * @finish: optional, backend: true if all that @disconnect began has ended, so that nothing
 *	of the peer's is mapped. With @close, the device itself must be released too (a
 *	disk is closed); @finish begins that if need be. Must not wait: it returns false,
 *	and the driver calls xsplit_link_kick() when it has ended. Called before Closed is
 *	written, before a new @connect and before @destroy, also after the device has
 *	gone, when no key can be read.
 * @leave: optional; the device is going, and only @finish and @destroy follow, perhaps much
 *	later: remove everything that carries its name.
 * @withdraw: optional; as @publish, when the driver leaves a device that stays: remove the
 *	keys whose mere presence means something.
 * @destroy: undo @create.
 * @move: optional, frontend: give a disk or an interface another parent with
 *	xsplit_move_device(). Called without a connection. Returns 0, or -errno if it
 *	cannot be moved now.
 * @key_changed: optional; a key of @watches (see struct xsplit_driver) was written. Also
 *	called once when the watch has been set. Numbers behind the last key are the
 *	driver's own, for xsplit_link_notify().
 * @is_ready: optional, frontend: false while the boot should wait for the device. Called
 *	after the other operations, and after xsplit_link_kick().
 * @uevent: optional, backend: add the variables that udev's hotplug scripts need. A link
 *	with this operation announces KOBJ_ONLINE after @create and KOBJ_OFFLINE before
 *	@destroy. Called at any time between these; may sleep. Returns 0 or -errno.
 */
struct xsplit_link_ops {
	int (*create)(struct xsplit_link *link);
	void (*publish)(struct xsplit_link *link, struct xsplit_txn *txn);
	int (*connect)(struct xsplit_link *link);
	void (*connect_failed)(struct xsplit_link *link);
	void (*publish_connected)(struct xsplit_link *link, struct xsplit_txn *txn);
	int (*ready)(struct xsplit_link *link);
	void (*refresh)(struct xsplit_link *link);
	bool (*may_close)(struct xsplit_link *link);
	void (*disconnect)(struct xsplit_link *link, enum xsplit_why why);
	bool (*finish)(struct xsplit_link *link, bool close);
	void (*leave)(struct xsplit_link *link);
	void (*withdraw)(struct xsplit_link *link, struct xsplit_txn *txn);
	void (*destroy)(struct xsplit_link *link);
	int (*move)(struct xsplit_link *link, struct device *parent);
	void (*key_changed)(struct xsplit_link *link, unsigned int watch);
	bool (*is_ready)(struct xsplit_link *link);
	int (*uevent)(const struct xsplit_link *link, struct kobj_uevent_env *env);
};

#define XSPLIT_MAX_WATCHES 4

/*
 * The link's own watches follow the driver's. A backend watches "online", to which the
 * toolstack writes 0 to remove the device. A frontend watches the key that is written when
 * its folder is made, and the state of a backend that the bus does not know.
 */
enum {
	XSPLIT_WATCH_ONLINE = XSPLIT_MAX_WATCHES,
	XSPLIT_WATCH_NODE,
	XSPLIT_WATCH_PEER,
	XSPLIT_NR_WATCHES,
};

/* A key to watch, in the peer's folder or in our own. */
struct xsplit_watch_spec {
	bool peers;
	const char *key;
};

/**
 * struct xsplit_driver - a driver
 * @name: "vbd" or "vif", the xenbus device type
 * @side: which end it drives
 * @offered: frontend: the state that says "my rings are in xenstore",
 *	XenbusStateInitialised (block) or XenbusStateConnected (network)
 * @ops: see struct xsplit_link_ops
 * @watches: keys to watch, ended by an entry without a name; may be NULL
 * @xenbus: filled in by xsplit_driver_register(); private
 * @ids: as @xenbus
 */
struct xsplit_driver {
	const char *name;
	enum xsplit_side side;
	enum xenbus_state offered;
	const struct xsplit_link_ops *ops;
	const struct xsplit_watch_spec *watches;

	struct xenbus_driver xenbus;
	struct xenbus_device_id ids[2];
};

/* One watched key; private to the link. */
struct xsplit_watch {
	struct xenbus_watch watch;
	struct xsplit_link *link;
	unsigned int index;
};

/**
 * enum xsplit_phase - how far a link has come; private to xenbus/
 * @XSPLIT_NEW: the peer does not know us yet, whatever our state in xenstore is
 * @XSPLIT_IDLE: no connection, or none any more
 * @XSPLIT_CONNECTED: @connect succeeded and @disconnect has not been called
 * @XSPLIT_UP: frontend: @ready succeeded as well
 */
enum xsplit_phase {
	XSPLIT_NEW,
	XSPLIT_IDLE,
	XSPLIT_CONNECTED,
	XSPLIT_UP,
};

/**
 * struct xsplit_link - one device, one end
 * @xdev: the device on the bus; @xdev->dev is the one to name in messages
 * @driver: its driver
 * @priv: the driver's data
 * @own_dir: our folder in xenstore
 * @peer_dir: the other end's folder in xenstore. This is not @xdev->otherend, which the bus
 *	frees and reads again at resume, no matter who uses it.
 * @peer_id: the other end's domain, a copy for the same reason
 * @debugfs: folder xen-split/<device>, for counters; may be an error pointer,
 *	which debugfs functions accept
 *
 * Private to xenbus/, and where not said otherwise to the link's work:
 *
 * @phase: how far this link has come; see there
 * @retired: backend: the toolstack has written 0 to "online"
 * @unfinished: the action to be taken again, as @finish was not satisfied
 * @moved: frontend: the peer has changed since the device was found; see xenbus/watch.c
 * @settled: the last answer of @is_ready; read by the boot code
 * @state_pending: @written_state is to be set in the watch thread; see xenbus/node.c
 * @written_state: our state as last written to a bus that watches it
 * @flags: LINK_... in xenbus/private.h; atomic
 * @kick_lock: @work is queued under it, and LINK_LEAVING set
 * @keys_changed: by number of the watch: @key_changed is to be called; atomic
 * @work: takes the steps; all operations run from it
 * @xenwatch_work: fires once in the watch thread; see xenbus/watch.c
 * @retry: kicks the link when @connect or @ready may be tried again
 * @tries: failed attempts in a row
 * @pace: how often the peer had us connect, or change keys while connected
 * @caught: how often the peer was caught holding a page
 * @log_limit: for messages that the peer can cause
 * @late_work: sets @late and kicks the link
 * @late: the link has waited so long that it reports why
 * @error_text: the last error of this attempt, or NULL; exchanged atomically
 * @reason: why the peer is broken; written by whoever set LINK_ACCUSED
 * @reconfigure: see xsplit_link_reconfigure()
 * @watches: of the driver's keys and the link's own
 * @parked: in the list of parked links, under the lock of xenbus/park.c
 * @unpark_work: ends a parked link that no device has adopted
 */
struct xsplit_link {
	struct xenbus_device *xdev;
	struct xsplit_driver *driver;
	void *priv;
	const char *own_dir;
	const char *peer_dir;
	domid_t peer_id;
	struct dentry *debugfs;

	enum xsplit_phase phase;
	bool retired;
	enum xsplit_action unfinished;
	bool moved;
	bool settled;
	bool state_pending;
	enum xenbus_state written_state;
	unsigned long flags;
	raw_spinlock_t kick_lock;
	unsigned long keys_changed;
	struct work_struct work;
	struct xenbus_watch xenwatch_work;
	struct delayed_work retry;
	unsigned int tries;
	struct xsplit_pace pace;
	struct xsplit_pace caught;
	struct ratelimit_state log_limit;
	struct delayed_work late_work;
	bool late;
	char *error_text;
	char reason[96];
	void (*reconfigure)(struct xsplit_link *link, struct xsplit_txn *txn);
	struct xsplit_watch watches[XSPLIT_NR_WATCHES];
	struct list_head parked;
	struct delayed_work unpark_work;
};

/*
 * Register a driver on its bus, at module init. Return: 0 or -errno (-EBUSY: the in-tree
 * driver is there already).
 */
#define xsplit_driver_register(drv) \
	__xsplit_driver_register(drv, THIS_MODULE, KBUILD_MODNAME)
int __xsplit_driver_register(struct xsplit_driver *drv, struct module *owner,
			     const char *mod_name);

/* Unregister it: every device is disconnected and destroyed on return. */
void xsplit_driver_unregister(struct xsplit_driver *drv);

/*
 * The workqueue for works that an operation of a link waits for: unbound, with a rescuer. A
 * link must make progress when memory is short, because memory may be written out to the
 * disk that it brings back. So must every work that it waits for.
 */
struct workqueue_struct *xsplit_workqueue(void);

/* Have the link check its state again: something on our side has changed. Context: any. */
void xsplit_link_kick(struct xsplit_link *link);

/* Have @key_changed called with @watch, which is below XSPLIT_MAX_WATCHES. Context: any. */
void xsplit_link_notify(struct xsplit_link *link, unsigned int watch);

/* What we closed for is gone. The link offers itself again once Closed. Context: any. */
void xsplit_link_reopen(struct xsplit_link *link);

/* Frontend: close the connection and negotiate again, without an error. Context: any. */
void xsplit_link_restart(struct xsplit_link *link);

/*
 * The peer broke the protocol: report which rule, as xsplit_link_error() does, and close the
 * connection from the link's work (@disconnect with XSPLIT_WHY_BROKEN, then Closing and
 * Closed). Only the first call of a connection counts. Does not sleep. Context: any process or
 * softirq.
 */
__printf(2, 3)
void xsplit_link_broken(struct xsplit_link *link, const char *fmt, ...);

/*
 * Frontend: the backend held a page whose loan was to end, at which the kernel logs a line. A
 * backend that does this in each connection gets ever fewer of them. Context: any.
 */
void xsplit_link_caught(struct xsplit_link *link);

/*
 * Report an error in the log and the error node: what failed and what to do about it, without a
 * newline. Unlike xenbus_dev_fatal() this does not touch the state. Return: @err. May sleep.
 */
__printf(3, 4)
int xsplit_link_error(struct xsplit_link *link, int err, const char *fmt, ...);

/*
 * May a message be logged that the peer can cause at will? xsplit_link_error() checks this
 * itself. Context: any.
 */
bool xsplit_link_may_log(struct xsplit_link *link);

/*
 * For @connect, while @what is missing on our side. Reports it once if the wait takes long and
 * no other error was reported. Errors of the wait are removed from the error node when the
 * link connects. Return: -EAGAIN.
 */
int xsplit_link_waits(struct xsplit_link *link, const char *what);

/*
 * Backend: has the hotplug script done its part? True without a script, unless it is
 * @awaited. Context: may sleep.
 */
bool xsplit_link_script_done(struct xsplit_link *link, bool awaited);

/* Backend: report the error if the hotplug script has failed. Context: may sleep. */
void xsplit_link_script_check(struct xsplit_link *link);

/*
 * Have @fill write keys in a transaction; it may be called several times. Return: 0; -EIO,
 * already reported, as a refusal of xenstore does not pass by itself. Context: may sleep.
 */
int xsplit_link_publish(struct xsplit_link *link,
			void (*fill)(struct xsplit_link *link,
				     struct xsplit_txn *txn));

/*
 * Frontend: change keys while connected. @fill, always the same function, writes them from the
 * link's work and may be called several times. The backend reads them some time later. Without
 * a connection nothing is done, because the other operations write the current values anyway.
 * Context: any.
 */
void xsplit_link_reconfigure(struct xsplit_link *link,
			     void (*fill)(struct xsplit_link *link,
					  struct xsplit_txn *txn));

/* Write our state again, together with changed keys, so that a connected peer reads them. */
void xsplit_link_touch(struct xsplit_link *link, struct xsplit_txn *txn);

/* For @move: give a disk or an interface another parent. Return: 0 or -errno. */
int xsplit_move_device(struct device *dev, struct device *parent);

/*
 * Let a disk or an interface outlive its device: it has no parent any more. Its unregistration
 * must not have begun. Return: 0 or -errno. Context: may sleep; not @move.
 */
int xsplit_orphan_device(struct device *dev);

/* The other domain's id. */
static inline domid_t xsplit_link_peer(const struct xsplit_link *link)
{
	return link->peer_id;
}

#endif /* XSPLIT_XENBUS_LINK_H */
