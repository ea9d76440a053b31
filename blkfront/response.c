// SPDX-License-Identifier: GPL-2.0
/*
 * Judging responses.
 */
#include "blkfront/request.h"
#include "blkfront/response.h"

static_assert(offsetof(struct xbf_response, op) == 8);
static_assert(offsetof(struct xbf_response, status) == 10);

enum xbf_verdict xbf_judge(const struct xbf_response *rsp, const u8 *expect, u32 size)
{
	if (rsp->id >= size)
		return XBF_RSP_BAD_ID;
	if (expect[rsp->id] == XBF_ID_FREE)
		return XBF_RSP_BAD_SLOT;
	if (expect[rsp->id] != rsp->op)
		return XBF_RSP_BAD_OP;
	if (rsp->status == XBLK_RSP_OKAY)
		return XBF_RSP_OK;
	if (rsp->status == XBLK_RSP_EOPNOTSUPP)
		return XBF_RSP_UNSUPPORTED;
	return XBF_RSP_ERROR;
}

const char *xbf_verdict_text(enum xbf_verdict verdict)
{
	static const char * const text[] = {
		[XBF_RSP_BAD_ID] = "a response with an id beyond the ring",
		[XBF_RSP_BAD_SLOT] = "a response to no request",
		[XBF_RSP_BAD_OP] = "a response to another operation",
	};

	return text[verdict];
}
