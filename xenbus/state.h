/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The handshake of two ends as a table: (our state, peer's state) -> action.
 *
 * Pure: builds in user space too, where the tests walk every pair.
 */
#ifndef XSPLIT_XENBUS_STATE_H
#define XSPLIT_XENBUS_STATE_H

#include <linux/types.h>

/* Number of XenbusState values on the wire, 0 (Unknown) to 8 (Reconfigured). */
#define XSPLIT_NR_STATES 9

enum xsplit_side { XSPLIT_FRONT, XSPLIT_BACK, XSPLIT_NR_SIDES };

/**
 * enum xsplit_action - what a link does next
 * @XSPLIT_STAY: nothing
 * @XSPLIT_OPEN: announce that we are ready to negotiate
 *	(frontend: Initialising, backend: InitWait)
 * @XSPLIT_CONNECT: negotiate and set up rings
 *	(frontend: then Initialised or Connected, backend: then Connected)
 * @XSPLIT_READY: frontend only: the backend is Connected, start using it
 * @XSPLIT_REFRESH: both are Connected and the peer touched its state again:
 *	read again what may change while connected (a disk's size)
 * @XSPLIT_RECONFIGURE: backend only: the frontend has changed keys while
 *	connected and waits: read them, then write Reconfigured
 * @XSPLIT_RECONFIGURED: the peer has seen them: both are Connected again
 * @XSPLIT_RESTART: the peer began anew without closing: drop everything of the
 *	old connection, then open
 * @XSPLIT_CLOSING: the peer wants to close: close if nobody uses the device
 * @XSPLIT_CLOSE: the peer has let go: drop the connection and write Closed
 * @XSPLIT_LOSE: frontend only: the backend vanished without closing, as it does
 *	when its domain dies: keep the unanswered requests, and write Initialising
 *	for the backend that replaces it
 * @XSPLIT_GONE: backend only: the frontend no longer exists: drop the
 *	connection and unregister the device
 * @XSPLIT_NR_ACTIONS: how many there are
 */
enum xsplit_action {
	XSPLIT_STAY,
	XSPLIT_OPEN,
	XSPLIT_CONNECT,
	XSPLIT_READY,
	XSPLIT_REFRESH,
	XSPLIT_RECONFIGURE,
	XSPLIT_RECONFIGURED,
	XSPLIT_RESTART,
	XSPLIT_CLOSING,
	XSPLIT_CLOSE,
	XSPLIT_LOSE,
	XSPLIT_GONE,
	XSPLIT_NR_ACTIONS,
};

/**
 * xsplit_next_action - what to do for a pair of states
 * @side: which end we are
 * @ours: our XenbusState; 0 (Unknown) stands for a link just probed, whatever
 *	an earlier driver left in xenstore
 * @peers: the peer's XenbusState as just read; any value
 *
 * Return: the action; XSPLIT_STAY for states outside the protocol.
 */
enum xsplit_action xsplit_next_action(enum xsplit_side side, unsigned int ours,
				      unsigned int peers);

/*
 * The same for a backend that the toolstack removes. It closes without a frontend's consent,
 * unless one is connected, which is asked to let go first.
 */
enum xsplit_action xsplit_retire_action(unsigned int ours, unsigned int peers);

/**
 * enum xsplit_node - what happened to a frontend's own node
 * @XSPLIT_NODE_SAME: nothing that concerns the link
 * @XSPLIT_NODE_ANEW: it was made anew, for the same backend's folder
 * @XSPLIT_NODE_MOVED: it names another backend
 */
enum xsplit_node {
	XSPLIT_NODE_SAME,
	XSPLIT_NODE_ANEW,
	XSPLIT_NODE_MOVED,
};

/*
 * Was our device removed and added again without our notice? @ours is the state that we wrote
 * last, @written the one in xenstore, each 0 (Unknown) if there is none. A folder without a
 * state has been removed or is just being made: there is another event for both.
 */
enum xsplit_node xsplit_judge_node(unsigned int ours, unsigned int written, bool other_back);

#endif /* XSPLIT_XENBUS_STATE_H */
