// SPDX-License-Identifier: GPL-2.0
/*
 * A boot loader uses the disk before the kernel's driver: one queue, one page, the
 * other ABI, no features. It breaks no rule, but leaves its keys behind.
 */
#include "vbd.h"

/* Keys that an earlier driver with more queues and pages may have left. */
static const struct pair left[] = {
	{ "ring-page-order", "2" }, { "ring-ref0", "1" }, { "ring-ref3", "2" },
	{ "multi-queue-num-queues", "6" },
	{ "queue-0/ring-ref", "3" }, { "queue-0/event-channel", "4" },
	{ "queue-5/ring-ref", "5" }, { "queue-5/event-channel", "6" }, { }
};

/* A request for as many pages from @page on as a slot names. */
static void put_pages(struct vbd *vbd, uint8_t op, unsigned int page, unsigned int shift)
{
	struct request req = {
		.id = page, .op = op, .sector = (uint64_t)page * PAGE_SECTORS,
	};
	unsigned int i;

	for (i = 0; i < SLOT_SEGS && page + i < DISK_PAGES; i++)
		req.seg[i] = (struct seg){
			vbd->disk[(page + i + shift) % DISK_PAGES].ref, 0, PAGE_SECTORS - 1
		};
	req.nr_segs = i;
	vbd_add_request(vbd, &req);
}

/* Read or write the whole disk at once; @shift: the index of our first page. */
static const char *move_disk(struct vbd *vbd, uint8_t op, unsigned int shift)
{
	unsigned int page, nr = 0;
	struct response rsp;

	for (page = 0; page < DISK_PAGES; page += SLOT_SEGS, nr++)
		put_pages(vbd, op, page, shift);
	ring_push(&vbd->ring);
	while (nr--) {
		if (!vbd_wait_response(vbd, &rsp))
			return "an answer is missing";
		if (rsp.status != OKAY || rsp.op != op || rsp.id % SLOT_SEGS)
			return reason("page %u: operation %u, status %d", (unsigned int)rsp.id,
				      rsp.op, rsp.status);
	}
	return NULL;
}

/* Each page of the disk moves up by one, the last becomes the first. */
void vbd_firmware(struct vbd *vbd)
{
	vbd_connect(vbd, &layouts[1], false);
	report_case("the disk is read", move_disk(vbd, READ, 0));
	report_case("and written", move_disk(vbd, WRITE, DISK_PAGES - 1));
	/* The next driver expects the device to be Closed. */
	device_leave(&vbd->dev);
	store_write_all(vbd->dev.front, left);
}
