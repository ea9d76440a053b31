// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ring.h"
#include "shared.h"

#define HEAD 64

static uint32_t *head(struct ring *ring)
{
	return (uint32_t *)ring->page.addr;
}

void ring_init(struct ring *ring, unsigned int slot_bytes, unsigned int slots)
{
	ring->slot_bytes = slot_bytes;
	ring->slots = slots;
	ring->prod = 0;
	ring->cons = 0;
	memset(ring->page.addr, 0, PAGE);
	ring_set(ring, REQ_EVENT, 1);
	ring_set(ring, RSP_EVENT, 1);
}

void ring_set(struct ring *ring, unsigned int word, uint32_t val)
{
	WRITE_SHARED(head(ring)[word], val);
}

void *ring_slot(struct ring *ring, uint32_t index)
{
	return ring->page.addr + HEAD + (index % ring->slots) * ring->slot_bytes;
}

void *ring_next_slot(struct ring *ring)
{
	return ring_slot(ring, ring->prod++);
}

unsigned int ring_room(const struct ring *ring)
{
	return ring->slots - (ring->prod - ring->cons);
}

void ring_push_index(struct ring *ring, uint32_t prod)
{
	shared_barrier();
	ring_set(ring, REQ_PROD, prod);
	shared_barrier();
	channel_send(ring->port);
}

void ring_push(struct ring *ring)
{
	ring_push_index(ring, ring->prod);
}

bool ring_wait(struct ring *ring, unsigned int ms)
{
	uint64_t end = clock_ms() + ms;

	while (READ_SHARED(head(ring)[RSP_PROD]) == ring->cons) {
		if (clock_ms() >= end)
			return false;
		usleep(100);
	}
	return true;
}

void ring_take(struct ring *ring, void *answer, unsigned int bytes)
{
	shared_barrier();
	memcpy(answer, ring_slot(ring, ring->cons++), bytes);
}

/* --- the backend's side --------------------------------------------------- */

void ring_attach(struct ring *ring, uint8_t *page, unsigned int slot_bytes, unsigned int slots)
{
	ring->page.addr = page;
	ring->slot_bytes = slot_bytes;
	ring->slots = slots;
	ring->prod = 0;
	ring->cons = 0;
}

unsigned int ring_requests(const struct ring *ring)
{
	uint32_t waiting = READ_SHARED(((uint32_t *)ring->page.addr)[REQ_PROD]) - ring->cons;

	shared_barrier();
	/* The fronts are ours: one that is ahead of its ring is a fault. */
	return waiting <= ring->slots ? waiting : 0;
}

bool ring_arm(struct ring *ring)
{
	ring_set(ring, REQ_EVENT, ring->cons + 1);
	shared_barrier();
	return ring_requests(ring);
}

void ring_show(struct ring *ring)
{
	ring_show_index(ring, ring->prod);
}

void ring_show_index(struct ring *ring, uint32_t prod)
{
	shared_barrier();
	ring_set(ring, RSP_PROD, prod);
	shared_barrier();
	channel_send(ring->port);
}
