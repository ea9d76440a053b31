// SPDX-License-Identifier: GPL-2.0
/* Connecting and closing a NIC. */
#include <stdio.h>
#include <string.h>

#include "vif.h"

/* Keys that an earlier connection may have left behind. */
static const struct pair no_keys[] = {
	{ "tx-ring-ref" }, { "rx-ring-ref" }, { "event-channel" }, { "event-channel-tx" },
	{ "event-channel-rx" }, { "ctrl-ring-ref" }, { "event-channel-ctrl" },
	{ "multi-queue-num-queues" }, { "queue-0" }, { "queue-1" },
	{ "request-multicast-control" }, { "xdp-headroom" }, { }
};

static const struct pair feature_keys[] = {
	{ "request-rx-copy", "1" }, { "feature-rx-notify", "1" }, { "feature-sg", "1" },
	{ "feature-gso-tcpv4", "1" }, { "feature-gso-tcpv6", "1" },
	{ "feature-ipv6-csum-offload", "1" }, { }
};

static void lend_queue(struct vif_queue *queue)
{
	unsigned int i;

	lend(&queue->tx.page);
	lend(&queue->rx.page);
	for (i = 0; i < RX_PAGES; i++)
		lend(&queue->rx_page[i]);
}

static void read_addresses(struct vif *vif, const char *ip, const char *peer_ip)
{
	char mac[STORE_VALUE];

	if (!store_read(vif->dev.front, "mac", mac) || !frame_parse_mac(vif->ends.mac, mac))
		die("no mac in %s", vif->dev.front);
	if (!frame_parse_ip(vif->ends.ip, ip) || !frame_parse_ip(vif->ends.peer_ip, peer_ip))
		die("not two addresses: %s and %s", ip, peer_ip);
}

void vif_open(struct vif *vif, const char *id, const char *ip, const char *peer_ip)
{
	unsigned int i;

	device_open(&vif->dev, "vif", id);
	read_addresses(vif, ip, peer_ip);
	for (i = 0; i < MAX_QUEUES; i++)
		lend_queue(&vif->queue[i]);
	lend(&vif->ctrl.page);
	for (i = 0; i < TX_PAGES; i++)
		lend(&vif->tx_page[i]);
	lend_readonly(&vif->readonly);
	lend_elsewhere(&vif->elsewhere);
	vif->next_id = 0xfff0;
	device_begin(&vif->dev);
}

bool vif_back_has(struct vif *vif, const char *feature)
{
	return store_number(vif->dev.back, feature, 0) == 1;
}

/* --- connecting --------------------------------------------------------- */

static void close_channels(struct vif *vif)
{
	unsigned int i;

	for (i = 0; i < MAX_QUEUES; i++) {
		struct vif_queue *queue = &vif->queue[i];

		if (queue->rx.port != queue->tx.port)
			channel_close(queue->rx.port);
		channel_close(queue->tx.port);
		queue->tx.port = 0;
		queue->rx.port = 0;
	}
	channel_close(vif->ctrl.port);
	vif->ctrl.port = 0;
}

static void init_queue(struct vif_queue *queue, const struct vif_setup *setup)
{
	ring_init(&queue->tx, sizeof(struct tx_request), VIF_SLOTS);
	ring_init(&queue->rx, sizeof(struct rx_request), VIF_SLOTS);
	queue->tx.port = channel_open();
	queue->rx.port = setup->split ? channel_open() : queue->tx.port;
}

static void offer_queue(struct vif_queue *queue, const char *dir, bool split)
{
	store_printf(dir, "tx-ring-ref", "%u", queue->tx.page.ref);
	store_printf(dir, "rx-ring-ref", "%u", queue->rx.page.ref);
	if (split) {
		store_printf(dir, "event-channel-tx", "%u", queue->tx.port);
		store_printf(dir, "event-channel-rx", "%u", queue->rx.port);
	} else {
		store_printf(dir, "event-channel", "%u", queue->tx.port);
	}
}

static void offer_queues(struct vif *vif, const struct vif_setup *setup)
{
	const char *front = vif->dev.front;
	char dir[96];
	unsigned int i;

	if (setup->queues)
		store_printf(front, "multi-queue-num-queues", "%u", setup->queues);
	for (i = 0; i < vif->nr_queues; i++) {
		snprintf(dir, sizeof(dir), "%s/queue-%u", front, i);
		init_queue(&vif->queue[i], setup);
		offer_queue(&vif->queue[i], vif->nr_queues > 1 ? dir : front, setup->split);
	}
}

static void offer_ctrl(struct vif *vif)
{
	ring_init(&vif->ctrl, sizeof(struct ctrl_request), CTRL_SLOTS);
	vif->ctrl.port = channel_open();
	store_printf(vif->dev.front, "ctrl-ring-ref", "%u", vif->ctrl.page.ref);
	store_printf(vif->dev.front, "event-channel-ctrl", "%u", vif->ctrl.port);
}

void vif_prepare(struct vif *vif, const struct vif_setup *setup)
{
	const char *front = vif->dev.front;

	vif->nr_queues = setup->queues ? setup->queues : 1;
	vif->posts = setup->posts ? setup->posts : RX_PAGES;
	vif->trouble = NULL;
	close_channels(vif);
	store_write_all(front, no_keys);
	store_write_all(front, feature_keys);
	offer_queues(vif, setup);
	if (setup->ctrl)
		offer_ctrl(vif);
	if (setup->mcast)
		store_write(front, "request-multicast-control", "1");
	vif->headroom = setup->headroom;
	if (setup->headroom)
		store_write(front, "xdp-headroom", "256");
	if (setup->over)
		store_write_all(front, setup->over);
}

void vif_offer(struct vif *vif, const struct vif_setup *setup)
{
	vif_prepare(vif, setup);
	device_set_state(&vif->dev, CONNECTED);
}

/* dom0's interface comes up a moment after the back is connected. */
static const char *find_peer(struct vif *vif)
{
	static uint8_t frame[FRAME_MAX];
	unsigned int tries;
	size_t len;

	for (tries = 0; tries < 20; tries++) {
		struct script arp = { };

		len = frame_arp(&vif->ends, vif->tx_page[0].addr);
		script_data(vif, &arp, &vif->tx_page[0], 0, len, 0);
		vif_push(&vif->queue[0], &arp);
		if (vif_check_responses(vif, &vif->queue[0], &arp))
			return "a good frame is refused";
		while ((len = vif_receive(vif, frame, 500)))
			if (frame_is_arp_reply(&vif->ends, frame, len))
				return NULL;
	}
	return "dom0 does not answer";
}

void vif_connect(struct vif *vif, const struct vif_setup *setup)
{
	const char *why;
	unsigned int i;

	vif_offer(vif, setup);
	device_expect(&vif->dev, CONNECTED);
	if (setup->no_rx)
		return;
	for (i = 0; i < vif->nr_queues; i++)
		vif_post_some(&vif->queue[i], vif->posts);
	why = find_peer(vif);
	if (why)
		die("%s", why);
}

void vif_close(struct vif *vif)
{
	device_leave(&vif->dev);
	device_begin(&vif->dev);
}

const char *vif_works_again(struct vif *vif)
{
	const struct vif_setup setup = { };
	const char *why;

	vif_connect(vif, &setup);
	why = vif_ping(vif, &vif->queue[0]);
	vif_close(vif);
	return why;
}
