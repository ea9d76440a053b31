/* SPDX-License-Identifier: GPL-2.0 */
/* The handshake as a table: (our state, peer's state) -> action. Pure. */
#ifndef XSPLIT_XENBUS_STATE_H
#define XSPLIT_XENBUS_STATE_H

#include <linux/types.h>

/* Number of XenbusState values on the wire, 0 (Unknown) to 8 (Reconfigured). */
#define XSPLIT_NR_STATES 9

enum xsplit_side { XSPLIT_FRONT, XSPLIT_BACK, XSPLIT_NR_SIDES };

/* What a link does next. F, B: frontend, backend only. */
enum xsplit_action {
	XSPLIT_STAY,
	XSPLIT_OPEN,		/* offer to negotiate: write Initialising (F), InitWait (B) */
	XSPLIT_CONNECT,		/* negotiate and set up rings, then write the next state */
	XSPLIT_READY,		/* F: the backend is Connected: start using it */
	XSPLIT_REFRESH,		/* the peer touched its state: read again what may have changed */
	XSPLIT_RECONFIGURE,	/* B: the frontend changed keys: read them, write Reconfigured */
	XSPLIT_RECONFIGURED,	/* the peer has seen them: both are Connected again */
	XSPLIT_RESTART,		/* the peer began anew without closing: drop the rings, then open */
	XSPLIT_CLOSING,		/* the peer wants to close: close if nobody uses the device */
	XSPLIT_CLOSE,		/* the peer has let go: drop the connection, write Closed */
	XSPLIT_LOSE,		/* F: the backend vanished: keep requests, write Initialising */
	XSPLIT_GONE,		/* B: no frontend any more: drop it, unregister the device */
	XSPLIT_NR_ACTIONS,
};

/*
 * What to do for a pair of states; XSPLIT_STAY for states outside the protocol. @ours is 0
 * (Unknown) for a link just probed, whatever an earlier driver left in xenstore. @peers is the
 * state as just read, any value.
 */
enum xsplit_action xsplit_next_action(enum xsplit_side side, unsigned int ours,
				      unsigned int peers);

/*
 * The same for a backend that the toolstack removes. It closes without a frontend's consent,
 * unless one is connected, which is asked to let go first.
 */
enum xsplit_action xsplit_retire_action(unsigned int ours, unsigned int peers);

/* Has a frontend in this state, any value, shown its rings? */
bool xsplit_has_rings(unsigned int peers);

/* What happened to a frontend's own node. */
enum xsplit_node {
	XSPLIT_NODE_SAME,	/* nothing that concerns the link */
	XSPLIT_NODE_ANEW,	/* it was made anew, for the same backend's folder */
	XSPLIT_NODE_MOVED,	/* it names another backend */
};

/*
 * Was our device removed and added again without our notice? @ours is the state that we wrote
 * last, @written the one in xenstore, each 0 (Unknown) if there is none. A folder without a
 * state has been removed or is just being made: there is another event for both.
 */
enum xsplit_node xsplit_judge_node(unsigned int ours, unsigned int written, bool other_back);

#endif /* XSPLIT_XENBUS_STATE_H */
