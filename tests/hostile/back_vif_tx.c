// SPDX-License-Identifier: GPL-2.0
/* Lies about frames that the guest has sent. */
#include <unistd.h>

#include "back_vif.h"

#define NO_PACKET "an answer to no packet"

/* A frame of the guest's load. */
#define PACKET_MS 10000

/* --- statuses ------------------------------------------------------------ */

struct status_case {
	int16_t status;
	const char *error;	/* NULL: the frontend goes on */
};

/* Any error counts as not sent; the status of an extra answers none. */
static const struct status_case statuses[] = {
	{ TX_ERROR }, { TX_DROPPED }, { 2 }, { -3 }, { 32767 }, { -32768 },
	{ TX_NULL, NO_PACKET },
};

static const char *bad_status(struct back_vif *vif, const struct status_case *c)
{
	const char *why = back_vif_connect(vif);
	struct back_packet packet;
	unsigned int i;

	if (why)
		return why;
	if (!back_vif_take(vif, &packet, PACKET_MS))
		return "no frame comes";
	for (i = 0; i < packet.nr; i++)
		back_vif_put(vif, packet.slot[i].id, c->status);
	ring_show(&vif->tx);
	return c->error ? back_expect_error(&vif->back, c->error) : back_vif_ping(vif);
}

/* --- ids ----------------------------------------------------------------- */

static const char *wrong_id(struct back_vif *vif, uint16_t id)
{
	const char *why = back_vif_connect(vif);
	struct back_packet packet;

	if (why)
		return why;
	if (!back_vif_take(vif, &packet, PACKET_MS))
		return "no frame comes";
	back_vif_put(vif, id, TX_OKAY);
	ring_show(&vif->tx);
	return back_expect_error(&vif->back, NO_PACKET);
}

static const char *id_twice(struct back_vif *vif)
{
	const char *why = back_vif_connect(vif);
	struct back_packet first, second;

	if (why)
		return why;
	if (!back_vif_take(vif, &first, PACKET_MS) || !back_vif_take(vif, &second, PACKET_MS))
		return "no two frames come";
	back_vif_put(vif, first.slot[0].id, TX_OKAY);
	back_vif_put(vif, first.slot[0].id, TX_OKAY);
	ring_show(&vif->tx);
	return back_expect_error(&vif->back, NO_PACKET);
}

/* --- pages --------------------------------------------------------------- */

/* Find a frame of which the guest has lent its own pages: where we are trusted, a long one. */
static const char *hold_answered(struct back_vif *vif, struct mapped *page)
{
	const char *why = back_vif_connect(vif);
	struct back_packet packet;
	unsigned int i;

	for (i = 0; !why && i < 100; i++) {
		if (!back_vif_take(vif, &packet, PACKET_MS))
			return "no frame comes";
		if (packet.slot[0].size > 2000)
			break;
		back_vif_answer(vif, &packet);
	}
	if (why || i == 100)
		return why ? why : "no long frame comes";
	if (!map_page(page, vif->back.guest, packet.slot[packet.nr - 1].ref, false))
		return "a page of a frame cannot be mapped";
	back_vif_answer(vif, &packet);
	/* Otherwise it is a page of the frontend's own, which stays lent. */
	if (vif->trusted)
		why = back_expect_error(&vif->back, "it holds a page of a packet");
	return why ? why : vif->trusted ? NULL : back_vif_ping(vif);
}

static void answered_but_held(struct back_vif *vif)
{
	struct mapped page = { };
	const char *why = hold_answered(vif, &page);

	/* Long enough for what must not happen to the page. */
	sleep(1);
	back_vif_case_end(vif, "a page of a frame is kept", why);
	unmap_pages(&page);
}

void back_vif_tx(struct back_vif *vif)
{
	/* The front gives the highest ones first. */
	static const uint16_t ids[] = { 0, VIF_SLOTS, 257, 0x8000, 0xffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(statuses); i++) {
		back_vif_context(vif, statuses[i].status);
		back_vif_case_end(vif, "status of a sent frame", bad_status(vif, &statuses[i]));
	}
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		back_vif_context(vif, ids[i]);
		back_vif_case_end(vif, "an id that is not in flight", wrong_id(vif, ids[i]));
	}
	back_vif_indices_beyond(vif, &vif->tx, "answers beyond the frames",
				"more answers than packets");
	back_vif_context(vif, 0);
	back_vif_case_end(vif, "an id twice", id_twice(vif));
	answered_but_held(vif);
	back_vif_case_end(vif, "works when connected again", back_vif_connect(vif));
}
