/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A response of the backend, and whether to believe it.
 *
 * Pure: builds in user space too.
 */
#ifndef XSPLIT_BLKFRONT_RESPONSE_H
#define XSPLIT_BLKFRONT_RESPONSE_H

#include <linux/types.h>

/* In the table of expected operations: no request has this id. */
#define XBF_ID_FREE 0xff

/* On the wire, without the padding at its end. */
struct xbf_response {
	u64 id;
	u8 op;
	s16 status;
};

/*
 * What a response means: the request was carried out; it was not, or the status is outside the
 * protocol; the backend cannot do the operation. With the others the peer is broken: the id is
 * no slot's, nothing is in flight under it, or the operation is not the request's.
 */
enum xbf_verdict {
	XBF_RSP_OK,
	XBF_RSP_ERROR,
	XBF_RSP_UNSUPPORTED,
	XBF_RSP_BAD_ID,
	XBF_RSP_BAD_SLOT,
	XBF_RSP_BAD_OP,
};

/*
 * Judge a private copy of a response. @expect has @size entries: for every id the operation that
 * the response must name (of an indirect request the inner one), or XBF_ID_FREE. Unless the
 * verdict is XBF_RSP_BAD_ID, the id is below @size.
 */
enum xbf_verdict xbf_judge(const struct xbf_response *rsp, const u8 *expect, u32 size);

static inline bool xbf_verdict_broken(enum xbf_verdict verdict)
{
	return verdict >= XBF_RSP_BAD_ID;
}

/* Which rule the peer broke, for a verdict that xbf_verdict_broken(). */
const char *xbf_verdict_text(enum xbf_verdict verdict);

#endif /* XSPLIT_BLKFRONT_RESPONSE_H */
