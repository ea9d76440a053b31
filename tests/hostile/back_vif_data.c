// SPDX-License-Identifier: GPL-2.0
/* Frames from the guest and to it, as a backend should pass them on. */
#include <string.h>

#include "back_vif.h"
#include "clock.h"

#define EVENT_MS 5
#define POSTED_MS 5000
#define ECHO_MS 1000
#define ECHO_BYTES 300

static bool wait_request(struct ring *ring, unsigned int ms)
{
	uint64_t end = clock_ms() + ms;

	do {
		if (ring_requests(ring) || ring_arm(ring))
			return true;
		channel_wait(EVENT_MS);
	} while (clock_ms() < end);
	return false;
}

/* --- what the guest sends ------------------------------------------------ */

/* A frontend shows whole frames only. */
static void take_slot(struct back_vif *vif, void *slot)
{
	if (!ring_requests(&vif->tx))
		die("a frame goes on behind the last slot");
	ring_take(&vif->tx, slot, sizeof(struct tx_request));
	back_inspect(&vif->back, slot, sizeof(struct tx_request));
}

static void take_extras(struct back_vif *vif, struct back_packet *packet)
{
	union {
		struct extra extra;
		struct tx_request req;
	} slot;

	do {
		take_slot(vif, &slot);
		packet->extras++;
	} while (slot.extra.flags & EXTRA_MORE);
}

/* The guest chooses the queue. */
static bool wait_packet(struct back_vif *vif, unsigned int ms)
{
	uint64_t end = clock_ms() + ms;
	unsigned int i;

	do {
		for (i = 0; i <= vif->nr_others; i++) {
			if (wait_request(&vif->tx, 0))
				return true;
			back_vif_next_queue(vif);
		}
		channel_wait(EVENT_MS);
	} while (clock_ms() < end);
	return false;
}

bool back_vif_take(struct back_vif *vif, struct back_packet *packet, unsigned int ms)
{
	struct tx_request *req;

	if (!wait_packet(vif, ms))
		return false;
	packet->nr = 0;
	packet->extras = 0;
	do {
		if (packet->nr == MAX_SLOTS)
			die("a frame of more than %u slots", MAX_SLOTS);
		req = &packet->slot[packet->nr++];
		take_slot(vif, req);
		if (packet->nr == 1 && req->flags & EXTRA)
			take_extras(vif, packet);
	} while (req->flags & MORE);
	return true;
}

/* The first slot has the length of all. */
static unsigned int slot_len(const struct back_packet *packet, unsigned int i)
{
	unsigned int len = packet->slot[i].size, j;

	for (j = 1; !i && j < packet->nr; j++)
		len -= packet->slot[j].size;
	return len;
}

/* Whole pages, where nothing but frames may be in them. */
static void inspect_pages(struct back_vif *vif, const struct back_packet *packet)
{
	static uint8_t pages[MAX_SLOTS][PAGE];
	struct copy copy[MAX_SLOTS];
	unsigned int i;

	for (i = 0; i < packet->nr; i++)
		copy[i] = (struct copy){ packet->slot[i].ref, 0, PAGE, pages[i] };
	if (!copy_from_guest(vif->back.guest, copy, packet->nr))
		vif->back.trouble = "a page of a frame is not lent";
	back_inspect(&vif->back, pages[0], packet->nr * PAGE);
}

void back_vif_read(struct back_vif *vif, const struct back_packet *packet)
{
	struct copy copy[MAX_SLOTS];
	unsigned int i, len;

	vif->len = 0;
	for (i = 0; i < packet->nr; i++) {
		len = slot_len(packet, i);
		if (packet->slot[i].offset + len > PAGE || vif->len + len > FRAME_MAX)
			die("a slot of %u bytes from %u", len, packet->slot[i].offset);
		copy[i] = (struct copy){
			packet->slot[i].ref, packet->slot[i].offset, len, vif->frame + vif->len,
		};
		vif->len += len;
	}
	if (!copy_from_guest(vif->back.guest, copy, packet->nr))
		vif->back.trouble = "a frame is not lent";
	if (!vif->active_trusted)
		inspect_pages(vif, packet);
}

