/* SPDX-License-Identifier: GPL-2.0 */
/* Pages that a backend keeps mapped, from one connection to the next. */
#ifndef HOSTILE_HOARD_H
#define HOSTILE_HOARD_H

#include "back.h"

#define HOARD_MAX 4096

/* With more pages than that in quarantine, a device does not connect. */
#define HOARD_BOUND 1024

struct hoard {
	unsigned int nr;
	uint32_t ref[HOARD_MAX];
	struct mapped page[HOARD_MAX];
};

/* Map a page, unless it is mapped already. */
void hoard_add(struct hoard *hoard, const struct back *back, uint32_t ref);

/* Let go of all. */
void hoard_end(struct hoard *hoard);

/*
 * The frontend has connected with no more held than it may let us keep, and now it did not, for the
 * reason @failed. Return: NULL if that is as it should be, or what is wrong.
 */
const char *hoard_judge(const struct hoard *hoard, struct back *back, const char *failed);

#endif
