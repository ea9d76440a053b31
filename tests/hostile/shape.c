// SPDX-License-Identifier: GPL-2.0
/* Frames of every shape that domain 0's network stack parses. */
#include <string.h>

#include "bytes.h"
#include "shape.h"

/* One network for each number of tags: 10.20<tags>.0.2 and .3, fd99:<tags>::2 and ::3. */
static void put_v4_addresses(const struct vif *vif, uint8_t *at, unsigned int tags)
{
	const uint8_t ours[8] = { 10, 200 + tags, 0, 2, 10, 200 + tags, 0, 3 };

	memcpy(at, ours, sizeof(ours));
	if (tags)
		return;
	memcpy(at, vif->ends.ip, 4);
	memcpy(at + 4, vif->ends.peer_ip, 4);
}

static void put_v6_addresses(uint8_t *at, unsigned int tags)
{
	memset(at, 0, 32);
	put16(at, 0xfd99);
	put16(at + 16, 0xfd99);
	put16(at + 2, tags);
	put16(at + 18, tags);
	at[15] = 2;
	at[31] = 3;
}

static size_t put_ether(const struct vif *vif, uint8_t *frame, const struct shape *shape)
{
	uint16_t type = shape->six ? TYPE_IPV6 : TYPE_IPV4;
	size_t at = 12;

	memcpy(frame, vif->ends.peer_mac, 6);
	memcpy(frame + 6, vif->ends.mac, 6);
	if (shape->tags == 2) {
		put16(frame + at, TYPE_STAG);
		put16(frame + at + 2, 7);
		at += 4;
	}
	if (shape->tags) {
		put16(frame + at, TYPE_VLAN);
		put16(frame + at + 2, shape->tags == 2 ? 8 : 9);
		at += 4;
	}
	put16(frame + at, type);
	return at + 2;
}

static void put_v4(const struct vif *vif, struct frame *frame, const struct shape *shape)
{
	uint8_t *ip = frame->bytes + frame->l3;

	frame->l4 = frame->l3 + 20 + shape->more * 4;
	memset(ip, 0, 20);
	memset(ip + 20, 1, shape->more * 4);
	ip[0] = 0x45 + shape->more;
	/* Do not fragment; the number stays the same. */
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = shape->proto;
	put_v4_addresses(vif, ip + 12, shape->tags);
}

static void put_v6(struct frame *frame, const struct shape *shape)
{
	static const uint8_t option[8] = { 0, 0, 1, 4 };
	uint8_t *ip = frame->bytes + frame->l3, *next = &ip[6];
	unsigned int i;

	memset(ip, 0, 40);
	ip[0] = 0x60;
	ip[7] = 64;
	put_v6_addresses(ip + 8, shape->tags);
	frame->l4 = frame->l3 + 40;
	for (i = 0; i < shape->more; i++) {
		*next = i ? PROTO_DEST : PROTO_HOP;
		next = frame->bytes + frame->l4;
		memcpy(next, option, sizeof(option));
		frame->l4 += sizeof(option);
	}
	*next = shape->proto;
}

static void finish_ip(struct frame *frame, const struct shape *shape)
{
	uint8_t *ip = frame->bytes + frame->l3;
	size_t l4_len = frame->len - frame->l4, check = shape->proto == PROTO_TCP ? 16 : 6;

	if (shape->six) {
		put16(ip + 4, frame->len - frame->l3 - 40);
	} else {
		put16(ip + 2, frame->len - frame->l3);
		put16(ip + 10, 0);
		put16(ip + 10, ~sum16(ip, frame->l4 - frame->l3, 0));
	}
	/* Only the pseudo header: addresses, protocol, length. */
	put16(frame->bytes + frame->l4 + check,
	      sum16(ip + (shape->six ? 8 : 12), shape->six ? 32 : 8, shape->proto + l4_len));
}

void shape_frame(const struct vif *vif, struct frame *frame, const struct shape *shape,
		 size_t payload, uint32_t seq)
{
	uint8_t *l4;
	size_t i;

	frame->l3 = put_ether(vif, frame->bytes, shape);
	if (shape->six)
		put_v6(frame, shape);
	else
		put_v4(vif, frame, shape);
	l4 = frame->bytes + frame->l4;
	frame->data = frame->l4 + (shape->proto == PROTO_TCP ? 20 : 8);
	frame->len = frame->data + payload;
	memset(l4, 0, frame->data - frame->l4);
	put16(l4, 40000);
	put16(l4 + 2, shape->port);
	if (shape->proto == PROTO_TCP) {
		put32(l4 + 4, seq);
		l4[12] = 5 << 4;
		put16(l4 + 14, 1000);
	} else {
		put16(l4 + 4, 8 + payload);
	}
	for (i = 0; i < payload; i++)
		frame->bytes[frame->data + i] = i * 13 + (seq + i) / 251 + 1;
	finish_ip(frame, shape);
}

void shape_script(struct vif *vif, struct script *script, const struct frame *frame,
		  unsigned int page, size_t first, uint16_t mss, bool six)
{
	const struct extra gso = { GSO, 0, { mss & 0xff, mss >> 8, six ? GSO_TCPV6 : GSO_TCPV4 } };
	size_t at, size;

	if (first > PAGE)
		first = PAGE;
	for (at = 0; at < frame->len; at += size) {
		const struct lent *to = &vif->tx_page[page++];

		size = at ? frame->len - at : first;
		if (size > PAGE)
			size = PAGE;
		if (size > frame->len - at)
			size = frame->len - at;
		memcpy(to->addr, frame->bytes + at, size);
		script_data(vif, script, to, 0, at ? size : frame->len,
			    (at + size < frame->len ? MORE : 0) |
			    (at ? 0 : BLANK | VALID | (mss ? EXTRA : 0)));
		if (!at && mss)
			script_extra(script, &gso);
	}
}
