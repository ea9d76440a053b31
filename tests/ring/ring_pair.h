/* SPDX-License-Identifier: GPL-2.0 */
/* Both ends of one ring in one process: a case plays either or both. */
#ifndef TEST_RING_PAIR_H
#define TEST_RING_PAIR_H

#include "harness.h"
#include "xenbus/ring.h"

#define PAGE_BYTES 4096
#define MAX_ORDER 4
/* The two sizes of block slots. */
#define SLOT_64 112
#define SLOT_32 108

struct ring_pair {
	struct xsplit_sring *shared;
	u32 bytes;
	struct xsplit_ring front;
	struct xsplit_ring back;
};

/* Indices just before, at and after the places where 32 bits wrap. */
extern const u32 ring_starts[];
extern const size_t nr_ring_starts;

/* An idle ring whose next request has index @start. */
void ring_pair_init(struct ring_pair *pair, u32 order, u32 slot_bytes,
		    u32 start);
void ring_pair_free(struct ring_pair *pair);

/* Have @nr requests written and shown; slots hold their index. */
bool ring_pair_ask(struct ring_pair *pair, u32 nr);

/* Take and answer @nr requests, and check each slot's content. */
bool ring_pair_answer(struct ring_pair *pair, u32 nr);

/* Take @nr responses, and check each slot's content. */
void ring_pair_finish(struct ring_pair *pair, u32 nr);

#endif
