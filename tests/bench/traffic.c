// SPDX-License-Identifier: GPL-2.0
/*
 * Traffic so light that the drivers under it dominate, and an end to send it to.
 * Prints "<operations> <nanoseconds> <operations with those to warm up> <sent>".
 *
 *	traffic serve DEVICE
 *	traffic tcp HOST COUNT		operations are 64 KiB
 *	traffic bulk HOST COUNT		the same, neither end copying
 *	traffic packets HOST DEVICE BYTES COUNT
 *					frames of BYTES to a foreign address: the other
 *					end's stack drops them
 *	traffic pingpong HOST COUNT	64 bytes there and back
 *
 * The clock stops when the other end has acknowledged the last operation, so that the
 * time of queued ones is included, and lost ones do not count.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT_TCP 5001
#define PORT_BULK 5002
#define PORT_ECHO 5003
#define PORT_COUNT 5004

#define UNIT (64u << 10)
#define WARM_UP_UNITS 128
#define WARM_UP_PACKETS 512
#define BURST 64
#define ETH_IPV4 0x0800

static void die(const char *what)
{
	fprintf(stderr, "traffic: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void show(uint64_t done, uint64_t ns, uint64_t all, uint64_t sent)
{
	printf("%llu %llu %llu %llu\n", (unsigned long long)done, (unsigned long long)ns,
	       (unsigned long long)all, (unsigned long long)sent);
}

static struct sockaddr_in address(const char *host, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };

	if (host && inet_pton(AF_INET, host, &to.sin_addr) != 1)
		die(host);
	return to;
}

static int reach(const char *host, int type, int port)
{
	struct sockaddr_in to = address(host, port);
	int fd = socket(AF_INET, type, 0);

	if (fd < 0 || connect(fd, (void *)&to, sizeof(to)))
		die(host);
	return fd;
}

static int open_port(int type, int port)
{
	struct sockaddr_in at = address(NULL, port);
	int fd = socket(AF_INET, type, 0), yes = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
	    bind(fd, (void *)&at, sizeof(at)) || (type == SOCK_STREAM && listen(fd, 4)))
		die("cannot serve");
	return fd;
}

/* --- the other end ------------------------------------------------------- */

/* Each length announced is answered with a byte once that much has come. */
static void drain(int fd, int flags)
{
	static char buffer[2 * UNIT];
	uint64_t left;

	while (recv(fd, &left, sizeof(left), MSG_WAITALL) == sizeof(left)) {
		while (left) {
			size_t want = left < sizeof(buffer) ? left : sizeof(buffer);
			ssize_t got = recv(fd, buffer, want, flags);

			if (got <= 0)
				return;
			left -= got;
		}
		send(fd, "", 1, 0);
	}
}

static void serve_tcp(int port, int flags)
{
	int yes = 1, fd, at = open_port(SOCK_STREAM, port);

	while ((fd = accept(at, NULL, NULL)) >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
		drain(fd, flags);
		close(fd);
	}
}

static void serve_echo(int port)
{
	struct sockaddr_in from;
	int fd = open_port(SOCK_DGRAM, port);
	char buffer[2048];

	for (;;) {
		socklen_t size = sizeof(from);
		ssize_t got = recvfrom(fd, buffer, sizeof(buffer), 0, (void *)&from, &size);

		if (got >= 0)
			sendto(fd, buffer, got, 0, (void *)&from, size);
	}
}

/* Answers with how many packets the device has received. */
static void serve_count(int port, const char *device)
{
	struct sockaddr_in from;
	int stat, fd = open_port(SOCK_DGRAM, port);
	char buffer[64], path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/rx_packets", device);
	for (;;) {
		socklen_t size = sizeof(from);
		ssize_t got = recvfrom(fd, buffer, sizeof(buffer), 0, (void *)&from, &size);

		stat = open(path, O_RDONLY);
		if (got < 0 || stat < 0)
			continue;
		got = read(stat, buffer, sizeof(buffer));
		close(stat);
		sendto(fd, buffer, got, 0, (void *)&from, size);
	}
}

