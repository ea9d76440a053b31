// SPDX-License-Identifier: GPL-2.0
/*
 * Connecting, and what holds a link back from it: a backend that keeps pages of earlier
 * connections, one that has a frontend do something too often, and memory that is short.
 */
#include <errno.h>

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#include "grant/lend.h"
#include "hypervisor.h"
#include "link_world.h"
#include "suites.h"

static struct xsplit_link *const link = &world.link;
static struct xenbus_device *const xdev = &world.xdev;
static struct xsplit_driver *const driver = &world.driver;

/* Let the time pass that the link wants to wait. Return: how many seconds. */
static unsigned int wait_retry(void)
{
	EXPECT(world.retry_pending);
	world.retry_pending = false;
	world.ms += world.retry_delay * 1000 / HZ;
	return world.retry_delay / HZ;
}

/* --- too much is held --------------------------------------------------------------- */

/* A connection of the device lends @nr pages, and the peer keeps them. */
static void lend_and_keep(struct xsplit_borrower to, unsigned int nr)
{
	struct xsplit_reserve res;
	struct page *page;

	EXPECT_EQ(xsplit_reserve_init(&res, to, nr), 0);
	world.held = REFS;
	while (nr--) {
		page = alloc_page(GFP_KERNEL);
		xsplit_lend_abandon(&res, xsplit_lend(&res, page, false), page);
	}
	xsplit_reserve_free(&res);
}

static void let_go(void)
{
	world.held = 0;
	while (hypervisor_work_due())
		hypervisor_work();
	EXPECT_EQ(hypervisor.free_refs, REFS);
}

/* It waits as with any shortage, however often the peer wakes it, and connects in the end. */
static void it_connects_when_enough_is_let_go(void)
{
	unsigned int i, tries, seconds[] = { 1, 2, 4, 8, 8 };

	lend_and_keep(xsplit_link_borrower(link), XSPLIT_QUARANTINE_MAX + 1);
	for (tries = 0; tries < ARRAY_SIZE(seconds); tries++) {
		for (i = 0; i < 10; i++)
			xsplit_take_steps(link);
		EXPECT_EQ(hypervisor.errors, tries + 1);
		EXPECT_EQ(hypervisor.last_error, -EBUSY);
		EXPECT_EQ(link->quarantine_waits, tries + 1);
		EXPECT_EQ(world.connected, 0);
		EXPECT_EQ(xdev->state, XenbusStateInitialising);
		EXPECT_EQ(wait_retry(), seconds[tries]);
	}
	/* One page less is enough; references begin at 1. */
	world.held = XSPLIT_QUARANTINE_MAX;
	xsplit_take_steps(link);
	EXPECT_EQ(world.connected, 1);
	EXPECT_EQ(xdev->state, XenbusStateInitialised);
	EXPECT_EQ(link->quarantine_waits, ARRAY_SIZE(seconds));
	let_go();
}

static void the_bound_itself_is_allowed(void)
{
	lend_and_keep(xsplit_link_borrower(link), XSPLIT_QUARANTINE_MAX);
	xsplit_take_steps(link);
	EXPECT_EQ(world.connected, 1);
	EXPECT_EQ(link->quarantine_waits, 0);
	let_go();
}

/* It connects when the driver knows of so many pages that are held elsewhere, and not before. */
static void expect_bound_elsewhere(unsigned int nr)
{
	world.elsewhere = nr + 1;
	xsplit_take_steps(link);
	EXPECT_EQ(world.connected, 0);
	EXPECT_EQ(link->quarantine_waits, 1);
	wait_retry();
	world.elsewhere = nr;
	xsplit_take_steps(link);
	EXPECT_EQ(world.connected, 1);
	let_go();
}

/* The driver knows of pages that are not in quarantine. */
static void what_the_driver_knows_of_counts(void)
{
	lend_and_keep(xsplit_link_borrower(link), XSPLIT_QUARANTINE_MAX - 16);
	expect_bound_elsewhere(16);
}

