// SPDX-License-Identifier: GPL-2.0
/*
 * A boot loader has the NIC before the kernel's driver: one queue, one event
 * channel, no features. It breaks no rule, but cleans nothing up behind itself.
 */
#include "vif.h"

#define PINGS 200

static const struct pair plain[] = {
	{ "feature-rx-notify" }, { "feature-sg" }, { "feature-gso-tcpv4" },
	{ "feature-gso-tcpv6" }, { "feature-ipv6-csum-offload" },
	{ "feature-no-csum-offload", "1" }, { }
};

/* What one before it may have left, for more than we had. */
static const struct pair left[] = {
	{ "multi-queue-num-queues", "6" },
	{ "queue-0/tx-ring-ref", "1" }, { "queue-0/rx-ring-ref", "2" },
	{ "queue-0/event-channel", "3" },
	{ "queue-5/tx-ring-ref", "4" }, { "queue-5/rx-ring-ref", "5" },
	{ "queue-5/event-channel", "6" },
	{ "ctrl-ring-ref", "7" }, { "event-channel-ctrl", "8" },
	{ "feature-gso-tcpv4-prefix", "1" }, { "request-multicast-control", "1" },
	{ "xdp-headroom", "256" }, { }
};

/* Out and back, of every length there is. */
static const char *exchange(struct vif *vif)
{
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < PINGS && !why; i++) {
		struct script script = { };
		size_t payload = i * ECHO_MAX / (PINGS - 1);

		vif_put_echo(vif, &script, payload);
		vif_show(&vif->queue[0], &script);
		why = vif_answers(vif, &vif->queue[0], &script);
		if (!why)
			why = vif_echo_answer(vif, payload);
	}
	return why;
}

void vif_firmware(struct vif *vif)
{
	const struct vif_setup setup = { .over = plain };

	vif_connect(vif, &setup);
	verdict("frames go out and come back", exchange(vif));
	vif_close(vif);
	store_put_all(vif->dev.front, left);
}
