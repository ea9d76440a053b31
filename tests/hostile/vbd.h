/* SPDX-License-Identifier: GPL-2.0 */
/* A disk's frontend that may violate the protocol. */
#ifndef HOSTILE_VBD_H
#define HOSTILE_VBD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "ring.h"

#define SECTOR 512
#define PAGE_SECTORS (PAGE / SECTOR)
#define SLOT_SEGS 11
#define PAGE_SEGS 512
#define VBD_SLOTS 32

/* Pages for the requests of the cases; the last one is for the good read. */
#define DATA_PAGES 48
#define GOOD_PAGE (DATA_PAGES - 1)
/* Pages of the whole disk, as many as one indirect request carries. */
#define DISK_PAGES 256
#define DISK_SECTORS (DISK_PAGES * PAGE_SECTORS)

enum { READ, WRITE, BARRIER, FLUSH, RESERVED, DISCARD, INDIRECT };
enum { OKAY = 0, ERROR = -1, NOTSUPP = -2 };

/* Where the fields of a request are. */
struct layout {
	const char *protocol;
	unsigned int slot, id, sector, seg, nr_sectors, ref, rsp;
};

extern const struct layout layouts[2];

struct vbd {
	struct device dev;
	const struct layout *layout;
	bool persistent;
	struct ring ring;
	struct lent data[DATA_PAGES], readonly, descriptor;
	struct lent disk[DISK_PAGES], disk_descriptor;
	uint64_t next_id;
	/* the bytes of each slot when the request was published */
	uint8_t published[VBD_SLOTS][112];
};

struct seg {
	uint32_t ref;
	uint8_t first, last;
};

/* A request as it goes into the ring; it need not be valid. */
struct request {
	uint64_t id, sector, nr_sectors;
	uint8_t op, inner_op, flag;
	uint16_t nr_segs;
	uint32_t descriptor;
	struct seg seg[SLOT_SEGS];
};

struct response {
	uint64_t id;
	uint8_t op;
	int16_t status;
	bool clean;	/* the back has written nothing around it */
};

void vbd_open(struct vbd *vbd, const char *id);
/* Set up a new ring and write its keys; @over: keys with other values, or NULL. */
void vbd_prepare(struct vbd *vbd, const struct pair *over);
/* The same, and write our state, without waiting. */
void vbd_offer(struct vbd *vbd, const struct pair *over);
void vbd_connect(struct vbd *vbd, const struct layout *layout, bool persistent);
void vbd_close(struct vbd *vbd);

/* Write a segment of a descriptor page. */
void vbd_set_segment(struct lent *descriptor, unsigned int index, const struct seg *seg);
/* Write a request into the next slot. */
void vbd_add_request(struct vbd *vbd, const struct request *req);
/* Wait for a response; false if none comes. */
bool vbd_wait_response(struct vbd *vbd, struct response *rsp);

/* Read the whole disk. Return: NULL, or why it cannot be read. */
const char *vbd_read_disk(struct vbd *vbd, uint8_t *to);
/* Write the whole disk. */
const char *vbd_write_disk(struct vbd *vbd, const uint8_t *from);

/* The groups of cases. */
void vbd_requests(struct vbd *vbd);
void vbd_ring_broken(struct vbd *vbd, int beyond);
void vbd_pages(struct vbd *vbd);
void vbd_keys(struct vbd *vbd);
void vbd_flap(struct vbd *vbd);
void vbd_storm(struct vbd *vbd);
void vbd_race(struct vbd *vbd);
void vbd_discard(struct vbd *vbd);
/* A group that is not hostile. */
void vbd_firmware(struct vbd *vbd);

#endif