/* The backend of a disk that hangs keeps all that one connection lends, and that may be more. */
static void what_one_connection_lends_is_allowed(void)
{
	xsplit_link_lent(link, XSPLIT_QUARANTINE_MAX + 100);
	xsplit_link_lent(link, 3);
	lend_and_keep(xsplit_link_borrower(link), XSPLIT_QUARANTINE_MAX);
	expect_bound_elsewhere(100);
}

static void another_device_connects(void)
{
	lend_and_keep(xsplit_link_borrower(link), XSPLIT_QUARANTINE_MAX + 1);
	link->number++;
	xsplit_take_steps(link);
	EXPECT_EQ(world.connected, 1);
	let_go();
}

/* A backend lends nothing. */
static void a_backend_is_not_held_back(void)
{
	driver->side = XSPLIT_BACK;
	xdev->state = XenbusStateInitWait;
	world.peers_state = XenbusStateInitialised;
	lend_and_keep(xsplit_link_borrower(link), XSPLIT_QUARANTINE_MAX + 1);
	xsplit_take_steps(link);
	EXPECT_EQ(world.connected, 1);
	let_go();
}

/* --- too often ----------------------------------------------------------------------- */

static void connect_up(void)
{
	link->phase = XSPLIT_UP;
	xdev->state = XenbusStateConnected;
	world.peers_state = XenbusStateConnected;
}

/* A device in use, at either end. */
static void connect_side(enum xsplit_side side)
{
	link_world_prepare();
	connect_up();
	driver->side = side;
	link->phase = side == XSPLIT_FRONT ? XSPLIT_UP : XSPLIT_CONNECTED;
}

static void peer_writes(void)
{
	set_bit(XSPLIT_WATCH_PEER, &link->keys_changed);
	xsplit_take_steps(link);
}

static void resize_often(void)
{
	unsigned int i;

	for (i = 0; i < RESIZES; i++)
		peer_writes();
}

/* What comes too soon is put off, and not forgotten. */
static void changes_are_put_off(void)
{
	connect_up();
	resize_often();
	EXPECT_EQ(world.resized, 10);
	/* The last change is not forgotten, although the peer writes nothing more. */
	EXPECT(wait_retry() >= 6);
	xsplit_take_steps(link);
	EXPECT_EQ(world.resized, 11);
	peer_writes();
	EXPECT_EQ(world.resized, 11);
	EXPECT(world.retry_pending);
}

/* Nor is the first that is put off, with none behind it. */
static void the_last_change_is_put_off(void)
{
	unsigned int i;

	connect_up();
	for (i = 0; i < 20 && !world.retry_pending; i++)
		peer_writes();
	EXPECT_EQ(world.resized, 10);
	EXPECT(wait_retry() >= 6);
	xsplit_take_steps(link);
	EXPECT_EQ(world.resized, 11);
}

/* A backend that comes back is not made to wait for what the last one did too often. */
static void a_new_connection_does_not_wait_for_them(void)
{
	connect_up();
	resize_often();
	EXPECT(world.retry_pending);
	world.peers_state = XenbusStateUnknown;
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateInitialising);
	world.peers_state = XenbusStateInitWait;
	xsplit_take_steps(link);
	EXPECT_EQ(world.connected, 1);
}

/* --- keys that cannot be read -------------------------------------------------------- */

/* They are read when there is memory again, whether the peer writes its state meanwhile or not. */
static void keys_are_read_again_when_memory_was_short(void)
{
	unsigned int tries, seconds[] = { 1, 2, 4, 8, 8 };

	connect_up();
	world.refresh_error = -ENOMEM;
	peer_writes();
	for (tries = 0; tries < ARRAY_SIZE(seconds); tries++) {
		if (tries % 2)
			peer_writes();
		EXPECT_EQ(world.refreshed, tries + 1);
		EXPECT_EQ(wait_retry(), seconds[tries]);
		if (tries + 1 == ARRAY_SIZE(seconds))
			world.refresh_error = 0;
		xsplit_take_steps(link);
	}
	EXPECT_EQ(world.resized, 1);
	EXPECT_EQ(world.cleared, 1);
	EXPECT_EQ(link->tries, 0);
	EXPECT(!world.retry_pending);
	EXPECT_EQ(xdev->state, XenbusStateConnected);
	xsplit_take_steps(link);
	EXPECT_EQ(world.refreshed, ARRAY_SIZE(seconds) + 1);
}

