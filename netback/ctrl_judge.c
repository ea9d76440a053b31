// SPDX-License-Identifier: GPL-2.0
/* Judging the messages of the control ring; see ctrl_judge.h. */

#include <linux/compiler.h>
#include <linux/string.h>

#include "netback/ctrl_judge.h"

#define ENTRY_BYTES 4u

/* Input and result of a message's handler. */
struct message {
	struct xnb_hash *hash;
	const u32 *data;
	struct xnb_ctrl_fetch *fetch;
	u32 answer;
};

static u32 get_flags(struct message *msg)
{
	if (msg->hash->algorithm == XNET_HASH_NONE)
		return XNET_CTRL_NOT_SUPPORTED;
	msg->answer = XNET_HASHF_ALL;
	return XNET_CTRL_SUCCESS;
}

static u32 set_flags(struct message *msg)
{
	if (msg->hash->algorithm == XNET_HASH_NONE || (msg->data[0] & ~XNET_HASHF_ALL))
		return XNET_CTRL_INVALID_PARAMETER;
	WRITE_ONCE(msg->hash->flags, msg->data[0]);
	return XNET_CTRL_SUCCESS;
}

static u32 set_algorithm(struct message *msg)
{
	if (msg->data[0] > XNET_HASH_TOEPLITZ)
		return XNET_CTRL_INVALID_PARAMETER;
	WRITE_ONCE(msg->hash->algorithm, msg->data[0]);
	return XNET_CTRL_SUCCESS;
}

static u32 judge_key(struct message *msg)
{
	u32 len = msg->data[1];

	if (len > XNET_HASH_KEY_BYTES)
		return XNET_CTRL_BUFFER_OVERFLOW;
	if (len)
		msg->fetch->len = len;
	else
		xnb_hash_set_key(msg->hash, NULL, 0);
	return XNET_CTRL_SUCCESS;
}

static u32 get_mapping_size(struct message *msg)
{
	msg->answer = XNET_HASH_MAPPING_MAX;
	return XNET_CTRL_SUCCESS;
}

static u32 set_mapping_size(struct message *msg)
{
	u32 i;

	if (msg->data[0] > XNET_HASH_MAPPING_MAX)
		return XNET_CTRL_INVALID_PARAMETER;
	for (i = 0; i < XNET_HASH_MAPPING_MAX; i++)
		WRITE_ONCE(msg->hash->mapping[i], 0);
	WRITE_ONCE(msg->hash->size, msg->data[0]);
	return XNET_CTRL_SUCCESS;
}

/* The comparison is written so that nothing can overflow (XSA-270). */
static bool fits_mapping(const struct xnb_hash *hash, u32 from, u32 nr)
{
	return nr <= hash->size && from <= hash->size - nr;
}

static u32 judge_mapping(struct message *msg)
{
	if (!fits_mapping(msg->hash, msg->data[2], msg->data[1]))
		return XNET_CTRL_INVALID_PARAMETER;
	msg->fetch->len = ENTRY_BYTES * msg->data[1];
	return XNET_CTRL_SUCCESS;
}

static u32 (* const handlers[])(struct message *msg) = {
	[XNET_CTRL_GET_HASH_FLAGS] = get_flags,
	[XNET_CTRL_SET_HASH_FLAGS] = set_flags,
	[XNET_CTRL_SET_HASH_KEY] = judge_key,
	[XNET_CTRL_GET_HASH_MAPPING_SIZE] = get_mapping_size,
	[XNET_CTRL_SET_HASH_MAPPING_SIZE] = set_mapping_size,
	[XNET_CTRL_SET_HASH_MAPPING] = judge_mapping,
	[XNET_CTRL_SET_HASH_ALGORITHM] = set_algorithm,
};

static void respond(struct xnet_ctrl_response *rsp, const struct xnet_ctrl_request *req,
		    u32 status, u32 data)
{
	rsp->id = req->id;
	rsp->type = req->type;
	rsp->status = status;
	rsp->data = data;
}

void xnb_ctrl_judge(struct xnb_hash *hash, const struct xnet_ctrl_request *req,
		    struct xnet_ctrl_response *rsp, struct xnb_ctrl_fetch *fetch)
{
	struct message msg = { .hash = hash, .data = req->data, .fetch = fetch };
	u32 status = XNET_CTRL_NOT_SUPPORTED;

	fetch->ref = req->data[0];
	fetch->len = 0;
	if (req->type < ARRAY_SIZE(handlers) && handlers[req->type])
		status = handlers[req->type](&msg);
	respond(rsp, req, status, msg.answer);
}

static u32 apply_mapping(struct xnb_hash *hash, const u8 *bytes, u32 nr, u32 from, u32 nr_queues)
{
	u16 queue[XNET_HASH_MAPPING_MAX];
	u32 entry, i;

	if (!fits_mapping(hash, from, nr))
		return XNET_CTRL_INVALID_PARAMETER;
	for (i = 0; i < nr; i++) {
		memcpy(&entry, bytes + ENTRY_BYTES * i, ENTRY_BYTES);
		if (entry >= nr_queues)
			return XNET_CTRL_INVALID_PARAMETER;
		queue[i] = entry;
	}
	for (i = 0; i < nr; i++)
		WRITE_ONCE(hash->mapping[from + i], queue[i]);
	return XNET_CTRL_SUCCESS;
}

static u32 apply_key(struct xnb_hash *hash, const u8 *bytes, u32 len)
{
	if (len > XNET_HASH_KEY_BYTES)
		return XNET_CTRL_BUFFER_OVERFLOW;
	xnb_hash_set_key(hash, bytes, len);
	return XNET_CTRL_SUCCESS;
}

void xnb_ctrl_apply(struct xnb_hash *hash, const struct xnet_ctrl_request *req,
		    const void *bytes, u32 nr_queues, struct xnet_ctrl_response *rsp)
{
	u32 status = XNET_CTRL_INVALID_PARAMETER;

	if (bytes && req->type == XNET_CTRL_SET_HASH_KEY)
		status = apply_key(hash, bytes, req->data[1]);
	else if (bytes && req->type == XNET_CTRL_SET_HASH_MAPPING)
		status = apply_mapping(hash, bytes, req->data[1], req->data[2], nr_queues);
	respond(rsp, req, status, 0);
}
