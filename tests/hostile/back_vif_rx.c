// SPDX-License-Identifier: GPL-2.0
/*
 * Lies about frames for the guest. A bad frame is dropped, and the next one arrives; after
 * an index that makes no sense the frontend must close.
 */
#include <string.h>

#include "back_vif.h"
#include "clock.h"

/* The frame of a case is an echo request of so many bytes in all. */
#define CASE_PAYLOAD 200
#define CASE_BYTES (ECHO_HEAD + CASE_PAYLOAD)
#define NOT_ANSWERED_MS 30

/* --- frames -------------------------------------------------------------- */

static uint8_t echo[CASE_BYTES];

enum kind { NONE, DATA, EMPTY, INFO };

/* One slot. DATA with status 0 has the status of as many bytes as there are. */
struct slot {
	enum kind kind;
	uint8_t type, more, bytes[6];	/* of INFO, an extra */
	uint16_t flags, offset, id_bits;
	int status;
	uint8_t repeat;
};

struct rx_case {
	const char *name;
	/* It is not wrong, and arrives. */
	bool good;
	/* bytes of the echo request in the first slot; 0: all */
	uint16_t first;
	struct slot slot[4];
};

#define LE16(val) (val) & 0xff, (val) >> 8
#define SEGMENTS(size, type) { INFO, GSO, .bytes = { LE16(size), type } }

