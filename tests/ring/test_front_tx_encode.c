// SPDX-License-Identifier: GPL-2.0
/* Packets on their way out: what goes how, and every byte of it. */
#include <string.h>

#include "front_wire.h"
#include "netfront/tx_encode.h"
#include "suites.h"

enum { TX_SLOT = 12, TX_HEADER = RING_HEADER };

static u8 *page, want[NET_PAGE];
static struct xsplit_ring ring;
static struct xnf_features peer;

/* The next slot is number @prod modulo 256. */
static void start(u32 prod)
{
	memset(page + TX_HEADER, 0xa5, NET_PAGE - TX_HEADER);
	memcpy(want, page, NET_PAGE);
	ring.cons = prod;
	ring.prod = prod;
	ring.pushed = prod;
}

static void prepare(void)
{
	page = test_pages(NET_PAGE);
	xsplit_front_init(&ring, page, NET_PAGE, TX_SLOT);
	peer = (struct xnf_features){ .sg = true, .gso = 1 << GSO_V4 | 1 << GSO_V6 };
	start(0);
}

/* --- pieces -------------------------------------------------------------------- */

/* One byte after the other. */
static void count_pieces(u32 offset, u32 len, u32 *first, u32 *nr)
{
	u32 i;

	*first = 0;
	*nr = 0;
	for (i = 0; i < len; i++) {
		if (!i || (offset + i) % 4096 == 0)
			++*nr;
		if (*nr == 1)
			++*first;
	}
}

static void pieces_of_a_stretch(void)
{
	static const u32 offsets[] = {
		0, 1, 2, 13, 2048, 4081, 4082, 4083, 4095, 4096, 4097, 8191, 8192, 65535,
	};
	static const u32 lens[] = {
		0, 1, 2, 13, 14, 15, 4095, 4096, 4097, 8191, 8192, 8193, 65535, 65536,
	};
	u32 o, l, first, nr;

	for (o = 0; o < ARRAY_SIZE(offsets); o++)
		for (l = 0; l < ARRAY_SIZE(lens); l++) {
			count_pieces(offsets[o], lens[l], &first, &nr);
			test_context("%u bytes at %u", lens[l], offsets[o]);
			EXPECT_EQ(xnf_piece_len(offsets[o], lens[l]), first);
			EXPECT_EQ(xnf_nr_pieces(offsets[o], lens[l]), nr);
		}
	EXPECT_EQ(xnf_nr_pieces(0, 0), 0);
}

/* Piece by piece to the end: all of it, and none crosses a page. */
static void stretches_are_split(void)
{
	u32 i, at, left, len, nr;

	for (i = 0; i < 20000; i++) {
		at = test_random_below(3 * 4096);
		left = test_random_below(65536);
		test_context("%u bytes at %u", left, at);
		nr = xnf_nr_pieces(at, left);
		for (; left; left -= len, at += len, nr--) {
			len = xnf_piece_len(at, left);
			EXPECT(at % 4096 + len <= 4096);
			if (!EXPECT(len >= 1 && len <= left))
				break;
		}
		EXPECT_EQ(nr, 0);
	}
}

/* --- what goes how ----------------------------------------------------------------- */

static enum xnf_send judge(u32 len, u32 first, u32 pieces, u16 gso_size, u8 gso_type)
{
	const struct xnf_packet pkt = {
		.len = len, .first_len = first, .nr_pieces = pieces,
		.gso_size = gso_size, .gso_type = gso_type,
	};

	test_context("%u bytes, first %u, %u pieces, gso %u type %u", len, first, pieces,
		     gso_size, gso_type);
	return xnf_packet_judge(&pkt, &peer);
}

static void one_piece(void)
{
	u32 len, sg;

	for (sg = 0; sg < 2; sg++) {
		peer.sg = sg;
		for (len = 0; len <= 4096; len++)
			EXPECT_EQ(judge(len, len, 1, 0, 0),
				  len < 14 ? XNF_SEND_NEVER : XNF_SEND_NOW);
	}
}

static void pieces_at_their_border(void)
{
	u32 nr;

	for (nr = 2; nr <= 21; nr++) {
		EXPECT_EQ(judge(2000, 100, nr, 0, 0), nr <= 18 ? XNF_SEND_NOW : XNF_SEND_DENSE);
		EXPECT_EQ(judge(65535, 100, nr, 0, 0), nr <= 18 ? XNF_SEND_NOW : XNF_SEND_DENSE);
		/* The extra is not one of the 18. */
		EXPECT_EQ(judge(65535, 100, nr, 1448, GSO_V4),
			  nr <= 18 ? XNF_SEND_NOW : XNF_SEND_DENSE);
	}
	EXPECT_EQ(judge(60000, 100, 65535, 0, 0), XNF_SEND_DENSE);
}

