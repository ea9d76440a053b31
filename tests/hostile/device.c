// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "device.h"
#include "random.h"
#include "xen.h"

#define WAIT_MS 20000
#define POLL_MS 10
#define SETTLE_MS 500

void device_open(struct device *dev, const char *type, const char *id)
{
	snprintf(dev->front, sizeof(dev->front), "device/%s/%s", type, id);
	if (!store_read(dev->front, "backend", dev->back))
		die("no %s %s", type, id);
	xen_set_back(store_number(dev->front, "backend-id", 0));
}

void device_set_state(struct device *dev, unsigned int state)
{
	store_printf(dev->front, "state", "%u", state);
}

unsigned int device_back_state(struct device *dev)
{
	return store_number(dev->back, "state", UNKNOWN);
}

bool device_wait(struct device *dev, unsigned int state, unsigned int other)
{
	unsigned int waited, now;

	for (waited = 0; waited < WAIT_MS; waited += POLL_MS) {
		now = device_back_state(dev);
		if (now == state || now == other)
			return true;
		usleep(POLL_MS * 1000);
	}
	return false;
}

void device_expect(struct device *dev, unsigned int state)
{
	if (!device_wait(dev, state, state))
		die("the back is in state %u, not %u", device_back_state(dev), state);
}

void device_begin(struct device *dev)
{
	if (device_back_state(dev) != INITWAIT) {
		device_set_state(dev, CLOSED);
		device_expect(dev, CLOSED);
	}
	device_set_state(dev, INITIALISING);
	device_expect(dev, INITWAIT);
}

void device_leave(struct device *dev)
{
	device_set_state(dev, CLOSING);
	device_expect(dev, CLOSING);
	device_set_state(dev, CLOSED);
	device_expect(dev, CLOSED);
}

const char *device_expect_refusal(struct device *dev)
{
	unsigned int waited, now = device_back_state(dev);

	for (waited = 0; waited < WAIT_MS && now == INITWAIT; waited += POLL_MS) {
		usleep(POLL_MS * 1000);
		now = device_back_state(dev);
	}
	device_begin(dev);
	if (now == CLOSING || now == CLOSED)
		return NULL;
	return now == CONNECTED ? "the back connects" : reason("the back is in state %u", now);
}

void device_flap(struct device *dev, unsigned int times)
{
	/* Unknown would mean that the device is gone for good. */
	while (times--)
		device_set_state(dev, INITIALISING + random_below(RECONFIGURED + 1));
	device_set_state(dev, CLOSED);
	/* The back may still be reacting to one of the earlier states. */
	usleep(SETTLE_MS * 1000);
	if (!device_wait(dev, CLOSED, INITWAIT))
		die("the back is in state %u after we closed", device_back_state(dev));
	device_begin(dev);
}
