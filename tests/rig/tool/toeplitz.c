// SPDX-License-Identifier: GPL-2.0
/*
 * The hash of a flow, computed bit by bit from its definition, without code of the
 * drivers:
 *
 *	toeplitz KEY SOURCE DESTINATION [SOURCE_PORT DESTINATION_PORT]
 *
 * KEY is in ethtool's format, bytes in hexadecimal with colons between them. For each
 * bit of the flow that is set, from the first to the last, the 32 bits of the key
 * that begin at the same place are added without carry.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_BYTES 40

struct flow {
	unsigned char byte[36];
	int len;
};

static void usage(void)
{
	fprintf(stderr, "toeplitz KEY SOURCE DESTINATION [SOURCE_PORT DESTINATION_PORT]\n");
	exit(2);
}

static void parse_key(const char *text, unsigned char *key)
{
	int i;

	for (i = 0; i < KEY_BYTES; i++) {
		char *end;

		key[i] = strtoul(text, &end, 16);
		if (end != text + 2 || *end != (i == KEY_BYTES - 1 ? '\0' : ':'))
			usage();
		text = end + 1;
	}
}

static void add_address(struct flow *flow, const char *text)
{
	int v6 = strchr(text, ':') != NULL;

	if (inet_pton(v6 ? AF_INET6 : AF_INET, text, flow->byte + flow->len) != 1)
		usage();
	flow->len += v6 ? 16 : 4;
}

static void add_port(struct flow *flow, const char *text)
{
	unsigned int port = strtoul(text, NULL, 10);

	flow->byte[flow->len++] = port >> 8;
	flow->byte[flow->len++] = port;
}

static int bit(const unsigned char *bytes, int nr)
{
	return bytes[nr / 8] >> (7 - nr % 8) & 1;
}

static uint32_t hash(const unsigned char *key, const struct flow *flow)
{
	uint32_t sum = 0, window;
	int i, k;

	for (i = 0; i < 8 * flow->len; i++) {
		window = 0;
		for (k = 0; k < 32; k++)
			window = window << 1 | bit(key, i + k);
		if (bit(flow->byte, i))
			sum ^= window;
	}
	return sum;
}

int main(int argc, char **argv)
{
	unsigned char key[KEY_BYTES];
	struct flow flow = { };

	if (argc != 4 && argc != 6)
		usage();
	parse_key(argv[1], key);
	add_address(&flow, argv[2]);
	add_address(&flow, argv[3]);
	if (argc == 6) {
		add_port(&flow, argv[4]);
		add_port(&flow, argv[5]);
	}
	printf("%u\n", hash(key, &flow));
	return 0;
}
