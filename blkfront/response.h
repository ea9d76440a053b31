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

/**
 * enum xbf_verdict - what a response says
 * @XBF_RSP_OK: the request was carried out
 * @XBF_RSP_ERROR: it was not; also any status outside the protocol
 * @XBF_RSP_UNSUPPORTED: the backend cannot do this operation
 * @XBF_RSP_BAD_ID: the id is no slot's: the peer is broken
 * @XBF_RSP_BAD_SLOT: nothing is in flight under this id: broken
 * @XBF_RSP_BAD_OP: it names another operation than the request: broken
 */
enum xbf_verdict {
	XBF_RSP_OK,
	XBF_RSP_ERROR,
	XBF_RSP_UNSUPPORTED,
	XBF_RSP_BAD_ID,
	XBF_RSP_BAD_SLOT,
	XBF_RSP_BAD_OP,
};

/**
 * xbf_judge - judge one response
 * @rsp: a private copy of it
 * @expect: for every id the operation the response must name (of an indirect
 *	request the inner one), or XBF_ID_FREE
 * @size: length of @expect
 *
 * Return: the verdict; @rsp->id is below @size unless it is
 * XBF_RSP_BAD_ID.
 */
enum xbf_verdict xbf_judge(const struct xbf_response *rsp,
				     const u8 *expect, u32 size);

static inline bool xbf_verdict_broken(enum xbf_verdict verdict)
{
	return verdict >= XBF_RSP_BAD_ID;
}

/**
 * xbf_verdict_text - which rule a broken peer broke
 * @verdict: one for which xbf_verdict_broken() holds
 */
const char *xbf_verdict_text(enum xbf_verdict verdict);

#endif /* XSPLIT_BLKFRONT_RESPONSE_H */
