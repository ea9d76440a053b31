// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "device.h"
#include "random.h"

#define WAIT_MS 20000
#define LOOK_MS 10
#define SETTLE_MS 500

void device_open(struct device *dev, const char *type, const char *id)
{
	snprintf(dev->front, sizeof(dev->front), "device/%s/%s", type, id);
	if (!store_read(dev->front, "backend", dev->back))
		die("no %s %s", type, id);
}

void device_say(struct device *dev, unsigned int state)
{
	store_print(dev->front, "state", "%u", state);
}

unsigned int device_back(struct device *dev)
{
	return store_number(dev->back, "state", UNKNOWN);
}

bool device_reaches(struct device *dev, unsigned int state, unsigned int other)
{
	unsigned int waited, now;

	for (waited = 0; waited < WAIT_MS; waited += LOOK_MS) {
		now = device_back(dev);
		if (now == state || now == other)
			return true;
		usleep(LOOK_MS * 1000);
	}
	return false;
}

void device_wants(struct device *dev, unsigned int state)
{
	if (!device_reaches(dev, state, state))
		die("the back is in state %u, not %u", device_back(dev), state);
}

void device_begin(struct device *dev)
{
	if (device_back(dev) != INITWAIT) {
		device_say(dev, CLOSED);
		device_wants(dev, CLOSED);
	}
	device_say(dev, INITIALISING);
	device_wants(dev, INITWAIT);
}

void device_leave(struct device *dev)
{
	device_say(dev, CLOSING);
	device_wants(dev, CLOSING);
	device_say(dev, CLOSED);
	device_wants(dev, CLOSED);
}

const char *device_refused(struct device *dev)
{
	unsigned int waited, now = device_back(dev);

	for (waited = 0; waited < WAIT_MS && now == INITWAIT; waited += LOOK_MS) {
		usleep(LOOK_MS * 1000);
		now = device_back(dev);
	}
	device_begin(dev);
	if (now == CLOSING || now == CLOSED)
		return NULL;
	return now == CONNECTED ? "the back connects" : because("the back is in state %u", now);
}

void device_flap(struct device *dev, unsigned int times)
{
	/* Not Unknown: it says that the device is gone for good. */
	while (times--)
		device_say(dev, INITIALISING + random_below(RECONFIGURED + 1));
	device_say(dev, CLOSED);
	/* What it shows now may still be from the middle. */
	usleep(SETTLE_MS * 1000);
	if (!device_reaches(dev, CLOSED, INITWAIT))
		die("the back is in state %u after we closed", device_back(dev));
	device_begin(dev);
}
