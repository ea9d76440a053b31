// SPDX-License-Identifier: GPL-2.0
/*
 * The headers of a guest's frame: whatever the stack is told of them lies within the bytes
 * that were seen, in order, and agrees with the headers' own fields.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "netback/tx_headers.h"

enum { SEEN_MOST = 400, LEN_MOST = 65535 - 14, GSO_LEAST = 88 };

static void check_l3(const struct xnb_headers *headers, const u8 *data)
{
	const u8 *ip = data + headers->l3;

	EXPECT(headers->l3 == 0 || headers->l3 == 4 || headers->l3 == 8);
	EXPECT_EQ(ip[0] >> 4, headers->six ? 6 : 4);
	if (headers->six) {
		EXPECT(headers->l4 >= headers->l3 + 40);
		return;
	}
	EXPECT(headers->l4 >= headers->l3 + 20);
	EXPECT_EQ(headers->l4 - headers->l3, (ip[0] & 15) * 4);
	EXPECT_EQ(ip[9], headers->tcp ? 6 : 17);
	/* Neither an offset, nor more fragments. */
	EXPECT(!(ip[6] & 0x3f) && !ip[7]);
}

static void check_l4(const struct xnb_headers *headers, const u8 *data)
{
	u32 bytes = headers->end - headers->l4;

	EXPECT(headers->end > headers->l4);
	EXPECT_EQ(bytes, headers->tcp ? (data[headers->l4 + 12] >> 4) * 4 : 8);
	EXPECT(bytes >= (headers->tcp ? 20 : 8));
	EXPECT_EQ(headers->csum, headers->tcp ? 16 : 6);
	EXPECT(headers->csum + 2u <= bytes);
}

static void check_gso(const struct xnb_headers *headers, u32 type, u32 claimed)
{
	bool good = headers->tcp && headers->payload && type == (headers->six ? 2 : 1);
	u16 size = 0xa5a5;
	int err = xnb_headers_gso(headers, type, claimed, &size);

	EXPECT_EQ(err, good ? 0 : -EPROTO);
	if (err || !size)
		return;
	EXPECT(size >= GSO_LEAST);
	EXPECT(size < headers->payload);
	EXPECT(size == claimed || (claimed < GSO_LEAST && size == GSO_LEAST));
}

void fuzz(struct input *input)
{
	u16 type = input_u16(input), behind = input_u16(input), gso_size = input_u16(input);
	u32 gso_type = input_u8(input) % 4;
	enum xnb_headers_verdict verdict;
	struct xnb_headers headers;
	u32 seen, len;
	u8 *data;

	seen = input->left < SEEN_MOST ? input->left : SEEN_MOST;
	len = seen + behind < LEN_MOST ? seen + behind : LEN_MOST;
	data = exact(seen);
	input_bytes(input, data, seen);
	memset(&headers, 0xa5, sizeof(headers));
	verdict = xnb_headers_find(type, data, seen, len, &headers);
	EXPECT(verdict <= XNB_HEADERS_BAD);
	if (verdict == XNB_HEADERS_FOUND) {
		EXPECT(headers.end <= seen && headers.end <= XNB_HEADERS_MAX);
		EXPECT((u32)headers.end + headers.payload <= len);
		check_l3(&headers, data);
		check_l4(&headers, data);
		check_gso(&headers, gso_type, gso_size);
	}
	free(data);
}
