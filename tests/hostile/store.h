/* SPDX-License-Identifier: GPL-2.0 */
/* xenstore, through /dev/xen/xenbus. Paths may be relative to this domain's. */
#ifndef HOSTILE_STORE_H
#define HOSTILE_STORE_H

#include <stdbool.h>

#include "report.h"

#define STORE_VALUE 256

/* A key and its value; NULL: the key is removed. */
struct pair {
	const char *key;
	const char *value;
};

/* A value of 1000 digits. */
#define DIGITS_10 "1111111111"
#define DIGITS_100 DIGITS_10 DIGITS_10 DIGITS_10 DIGITS_10 DIGITS_10 \
		   DIGITS_10 DIGITS_10 DIGITS_10 DIGITS_10 DIGITS_10
#define DIGITS_500 DIGITS_100 DIGITS_100 DIGITS_100 DIGITS_100 DIGITS_100
#define DIGITS_1000 DIGITS_500 DIGITS_500

void store_open(void);

/* @value: room for STORE_VALUE. Return: false if there is no such key. */
bool store_read(const char *dir, const char *key, char *value);
unsigned int store_number(const char *dir, const char *key, unsigned int fallback);

/* Write a key, or remove it; removing a key that does not exist is no error. */
void store_write(const char *dir, const char *key, const char *value);
__printf(3, 4) void store_printf(const char *dir, const char *key, const char *fmt, ...);
/* Write all pairs; the last one has no key. */
void store_write_all(const char *dir, const struct pair *pairs);

/* Only domain 0 may do these. What is created in a folder has its permissions. */
void store_make_folder(const char *path, unsigned int owner, unsigned int reader);
/* Remove a key or a folder; it need not exist. */
void store_remove(const char *path);

#endif