/* A frontend that has received little posts 32 pages. */
static const struct rx_case cases[] = {
	{ "a frame", .good = true, .slot = { { DATA } } },
	{ "status 4097", .slot = { { DATA, .status = 4097 } } },
	{ "status 32767", .slot = { { DATA, .status = 32767 } } },
	{ "status -1", .slot = { { DATA, .status = -1 } } },
	{ "status -32768", .slot = { { DATA, .status = -32768 } } },
	{ "nothing", .slot = { { EMPTY } } },
	{ "13 bytes", .slot = { { DATA, .status = 13 } } },
	{ "14 bytes", .slot = { { DATA, .status = 14 } } },
	{ "over the end of the page", .slot = { { DATA, .offset = 4000 } } },
	{ "beyond the page", .slot = { { DATA, .offset = 4096 } } },
	{ "far beyond the page", .slot = { { DATA, .offset = 65535 } } },
	{ "an end that overflows", .slot = { { DATA, .offset = 65000, .status = 32767 } } },
	{ "an id of another slot", .slot = { { DATA, .id_bits = 1 } } },
	{ "an id beyond the ring", .slot = { { DATA, .id_bits = 256 } } },
	{ "an id far beyond the ring", .slot = { { DATA, .id_bits = 0xff00 } } },
	{ "flags that nobody knows", .good = true, .slot = { { DATA, .flags = 0xffe0 } } },
	{ "two slots", .good = true, .first = 100, .slot = { { DATA, .flags = MORE }, { DATA } } },
	{ "a second slot of another id", .first = 100,
	  .slot = { { DATA, .flags = MORE }, { DATA, .id_bits = 2 } } },
	{ "a second slot with an error", .first = 100,
	  .slot = { { DATA, .flags = MORE }, { DATA, .status = -1 } } },
	{ "a second slot over the page", .first = 100,
	  .slot = { { DATA, .flags = MORE }, { DATA, .offset = 4095 } } },
	{ "11 empty slots between", .good = true, .first = 100,
	  .slot = { { DATA, .flags = MORE }, { EMPTY, .flags = MORE, .repeat = 10 }, { DATA } } },
	{ "19 slots", .first = 14,
	  .slot = { { DATA, .flags = MORE }, { DATA, .flags = MORE, .status = 1, .repeat = 16 },
		    { DATA } } },
	{ "30 slots", .first = 14,
	  .slot = { { DATA, .flags = MORE }, { DATA, .flags = MORE, .status = 1, .repeat = 27 },
		    { DATA } } },
	{ "70000 bytes",
	  .slot = { { DATA, .flags = MORE }, { DATA, .flags = MORE, .status = 4096, .repeat = 16 },
		    { DATA, .status = 100 } } },
	{ "a chain that does not end", .first = 14,
	  .slot = { { DATA, .flags = MORE, .repeat = 28 } } },
	{ "an extra where there is none", .slot = { { DATA, .flags = EXTRA } } },
	{ "an extra that promises another",
	  .slot = { { DATA, .flags = EXTRA }, { INFO, HASH, .more = EXTRA_MORE } } },
	{ "extras without an end",
	  .slot = { { DATA, .flags = EXTRA }, { INFO, HASH, .more = EXTRA_MORE, .repeat = 28 } } },
	{ "an extra of type 0", .slot = { { DATA, .flags = EXTRA }, { INFO, 0 } } },
	{ "an extra of type 6", .slot = { { DATA, .flags = EXTRA }, { INFO, 6 } } },
	{ "an extra of type 255", .slot = { { DATA, .flags = EXTRA }, { INFO, 255 } } },
	{ "the same extra twice",
	  .slot = { { DATA, .flags = EXTRA }, { INFO, HASH, .more = EXTRA_MORE }, { INFO, HASH } } },
	{ "an extra of the other direction", .slot = { { DATA, .flags = EXTRA }, { INFO, MCAST_ADD } } },
	{ "headroom that was not asked for",
	  .slot = { { DATA, .flags = EXTRA }, { INFO, XDP, .bytes = { LE16(256) } } } },
	{ "a hash of an unknown kind", .good = true,
	  .slot = { { DATA, .flags = EXTRA }, { INFO, HASH, .bytes = { 99, 99, 1, 2, 3, 4 } } } },
	{ "an extra behind the second slot", .first = 100,
	  .slot = { { DATA, .flags = MORE }, { DATA, .flags = EXTRA }, { INFO, HASH } } },
	{ "an old prefix", .slot = { { DATA, .flags = PREFIX } } },
	{ "an old prefix and more", .first = 100,
	  .slot = { { DATA, .flags = PREFIX | MORE }, { DATA } } },
	{ "segments of 0 bytes", .slot = { { DATA, .flags = EXTRA }, SEGMENTS(0, GSO_TCPV4) } },
	{ "segmentation of type 0", .slot = { { DATA, .flags = EXTRA }, SEGMENTS(100, 0) } },
	{ "segmentation of type 3", .slot = { { DATA, .flags = EXTRA }, SEGMENTS(100, 3) } },
	{ "segmentation of type 255", .slot = { { DATA, .flags = EXTRA }, SEGMENTS(100, 255) } },
	{ "segments of 1 byte, not TCP",
	  .slot = { { DATA, .flags = EXTRA }, SEGMENTS(1, GSO_TCPV4) } },
	{ "segments of 1 byte, not IPv6",
	  .slot = { { DATA, .flags = EXTRA }, SEGMENTS(1, GSO_TCPV6) } },
	{ "segments of 1 byte, a blank checksum, not TCP",
	  .slot = { { DATA, .flags = EXTRA | RX_BLANK }, SEGMENTS(1, GSO_TCPV4) } },
	{ "a blank checksum, not TCP", .slot = { { DATA, .flags = RX_BLANK } } },
	{ "a blank checksum of half a header", .slot = { { DATA, .flags = RX_BLANK, .status = 20 } } },
	{ "segments of half a header",
	  .slot = { { DATA, .flags = EXTRA | RX_BLANK, .status = 30 }, SEGMENTS(10, GSO_TCPV4) } },
};

#define HEADROOM_OF(size) { INFO, XDP, .bytes = { LE16(size) } }

/* The guest has an XDP program, which lets all pass, and has asked for 256 bytes. */
static const struct rx_case xdp_cases[] = {
	{ "the headroom that was asked for", .good = true,
	  .slot = { { DATA, .flags = EXTRA, .offset = 256 }, HEADROOM_OF(256) } },
	{ "less headroom", .good = true,
	  .slot = { { DATA, .flags = EXTRA, .offset = 64 }, HEADROOM_OF(64) } },
	{ "no headroom", .good = true, .slot = { { DATA } } },
	{ "1 byte of headroom too many",
	  .slot = { { DATA, .flags = EXTRA, .offset = 257 }, HEADROOM_OF(257) } },
	{ "headroom of 65535 bytes", .slot = { { DATA, .flags = EXTRA }, HEADROOM_OF(65535) } },
	{ "headroom in place of all data", .slot = { { DATA, .flags = EXTRA }, HEADROOM_OF(256) } },
	{ "headroom that leaves 13 bytes",
	  .slot = { { DATA, .flags = EXTRA, .status = 256 + 13 }, HEADROOM_OF(256) } },
	{ "headroom, and data over the page",
	  .slot = { { DATA, .flags = EXTRA, .offset = 4000 }, HEADROOM_OF(256) } },
	{ "headroom twice",
	  .slot = { { DATA, .flags = EXTRA, .offset = 256 },
		    { INFO, XDP, .more = EXTRA_MORE, .bytes = { LE16(256) } },
		    HEADROOM_OF(256) } },
	{ "headroom in place of a second slot", .first = 100,
	  .slot = { { DATA, .flags = MORE | EXTRA, .offset = 256 }, HEADROOM_OF(256), { DATA } } },
};