/* The bus is to unregister the device. Undone, as no watch thread does it. */
static bool reaped(void)
{
	bool is = link->xenwatch_work.callback;

	xsplit_xenwatch_cancel(link);
	link->xenwatch_work.callback = NULL;
	return is;
}

static void key_is_written(unsigned int watch)
{
	set_bit(watch, &link->keys_changed);
	xsplit_take_steps(link);
}

/* The same goes for a key that is watched, which may be the toolstack's. */
static void a_watched_key_is_read_again_when_memory_was_short(void)
{
	unsigned int tries, seconds[] = { 1, 2, 4, 8, 8 };

	connect_up();
	world.key_error = -ENOMEM;
	set_bit(0, &link->keys_changed);
	for (tries = 0; tries < ARRAY_SIZE(seconds); tries++) {
		xsplit_take_steps(link);
		EXPECT_EQ(world.keys_read, tries + 1);
		key_is_written(1);
		key_is_written(0);
		EXPECT_EQ(world.others_read, tries + 1);
		EXPECT_EQ(world.keys_read, tries + 1);
		EXPECT_EQ(wait_retry(), seconds[tries]);
	}
	EXPECT_EQ(world.cleared, 0);
	world.key_error = 0;
	xsplit_take_steps(link);
	EXPECT_EQ(world.keys_read, tries + 1);
	EXPECT_EQ(world.cleared, 1);
	EXPECT_EQ(link->tries, 0);
	EXPECT(!world.retry_pending);
	xsplit_take_steps(link);
	EXPECT_EQ(world.keys_read, tries + 1);
}

/* The device may be another one, which shows only when its node can be read. */
static void the_own_node_is_read_again_when_memory_was_short(void)
{
	connect_up();
	world.key_error = -ENOMEM;
	key_is_written(XSPLIT_WATCH_NODE);
	EXPECT_EQ(world.disconnected, 0);
	EXPECT_EQ(link->phase, XSPLIT_UP);
	EXPECT_EQ(wait_retry(), 1);
	world.key_error = 0;
	world.peers_state = XenbusStateInitWait;
	xsplit_take_steps(link);
	EXPECT_EQ(world.disconnected, 1);
	EXPECT_EQ(world.connected, 1);
	EXPECT_EQ(link->phase, XSPLIT_CONNECTED);
}

/* Also if the connection ends in the same run, for another reason. */
static void the_own_node_is_read_again_although_the_peer_has_gone(void)
{
	connect_up();
	world.key_error = -ENOMEM;
	world.peers_state = XenbusStateUnknown;
	key_is_written(XSPLIT_WATCH_NODE);
	EXPECT_EQ(world.disconnected, 1);
	EXPECT_EQ(wait_retry(), 1);
	world.key_error = 0;
	xsplit_take_steps(link);
	EXPECT(!world.retry_pending);
	EXPECT(!test_bit(XSPLIT_WATCH_NODE, &link->keys_changed));
}

/* Reading one key does not end the wait for another, nor does it clear its error. */
static void a_key_that_is_read_ends_no_other_wait(void)
{
	connect_up();
	world.refresh_error = -ENOMEM;
	peer_writes();
	key_is_written(0);
	EXPECT_EQ(world.keys_read, 1);
	EXPECT_EQ(link->tries, 1);
	EXPECT_EQ(world.cleared, 0);
	EXPECT_EQ(wait_retry(), 1);
	world.refresh_error = -EINVAL;
	xsplit_take_steps(link);
	EXPECT(!world.retry_pending);
	EXPECT_EQ(link->tries, 0);
	EXPECT_EQ(world.cleared, 0);
}

