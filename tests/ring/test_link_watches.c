// SPDX-License-Identifier: GPL-2.0
/*
 * Watches of a link: the bus keeps no second event of a key that a peer writes while the first
 * one waits (XSA-349).
 */
#include <errno.h>
#include <stdlib.h>

#include "hypervisor.h"
#include "suites.h"
#include "xenbus/link.h"
#include "xenbus/private.h"

enum { MOST = 16 };

static const struct xsplit_watch_spec keys[] = {
	{ .peers = false, .key = "ours" }, { .peers = true, .key = "theirs" }, { }
};

static struct xsplit_driver driver = { .watches = keys };
static struct xenbus_device xdev = { .dev = { .registered = true } };
static struct xsplit_link link;

/* The watches of the bus, each once, and how often the link was kicked. */
static struct xenbus_watch *watched[MOST];
static unsigned int nr_watched, fails_at;

/* How often no watch can be registered, and how often the watch thread was waited for. */
static unsigned int failures, flushes;

static void prepare(void)
{
	hypervisor_reset(0);
	fails_at = ~0;
	failures = 0;
	flushes = 0;
	link = (struct xsplit_link){
		.xdev = &xdev, .driver = &driver, .own_dir = "own", .peer_dir = "peer",
	};
}

int register_xenbus_watch(struct xenbus_watch *watch)
{
	if (nr_watched == fails_at)
		return -ENOSPC;
	if (failures) {
		failures--;
		return -ENOMEM;
	}
	EXPECT(watch->node);
	EXPECT(watch->callback);
	EXPECT(nr_watched < MOST);
	watched[nr_watched++] = watch;
	return 0;
}

void unregister_xenbus_watch(struct xenbus_watch *watch)
{
	unsigned int i;

	for (i = 0; i < nr_watched && watched[i] != watch; i++)
		;
	if (!EXPECT(i < nr_watched))
		return;
	watched[i] = watched[--nr_watched];
	flushes++;
}

int xenbus_watch_pathfmt(struct xenbus_device *dev, struct xenbus_watch *watch,
			 shim_will_handle will_handle, shim_callback callback,
			 const char *fmt, ...)
{
	int err;

	EXPECT(dev == &xdev);
	(void)fmt;
	watch->node = calloc(1, 8);
	watch->will_handle = will_handle;
	watch->callback = callback;
	err = register_xenbus_watch(watch);
	if (err) {
		free((void *)watch->node);
		watch->node = NULL;
	}
	return err;
}

void xsplit_node_follow_peer(struct xsplit_link *l)
{
	EXPECT(l == &link);
}

/* As the bus does with an event of xenstored. Return: false if it is dropped. */
static bool fire(struct xenbus_watch *watch)
{
	if (watch->will_handle && !watch->will_handle(watch, "path", "token"))
		return false;
	watch->nr_pending++;
	return true;
}

static void handle(struct xenbus_watch *watch)
{
	watch->nr_pending--;
	watch->callback(watch, "path", "token");
}

/* Of a thousand changes one waits; after it was handled another one may. */
static void one_event_of_a_key_waits(void)
{
	unsigned int i, j;

	link.moved = true;
	EXPECT_EQ(xsplit_watches_add(&link), 0);
	EXPECT(nr_watched >= 3);
	for (i = 0; i < nr_watched; i++) {
		test_context("watch %u", i);
		EXPECT(fire(watched[i]));
		for (j = 0; j < 1000; j++)
			EXPECT(!fire(watched[i]));
		EXPECT_EQ(watched[i]->nr_pending, 1);
		hypervisor.kicks = 0;
		handle(watched[i]);
		EXPECT_EQ(hypervisor.kicks, 1);
		EXPECT(fire(watched[i]));
		handle(watched[i]);
	}
	xsplit_watches_remove(&link);
	EXPECT_EQ(nr_watched, 0);
}

static void an_event_says_which_key(void)
{
	EXPECT_EQ(xsplit_watches_add(&link), 0);
	handle(&link.watches[1].watch);
	EXPECT_EQ(link.keys_changed, 2);
	handle(&link.watches[0].watch);
	EXPECT_EQ(link.keys_changed, 3);
	xsplit_watches_remove(&link);
}

/* What runs in the watch thread is asked for once, and its watch is gone afterwards. */
static void a_device_is_reaped_once(void)
{
	unsigned int before;

	EXPECT_EQ(xsplit_watches_add(&link), 0);
	before = nr_watched;
	xsplit_reap(&link);
	xsplit_reap(&link);
	EXPECT_EQ(nr_watched, before + 1);
	EXPECT(fire(&link.xenwatch_work));
	EXPECT(!fire(&link.xenwatch_work));
	handle(&link.xenwatch_work);
	EXPECT(!xdev.dev.registered);
	EXPECT_EQ(xdev.dev.users, 0);
	EXPECT_EQ(nr_watched, before);
	xsplit_watches_remove(&link);
}

/* Somebody else unbinds the driver and waits for us: it is left to them. */
static void a_device_that_is_locked_is_not_reaped(void)
{
	xdev.dev.locked = true;
	xsplit_reap(&link);
	handle(&link.xenwatch_work);
	EXPECT(xdev.dev.registered);
	xdev.dev.locked = false;
	xsplit_xenwatch_cancel(&link);
	EXPECT_EQ(nr_watched, 0);
}

/* Without room for all of them there are none, and the reason is reported. */
static void all_or_none(void)
{
	unsigned int all;

	EXPECT_EQ(xsplit_watches_add(&link), 0);
	all = nr_watched;
	xsplit_watches_remove(&link);
	/* One more is tried, which the bus will need. */
	for (fails_at = 0; fails_at <= all; fails_at++) {
		hypervisor.errors = 0;
		EXPECT_EQ(xsplit_watches_add(&link), -ENOSPC);
		EXPECT_EQ(hypervisor.errors, 1);
		EXPECT_EQ(nr_watched, 0);
	}
	EXPECT_EQ(xsplit_watches_add(&link), 0);
	xsplit_watches_remove(&link);
}

/* Its work may use a link that is about to be freed: a lack of memory does not end the wait. */
static void the_watch_thread_is_waited_for_without_memory(void)
{
	link.moved = true;
	failures = 3;
	xsplit_xenwatch_cancel(&link);
	EXPECT_EQ(failures, 0);
	EXPECT_EQ(flushes, 1);
	/* But not for ever. */
	failures = ~0;
	xsplit_xenwatch_cancel(&link);
	EXPECT_EQ(flushes, 1);
	EXPECT_EQ(nr_watched, 0);
}

static const struct test_case cases[] = {
	CASE(one_event_of_a_key_waits),
	CASE(an_event_says_which_key),
	CASE(a_device_is_reaped_once),
	CASE(a_device_that_is_locked_is_not_reaped),
	CASE(all_or_none),
	CASE(the_watch_thread_is_waited_for_without_memory),
};

TEST_SUITE(link_watches_suite, "watches of a link", cases, prepare);
