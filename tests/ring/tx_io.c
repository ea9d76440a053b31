// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "tx_io.h"
#include "wire.h"

void tx_io_init(struct tx_io *io, u32 at)
{
	static u8 noise[TX_SLOTS * TX_SLOT_BYTES];
	u32 i;

	memset(io, 0, sizeof(*io));
	io->window = malloc(TX_SLOTS * TX_SLOT_BYTES);
	io->pkt = malloc(sizeof(*io->pkt));
	io->piece = malloc(TX_MOST * sizeof(*io->piece));
	io->at = at;
	for (i = 0; !noise[0] && i < sizeof(noise); i++)
		noise[i] = test_random() | !i;
	memcpy(io->window, noise, sizeof(noise));
}

void tx_io_free(struct tx_io *io)
{
	free(io->window);
	free(io->pkt);
	free(io->piece);
}

u8 *tx_io_slot(const struct tx_io *io, u32 nth)
{
	return io->window + (io->at + nth) % TX_SLOTS * TX_SLOT_BYTES;
}

void tx_io_data(struct tx_io *io, u16 offset, u16 size, u16 flags)
{
	u8 *slot = tx_io_slot(io, io->nr);

	put32(slot, 0, FIRST_REF + io->nr);
	put16(slot, 4, offset);
	put16(slot, 6, flags);
	put16(slot, 8, 0x4000 + io->nr);
	put16(slot, 10, size);
	io->nr++;
}

void tx_io_extra(struct tx_io *io, u8 type, u8 flags, const u8 body[6])
{
	u8 *slot = tx_io_slot(io, io->nr);

	put8(slot, 0, type);
	put8(slot, 1, flags);
	memcpy(slot + 2, body, 6);
	put32(slot, 8, 0xdeadbeef);
	io->nr++;
}

void tx_io_gso(struct tx_io *io, u16 size, u8 type, u8 flags)
{
	const u8 body[6] = { size & 255, size >> 8, type };

	tx_io_extra(io, EXTRA_GSO, flags, body);
}

static void judge(struct tx_io *io, u32 offered)
{
	memset(io->pkt, 0xa5, sizeof(*io->pkt));
	memset(io->piece, 0xa5, TX_MOST * sizeof(*io->piece));
	io->verdict = xnb_tx_judge((const union xnb_tx_slot *)io->window, io->at, io->nr,
				   offered, io->pkt, io->piece);
}

void tx_io_judge(struct tx_io *io)
{
	judge(io, TX_EXTRAS);
}

/* --- the second judge ------------------------------------------------------- */

/**
 * struct second - what a chain is
 * @reasons: bits of the verdicts that are right
 * @extras: slots with extras
 * @slots: all slots
 * @data: of each slot of data, its index in the chain
 * @len: of each slot of data, its own bytes
 * @nr_data: slots of data
 */
struct second {
	u32 reasons;
	u32 extras;
	u32 slots;
	u32 data[TX_SLOTS];
	s64 len[TX_SLOTS];
	u32 nr_data;
};

static u32 get16(const u8 *at)
{
	return at[0] + 256 * at[1];
}

static u32 get32(const u8 *at)
{
	return get16(at) + 65536 * get16(at + 2);
}

static u32 slot_flags(const struct tx_io *io, u32 nth)
{
	return get16(tx_io_slot(io, nth) + 6);
}

/* One step a slot; false if the chain goes on behind what is visible. */
static bool second_walk(const struct tx_io *io, struct second *second)
{
	enum { DATA, EXTRA, END } next = DATA;
	bool more_data = false;
	u32 i;

	for (i = 0; i < io->nr && next != END; i++) {
		if (next == EXTRA) {
			second->extras++;
			next = tx_io_slot(io, i)[1] & EXTRA_MORE ? EXTRA :
			       more_data ? DATA : END;
			continue;
		}
		second->data[second->nr_data++] = i;
		more_data = slot_flags(io, i) & TX_MORE;
		next = i == 0 && slot_flags(io, i) & TX_EXTRA ? EXTRA :
		       more_data ? DATA : END;
	}
	second->slots = i;
	return next == END;
}

static u32 bad(enum xnb_tx_verdict verdict)
{
	return 1u << verdict;
}

static u32 second_extras(const struct tx_io *io, const struct second *second, u32 offered)
{
	u32 reasons = 0, seen[256] = { 0 }, i;

	for (i = 1; i <= second->extras; i++) {
		const u8 *slot = tx_io_slot(io, i);
		u8 type = slot[0];

		if (type < 1 || type > 4 || !(offered >> type & 1) || seen[type]++)
			reasons |= bad(XNB_TX_BAD_EXTRA);
		if (type == EXTRA_GSO && (get16(slot + 2) == 0 || slot[4] < 1 || slot[4] > 2))
			reasons |= bad(XNB_TX_BAD_GSO);
	}
	if (seen[EXTRA_ADD] && seen[EXTRA_DEL])
		reasons |= bad(XNB_TX_BAD_EXTRA);
	if (!reasons && (seen[EXTRA_ADD] || seen[EXTRA_DEL]))
		return bad(XNB_TX_MCAST);
	return reasons;
}

