/* SPDX-License-Identifier: GPL-2.0 */
/* The xenbus handshake for a device of this guest that no kernel driver is bound to. */
#ifndef HOSTILE_DEVICE_H
#define HOSTILE_DEVICE_H

#include <stdbool.h>

#include "store.h"

enum state {
	UNKNOWN, INITIALISING, INITWAIT, INITIALISED, CONNECTED, CLOSING, CLOSED,
	RECONFIGURING, RECONFIGURED
};

/* The folders of both ends in xenstore. */
struct device {
	char front[64];
	char back[STORE_VALUE];
};

/* @type: "vbd" or "vif" */
void device_open(struct device *dev, const char *type, const char *id);

/* Write our state, valid or not. */
void device_set_state(struct device *dev, unsigned int state);
unsigned int device_back_state(struct device *dev);

/* Wait until the back is in one of two states; false after 20 seconds. */
bool device_wait(struct device *dev, unsigned int state, unsigned int other);
/* The same, but end the program if the back does not get there. */
void device_expect(struct device *dev, unsigned int state);

/* Bring the device from any state to where a frontend may negotiate. */
void device_begin(struct device *dev);
/* Leave a connection as a frontend should. */
void device_leave(struct device *dev);

/*
 * Expect the back to refuse the connection: it must close, and offer the device
 * again afterwards. Return: NULL, or what it did instead.
 */
const char *device_expect_refusal(struct device *dev);

/* Write random states faster than the back can follow; then as device_begin(). */
void device_flap(struct device *dev, unsigned int times);

#endif
