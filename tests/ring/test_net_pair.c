// SPDX-License-Identifier: GPL-2.0
/*
 * The network's two ends against each other: what our frontend writes our
 * backend reads, and the other way round.
 */
#include <stdlib.h>
#include <string.h>

#include "netback/ctrl_judge.h"
#include "netback/hash.h"
#include "netback/rx_answer.h"
#include "netback/rx_layout.h"
#include "netback/tx_answer.h"
#include "netfront/rx_parse.h"
#include "netfront/tx_encode.h"
#include "netfront/rss.h"
#include "suites.h"

#define ROUNDS 20000

enum { PAGE_BYTES = 4096, SLOTS = 256, MOST_SLOTS = 18, MOST_BYTES = 65535 };

static u8 *shared;
static struct xsplit_ring front, back;

static void use_ring(u32 slot_bytes)
{
	if (!shared)
		shared = test_pages(PAGE_BYTES);
	memset(shared, 0, PAGE_BYTES);
	xsplit_front_init(&front, shared, PAGE_BYTES, slot_bytes);
	EXPECT_EQ(xsplit_back_attach(&back, shared, PAGE_BYTES, slot_bytes), 0);
}

/* --- packets out -------------------------------------------------------------- */

static struct xnf_piece pieces[MOST_SLOTS];

static struct xnf_packet random_packet(void)
{
	struct xnf_packet pkt = { .nr_pieces = 1 + test_random_below(MOST_SLOTS) };
	bool gso = test_random_below(2);
	u32 i;

	for (i = 0; i < pkt.nr_pieces; i++) {
		pieces[i].gref = test_random();
		pieces[i].id = test_random_below(SLOTS);
		pieces[i].len = (i ? 1 : 14) + test_random_below(3600);
		pieces[i].offset = test_random_below(PAGE_BYTES - pieces[i].len + 1);
		pkt.len += pieces[i].len;
	}
	pkt.first_len = pieces[0].len;
	if (gso) {
		pkt.gso_size = 1 + test_random_below(65535);
		pkt.gso_type = 1 + test_random_below(2);
	}
	pkt.flags = xnf_packet_flags(test_random_below(2), test_random_below(2), gso);
	return pkt;
}

static void write_packet(const struct xnf_packet *pkt)
{
	u32 i;

	xnf_encode_first(&front, pkt, &pieces[0]);
	for (i = 1; i < pkt->nr_pieces; i++)
		xnf_encode_next(&front, &pieces[i], i + 1 == pkt->nr_pieces);
	xsplit_front_push(&front);
}

static void expect_same(const struct xnf_packet *pkt, const struct xnb_tx_packet *got,
			const struct xnb_tx_piece *piece)
{
	u32 i;

	EXPECT_EQ(got->nr_slots, xnf_packet_slots(pkt));
	EXPECT_EQ(got->nr_extras, pkt->gso_size ? 1 : 0);
	EXPECT_EQ(got->len, pkt->len);
	EXPECT_EQ(got->gso_size, pkt->gso_size);
	EXPECT_EQ(got->gso_type, pkt->gso_type);
	EXPECT_EQ(got->csum_blank, pkt->flags & 1);
	EXPECT_EQ(got->nr_empty, 0);
	EXPECT_EQ(got->nr_pieces, pkt->nr_pieces);
	for (i = 0; i < pkt->nr_pieces; i++) {
		EXPECT_EQ(piece[i].ref, pieces[i].gref);
		EXPECT_EQ(piece[i].offset, pieces[i].offset);
		EXPECT_EQ(piece[i].len, pieces[i].len);
		EXPECT_EQ(piece[i].id, pieces[i].id);
	}
}

/* One answer a slot, and the frontend knows which is whose. */
static void answer_packet(const union xnb_tx_slot *window, const struct xnb_tx_packet *got,
			  const struct xnf_packet *pkt)
{
	struct xnet_tx_response rsp;
	enum xnf_response answer;
	u32 i, data = 0;

	for (i = 0; i < got->nr_slots; i++) {
		rsp = xnb_tx_response(window, got, i, 0);
		xnb_tx_answer(xsplit_ring_slot(&back, back.prod++), rsp.id, rsp.status);
	}
	xsplit_back_push(&back);
	for (i = 0; i < got->nr_slots; i++) {
		xsplit_ring_take(&front, front.cons++, &rsp, sizeof(rsp));
		answer = xnf_response_judge(&rsp, SLOTS);
		if (i == 1 && pkt->gso_size) {
			EXPECT_EQ(answer, XNF_RESPONSE_EXTRA);
			continue;
		}
		EXPECT_EQ(answer, XNF_RESPONSE_SENT);
		EXPECT_EQ(rsp.id, pieces[data++].id);
	}
}

