// SPDX-License-Identifier: GPL-2.0
/* Frames of any bytes whose headers are looked for, at both ends. */
#include <stdlib.h>

#include "netback/tx_headers.h"
#include "netfront/header.h"
#include "prove.h"

/* Memory of exactly so many bytes, which hold anything. */
static u8 *any_bytes(u32 len)
{
	return malloc(len);
}

void prove_back(void)
{
	u32 len = nondet_u32(), seen = nondet_u32(), gso_size = nondet_u32();
	struct xnb_headers headers;
	u16 size;

	GIVEN(len <= 65535 - 14 && seen <= len && seen <= XNB_HEADERS_MAX);
	if (xnb_headers_find(nondet_u16(), any_bytes(seen), seen, len, &headers) !=
	    XNB_HEADERS_FOUND)
		return;
	CLAIM(headers.l3 < headers.l4 && headers.l4 < headers.end);
	CLAIM(headers.end <= seen);
	CLAIM(headers.l4 + headers.csum + 2 <= headers.end);
	CLAIM(headers.end + headers.payload <= len);
	if (xnb_headers_gso(&headers, nondet_u8(), gso_size, &size))
		return;
	CLAIM(headers.tcp && headers.payload);
	CLAIM(!size || (size >= XNB_GSO_LEAST && size < headers.payload));
}

void prove_front(void)
{
	struct xnf_header header;
	u32 len = nondet_u32();

	GIVEN(len <= XNF_HEADER_BYTES);
	if (!xnf_header_find(any_bytes(len), len, &header))
		return;
	CLAIM(header.l4 < header.len && header.len <= len);
	CLAIM(header.l4 + header.csum + 2 <= header.len);
}