/* A value that makes no sense will not make any until the peer writes again. */
static void keys_that_are_refused_are_not_read_again(void)
{
	connect_up();
	world.refresh_error = -EINVAL;
	peer_writes();
	EXPECT(!world.retry_pending);
	xsplit_take_steps(link);
	EXPECT_EQ(world.refreshed, 1);
	world.refresh_error = 0;
	peer_writes();
	EXPECT_EQ(world.resized, 1);
}

/* The frontend of a backend that could not read its keys is told when it could. */
static void a_frontend_that_changed_keys_waits(void)
{
	driver->side = XSPLIT_BACK;
	link->phase = XSPLIT_CONNECTED;
	xdev->state = XenbusStateConnected;
	world.peers_state = XenbusStateReconfiguring;
	world.refresh_error = -ENOMEM;
	xsplit_take_steps(link);
	xsplit_take_steps(link);
	EXPECT_EQ(world.refreshed, 1);
	EXPECT_EQ(xdev->state, XenbusStateConnected);
	wait_retry();
	world.refresh_error = 0;
	xsplit_take_steps(link);
	EXPECT_EQ(world.refreshed, 2);
	EXPECT_EQ(xdev->state, XenbusStateReconfigured);
	EXPECT_EQ(world.cleared, 1);
}

/* The next connection does not wait for keys of the last one. */
static void a_new_connection_does_not_wait_for_keys(void)
{
	enum xsplit_side side;

	for (side = XSPLIT_FRONT; side < XSPLIT_NR_SIDES; side++) {
		connect_side(side);
		world.refresh_error = -ENOMEM;
		if (side == XSPLIT_BACK)
			world.peers_state = XenbusStateReconfiguring;
		peer_writes();
		EXPECT(world.retry_pending);
		xsplit_drop_connection(link, XSPLIT_WHY_LOST);
		EXPECT(!world.retry_pending);
		EXPECT_EQ(link->tries, 0);
	}
}

/* Nor does a device that is made anew, or resumed, before there was memory for its first keys. */
static void a_new_device_does_not_wait_for_keys(void)
{
	link->phase = XSPLIT_NEW;
	world.publish_error = -ENOMEM;
	xsplit_take_steps(link);
	EXPECT(world.retry_pending);
	xsplit_drop_connection(link, XSPLIT_WHY_RESUME);
	EXPECT(!world.retry_pending);
	EXPECT_EQ(link->tries, 0);
	xsplit_take_steps(link);
	EXPECT_EQ(wait_retry(), 1);
}

/* --- states that cannot be read ------------------------------------------------------- */

/* A peer whose state there is no memory to read has not gone. */
static void a_state_is_read_again_when_memory_was_short(void)
{
	unsigned int i, tries, seconds[] = { 1, 2, 4, 8, 8 };
	enum xsplit_side side;

	for (side = XSPLIT_FRONT; side < XSPLIT_NR_SIDES; side++) {
		connect_side(side);
		world.state_error = -ENOMEM;
		for (tries = 0; tries < ARRAY_SIZE(seconds); tries++) {
			for (i = 0; i < 10; i++)
				xsplit_take_steps(link);
			EXPECT_EQ(hypervisor.errors, tries + 1);
			EXPECT_EQ(wait_retry(), seconds[tries]);
		}
		world.state_error = 0;
		xsplit_take_steps(link);
		EXPECT_EQ(world.disconnected, 0);
		EXPECT_EQ(xdev->state, XenbusStateConnected);
		EXPECT_EQ(world.cleared, 1);
		EXPECT(!world.retry_pending);
	}
}

/* There is no doubt about a state that is missing. */
static void a_state_that_is_missing_is_not_read_again(void)
{
	connect_side(XSPLIT_FRONT);
	world.peers_state = XenbusStateUnknown;
	xsplit_take_steps(link);
	EXPECT_EQ(world.disconnected, 1);
	EXPECT(!world.retry_pending);
}

