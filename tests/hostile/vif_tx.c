// SPDX-License-Identifier: GPL-2.0
/*
 * Invalid frames: each of their slots must get its response, and the echo request after
 * them must be answered.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "vif.h"

/* Which page a slot names. */
enum { REF_GOOD, REF_NONE, REF_READONLY, REF_ELSEWHERE };

enum { PART_NONE, PART_DATA, PART_EXTRA };

/* A number of equal slots, or an extra. */
struct part {
	uint8_t kind;
	uint16_t size, offset, flags;
	uint8_t repeat, ref;
	bool same_id, any;
	struct extra extra;
};

#define MAX_PARTS 6

struct tx_test {
	const char *name;
	int16_t expect;
	struct part part[MAX_PARTS];
};

/* repeat: 0 is 1 */
#define DATA(bytes, ...) { .kind = PART_DATA, .size = (bytes), ##__VA_ARGS__ }
#define ONE_EXTRA(...) { .kind = PART_EXTRA, .extra = { __VA_ARGS__ } }
#define GSO_EXTRA(bytes, kind, more) \
	ONE_EXTRA(GSO, more, { (bytes) & 0xff, (bytes) >> 8, kind })
#define MCAST_BYTES { 1, 0, 0x5e, 0x7f, 1, 2 }
/* A slot that may be taken for anything after what came before. */
#define JUNK(...) { .kind = PART_EXTRA, .any = true, .extra = { __VA_ARGS__ } }

