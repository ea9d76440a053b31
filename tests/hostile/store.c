// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store.h"

/* xenstore's messages */
enum { XS_READ = 2, XS_WRITE = 11, XS_RM = 13, XS_SET_PERMS = 14, XS_ERROR = 16 };

struct header {
	uint32_t type;
	uint32_t request;
	uint32_t transaction;
	uint32_t len;
};

#define PAYLOAD 4096

static int fd = -1;

void store_open(void)
{
	fd = open("/dev/xen/xenbus", O_RDWR);
	if (fd < 0)
		die("/dev/xen/xenbus: %s", strerror(errno));
}

static void take(void *to, size_t len)
{
	uint8_t *at = to;
	ssize_t got;

	while (len) {
		got = read(fd, at, len);
		if (got <= 0)
			die("xenstore: %s", strerror(errno));
		at += got;
		len -= got;
	}
}

/*
 * Send a request and receive the reply, to which a zero byte is appended.
 * Return: the reply's length, or -1 if it is the name of an error.
 */
static int ask(uint32_t type, const void *payload, size_t len, char *answer)
{
	struct {
		struct header header;
		char payload[PAYLOAD];
	} msg = { .header = { .type = type, .len = len } };

	memcpy(msg.payload, payload, len);
	if (write(fd, &msg, sizeof(msg.header) + len) != (ssize_t)(sizeof(msg.header) + len))
		die("xenstore: %s", strerror(errno));
	take(&msg.header, sizeof(msg.header));
	if (msg.header.len >= PAYLOAD)
		die("xenstore answers with %u bytes", msg.header.len);
	take(answer, msg.header.len);
	answer[msg.header.len] = 0;
	return msg.header.type == XS_ERROR ? -1 : (int)msg.header.len;
}

/* Return: the length, with the zero byte. */
static size_t join(char *path, const char *dir, const char *key)
{
	return snprintf(path, PAYLOAD / 2, "%s/%s", dir, key) + 1;
}

bool store_read(const char *dir, const char *key, char *value)
{
	char path[PAYLOAD], answer[PAYLOAD];
	size_t len = join(path, dir, key);

	if (ask(XS_READ, path, len, answer) < 0)
		return false;
	snprintf(value, STORE_VALUE, "%.*s", STORE_VALUE - 1, answer);
	return true;
}

unsigned int store_number(const char *dir, const char *key, unsigned int fallback)
{
	char value[STORE_VALUE];

	return store_read(dir, key, value) ? strtoul(value, NULL, 10) : fallback;
}

void store_write(const char *dir, const char *key, const char *value)
{
	char msg[PAYLOAD], answer[PAYLOAD];
	size_t len = join(msg, dir, key);

	if (!value) {
		ask(XS_RM, msg, len, answer);
		return;
	}
	memcpy(msg + len, value, strlen(value));
	if (ask(XS_WRITE, msg, len + strlen(value), answer) < 0)
		die("cannot write %s/%s: %s", dir, key, answer);
}

void store_printf(const char *dir, const char *key, const char *fmt, ...)
{
	char value[STORE_VALUE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(value, sizeof(value), fmt, args);
	va_end(args);
	store_write(dir, key, value);
}

void store_write_all(const char *dir, const struct pair *pairs)
{
	for (; pairs->key; pairs++)
		store_write(dir, pairs->key, pairs->value);
}

void store_make_folder(const char *path, unsigned int owner, unsigned int reader)
{
	char msg[PAYLOAD], answer[PAYLOAD];
	size_t len = snprintf(msg, sizeof(msg), "%s", path) + 1;

	if (ask(XS_WRITE, msg, len, answer) < 0)
		die("cannot make %s: %s", path, answer);
	len += snprintf(msg + len, sizeof(msg) - len, "n%u", owner) + 1;
	len += snprintf(msg + len, sizeof(msg) - len, "r%u", reader) + 1;
	if (ask(XS_SET_PERMS, msg, len, answer) < 0)
		die("permissions of %s: %s", path, answer);
}

void store_remove(const char *path)
{
	char answer[PAYLOAD];

	ask(XS_RM, path, strlen(path) + 1, answer);
}
