// SPDX-License-Identifier: GPL-2.0
/*
 * Frames at random, most of them nearly right, for whatever domain 0 has behind the
 * interface: bridges, filters, tunnels, sockets, other interfaces. Nobody answers them
 * reliably; that the interface works in the end, and what domain 0 logs, is the judgement.
 */
#include <string.h>

#include "bytes.h"
#include "clock.h"
#include "random.h"
#include "report.h"
#include "shape.h"

/* Each has pages of its own, two for what is usual. */
#define FRAMES_AT_ONCE 8
#define PAGES_OF_FRAME (TX_PAGES / FRAMES_AT_ONCE)
#define MOST_SLOTS 19
/* So many bytes hold the headers. */
#define HEADERS 200

static uint32_t one_of(const uint16_t *choice, unsigned int nr)
{
	return choice[random_below(nr)];
}

/* --- headers that are nearly right ----------------------------------------- */

static void other_byte(struct frame *frame)
{
	frame->bytes[random_below(frame->data)] = random_below(256);
}

static void other_type(struct frame *frame)
{
	static const uint16_t type[] = {
		TYPE_IPV4, TYPE_IPV6, TYPE_VLAN, TYPE_STAG, 0x0806, 0x8847, 0x8864, 0x88cc, 0x8906,
		0x88f7, 0x22f0, 0x0600, 0x05ff, 4, 0,
	};

	put16(frame->bytes + frame->l3 - 2, one_of(type, ARRAY_SIZE(type)));
}

static void other_protocol(struct frame *frame)
{
	static const uint16_t protocol[] = {
		0, 1, 2, 4, 6, 17, 33, 41, 43, 44, 47, 50, 51, 58, 59, 60, 89, 94, 103, 108, 115,
		132, 135, 136, 137, 255,
	};
	bool six = frame->bytes[frame->l3] >> 4 == 6;

	frame->bytes[frame->l3 + (six ? 6 : 9)] = one_of(protocol, ARRAY_SIZE(protocol));
}

static uint16_t odd_length(const struct frame *frame)
{
	static const uint16_t length[] = { 0, 1, 7, 8, 20, 39, 40, 1280, 1500, 0x7fff, 0xffff };

	return random_below(2) ? one_of(length, ARRAY_SIZE(length)) :
				 frame->len - frame->l3 + random_below(33) - 16;
}

static void other_length(struct frame *frame)
{
	bool six = frame->bytes[frame->l3] >> 4 == 6;

	put16(frame->bytes + frame->l3 + (six ? 4 : 2), odd_length(frame));
}

static void other_fragment(struct frame *frame)
{
	uint16_t offset = random_below(random_below(2) ? 4 : 0x2000);

	put16(frame->bytes + frame->l3 + 6, random_below(4) << 13 | offset);
	put16(frame->bytes + frame->l3 + 4, random_below(3));
}

/* Options of TCP, the length of UDP. */
static void other_transport(struct frame *frame)
{
	uint8_t *l4 = frame->bytes + frame->l4;

	if (random_below(2)) {
		put16(l4 + 4, odd_length(frame));
		return;
	}
	l4[12] = random_below(16) << 4;
	l4[13] = random_below(256);
}

/* Ports behind which somebody parses the payload: VXLAN, GENEVE, GTP, DNS, IPsec, SIP, FTP. */
static void other_port(struct frame *frame)
{
	static const uint16_t port[] = { 4789, 6081, 2152, 53, 4500, 500, 5060, 21, 69, 9 };

	put16(frame->bytes + frame->l4 + 2, one_of(port, ARRAY_SIZE(port)));
}

static void other_address(struct frame *frame)
{
	static const uint8_t address[][6] = {
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, { 1, 0, 0x5e, 0, 0, 1 },
		{ 0x33, 0x33, 0, 0, 0, 1 }, { 1, 0x80, 0xc2, 0, 0, 0 }, { 0 },
		{ 2, 0, 0, 0, 0, 0x77 },
	};

	memcpy(frame->bytes, address[random_below(ARRAY_SIZE(address))], 6);
}

static void other_end(struct frame *frame)
{
	size_t least = random_below(3) ? 60 : ETH_BYTES;

	frame->len = least + random_below(frame->len > least ? frame->len - least + 1 : 1);
}