static u32 second_data(const struct tx_io *io, struct second *second)
{
	s64 total = get16(tx_io_slot(io, 0) + 10);
	u32 reasons = 0, i;

	second->len[0] = total;
	for (i = 1; i < second->nr_data; i++) {
		second->len[i] = get16(tx_io_slot(io, second->data[i]) + 10);
		second->len[0] -= second->len[i];
		if (slot_flags(io, second->data[i]) & TX_EXTRA)
			reasons |= bad(XNB_TX_BAD_EXTRA);
	}
	for (i = 0; i < second->nr_data; i++)
		if (second->len[i] > 0 &&
		    second->len[i] + get16(tx_io_slot(io, second->data[i]) + 4) > 4096)
			reasons |= bad(XNB_TX_BAD_PAGE);
	if (second->len[0] < 0)
		reasons |= bad(XNB_TX_BAD_SIZE);
	if (total < 14)
		reasons |= bad(XNB_TX_BAD_SHORT);
	if (second->nr_data > TX_MOST)
		reasons |= bad(XNB_TX_BAD_SLOTS);
	return reasons;
}

static void second_judge(const struct tx_io *io, u32 offered, struct second *second)
{
	u32 data;

	memset(second, 0, sizeof(*second));
	if (!second_walk(io, second)) {
		second->reasons = bad(io->nr < TX_SLOTS ? XNB_TX_MORE : XNB_TX_BAD_CHAIN);
		return;
	}
	second->reasons = second_extras(io, second, offered);
	data = second_data(io, second);
	if (second->reasons != bad(XNB_TX_MCAST))
		second->reasons |= data;
	if (!second->reasons)
		second->reasons = bad(XNB_TX_FRAME);
}

/* --- comparing ---------------------------------------------------------------- */

/* Once for each slot: its id and the status, or NULL. */
static void check_answers(const struct tx_io *io, const struct second *second)
{
	struct xnet_tx_response rsp;
	u32 i;

	EXPECT_EQ(io->pkt->at, io->at);
	EXPECT_EQ(io->pkt->nr_slots, second->slots);
	EXPECT_EQ(io->pkt->nr_extras, second->extras);
	for (i = 0; i < second->slots; i++) {
		bool extra = i >= 1 && i <= second->extras;

		rsp = xnb_tx_response((const union xnb_tx_slot *)io->window, io->pkt, i, -1);
		EXPECT_EQ(rsp.status, extra ? 1 : -1);
		EXPECT_EQ(rsp.id, extra ? 0 : get16(tx_io_slot(io, i) + 8));
	}
}

static void check_piece(const struct tx_io *io, const struct xnb_tx_piece *piece, u32 nth,
			u32 len)
{
	const u8 *slot = tx_io_slot(io, nth);

	EXPECT_EQ(piece->len, len);
	EXPECT_EQ(piece->id, get16(slot + 8));
	EXPECT_EQ(piece->ref, get32(slot));
	EXPECT_EQ(piece->offset, get16(slot + 4));
}

static void check_pieces(const struct tx_io *io, const struct second *second)
{
	u32 full = 0, empty = 0, i;

	for (i = 0; i < second->nr_data; i++)
		if (second->len[i])
			check_piece(io, &io->piece[full++], second->data[i], second->len[i]);
		else
			check_piece(io, &io->piece[second->nr_data - ++empty],
				    second->data[i], 0);
	EXPECT_EQ(io->pkt->nr_pieces, full);
	EXPECT_EQ(io->pkt->nr_empty, empty);
}

static void check_frame(const struct tx_io *io, const struct second *second)
{
	u32 flags = slot_flags(io, 0), hash = 0, gso = 0, i;

	for (i = 1; i <= second->extras; i++) {
		const u8 *slot = tx_io_slot(io, i);

		if (slot[0] == EXTRA_GSO)
			gso = i;
		if (slot[0] == EXTRA_HASH && slot[2] <= 3 && slot[3] == 1)
			hash = i;
	}
	EXPECT_EQ(io->pkt->len, get16(tx_io_slot(io, 0) + 10));
	EXPECT_EQ(io->pkt->csum_blank, flags & TX_CSUM_BLANK ? 1 : 0);
	EXPECT_EQ(io->pkt->validated, flags & TX_VALIDATED ? 1 : 0);
	EXPECT_EQ(io->pkt->gso_type, gso ? tx_io_slot(io, gso)[4] : 0);
	EXPECT_EQ(io->pkt->gso_size, gso ? get16(tx_io_slot(io, gso) + 2) : 0);
	EXPECT_EQ(io->pkt->has_hash, hash != 0);
	if (hash) {
		EXPECT_EQ(io->pkt->hash_type, tx_io_slot(io, hash)[2]);
		EXPECT_EQ(io->pkt->hash, get32(tx_io_slot(io, hash) + 4));
	}
	check_pieces(io, second);
}

static void check_mcast(const struct tx_io *io, const struct second *second)
{
	u32 i;

	for (i = 1; i <= second->extras; i++) {
		const u8 *slot = tx_io_slot(io, i);

		if (slot[0] != EXTRA_ADD && slot[0] != EXTRA_DEL)
			continue;
		EXPECT_EQ(io->pkt->mcast_op, slot[0]);
		EXPECT(!memcmp(io->pkt->mcast, slot + 2, 6));
	}
}

void tx_io_check(struct tx_io *io, u32 offered)
{
	struct second second;

	judge(io, offered);
	second_judge(io, offered, &second);
	if (!EXPECT(second.reasons >> io->verdict & 1) || io->verdict == XNB_TX_MORE)
		return;
	check_answers(io, &second);
	if (io->verdict == XNB_TX_FRAME)
		check_frame(io, &second);
	if (io->verdict == XNB_TX_MCAST)
		check_mcast(io, &second);
}
