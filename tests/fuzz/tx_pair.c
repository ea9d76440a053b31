// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of any shape from our frontend to our backend: what one says can be sent the other
 * accepts, with every piece, and each of its answers is understood.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "netback/tx_answer.h"
#include "netback/tx_parse.h"
#include "netfront/tx_encode.h"

enum { SLOTS = 256, SLOT = 12, MOST = 20, PAGE = 4096, RING_BYTES = 64 + SLOTS * SLOT };

static struct xnf_piece piece[MOST];
static struct xsplit_ring front, back;

static struct xnf_packet make_packet(struct input *input)
{
	struct xnf_packet pkt = { .nr_pieces = 1 + input_u8(input) % MOST };
	u8 how = input_u8(input);
	u32 i;

	for (i = 0; i < pkt.nr_pieces; i++) {
		piece[i].gref = input_u32(input);
		piece[i].id = input_u16(input) % SLOTS;
		piece[i].offset = input_u16(input) % PAGE;
		piece[i].len = 1 + input_u16(input) % (PAGE - piece[i].offset);
		EXPECT_EQ(xnf_nr_pieces(piece[i].offset, piece[i].len), 1);
		EXPECT_EQ(xnf_piece_len(piece[i].offset, piece[i].len), piece[i].len);
		pkt.len += piece[i].len;
	}
	pkt.first_len = piece[0].len;
	if (how & 1) {
		pkt.gso_type = 1 + (how >> 1 & 1);
		pkt.gso_size = input_u16(input);
	}
	if (!pkt.gso_size)
		pkt.gso_type = 0;
	pkt.flags = xnf_packet_flags(how & 4, how & 8, pkt.gso_size);
	return pkt;
}

static void answer(const union xnb_tx_slot *window, const struct xnb_tx_packet *got,
		   const struct xnf_packet *pkt)
{
	struct xnet_tx_response rsp;
	u32 i, data = 0;

	for (i = 0; i < got->nr_slots; i++) {
		rsp = xnb_tx_response(window, got, i, 0);
		xnb_tx_answer(xsplit_ring_slot(&back, back.prod++), rsp.id, rsp.status);
	}
	xsplit_back_push(&back);
	for (i = 0; i < got->nr_slots; i++) {
		xsplit_ring_take(&front, front.cons++, &rsp, sizeof(rsp));
		if (i == 1 && pkt->gso_size) {
			EXPECT_EQ(xnf_response_judge(&rsp, SLOTS), XNF_RESPONSE_EXTRA);
			continue;
		}
		EXPECT_EQ(xnf_response_judge(&rsp, SLOTS), XNF_RESPONSE_SENT);
		EXPECT_EQ(rsp.id, piece[data++].id);
	}
	EXPECT_EQ(data, pkt->nr_pieces);
}

static void send(const struct xnf_packet *pkt)
{
	u32 at = front.prod, i;

	xnf_encode_first(&front, pkt, &piece[0]);
	for (i = 1; i < pkt->nr_pieces; i++)
		xnf_encode_next(&front, &piece[i], i + 1 == pkt->nr_pieces);
	EXPECT_EQ(front.prod - at, xnf_packet_slots(pkt));
	EXPECT(xnf_packet_slots(pkt) <= XNF_REQUEST_SLOTS);
	xsplit_front_push(&front);
}

static void check_packet(const struct xnf_packet *pkt)
{
	union xnb_tx_slot *window = exact(SLOTS * sizeof(*window));
	struct xnb_tx_piece *got_piece = exact(18 * sizeof(*got_piece));
	struct xnb_tx_packet got;
	u32 nr, i;

	EXPECT_EQ(xsplit_back_visible(&back, &nr), 0);
	for (i = 0; i < nr; i++)
		xsplit_ring_take(&back, back.cons + i, &window[(back.cons + i) % SLOTS], SLOT);
	EXPECT_EQ(xnb_tx_judge(window, back.cons, nr, XNB_TX_EXTRAS, &got, got_piece),
		  XNB_TX_FRAME);
	EXPECT_EQ(got.nr_slots, nr);
	EXPECT_EQ(got.len, pkt->len);
	EXPECT_EQ(got.gso_size, pkt->gso_size);
	EXPECT_EQ(got.gso_type, pkt->gso_type);
	EXPECT_EQ(got.nr_pieces, pkt->nr_pieces);
	for (i = 0; i < got.nr_pieces; i++) {
		EXPECT_EQ(got_piece[i].ref, piece[i].gref);
		EXPECT_EQ(got_piece[i].offset, piece[i].offset);
		EXPECT_EQ(got_piece[i].len, piece[i].len);
	}
	back.cons += nr;
	answer(window, &got, pkt);
	free(window);
	free(got_piece);
}

/* What the rules of the protocol say of it, in the order in which we ask. */
static enum xnf_send expected(const struct xnf_packet *pkt, const struct xnf_features *peer)
{
	enum xnf_send big = pkt->gso_size ? XNF_SEND_SEGMENTS : XNF_SEND_NEVER;

	if (pkt->len < 14)
		return XNF_SEND_NEVER;
	if (pkt->len > 65535)
		return big;
	if (pkt->gso_size && !(peer->gso >> pkt->gso_type & 1))
		return XNF_SEND_SEGMENTS;
	if (pkt->nr_pieces > 1 && !peer->sg)
		return pkt->len <= PAGE ? XNF_SEND_DENSE : big;
	return pkt->nr_pieces > 18 || pkt->first_len < 14 ? XNF_SEND_DENSE : XNF_SEND_NOW;
}

void fuzz(struct input *input)
{
	struct xnf_features peer = { .gso = input_u8(input) & 6, .sg = input_u8(input) & 1 };
	u8 *page = exact(RING_BYTES);
	struct xnf_packet pkt;

	memset(page, 0, RING_BYTES);
	xsplit_front_init(&front, page, RING_BYTES, SLOT);
	EXPECT_EQ(xsplit_back_attach(&back, page, RING_BYTES, SLOT), 0);
	while (input->left) {
		pkt = make_packet(input);
		EXPECT_EQ(xnf_packet_judge(&pkt, &peer), expected(&pkt, &peer));
		if (xnf_packet_judge(&pkt, &peer) != XNF_SEND_NOW)
			continue;
		send(&pkt);
		check_packet(&pkt);
	}
	free(page);
}