static void serve(const char *device)
{
	if (!fork())
		serve_tcp(PORT_TCP, 0);
	else if (!fork())
		serve_tcp(PORT_BULK, MSG_TRUNC);
	else if (!fork())
		serve_echo(PORT_ECHO);
	else if (!fork())
		serve_count(PORT_COUNT, device);
}

/* --- TCP ------------------------------------------------------------------ */

/* The kernel is done with pages it did not copy. */
static void collect(int fd)
{
	char control[128];
	struct msghdr message = { .msg_control = control, .msg_controllen = sizeof(control) };

	while (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0)
		message.msg_controllen = sizeof(control);
}

static void push(int fd, int flags, uint64_t bytes)
{
	static _Alignas(4096) char buffer[2 * UNIT];
	uint64_t left = bytes;
	char ack;

	if (send(fd, &bytes, sizeof(bytes), MSG_MORE) != sizeof(bytes))
		die("send");
	while (left) {
		ssize_t put = send(fd, buffer, left < sizeof(buffer) ? left : sizeof(buffer), flags);

		if (put <= 0 && errno != ENOBUFS)
			die("send");
		left -= put > 0 ? put : 0;
		if (flags)
			collect(fd);
	}
	if (recv(fd, &ack, 1, 0) != 1)
		die("no answer");
}

static void tcp(const char *host, int port, uint64_t count)
{
	int fd = reach(host, SOCK_STREAM, port), yes = 1;
	int flags = port == PORT_BULK ? MSG_ZEROCOPY : 0;
	uint64_t start;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) ||
	    (flags && setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &yes, sizeof(yes))))
		die("socket");
	push(fd, flags, (uint64_t)WARM_UP_UNITS * UNIT);
	start = now();
	push(fd, flags, count * UNIT);
	show(count, now() - start, count + WARM_UP_UNITS, count);
}

/* --- packets ---------------------------------------------------------------- */

struct burst {
	struct mmsghdr message[BURST];
	struct iovec frame;
	int fd;
};

/* UDP to a hardware address without an owner. */
static const unsigned char headers[] = {
	0x02, 0, 0, 0, 0, 0x99, 0x02, 0, 0, 0, 0, 0x98, ETH_IPV4 >> 8, 0,
	0x45, 0, 0, 0, 0, 0, 0x40, 0, 0x40, IPPROTO_UDP, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0,
};

#define IP 14
#define UDP 34

/**
 * struct question - how many packets have arrived?
 * @from: our address
 * @to: the other end's
 * @fd: not connected: the kernel knows a connected socket's flow by a number of
 *	its own, this one's by its addresses
 */
struct question {
	struct sockaddr_in from;
	struct sockaddr_in to;
	int fd;
};

