// SPDX-License-Identifier: GPL-2.0
/*
 * A backend's responses on a ring with requests in flight: none is believed that names no
 * request, or another operation, and none is believed twice.
 */
#include <stdlib.h>
#include <string.h>

#include "blkfront/response.h"
#include "fuzz.h"

enum { MOST_SLOTS = 512, FREE = 0xff };

static enum xbf_verdict second(const struct xbf_response *rsp, const u8 *expect, u32 size)
{
	if (rsp->id >= size)
		return XBF_RSP_BAD_ID;
	if (expect[rsp->id] == FREE)
		return XBF_RSP_BAD_SLOT;
	if (expect[rsp->id] != rsp->op)
		return XBF_RSP_BAD_OP;
	return rsp->status == OKAY ? XBF_RSP_OK :
	       rsp->status == UNSUPPORTED ? XBF_RSP_UNSUPPORTED : XBF_RSP_ERROR;
}

/* Nothing is read behind a broken response, as on the ring. Return: false after one. */
static bool try_response(const struct xbf_response *rsp, u8 *expect, u32 size)
{
	u8 *before = exact(size);
	enum xbf_verdict verdict;

	memcpy(before, expect, size);
	verdict = xbf_judge(rsp, expect, size);
	EXPECT_EQ(verdict, second(rsp, expect, size));
	EXPECT(!memcmp(before, expect, size));
	free(before);
	if (xbf_verdict_broken(verdict)) {
		EXPECT(strlen(xbf_verdict_text(verdict)) > 0);
		return false;
	}
	EXPECT(rsp->id < size);
	expect[rsp->id] = FREE;
	EXPECT_EQ(xbf_judge(rsp, expect, size), XBF_RSP_BAD_SLOT);
	return true;
}

void fuzz(struct input *input)
{
	u32 size = 1u << input_u8(input) % 10, nr = 0;
	struct xbf_response rsp;
	u8 *expect = exact(size);

	/* The operations in flight, over and over: 0 to 5, or a free id. */
	input_bytes(input, expect, size < 8 ? size : 8);
	for (nr = 0; nr < size; nr++)
		expect[nr] = expect[nr % 8] % 8 < 6 ? expect[nr % 8] % 8 : FREE;
	for (nr = 0; input->left && nr < MOST_SLOTS; nr++) {
		rsp.op = input_u8(input);
		rsp.status = input_u16(input);
		rsp.id = rsp.op & 0x80 ? input_u64(input) : input_u16(input);
		if (!try_response(&rsp, expect, size))
			break;
	}
	free(expect);
}
