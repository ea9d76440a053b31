// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "back.h"
#include "clock.h"
#include "random.h"

/* A frontend that is short of something tries again after 8 seconds. */
#define WAIT_MS 30000
#define POLL_MS 5
#define SETTLE_MS 500

/* --- folders ------------------------------------------------------------- */

static void make_back_folder(struct back *back)
{
	store_make_folder(back->dir, 0, back->guest);
	store_write(back->dir, "frontend", back->front);
	store_printf(back->dir, "frontend-id", "%u", back->guest);
	store_write(back->dir, "online", "1");
	back_set_state(back, INITIALISING);
}

void back_create(struct back *back, const char *type, const char *guest, const char *id,
		 const struct pair *keys)
{
	back->guest = strtoul(guest, NULL, 10);
	snprintf(back->front, sizeof(back->front), "/local/domain/%s/device/%s/%s", guest, type, id);
	snprintf(back->dir, sizeof(back->dir), "/local/domain/0/hostile/%s/%s/%s", type, guest, id);
	snprintf(back->error, sizeof(back->error), "/local/domain/%s/error/device/%s/%s", guest, type,
		 id);
	make_back_folder(back);
	store_make_folder(back->front, back->guest, 0);
	store_write(back->front, "backend-id", "0");
	store_write(back->front, "handle", id);
	store_write_all(back->front, keys);
	store_write(back->front, "backend", back->dir);
	/* Last: the guest's kernel takes a folder in this state for a new device. */
	store_printf(back->front, "state", "%u", INITIALISING);
}

void back_remove(struct back *back)
{
	store_remove(back->front);
	store_remove(back->dir);
}

/* --- states -------------------------------------------------------------- */

void back_set_state(struct back *back, unsigned int state)
{
	store_printf(back->dir, "state", "%u", state);
}

unsigned int back_front_state(struct back *back)
{
	return store_number(back->front, "state", UNKNOWN);
}

bool back_refused(struct back *back)
{
	char error[STORE_VALUE];

	return store_read(back->error, "error", error) &&
	       strstr(error, "pages of earlier connections");
}

bool back_wait(struct back *back, unsigned int state, unsigned int other)
{
	uint64_t end = clock_ms() + WAIT_MS;
	unsigned int now;

	while (clock_ms() < end) {
		now = back_front_state(back);
		if (now == state || now == other)
			return true;
		if (now == INITIALISING && back_refused(back))
			return false;
		usleep(POLL_MS * 1000);
	}
	return false;
}

const char *back_reason(struct back *back, const char *what)
{
	char error[STORE_VALUE];

	if (!store_read(back->error, "error", error))
		strcpy(error, "none");
	return reason("%s; the front is in state %u, its error: %.60s", what,
		      back_front_state(back), error);
}

const char *back_close(struct back *back)
{
	back_set_state(back, CLOSED);
	if (back_wait(back, CLOSED, INITIALISING))
		return NULL;
	return back_reason(back, "the front does not close");
}

const char *back_vanish(struct back *back)
{
	store_remove(back->dir);
	if (back_wait(back, INITIALISING, INITIALISING))
		return NULL;
	return back_reason(back, "the front stays");
}

void back_prepare(struct back *back, const struct pair *keys)
{
	char state[STORE_VALUE];

	if (!store_read(back->dir, "state", state))
		make_back_folder(back);
	store_write_all(back->dir, keys);
	store_write(back->error, "error", NULL);
}

static const char *judge_error(struct back *back, const char *text)
{
	char error[STORE_VALUE];

	if (!store_read(back->error, "error", error))
		return "the front has no error node";
	if (!strstr(error, text))
		return reason("the front's error is: %s", error);
	return NULL;
}

const char *back_expect_error(struct back *back, const char *text)
{
	if (!back_wait(back, CLOSING, CLOSED))
		return back_reason(back, "the front goes on");
	return judge_error(back, text);
}

const char *back_flap(struct back *back, unsigned int times)
{
	/* Unknown would mean that the backend is gone, which is another case. */
	while (times--)
		back_set_state(back, INITIALISING + random_below(RECONFIGURED));
	back_set_state(back, CLOSED);
	/* The frontend may still react to one of the earlier states. */
	usleep(SETTLE_MS * 1000);
	return back_close(back);
}

/* --- what is lent -------------------------------------------------------- */

void back_inspect(struct back *back, const uint8_t *bytes, size_t len)
{
	if (memmem(bytes, len, SECRET, strlen(SECRET)))
		back->trouble = "a page with somebody else's data was lent";
}
