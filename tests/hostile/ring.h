/* SPDX-License-Identifier: GPL-2.0 */
/* Rings. */
#ifndef HOSTILE_RING_H
#define HOSTILE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "xen.h"

/* How long to wait for an answer that must come. */
#define ANSWER_MS 20000

/* A ring of one page, from the side that asks. */
struct ring {
	struct lent page;
	unsigned int slot_bytes;
	unsigned int slots;
	uint32_t prod;
	uint32_t cons;
	uint32_t port;
};

/* The words at the head of a ring's page. */
enum { REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT };

/* A new ring in a page that is lent already. */
void ring_init(struct ring *ring, unsigned int slot_bytes, unsigned int slots);
/* Any word of the head. */
void ring_set(struct ring *ring, unsigned int word, uint32_t val);

void *ring_slot(struct ring *ring, uint32_t index);
/* The next slot to ask in. */
void *ring_put(struct ring *ring);
unsigned int ring_room(const struct ring *ring);

/* Show what was put, or any other index; send an event. */
void ring_push(struct ring *ring);
void ring_push_index(struct ring *ring, uint32_t prod);

/* Wait for an answer so long; false if there is none. */
bool ring_waits(struct ring *ring, unsigned int ms);
/* Copy the next answer. */
void ring_take(struct ring *ring, void *answer, unsigned int bytes);

#endif