static void alter(struct frame *frame)
{
	static void (*const change[])(struct frame *frame) = {
		other_byte, other_byte, other_type, other_protocol, other_length, other_fragment,
		other_transport, other_port, other_address, other_end,
	};
	uint8_t *ip = frame->bytes + frame->l3;
	unsigned int i, nr = random_below(4);

	for (i = 0; i < nr; i++)
		change[random_below(ARRAY_SIZE(change))](frame);
	/* Otherwise nobody looks beyond this checksum. */
	if (ip[0] >> 4 == 4 && random_below(8)) {
		size_t bytes = (ip[0] & 15) * 4;

		put16(ip + 10, 0);
		put16(ip + 10, ~sum16(ip, bytes < 20 ? 20 : bytes, 0));
	}
}

static void make(struct vif *vif, struct frame *frame)
{
	const struct shape shape = {
		.tags = random_below(4) ? 0 : 1 + random_below(2),
		.six = random_below(3) == 0,
		.more = random_below(3) ? 0 : random_below(3),
		.proto = random_below(3) ? PROTO_TCP : PROTO_UDP,
		.port = random_below(0x10000),
	};
	size_t most = random_below(2) ? 1400 : (PAGES_OF_FRAME - 1) * PAGE - 256;

	shape_frame(vif, frame, &shape, random_below(most), random_below(0x10000));
	alter(frame);
}

/* --- slots ----------------------------------------------------------------- */

/* What the protocol knows, with any number in it. */
static void put_extra(struct script *script, bool six)
{
	static const uint16_t size[] = { 0, 1, 8, 48, 88, 536, 1448, 9000, 0xffff };
	uint16_t mss = one_of(size, ARRAY_SIZE(size));
	struct extra extra = { GSO, 0, { mss & 0xff, mss >> 8, six ? GSO_TCPV6 : GSO_TCPV4 } };

	if (!random_below(6))
		extra.bytes[2] = random_below(4);
	if (!random_below(12))
		extra.type = HASH;
	script_extra(script, &extra);
}

/* Headers come in slots of @cut bytes or whole, what is behind them in slots of a page. */
static void put(struct vif *vif, struct script *script, const struct frame *frame,
		const struct lent *page)
{
	size_t at, in = 0, size, slots = 0, cut = random_below(2) ? PAGE : 1 + random_below(200);
	static const uint8_t check[] = { 0, VALID, BLANK | VALID, BLANK | VALID };
	unsigned int extra = random_below(3) ? 0 : EXTRA;
	unsigned int flags = check[random_below(ARRAY_SIZE(check))] | extra;

	for (at = 0; at < frame->len; at += size, in += size) {
		size = frame->len - at;
		if (++slots < MOST_SLOTS && size > cut && at < HEADERS)
			size = cut;
		if (size > PAGE - in) {
			page++, in = 0;
			size = size < PAGE ? size : PAGE;
		}
		memcpy(page->addr + in, frame->bytes + at, size);
		script_data(vif, script, page, in, at ? size : frame->len,
			    (at + size < frame->len ? MORE : 0) | (at ? 0 : flags));
		if (!at && extra)
			put_extra(script, frame->bytes[frame->l3] >> 4 == 6);
	}
}

static const char *send_some(struct vif *vif)
{
	unsigned int i, nr = 1 + random_below(FRAMES_AT_ONCE);
	struct vif_queue *queue = &vif->queue[0];
	struct script script = { };
	static struct frame frame;

	for (i = 0; i < nr; i++) {
		make(vif, &frame);
		put(vif, &script, &frame, &vif->tx_page[i * PAGES_OF_FRAME]);
	}
	script_expect(&script, 0, TX_EITHER);
	vif_push(queue, &script);
	return vif_check_responses(vif, queue, &script);
}

/* Frames that come in are taken, so that answers do not wait for room. */
static void receive_all(struct vif *vif)
{
	static uint8_t frame[FRAME_MAX];

	while (vif_receive(vif, frame, 0))
		;
}

static const char *run_wild(struct vif *vif, unsigned int seconds)
{
	uint64_t end = clock_ms() + seconds * 1000ull;
	const char *why = NULL;
	unsigned int before = vif->taken, rounds;

	for (rounds = 0; clock_ms() < end && !why; rounds++) {
		why = send_some(vif);
		receive_all(vif);
	}
	if (!why && vif->taken - before < rounds)
		why = reason("only %u slots are accepted in %u rounds", vif->taken - before, rounds);
	return why;
}

void vif_wild(struct vif *vif, unsigned int seconds, unsigned int seed)
{
	const struct vif_setup setup = { };

	random_seed(seed);
	vif_connect(vif, &setup);
	report_context(", %u s, seed %u", seconds, seed);
	report_case("frames at random", run_wild(vif, seconds));
	report_case("ping after them", vif_ping(vif, &vif->queue[0]));
	vif_close(vif);
}
