// SPDX-License-Identifier: GPL-2.0
/*
 * A page to receive into that the backend keeps mapped. The frontend may neither reuse nor
 * free it.
 */
#include <unistd.h>

#include "back_vif.h"

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
	unmap_page(&page);
	back_vif_case_end(vif, "works when connected again", back_vif_connect(vif));
}