static void length_at_its_border(void)
{
	EXPECT_EQ(judge(13, 7, 2, 0, 0), XNF_SEND_NEVER);
	EXPECT_EQ(judge(13, 13, 1, 1448, GSO_V4), XNF_SEND_NEVER);
	EXPECT_EQ(judge(14, 7, 2, 0, 0), XNF_SEND_DENSE);
	EXPECT_EQ(judge(15, 14, 2, 0, 0), XNF_SEND_NOW);
	EXPECT_EQ(judge(65535, 4096, 16, 0, 0), XNF_SEND_NOW);
	EXPECT_EQ(judge(65536, 4096, 16, 0, 0), XNF_SEND_NEVER);
	EXPECT_EQ(judge(65536, 4096, 16, 1448, GSO_V4), XNF_SEND_SEGMENTS);
	EXPECT_EQ(judge(65536, 4096, 19, 1448, GSO_V4), XNF_SEND_SEGMENTS);
	EXPECT_EQ(judge(0xffffffff, 4096, 19, 0, 0), XNF_SEND_NEVER);
}

/* Backends drop packets whose first slot has no whole Ethernet header. */
static void first_piece_at_its_border(void)
{
	u32 first;

	for (first = 1; first < 20; first++) {
		EXPECT_EQ(judge(1514, first, 2, 0, 0), first < 14 ? XNF_SEND_DENSE : XNF_SEND_NOW);
		EXPECT_EQ(judge(30000, first, 9, 1448, GSO_V6),
			  first < 14 ? XNF_SEND_DENSE : XNF_SEND_NOW);
	}
}

static void without_scatter_gather(void)
{
	peer.sg = false;
	peer.gso = 0;
	EXPECT_EQ(judge(1514, 1000, 2, 0, 0), XNF_SEND_DENSE);
	EXPECT_EQ(judge(4096, 1000, 2, 0, 0), XNF_SEND_DENSE);
	EXPECT_EQ(judge(4097, 1000, 2, 0, 0), XNF_SEND_NEVER);
	EXPECT_EQ(judge(1514, 80, 19, 0, 0), XNF_SEND_DENSE);
	EXPECT_EQ(judge(13, 10, 2, 0, 0), XNF_SEND_NEVER);
	EXPECT_EQ(judge(4000, 4000, 1, 1448, GSO_V4), XNF_SEND_SEGMENTS);
	EXPECT_EQ(judge(64000, 4000, 17, 1448, GSO_V4), XNF_SEND_SEGMENTS);
	/* One slot needs no scatter-gather, if such a backend exists. */
	peer.gso = 1 << GSO_V4;
	EXPECT_EQ(judge(4000, 4000, 1, 1448, GSO_V4), XNF_SEND_NOW);
}

static void gso_the_backend_takes(void)
{
	u32 offered, type;

	for (offered = 0; offered < 8; offered += 2)
		for (type = 0; type <= 2; type++) {
			peer.gso = offered;
			EXPECT_EQ(judge(64000, 4000, 17, 1448, type),
				  type && offered & 1 << type ? XNF_SEND_NOW : XNF_SEND_SEGMENTS);
			EXPECT_EQ(judge(4000, 4000, 1, 1448, type),
				  type && offered & 1 << type ? XNF_SEND_NOW : XNF_SEND_SEGMENTS);
		}
}

/* What was copied densely need not be looked at again. */
static void dense_packets_can_go(void)
{
	u32 len;

	for (len = 14; len <= 65535; len++) {
		EXPECT_EQ(judge(len, min_t(u32, len, 4096), (len + 4095) / 4096, 0, 0),
			  XNF_SEND_NOW);
		EXPECT_EQ(judge(len, min_t(u32, len, 4096), (len + 4095) / 4096, 1448, GSO_V4),
			  XNF_SEND_NOW);
	}
}

static void checksum_flags(void)
{
	EXPECT_EQ(xnf_packet_flags(false, false, false), 0);
	EXPECT_EQ(xnf_packet_flags(false, true, false), TXF_VALID);
	EXPECT_EQ(xnf_packet_flags(true, false, false), TXF_BLANK | TXF_VALID);
	EXPECT_EQ(xnf_packet_flags(true, true, false), TXF_BLANK | TXF_VALID);
	/* Windows insists on both for GSO. */
	EXPECT_EQ(xnf_packet_flags(false, false, true), TXF_BLANK | TXF_VALID);
	EXPECT_EQ(xnf_packet_flags(false, true, true), TXF_BLANK | TXF_VALID);
	EXPECT_EQ(xnf_packet_flags(true, false, true), TXF_BLANK | TXF_VALID);
}

