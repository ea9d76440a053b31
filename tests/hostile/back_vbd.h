/* SPDX-License-Identifier: GPL-2.0 */
/* A disk's backend that may violate the protocol. Its disk is in memory. */
#ifndef HOSTILE_BACK_VBD_H
#define HOSTILE_BACK_VBD_H

#include "back.h"
#include "ring.h"
#include "vbd.h"

#define BACK_RINGS 4
/* A front with the right parameter has rings of four pages. */
#define BACK_ORDER 2
#define BACK_SEGS 256
#define BACK_DISK_PAGES 1024
#define BACK_DISK_SECTORS (BACK_DISK_PAGES * PAGE_SECTORS)

/* Bytes that a lying backend puts in place of data. */
#define LIE 0xee

/* How the data goes; each has its own code in the frontend. */
enum back_mode { DIRECT, PERSISTENT, WIPED, BACK_MODES };

struct back_vbd {
	struct back back;
	/* of the next connection, and of this one */
	enum back_mode mode, active;
	/* the next connection has several queues, with large rings */
	bool many_queues;
	struct ring ring[BACK_RINGS];
	struct mapped mapped[BACK_RINGS];
	unsigned int nr_rings;
	bool connected;
	/* keys with other values for the next connection; they end with one without a name */
	const struct pair *offer, *ready;
	uint8_t (*disk)[PAGE];
	/* pages of the requests, as they were lent */
	uint8_t (*seen)[PAGE];
};

/* A request as it came. */
struct back_request {
	struct ring *ring;
	uint64_t id, sector, nr_sectors;
	uint8_t op;		/* of an indirect request the inner one */
	bool indirect;
	uint16_t nr;
	struct seg seg[BACK_SEGS];
};

void back_vbd_open(struct back_vbd *vbd, const char *guest, const char *id);
/* Close, and remove the device. */
void back_vbd_end(struct back_vbd *vbd);

/* What the cases that follow are about: how data goes, and a number unless it is 0. */
void back_vbd_context(const struct back_vbd *vbd, int number);

/* These return NULL, or what went wrong. */
const char *back_vbd_connect(struct back_vbd *vbd);
const char *back_vbd_close(struct back_vbd *vbd);
/* The two halves of a connection: the rings are mapped; the disk is there. */
const char *back_vbd_attach(struct back_vbd *vbd);
const char *back_vbd_ready(struct back_vbd *vbd);
/* The connection is over: let go of the rings. */
void back_vbd_detach(struct back_vbd *vbd);

/* Wait for a request, 20 seconds at most or as long as is said. */
bool back_vbd_take(struct back_vbd *vbd, struct back_request *req);
bool back_vbd_take_within(struct back_vbd *vbd, struct back_request *req, unsigned int ms);
/* Carry out a request. Return: the status. */
int16_t back_vbd_do(struct back_vbd *vbd, const struct back_request *req);
/* Write a response, which ring_show() publishes. */
void back_vbd_put(struct ring *ring, uint64_t id, uint8_t op, int16_t status);
/* Answer a request as it should be. */
void back_vbd_answer(const struct back_request *req, int16_t status);
/* Serve so many requests, or as many as come within so many milliseconds. */
const char *back_vbd_serve(struct back_vbd *vbd, unsigned int nr);
void back_vbd_serve_for(struct back_vbd *vbd, unsigned int ms);

/* These choose how data goes in the groups that follow. */
void back_vbd_lent(struct back_vbd *vbd);
void back_vbd_persistent(struct back_vbd *vbd);
void back_vbd_wiped(struct back_vbd *vbd);
/* And these, how many queues there are, and how large their rings. */
void back_vbd_queues(struct back_vbd *vbd);
void back_vbd_one_queue(struct back_vbd *vbd);

/* The groups of cases. */
void back_vbd_honest(struct back_vbd *vbd);
void back_vbd_responses(struct back_vbd *vbd);
void back_vbd_pages(struct back_vbd *vbd);
void back_vbd_data(struct back_vbd *vbd);
void back_vbd_hoard(struct back_vbd *vbd);
void back_vbd_keys(struct back_vbd *vbd);
void back_vbd_stands(struct back_vbd *vbd);
void back_vbd_vanishes(struct back_vbd *vbd);
void back_vbd_flap(struct back_vbd *vbd);
void back_vbd_storm(struct back_vbd *vbd);
void back_vbd_log(struct back_vbd *vbd);

#endif
