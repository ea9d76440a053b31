// SPDX-License-Identifier: GPL-2.0
/* Control messages of any numbers, and the memory that they name. */
#include <linux/string.h>

#include "netback/ctrl_judge.h"
#include "prove.h"

/* Stands in for the code that fills the table from the key; what it may read is judged here. */
void xnb_hash_set_key(struct xnb_hash *hash, const u8 *key, u32 len)
{
	CLAIM(len <= XNET_HASH_KEY_BYTES);
	memset(hash->key, 0, sizeof(hash->key));
	if (len)
		memcpy(hash->key, key, len);
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
