// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/barrier.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len);

static char context[200];
__thread void (*shim_at_barrier)(enum shim_barrier kind);

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	struct input input = { bytes, len };

	context[0] = '\0';
	fuzz(&input);
	return 0;
}

void test_context(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(context, sizeof(context), fmt, args);
	va_end(args);
}

/* The first one ends the run. */
unsigned int test_complaints(void)
{
	return 0;
}

bool test_expect(const char *file, int line, const char *what, bool ok)
{
	if (ok)
		return true;
	fprintf(stderr, "%s:%d: not true: %s, at %s\n", file, line, what, context);
	abort();
}

bool test_expect_eq(const char *file, int line, const char *what, u64 got, u64 want)
{
	if (got == want)
		return true;
	fprintf(stderr, "%s:%d: %s is %lld (0x%llx), not %lld (0x%llx), at %s\n", file, line,
		what, (s64)got, got, (s64)want, want, context);
	abort();
}

/* Noise must be the same in every run, or an input would not reproduce what it found. */
u64 test_random(void)
{
	return 0xa5;
}

bool input_bytes(struct input *input, void *to, size_t len)
{
	size_t nr = len < input->left ? len : input->left;

	memset(to, 0, len);
	if (nr)
		memcpy(to, input->at, nr);
	input->at += nr;
	input->left -= nr;
	return nr == len;
}

/* This machine is little-endian. */
static u64 number(struct input *input, size_t len)
{
	u64 val = 0;

	input_bytes(input, &val, len);
	return val;
}

u8 input_u8(struct input *input)
{
	return number(input, sizeof(u8));
}

u16 input_u16(struct input *input)
{
	return number(input, sizeof(u16));
}

u32 input_u32(struct input *input)
{
	return number(input, sizeof(u32));
}

u64 input_u64(struct input *input)
{
	return number(input, sizeof(u64));
}

void input_repeat(const struct input *input, void *to, size_t len)
{
	size_t i;

	memset(to, 0, len);
	for (i = 0; input->left && i < len; i++)
		((u8 *)to)[i] = input->at[i % input->left];
}

void *exact(size_t len)
{
	void *mem = malloc(len);

	if (!mem)
		abort();
	memset(mem, 0xa5, len);
	return mem;
}