void back_vif_put(struct back_vif *vif, uint16_t id, int16_t status)
{
	struct tx_response *rsp = ring_slot(&vif->tx, vif->tx.prod++);

	*rsp = (struct tx_response){ .id = id, .status = status };
}

void back_vif_answer(struct back_vif *vif, const struct back_packet *packet)
{
	unsigned int i;

	for (i = 0; i < packet->nr; i++)
		back_vif_put(vif, packet->slot[i].id, TX_OKAY);
	for (i = 0; i < packet->extras; i++)
		back_vif_put(vif, 0, TX_NULL);
	ring_show(&vif->tx);
}

static bool serve_one(struct back_vif *vif, unsigned int ms)
{
	struct back_packet packet;

	if (!back_vif_take(vif, &packet, ms))
		return false;
	back_vif_read(vif, &packet);
	back_vif_answer(vif, &packet);
	return true;
}

void back_vif_serve_for(struct back_vif *vif, unsigned int ms)
{
	uint64_t end = clock_ms() + ms;

	while (vif->connected && clock_ms() < end)
		serve_one(vif, EVENT_MS);
}

/* --- what the guest receives --------------------------------------------- */

bool back_vif_posted(struct back_vif *vif, struct rx_request *req)
{
	if (!wait_request(&vif->rx, POSTED_MS))
		return false;
	ring_take(&vif->rx, req, sizeof(*req));
	return true;
}

static bool fill_page(struct back_vif *vif, uint32_t ref, const struct give *give)
{
	static uint8_t page[PAGE];
	const struct copy whole = { ref, 0, PAGE, page };
	const struct copy data = { ref, give->offset % PAGE, give->len, (void *)give->data };

	if (!copy_from_guest(vif->back.guest, &whole, 1))
		return false;
	back_inspect(&vif->back, page, PAGE);
	return !give->len || copy_to_guest(vif->back.guest, &data, 1);
}

bool back_vif_give(struct back_vif *vif, const struct give *give)
{
	struct rx_request req;
	void *slot;

	if (!back_vif_posted(vif, &req))
		return false;
	slot = ring_slot(&vif->rx, vif->rx.prod++);
	if (give->is_extra) {
		memcpy(slot, &give->extra, sizeof(give->extra));
		return true;
	}
	if (!fill_page(vif, req.ref, give)) {
		vif->back.trouble = "a page that was posted cannot be written to";
		return false;
	}
	*(struct rx_response *)slot = (struct rx_response){
		.id = req.id ^ give->id_bits, .offset = give->offset, .flags = give->flags,
		.status = give->status,
	};
	return true;
}

const char *back_vif_send(struct back_vif *vif, const uint8_t *frame, size_t len)
{
	struct give give = { .data = frame };

	for (; len; len -= give.len, give.data += give.len) {
		give.len = len < PAGE ? len : PAGE;
		give.status = give.len;
		give.flags = len > PAGE ? MORE : 0;
		if (!back_vif_give(vif, &give))
			return "the guest posts no pages";
	}
	ring_show(&vif->rx);
	return NULL;
}

bool back_vif_echoed(struct back_vif *vif, size_t payload, uint16_t seq, unsigned int ms)
{
	uint64_t end = clock_ms() + ms;

	do {
		if (serve_one(vif, EVENT_MS) &&
		    frame_is_echo_reply(&vif->ends, vif->frame, vif->len, payload, seq))
			return true;
	} while (clock_ms() < end);
	return false;
}

const char *back_vif_ping(struct back_vif *vif)
{
	uint8_t frame[ECHO_HEAD + ECHO_BYTES];
	size_t len = frame_echo(&vif->ends, frame, ECHO_BYTES, ++vif->next_seq);
	const char *why;

	why = back_vif_send(vif, frame, len);
	if (why)
		return why;
	if (!back_vif_echoed(vif, ECHO_BYTES, vif->next_seq, ECHO_MS))
		return back_reason(&vif->back, "no echo");
	return vif->back.trouble;
}
