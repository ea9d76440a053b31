// SPDX-License-Identifier: GPL-2.0
/*
 * A boot loader uses the NIC before the kernel's driver: one queue, one event
 * channel, no features. It breaks no rule, but leaves its keys behind.
 */
#include "vif.h"

#define PINGS 200

static const struct pair plain[] = {
	{ "feature-rx-notify" }, { "feature-sg" }, { "feature-gso-tcpv4" },
	{ "feature-gso-tcpv6" }, { "feature-ipv6-csum-offload" },
	{ "feature-no-csum-offload", "1" }, { }
};

/* Keys that an earlier driver with more queues may have left. */
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

/* Echo requests of every length. */
static const char *exchange(struct vif *vif)
{
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < PINGS && !why; i++) {
		struct script script = { };
		size_t payload = i * ECHO_MAX / (PINGS - 1);

		vif_add_echo(vif, &script, payload);
		vif_push(&vif->queue[0], &script);
		why = vif_check_responses(vif, &vif->queue[0], &script);
		if (!why)
			why = vif_wait_echo(vif, payload);
	}
	return why;
}

void vif_firmware(struct vif *vif)
{
	const struct vif_setup setup = { .over = plain };

	vif_connect(vif, &setup);
	report_case("frames go out and come back", exchange(vif));
	vif_close(vif);
	store_write_all(vif->dev.front, left);
}