/* Without its folder a device goes for ever, so there must be no doubt. */
static void a_folder_is_looked_for_again_when_memory_was_short(void)
{
	connect_side(XSPLIT_BACK);
	world.peers_state = XenbusStateUnknown;
	world.folder_error = -ENOMEM;
	xsplit_take_steps(link);
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateConnected);
	EXPECT_EQ(world.disconnected, 0);
	EXPECT_EQ(hypervisor.errors, 1);
	EXPECT_EQ(wait_retry(), 1);
	world.folder_error = 0;
	xsplit_take_steps(link);
	EXPECT_EQ(world.disconnected, 1);
	EXPECT_EQ(xdev->state, XenbusStateClosed);
	EXPECT_EQ(hypervisor.last_error, -ENOENT);
	EXPECT(!reaped());
	/* The frontend comes back while it cannot be said whether its folder is there. */
	world.folder_error = -ENOMEM;
	xsplit_take_steps(link);
	world.peers_state = XenbusStateInitialising;
	EXPECT_EQ(wait_retry(), 1);
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateInitWait);
}

/* What has failed for good is given up only if the peer is still there to be told. */
static void an_error_is_judged_when_the_state_can_be_read(void)
{
	unsigned int tries;

	world.connect_error = -EINVAL;
	for (tries = 1; tries <= 2; tries++) {
		world.state_error = 0;
		world.fails_later = true;
		xsplit_take_steps(link);
		EXPECT_EQ(world.connected, tries);
		EXPECT_EQ(xdev->state, XenbusStateInitialising);
		EXPECT_EQ(wait_retry(), tries);
	}
	world.fails_later = false;
	world.state_error = 0;
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateClosing);

	link_world_prepare();
	link->phase = XSPLIT_CONNECTED;
	xdev->state = XenbusStateInitialised;
	world.peers_state = XenbusStateConnected;
	world.ready_error = -EINVAL;
	world.fails_later = true;
	xsplit_take_steps(link);
	EXPECT_EQ(world.made_ready, 1);
	EXPECT_EQ(xdev->state, XenbusStateInitialised);
	EXPECT_EQ(wait_retry(), 1);
	world.fails_later = false;
	world.state_error = 0;
	xsplit_take_steps(link);
	EXPECT_EQ(world.made_ready, 2);
	EXPECT_EQ(xdev->state, XenbusStateClosing);
}

/* The toolstack waits for a device that it removes, and may write nothing more. */
static void a_removal_is_read_again_when_memory_was_short(void)
{
	connect_side(XSPLIT_BACK);
	world.online = "0";
	world.online_error = -ENOMEM;
	key_is_written(XSPLIT_WATCH_ONLINE);
	EXPECT_EQ(xdev->state, XenbusStateConnected);
	EXPECT_EQ(wait_retry(), 1);
	world.online_error = 0;
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateClosing);
	EXPECT_EQ(world.cleared, 1);
	world.peers_state = XenbusStateClosed;
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateClosed);
	EXPECT(reaped());
}

/* A device that closes and may be used again stays; so does one of which that cannot be read. */
static void only_a_device_that_is_removed_goes(void)
{
	static const struct {
		const char *online;
		int error;
		bool goes;
	} rows[] = { { "1", 0, false }, { "0", 0, true }, { NULL, 0, true },
		     { "0", -ENOMEM, false } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		connect_side(XSPLIT_BACK);
		world.online = rows[i].online;
		world.online_error = rows[i].error;
		world.peers_state = XenbusStateClosed;
		xsplit_take_steps(link);
		EXPECT_EQ(xdev->state, XenbusStateClosed);
		EXPECT_EQ(reaped(), rows[i].goes);
	}
}

/* --- keys that cannot be written ------------------------------------------------------ */

/* Each side; a device that is new, and one that offers itself again. */
static void begin(enum xsplit_side side)
{
	link_world_prepare();
	driver->side = side;
	link->phase = XSPLIT_NEW;
	world.peers_state = side == XSPLIT_FRONT ? XenbusStateInitWait : XenbusStateInitialising;
}

