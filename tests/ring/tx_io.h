/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's tx ring as the guest writes it, by numbers from the protocol's
 * description; and a second judge of what is in it.
 */
#ifndef TEST_TX_IO_H
#define TEST_TX_IO_H

#include "harness.h"
#include "netback/tx_answer.h"

enum {
	TX_SLOT_BYTES = 12, TX_SLOTS = 256, TX_MOST = 18,
	TX_CSUM_BLANK = 1, TX_VALIDATED = 2, TX_MORE = 4, TX_EXTRA = 8,
	EXTRA_GSO = 1, EXTRA_ADD = 2, EXTRA_DEL = 3, EXTRA_HASH = 4, EXTRA_XDP = 5,
	EXTRA_MORE = 1,
	GSO_V4 = 1, GSO_V6 = 2,
	/* Bits of the types a guest may be offered. */
	TX_EXTRAS = 1 << EXTRA_GSO | 1 << EXTRA_ADD | 1 << EXTRA_DEL | 1 << EXTRA_HASH,
};

/**
 * struct tx_io - a window, and what came of a chain in it
 * @window: exactly as long as the ring
 * @at: index of the chain's first slot
 * @nr: slots written so far, all visible
 * @pkt: as judged
 * @piece: exactly as many as a packet may have
 * @verdict: as judged
 */
struct tx_io {
	u8 *window;
	u32 at;
	u32 nr;
	struct xnb_tx_packet *pkt;
	struct xnb_tx_piece *piece;
	enum xnb_tx_verdict verdict;
};

/* A window full of noise; the chain starts at @at. */
void tx_io_init(struct tx_io *io, u32 at);
void tx_io_free(struct tx_io *io);
u8 *tx_io_slot(const struct tx_io *io, u32 nth);

/* Append a slot; its reference and id are known by its place. */
void tx_io_data(struct tx_io *io, u16 offset, u16 size, u16 flags);
void tx_io_extra(struct tx_io *io, u8 type, u8 flags, const u8 body[6]);
void tx_io_gso(struct tx_io *io, u16 size, u8 type, u8 flags);

/* Judge what is visible, offering all extras. */
void tx_io_judge(struct tx_io *io);

/**
 * tx_io_check - judge, and compare all of it with the second judge
 * @io: the chain
 * @offered: bits of the types of extras
 *
 * Where there are several reasons to refuse a chain any of them will do.
 */
void tx_io_check(struct tx_io *io, u32 offered);

#endif
