// SPDX-License-Identifier: GPL-2.0
/*
 * Frames whose headers dom0's network stack relies on. They pass through dom0 to a host
 * behind it, which answers each that arrives with a good checksum: a TCP segment to a closed
 * port with a reset that acknowledges its bytes, a datagram with "port unreachable".
 */
#include <string.h>

#include "bytes.h"
#include "random.h"
#include "report.h"
#include "shape.h"

#define CLOSED_PORT 4
#define SEQ 100000u
/* An XDP program in dom0 returns frames for this port: "xdp ... echo". */
#define ECHO_PORT 7
/* A loop in dom0 sends datagrams to this port. */
#define DISCARD_PORT 9
/* Replies that a queue in dom0 may have to hold at a time. */
#define MOST_ANSWERS 700

/* --- what comes back ---------------------------------------------------- */

/* Skip the tags that the frame was sent with. Return: the offset of IP; 0: another frame. */
static size_t find_ip(const struct shape *shape, const uint8_t *frame, size_t len)
{
	size_t at = 12;

	/* The frame must hold as much as is read of any reply. */
	if (len < 14 + 4u * shape->tags + (shape->six ? 40 : 20) + 8)
		return 0;
	if (shape->tags == 2 && (get16(frame + at) != TYPE_STAG || get16(frame + at + 2) != 7))
		return 0;
	at += shape->tags == 2 ? 4 : 0;
	if (shape->tags &&
	    (get16(frame + at) != TYPE_VLAN || get16(frame + at + 2) != (shape->tags == 2 ? 8 : 9)))
		return 0;
	at += shape->tags ? 4 : 0;
	return get16(frame + at) == (shape->six ? TYPE_IPV6 : TYPE_IPV4) ? at + 2 : 0;
}

/* @end: the sequence number after the last byte that was sent */
static bool answers(const struct shape *shape, const uint8_t *frame, size_t len, uint32_t end)
{
	size_t l3 = find_ip(shape, frame, len), l4;
	uint8_t proto;

	if (!l3)
		return false;
	l4 = l3 + (shape->six ? 40 : (frame[l3] & 15) * 4);
	proto = frame[l3 + (shape->six ? 6 : 9)];
	if (shape->proto == PROTO_UDP)
		return shape->six ? proto == PROTO_ICMPV6 && frame[l4] == 1 && frame[l4 + 1] == 4 :
				    proto == PROTO_ICMP && frame[l4] == 3 && frame[l4 + 1] == 3;
	return proto == PROTO_TCP && len >= l4 + 20 && frame[l4 + 13] == 0x14 &&
		get32(frame + l4 + 8) == end;
}

static const char *wait_answer(struct vif *vif, const struct shape *shape, uint32_t end)
{
	static uint8_t frame[FRAME_MAX];
	unsigned int frames;
	size_t len;

	for (frames = 0; frames < MOST_ANSWERS + 100; frames++) {
		len = vif_receive(vif, frame, ANSWER_MS / 4);
		if (!len)
			return reason("no answer among %u frames", frames);
		if (answers(shape, frame, len, end))
			return vif->trouble;
	}
	return reason("no answer among %u frames", frames);
}

/* Discard frames that belong to earlier cases. */
static void settle(struct vif *vif)
{
	static uint8_t frame[FRAME_MAX];

	while (vif_receive(vif, frame, 5))
		;
}

/* --- sending ------------------------------------------------------------ */

static const char *send_script(struct vif *vif, struct script *script)
{
	vif_push(&vif->queue[0], script);
	return vif_check_responses(vif, &vif->queue[0], script);
}

static const char *run_frame(struct vif *vif, const struct shape *shape, size_t payload,
			     uint16_t mss, size_t first)
{
	static struct frame frame;
	struct script script = { };
	const char *why;

	settle(vif);
	shape_frame(vif, &frame, shape, payload, SEQ);
	shape_script(vif, &script, &frame, 0, first, mss, shape->six);
	why = send_script(vif, &script);
	return why ? why : wait_answer(vif, shape, SEQ + payload);
}

/* --- what is merged ----------------------------------------------------- */

