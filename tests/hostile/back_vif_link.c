// SPDX-License-Identifier: GPL-2.0
/*
 * Keys that make no sense or change, rings that stand, backends that vanish, states in no
 * order, storms of events. The guest must have its NIC back when the backend behaves.
 */
#include <time.h>
#include <unistd.h>

#include "back_vif.h"

static const char *connect_and_ping(struct back_vif *vif)
{
	const char *why = back_vif_connect(vif);

	return why ? why : back_vif_ping(vif);
}

/* --- keys ---------------------------------------------------------------- */

struct key_case {
	const char *name;
	struct pair keys[6];
	const char *error;	/* NULL: the value is ignored or cut, and the NIC works */
};

static const struct key_case key_cases[] = {
	{ "a backend that cannot copy", { { "feature-rx-copy", "0" } }, "cannot copy" },
	{ "no word on copying", { { "feature-rx-copy" } }, "cannot copy" },
	{ "copying of garbage", { { "feature-rx-copy", "x\nhostile: a line of its own\033[2J" } },
	  "cannot copy" },
	{ "copying of 1000 digits", { { "feature-rx-copy", DIGITS_1000 } } },
	{ "0 queues", { { "multi-queue-max-queues", "0" } } },
	{ "-1 queues", { { "multi-queue-max-queues", "-1" } } },
	{ "queues of garbage", { { "multi-queue-max-queues", "x" } } },
	{ "features of garbage", { { "feature-sg", "x" }, { "feature-gso-tcpv4", "-1" },
				   { "feature-gso-tcpv6", "" }, { "feature-ctrl-ring", "x" },
				   { "feature-xdp-headroom", "x" } } },
	{ "features of 2^64", { { "feature-sg", "18446744073709551616" },
				{ "feature-gso-tcpv4", "18446744073709551616" },
				{ "feature-no-csum-offload", "18446744073709551616" },
				{ "feature-xdp-headroom", DIGITS_1000 },
				{ "feature-ctrl-ring", "4294967296" } } },
	{ "segmentation without the rest", { { "feature-sg", "0" }, { "feature-gso-tcpv4", "1" },
					     { "feature-no-csum-offload", "1" } } },
	{ "carrier of garbage", { { "carrier", "x" } } },
};

static const char *odd_keys(struct back_vif *vif, const struct key_case *c)
{
	const char *why;

	vif->offer = c->keys;
	if (c->error) {
		why = back_vif_attach(vif);
		/* It closes before it lends any ring. */
		why = why ? back_expect_error(&vif->back, c->error) : "the front goes on";
	} else {
		why = connect_and_ping(vif);
	}
	vif->offer = NULL;
	return why;
}

static const struct pair changes[] = {
	{ "carrier", "0" }, { "carrier", "-1" }, { "carrier", "x" }, { "carrier", DIGITS_1000 },
	{ "carrier" }, { "feature-sg", "0" }, { "feature-gso-tcpv4", "0" },
	{ "multi-queue-max-queues", "0" }, { "feature-rx-copy", "0" }, { "feature-rx-copy" },
	{ "feature-ctrl-ring", "1" }, { "feature-xdp-headroom", "1" }, { "carrier", "1" },
	{ "feature-rx-copy", "1" },
};

static const char *change_keys(struct back_vif *vif)
{
	const char *why = connect_and_ping(vif);
	unsigned int i;

	for (i = 0; !why && i < ARRAY_SIZE(changes); i++) {
		store_write(vif->back.dir, changes[i].key, changes[i].value);
		back_set_state(&vif->back, CONNECTED);
		back_vif_serve_for(vif, 100);
	}
	if (why)
		return why;
	if (back_front_state(&vif->back) != CONNECTED)
		return back_reason(&vif->back, "the front gives up");
	return back_vif_ping(vif);
}

void back_vif_keys(struct back_vif *vif)
{
	unsigned int i;

	back_vif_context(vif, 0);
	for (i = 0; i < ARRAY_SIZE(key_cases); i++)
		back_vif_case_end(vif, key_cases[i].name, odd_keys(vif, &key_cases[i]));
	back_vif_case_end(vif, "keys that change", change_keys(vif));
	back_vif_case_end(vif, "works when connected again", connect_and_ping(vif));
}

/* --- rings that stand ---------------------------------------------------- */

/* Longer than the watchdog of the guest's stack. */
#define STAND_SECONDS 7

void back_vif_stands(struct back_vif *vif)
{
	const char *why = connect_and_ping(vif);

	back_vif_context(vif, STAND_SECONDS);
	sleep(STAND_SECONDS);
	back_vif_serve_for(vif, 500);
	report_case("rings that stand, and go on", why ? why : back_vif_ping(vif));
	sleep(STAND_SECONDS);
	back_vif_case_end(vif, "rings that stand until the device goes", NULL);
	back_vif_case_end(vif, "works when connected again", connect_and_ping(vif));
}

/* --- a backend that vanishes --------------------------------------------- */

static const char *vanish(struct back_vif *vif)
{
	const char *why = connect_and_ping(vif);

	if (why)
		return why;
	why = back_vanish(&vif->back);
	back_vif_detach(vif);
	return why ? why : connect_and_ping(vif);
}

void back_vif_vanishes(struct back_vif *vif)
{
	unsigned int i;

	back_vif_context(vif, 0);
	for (i = 0; i < 4; i++)
		report_case("the backend vanishes and comes back", vanish(vif));
}

/* --- states in no order -------------------------------------------------- */

void back_vif_flap(struct back_vif *vif)
{
	const char *why;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		vif->trusted = i & 1;
		back_vif_context(vif, 0);
		why = connect_and_ping(vif);
		why = why ? why : back_flap(&vif->back, 200);
		back_vif_detach(vif);
		report_case("200 states in no order", why);
	}
	back_vif_case_end(vif, "works when connected again", connect_and_ping(vif));
}

/* --- storms -------------------------------------------------------------- */

#define STORM_SECONDS 4

void back_vif_storm(struct back_vif *vif)
{
	const char *why = connect_and_ping(vif);
	time_t until = time(NULL) + STORM_SECONDS;
	unsigned int events = 0;

	while (!why && time(NULL) < until) {
		channel_send(vif->tx.port);
		events++;
	}
	report_context("%u events in %u s", events, STORM_SECONDS);
	back_vif_case_end(vif, "a storm of events", why ? why : back_vif_ping(vif));
}

/* --- what the guest logs ------------------------------------------------- */

#define FLIPS 300
#define FLIP_MS 40
#define CARRIER_SECONDS 3
#define VANISHES 12

static const char *flip_carrier(struct back_vif *vif)
{
	const char *why = connect_and_ping(vif);
	unsigned int i;

	for (i = 0; !why && i < FLIPS; i++) {
		store_write(vif->back.dir, "carrier", i & 1 ? "1" : "0");
		back_set_state(&vif->back, CONNECTED);
		back_vif_serve_for(vif, FLIP_MS);
	}
	/* The guest's stack turns to a carrier once a second. */
	back_vif_serve_for(vif, CARRIER_SECONDS * 1000);
	return why ? why : back_vif_ping(vif);
}

/* The scenario counts the lines in the guest's log. */
void back_vif_log(struct back_vif *vif)
{
	const char *why;
	unsigned int i;

	back_vif_context(vif, FLIPS);
	report_case("a carrier that flips", flip_carrier(vif));
	back_vif_context(vif, VANISHES);
	for (i = 0, why = NULL; i < VANISHES && !why; i++)
		why = vanish(vif);
	back_vif_case_end(vif, "vanishing again and again", why);
}