static void question_prepare(struct question *question, const char *host)
{
	struct timeval patience = { .tv_sec = 5 };
	int fd = reach(host, SOCK_DGRAM, PORT_COUNT);
	socklen_t size = sizeof(question->from);

	question->to = address(host, PORT_COUNT);
	if (getsockname(fd, (void *)&question->from, &size))
		die("address");
	close(fd);
	question->fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(question->fd, (void *)&question->from, sizeof(question->from)) ||
	    setsockopt(question->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		die("address");
}

static uint64_t ask(const struct question *question)
{
	char buffer[64] = "";

	if (sendto(question->fd, buffer, 1, 0, (void *)&question->to, sizeof(question->to)) != 1 ||
	    recv(question->fd, buffer, sizeof(buffer) - 1, 0) <= 0)
		die("no answer");
	return strtoull(buffer, NULL, 10);
}

/* Frames are of the question's flow: no queueing discipline lets it pass them. */
static void join_flow(unsigned char *frame, const struct question *question)
{
	memcpy(frame + IP + 12, &question->from.sin_addr, sizeof(question->from.sin_addr));
	memcpy(frame + IP + 16, &question->to.sin_addr, sizeof(question->to.sin_addr));
	memcpy(frame + UDP, &question->from.sin_port, sizeof(question->from.sin_port));
	memcpy(frame + UDP + 2, &question->to.sin_port, sizeof(question->to.sin_port));
}

static void put16(unsigned char *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static unsigned int ip_checksum(const unsigned char *at)
{
	unsigned int i, sum = 0;

	for (i = 0; i < UDP - IP; i += 2)
		sum += at[i] << 8 | at[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16)) & 0xffff;
}

static void burst_prepare(struct burst *burst, const char *device, size_t bytes,
			  const struct question *question)
{
	/* Bound to no protocol: nothing is received. */
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(device),
	};
	unsigned char *frame = calloc(1, bytes);
	unsigned int i;

	if (!frame || bytes < sizeof(headers))
		die("frame");
	memcpy(frame, headers, sizeof(headers));
	join_flow(frame, question);
	put16(frame + IP + 2, bytes - IP);
	put16(frame + IP + 10, ip_checksum(frame + IP));
	put16(frame + UDP + 4, bytes - UDP);
	burst->frame = (struct iovec){ frame, bytes };
	burst->fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (burst->fd < 0 || bind(burst->fd, (void *)&at, sizeof(at)))
		die(device);
	for (i = 0; i < BURST; i++)
		burst->message[i].msg_hdr = (struct msghdr){
			.msg_iov = &burst->frame, .msg_iovlen = 1,
		};
}

/* The socket's buffer is smaller than any queue below: it blocks, nothing drops. */
static void burst_send(struct burst *burst, unsigned int count)
{
	while (count) {
		int sent = sendmmsg(burst->fd, burst->message, count < BURST ? count : BURST, 0);

		if (sent <= 0 && errno != ENOBUFS && errno != EINTR)
			die("sendmmsg");
		if (sent > 0)
			count -= sent;
	}
}

static void packets(const char *host, const char *device, size_t bytes, unsigned int count)
{
	struct question question;
	struct burst burst = { };
	uint64_t start, before, after;

	question_prepare(&question, host);
	burst_prepare(&burst, device, bytes, &question);
	burst_send(&burst, WARM_UP_PACKETS);
	before = ask(&question);
	start = now();
	burst_send(&burst, count);
	after = ask(&question);
	/* The question itself is a packet, too. */
	show(after - before - 1, now() - start, count + WARM_UP_PACKETS, count);
}

static void bounce(int fd, unsigned int count)
{
	char buffer[64] = "";

	while (count--)
		if (send(fd, buffer, sizeof(buffer), 0) != sizeof(buffer) ||
		    recv(fd, buffer, sizeof(buffer), 0) != sizeof(buffer))
			die("lost");
}

static void pingpong(const char *host, unsigned int count)
{
	struct timeval patience = { .tv_sec = 5 };
	int fd = reach(host, SOCK_DGRAM, PORT_ECHO);
	uint64_t start;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	bounce(fd, WARM_UP_PACKETS);
	start = now();
	bounce(fd, count);
	show(count, now() - start, count + WARM_UP_PACKETS, count);
}

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 0);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "serve"))
		serve(argv[2]);
	else if (argc == 4 && !strcmp(argv[1], "tcp"))
		tcp(argv[2], PORT_TCP, number(argv[3]));
	else if (argc == 4 && !strcmp(argv[1], "bulk"))
		tcp(argv[2], PORT_BULK, number(argv[3]));
	else if (argc == 6 && !strcmp(argv[1], "packets"))
		packets(argv[2], argv[3], number(argv[4]), number(argv[5]));
	else if (argc == 4 && !strcmp(argv[1], "pingpong"))
		pingpong(argv[2], number(argv[3]));
	else
		return 2;
	return 0;
}