static const struct shape tcp4 = { .proto = PROTO_TCP, .port = CLOSED_PORT };
static const struct shape tcp6 = { .six = true, .proto = PROTO_TCP, .port = CLOSED_PORT };

/* Consecutive segments of one connection, published together, a page for each. */
static const char *run_flow(struct vif *vif, const struct shape *shape, unsigned int nr,
			    const size_t *payload, const uint16_t *mss)
{
	static struct frame frame;
	struct script script = { };
	uint32_t seq = SEQ;
	const char *why;
	unsigned int i;

	settle(vif);
	for (i = 0; i < nr; i++) {
		shape_frame(vif, &frame, shape, payload[i], seq);
		shape_script(vif, &script, &frame, i, PAGE, mss[i], shape->six);
		seq += payload[i];
	}
	why = send_script(vif, &script);
	return why ? why : wait_answer(vif, shape, seq);
}

#define MOST_FRAMES 19

static const char *run_same(struct vif *vif, const struct shape *shape, size_t bytes, uint16_t size)
{
	uint16_t mss[MOST_FRAMES];
	size_t payload[MOST_FRAMES];
	unsigned int i;

	for (i = 0; i < MOST_FRAMES; i++) {
		payload[i] = bytes;
		mss[i] = size;
	}
	return run_flow(vif, shape, MOST_FRAMES, payload, mss);
}

/* Full segments come first, because only these are merged. */
static const char *run_random(struct vif *vif)
{
	unsigned int nr, i, round, size, segments;
	uint16_t mss[MOST_FRAMES];
	size_t payload[MOST_FRAMES];
	const char *why = NULL;

	for (round = 0; round < 25 && !why; round++) {
		size = 100 + random_below(1300);
		for (nr = 0, segments = 0; nr < MOST_FRAMES; nr++) {
			i = 1 + random_below(3400 / size);
			if (segments + i > MOST_ANSWERS / 4)
				break;
			segments += i;
			payload[nr] = size * i - (random_below(8) ? 0 : random_below(size / 2));
			mss[nr] = i > 1 ? size : 0;
		}
		why = run_flow(vif, random_below(2) ? &tcp6 : &tcp4, nr, payload, mss);
	}
	return why;
}

/* --- invalid headers ---------------------------------------------- */

static void no_words(struct frame *frame)
{
	frame->bytes[frame->l3] = 0x40;
}

static void four_words(struct frame *frame)
{
	frame->bytes[frame->l3] = 0x44;
}

static void fifteen_words(struct frame *frame)
{
	frame->bytes[frame->l3] = 0x4f;
}

static void no_tcp_words(struct frame *frame)
{
	frame->bytes[frame->l4 + 12] = 0;
}

static void many_tcp_words(struct frame *frame)
{
	frame->bytes[frame->l4 + 12] = 0xf0;
	frame->len = frame->l4 + 24;
}

static void fragment(struct frame *frame)
{
	put16(frame->bytes + frame->l3 + 6, 0x2000);
}

static void version_six(struct frame *frame)
{
	frame->bytes[frame->l3] = 0x60;
}

static void datagram(struct frame *frame)
{
	frame->bytes[frame->l3 + 9] = PROTO_UDP;
}

static void short_tcp(struct frame *frame)
{
	frame->len = frame->l4 + 18;
}

static const struct wrong {
	const char *name;
	void (*spoil)(struct frame *frame);
} wrongs[] = {
	{ "an IP header of 0 words", no_words },
	{ "an IP header of 4 words", four_words },
	{ "an IP header of 15 words", fifteen_words },
	{ "a TCP header of 0 words", no_tcp_words },
	{ "a TCP header of 15 words, 6 of them there", many_tcp_words },
	{ "a fragment", fragment },
	{ "IPv4 that says it is IPv6", version_six },
	{ "a datagram", datagram },
	{ "18 bytes of TCP", short_tcp },
};

/*
 * The frame may be dropped or forwarded unchanged: dom0 must survive, and serve the next
 * one.
 */
