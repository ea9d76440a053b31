// SPDX-License-Identifier: GPL-2.0
/* A ring full of discards of a whole disk that is larger than one bio can cover. */
#include <stdlib.h>

#include "store.h"
#include "vbd.h"

static const char *all_answered(struct vbd *vbd, uint64_t first)
{
	unsigned int i;

	for (i = 0; i < VBD_SLOTS; i++) {
		struct response rsp;

		if (!vbd_wait_response(vbd, &rsp))
			return reason("%u answers of %u", i, VBD_SLOTS);
		if (rsp.op != DISCARD || rsp.status != OKAY || rsp.id - first >= VBD_SLOTS)
			return reason("operation %u, status %d", rsp.op, rsp.status);
	}
	return NULL;
}

void vbd_discard(struct vbd *vbd)
{
	struct request req = { .op = DISCARD };
	uint64_t first = vbd->next_id;
	char sectors[STORE_VALUE];
	unsigned int i;

	vbd_connect(vbd, &layouts[0], false);
	if (!store_read(vbd->dev.back, "sectors", sectors))
		die("the disk has no size");
	req.nr_sectors = strtoull(sectors, NULL, 10);
	for (i = 0; i < VBD_SLOTS; i++) {
		req.id = vbd->next_id++;
		vbd_add_request(vbd, &req);
	}
	ring_push(&vbd->ring);
	report_case("a ring of discards of all of the disk", all_answered(vbd, first));
	vbd_close(vbd);
}
