/* SPDX-License-Identifier: GPL-2.0 */
/* A device of this guest that no driver of the kernel has: the handshake by hand. */
#ifndef HOSTILE_DEVICE_H
#define HOSTILE_DEVICE_H

#include <stdbool.h>

#include "store.h"

enum state {
	UNKNOWN, INITIALISING, INITWAIT, INITIALISED, CONNECTED, CLOSING, CLOSED,
	RECONFIGURING, RECONFIGURED
};

/* Where both ends are in xenstore. */
struct device {
	char front[64];
	char back[STORE_VALUE];
};

/* @type: "vbd" or "vif" */
void device_open(struct device *dev, const char *type, const char *id);

/* Say that we are in a state, sensible or not. */
void device_say(struct device *dev, unsigned int state);
unsigned int device_back(struct device *dev);

/* Wait until the back is in one of two states; false after 20 seconds. */
bool device_reaches(struct device *dev, unsigned int state, unsigned int other);
/* The same, but there is nothing to be tried without. */
void device_wants(struct device *dev, unsigned int state);

/* From wherever it is to where a frontend may negotiate. */
void device_begin(struct device *dev);
/* Leave a connection as a frontend should. */
void device_leave(struct device *dev);

/*
 * A connection that must not come about: the back closes, and offers the device
 * again afterwards. Return: NULL, or what it did instead.
 */
const char *device_refused(struct device *dev);

/* Many states in no order, faster than the back can follow; then as device_begin(). */
void device_flap(struct device *dev, unsigned int times);

#endif