static const char *run_wrong(struct vif *vif, const struct wrong *wrong, uint16_t mss)
{
	static struct frame frame;
	struct script script = { };
	const char *why;
	size_t first;

	for (first = PAGE; first; first /= 16) {
		memset(&script, 0, sizeof(script));
		shape_frame(vif, &frame, &tcp4, 3000, SEQ);
		wrong->spoil(&frame);
		shape_script(vif, &script, &frame, 0, first, mss, false);
		script_expect(&script, 0, TX_EITHER);
		why = send_script(vif, &script);
		if (why)
			return why;
	}
	settle(vif);
	return vif_ping(vif, &vif->queue[0]);
}

static void run_wrongs(struct vif *vif)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrongs); i++) {
		report_context("%s", "in segments");
		report_case(wrongs[i].name, run_wrong(vif, &wrongs[i], 100));
		report_context("%s", "without a checksum");
		report_case(wrongs[i].name, run_wrong(vif, &wrongs[i], 0));
	}
	report_context("%s", "");
}

void vif_stack(struct vif *vif)
{
	const struct vif_setup setup = { .queues = 2, .split = true };

	vif_connect(vif, &setup);
	report_case("19 frames of one flow in segments of 100", run_same(vif, &tcp4, 3400, 100));
	report_case("19 frames of one flow in segments of 1000", run_same(vif, &tcp4, 3000, 1000));
	report_case("the same over IPv6", run_same(vif, &tcp6, 2880, 1440));
	report_case("flows of any segments", run_random(vif));
	report_case("60000 bytes in segments of 1", run_frame(vif, &tcp4, 60000, 1, PAGE));
	report_case("60000 bytes in segments of 40", run_frame(vif, &tcp4, 60000, 40, 300));
	report_case("1000 bytes in segments of 65535", run_frame(vif, &tcp4, 1000, 65535, PAGE));
	run_wrongs(vif);
	vif_close(vif);
}

/* --- every order of headers --------------------------------------------- */

static const struct order {
	const char *name;
	struct shape shape;
} orders[] = {
	{ "IPv4", { .port = CLOSED_PORT } },
	{ "IPv4 with options", { .more = 2 } },
	{ "IPv6", { .six = true } },
	{ "IPv6, one extension header", { .six = true, .more = 1 } },
	{ "IPv6, two extension headers", { .six = true, .more = 2 } },
	{ "a tag, IPv4", { .tags = 1 } },
	{ "a tag, IPv4 with options", { .tags = 1, .more = 3 } },
	{ "a tag, IPv6", { .tags = 1, .six = true } },
	{ "a tag, IPv6, two extension headers", { .tags = 1, .six = true, .more = 2 } },
	{ "two tags, IPv4", { .tags = 2 } },
	{ "two tags, IPv6", { .tags = 2, .six = true } },
	{ "two tags, IPv6, one extension header", { .tags = 2, .six = true, .more = 1 } },
};

static void run_order(struct vif *vif, const struct order *order)
{
	static const size_t firsts[] = { PAGE, 17, 1 };
	const char *why[3] = { };
	struct shape shape = order->shape;
	unsigned int i;

	shape.port = CLOSED_PORT;
	for (i = 0; i < ARRAY_SIZE(firsts); i++) {
		shape.proto = PROTO_UDP;
		why[0] = why[0] ? why[0] : run_frame(vif, &shape, 1000, 0, firsts[i]);
		shape.proto = PROTO_TCP;
		why[1] = why[1] ? why[1] : run_frame(vif, &shape, 1000, 0, firsts[i]);
		why[2] = why[2] ? why[2] : run_frame(vif, &shape, 40000, 1200, firsts[i]);
	}
	report_context("%s", "UDP");
	report_case(order->name, why[0]);
	report_context("%s", "TCP");
	report_case(order->name, why[1]);
	report_context("%s", "TCP in segments");
	report_case(order->name, why[2]);
	report_context("%s", "");
}

