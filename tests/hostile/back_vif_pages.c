// SPDX-License-Identifier: GPL-2.0
/*
 * Pages to receive into that the backend keeps mapped. The frontend may neither reuse nor free
 * them, and must not lend ever more of them.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "back_vif.h"
#include "hoard.h"

/* A page that is handed to the stack, and that we could go on writing to. */
static const char *keep_page(struct back_vif *vif, struct mapped *page)
{
	const char *why = back_vif_connect(vif);
	struct rx_request req;
	size_t len;

	if (why)
		return why;
	if (!back_vif_posted(vif, &req) || !map_page(page, vif->back.guest, req.ref, true))
		return "no page can be mapped";
	len = frame_echo(&vif->ends, page->addr, 1000, ++vif->next_seq);
	*(struct rx_response *)ring_slot(&vif->rx, vif->rx.prod++) = (struct rx_response){
		.id = req.id, .status = len,
	};
	ring_show(&vif->rx);
	return back_expect_error(&vif->back, "it holds a page of a frame that it has handed over");
}

void back_vif_pages(struct back_vif *vif)
{
	struct mapped page = { };
	const char *why;

	back_vif_context(vif, 0);
	why = keep_page(vif, &page);
	/* Long enough for what must not happen to the page. */
	sleep(1);
	back_vif_case_end(vif, "a page of a frame that was handed over is kept", why);
	unmap_pages(&page);
	back_vif_case_end(vif, "works when connected again", back_vif_connect(vif));
}

/* --- pages of many connections ------------------------------------------- */

/* Keep what one connection lends to receive into. Return: NULL, or why it does not connect. */
static const char *keep_posted(struct back_vif *vif, struct hoard *hoard)
{
	const char *why = back_vif_attach(vif);
	struct rx_request req;
	unsigned int i, nr;

	if (why)
		return why;
	nr = ring_requests(&vif->rx);
	for (i = 0; i < nr; i++) {
		memcpy(&req, ring_slot(&vif->rx, i), sizeof(req));
		hoard_add(hoard, &vif->back, req.ref);
	}
	return NULL;
}

static const char *keep_many(struct back_vif *vif, struct hoard *hoard)
{
	const char *why, *failed = NULL;
	unsigned int before;

	while (!failed) {
		before = hoard->nr;
		failed = keep_posted(vif, hoard);
		if (!failed && before > HOARD_BOUND)
			return reason("the front connects, with %u pages held", before);
		why = back_vif_close(vif);
		if (why)
			return why;
	}
	return hoard_judge(hoard, &vif->back, failed);
}

/* Another device of the guest's connects meanwhile, though it has the same backend. */
static const char *connect_another(const struct back_vif *vif)
{
	static struct back_vif other;
	char guest[12];
	const char *why;

	snprintf(guest, sizeof(guest), "%u", vif->back.guest);
	back_vif_open(&other, guest, "7", "10.77.0.1", "10.77.0.2");
	why = back_vif_attach(&other);
	back_vif_end(&other);
	return why;
}

void back_vif_hoard(struct back_vif *vif)
{
	static struct hoard hoard;
	const char *why = keep_many(vif, &hoard);

	back_vif_context(vif, hoard.nr);
	report_case("pages of many connections are kept", why);
	report_case("another device connects meanwhile", connect_another(vif));
	hoard_end(&hoard);
	back_vif_case_end(vif, "works when all are let go", back_vif_connect(vif));
}
