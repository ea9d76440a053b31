// SPDX-License-Identifier: GPL-2.0
/* Room for one frame now and then, while many wait. */
#include <unistd.h>

#include "tell.h"
#include "vif.h"

#define WAITING 200
#define DRIPS 12

/* Of a drain timeout of 2 seconds. */
#define DRIP_MS 500

static const char *fill(struct vif *vif)
{
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < WAITING && !why; i++) {
		struct script script = { };

		vif_put_echo(vif, &script, ECHO_MAX);
		vif_show(&vif->queue[0], &script);
		why = vif_answers(vif, &vif->queue[0], &script);
	}
	return why;
}

/* Frames that come within so long. */
static unsigned int count_frames(struct vif_queue *queue, unsigned int ms)
{
	struct rx_response rsp;
	unsigned int nr = 0;

	while (ring_waits(&queue->rx, ms)) {
		ring_take(&queue->rx, &rsp, sizeof(rsp));
		nr++;
	}
	return nr;
}

static void drip(struct vif_queue *queue)
{
	unsigned int i;

	for (i = 0; i < DRIPS; i++) {
		vif_post(queue, i, queue->rx_page[i].ref);
		ring_push(&queue->rx);
		count_frames(queue, DRIP_MS);
	}
}

void vif_drip(struct vif *vif)
{
	const struct vif_setup setup = { .no_rx = true };
	unsigned int left;
	const char *why;

	verdict("ping", vif_works_again(vif));
	vif_connect(vif, &setup);
	why = fill(vif);
	verdict("frames wait", why);
	drip(&vif->queue[0]);
	vif_post_all(&vif->queue[0]);
	left = count_frames(&vif->queue[0], 1000);
	verdict("none waits longer than it may",
		left <= 4 ? NULL : because("%u of %u came 6 seconds later", left, WAITING));
	verdict("ping after them", vif_ping(vif, &vif->queue[0]));
	vif_close(vif);
}
