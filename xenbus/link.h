/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link: one split device seen from one end.
 *
 * A driver declares what it is (struct xsplit_driver) and what to do at the few
 * moments that matter; the link walks the handshake with the other end
 * (xenbus/state.c), one step at a time.
 *
 * All operations of a link run in process context and never two at once, so a
 * driver needs no lock between them. Nothing waits in the xenstore watch
 * thread: a slow device delays nobody but itself.
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
 * @XSPLIT_WHY_CLOSE: both ends agreed
 * @XSPLIT_WHY_GONE: the other end is gone or began anew
 * @XSPLIT_WHY_LOST: the backend is gone without a word, and perhaps its domain;
 *	another may come in its place: a frontend keeps what was not answered, to
 *	ask again
 * @XSPLIT_WHY_BROKEN: the other end broke the protocol
 * @XSPLIT_WHY_RESUME: this domain was suspended, the backend is a new one;
 *	a frontend keeps what was not answered, to ask again
 * @XSPLIT_WHY_REMOVE: the device or the driver goes away
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
 * struct xsplit_link_ops - what a driver does at the moments of a link's life
 *
 * @create: the device exists; set @link->priv up. A backend's features that
 *	a frontend may read before it connects are written by @publish.
 *	Return 0 or -errno (the device is then left alone).
 * @publish: optional; write our keys that must be there before the peer
 *	negotiates, each time negotiation (re)starts. Called inside a
 *	transaction, perhaps several times; must have no other effect.
 * @connect: the peer's keys can be read: read them, set up rings and events.
 *	Return 0; -EAGAIN if something on our side is still missing (called
 *	again after xsplit_link_kick()); what xsplit_is_transient() knows if
 *	something is scarce (report with xsplit_link_error() first; called again
 *	after some seconds); other -errno if it cannot be (report as well), the
 *	link then closes.
 *	On failure everything is undone before returning.
 * @connect_failed: optional; @connect has failed for good, with a peer that is still
 *	there, and the link closes: what waited for a connection must not wait on.
 * @publish_connected: optional; as @publish, after @connect succeeded and
 *	before our state changes, in one transaction with nothing else in it.
 * @ready: frontend only: the backend is Connected. Read what it wrote and bring
 *	the device up. Return as for @connect, and as there everything is undone on
 *	failure: what is scarce is waited for, and it is called again.
 * @refresh: optional; connected, and the peer says that something may have
 *	changed. A backend that has it lets its frontend change keys while
 *	connected (Reconfiguring).
 * @may_close: optional; may the device be closed now? If not, say so to the
 *	user once and call xsplit_link_kick() when the last user has left.
 * @disconnect: give back everything of the connection: I/O has ended when this
 *	returns, nothing of the peer's is mapped, nothing of ours is lent
 *	(or it is quarantined). Called only after @connect succeeded. May
 *	sleep, but waits neither for the peer nor for a disk: what takes its time
 *	is begun here and ends in @finish.
 * @finish: optional, backend: has all that @disconnect began come to its end, so that
 *	nothing of the peer's is mapped? With @close, has the device itself been let
 *	go as well (a disk is closed)? Begins that if need be, and waits for
 *	nothing. False: the driver calls xsplit_link_kick() when it has; called
 *	again then, also after the device has gone: no key can be read then. Called
 *	before Closed is said, before a new @connect, and before @destroy, which
 *	finds nothing of it left.
 * @leave: optional: the device goes, and only @finish and @destroy come after it, perhaps
 *	much later: take away all that has its name.
 * @withdraw: optional; as @publish, when the driver leaves a device that stays:
 *	take away the keys that mean something by being there.
 * @destroy: undo @create.
 * @move: optional, frontend: give what users have of the device (a disk, an interface)
 *	another parent by xsplit_move_device(). Without a connection, and before it
 *	gets another one. Return 0 or -errno if it cannot be moved now.
 * @key_changed: optional; a key of @watch (see struct xsplit_driver) was
 *	written; called once after the watch is set as well. Numbers behind the
 *	last key are the driver's, for xsplit_link_notify().
 * @is_ready: optional, frontend: false while the boot should wait for us. Asked after each
 *	of the others, and after xsplit_link_kick().
 * @uevent: optional, backend: add what the hotplug scripts of udev need. Having
 *	it, the link announces KOBJ_ONLINE after @create and KOBJ_OFFLINE
 *	before @destroy. Called at any time between; may sleep. Return 0 or -errno.
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
 * The link's own, behind those of the driver. A backend: the toolstack takes the
 * device away. A frontend: our folder is made anew; the state of a backend that the
 * bus does not know of.
 */
enum {
	XSPLIT_WATCH_ONLINE = XSPLIT_MAX_WATCHES,
	XSPLIT_WATCH_NODE,
	XSPLIT_WATCH_PEER,
	XSPLIT_NR_WATCHES,
};

/**
 * struct xsplit_watch_spec - a key besides the peer's state to be told about
 * @peers: true: in the peer's directory, false: in our own
 * @key: its name
 */
struct xsplit_watch_spec {
	bool peers;
	const char *key;
};

/**
 * struct xsplit_driver - a driver, as data
 * @name: "vbd" or "vif", the xenbus device type
 * @side: which end
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
 * @connected: @connect succeeded and @disconnect has not been called; written
 *	by the link only
 *
 * Private to xenbus/, and where not said otherwise to the link's work:
 *
 * @fresh: the peer knows nothing of us yet: our state in xenstore is of no account
 * @ready: frontend: @ready succeeded since @connected was set
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
 * @pace: how often the peer had us connect
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
	bool connected;

	bool fresh;
	bool ready;
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

/**
 * xsplit_driver_register - put a driver on its bus
 * @drv: the driver; static data
 *
 * Context: may sleep; module init.
 * Return: 0 or -errno (-EBUSY: the in-tree driver is there already).
 */
