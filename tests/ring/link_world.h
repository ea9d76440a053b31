/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link whose other end, clock, timer, xenstore and driver are the test's: what they say, and what
 * the link did with them.
 */
#ifndef LINK_WORLD_H
#define LINK_WORLD_H

#include "xenbus/link.h"
#include "xenbus/private.h"

enum { PEER = 7, NUMBER = 3, REFS = 1200, RESIZES = 100 };

struct link_world {
	struct xenbus_device xdev;
	struct xsplit_driver driver;
	struct xsplit_link link;

	enum xenbus_state peers_state;
	u64 ms;
	bool retry_pending;
	unsigned long retry_delay;
	unsigned int connected, cleared, refreshed, resized;
	unsigned int disconnected, published;
	int refresh_error, publish_error, connected_error, key_error;
	int state_error, folder_error, online_error, connect_error, ready_error;
	bool fails_later;	/* the state cannot be read once the driver has tried */
	unsigned int made_ready;
	const char *online;	/* the toolstack's key */
	unsigned int keys_read, others_read;
	struct xsplit_pace resizes;
	unsigned int held;	/* references from 1 on that the peer holds */
	unsigned int elsewhere;	/* pages outside of the quarantine that it holds */
};

extern struct link_world world;

/* A frontend that is idle, and a backend that waits for it. */
void link_world_prepare(void);

#endif /* LINK_WORLD_H */
