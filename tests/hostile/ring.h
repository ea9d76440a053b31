/* SPDX-License-Identifier: GPL-2.0 */
/* Shared rings, from either side. */
#ifndef HOSTILE_RING_H
#define HOSTILE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "xen.h"

/* How long to wait for a response that must come. */
#define ANSWER_MS 20000

/* A ring. The pages of a larger one are side by side. */
struct ring {
	struct lent page;
	unsigned int slot_bytes;
	unsigned int slots;
	uint32_t prod;
	uint32_t cons;
	uint32_t port;
};

/* The words of a ring's header. */
enum { REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT };

/* Initialise a ring in a page that is already lent. */
void ring_init(struct ring *ring, unsigned int slot_bytes, unsigned int slots);
/* Set any word of the ring's header. */
void ring_set(struct ring *ring, unsigned int word, uint32_t val);

void *ring_slot(struct ring *ring, uint32_t index);
/* Return: the slot for the next request. */
void *ring_next_slot(struct ring *ring);
unsigned int ring_room(const struct ring *ring);

/* Publish the producer index, or any other one, and send an event. */
void ring_push(struct ring *ring);
void ring_push_index(struct ring *ring, uint32_t prod);

/* Wait for a response; false if none has come within @ms. */
bool ring_wait(struct ring *ring, unsigned int ms);
/* Copy the next response, or the next request. */
void ring_take(struct ring *ring, void *answer, unsigned int bytes);

/* --- the backend's side; prod is that of responses, cons that of requests -- */

/* Serve a new ring whose page is mapped. */
void ring_attach(struct ring *ring, uint8_t *page, unsigned int slot_bytes, unsigned int slots);
/* Return: how many requests wait. */
unsigned int ring_requests(const struct ring *ring);
/* Ask for an event at the next request. Return: true if one waits already. */
bool ring_arm(struct ring *ring);
/* Publish the responses, or any index, and send an event. */
void ring_show(struct ring *ring);
void ring_show_index(struct ring *ring, uint32_t prod);

#endif