/* --- every byte of it ----------------------------------------------------------------- */

static void want_slot(u32 index, u32 gref, u16 offset, u16 flags, u16 id, u16 size)
{
	u8 *slot = want + TX_HEADER + TX_SLOT * (index % NET_SLOTS);

	put32(slot, 0, gref);
	put16(slot, 4, offset);
	put16(slot, 6, flags);
	put16(slot, 8, id);
	put16(slot, 10, size);
}

static void want_gso(u32 index, u16 size, u8 type)
{
	u8 *slot = want + TX_HEADER + TX_SLOT * (index % NET_SLOTS);

	memset(slot, 0, TX_SLOT);
	put8(slot, 0, EXTRA_GSO);
	put16(slot, 2, size);
	put8(slot, 4, type);
}

static void expect_ring(void)
{
	u32 i;

	for (i = 0; i < NET_PAGE; i++) {
		test_context("byte %u", i);
		EXPECT_EQ(page[i], want[i]);
	}
}

static const struct xnf_piece piece = {
	.gref = 0x89abcdef, .offset = 0x0123, .len = 0x0456, .id = 0xfedc,
};

static struct xnf_piece nth_piece(u32 n)
{
	return (struct xnf_piece){
		.gref = 0x10000 + n, .offset = 16 * n, .len = 200 + n, .id = 300 - n,
	};
}

static void put_packet(struct xnf_packet *pkt)
{
	struct xnf_piece next = nth_piece(0);
	u32 i;

	pkt->first_len = next.len;
	xnf_encode_first(&ring, pkt, &next);
	for (i = 1; i < pkt->nr_pieces; i++) {
		next = nth_piece(i);
		xnf_encode_next(&ring, &next, i + 1 == pkt->nr_pieces);
	}
}

static void numbers(void)
{
	EXPECT_EQ(ring.size, 256);
	EXPECT_EQ(sizeof(struct xnet_tx_request), 12);
	EXPECT_EQ(sizeof(struct xnet_tx_response), 4);
	EXPECT_EQ(XNF_REQUEST_SLOTS, 19);
	EXPECT(sizeof(struct xnf_packet) <= 16);
}

static void one_slot(void)
{
	struct xnf_packet pkt = { .len = 0x0456, .first_len = 0x0456, .nr_pieces = 1 };

	EXPECT_EQ(xnf_packet_slots(&pkt), 1);
	xnf_encode_first(&ring, &pkt, &piece);
	want_slot(0, 0x89abcdef, 0x0123, 0, 0xfedc, 0x0456);
	expect_ring();
	EXPECT_EQ(ring.prod, 1);
}

static void one_slot_with_flags(void)
{
	struct xnf_packet pkt = { .len = 0x0456, .nr_pieces = 1 };

	pkt.flags = xnf_packet_flags(true, false, false);
	xnf_encode_first(&ring, &pkt, &piece);
	want_slot(0, 0x89abcdef, 0x0123, 3, 0xfedc, 0x0456);
	pkt.flags = xnf_packet_flags(false, true, false);
	xnf_encode_first(&ring, &pkt, &piece);
	want_slot(1, 0x89abcdef, 0x0123, 2, 0xfedc, 0x0456);
	expect_ring();
}

static void up_to_18_slots(void)
{
	struct xnf_packet pkt;
	u32 nr, i;

	for (nr = 1; nr <= 18; nr++) {
		start(5);
		pkt = (struct xnf_packet){ .len = 60000 + nr, .nr_pieces = nr };
		EXPECT_EQ(xnf_packet_slots(&pkt), nr);
		put_packet(&pkt);
		/* The first says how long the packet is, the others how long they are. */
		want_slot(5, 0x10000, 0, nr > 1 ? TXF_MORE : 0, 300, 60000 + nr);
		for (i = 1; i < nr; i++)
			want_slot(5 + i, 0x10000 + i, 16 * i, i + 1 < nr ? TXF_MORE : 0, 300 - i,
				  200 + i);
		expect_ring();
		EXPECT_EQ(ring.prod, 5 + nr);
	}
}

