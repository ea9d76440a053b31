/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Judging the messages of a guest's control ring, and carrying them out on a
 * struct xnb_hash.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 *
 * The steps: xnb_ctrl_judge() -> (if it wants bytes of the guest: copy them to
 * private memory, xnb_ctrl_apply()) -> xnb_ctrl_answer().
 */
#ifndef XSPLIT_NETBACK_CTRL_JUDGE_H
#define XSPLIT_NETBACK_CTRL_JUDGE_H

#include <linux/kernel.h>
#include <linux/types.h>

#include "netback/hash.h"
#include "xenbus/netif.h"

/* Most bytes that a message refers to: the whole mapping, 4 bytes per entry. */
#define XNB_CTRL_BYTES (4 * XNET_HASH_MAPPING_MAX)

/**
 * struct xnb_ctrl_fetch - bytes of the guest that a message needs
 * @ref: the guest's reference; the bytes are at the start of its page
 * @len: 1 to XNB_CTRL_BYTES; 0 if the message needs none and is done
 */
struct xnb_ctrl_fetch {
	u32 ref;
	u32 len;
};

/**
 * xnb_ctrl_judge - judge a message; carry it out unless it needs guest memory
 * @hash: what is set up so far
 * @req: private copy of the message
 * @rsp: filled in, if @fetch->len is 0
 * @fetch: what has to be copied, for xnb_ctrl_apply()
 *
 * Nothing changes if the answer is not XNET_CTRL_SUCCESS.
 */
void xnb_ctrl_judge(struct xnb_hash *hash, const struct xnet_ctrl_request *req,
		    struct xnet_ctrl_response *rsp, struct xnb_ctrl_fetch *fetch);

/**
 * xnb_ctrl_apply - carry out a message that needs guest memory
 * @hash: as it was judged
 * @req: private copy of the message; xnb_ctrl_judge() wanted bytes for it
 * @bytes: private copy of them, u32-aligned; NULL if they could not be copied
 * @nr_queues: queues there are
 * @rsp: filled in
 *
 * A mapping with any queue that does not exist is refused as a whole.
 */
void xnb_ctrl_apply(struct xnb_hash *hash, const struct xnet_ctrl_request *req,
		    const void *bytes, u32 nr_queues, struct xnet_ctrl_response *rsp);

/* Write a response; @slot is in the shared ring and only written to. */
static inline void xnb_ctrl_answer(void *slot, const struct xnet_ctrl_response *rsp)
{
	*(struct xnet_ctrl_response *)slot = *rsp;
}

#endif /* XSPLIT_NETBACK_CTRL_JUDGE_H */