static void packets(void)
{
	union xnb_tx_slot window[SLOTS];
	struct xnb_tx_piece piece[MOST_SLOTS];
	struct xnb_tx_packet got;
	struct xnf_packet pkt;
	u32 i, nr, round;

	use_ring(12);
	for (round = 0; round < ROUNDS; round++) {
		pkt = random_packet();
		test_context("packet %u of %u bytes in %u pieces", round, pkt.len, pkt.nr_pieces);
		write_packet(&pkt);
		EXPECT_EQ(xsplit_back_visible(&back, &nr), 0);
		for (i = 0; i < nr; i++)
			xsplit_ring_take(&back, back.cons + i, &window[(back.cons + i) % SLOTS], 12);
		if (!EXPECT_EQ(xnb_tx_judge(window, back.cons, nr, XNB_TX_EXTRAS, &got, piece),
			       XNB_TX_FRAME))
			return;
		expect_same(&pkt, &got, piece);
		back.cons += got.nr_slots;
		answer_packet(window, &got, &pkt);
	}
}

/* --- frames in ------------------------------------------------------------------ */

static u8 source[3 * 65536], *room;
static struct xnb_run runs[40];

/* A head and pieces of memory at any offset. Return: bytes in all. */
static u32 random_runs(u32 *nr, u32 *head)
{
	u32 left = 14 + test_random_below(test_random_below(2) ? 1500 : MOST_BYTES - 14);
	u32 len = left;

	*head = min_t(u32, len, 14 + test_random_below(120));
	runs[0] = (struct xnb_run){ test_random_below(PAGE_BYTES), *head };
	for (*nr = 1, left -= *head; left; ++*nr) {
		runs[*nr].offset = test_random_below(2) ? 0 : test_random_below(PAGE_BYTES);
		runs[*nr].len = *nr == 39 ? left : min_t(u32, left, 1 + test_random_below(32768));
		left -= runs[*nr].len;
	}
	return len;
}

static struct xnb_rx_meta random_meta(u32 len)
{
	struct xnb_rx_meta meta = {
		.csum_blank = test_random_below(2),
		.validated = test_random_below(2),
		.has_hash = test_random_below(2),
		.hash_type = test_random_below(4),
		.hash = test_random(),
		.headroom = test_random_below(3) ? 0 : 256,
	};

	if (len > 74 + 1448 && test_random_below(2)) {
		meta.gso_type = 1 + test_random_below(2);
		meta.gso_size = 1 + test_random_below(1448);
		meta.csum_blank = true;
	}
	return meta;
}

/* As the backend does it; a page of @room for each slot of the ring. */
static u32 write_frame(struct xnb_layout *layout, const struct xnb_rx_meta *meta)
{
	struct xnet_extra extra[XNB_RX_EXTRAS];
	u32 extras = xnb_rx_extras(meta, extra);
	struct xnb_copy copy;
	u32 i, at;

	while (xnb_layout_next(layout, &copy)) {
		at = (back.prod + xnb_rx_ring_slot(copy.slot, extras)) % SLOTS;
		EXPECT(copy.dst + copy.len <= PAGE_BYTES);
		memcpy(room + at * PAGE_BYTES + copy.dst, source + copy.src, copy.len);
	}
	for (i = 0; i < extras; i++)
		xnb_rx_answer_extra(xsplit_ring_slot(&back, back.prod + 1 + i), &extra[i]);
	for (i = 0; i < layout->nr_slots; i++) {
		at = back.prod + xnb_rx_ring_slot(i, extras);
		xnb_rx_answer(xsplit_ring_slot(&back, at), at % SLOTS, meta->headroom,
			      xnb_rx_flags(meta, i, layout->nr_slots), layout->len[i]);
	}
	back.prod += layout->nr_slots + extras;
	xsplit_back_push(&back);
	return layout->nr_slots + extras;
}

/* The bytes that came out are those that went in. */
static void expect_bytes(const struct xnf_frame *frame, u32 nr_runs)
{
	static u8 want[MOST_BYTES], got[MOST_BYTES];
	u32 i, at = 0;

	for (i = 0; i < nr_runs; at += runs[i++].len)
		memcpy(want + at, source + runs[i].offset, runs[i].len);
	EXPECT_EQ(frame->len, at);
	for (i = 0, at = 0; i < frame->nr_pieces; at += frame->piece[i++].len)
		memcpy(got + at, room + frame->piece[i].slot * PAGE_BYTES + frame->piece[i].offset,
		       frame->piece[i].len);
	EXPECT(!memcmp(want, got, at));
}

static void expect_meta(const struct xnf_frame *frame, const struct xnb_rx_meta *meta)
{
	EXPECT_EQ(frame->gso_size, meta->gso_size);
	EXPECT_EQ(frame->gso_type, meta->gso_type);
	EXPECT_EQ(frame->headroom, meta->headroom);
	EXPECT_EQ(frame->hash_type, meta->has_hash ? meta->hash_type : XNF_NO_HASH);
	if (meta->has_hash)
		EXPECT_EQ(frame->hash, meta->hash);
	EXPECT_EQ(frame->csum, meta->csum_blank ? XNF_CSUM_BLANK :
		  meta->validated ? XNF_CSUM_GOOD : XNF_CSUM_UNKNOWN);
}

