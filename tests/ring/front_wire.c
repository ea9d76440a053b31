// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "front_wire.h"

struct rx rx;

void rx_init(void)
{
	rx.page = test_pages(NET_PAGE);
	xsplit_front_init(&rx.ring, rx.page, NET_PAGE, 8);
	rx_start(0);
}

void rx_start(u32 cons)
{
	memset(rx.page + RING_HEADER, 0xa5, NET_PAGE - RING_HEADER);
	memset(&rx.frame, 0xa5, sizeof(rx.frame));
	rx.ring.cons = cons;
	rx.nr = 0;
}

u8 *rx_slot(u32 nth)
{
	return rx.page + RING_HEADER + 8 * ((rx.ring.cons + nth) % NET_SLOTS);
}

void rx_data(u16 offset, int status, u16 flags)
{
	u8 *slot = rx_slot(rx.nr);

	put16(slot, 0, (rx.ring.cons + rx.nr) % NET_SLOTS);
	put16(slot, 2, offset);
	put16(slot, 4, flags);
	put16(slot, 6, status);
	rx.nr++;
}

u8 *rx_extra(u8 type, u8 flags)
{
	u8 *slot = rx_slot(rx.nr++);

	memset(slot, 0xa5, 8);
	put8(slot, 0, type);
	put8(slot, 1, flags);
	return slot;
}

void rx_gso(u16 size, u8 type, u8 flags)
{
	u8 *slot = rx_extra(EXTRA_GSO, flags);

	put16(slot, 2, size);
	put8(slot, 4, type);
}

void rx_xdp(u16 headroom, u8 flags)
{
	put16(rx_extra(EXTRA_XDP, flags), 2, headroom);
}

void rx_slots(u32 nr, u32 len, u16 first)
{
	u32 i;

	for (i = 0; i < nr; i++)
		rx_data(0, len, (i ? 0 : first) | (i + 1 < nr ? RXF_MORE : 0));
}

enum xnf_frame_verdict rx_read(void)
{
	struct xnet_rx_response first;

	xsplit_ring_take(&rx.ring, rx.ring.cons, &first, sizeof(first));
	return xnf_frame_parse(&rx.ring, &first, rx.nr, &rx.expect, &rx.frame);
}

void rx_expect(enum xnf_frame_verdict verdict, u32 used)
{
	EXPECT_EQ(rx_read(), verdict);
	EXPECT_EQ(rx.frame.used, used);
}

void rx_expect_piece(u32 piece, u32 nth, u32 offset, u32 len)
{
	EXPECT_EQ(rx.frame.piece[piece].slot, (rx.ring.cons + nth) % NET_SLOTS);
	EXPECT_EQ(rx.frame.piece[piece].offset, offset);
	EXPECT_EQ(rx.frame.piece[piece].len, len);
}
