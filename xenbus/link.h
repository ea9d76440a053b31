/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link: one split device seen from one end.
 *
 * A driver declares itself with struct xsplit_driver. The link carries out the handshake with the
 * other end and calls the driver's operations, in process context and never two at once, so a
 * driver needs no lock between them. Documentation/xenbus.rst describes it all.
 */
#ifndef XSPLIT_XENBUS_LINK_H
#define XSPLIT_XENBUS_LINK_H

#include <linux/list.h>
#include <linux/module.h>
#include <linux/ratelimit_types.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#include "grant/lend.h"
#include "xenbus/pace.h"
#include "xenbus/state.h"

struct dentry;
struct kobj_uevent_env;
struct xsplit_link;
struct xsplit_txn;

/*
 * Why a connection is dropped. Where another backend may follow (LOST, RESUME), a frontend keeps
 * its unanswered requests to send them again.
 */
enum xsplit_why {
	XSPLIT_WHY_CLOSE,	/* both ends agreed to close it */
	XSPLIT_WHY_GONE,	/* the other end is gone or began anew */
	XSPLIT_WHY_LOST,	/* the backend vanished without closing, perhaps with its domain */
	XSPLIT_WHY_BROKEN,	/* the other end broke the protocol */
	XSPLIT_WHY_RESUME,	/* this domain was suspended, and the backend is a new one */
	XSPLIT_WHY_REMOVE,	/* the device or the driver is being removed */
};

/**
 * struct xsplit_link_ops - a driver's operations on a link; see Documentation/xenbus.rst
 *
 * @create: set up @link->priv. Returns 0, or -errno to leave the device alone.
 * @publish: optional; write, in a transaction, the keys that must be there before the peer
 *	negotiates. May be repeated, so it must have no other effect.
 * @connect: read the peer's keys, set up rings and events. Returns 0, or undoes everything and
 *	returns -EAGAIN if something on our side is missing (called again after
 *	xsplit_link_kick()), an error that xsplit_is_transient() knows if something is short
 *	(called again after some seconds), or another -errno, at which the link closes. All
 *	but -EAGAIN have been reported by xsplit_link_error().
 * @connect_failed: optional; @connect has failed for good although the peer is still there, so
 *	nothing may wait for a connection any longer.
 * @publish_connected: optional; as @publish, after @connect and before our state changes.
 * @ready: frontend: bring the device up. Returns as @connect does.
 * @refresh: optional; connected, and the peer's keys may have changed. A backend that has
 *	this operation lets its frontend change keys while connected (Reconfiguring). Returns
 *	0 or -errno, already reported; it is called again if something was short.
 * @may_close: optional; false if the device is in use. The driver then tells the user once,
 *	and calls xsplit_link_kick() when the last user has left.
 * @disconnect: give back everything: I/O has ended, nothing of the peer's is mapped, and nothing
 *	of ours is lent or it is in quarantine. Called once after @connect succeeded. May
 *	sleep, but must not wait for the peer or a disk: that begins here and ends in @finish.
 * @finish: optional, backend: true if all that @disconnect began has ended; with @close, the
 *	device itself (a disk) is released, too. If not, the driver calls xsplit_link_kick()
 *	later. Also called when the device has gone and no key can be read.
 * @leave: optional; the device is going, and only @finish and @destroy follow, perhaps much
 *	later: remove everything that carries its name.
 * @withdraw: optional; as @publish, when the driver leaves a device that stays: remove the
 *	keys whose mere presence means something.
 * @destroy: undo @create.
 * @held: optional, frontend: how many pages of earlier connections the backend holds that are
 *	not in quarantine.
 * @move: optional, frontend: give a disk or an interface another parent with
 *	xsplit_move_device(). Returns 0, or -errno if it cannot be moved now.
 * @key_changed: optional; a key of @watches was written, or the watch was set. Numbers behind
 *	the last key are the driver's own, for xsplit_link_notify(). Returns 0 or -errno; it is
 *	called again if something was short. Any other error is taken as reported, or as nothing to
 *	report.
 * @is_ready: optional, frontend: false while the boot should wait for the device.
 * @uevent: optional, backend: add the variables that udev's hotplug scripts need. A link that
 *	has this announces KOBJ_ONLINE after @create and KOBJ_OFFLINE before @destroy. Called
 *	at any time between these; may sleep. Returns 0 or -errno.
 */