/* A datagram in two fragments with a full checksum, while both claim a blank one. */
static const char *run_fragments(struct vif *vif, uint8_t tags)
{
	const struct shape shape = { .tags = tags, .proto = PROTO_UDP, .port = CLOSED_PORT };
	static struct frame whole, part;
	struct script script = { };
	const size_t cut = 800;
	const char *why;
	uint8_t *ip;

	settle(vif);
	shape_frame(vif, &whole, &shape, 1000, SEQ);
	put16(whole.bytes + whole.l4 + 6,
	      ~sum16(whole.bytes + whole.l4, whole.len - whole.l4, 0));
	part = whole;
	part.len = part.l4 + cut;
	ip = part.bytes + part.l3;
	put16(ip + 2, 20 + cut);
	put16(ip + 6, 0x2000);
	put16(ip + 10, 0);
	put16(ip + 10, ~sum16(ip, 20, 0));
	shape_script(vif, &script, &part, 0, PAGE, 0, false);
	memmove(part.bytes + part.l4, whole.bytes + whole.l4 + cut, whole.len - whole.l4 - cut);
	part.len = whole.len - cut;
	put16(ip + 2, part.len - part.l3);
	put16(ip + 6, cut / 8);
	put16(ip + 10, 0);
	put16(ip + 10, ~sum16(ip, 20, 0));
	shape_script(vif, &script, &part, 1, PAGE, 0, false);
	why = send_script(vif, &script);
	return why ? why : wait_answer(vif, &shape, 0);
}

void vif_orders(struct vif *vif)
{
	const struct vif_setup setup = { };
	unsigned int i;

	vif_connect(vif, &setup);
	for (i = 0; i < ARRAY_SIZE(orders); i++)
		run_order(vif, &orders[i]);
	report_case("fragments", run_fragments(vif, 0));
	report_case("fragments behind a tag", run_fragments(vif, 1));
	vif_close(vif);
}

/* --- what programs in dom0 see ------------------------------------------ */

/* Does a frame hold a good checksum of its own? */
static bool finished(const uint8_t *frame, size_t l3, size_t len)
{
	size_t l4 = l3 + 20, l4_len = get16(frame + l3 + 2) - 20;

	return l4 + l4_len <= len &&
		sum16(frame + l4, l4_len,
		      sum16(frame + l3 + 12, 8, frame[l3 + 9] + l4_len)) == 0xffff;
}

/* Parse a frame that a program has returned. Return: bytes of payload; 0: another frame. */
static size_t returned(struct vif *vif, const struct shape *shape, const uint8_t *frame,
		       size_t len, const char **why)
{
	size_t l3 = find_ip(shape, frame, len), head = shape->proto == PROTO_TCP ? 20 : 8;

	if (!l3 || frame[l3 + 9] != shape->proto || get16(frame + l3 + 20) != shape->port)
		return 0;
	if (vif->flags & RX_BLANK)
		*why = "its checksum is said to be missing";
	else if (!finished(frame, l3, len))
		*why = "its checksum is wrong";
	return get16(frame + l3 + 2) - 20 - head;
}

static const char *run_echo(struct vif *vif, uint8_t proto, size_t payload, uint16_t mss,
			    size_t first)
{
	const struct shape shape = { .proto = proto, .port = ECHO_PORT };
	static struct frame frame;
	static uint8_t in[FRAME_MAX];
	struct script script = { };
	size_t len, got = 0, bytes;
	const char *why;

	settle(vif);
	shape_frame(vif, &frame, &shape, payload, SEQ);
	shape_script(vif, &script, &frame, 0, first, mss, false);
	why = send_script(vif, &script);
	while (!why && got < payload) {
		len = vif_receive(vif, in, ANSWER_MS / 4);
		if (!len)
			return reason("%zu of %zu bytes come back", got, payload);
		bytes = returned(vif, &shape, in, len, &why);
		if (mss && bytes > mss)
			return reason("a segment of %zu bytes", bytes);
		got += bytes;
	}
	return why ? why : vif->trouble;
}

