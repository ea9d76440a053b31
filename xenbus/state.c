// SPDX-License-Identifier: GPL-2.0
/*
 * The handshake, both sides.
 *
 *	frontend			backend
 *	Initialising			InitWait	features published
 *	Initialised	rings published
 *					Connected	rings mapped
 *	Connected	device up
 *	Closing/Closed	<->		Closing/Closed
 *
 * A backend starts again whenever a frontend that was Closed, or died, writes
 * Initialising: firmware hands its device to an operating system this way.
 * A frontend stays connected while a backend is replaced under it (InitWait
 * seen when Connected): the new one continues the ring where the old one left it.
 *
 * A frontend whose backend vanished with its domain begins anew, because the next
 * backend does not know the rings. If both folders were made anew before we read
 * them, only our own state and the backend's name show it (xsplit_judge_node()).
 *
 * A network frontend may change keys while Connected: it writes Reconfiguring, the
 * backend reads them and writes Reconfigured, and both are Connected again. Some
 * backends stay Reconfigured.
 *
 * A row is our own state, a column the peer's; a pair that is not named is STAY.
 */

#include <linux/types.h>

#include "xenbus/state.h"

/* The wire's numbers, named as in the columns below. */
enum {
	UNKNOWN,
	INITIALISING,
	INITWAIT,
	INITIALISED,
	CONNECTED,
	CLOSING,
	CLOSED,
	RECONFIGURING,
	RECONFIGURED,
};

#define OPEN XSPLIT_OPEN
#define CONNECT XSPLIT_CONNECT
#define READY XSPLIT_READY
#define REFRESH XSPLIT_REFRESH
#define CHANGE XSPLIT_RECONFIGURE
#define CHANGED XSPLIT_RECONFIGURED
#define RESTART XSPLIT_RESTART
#define LEAVE XSPLIT_CLOSING
#define CLOSE XSPLIT_CLOSE
#define LOSE XSPLIT_LOSE
#define GONE XSPLIT_GONE

typedef const u8 state_table[XSPLIT_NR_STATES][XSPLIT_NR_STATES];

static state_table front_table = {
	/* Just probed: a backend still busy with an earlier frontend must see Closed. */
	[UNKNOWN] = {
		[INITIALISING ... INITIALISED] = OPEN, [CONNECTED ... CLOSING] = CLOSE,
		[CLOSED] = OPEN, [RECONFIGURING ... RECONFIGURED] = CLOSE,
	},
	[INITIALISING] = {
		[INITWAIT] = CONNECT, [CLOSING] = CLOSE,
	},
	[INITIALISED] = {
		[UNKNOWN] = LOSE, [CONNECTED] = READY, [CLOSING] = CLOSE, [CLOSED] = CLOSE,
	},
	[CONNECTED] = {
		[UNKNOWN] = LOSE, [CONNECTED] = REFRESH, [CLOSING] = LEAVE, [CLOSED] = CLOSE,
	},
	[CLOSING] = {
		[UNKNOWN] = CLOSE, [CLOSING ... CLOSED] = CLOSE,
	},
	[CLOSED] = {
		[INITWAIT] = OPEN,
	},
	[RECONFIGURING] = {
		[UNKNOWN] = LOSE, [CLOSING] = LEAVE, [CLOSED] = CLOSE,
		[RECONFIGURED] = CHANGED,
	},
};

static state_table back_table = {
	[UNKNOWN ... INITIALISING] = {
		[UNKNOWN] = GONE, [INITIALISING ... RECONFIGURED] = OPEN,
	},
	[INITWAIT] = {
		[UNKNOWN] = GONE, [INITIALISED] = CONNECT, [CONNECTED] = CONNECT,
		[CLOSING] = LEAVE, [RECONFIGURING] = CONNECT,
	},
	[INITIALISED] = {
		[UNKNOWN] = GONE, [INITIALISING] = RESTART, [CLOSING] = LEAVE, [CLOSED] = CLOSE,
	},
	[CONNECTED] = {
		[UNKNOWN] = GONE, [INITIALISING] = RESTART, [CLOSING] = LEAVE, [CLOSED] = CLOSE,
		[RECONFIGURING] = CHANGE,
	},
	[CLOSING] = {
		[UNKNOWN] = GONE, [INITIALISING] = RESTART, [CLOSED] = CLOSE,
	},
	/* A frontend may have published its rings before we read its state. */
	[CLOSED] = {
		[UNKNOWN] = GONE, [INITIALISING] = OPEN, [INITIALISED] = OPEN, [CONNECTED] = OPEN,
	},
	[RECONFIGURED] = {
		[UNKNOWN] = GONE, [INITIALISING] = RESTART, [CLOSING] = LEAVE, [CLOSED] = CLOSE,
		[CONNECTED] = CHANGED,
	},
};

/*
 * The toolstack removes the device. Without a connection that needs no consent: the
 * frontend may have no driver, or wait for something that will never come. With a
 * connection the frontend is asked, because we may have overwritten the Closing that
 * the toolstack wrote into our state.
 */
static state_table retired_table = {
	[UNKNOWN ... INITWAIT] = { [UNKNOWN ... RECONFIGURED] = CLOSE },
	[INITIALISED ... CONNECTED] = {
		[UNKNOWN] = GONE, [INITIALISING ... CLOSING] = LEAVE, [CLOSED] = CLOSE,
		[RECONFIGURING ... RECONFIGURED] = LEAVE,
	},
	[CLOSING] = {
		[UNKNOWN] = GONE, [INITIALISING] = CLOSE, [CLOSED] = CLOSE,
	},
	[CLOSED] = {
		[UNKNOWN] = GONE,
	},
	[RECONFIGURED] = {
		[UNKNOWN] = GONE, [INITIALISING ... CLOSING] = LEAVE, [CLOSED] = CLOSE,
		[RECONFIGURING ... RECONFIGURED] = LEAVE,
	},
};

static enum xsplit_action look_up(state_table table, unsigned int ours, unsigned int peers)
{
	if (ours >= XSPLIT_NR_STATES || peers >= XSPLIT_NR_STATES)
		return XSPLIT_STAY;
	return table[ours][peers];
}

enum xsplit_action xsplit_next_action(enum xsplit_side side, unsigned int ours,
				      unsigned int peers)
{
	return look_up(side == XSPLIT_FRONT ? front_table : back_table, ours, peers);
}

enum xsplit_action xsplit_retire_action(unsigned int ours, unsigned int peers)
{
	return look_up(retired_table, ours, peers);
}

bool xsplit_has_rings(unsigned int peers)
{
	return peers == INITIALISED || peers == CONNECTED || peers == RECONFIGURING;
}

enum xsplit_node xsplit_judge_node(unsigned int ours, unsigned int written, bool other_back)
{
	if (written == UNKNOWN || written >= XSPLIT_NR_STATES)
		return XSPLIT_NODE_SAME;
	if (other_back)
		return XSPLIT_NODE_MOVED;
	/* A new folder begins with Initialising, which @ours would show if we had written it. */
	if (written == INITIALISING && ours > INITIALISING)
		return XSPLIT_NODE_ANEW;
	return XSPLIT_NODE_SAME;
}
