// SPDX-License-Identifier: GPL-2.0
/* A page for one frame now and then, while many frames wait. */
#include <unistd.h>

#include "report.h"
#include "vif.h"

#define WAITING 200
#define DRIPS 12

/* A quarter of the drain timeout, which is 2 seconds. */
#define DRIP_MS 500

static const char *fill(struct vif *vif)
{
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < WAITING && !why; i++) {
		struct script script = { };

		vif_add_echo(vif, &script, ECHO_MAX);
		vif_push(&vif->queue[0], &script);
		why = vif_check_responses(vif, &vif->queue[0], &script);
	}
	return why;
}

/* Count frames until none has come for @ms. */
static unsigned int count_frames(struct vif_queue *queue, unsigned int ms)
{
	struct rx_response rsp;
	unsigned int nr = 0;

	while (ring_wait(&queue->rx, ms)) {
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

	report_case("ping", vif_works_again(vif));
	vif_connect(vif, &setup);
	why = fill(vif);
	report_case("frames wait", why);
	drip(&vif->queue[0]);
	vif_post_all(&vif->queue[0]);
	left = count_frames(&vif->queue[0], 1000);
	report_case("none waits longer than it may",
		    left <= 4 ? NULL : reason("%u of %u came 6 seconds later", left, WAITING));
	report_case("ping after them", vif_ping(vif, &vif->queue[0]));
	vif_close(vif);
}
