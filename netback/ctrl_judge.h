/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Judging the messages of a guest's control ring, and carrying them out on a
 * struct xnb_hash.
 *
 * Pure: no hypercall, no allocation, no lock; builds in user space too.
 */
#ifndef XSPLIT_NETBACK_CTRL_JUDGE_H
#define XSPLIT_NETBACK_CTRL_JUDGE_H

#include <linux/kernel.h>
#include <linux/types.h>

#include "netback/hash.h"
#include "xenbus/netif.h"

/* Most bytes that a message refers to: the whole mapping, 4 bytes per entry. */
#define XNB_CTRL_BYTES (4 * XNET_HASH_MAPPING_MAX)

/* Bytes of the guest that a message needs */
struct xnb_ctrl_fetch {
	u32 ref;		/* the guest's reference; the bytes are at the start of its page */
	u32 len;		/* 1 to XNB_CTRL_BYTES; 0 if the message needs none and is done */
};

/*
 * Judge a private copy of a message, and carry it out unless it needs guest memory: then
 * @fetch->len is not 0, and xnb_ctrl_apply() follows. Nothing changes if the answer is not
 * XNET_CTRL_SUCCESS.
 */
void xnb_ctrl_judge(struct xnb_hash *hash, const struct xnet_ctrl_request *req,
		    struct xnet_ctrl_response *rsp, struct xnb_ctrl_fetch *fetch);

/*
 * Carry out a message that needs guest memory. @bytes: a private copy of it, u32-aligned; NULL
 * if it could not be copied. A mapping with any queue that does not exist is refused as a whole.
 */
void xnb_ctrl_apply(struct xnb_hash *hash, const struct xnet_ctrl_request *req,
		    const void *bytes, u32 nr_queues, struct xnet_ctrl_response *rsp);

/* Write a response; @slot is in the shared ring and only written to. */
static inline void xnb_ctrl_answer(void *slot, const struct xnet_ctrl_response *rsp)
{
	*(struct xnet_ctrl_response *)slot = *rsp;
}

#endif /* XSPLIT_NETBACK_CTRL_JUDGE_H */
