/* SPDX-License-Identifier: GPL-2.0 */
/* A thread that asks the same again and again, as fast as it is answered. */
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

/* @slot: what to ask, as long as a slot; the ring is the thread's until it ends. */
void flood_start(struct flood *flood, struct ring *ring, const void *slot);
/* Return: how often it has asked. */
unsigned int flood_stop(struct flood *flood);

/*
 * Flood a ring for a second, and close the device while it goes on. Return: NULL,
 * or why it does not close.
 */
const char *flood_and_close(struct device *dev, struct ring *ring, const void *slot);

#endif
