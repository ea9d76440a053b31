// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's control messages, one after the other on one hash: it stays valid whatever they
 * say, and a message that is refused changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "netback/ctrl_judge.h"

enum { SET_KEY = 3, SET_MAPPING = 6 };
enum { SUCCESS = 0, INVALID = 2, OVERFLOW = 3 };
enum { MOST_MESSAGES = 64, MOST_ENTRIES = 128, KEY_BYTES = 40 };

static void check_hash(const struct xnb_hash *hash, u32 nr_queues)
{
	u32 i;

	EXPECT(hash->algorithm <= 1);
	EXPECT(hash->flags <= 15);
	EXPECT(hash->size <= MOST_ENTRIES);
	for (i = 0; i < MOST_ENTRIES; i++)
		EXPECT(hash->mapping[i] < nr_queues);
}

static void check_response(const struct xnet_ctrl_response *rsp,
			   const struct xnet_ctrl_request *req)
{
	EXPECT_EQ(rsp->id, req->id);
	EXPECT_EQ(rsp->type, req->type);
	EXPECT(rsp->status <= OVERFLOW);
	EXPECT(rsp->status == SUCCESS || !rsp->data);
}

static void check_applied(const struct xnb_hash *hash, const struct xnet_ctrl_request *req,
			  const u8 *bytes)
{
	u32 entry, i;

	if (req->type == SET_KEY) {
		EXPECT(req->data[1] <= KEY_BYTES);
		EXPECT(!memcmp(hash->key, bytes, req->data[1]));
		for (i = req->data[1]; i < KEY_BYTES; i++)
			EXPECT_EQ(hash->key[i], 0);
		return;
	}
	EXPECT_EQ(req->type, SET_MAPPING);
	for (i = 0; i < req->data[1]; i++) {
		memcpy(&entry, bytes + 4 * i, 4);
		EXPECT_EQ(hash->mapping[req->data[2] + i], entry);
	}
}

/* The bytes are exactly as many as were asked for; none if the guest's page was not there. */
static void apply(struct xnb_hash *hash, const struct xnet_ctrl_request *req, u32 len,
		  struct input *input, u32 nr_queues)
{
	bool there = input_u8(input) != 0;
	struct xnb_hash before = *hash;
	struct xnet_ctrl_response rsp;
	u8 *bytes = exact(len);

	input_bytes(input, bytes, len);
	memset(&rsp, 0xa5, sizeof(rsp));
	xnb_ctrl_apply(hash, req, there ? bytes : NULL, nr_queues, &rsp);
	check_response(&rsp, req);
	if (!there)
		EXPECT_EQ(rsp.status, INVALID);
	if (rsp.status == SUCCESS)
		check_applied(hash, req, bytes);
	else
		EXPECT(!memcmp(&before, hash, sizeof(before)));
	free(bytes);
}

static void try_message(struct xnb_hash *hash, struct input *input, u32 nr_queues)
{
	struct xnb_hash before = *hash;
	struct xnet_ctrl_response rsp;
	struct xnet_ctrl_request req;
	struct xnb_ctrl_fetch fetch;

	input_bytes(input, &req, sizeof(req));
	/* Most of the types are unknown; a few of these are enough. */
	if (!(req.type & 0x8000))
		req.type %= 10;
	memset(&rsp, 0xa5, sizeof(rsp));
	xnb_ctrl_judge(hash, &req, &rsp, &fetch);
	EXPECT(fetch.len <= XNB_CTRL_BYTES);
	if (fetch.len) {
		EXPECT_EQ(fetch.ref, req.data[0]);
		EXPECT(!memcmp(&before, hash, sizeof(before)));
		apply(hash, &req, fetch.len, input, nr_queues);
		return;
	}
	check_response(&rsp, &req);
	if (rsp.status != SUCCESS)
		EXPECT(!memcmp(&before, hash, sizeof(before)));
}

void fuzz(struct input *input)
{
	u32 nr_queues = input_u8(input) % 64 + 1, value = input_u32(input), nr;
	struct xnb_hash *hash = exact(sizeof(*hash));

	memset(hash, 0, sizeof(*hash));
	for (nr = 0; input->left && nr < MOST_MESSAGES; nr++) {
		try_message(hash, input, nr_queues);
		check_hash(hash, nr_queues);
		EXPECT(xnb_hash_queue(hash, value, nr_queues) < nr_queues);
		/* A guest may connect again with fewer. */
		EXPECT_EQ(xnb_hash_queue(hash, value, 1), 0);
	}
	free(hash);
}
