/* SPDX-License-Identifier: GPL-2.0 */
/* A thread that repeats one request as fast as it gets responses. */
#ifndef HOSTILE_FLOOD_H
#define HOSTILE_FLOOD_H

#include <pthread.h>
#include <stdbool.h>

#include "device.h"
#include "ring.h"

struct flood {
	pthread_t thread;
	struct ring *ring;
	const void *slot;
	bool stop;
	unsigned int asked;
};

/* @slot: the request, as long as a slot. The thread owns the ring until it ends. */
void flood_start(struct flood *flood, struct ring *ring, const void *slot);
/* Return: how many requests it has sent. */
unsigned int flood_stop(struct flood *flood);

/*
 * Flood a ring for a second, and close the device during the flood. Return: NULL,
 * or why the device does not close.
 */
const char *flood_and_close(struct device *dev, struct ring *ring, const void *slot);

#endif
