// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's tx slots, judged packet by packet as the queue does, and each compared with the
 * second judge of tests/ring.
 */
#include <string.h>

#include "fuzz.h"
#include "tx_io.h"

static void check_bounds(const struct tx_io *io)
{
	const struct xnb_tx_packet *pkt = io->pkt;
	u32 sum = 0, i;

	EXPECT(io->verdict < XNB_TX_VERDICTS);
	if (io->verdict == XNB_TX_MORE)
		return;
	EXPECT(pkt->nr_slots >= 1 && pkt->nr_slots <= io->nr);
	EXPECT(pkt->nr_extras < pkt->nr_slots || io->verdict == XNB_TX_BAD_CHAIN);
	if (io->verdict != XNB_TX_FRAME)
		return;
	EXPECT(pkt->nr_pieces >= 1 && pkt->nr_pieces + pkt->nr_empty <= TX_MOST);
	for (i = 0; i < pkt->nr_pieces; i++) {
		EXPECT(io->piece[i].len > 0);
		EXPECT(io->piece[i].offset + io->piece[i].len <= 4096);
		sum += io->piece[i].len;
	}
	EXPECT_EQ(sum, pkt->len);
	EXPECT(pkt->len >= XNET_MIN_BYTES);
	EXPECT(!pkt->gso_type == !pkt->gso_size);
}

void fuzz(struct input *input)
{
	/* Also types that no guest is offered: they are refused whatever the bits say. */
	u8 offered = input_u8(input);
	u32 visible = input_u8(input) + 1u, done = 0;
	struct tx_io io;

	tx_io_init(&io, input_u32(input));
	input_repeat(input, io.window, TX_SLOTS * TX_SLOT_BYTES);
	while (done < visible) {
		io.nr = visible - done;
		tx_io_check(&io, offered);
		check_bounds(&io);
		if (io.verdict == XNB_TX_MORE)
			break;
		io.at += io.pkt->nr_slots;
		done += io.pkt->nr_slots;
	}
	tx_io_free(&io);
}
