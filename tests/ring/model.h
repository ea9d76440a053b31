/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two ends that follow the state table, as a graph: every order in which they
 * may look at each other and act, together with what the world around does to
 * them. What an action does is what xenbus/handshake.c does for it.
 */
#ifndef TEST_MODEL_H
#define TEST_MODEL_H

#include "harness.h"
#include "xenbus/state.h"

/* The wire's numbers. */
enum {
	UNKNOWN, INITIALISING, INITWAIT, INITIALISED, CONNECTED, CLOSING, CLOSED,
	RECONFIGURING, RECONFIGURED,
};

/* What may happen from outside, each as often as the row allows. */
enum event {
	FRONT_RELOAD,	/* the frontend's driver is unloaded, and loaded again */
	BACK_RELOAD,
	FRONT_REBOOT,	/* the frontend begins anew without closing (kexec) */
	RESUME,		/* both are other devices now, in another host's xenstore */
	DETACH,		/* the toolstack takes the device away */
	DESTROY,	/* the frontend's domain is gone, its keys too */
	FRONT_FAILS,	/* connecting, or bringing the device up, fails */
	BACK_FAILS,
	BACK_WAITS,	/* the backend's own device is not there yet */
	FRONT_LACKS,	/* something is scarce while a front connects or gets ready */
	FRONT_IN_USE,	/* the front may not close yet */
	RECONFIGURE,	/* the front changes keys while connected */
	PEER_BREAKS,	/* the back finds that its peer breaks the protocol */
	BACK_DIES,	/* the back's domain is gone, its keys too; another will come */
	MADE_ANEW,	/* the toolstack gives both folders anew, at once */
	MOVED_AWAY,	/* the same, and the back is in another place */
	NR_EVENTS,
};

/* As a budget of *_FAILS and *_WAITS: as often as it is tried. */
#define ALWAYS 255

struct model_end {
	u8 state;	/* what the driver believes it last said */
	u8 wire;	/* what xenstore says */
	u8 seen;	/* the peer's state as last read */
	u8 life;	/* which rings: the front's, or those the back took up */
	bool loaded;
	bool fresh;
	bool connected;
	bool ready;
	bool pending;	/* work is queued */
	bool looked;	/* has read @seen, has not acted on it */
	bool retired;	/* a back that has seen that the toolstack wants it gone */
	bool waiting;	/* somebody will kick the link later */
	bool home_late;	/* its folder was made anew, and the event is on its way */
	bool home;	/* the event has come */
};

struct model_world {
	struct model_end end[XSPLIT_NR_SIDES];
	u8 offered;	/* the state with which a front shows its rings */
	u8 lives;	/* how often rings were shown in xenstore */
	bool online;
	bool dead;	/* the back's domain is gone */
	bool moved;	/* the front looks where the back was before */
	bool gone;	/* the back's device is unregistered */
	bool destroyed;
	bool failed;	/* somebody gave up since the last new beginning */
	u8 budget[NR_EVENTS];
};

/**
 * model_explore - walk every reachable world, check all of them
 * @budget: how often each event may happen
 * @offered: INITIALISED (block) or CONNECTED (network)
 *
 * Return: how many worlds there are.
 */
size_t model_explore(const u8 budget[NR_EVENTS], u8 offered);

/**
 * model_follow - follow one path, and then let both ends settle
 * @budget: how often each event may happen
 * @offered: INITIALISED (block) or CONNECTED (network)
 * @length: most steps until nothing happens from outside any more
 * @choose: selects a step, below @nr
 *
 * Return: how many steps they needed to settle.
 */
u32 model_follow(const u8 budget[NR_EVENTS], u8 offered, u32 length, u32 (*choose)(u32 nr));

/* One end against a peer that writes any state at any time. */
size_t model_explore_hostile(enum xsplit_side side, u8 offered);

#endif
