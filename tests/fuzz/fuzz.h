/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a fuzz target needs: numbers out of the fuzzer's bytes, and memory of exactly the
 * size that the code under test may touch. Checks are those of tests/ring, and the first
 * that fails ends the run.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "harness.h"
#include "wire.h"

/**
 * struct input - what is left of the fuzzer's bytes
 * @at: the next byte
 * @left: how many there are
 */
struct input {
	const u8 *at;
	size_t left;
};

/* Copy @len bytes; zeroes stand for those that are missing. Return: false if any was. */
bool input_bytes(struct input *input, void *to, size_t len);

u8 input_u8(struct input *input);
u16 input_u16(struct input *input);
u32 input_u32(struct input *input);
u64 input_u64(struct input *input);

/* Fill @len bytes with what is left, again and again: a short input reaches a long array. */
void input_repeat(const struct input *input, void *to, size_t len);

/* Memory of exactly @len bytes, so that AddressSanitizer sees the first one beyond it. */
void *exact(size_t len);

/* The target: judge what @input says, and check what came of it. */
void fuzz(struct input *input);

#endif