static const struct tx_test tests[] = {
	{ "a frame of nothing", TX_ERROR, { DATA(0, .offset = 8) } },
	{ "a frame of 1 byte", TX_ERROR, { DATA(1) } },
	{ "a frame of 13 bytes", TX_ERROR, { DATA(13) } },
	{ "13 bytes and more behind them", TX_ERROR, { DATA(13, .flags = MORE), DATA(100) } },

	{ "a slot past its page", TX_ERROR, { DATA(100, .offset = 4000) } },
	{ "a slot past its page by a byte", TX_ERROR, { DATA(14, .offset = 4083) } },
	{ "a slot behind its page", TX_ERROR, { DATA(60, .offset = 4096) } },
	{ "an offset that overflows", TX_ERROR, { DATA(60, .offset = 65535) } },
	{ "4097 bytes in a slot", TX_ERROR, { DATA(4097) } },
	{ "65535 bytes in a slot", TX_ERROR, { DATA(65535) } },
	{ "a second slot past its page", TX_ERROR,
	  { DATA(200, .flags = MORE), DATA(100, .offset = 4000) } },
	{ "a last slot past its page", TX_ERROR,
	  { DATA(1000, .flags = MORE), DATA(50, .flags = MORE, .repeat = 4),
	    DATA(100, .offset = 4090) } },

	{ "a slot longer than the frame", TX_ERROR, { DATA(100, .flags = MORE), DATA(101) } },
	{ "slots longer than the frame", TX_ERROR,
	  { DATA(100, .flags = MORE), DATA(60, .flags = MORE), DATA(60) } },
	{ "slots longer than a frame can be", TX_ERROR,
	  { DATA(65535, .flags = MORE), DATA(4096, .flags = MORE, .repeat = 16), DATA(4096) } },

	{ "18 slots", TX_OKAY, { DATA(1152, .flags = MORE), DATA(64, .flags = MORE, .repeat = 16),
	  DATA(64) } },
	{ "19 slots", TX_ERROR, { DATA(1216, .flags = MORE), DATA(64, .flags = MORE, .repeat = 17),
	  DATA(64) } },
	{ "20 slots", TX_ERROR, { DATA(1280, .flags = MORE), DATA(64, .flags = MORE, .repeat = 18),
	  DATA(64) } },
	{ "21 slots", TX_ERROR, { DATA(1344, .flags = MORE), DATA(64, .flags = MORE, .repeat = 19),
	  DATA(64) } },
	{ "50 slots", TX_ERROR, { DATA(3200, .flags = MORE), DATA(64, .flags = MORE, .repeat = 48),
	  DATA(64) } },
	{ "a chain of 250 slots", TX_ERROR, { DATA(300, .flags = MORE),
	  DATA(1, .flags = MORE, .repeat = 248), DATA(1) } },
	{ "a chain as long as the ring", TX_ERROR, { DATA(300, .flags = MORE),
	  DATA(1, .flags = MORE, .repeat = 255) } },

	{ "a chain of extras as long as the ring", TX_ERROR, { DATA(300, .flags = EXTRA),
	  { .kind = PART_EXTRA, .repeat = 255, .extra = { HASH, EXTRA_MORE } } } },
	{ "an extra of type 0", TX_ERROR, { DATA(60, .flags = EXTRA), ONE_EXTRA(0) } },
	{ "an extra for received frames", TX_ERROR, { DATA(60, .flags = EXTRA), ONE_EXTRA(XDP) } },
	{ "an extra of type 6", TX_ERROR, { DATA(60, .flags = EXTRA), ONE_EXTRA(6) } },
	{ "an extra of type 255", TX_ERROR, { DATA(60, .flags = EXTRA), ONE_EXTRA(255) } },
	{ "a good extra, then an unknown one", TX_ERROR,
	  { DATA(60, .flags = EXTRA), GSO_EXTRA(1448, GSO_TCPV4, EXTRA_MORE), ONE_EXTRA(77) } },
	{ "an unknown extra in a frame of two slots", TX_ERROR,
	  { DATA(160, .flags = EXTRA | MORE), ONE_EXTRA(9), DATA(100) } },
	{ "the same extra twice", TX_ERROR,
	  { DATA(60, .flags = EXTRA), GSO_EXTRA(1448, GSO_TCPV4, EXTRA_MORE),
	    GSO_EXTRA(1448, GSO_TCPV4, 0) } },
	{ "extras behind the second slot", TX_ERROR,
	  { DATA(160, .flags = MORE), DATA(60, .flags = EXTRA), JUNK(GSO) } },

	{ "segments of 0 bytes", TX_ERROR, { DATA(60, .flags = EXTRA), GSO_EXTRA(0, GSO_TCPV4, 0) } },
	{ "segments of type 0", TX_ERROR, { DATA(60, .flags = EXTRA), GSO_EXTRA(1448, 0, 0) } },
	{ "segments of type 3", TX_ERROR, { DATA(60, .flags = EXTRA), GSO_EXTRA(1448, 3, 0) } },
	{ "segments of type 255", TX_ERROR, { DATA(60, .flags = EXTRA), GSO_EXTRA(1448, 255, 0) } },
	{ "segments of what is not TCP", TX_EITHER,
	  { DATA(60, .flags = EXTRA | BLANK | VALID), GSO_EXTRA(1448, GSO_TCPV4, 0) } },
	{ "segments of a frame of 14 bytes", TX_EITHER,
	  { DATA(14, .flags = EXTRA | BLANK), GSO_EXTRA(1, GSO_TCPV6, 0) } },
	{ "a checksum of what is not IP", TX_EITHER, { DATA(60, .flags = BLANK | VALID) } },
	{ "flags that nobody knows", TX_EITHER, { DATA(60, .flags = 0xfff0) } },
	{ "a hash of an unknown type", TX_EITHER,
	  { DATA(60, .flags = EXTRA), ONE_EXTRA(HASH, 0, { 99, 77, 1, 2, 3, 4 }) } },

	{ "an empty slot", TX_OKAY, { DATA(60, .flags = MORE), DATA(0) } },
	{ "17 empty slots", TX_OKAY, { DATA(60, .flags = MORE), DATA(0, .flags = MORE, .repeat = 16),
	  DATA(0) } },
	{ "17 empty slots at a page's end", TX_EITHER, { DATA(60, .flags = MORE),
	  DATA(0, .offset = 4096, .flags = MORE, .repeat = 16), DATA(0, .offset = 4096) } },
	{ "17 empty slots without a reference", TX_EITHER,
	  { DATA(60, .flags = MORE), DATA(0, .ref = REF_NONE, .flags = MORE, .repeat = 16),
	    DATA(0, .ref = REF_NONE) } },
	{ "nothing in the first slot", TX_EITHER, { DATA(100, .flags = MORE), DATA(100) } },
	{ "one byte in the first slot", TX_OKAY, { DATA(100, .flags = MORE), DATA(99) } },
	{ "one byte in the first slot of a long frame", TX_OKAY, { DATA(8001, .flags = MORE),
	  DATA(4000, .flags = MORE), DATA(4000) } },
	{ "13 bytes in the first slot of a long frame", TX_OKAY, { DATA(8013, .flags = MORE),
	  DATA(4000, .flags = MORE), DATA(4000) } },
	{ "one byte in each of the first slots of a long frame", TX_OKAY,
	  { DATA(8015, .flags = MORE), DATA(1, .flags = MORE, .repeat = 14),
	    DATA(4000, .flags = MORE), DATA(4000) } },
	{ "18 slots of one byte", TX_OKAY, { DATA(18, .flags = MORE),
	  DATA(1, .flags = MORE, .repeat = 16), DATA(1) } },

	{ "no reference", TX_ERROR, { DATA(60, .ref = REF_NONE) } },
	{ "no reference in slot 1 of 3", TX_ERROR, { DATA(3000, .flags = MORE, .ref = REF_NONE),
	  DATA(1000, .flags = MORE), DATA(1000) } },
	{ "no reference in slot 2 of 3", TX_ERROR, { DATA(3000, .flags = MORE),
	  DATA(1000, .flags = MORE, .ref = REF_NONE), DATA(1000) } },
	{ "no reference in slot 3 of 3", TX_ERROR, { DATA(3000, .flags = MORE),
	  DATA(1000, .flags = MORE), DATA(1000, .ref = REF_NONE) } },
	{ "no reference in slot 18 of 18", TX_ERROR, { DATA(1152, .flags = MORE),
	  DATA(64, .flags = MORE, .repeat = 16), DATA(64, .ref = REF_NONE) } },
	{ "no reference, 17 whole pages", TX_ERROR, { DATA(65000, .flags = MORE),
	  DATA(4096, .flags = MORE, .repeat = 14), DATA(4096, .ref = REF_NONE) } },
	{ "no reference in slot 2, one byte", TX_ERROR, { DATA(61, .flags = MORE),
	  DATA(1, .ref = REF_NONE) } },
	{ "no reference in slot 2 with extras", TX_ERROR, { DATA(160, .flags = MORE | EXTRA),
	  ONE_EXTRA(HASH, 0, { 0, 1 }), DATA(100, .ref = REF_NONE) } },
	{ "a page lent to somebody else", TX_ERROR, { DATA(60, .ref = REF_ELSEWHERE) } },
	{ "a page lent to somebody else in slot 2", TX_ERROR, { DATA(3000, .flags = MORE),
	  DATA(2000, .ref = REF_ELSEWHERE) } },
	{ "a page that is read-only", TX_OKAY, { DATA(60, .ref = REF_READONLY) } },

	{ "one id three times", TX_OKAY, { DATA(300, .flags = MORE),
	  DATA(100, .flags = MORE, .same_id = true), DATA(100, .same_id = true) } },
	{ "one id three times, a frame refused", TX_ERROR, { DATA(300, .flags = MORE),
	  DATA(100, .flags = MORE, .same_id = true), DATA(9999, .same_id = true) } },
	{ "a change of the filter that was not asked for", TX_EITHER,
	  { DATA(60, .flags = EXTRA), ONE_EXTRA(MCAST_ADD, 0, MCAST_BYTES) } },
	{ "a whole frame of 65535 bytes", TX_OKAY, { DATA(65535, .flags = MORE),
	  DATA(4096, .flags = MORE, .repeat = 14), DATA(4096) } },
};

