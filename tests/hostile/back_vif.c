// SPDX-License-Identifier: GPL-2.0
/* Connecting a NIC to a frontend, and serving it as a backend should. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "back_vif.h"

/* Each takes a second. */
#define FIND_TRIES 20

static const struct pair offer_keys[] = {
	{ "feature-rx-copy", "1" }, { "feature-sg", "1" }, { "feature-gso-tcpv4", "1" },
	{ "feature-gso-tcpv6", "1" }, { "feature-ipv6-csum-offload", "1" },
	{ "feature-split-event-channels", "0" }, { "multi-queue-max-queues", "1" },
	{ "feature-ctrl-ring", "0" }, { "feature-xdp-headroom", "0" },
	{ "feature-no-csum-offload" }, { "carrier" }, { }
};

static const struct pair queues_keys[] = {
	{ "feature-split-event-channels", "1" }, { "multi-queue-max-queues", "4" }, { }
};

/* --- connection ---------------------------------------------------------- */

void back_vif_open(struct back_vif *vif, const char *guest, const char *id, const char *ip,
		   const char *guest_ip)
{
	/* The address of the rig's other interfaces, and one that none of them has. */
	const struct pair keys[] = { { "mac", "00:16:3e:00:66:01" }, { } };

	if (!frame_parse_ip(vif->ends.ip, ip) || !frame_parse_ip(vif->ends.peer_ip, guest_ip))
		die("not two addresses: %s and %s", ip, guest_ip);
	frame_parse_mac(vif->ends.mac, "00:16:3e:00:66:02");
	frame_parse_mac(vif->ends.peer_mac, keys[0].value);
	back_create(&vif->back, "vif", guest, id, keys);
}

void back_vif_end(struct back_vif *vif)
{
	const char *why = back_vif_close(vif);

	if (why)
		die("%s", why);
	back_remove(&vif->back);
}

void back_vif_context(const struct back_vif *vif, int number)
{
	const char *how = vif->trusted ? "trusted" : "not trusted";
	const char *queues = vif->many_queues ? ", several queues" : "";

	if (number)
		report_context("%d, %s%s", number, how, queues);
	else
		report_context("%s%s", how, queues);
}

static void detach_ring(struct ring *ring, struct mapped *page)
{
	if (page->addr && ring->port)
		channel_close(ring->port);
	ring->port = 0;
	unmap_pages(page);
}

static void detach_queue(struct back_vif *vif)
{
	/* Both directions may share a channel. */
	if (vif->rx.port == vif->tx.port)
		vif->rx.port = 0;
	detach_ring(&vif->tx, &vif->tx_page);
	detach_ring(&vif->rx, &vif->rx_page);
}

static struct back_vif_queue this_queue(const struct back_vif *vif)
{
	return (struct back_vif_queue){ vif->tx, vif->rx, vif->tx_page, vif->rx_page };
}

void back_vif_next_queue(struct back_vif *vif)
{
	struct back_vif_queue queue = this_queue(vif), next = vif->other[0];

	if (!vif->nr_others)
		return;
	vif->tx = next.tx;
	vif->rx = next.rx;
	vif->tx_page = next.tx_page;
	vif->rx_page = next.rx_page;
	memmove(vif->other, vif->other + 1, (vif->nr_others - 1) * sizeof(next));
	vif->other[vif->nr_others - 1] = queue;
}

void back_vif_detach(struct back_vif *vif)
{
	for (; vif->nr_others; vif->nr_others--) {
		detach_queue(vif);
		back_vif_next_queue(vif);
	}
	detach_queue(vif);
	detach_ring(&vif->ctrl, &vif->ctrl_page);
	vif->connected = false;
}

static bool attach_ring(struct back_vif *vif, struct ring *ring, struct mapped *page,
			const char *dir, const char *key, unsigned int slot_bytes)
{
	uint32_t ref = store_number(dir, key, 0);

	if (!map_page(page, vif->back.guest, ref, true))
		return false;
	back_inspect(&vif->back, page->addr, PAGE);
	ring_attach(ring, page->addr, slot_bytes, VIF_SLOTS);
	return true;
}

static uint32_t bind(struct back_vif *vif, const char *dir, const char *key)
{
	return channel_bind(vif->back.guest, store_number(dir, key, 0));
}

static const char *attach_queue(struct back_vif *vif, const char *dir)
{
	vif->tx.port = 0;
	vif->rx.port = 0;
	if (!attach_ring(vif, &vif->tx, &vif->tx_page, dir, "tx-ring-ref",
			 sizeof(struct tx_request)) ||
	    !attach_ring(vif, &vif->rx, &vif->rx_page, dir, "rx-ring-ref",
			 sizeof(struct rx_request)))
		return "the rings cannot be mapped";
	vif->tx.port = bind(vif, dir, vif->many_queues ? "event-channel-tx" : "event-channel");
	vif->rx.port = vif->many_queues ? bind(vif, dir, "event-channel-rx") : vif->tx.port;
	return vif->tx.port && vif->rx.port ? NULL : "an event channel cannot be bound";
}