/* Return: false if it has too many slots for the ring's rules. */
static bool one_frame(u32 round)
{
	struct xnf_frame_expect expect = { .gso = 6, .headroom = 256 };
	struct xnet_rx_response first;
	struct xnb_layout layout;
	struct xnb_rx_meta meta;
	struct xnf_frame frame;
	u32 len, head, nr_runs, used, visible;

	len = random_runs(&nr_runs, &head);
	meta = random_meta(len);
	test_context("frame %u of %u bytes", round, len);
	if (xnb_layout_start(&layout, runs, nr_runs, len, head, meta.headroom, MOST_SLOTS))
		return false;
	/* The guest has lent a page with every slot. */
	front.prod = front.pushed = back.prod + SLOTS;
	used = write_frame(&layout, &meta);
	EXPECT_EQ(xsplit_front_visible(&front, &visible), 0);
	EXPECT_EQ(visible, used);
	xsplit_ring_take(&front, front.cons, &first, sizeof(first));
	EXPECT_EQ(xnf_frame_parse(&front, &first, visible, &expect, &frame), XNF_FRAME_OK);
	EXPECT_EQ(frame.used, used);
	expect_bytes(&frame, nr_runs);
	expect_meta(&frame, &meta);
	front.cons += frame.used;
	return true;
}

static void frames(void)
{
	u32 i, sent = 0;

	for (i = 0; i < sizeof(source); i++)
		source[i] = test_random();
	room = malloc(SLOTS * PAGE_BYTES);
	use_ring(8);
	for (i = 0; i < 3000; i++)
		sent += one_frame(i);
	EXPECT(sent > 2900);
	free(room);
}

/* --- hashing --------------------------------------------------------------------- */

/* The backend's side of a message; @page is the guest's. */
static void serve(struct xnb_hash *hash, const struct xnet_ctrl_request *msg, const void *page,
		  u32 nr_queues, struct xnet_ctrl_response *rsp)
{
	u32 bytes[XNB_CTRL_BYTES / 4];
	struct xnb_ctrl_fetch fetch;

	xnb_ctrl_judge(hash, msg, rsp, &fetch);
	if (!fetch.len)
		return;
	EXPECT_EQ(fetch.ref, 77);
	EXPECT(fetch.len <= XNF_RSS_PAGE_BYTES);
	memcpy(bytes, page, fetch.len);
	xnb_ctrl_apply(hash, msg, bytes, nr_queues, rsp);
}

static int converse(struct xnb_hash *hash, const struct xnf_rss *want, u32 nr_queues)
{
	static struct xnf_rss_session talk;
	u32 page[XNF_RSS_PAGE_BYTES / 4];
	struct xnet_ctrl_response rsp;
	struct xnet_ctrl_request msg;

	xnf_rss_session_start(&talk, want, 77);
	while (xnf_rss_session_next(&talk, &msg, page)) {
		serve(hash, &msg, page, nr_queues, &rsp);
		if (!EXPECT_EQ(xnf_rss_session_response(&talk, &rsp), 0))
			break;
	}
	return xnf_rss_session_result(&talk);
}

static void hashing(void)
{
	static struct xnb_hash hash;
	struct xnf_rss want;
	u32 i, round, value;
	u8 key[40];

	for (round = 0; round < 500; round++) {
		for (i = 0; i < sizeof(key); i++)
			key[i] = test_random();
		xnf_rss_init(&want, key, 4);
		for (i = 0; i < 128; i++)
			want.table[i] = test_random_below(4);
		want.on = true;
		test_context("round %u", round);
		EXPECT_EQ(converse(&hash, &want, 4), 0);
		EXPECT_EQ(hash.algorithm, 1);
		EXPECT_EQ(hash.flags, 15);
		EXPECT(!memcmp(hash.key, key, 40));
		for (i = 0; i < 200; i++) {
			value = test_random();
			EXPECT_EQ(xnb_hash_queue(&hash, value, 4), want.table[value % 128]);
		}
	}
	want.on = false;
	EXPECT_EQ(converse(&hash, &want, 4), 0);
	EXPECT_EQ(hash.algorithm, 0);
}

/* A table for more queues than the backend has: refused, and all is off. */
static void hashing_refused(void)
{
	static struct xnb_hash hash;
	struct xnf_rss want;
	u8 key[40] = { 1 };

	xnf_rss_init(&want, key, 4);
	want.on = true;
	EXPECT_EQ(converse(&hash, &want, 4), 0);
	EXPECT_EQ(converse(&hash, &want, 3), -22);
	EXPECT_EQ(hash.algorithm, 0);
}

static const struct test_case cases[] = {
	CASE(packets),
	CASE(frames),
	CASE(hashing),
	CASE(hashing_refused),
};

TEST_SUITE(net_pair_suite, "the network's two ends", cases, NULL);