#define xsplit_driver_register(drv) \
	__xsplit_driver_register(drv, THIS_MODULE, KBUILD_MODNAME)
int __xsplit_driver_register(struct xsplit_driver *drv, struct module *owner,
			     const char *mod_name);

/**
 * xsplit_driver_unregister - take a driver off its bus
 * @drv: the driver
 *
 * Every device is disconnected and destroyed on return. Context: may sleep.
 */
void xsplit_driver_unregister(struct xsplit_driver *drv);

/**
 * xsplit_workqueue - for works that an operation of a link waits for
 *
 * A link must get on when memory is short, since memory may be written out to
 * the disk it brings back; so must all that it waits for.
 *
 * Context: any. Return: the workqueue, unbound and with a rescuer.
 */
struct workqueue_struct *xsplit_workqueue(void);

/**
 * xsplit_link_kick - look again: something on our side has changed
 * @link: the link
 *
 * Context: any.
 */
void xsplit_link_kick(struct xsplit_link *link);

/**
 * xsplit_link_notify - have @key_changed called
 * @link: the link
 * @watch: with this number, below XSPLIT_MAX_WATCHES
 *
 * Context: any.
 */
void xsplit_link_notify(struct xsplit_link *link, unsigned int watch);

/**
 * xsplit_link_reopen - backend: what it has closed for is put right
 * @link: the link
 *
 * It offers itself again, once it is Closed. Context: any.
 */
void xsplit_link_reopen(struct xsplit_link *link);

/**
 * xsplit_link_broken - the peer broke the protocol
 * @link: the link
 * @fmt: which rule it broke, and what to do; one line without a newline
 *
 * Logs one rate-limited line, leaves the text in the error node, and from the
 * link's own work closes the connection (@disconnect with XSPLIT_WHY_BROKEN,
 * state Closing, then Closed). Only the first call of a connection counts.
 *
 * Context: any process or softirq context; does not sleep.
 */
__printf(2, 3)
void xsplit_link_broken(struct xsplit_link *link, const char *fmt, ...);

/**
 * xsplit_link_error - say what went wrong, to the log and the error node
 * @link: the link
 * @err: -errno
 * @fmt: what failed, and what to do about it; one line without a newline
 *
 * Unlike xenbus_dev_fatal() it does not touch the state: only the link does.
 * Context: may sleep.
 * Return: @err, so that "return xsplit_link_error(...)" reads well.
 */
__printf(3, 4)
int xsplit_link_error(struct xsplit_link *link, int err, const char *fmt, ...);

/**
 * xsplit_link_may_log - may something be said that the peer can cause at will?
 * @link: the link
 *
 * xsplit_link_error() asks for itself. Context: any.
 */
bool xsplit_link_may_log(struct xsplit_link *link);

/**
 * xsplit_link_waits - for @connect, while something on our side is missing
 * @link: the link
 * @what: is waited for, and where to look why it does not come
 *
 * Says so, once, if that takes long and nothing else was said. What was said
 * while waiting is taken back from the error node when the link connects.
 *
 * Context: @connect. Return: -EAGAIN.
 */
int xsplit_link_waits(struct xsplit_link *link, const char *what);

/**
 * xsplit_link_script_done - backend: may the device be used, says the script?
 * @link: the link
 * @awaited: the device has a hotplug script, and nothing goes on without it
 *
 * Context: may sleep.
 */
bool xsplit_link_script_done(struct xsplit_link *link, bool awaited);

/**
 * xsplit_link_script_check - backend: the key hotplug-status was written
 * @link: the link
 *
 * Reports a script that failed, with what it says of that. Context: may sleep.
 */
void xsplit_link_script_check(struct xsplit_link *link);

/**
 * xsplit_link_publish - write keys in a transaction of their own
 * @link: the link
 * @fill: writes them with xsplit_write(); may be called several times
 *
 * Context: may sleep.
 * Return: 0; -EIO, already reported: what xenstore refuses does not pass by itself.
 */
int xsplit_link_publish(struct xsplit_link *link,
			void (*fill)(struct xsplit_link *link,
				     struct xsplit_txn *txn));

/**
 * xsplit_link_reconfigure - frontend: change keys while connected
 * @link: the link
 * @fill: writes them with xsplit_write(), from the link's own work; may be called
 *	several times
 *
 * The backend reads them some time later. Without a connection nothing is done:
 * @connect and what it publishes say how things are then.
 *
 * Context: any; always with the same @fill.
 */
void xsplit_link_reconfigure(struct xsplit_link *link,
			     void (*fill)(struct xsplit_link *link,
					  struct xsplit_txn *txn));

/**
 * xsplit_link_touch - write our state again so that the peer looks
 * @link: the link, connected
 * @txn: transaction to do it in, together with the changed keys
 */
void xsplit_link_touch(struct xsplit_link *link, struct xsplit_txn *txn);

/**
 * xsplit_move_device - for @move: give a device of the kernel's another parent
 * @dev: the device, registered
 * @parent: its new parent
 *
 * Context: @move. Return: 0 or -errno.
 */
int xsplit_move_device(struct device *dev, struct device *parent);

/**
 * xsplit_orphan_device - a device of the kernel's outlives the one it belongs to
 * @dev: the device; nobody has begun to unregister it
 *
 * It hangs below none then: a parent must not go before its children.
 *
 * Context: may sleep; not @move. Return: 0 or -errno.
 */
int xsplit_orphan_device(struct device *dev);

/* The other domain's id. */
static inline domid_t xsplit_link_peer(const struct xsplit_link *link)
{
	return link->peer_id;
}

#endif /* XSPLIT_XENBUS_LINK_H */
