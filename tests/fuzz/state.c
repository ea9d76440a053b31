// SPDX-License-Identifier: GPL-2.0
/*
 * The handshake of two ends in any order of looks, actions and events from outside: left
 * alone, they are both Connected with the same rings, or both closed. The walk of tests/ring
 * goes all ways of few events; here are more at a time, on some of the ways.
 */
#include <string.h>

#include "fuzz.h"
#include "model.h"

enum { MOST_STEPS = 400, EACH = 2 };

static struct input *chosen;

static u32 choose(u32 nr)
{
	return input_u8(chosen) % nr;
}

void fuzz(struct input *input)
{
	u8 budget[NR_EVENTS], offered = input_u8(input) & 1 ? CONNECTED : INITIALISED;
	u32 i, length = input->left;

	for (i = 0; i < NR_EVENTS; i++)
		budget[i] = input_u8(input) % (EACH + 1);
	if (offered != CONNECTED)
		budget[RECONFIGURE] = 0;
	chosen = input;
	model_follow(budget, offered, length < MOST_STEPS ? length : MOST_STEPS, choose);
}