/* The peer waits meanwhile, and our state stays what it is. */
static void it_opens_when_there_is_memory(void)
{
	enum xsplit_side side;
	unsigned int i, tries, seconds[] = { 1, 2, 4, 8, 8 };

	for (side = XSPLIT_FRONT; side < XSPLIT_NR_SIDES; side++) {
		begin(side);
		world.publish_error = -ENOMEM;
		for (tries = 0; tries < ARRAY_SIZE(seconds); tries++) {
			for (i = 0; i < 10; i++)
				xsplit_take_steps(link);
			EXPECT_EQ(hypervisor.errors, tries + 1);
			EXPECT_EQ(xdev->state, XenbusStateInitialising);
			EXPECT_EQ(world.connected, 0);
			EXPECT_EQ(wait_retry(), seconds[tries]);
		}
		world.publish_error = 0;
		xsplit_take_steps(link);
		EXPECT_EQ(link->tries, 0);
		EXPECT_EQ(xdev->state, side == XSPLIT_FRONT ? XenbusStateInitialised :
							     XenbusStateInitWait);
	}
}

/* A backend that has closed, and lacks memory to offer itself again. */
static void open_closed_short(void)
{
	driver->side = XSPLIT_BACK;
	xdev->state = XenbusStateClosed;
	world.peers_state = XenbusStateInitialising;
	world.publish_error = -ENOMEM;
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateClosed);
	world.publish_error = 0;
}

/* The frontend may have closed by the time that there is memory. */
static void it_does_not_open_for_a_peer_that_has_closed(void)
{
	open_closed_short();
	world.peers_state = XenbusStateClosed;
	wait_retry();
	xsplit_take_steps(link);
	EXPECT_EQ(world.published, 1);
	EXPECT_EQ(xdev->state, XenbusStateClosed);
	EXPECT(!world.retry_pending);
	world.peers_state = XenbusStateInitialising;
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateInitWait);
}

/* Some frontends show their rings without waiting for the backend's offer. */
static void it_opens_for_a_peer_that_did_not_wait(void)
{
	static const enum xenbus_state ours[] = {
		XenbusStateConnected, XenbusStateClosing, XenbusStateClosed,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ours); i++) {
		begin(XSPLIT_BACK);
		link->phase = ours[i] == XenbusStateConnected ? XSPLIT_CONNECTED : XSPLIT_IDLE;
		xdev->state = ours[i];
		world.publish_error = -ENOMEM;
		xsplit_take_steps(link);
		EXPECT_EQ(xdev->state, ours[i]);
		world.peers_state = XenbusStateInitialised;
		world.publish_error = 0;
		wait_retry();
		xsplit_take_steps(link);
		EXPECT_EQ(link->phase, XSPLIT_CONNECTED);
		EXPECT_EQ(world.connected, 1);
	}
}

static void reconfigure(struct xsplit_link *l, struct xsplit_txn *txn)
{
	(void)l;
	(void)txn;
}

/* What a frontend changes while it is connected is not forgotten. */
static void keys_are_changed_when_there_is_memory(void)
{
	connect_up();
	link->reconfigure = reconfigure;
	set_bit(LINK_RECONFIGURE, &link->flags);
	world.publish_error = -ENOMEM;
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateConnected);
	xsplit_take_steps(link);
	EXPECT_EQ(world.published, 1);
	EXPECT_EQ(wait_retry(), 1);
	xsplit_take_steps(link);
	EXPECT_EQ(wait_retry(), 2);
	world.publish_error = 0;
	xsplit_take_steps(link);
	EXPECT_EQ(xdev->state, XenbusStateReconfiguring);
	EXPECT_EQ(link->tries, 0);
	EXPECT_EQ(world.cleared, 1);
	EXPECT(!test_bit(LINK_RECONFIGURE, &link->flags));
}

static void a_refusal_closes(void)
{
	enum xsplit_side side;

	for (side = XSPLIT_FRONT; side < XSPLIT_NR_SIDES; side++) {
		begin(side);
		world.publish_error = -EIO;
		xsplit_take_steps(link);
		EXPECT_EQ(xdev->state, XenbusStateClosing);
		EXPECT(!world.retry_pending);
	}
}