struct xsplit_link_ops {
	int (*create)(struct xsplit_link *link);
	void (*publish)(struct xsplit_link *link, struct xsplit_txn *txn);
	int (*connect)(struct xsplit_link *link);
	void (*connect_failed)(struct xsplit_link *link);
	void (*publish_connected)(struct xsplit_link *link, struct xsplit_txn *txn);
	int (*ready)(struct xsplit_link *link);
	int (*refresh)(struct xsplit_link *link);
	bool (*may_close)(struct xsplit_link *link);
	void (*disconnect)(struct xsplit_link *link, enum xsplit_why why);
	bool (*finish)(struct xsplit_link *link, bool close);
	void (*leave)(struct xsplit_link *link);
	void (*withdraw)(struct xsplit_link *link, struct xsplit_txn *txn);
	void (*destroy)(struct xsplit_link *link);
	unsigned int (*held)(struct xsplit_link *link);
	int (*move)(struct xsplit_link *link, struct device *parent);
	int (*key_changed)(struct xsplit_link *link, unsigned int watch);
	bool (*is_ready)(struct xsplit_link *link);
	int (*uevent)(const struct xsplit_link *link, struct kobj_uevent_env *env);
};

#define XSPLIT_MAX_WATCHES 4

/* The link's own watches follow the driver's. */
enum {
	XSPLIT_WATCH_ONLINE = XSPLIT_MAX_WATCHES, /* backend: the toolstack removes the device */
	XSPLIT_WATCH_NODE,	/* frontend: the key that is written when its folder is made */
	XSPLIT_WATCH_PEER,	/* the peer wrote its state; watched if the bus does not do that */
	XSPLIT_NR_WATCHES,
};

/* A key to watch, in the peer's folder or in our own. */
struct xsplit_watch_spec {
	bool peers;
	const char *key;
};

struct xsplit_driver {
	const char *name;	/* the device's type on the bus, "vbd" or "vif" */
	enum xsplit_side side;
	enum xenbus_state offered; /* frontend: the state that says that its rings are there */
	const struct xsplit_link_ops *ops;
	const struct xsplit_watch_spec *watches; /* ended by one without a key; may be NULL */

	/* Private, filled in by xsplit_driver_register(). */
	struct xenbus_driver xenbus;
	struct xenbus_device_id ids[2];
};

/* One watched key; private to the link. */
struct xsplit_watch {
	struct xenbus_watch watch;
	struct xsplit_link *link;
	unsigned int index;
};

/* The stage that a link has reached; private to xenbus/. */
enum xsplit_phase {
	XSPLIT_NEW,		/* the peer does not know us, whatever our state in xenstore is */
	XSPLIT_IDLE,		/* no connection, or none any more */
	XSPLIT_CONNECTED,	/* @connect succeeded and @disconnect has not been called */
	XSPLIT_UP,		/* frontend: @ready succeeded as well */
};

/* One device, one end. Messages name @xdev->dev. */
struct xsplit_link {
	struct xenbus_device *xdev;
	struct xsplit_driver *driver;
	void *priv;		/* the driver's */
	const char *own_dir;	/* our folder in xenstore */
	/* The other end's folder and domain: copies, since the bus frees its own at resume. */
	const char *peer_dir;
	domid_t peer_id;
	u32 number;		/* no other link has or had it */
	struct dentry *debugfs;	/* xen-split/<device>; may be an error, as debugfs accepts it */

