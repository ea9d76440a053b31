// SPDX-License-Identifier: GPL-2.0
/*
 * Laying frames of any length into a guest's pages. What is true between two copies is true at
 * the start, and after each copy if it was before, so no frame is too long for these proofs. That
 * the room suffices (has_room()) is shown at the start only.
 */
#include <linux/kernel.h>

#include "prove.h"

/* Of the last division */
static u32 quotient;

/* No frame is longer. */
#define MOST_BYTES (65535 + 18)

/*
 * The solver cannot divide by a number that it does not know. This is what division means; a
 * product of these numbers does not overflow.
 */
static u32 divide_up(u32 nr, u32 by)
{
	quotient = nondet_u32();
	/* A sum that wrapped around would make it any number. */
	GIVEN(nr > MOST_BYTES || (quotient <= MOST_BYTES && quotient * by >= nr &&
				  quotient * by - nr < by));
	return quotient;
}

#undef DIV_ROUND_UP
#define DIV_ROUND_UP(nr, by) divide_up(nr, by)
#include "netback/rx_layout.c"

/* A run that is being copied, and what follows it. */
#define RUNS 2

static struct xnb_run run[RUNS];

/* Runs, and a frame of them that is being laid out. */
static void any_runs(struct xnb_layout *layout)
{
	u32 i;

	for (i = 0; i < RUNS; i++) {
		run[i].offset = nondet_u32();
		run[i].len = nondet_u32();
		GIVEN(run[i].offset < XNET_PAGE_BYTES && run[i].len <= MOST_BYTES);
	}
	ANYTHING(layout);
	layout->run = run;
	layout->nr_runs = RUNS;
}

/* Bytes that are not laid out yet. */
static u32 remaining(const struct xnb_layout *layout)
{
	u32 i, sum = 0;

	for (i = 0; i < RUNS; i++)
		if (i >= layout->at)
			sum += run[i].len;
	return sum - layout->done;
}

/* However long the runs are. */
static bool in_bounds(const struct xnb_layout *layout)
{
	return layout->run == run && layout->nr_runs == RUNS && layout->at <= RUNS &&
	       layout->headroom <= XNB_HEADROOM_MAX &&
	       layout->room == XNET_PAGE_BYTES - layout->headroom &&
	       layout->nr_slots >= 1 && layout->nr_slots <= XNET_MAX_SLOTS &&
	       layout->len[layout->nr_slots - 1] <= layout->room &&
	       layout->done <= (layout->at < RUNS ? run[layout->at].len : 0);
}

/* If the runs are as long as was said: there is room for them in so many slots. */
static bool has_room(const struct xnb_layout *layout, u32 most)
{
	u32 left = layout->room - layout->len[layout->nr_slots - 1];

	return layout->nr_slots <= most && most <= XNET_MAX_SLOTS &&
	       layout->spare <= XNET_MAX_SLOTS * XNET_PAGE_BYTES &&
	       (most - layout->nr_slots) * layout->room + left ==
		remaining(layout) + layout->spare;
}

void prove_start(void)
{
	u32 headroom = nondet_u32(), room = nondet_u32(), len, most;
	struct xnb_layout layout;

	any_runs(&layout);
	len = run[0].len + run[1].len;
	GIVEN(len >= 1 && len <= MOST_BYTES && headroom <= XNB_HEADROOM_MAX);
	quotient = 1;
	if (xnb_layout_start(&layout, run, RUNS, len, nondet_u32(), headroom, room))
		return;
	CLAIM(in_bounds(&layout));
	/* As many slots as are needed, or one more. */
	most = quotient;
	if (most * layout.room != len + layout.spare)
		most++;
	CLAIM(most <= room);
	CLAIM(has_room(&layout, most));
}

static void good_copy(const struct xnb_layout *before, const struct xnb_layout *after,
		      const struct xnb_copy *copy)
{
	CLAIM(copy->len >= 1 && copy->run < RUNS && copy->run == after->at);
	CLAIM(copy->src % XNET_PAGE_BYTES + copy->len <= XNET_PAGE_BYTES);
	CLAIM(copy->src >= run[copy->run].offset);
	CLAIM(copy->src + copy->len <= run[copy->run].offset + run[copy->run].len);
	CLAIM(copy->dst >= after->headroom && copy->dst + copy->len <= XNET_PAGE_BYTES);
	CLAIM(copy->slot == after->nr_slots - 1 && copy->slot < XNET_MAX_SLOTS);
	/* Each byte once, in order: where this copy ends the next one begins. */
	CLAIM(remaining(before) - remaining(after) == copy->len);
	CLAIM(copy->src + copy->len == run[copy->run].offset + after->done);
}

/* One step, from whatever state. */
void prove_next(void)
{
	struct xnb_layout before, after;
	struct xnb_copy copy;

	any_runs(&before);
	GIVEN(in_bounds(&before));
	after = before;
	if (xnb_layout_next(&after, &copy))
		good_copy(&before, &after, &copy);
	CLAIM(in_bounds(&after));
}