/* --- playing them ------------------------------------------------------- */

static const struct lent *test_page(struct vif *vif, const struct part *part, unsigned int i)
{
	static const struct lent nobodys = { .ref = NO_REF };

	switch (part->ref) {
	case REF_NONE:
		return &nobodys;
	case REF_READONLY:
		return &vif->readonly;
	case REF_ELSEWHERE:
		return &vif->elsewhere;
	default:
		return &vif->tx_page[i % (TX_PAGES - 1)];
	}
}

static void put_data(struct vif *vif, struct script *script, const struct part *part)
{
	unsigned int i = script->nr;
	struct tx_request *req = script_data(vif, script, test_page(vif, part, i), part->offset,
					     part->size, part->flags);

	if (part->same_id)
		req->id = script->slot[0].req.id;
}

static void put_extra(struct script *script, const struct part *part)
{
	script_extra(script, &part->extra);
	if (part->any)
		script->slot[script->nr - 1].expect = TX_EITHER;
}

static void put_part(struct vif *vif, struct script *script, const struct part *part)
{
	unsigned int i;

	for (i = 0; i < (part->repeat ? part->repeat : 1); i++)
		if (part->kind == PART_EXTRA)
			put_extra(script, part);
		else
			put_data(vif, script, part);
}

/* Fill the pages with frames of an experimental ethertype, wherever a frame begins. */
static void fill_pages(struct vif *vif)
{
	uint8_t head[ETH_BYTES] = { 0x02, 1, 2, 3, 4, 5, 0x02, 9, 9, 9, 9, 9,
				    ETHERTYPE_EXPERIMENTAL >> 8, ETHERTYPE_EXPERIMENTAL & 0xff };
	unsigned int i;

	for (i = 0; i < TX_PAGES; i++) {
		memset(vif->tx_page[i].addr, 0x11 + i, PAGE);
		memcpy(vif->tx_page[i].addr, head, sizeof(head));
	}
	memcpy(vif->readonly.addr, head, sizeof(head));
	memcpy(vif->elsewhere.addr, head, sizeof(head));
}

/* Publish the frame and an echo request after it, together if there is room. */
static const char *run_test(struct vif *vif, const struct tx_test *t)
{
	struct vif_queue *queue = &vif->queue[0];
	struct script script = { };
	const char *why;
	unsigned int i;
	bool together;

	for (i = 0; i < MAX_PARTS && t->part[i].kind; i++)
		put_part(vif, &script, &t->part[i]);
	script_expect(&script, 0, t->expect);
	together = script.nr < VIF_SLOTS;
	if (together)
		vif_add_echo(vif, &script, 64);
	vif_push(queue, &script);
	why = vif_check_responses(vif, queue, &script);
	if (why)
		return why;
	return together ? vif_wait_echo(vif, 64) : vif_ping(vif, queue);
}

