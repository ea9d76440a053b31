// SPDX-License-Identifier: GPL-2.0
/*
 * Send data both ways between two machines at the same time, and check every byte; the
 * client reports the results of both ends.
 *
 *	stream serve
 *	stream tcp ADDRESS BYTES [SEED [OWN_PORT [BYTES_A_SECOND]]]
 *	stream udp|fragments ADDRESS DATAGRAMS MAX_PAYLOAD [SEED [WINDOW]]
 *	stream multicast ADDRESS DATAGRAMS MAX_PAYLOAD GROUP [SEED [WINDOW]]
 *
 * serve goes to the background and serves until it is killed. The exit status is
 * 0 if nothing was lost, repeated, altered or out of order. fragments is for
 * datagrams longer than an MTU, whose order is not checked, because frames without ports may
 * take another queue.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "stream.h"

/* A limit for a peer that is gone; no peer is that slow. */
#define PATIENCE_SECONDS 60
#define DEFAULT_WINDOW 32
#define PORT 7000
#define GROUP_PORT 7007

void die(const char *what)
{
	printf("stream: %s: %s\n", what, strerror(errno));
	exit(2);
}

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

void put(int fd, const void *data, size_t len)
{
	ssize_t n;

	for (; len; data = (const char *)data + n, len -= n) {
		n = send(fd, data, len, MSG_NOSIGNAL);
		if (n <= 0)
			die("send");
	}
}

void get(int fd, void *data, size_t len)
{
	ssize_t n;

	for (; len; data = (char *)data + n, len -= n) {
		n = recv(fd, data, len, 0);
		if (n == 0)
			errno = ECONNRESET;
		if (n <= 0)
			die("recv");
	}
}

static void limit_waiting(int fd)
{
	struct timeval tv = { .tv_sec = PATIENCE_SECONDS };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

/* An IPv4 address becomes ::ffff:a.b.c.d: one kind of socket does for both. */
static struct in6_addr parse_address(const char *text)
{
	struct in6_addr addr;
	char mapped[80];

	if (inet_pton(AF_INET6, text, &addr) == 1)
		return addr;
	snprintf(mapped, sizeof(mapped), "::ffff:%s", text);
	if (inet_pton(AF_INET6, mapped, &addr) != 1) {
		errno = EINVAL;
		die(text);
	}
	return addr;
}

static void run(struct stream *s)
{
	uint64_t seed = s->request.seed;

	s->seed_out = s->is_server ? ~seed : seed;
	s->seed_in = ~s->seed_out;
	limit_waiting(s->control);
	if (s->request.kind == STREAM_TCP)
		tcp_run(s);
	else
		udp_run(s);
}

static void serve_one(int fd)
{
	struct stream s = { .control = fd, .is_server = true };

	limit_waiting(fd);
	get(fd, &s.request, sizeof(s.request));
	run(&s);
	put(fd, &s.result, sizeof(s.result));
	/* The client closes when it has received everything. */
	shutdown(fd, SHUT_WR);
	while (recv(fd, &s, 1, 0) > 0)
		;
}

static void serve(void)
{
	struct sockaddr_in6 addr = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(PORT),
	};
	int fd = socket(AF_INET6, SOCK_STREAM, 0), one = 1, client;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 16))
		die("listen");
	if (daemon(0, 0))
		die("daemon");
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		client = accept(fd, NULL, NULL);
		if (client < 0)
			continue;
		if (!fork()) {
			close(fd);
			serve_one(client);
			_exit(0);
		}
		close(client);
	}
}

/* Return: whether everything came as it was sent. */
static bool report(const char *way, const struct stream_result *r, const struct stream_request *q)
{
	printf("%s %llu of %llu: lost %llu, repeated %llu, reordered %llu, corrupt %llu, retransmitted %llu\n",
	       way, (unsigned long long)r->received, (unsigned long long)q->amount,
	       (unsigned long long)r->lost, (unsigned long long)r->repeated,
	       (unsigned long long)r->reordered, (unsigned long long)r->corrupt,
	       (unsigned long long)r->retransmitted);
	return r->received == q->amount && !r->lost && !r->repeated && !r->corrupt &&
	       (!r->reordered || q->kind == STREAM_FRAGMENTS);
}

/* A flow is known by its ports: some want to choose. */
static void bind_port(int fd, uint16_t port)
{
	struct sockaddr_in6 addr = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("bind");
}

/* @own_port: 0: any */
static int ask(struct stream *s, const char *address, uint16_t own_port)
{
	struct sockaddr_in6 addr = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(PORT),
		.sin6_addr = parse_address(address),
	};
	struct stream_result theirs;
	double start = now();
	bool good;

	s->control = socket(AF_INET6, SOCK_STREAM, 0);
	if (own_port)
		bind_port(s->control, own_port);
	if (connect(s->control, (struct sockaddr *)&addr, sizeof(addr)))
		die("connect");
	put(s->control, &s->request, sizeof(s->request));
	run(s);
	get(s->control, &theirs, sizeof(theirs));
	good = report("out", &theirs, &s->request);
	good = report("in", &s->result, &s->request) && good;
	printf("%.2f s\n", now() - start);
	return good ? 0 : 1;
}

static uint64_t number(int argc, char **argv, int which, uint64_t otherwise)
{
	return which < argc ? strtoull(argv[which], NULL, 0) : otherwise;
}

int main(int argc, char **argv)
{
	struct stream s = { .request.window = DEFAULT_WINDOW };
	struct stream_request *q = &s.request;
	uint16_t own_port = 0;
	int more = 5;

	signal(SIGPIPE, SIG_IGN);
	if (argc == 2 && !strcmp(argv[1], "serve"))
		serve();
	if (argc >= 4 && !strcmp(argv[1], "tcp")) {
		q->kind = STREAM_TCP;
		more = 4;
		own_port = number(argc, argv, 5, 0);
	} else if (argc >= 5 && !strcmp(argv[1], "udp")) {
		q->kind = STREAM_UDP;
	} else if (argc >= 5 && !strcmp(argv[1], "fragments")) {
		q->kind = STREAM_FRAGMENTS;
	} else if (argc >= 6 && !strcmp(argv[1], "multicast")) {
		q->kind = STREAM_MULTICAST;
		q->group = parse_address(argv[more++]);
		q->group_port = GROUP_PORT;
	} else {
		fprintf(stderr, "stream serve|tcp|udp|fragments|multicast ...\n");
		return 2;
	}
	q->amount = number(argc, argv, 3, 0);
	q->max_len = number(argc, argv, 4, 0);
	q->seed = number(argc, argv, more, 1);
	if (q->kind == STREAM_TCP)
		q->pace = number(argc, argv, more + 2, 0);
	else
		q->window = number(argc, argv, more + 1, DEFAULT_WINDOW);
	return ask(&s, argv[2], own_port);
}
