// SPDX-License-Identifier: GPL-2.0
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "flood.h"
#include "shared.h"
#include "report.h"

static void *run(void *arg)
{
	struct flood *flood = arg;
	struct ring *ring = flood->ring;
	char answer[128];

	while (!READ_SHARED(flood->stop)) {
		if (!ring_room(ring)) {
			sched_yield();
		} else {
			memcpy(ring_next_slot(ring), flood->slot, ring->slot_bytes);
			ring_push(ring);
			flood->asked++;
		}
		while (ring->cons != ring->prod && ring_wait(ring, 0))
			ring_take(ring, answer, sizeof(answer) < ring->slot_bytes ?
				  sizeof(answer) : ring->slot_bytes);
	}
	return NULL;
}

void flood_start(struct flood *flood, struct ring *ring, const void *slot)
{
	*flood = (struct flood){ .ring = ring, .slot = slot };
	if (pthread_create(&flood->thread, NULL, run, flood))
		die("no thread");
}

unsigned int flood_stop(struct flood *flood)
{
	WRITE_SHARED(flood->stop, true);
	pthread_join(flood->thread, NULL);
	return flood->asked;
}

static const char *try_close(struct device *dev)
{
	device_set_state(dev, CLOSING);
	if (!device_wait(dev, CLOSING, CLOSED))
		return reason("the back stays in state %u", device_back_state(dev));
	device_set_state(dev, CLOSED);
	if (!device_wait(dev, CLOSED, CLOSED))
		return reason("the back stays in state %u", device_back_state(dev));
	return NULL;
}

const char *flood_and_close(struct device *dev, struct ring *ring, const void *slot)
{
	struct flood flood;
	const char *why;

	flood_start(&flood, ring, slot);
	sleep(1);
	why = try_close(dev);
	if (!flood_stop(&flood) && !why)
		why = "there was no flood";
	if (!why)
		device_begin(dev);
	return why;
}