/* The last one is the first that lies. */
static const char *attach_queues(struct back_vif *vif)
{
	unsigned int i, nr = store_number(vif->back.front, "multi-queue-num-queues", 1);
	const char *why = NULL;
	char dir[96];

	if (vif->many_queues != (nr > 1) || nr > BACK_VIF_QUEUES)
		return reason("the front wants %u queues", nr);
	for (i = 0; !why && i < nr; i++) {
		if (i)
			vif->other[vif->nr_others++] = this_queue(vif);
		snprintf(dir, sizeof(dir), "%s/queue-%u", vif->back.front, i);
		why = attach_queue(vif, nr > 1 ? dir : vif->back.front);
	}
	return why;
}

static const char *attach_ctrl(struct back_vif *vif)
{
	if (!store_number(vif->back.front, "ctrl-ring-ref", 0))
		return NULL;
	if (!attach_ring(vif, &vif->ctrl, &vif->ctrl_page, vif->back.front, "ctrl-ring-ref",
			 sizeof(struct ctrl_request)))
		return "the control ring cannot be mapped";
	vif->ctrl.slots = CTRL_SLOTS;
	vif->ctrl.port = bind(vif, vif->back.front, "event-channel-ctrl");
	return vif->ctrl.port ? NULL : "the control ring has no event channel";
}

/* What is posted at first has never been written to. */
static const char *inspect_posted(struct back_vif *vif)
{
	static uint8_t pages[VIF_SLOTS][PAGE];
	unsigned int i, nr = ring_requests(&vif->rx);
	struct copy copy[VIF_SLOTS];
	struct rx_request req;

	for (i = 0; i < nr; i++) {
		memcpy(&req, ring_slot(&vif->rx, i), sizeof(req));
		copy[i] = (struct copy){ req.ref, 0, PAGE, pages[i] };
	}
	if (!copy_from_guest(vif->back.guest, copy, nr))
		return "a page that was posted is not lent";
	for (i = 0; i < nr; i++)
		if (pages[i][0] || memcmp(pages[i], pages[i] + 1, PAGE - 1))
			return "a page that was posted is not empty";
	return nr ? NULL : "no page was posted";
}

const char *back_vif_attach(struct back_vif *vif)
{
	struct back *back = &vif->back;
	const char *why;

	vif->active_trusted = vif->trusted;
	back->trouble = NULL;
	store_write(back->front, "trusted", vif->trusted ? "1" : "0");
	back_prepare(back, offer_keys);
	if (vif->many_queues)
		store_write_all(back->dir, queues_keys);
	if (vif->offer)
		store_write_all(back->dir, vif->offer);
	back_set_state(back, INITWAIT);
	if (!back_wait(back, CONNECTED, CLOSING) || back_front_state(back) != CONNECTED)
		return back_reason(back, "the front lends no rings");
	why = attach_queues(vif);
	why = why ? why : attach_ctrl(vif);
	return why ? why : inspect_posted(vif);
}

/* The guest's interface comes up a moment after it is connected. */
static const char *find_guest(struct back_vif *vif)
{
	unsigned int tries;
	const char *why;

	for (tries = 0; tries < FIND_TRIES; tries++) {
		why = back_vif_ping(vif);
		if (!why)
			return NULL;
	}
	return why;
}

const char *back_vif_connect(struct back_vif *vif)
{
	const char *why = vif->connected ? NULL : back_vif_attach(vif);

	if (why || vif->connected)
		return why;
	back_set_state(&vif->back, CONNECTED);
	vif->connected = true;
	return find_guest(vif);
}

const char *back_vif_close(struct back_vif *vif)
{
	const char *why = back_close(&vif->back);

	back_vif_detach(vif);
	return why;
}

/* --- cases --------------------------------------------------------------- */

/* After this time the frontend has taken all responses. */
#define SETTLE_US 100000

void back_vif_case_end(struct back_vif *vif, const char *name, const char *why)
{
	const char *close = back_vif_close(vif);

	report_case(name, why ? why : close);
}

static const char *index_beyond(struct back_vif *vif, struct ring *ring, int by, const char *error)
{
	const char *why = back_vif_connect(vif);

	if (why)
		return why;
	/* What has been shown and not been taken could be withdrawn unnoticed. */
	usleep(SETTLE_US);
	ring_show_index(ring, ring->prod + by);
	return back_expect_error(&vif->back, error);
}

void back_vif_indices_beyond(struct back_vif *vif, struct ring *ring, const char *name,
			     const char *error)
{
	static const int beyond[] = {
		VIF_SLOTS + 1, 5000, -1, -VIF_SLOTS, 0x7fffffff, -0x7fffffff - 1,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		back_vif_context(vif, beyond[i]);
		back_vif_case_end(vif, name, index_beyond(vif, ring, beyond[i], error));
	}
}

/* --- groups -------------------------------------------------------------- */

void back_vif_trusted(struct back_vif *vif)
{
	vif->trusted = true;
}

void back_vif_untrusted(struct back_vif *vif)
{
	vif->trusted = false;
}

void back_vif_queues(struct back_vif *vif)
{
	vif->many_queues = true;
}

void back_vif_one_queue(struct back_vif *vif)
{
	vif->many_queues = false;
}

/* One that does not lie. */
void back_vif_honest(struct back_vif *vif)
{
	const char *why;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		vif->trusted = !i;
		back_vif_context(vif, 0);
		why = back_vif_connect(vif);
		back_vif_serve_for(vif, 3000);
		report_case("traffic", why ? why : back_vif_ping(vif));
		report_case("close", back_vif_close(vif));
	}
}