	/* Private to xenbus/, and where not said otherwise to the link's work. */
	enum xsplit_phase phase;
	bool retired;		/* backend: the toolstack has written 0 to "online" */
	enum xsplit_action unfinished; /* to be taken again, as @finish was not satisfied */
	bool moved;		/* frontend: the peer is another one now; see xenbus/watch.c */
	bool settled;		/* the last answer of @is_ready; read by the boot code */
	spinlock_t state_lock;	/* protects @state_pending, and xdev->state while that is set */
	bool state_pending;	/* the watch thread is to set @written_state; see xenbus/node.c */
	enum xenbus_state written_state; /* ours as last written to a bus that watches it */
	unsigned long flags;	/* LINK_... in xenbus/private.h; atomic */
	raw_spinlock_t kick_lock; /* under it @work is queued, and LEAVING and ORPHAN are set */
	unsigned long keys_changed; /* by number of the watch: call @key_changed; atomic */
	unsigned long keys_short; /* of these, the ones that something was short for */
	struct work_struct work; /* takes the steps; all operations run from it */
	struct xenbus_watch xenwatch_work; /* fires once in the watch thread; see xenbus/watch.c */
	struct delayed_work retry; /* kicks the link when something may be tried again */
	unsigned int tries;	/* failed attempts in a row */
	unsigned int key_tries;	/* attempts in a row to write keys that there was no memory for */
	struct xsplit_pace pace; /* how often the peer had us connect, or read keys anew */
	struct xsplit_pace caught; /* how often the peer was caught holding a page */
	struct ratelimit_state log_limit; /* for messages that the peer can cause */
	struct delayed_work late_work; /* sets @late and kicks the link */
	bool late;		/* the link has waited so long that it reports why */
	unsigned int lent;	/* frontend: see xsplit_link_lent() */
	u64 quarantine_waits;	/* frontend: times it did not connect, as too much was held */
	struct dentry *counter_file; /* frontend: shows it */
	char *error_text;	/* the last error of this attempt, or NULL; exchanged atomically */
	char reason[96];	/* why the peer is broken; written by whoever set LINK_ACCUSED */
	void (*reconfigure)(struct xsplit_link *link, struct xsplit_txn *txn);
	struct xsplit_watch watches[XSPLIT_NR_WATCHES]; /* the driver's and the link's own */
	struct list_head parked; /* in the list of parked links, under the lock of xenbus/park.c */
	struct delayed_work unpark_work; /* ends a parked link that no device has adopted */
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

/*
 * Has @connect succeeded, and @disconnect not been called since?
 * Context: the link's work, or a halted link.
 */
static inline bool xsplit_link_connected(const struct xsplit_link *link)
{
	return link->phase >= XSPLIT_CONNECTED;
}

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
 * Frontend: a connection that ends had lent up to @nr pages at a time. A backend may hold as many
 * when the device connects again, since it may be waiting for a disk that hangs.
 * Context: @disconnect.
 */
static inline void xsplit_link_lent(struct xsplit_link *link, unsigned int nr)
{
	link->lent = max(link->lent, nr);
}

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

/* The same limit for messages of what outlives the link: ten lines a minute. */
void xsplit_log_limit_init(struct ratelimit_state *limit);

/*
 * May the peer have us do now what it can cause at will? Counted if so. If not, the link is kicked
 * when it may. Context: @refresh of a frontend.
 */
bool xsplit_link_may_act(struct xsplit_link *link, struct xsplit_pace *pace);

/*
 * For @connect, while @what is missing on our side. Reports it once if the wait takes long and
 * no other error was reported. Errors of the wait are removed from the error node when the
 * link connects. Return: -EAGAIN.
 */
int xsplit_link_waits(struct xsplit_link *link, const char *what);

/*
 * Backend: has the hotplug script done its part? So it has without a script, unless that is
 * @awaited. Return: 0; -EAGAIN: not yet; another -errno, already reported: what it has written
 * cannot be read. Context: may sleep.
 */
int xsplit_link_script(struct xsplit_link *link, bool awaited);

/*
 * Backend: report the error if the hotplug script has failed. Return: 0; -errno, already reported:
 * what it has written cannot be read. Context: may sleep.
 */
int xsplit_link_script_check(struct xsplit_link *link);

/*
 * Have @fill write keys in a transaction; it may be called several times. Return: 0; -ENOMEM;
 * -EIO, as a refusal of xenstore does not pass by itself. Errors have been reported.
 * Context: may sleep.
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

/*
 * Backend: has the frontend shown its rings? They are as many and as large as it was offered. A
 * driver that takes them up shows no lower offer, or the next one would not know of this one, and
 * refuse them. Context: may sleep.
 */
bool xsplit_link_has_rings(const struct xsplit_link *link);

/* The other domain's id. */
static inline domid_t xsplit_link_peer(const struct xsplit_link *link)
{
	return link->peer_id;
}

/* Whom the device's pages are lent to. */
static inline struct xsplit_borrower xsplit_link_borrower(const struct xsplit_link *link)
{
	return (struct xsplit_borrower){ .domain = link->peer_id, .device = link->number };
}

#endif /* XSPLIT_XENBUS_LINK_H */