/* --- giving them --------------------------------------------------------- */

/* @from: how much of the echo request has been given */
static struct give fill_give(const struct rx_case *c, const struct slot *slot, unsigned int from)
{
	struct give give = {
		.is_extra = slot->kind == INFO,
		.extra = { .type = slot->type, .flags = slot->more },
		.offset = slot->offset, .flags = slot->flags, .id_bits = slot->id_bits,
		.data = echo + from,
	};

	memcpy(give.extra.bytes, slot->bytes, sizeof(give.extra.bytes));
	if (slot->kind != DATA)
		return give;
	give.len = !from && c->first ? c->first : CASE_BYTES - from;
	give.status = slot->status ? slot->status : give.len;
	if (give.offset % PAGE + give.len > PAGE)
		give.len = PAGE - give.offset % PAGE;
	return give;
}

static const char *give_case(struct back_vif *vif, const struct rx_case *c)
{
	const struct slot *slot;
	unsigned int times, from = 0;
	struct give give;

	for (slot = c->slot; slot < c->slot + ARRAY_SIZE(c->slot) && slot->kind; slot++)
		for (times = 0; times <= slot->repeat; times++) {
			give = fill_give(c, slot, from);
			if (!back_vif_give(vif, &give))
				return "the guest posts no pages";
			if (slot == c->slot)
				from = give.len;
		}
	ring_show(&vif->rx);
	return NULL;
}

static const char *run_case(struct back_vif *vif, const struct rx_case *c)
{
	const char *why = back_vif_connect(vif);
	bool came;

	if (why)
		return why;
	frame_echo(&vif->ends, echo, CASE_PAYLOAD, ++vif->next_seq);
	why = give_case(vif, c);
	if (why)
		return why;
	came = back_vif_echoed(vif, CASE_PAYLOAD, vif->next_seq, c->good ? 3000 : NOT_ANSWERED_MS);
	if (came != c->good)
		return c->good ? "a good frame is dropped" : "it is delivered";
	return back_vif_ping(vif);
}

static void run_cases(struct back_vif *vif, const struct rx_case *c, unsigned int nr)
{
	for (; nr--; c++)
		report_case(c->name, run_case(vif, c));
}

void back_vif_rx(struct back_vif *vif)
{
	back_vif_context(vif, 0);
	run_cases(vif, cases, ARRAY_SIZE(cases));
	back_vif_indices_beyond(vif, &vif->rx, "frames beyond the pages",
				"more frames than pages to put them in");
	back_vif_case_end(vif, "works when connected again", back_vif_connect(vif));
}

/* --- with an XDP program in the guest -------------------------------------- */

#define PROGRAM_MS 30000

/* The guest asks when the program comes, and may be connected already. */
static const char *wait_program(struct back_vif *vif)
{
	uint64_t end = clock_ms() + PROGRAM_MS;
	const char *why = back_vif_connect(vif);

	while (!why && clock_ms() < end) {
		if (back_front_state(&vif->back) == RECONFIGURING)
			back_set_state(&vif->back, RECONFIGURED);
		else if (store_number(vif->back.front, "xdp-headroom", 0) == 256)
			return back_vif_close(vif);
		back_vif_serve_for(vif, 50);
	}
	return why ? why : back_reason(&vif->back, "the guest asks for no headroom");
}

void back_vif_xdp(struct back_vif *vif)
{
	static const struct pair keys[] = {
		{ "feature-xdp-headroom", "1" }, { "feature-gso-tcpv4", "0" },
		{ "feature-gso-tcpv6", "0" }, { }
	};

	back_vif_context(vif, 0);
	vif->offer = keys;
	report_case("an XDP program", wait_program(vif));
	run_cases(vif, xdp_cases, ARRAY_SIZE(xdp_cases));
	back_vif_case_end(vif, "works when connected again", back_vif_connect(vif));
	vif->offer = NULL;
}
