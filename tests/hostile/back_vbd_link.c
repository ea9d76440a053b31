// SPDX-License-Identifier: GPL-2.0
/*
 * Keys that make no sense or change, rings that stand, backends that vanish, states in no
 * order, storms of events. The guest must have its disk back when the backend behaves.
 */
#include <time.h>
#include <unistd.h>

#include "back_vbd.h"

#define SOME 20

static const char *connect_and_serve(struct back_vbd *vbd)
{
	const char *why = back_vbd_connect(vbd);

	return why ? why : back_vbd_serve(vbd, SOME);
}

static void works_again(struct back_vbd *vbd)
{
	const char *why = connect_and_serve(vbd);

	report_case("works when connected again", why ? why : back_vbd_close(vbd));
}

/* --- keys of a new connection -------------------------------------------- */

#define NO_NUMBER "want a number"

struct key_case {
	const char *name;
	struct pair keys[5];
	/* of the error; NULL: the value is ignored or cut, and the disk works */
	const char *error;
};

/* Before the frontend lends its rings. */
static const struct key_case offers[] = {
	{ "indirect segments -1", { { "feature-max-indirect-segments", "-1" } } },
	{ "0 indirect segments", { { "feature-max-indirect-segments", "0" } } },
	{ "2^32 indirect segments", { { "feature-max-indirect-segments", "4294967296" } } },
	{ "indirect segments of 1000 digits",
	  { { "feature-max-indirect-segments", DIGITS_1000 } } },
	{ "4 queues", { { "multi-queue-max-queues", "4" } } },
	{ "0 queues", { { "multi-queue-max-queues", "0" } } },
	{ "-1 queues", { { "multi-queue-max-queues", "-1" } } },
	{ "2^32 queues", { { "multi-queue-max-queues", "4294967296" } } },
	{ "queues of 1000 digits", { { "multi-queue-max-queues", DIGITS_1000 } } },
	{ "rings of order 99", { { "max-ring-page-order", "99" } } },
	{ "rings of order -1", { { "max-ring-page-order", "-1" } } },
	{ "features of garbage", { { "feature-persistent", "x\n\033[2J" },
				   { "max-ring-page-order", "x" },
				   { "multi-queue-max-queues", "x" },
				   { "feature-max-indirect-segments", "" } } },
};

/* Before the disk is there. */
static const struct key_case disks[] = {
	{ "no sectors", { { "sectors" } }, NO_NUMBER },
	{ "sectors of garbage", { { "sectors", "many\nhostile: a line of its own\033[2J" } },
	  NO_NUMBER },
	{ "-1 sectors", { { "sectors", "-1" } }, NO_NUMBER },
	{ "2^63 sectors", { { "sectors", "9223372036854775808" } }, NO_NUMBER },
	{ "sectors of 1000 digits", { { "sectors", DIGITS_1000 } }, NO_NUMBER },
	{ "sectors of 0 bytes", { { "sector-size", "0" } }, NO_NUMBER },
	{ "sectors of 3 bytes", { { "sector-size", "3" } }, NO_NUMBER },
	{ "sectors of 513 bytes", { { "sector-size", "513" } }, "not a power of two" },
	{ "sectors of 4095 bytes", { { "sector-size", "4095" } }, "not a power of two" },
	{ "sectors of 8192 bytes", { { "sector-size", "8192" } }, NO_NUMBER },
	{ "sectors of 2^32 bytes", { { "sector-size", "4294967296" } }, NO_NUMBER },
	{ "a disk of 2^54 sectors", { { "sectors", "18014398509481983" } } },
	{ "a physical sector of 3 bytes", { { "physical-sector-size", "3" } } },
	{ "a physical sector of 2^31 bytes", { { "physical-sector-size", "2147483648" } } },
	{ "discard of 0 and of 2^40 bytes", { { "feature-discard", "1" },
					      { "discard-granularity", "0" },
					      { "discard-alignment", "1099511627776" } } },
	{ "discard of 3 bytes", { { "feature-discard", "1" }, { "discard-granularity", "3" },
				  { "discard-alignment", "2" }, { "discard-secure", "x" } } },
	{ "features of 2^64", { { "feature-flush-cache", "18446744073709551616" },
				{ "feature-barrier", "-1" }, { "info", "x" },
				{ "feature-discard", "" } } },
};

static const char *odd_offer(struct back_vbd *vbd, const struct key_case *c)
{
	const char *why;

	vbd->offer = c->keys;
	why = connect_and_serve(vbd);
	vbd->offer = NULL;
	return why;
}

static const char *odd_disk(struct back_vbd *vbd, const struct key_case *c)
{
	const char *why;

	vbd->ready = c->keys;
	why = back_vbd_connect(vbd);
	vbd->ready = NULL;
	if (!why && c->error)
		why = back_expect_error(&vbd->back, c->error);
	else if (!why)
		why = back_vbd_serve(vbd, SOME);
	return why;
}

/* --- keys that change ---------------------------------------------------- */

/* Values of a disk that is in use. */
static const struct pair changes[] = {
	{ "sectors", "0" }, { "sectors", "-1" }, { "sectors", "9223372036854775808" },
	{ "sectors", "18014398509481983" }, { "sectors", "x" }, { "sectors", DIGITS_1000 },
	{ "sectors" }, { "sectors", "8192" }, { "info", "4" }, { "info", "4294967296" },
	{ "info", "-1" }, { "info", "0" }, { "sector-size", "0" }, { "sector-size", "4096" },
	{ "sector-size", "3" }, { "feature-flush-cache", "x" }, { "feature-barrier", "1" },
	{ "feature-discard", "1" }, { "feature-persistent", "1" },
	{ "feature-max-indirect-segments", "0" }, { "multi-queue-max-queues", "99" },
	{ "max-ring-page-order", "99" }, { "multi-queue-max-queues", "1" },
};

