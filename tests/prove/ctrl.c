// SPDX-License-Identifier: GPL-2.0
/* Control messages of any numbers, and the memory that they name. */
#include <stdlib.h>
#include <linux/string.h>

#include "netback/ctrl_judge.h"
#include "prove.h"

/* Stands in for the code that fills the table from the key: what it may read is judged here. */
void xnb_hash_set_key(struct xnb_hash *hash, const u8 *key, u32 len)
{
	CLAIM(len <= XNET_HASH_KEY_BYTES);
	CLAIM(!len || __CPROVER_r_ok(key, len));
}

static struct xnb_hash hash;

static void valid(void)
{
	CLAIM(hash.algorithm <= XNET_HASH_TOEPLITZ);
	CLAIM(!(hash.flags & ~XNET_HASHF_ALL));
	CLAIM(hash.size <= XNET_HASH_MAPPING_MAX);
}

static struct xnet_ctrl_request any_message(void)
{
	struct xnet_ctrl_request req = {
		.id = nondet_u16(), .type = nondet_u16(),
		.data = { nondet_u32(), nondet_u32(), nondet_u32() },
	};

	ANYTHING(&hash);
	GIVEN(hash.algorithm <= XNET_HASH_TOEPLITZ && !(hash.flags & ~XNET_HASHF_ALL) &&
	      hash.size <= XNET_HASH_MAPPING_MAX);
	return req;
}

void prove_judge(void)
{
	struct xnet_ctrl_request req = any_message();
	struct xnet_ctrl_response rsp;
	struct xnb_ctrl_fetch fetch;

	xnb_ctrl_judge(&hash, &req, &rsp, &fetch);
	valid();
	CLAIM(fetch.len <= XNB_CTRL_BYTES);
	CLAIM(rsp.id == req.id && rsp.type == req.type);
	CLAIM(rsp.status <= XNET_CTRL_BUFFER_OVERFLOW);
	CLAIM(!fetch.len || rsp.status == XNET_CTRL_SUCCESS);
}

/* As many entries of a mapping as are tried; the loop over them does the same with each. */
#define ENTRIES 2

/* The memory has exactly the bytes that the message names. */
void prove_mapping(void)
{
	u32 queues = nondet_u32(), entry = nondet_u32();
	struct xnet_ctrl_request req = any_message();
	struct xnet_ctrl_response rsp;
	u8 bytes[4 * ENTRIES];

	GIVEN(queues >= 1 && queues <= 256);
	GIVEN(entry < XNET_HASH_MAPPING_MAX && hash.mapping[entry] < queues);
	req.type = XNET_CTRL_SET_HASH_MAPPING;
	req.data[1] = ENTRIES;
	ANYTHING(bytes);
	xnb_ctrl_apply(&hash, &req, nondet_bool() ? bytes : NULL, queues, &rsp);
	valid();
	CLAIM(hash.mapping[entry] < queues);
	CLAIM(rsp.id == req.id && rsp.type == req.type);
}

/* A key of any length, and messages that name no memory. */
void prove_key(void)
{
	struct xnet_ctrl_request req = any_message();
	struct xnet_ctrl_response rsp;
	u8 *bytes;

	GIVEN(req.type != XNET_CTRL_SET_HASH_MAPPING);
	bytes = malloc(req.data[1]);
	xnb_ctrl_apply(&hash, &req, nondet_bool() ? bytes : NULL, 1, &rsp);
	valid();
	CLAIM(rsp.id == req.id && rsp.type == req.type);
	CLAIM(rsp.status != XNET_CTRL_SUCCESS || req.type == XNET_CTRL_SET_HASH_KEY);
}
