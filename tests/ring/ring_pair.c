// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "ring_pair.h"

const u32 ring_starts[] = {
	0, 1, 31, 0x7fffffff, 0x80000000, 0xfffffe00, 0xffffffdf, 0xffffffe0,
	0xfffffff0, 0xffffffff,
};

const size_t nr_ring_starts = ARRAY_SIZE(ring_starts);

void ring_pair_init(struct ring_pair *pair, u32 order, u32 slot_bytes,
		    u32 start)
{
	pair->bytes = PAGE_BYTES << order;
	pair->shared = aligned_alloc(PAGE_BYTES, pair->bytes);
	memset(pair->shared, 0, pair->bytes);
	xsplit_front_init(&pair->front, pair->shared, pair->bytes, slot_bytes);
	pair->front.cons = start;
	pair->front.prod = start;
	pair->front.pushed = start;
	pair->shared->req_prod = start;
	pair->shared->rsp_prod = start;
	pair->shared->req_event = start + 1;
	pair->shared->rsp_event = start + 1;
	EXPECT_EQ(xsplit_back_attach(&pair->back, pair->shared, pair->bytes,
				     slot_bytes), 0);
}

void ring_pair_free(struct ring_pair *pair)
{
	free(pair->shared);
}

bool ring_pair_ask(struct ring_pair *pair, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		memcpy(xsplit_ring_slot(&pair->front, pair->front.prod),
		       &pair->front.prod, sizeof(u32));
		pair->front.prod++;
	}
	return xsplit_front_push(&pair->front);
}

bool ring_pair_answer(struct ring_pair *pair, u32 nr)
{
	u32 i, index, answer;

	for (i = 0; i < nr; i++) {
		xsplit_ring_take(&pair->back, pair->back.cons, &index,
				 sizeof(index));
		EXPECT_EQ(index, pair->back.cons);
		pair->back.cons++;
		answer = ~pair->back.prod;
		memcpy(xsplit_ring_slot(&pair->back, pair->back.prod), &answer,
		       sizeof(answer));
		pair->back.prod++;
	}
	return xsplit_back_push(&pair->back);
}

void ring_pair_finish(struct ring_pair *pair, u32 nr)
{
	u32 i, answer;

	for (i = 0; i < nr; i++) {
		xsplit_ring_take(&pair->front, pair->front.cons, &answer,
				 sizeof(answer));
		EXPECT_EQ(answer, ~pair->front.cons);
		pair->front.cons++;
	}
}