/* --- frames whose end comes later --------------------------------------- */

#define QUIET_MS 300

/* Publish the first slots of a script, then the others. */
static const char *run_parted(struct vif *vif, struct script *script, unsigned int nr)
{
	struct vif_queue *queue = &vif->queue[0];
	struct script head = *script;
	unsigned int i;

	head.nr = nr;
	vif_push(queue, &head);
	if (ring_wait(&queue->tx, QUIET_MS))
		return "half a frame is answered";
	if (device_back_state(&vif->dev) != CONNECTED)
		return "the back closes";
	for (i = nr; i < script->nr; i++)
		memcpy(ring_next_slot(&queue->tx), &script->slot[i].req, sizeof(struct tx_request));
	ring_push(&queue->tx);
	return vif_check_responses(vif, queue, script);
}

static const char *parted_data(struct vif *vif)
{
	struct script script = { };

	script_data(vif, &script, &vif->tx_page[0], 0, 300, MORE);
	script_data(vif, &script, &vif->tx_page[1], 0, 100, MORE);
	script_data(vif, &script, &vif->tx_page[2], 0, 100, 0);
	return run_parted(vif, &script, 2);
}

static const char *parted_extra(struct vif *vif)
{
	static const struct extra extra = { HASH, 0, { 0, 1, 1, 2, 3, 4 } };
	struct script script = { };

	script_data(vif, &script, &vif->tx_page[0], 0, 60, EXTRA);
	script_extra(&script, &extra);
	return run_parted(vif, &script, 1);
}

static const char *parted_bad(struct vif *vif)
{
	struct script script = { };

	script_data(vif, &script, &vif->tx_page[0], 0, 300, MORE);
	script_data(vif, &script, &vif->tx_page[1], 4090, 100, MORE);
	script_data(vif, &script, &vif->tx_page[2], 0, 100, 0);
	script_expect(&script, 0, TX_ERROR);
	return run_parted(vif, &script, 2);
}

/* --- a full ring -------------------------------------------------------- */

/* Frames as long as can be, in pieces that fit no page; the last one is an echo request. */
static const char *run_full(struct vif *vif)
{
	struct vif_queue *queue = &vif->queue[0];
	struct script script = { };
	unsigned int frame, i;
	const char *why;

	for (frame = 0; frame < VIF_SLOTS / 18; frame++) {
		script_data(vif, &script, &vif->tx_page[0], 0, 18 * 3640, MORE);
		for (i = 1; i < 18; i++)
			script_data(vif, &script, &vif->tx_page[i], 0, 3640, i < 17 ? MORE : 0);
	}
	vif_add_echo(vif, &script, 64);
	vif_push(queue, &script);
	why = vif_check_responses(vif, queue, &script);
	return why ? why : vif_wait_echo(vif, 64);
}

/* --- all of it ---------------------------------------------------------- */

static void run_all(struct vif *vif)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tests); i++)
		report_case(tests[i].name, run_test(vif, &tests[i]));
	report_case("a frame whose last slot comes later", parted_data(vif));
	report_case("a frame whose extra comes later", parted_extra(vif));
	report_case("a bad frame whose last slot comes later", parted_bad(vif));
	report_case("a ring full of long frames", run_full(vif));
	report_case("ping", vif_ping(vif, &vif->queue[0]));
}

void vif_tx(struct vif *vif)
{
	const struct vif_setup setup = { };

	vif_connect(vif, &setup);
	fill_pages(vif);
	run_all(vif);
	vif_close(vif);
}

#define LONG_FRAMES 600

static const char *send_long(struct vif *vif)
{
	struct vif_queue *queue = &vif->queue[0];
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < LONG_FRAMES && !why; i++) {
		struct script script = { };

		script_data(vif, &script, &vif->tx_page[0], 0, 2 * PAGE + 60, MORE);
		script_data(vif, &script, &vif->tx_page[1], 0, PAGE, MORE);
		script_data(vif, &script, &vif->tx_page[2], 0, PAGE, 0);
		vif_push(queue, &script);
		why = vif_check_responses(vif, queue, &script);
	}
	return why;
}

/* The same after the back has seen long frames forwarded, and maps them. */
void vif_tx_mapped(struct vif *vif)
{
	const struct vif_setup setup = { };

	vif_connect(vif, &setup);
	fill_pages(vif);
	report_context("after many long frames");
	report_case("many long frames", send_long(vif));
	run_all(vif);
	vif_close(vif);
}