/* A program in dom0 returns the frames that it sees. */
void vif_echo(struct vif *vif)
{
	const struct vif_setup setup = { };

	vif_connect(vif, &setup);
	report_case("a datagram of 100 bytes", run_echo(vif, PROTO_UDP, 100, 0, PAGE));
	report_case("a datagram of 1400 bytes", run_echo(vif, PROTO_UDP, 1400, 0, PAGE));
	report_case("the same, 20 bytes in the first slot", run_echo(vif, PROTO_UDP, 1400, 0, 20));
	report_case("a datagram of 6000 bytes", run_echo(vif, PROTO_UDP, 6000, 0, PAGE));
	report_case("a segment of 1400 bytes", run_echo(vif, PROTO_TCP, 1400, 0, PAGE));
	report_case("3000 bytes in segments of 1000", run_echo(vif, PROTO_TCP, 3000, 1000, PAGE));
	report_case("30000 bytes in segments of 1448", run_echo(vif, PROTO_TCP, 30000, 1448, 54));
	vif_close(vif);
}

/* --- what programs in the guest see ------------------------------------- */

static const char *run_headroom(struct vif *vif)
{
	const struct shape shape = { .proto = PROTO_UDP, .port = DISCARD_PORT };
	static uint8_t in[FRAME_MAX];
	unsigned int frames, seen = 0;
	const char *why = NULL;
	size_t len, l3;

	for (frames = 0; frames < 1000 && seen < 5 && !why; frames++) {
		len = vif_receive(vif, in, ANSWER_MS / 4);
		if (!len)
			return "nobody sends datagrams";
		l3 = find_ip(&shape, in, len);
		if (!l3 || in[l3 + 9] != PROTO_UDP || get16(in + l3 + 22) != DISCARD_PORT)
			continue;
		seen++;
		if (vif->flags & RX_BLANK)
			why = "a checksum is said to be missing";
		else if (!finished(in, l3, len))
			why = "a checksum is wrong";
	}
	return why ? why : vif->trouble;
}

/* dom0 sends datagrams to a frontend that has asked for headroom. */
void vif_headroom(struct vif *vif)
{
	const struct vif_setup setup = { .headroom = true };

	vif_connect(vif, &setup);
	report_case("datagrams with headroom are finished", run_headroom(vif));
	vif_close(vif);
}

/* --- few pages ---------------------------------------------------------- */

static const char *run_few(struct vif *vif, size_t payload)
{
	struct vif_queue *queue = &vif->queue[0];
	static struct frame frame;
	struct script script = { };
	const char *why;
	size_t len, at, size;
	unsigned int page = 0;

	len = frame_echo(&vif->ends, frame.bytes, payload, ++vif->next_seq);
	for (at = 0; at < len; at += size) {
		size = len - at < PAGE ? len - at : PAGE;
		memcpy(vif->tx_page[page].addr, frame.bytes + at, size);
		script_data(vif, &script, &vif->tx_page[page++], 0, at ? size : len,
			    at + size < len ? MORE : 0);
	}
	vif_push(queue, &script);
	why = vif_check_responses(vif, queue, &script);
	return why ? why : vif_wait_echo(vif, payload);
}

static const char *run_few_all(struct vif *vif)
{
	static const size_t payloads[] = { 56, 4000, 4096, 8100, 12200, 16342, 56 };
	const char *why = NULL;
	unsigned int i, round;

	for (round = 0; round < 10; round++)
		for (i = 0; i < ARRAY_SIZE(payloads) && !why; i++)
			why = run_few(vif, payloads[i]);
	return why;
}

/* As many replies as four pages take at a time, one after the other. */
static const char *run_few_burst(struct vif *vif)
{
	static uint8_t in[FRAME_MAX];
	struct script script = { };
	unsigned int i, got = 0;
	const char *why;
	size_t len;

	for (i = 0; i < 30; i++)
		vif_add_echo(vif, &script, 100);
	why = send_script(vif, &script);
	while (!why && got < 30) {
		len = vif_receive(vif, in, ANSWER_MS / 4);
		if (!len)
			return reason("%u of 30 answers", got);
		got += len == ECHO_HEAD + 100 && in[ETH_BYTES + 9] == PROTO_ICMP;
	}
	vif->echoes += got;
	return why ? why : vif->trouble;
}

void vif_few(struct vif *vif)
{
	const struct vif_setup setup = { .posts = 4 };

	vif_connect(vif, &setup);
	report_case("four pages: frames that fill up to four", run_few_all(vif));
	report_case("four pages: thirty frames at once", run_few_burst(vif));
	vif_close(vif);
}