static void gso_comes_second(void)
{
	struct xnf_packet pkt;
	u32 nr, i;

	for (nr = 1; nr <= 18; nr++) {
		start(100);
		pkt = (struct xnf_packet){
			.len = 65000, .nr_pieces = nr, .gso_size = 0x1234, .gso_type = GSO_V6,
			.flags = xnf_packet_flags(true, false, true),
		};
		EXPECT_EQ(xnf_packet_slots(&pkt), nr + 1);
		put_packet(&pkt);
		want_slot(100, 0x10000, 0,
			  TXF_BLANK | TXF_VALID | TXF_EXTRA | (nr > 1 ? TXF_MORE : 0), 300, 65000);
		want_gso(101, 0x1234, 2);
		for (i = 1; i < nr; i++)
			want_slot(101 + i, 0x10000 + i, 16 * i, i + 1 < nr ? TXF_MORE : 0, 300 - i,
				  200 + i);
		expect_ring();
		EXPECT_EQ(ring.prod, 101 + nr);
	}
}

static void round_the_ring(void)
{
	struct xnf_packet pkt = {
		.len = 65535, .nr_pieces = 4, .gso_size = 1448, .gso_type = GSO_V4, .flags = 3,
	};
	u32 i;

	start(0xfffffffe);
	put_packet(&pkt);
	want_slot(254, 0x10000, 0, 15, 300, 65535);
	want_gso(255, 1448, 1);
	for (i = 1; i < 4; i++)
		want_slot(255 + i, 0x10000 + i, 16 * i, i < 3 ? 4 : 0, 300 - i, 200 + i);
	expect_ring();
	EXPECT_EQ(ring.prod, 3);
}

/* The ring is written only, each byte of a data slot once, and nothing shown. */
static void ring_is_only_written(void)
{
	struct xnf_packet pkt = {
		.len = 9000, .nr_pieces = 3, .gso_size = 1448, .gso_type = GSO_V4, .flags = 3,
	};
	u32 i, reads = 0, header = 0;

	test_watch(page, NET_PAGE);
	put_packet(&pkt);
	for (i = 0; i < NET_PAGE; i++) {
		reads += test_reads(page + i);
		if (i < TX_HEADER)
			header += test_writes(page + i);
		if (i >= TX_HEADER && i < TX_HEADER + TX_SLOT)
			EXPECT(test_writes(page + i) <= 1);
	}
	EXPECT(test_writes(page + TX_HEADER) == 1);
	test_unwatch();
	EXPECT_EQ(reads, 0);
	EXPECT_EQ(header, 0);
	EXPECT_EQ(ring.pushed, 0);
}

/* --- answers ------------------------------------------------------------------------------ */

static enum xnf_response answer(u16 id, s16 status)
{
	struct xnet_tx_response rsp;
	u8 slot[4];

	put16(slot, 0, id);
	put16(slot, 2, status);
	memcpy(&rsp, slot, sizeof(rsp));
	return xnf_response_judge(&rsp, 256);
}

static void every_status(void)
{
	int status;

	for (status = -32768; status <= 32767; status++) {
		test_context("status %d", status);
		EXPECT_EQ(answer(0, status), status == 0 ? XNF_RESPONSE_SENT :
			  status == 1 ? XNF_RESPONSE_EXTRA : XNF_RESPONSE_REFUSED);
		EXPECT_EQ(answer(256, status),
			  status == 1 ? XNF_RESPONSE_EXTRA : XNF_RESPONSE_BROKEN);
	}
}

static void every_id(void)
{
	u32 id;

	for (id = 0; id < 65536; id++) {
		test_context("id %u", id);
		EXPECT_EQ(answer(id, 0), id < 256 ? XNF_RESPONSE_SENT : XNF_RESPONSE_BROKEN);
		EXPECT_EQ(answer(id, -1), id < 256 ? XNF_RESPONSE_REFUSED : XNF_RESPONSE_BROKEN);
		EXPECT_EQ(answer(id, -2), id < 256 ? XNF_RESPONSE_REFUSED : XNF_RESPONSE_BROKEN);
		/* An extra's has whatever was in the slot before. */
		EXPECT_EQ(answer(id, 1), XNF_RESPONSE_EXTRA);
	}
}

static const struct test_case cases[] = {
	CASE(numbers),
	CASE(pieces_of_a_stretch),
	CASE(stretches_are_split),
	CASE(one_piece),
	CASE(pieces_at_their_border),
	CASE(length_at_its_border),
	CASE(first_piece_at_its_border),
	CASE(without_scatter_gather),
	CASE(gso_the_backend_takes),
	CASE(dense_packets_can_go),
	CASE(checksum_flags),
	CASE(one_slot),
	CASE(one_slot_with_flags),
	CASE(up_to_18_slots),
	CASE(gso_comes_second),
	CASE(round_the_ring),
	CASE(ring_is_only_written),
	CASE(every_status),
	CASE(every_id),
};

TEST_SUITE(front_tx_encode_suite, "packets of our frontend", cases, prepare);
