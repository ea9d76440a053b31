/* SPDX-License-Identifier: GPL-2.0 */
/* Requests and results that the ends of a stream exchange. */
#ifndef RIG_STREAM_H
#define RIG_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <netinet/in.h>

enum stream_kind { STREAM_TCP = 1, STREAM_UDP, STREAM_FRAGMENTS, STREAM_MULTICAST };

/* The first bytes of a connection. Both ends run on machines of one kind. */
struct stream_request {
	uint32_t kind;
	/* UDP: the longest payload; datagrams that may be under way */
	uint32_t max_len;
	uint32_t window;
	uint32_t group_port;
	/* TCP: bytes a second each way; 0: as fast as it goes */
	uint64_t pace;
	/* bytes (TCP) or datagrams (UDP), each way */
	uint64_t amount;
	uint64_t seed;
	/* IPv6, or IPv4 mapped into it */
	struct in6_addr group;
};

/* What came from the other end; all but @received should be 0. */
struct stream_result {
	uint64_t received;
	uint64_t lost;
	uint64_t repeated;
	uint64_t reordered;
	uint64_t corrupt;
	uint64_t retransmitted;
};

struct stream {
	int control;
	bool is_server;
	struct stream_request request;
	/* of what this end sends, of what it expects */
	uint64_t seed_out;
	uint64_t seed_in;
	struct stream_result result;
};

_Noreturn void die(const char *what);
double now(void);

/* Over the control connection, whole. */
void put(int fd, const void *data, size_t len);
void get(int fd, void *data, size_t len);

void tcp_run(struct stream *s);
void udp_run(struct stream *s);

#endif