/* The frontend reads the size again whenever our state is written. */
static const char *change_keys(struct back_vbd *vbd)
{
	const char *why = connect_and_serve(vbd);
	unsigned int i;

	for (i = 0; !why && i < ARRAY_SIZE(changes); i++) {
		store_write(vbd->back.dir, changes[i].key, changes[i].value);
		back_set_state(&vbd->back, CONNECTED);
		back_vbd_serve_for(vbd, 100);
	}
	if (why)
		return why;
	if (back_front_state(&vbd->back) != CONNECTED)
		return back_reason(&vbd->back, "the front gives up");
	store_printf(vbd->back.dir, "sectors", "%u", BACK_DISK_SECTORS);
	store_write(vbd->back.dir, "info", "0");
	back_set_state(&vbd->back, CONNECTED);
	return back_vbd_serve(vbd, SOME);
}

void back_vbd_keys(struct back_vbd *vbd)
{
	const char *why, *close;
	unsigned int i;

	back_vbd_context(vbd, 0);
	for (i = 0; i < ARRAY_SIZE(offers); i++) {
		why = odd_offer(vbd, &offers[i]);
		close = back_vbd_close(vbd);
		report_case(offers[i].name, why ? why : close);
	}
	for (i = 0; i < ARRAY_SIZE(disks); i++) {
		why = odd_disk(vbd, &disks[i]);
		close = back_vbd_close(vbd);
		report_case(disks[i].name, why ? why : close);
	}
	why = change_keys(vbd);
	close = back_vbd_close(vbd);
	report_case("keys that change", why ? why : close);
	works_again(vbd);
}

/* --- a ring that stands -------------------------------------------------- */

#define STAND_SECONDS 3

/* Slow is not broken; then the backend dies without a word. */
void back_vbd_stands(struct back_vbd *vbd)
{
	const char *why = connect_and_serve(vbd);

	back_vbd_context(vbd, 0);
	sleep(STAND_SECONDS);
	report_case("a ring that stands and goes on", why ? why : back_vbd_serve(vbd, SOME));
	sleep(STAND_SECONDS);
	report_case("a ring that stands until the device goes", back_vbd_close(vbd));
	works_again(vbd);
}

/* --- a backend that vanishes --------------------------------------------- */

/* The disk waits for the next backend, and no request under way has an error. */
static const char *vanish(struct back_vbd *vbd)
{
	const char *why = connect_and_serve(vbd);

	if (why)
		return why;
	why = back_vanish(&vbd->back);
	back_vbd_detach(vbd);
	return why ? why : connect_and_serve(vbd);
}

void back_vbd_vanishes(struct back_vbd *vbd)
{
	unsigned int i;

	back_vbd_context(vbd, 0);
	for (i = 0; i < 4; i++)
		report_case("the backend vanishes and comes back", vanish(vbd));
}

/* --- states in no order -------------------------------------------------- */

void back_vbd_flap(struct back_vbd *vbd)
{
	const char *why;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		vbd->mode = i % BACK_MODES;
		back_vbd_context(vbd, 0);
		why = connect_and_serve(vbd);
		/* The frontend may begin anew at any of them. */
		why = why ? why : back_flap(&vbd->back, 200);
		back_vbd_detach(vbd);
		report_case("200 states in no order", why);
	}
	works_again(vbd);
}

/* --- storms -------------------------------------------------------------- */

#define STORM_SECONDS 4

void back_vbd_storm(struct back_vbd *vbd)
{
	const char *why = connect_and_serve(vbd);
	time_t end = time(NULL) + STORM_SECONDS;
	unsigned int events = 0;

	while (!why && time(NULL) < end) {
		channel_send(vbd->ring[0].port);
		events++;
	}
	report_context("%u events in %u s", events, STORM_SECONDS);
	report_case("a storm of events", why ? why : back_vbd_serve(vbd, SOME));
	report_case("close", back_vbd_close(vbd));
}

/* --- what the guest logs ------------------------------------------------- */

#define SIZES 300
#define SIZE_MS 40
#define VANISHES 12

/* Each size is one that the frontend has a message for. The last one must be taken up. */
static const char *change_sizes(struct back_vbd *vbd)
{
	const char *why = connect_and_serve(vbd);
	unsigned int i;

	for (i = 0; !why && i < SIZES; i++) {
		store_printf(vbd->back.dir, "sectors", "%u", BACK_DISK_SECTORS + 8 * (SIZES - i));
		back_set_state(&vbd->back, CONNECTED);
		back_vbd_serve_for(vbd, SIZE_MS);
	}
	return why ? why : back_vbd_serve(vbd, SOME);
}

/* The scenario counts the lines in the guest's log. */
void back_vbd_log(struct back_vbd *vbd)
{
	const char *why;
	unsigned int i;

	back_vbd_context(vbd, SIZES);
	report_case("sizes that change", change_sizes(vbd));
	back_vbd_context(vbd, VANISHES);
	for (i = 0, why = NULL; i < VANISHES && !why; i++)
		why = vanish(vbd);
	report_case("vanishing again and again", why);
	report_case("close", back_vbd_close(vbd));
}