/* What is connected and cannot be announced is connected anew. */
static void it_connects_again_when_there_is_memory(void)
{
	unsigned int tries, seconds[] = { 1, 2, 4, 8, 8 };

	driver->side = XSPLIT_BACK;
	xdev->state = XenbusStateInitWait;
	world.peers_state = XenbusStateInitialised;
	world.connected_error = -ENOMEM;
	for (tries = 0; tries < ARRAY_SIZE(seconds); tries++) {
		xsplit_take_steps(link);
		EXPECT_EQ(world.connected, tries + 1);
		EXPECT_EQ(world.disconnected, tries + 1);
		EXPECT_EQ(link->phase, XSPLIT_IDLE);
		EXPECT_EQ(xdev->state, XenbusStateInitWait);
		EXPECT_EQ(wait_retry(), seconds[tries]);
	}
	world.connected_error = 0;
	xsplit_take_steps(link);
	EXPECT_EQ(link->phase, XSPLIT_CONNECTED);
	EXPECT_EQ(world.disconnected, ARRAY_SIZE(seconds));
}

/* --- the end of a connection ---------------------------------------------------------- */

/* After a resume the device may go before it has queues again (XSA-465). */
static void only_what_is_connected_is_disconnected(void)
{
	xsplit_drop_connection(link, XSPLIT_WHY_GONE);
	EXPECT_EQ(world.disconnected, 0);
	link->phase = XSPLIT_CONNECTED;
	xsplit_drop_connection(link, XSPLIT_WHY_GONE);
	EXPECT_EQ(world.disconnected, 1);
	EXPECT_EQ(link->phase, XSPLIT_IDLE);
	xsplit_drop_connection(link, XSPLIT_WHY_GONE);
	EXPECT_EQ(world.disconnected, 1);
	connect_up();
	xsplit_drop_connection(link, XSPLIT_WHY_GONE);
	EXPECT_EQ(world.disconnected, 2);
}

static const struct test_case cases[] = {
	CASE(it_connects_when_enough_is_let_go),
	CASE(the_bound_itself_is_allowed),
	CASE(what_the_driver_knows_of_counts),
	CASE(what_one_connection_lends_is_allowed),
	CASE(another_device_connects),
	CASE(a_backend_is_not_held_back),
	CASE(changes_are_put_off),
	CASE(the_last_change_is_put_off),
	CASE(a_new_connection_does_not_wait_for_them),
	CASE(keys_are_read_again_when_memory_was_short),
	CASE(a_watched_key_is_read_again_when_memory_was_short),
	CASE(the_own_node_is_read_again_when_memory_was_short),
	CASE(the_own_node_is_read_again_although_the_peer_has_gone),
	CASE(a_key_that_is_read_ends_no_other_wait),
	CASE(keys_that_are_refused_are_not_read_again),
	CASE(a_frontend_that_changed_keys_waits),
	CASE(a_new_connection_does_not_wait_for_keys),
	CASE(a_new_device_does_not_wait_for_keys),
	CASE(a_state_is_read_again_when_memory_was_short),
	CASE(a_state_that_is_missing_is_not_read_again),
	CASE(a_folder_is_looked_for_again_when_memory_was_short),
	CASE(an_error_is_judged_when_the_state_can_be_read),
	CASE(a_removal_is_read_again_when_memory_was_short),
	CASE(only_a_device_that_is_removed_goes),
	CASE(it_opens_when_there_is_memory),
	CASE(it_does_not_open_for_a_peer_that_has_closed),
	CASE(it_opens_for_a_peer_that_did_not_wait),
	CASE(keys_are_changed_when_there_is_memory),
	CASE(a_refusal_closes),
	CASE(it_connects_again_when_there_is_memory),
	CASE(only_what_is_connected_is_disconnected),
};

TEST_SUITE(link_connect_suite, "what holds a link back", cases, link_world_prepare);
