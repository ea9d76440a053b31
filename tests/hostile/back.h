/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The xenbus handshake from the backend's side. The backend's folder is one that no driver of
 * this domain watches; the frontend is a driver of the guest, and finds it by its own keys.
 */
#ifndef HOSTILE_BACK_H
#define HOSTILE_BACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "xen.h"

/* A frontend writes it into no page that it lends: it fills the guest's free memory. */
#define SECRET "this is a secret"

/* The folders of both ends, and of the frontend's error. */
struct back {
	unsigned int guest;
	char front[64], dir[64], error[96];
	/* a page showed what was not meant for us */
	const char *trouble;
};

/*
 * Make both folders, as a toolstack does, and the guest has a new device. @type: "vbd" or
 * "vif"; @keys: what else the frontend's folder has.
 */
void back_create(struct back *back, const char *type, const char *guest, const char *id,
		 const struct pair *keys);
/* The guest's device goes. */
void back_remove(struct back *back);
/*
 * Only the backend's folder goes, as with its domain; back_prepare() makes it again. Return: NULL
 * when the frontend waits for that, or what it does instead.
 */
const char *back_vanish(struct back *back);

void back_set_state(struct back *back, unsigned int state);
unsigned int back_front_state(struct back *back);

/* Does the frontend refuse to connect, for what we hold of earlier connections? */
bool back_refused(struct back *back);

/* Wait until the frontend is in one of two states; false after 30 seconds, or if it refuses. */
bool back_wait(struct back *back, unsigned int state, unsigned int other);
/* Close the connection, if there is one, without waiting for anything under way. */
const char *back_close(struct back *back);
/* Write what the backend can do, before it waits for the frontend. */
void back_prepare(struct back *back, const struct pair *keys);

/*
 * Expect the frontend to close by itself, with an error that contains @text. Return: NULL,
 * or what it did instead.
 */
const char *back_expect_error(struct back *back, const char *text);

/* Return: @what, and where the frontend is. */
const char *back_reason(struct back *back, const char *what);

/* Look at a copy of a page that was lent to us. */
void back_inspect(struct back *back, const uint8_t *bytes, size_t len);

/* Write random states, and see to it that the frontend is closed. */
const char *back_flap(struct back *back, unsigned int times);

#endif
