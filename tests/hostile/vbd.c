// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "vbd.h"

const struct layout layouts[2] = {
	{ "x86_64-abi", 112, 8, 16, 24, 24, 28, 16 },
	{ "x86_32-abi", 108, 4, 12, 20, 20, 24, 12 },
};

/* Keys that an earlier connection may have left behind. */
static const struct pair no_keys[] = {
	{ "ring-ref" }, { "ring-ref0" }, { "ring-page-order" }, { "event-channel" },
	{ "protocol" }, { "feature-persistent" }, { "multi-queue-num-queues" },
	{ "queue-0" }, { "queue-1" }, { }
};

/* --- connection --------------------------------------------------------------- */

static void describe_disk(struct vbd *vbd)
{
	unsigned int i;

	for (i = 0; i < DISK_PAGES; i++) {
		struct seg seg = { vbd->disk[i].ref, 0, PAGE_SECTORS - 1 };

		vbd_set_segment(&vbd->disk_descriptor, i, &seg);
	}
}

void vbd_open(struct vbd *vbd, const char *id)
{
	unsigned int i;

	device_open(&vbd->dev, "vbd", id);
	lend(&vbd->ring.page);
	lend(&vbd->descriptor);
	lend_readonly(&vbd->readonly);
	for (i = 0; i < DATA_PAGES; i++)
		lend(&vbd->data[i]);
	lend(&vbd->disk_descriptor);
	for (i = 0; i < DISK_PAGES; i++)
		lend(&vbd->disk[i]);
	describe_disk(vbd);
	vbd->next_id = 0x8000000000000000ull;
	vbd->layout = &layouts[0];
	device_begin(&vbd->dev);
}

void vbd_prepare(struct vbd *vbd, const struct pair *over)
{
	const char *front = vbd->dev.front;

	ring_init(&vbd->ring, vbd->layout->slot, VBD_SLOTS);
	channel_close(vbd->ring.port);
	vbd->ring.port = channel_open();
	store_write_all(front, no_keys);
	store_printf(front, "ring-ref", "%u", vbd->ring.page.ref);
	store_printf(front, "event-channel", "%u", vbd->ring.port);
	store_write(front, "protocol", vbd->layout->protocol);
	store_printf(front, "feature-persistent", "%d", vbd->persistent);
	if (over)
		store_write_all(front, over);
}

void vbd_offer(struct vbd *vbd, const struct pair *over)
{
	vbd_prepare(vbd, over);
	device_set_state(&vbd->dev, INITIALISED);
}

void vbd_connect(struct vbd *vbd, const struct layout *layout, bool persistent)
{
	vbd->layout = layout;
	vbd->persistent = persistent;
	vbd_offer(vbd, NULL);
	device_expect(&vbd->dev, CONNECTED);
	device_set_state(&vbd->dev, CONNECTED);
}

void vbd_close(struct vbd *vbd)
{
	device_leave(&vbd->dev);
	device_begin(&vbd->dev);
}

/* --- requests and responses --------------------------------------------- */

static void put_seg(uint8_t *at, const struct seg *seg)
{
	memcpy(at, &seg->ref, 4);
	at[4] = seg->first;
	at[5] = seg->last;
	/* The back must ignore the padding. */
	at[6] = 0xa5;
	at[7] = 0x5a;
}

void vbd_set_segment(struct lent *descriptor, unsigned int index, const struct seg *seg)
{
	put_seg(descriptor->addr + 8 * index, seg);
}

static void put_body(const struct layout *l, uint8_t *s, const struct request *req)
{
	unsigned int i;

	if (req->op == DISCARD) {
		s[1] = req->flag;
		memcpy(s + l->nr_sectors, &req->nr_sectors, 8);
	} else if (req->op == INDIRECT) {
		s[1] = req->inner_op;
		memcpy(s + 2, &req->nr_segs, 2);
		memcpy(s + l->ref, &req->descriptor, 4);
	} else {
		s[1] = req->nr_segs;
		for (i = 0; i < SLOT_SEGS; i++)
			put_seg(s + l->seg + 8 * i, &req->seg[i]);
	}
}

void vbd_add_request(struct vbd *vbd, const struct request *req)
{
	unsigned int index = vbd->ring.prod % VBD_SLOTS;
	uint8_t *s = ring_next_slot(&vbd->ring);

	memset(s, 0xa5, vbd->layout->slot);
	s[0] = req->op;
	memcpy(s + vbd->layout->id, &req->id, 8);
	memcpy(s + vbd->layout->sector, &req->sector, 8);
	put_body(vbd->layout, s, req);
	memcpy(vbd->published[index], s, vbd->layout->slot);
}

/* Bytes that no field of the response covers must be unchanged, or zero if padding. */
static bool clean(const struct vbd *vbd, const uint8_t *s, const uint8_t *published)
{
	unsigned int i;

	for (i = 9; i < vbd->layout->slot; i++) {
		bool padding = i == 9 || (i >= 12 && i < vbd->layout->rsp);

		if (i == 10 || i == 11)
			continue;
		if (s[i] != published[i] && !(padding && !s[i]))
			return false;
	}
	return true;
}

bool vbd_wait_response(struct vbd *vbd, struct response *rsp)
{
	unsigned int index = vbd->ring.cons % VBD_SLOTS;
	uint8_t s[112];

	if (!ring_wait(&vbd->ring, ANSWER_MS))
		return false;
	ring_take(&vbd->ring, s, vbd->layout->slot);
	memcpy(&rsp->id, s, 8);
	rsp->op = s[8];
	memcpy(&rsp->status, s + 10, 2);
	rsp->clean = clean(vbd, s, vbd->published[index]);
	return true;
}

/* --- the whole disk ----------------------------------------------------- */

static const char *whole_disk(struct vbd *vbd, uint8_t op)
{
	const struct request req = {
		.id = vbd->next_id++, .op = INDIRECT, .inner_op = op, .nr_segs = DISK_PAGES,
		.descriptor = vbd->disk_descriptor.ref,
	};
	struct response rsp;

	vbd_add_request(vbd, &req);
	ring_push(&vbd->ring);
	if (!vbd_wait_response(vbd, &rsp))
		return "no answer for the whole disk";
	if (rsp.id != req.id)
		return "more than one answer";
	return rsp.status ? "an error for the whole disk" : NULL;
}

const char *vbd_read_disk(struct vbd *vbd, uint8_t *to)
{
	const char *why = whole_disk(vbd, READ);
	unsigned int i;

	for (i = 0; i < DISK_PAGES; i++)
		memcpy(to + i * PAGE, vbd->disk[i].addr, PAGE);
	return why;
}

const char *vbd_write_disk(struct vbd *vbd, const uint8_t *from)
{
	unsigned int i;

	for (i = 0; i < DISK_PAGES; i++)
		memcpy(vbd->disk[i].addr, from + i * PAGE, PAGE);
	return whole_disk(vbd, WRITE);
}
