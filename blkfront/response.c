// SPDX-License-Identifier: GPL-2.0
/*
 * Judging responses.
 */
#include "blkfront/request.h"
#include "blkfront/response.h"

static_assert(offsetof(struct xbf_response, op) == 8);
static_assert(offsetof(struct xbf_response, status) == 10);

enum xbf_verdict xbf_judge(const struct xbf_response *rsp,
				     const u8 *expect, u32 size)
{
	if (rsp->id >= size)
		return BLKFRONT_SAYS_BAD_ID;
	if (expect[rsp->id] == BLKFRONT_IDLE)
		return BLKFRONT_SAYS_BAD_SLOT;
	if (expect[rsp->id] != rsp->op)
		return BLKFRONT_SAYS_BAD_OP;
	if (rsp->status == XBLK_RSP_OKAY)
		return BLKFRONT_SAYS_DONE;
	if (rsp->status == XBLK_RSP_EOPNOTSUPP)
		return BLKFRONT_SAYS_UNSUPPORTED;
	return BLKFRONT_SAYS_FAILED;
}

const char *xbf_verdict_text(enum xbf_verdict verdict)
{
	static const char * const text[] = {
		[BLKFRONT_SAYS_BAD_ID] = "a response with an id beyond the ring",
		[BLKFRONT_SAYS_BAD_SLOT] = "a response to no request",
		[BLKFRONT_SAYS_BAD_OP] = "a response to another operation",
	};

	return text[verdict];
}
