// SPDX-License-Identifier: GPL-2.0
/*
 * Ethernet frames of every length, compared to the last byte. With IP, the length in the
 * header would hide bytes that were added.
 *
 *	frames echo INTERFACE
 *	frames check OUT IN COUNT MIN MAX [DESTINATION]
 *
 * echo goes to the background and returns frames until it is killed; check sends on
 * OUT and receives on IN. XDP programs on the way change byte 14 of a frame: check reports in
 * how many frames they did.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "pattern.h"

/* Set aside for experiments by IEEE 802. */
#define FRAME_TYPE 0x88b5
#define MAX_FRAME 65536
#define WINDOW 32
#define LOST_MS 3000
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

/* 28 bytes without a gap */
struct frame {
	unsigned char to[6];
	unsigned char from[6];
	uint16_t type;
	uint8_t touched;
	uint8_t zero;
	uint32_t seed;
	uint32_t number;
	uint32_t len;
	unsigned char data[];
};

struct port {
	int fd;
	unsigned char mac[6];
};

struct check {
	struct port out;
	struct port in;
	unsigned char to[6];
	uint32_t seed;
	uint32_t count;
	uint32_t min;
	uint32_t max;
	uint32_t sent;
	uint32_t gone;
	uint32_t received;
	uint32_t repeated;
	uint32_t reordered;
	uint32_t corrupt;
	uint32_t touched;
	uint32_t last;
	unsigned char *seen;
};

static unsigned char buffer[MAX_FRAME];

static void die(const char *what)
{
	printf("frames: %s: %s\n", what, strerror(errno));
	exit(2);
}

static struct port port_open(const char *name)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(FRAME_TYPE),
		.sll_ifindex = if_nametoindex(name),
	};
	struct port port;
	struct ifreq ifr = { 0 };
	int one = 1, bytes = 16 << 20;

	strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	port.fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (!addr.sll_ifindex || ioctl(port.fd, SIOCGIFHWADDR, &ifr))
		die(name);
	memcpy(port.mac, ifr.ifr_hwaddr.sa_data, 6);
	setsockopt(port.fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	setsockopt(port.fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	if (bind(port.fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("bind");
	return port;
}

static void echo(const char *name)
{
	struct port port = port_open(name);
	struct frame *frame = (struct frame *)buffer;
	ssize_t n;

	if (daemon(0, 0))
		die("daemon");
	for (;;) {
		n = recv(port.fd, buffer, sizeof(buffer), 0);
		if (n < 0 && errno != ENETDOWN)
			die("recv");
		if (n < (ssize_t)sizeof(*frame))
			continue;
		memcpy(frame->to, frame->from, 6);
		memcpy(frame->from, port.mac, 6);
		send(port.fd, buffer, n, 0);
	}
}

static uint32_t frame_len(struct check *c, uint32_t number)
{
	if (number < 2)
		return number ? c->max : c->min;
	return c->min + pattern_word(c->seed, number) % (c->max - c->min + 1);
}

static void frame_send(struct check *c)
{
	uint32_t len = frame_len(c, c->sent);
	struct frame *frame = (struct frame *)buffer;

	memcpy(frame->to, c->to, 6);
	memcpy(frame->from, c->out.mac, 6);
	frame->type = htons(FRAME_TYPE);
	frame->touched = 0;
	frame->zero = 0;
	frame->seed = c->seed;
	frame->number = c->sent;
	frame->len = len;
	pattern_fill(c->seed + c->sent, 0, frame->data, len - sizeof(*frame));
	if (send(c->out.fd, buffer, len, 0) == (ssize_t)len)
		c->sent++;
	else if (errno != ENOBUFS)
		die("send");
}

static bool frame_receive(struct check *c)
{
	ssize_t n = recv(c->in.fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	struct frame *frame = (struct frame *)buffer;

	if (n < 0)
		return false;
	if (n < (ssize_t)sizeof(*frame) || frame->seed != c->seed || frame->number >= c->sent ||
	    frame->len != n || pattern_wrong(c->seed + frame->number, 0, frame->data,
					     n - sizeof(*frame))) {
		c->corrupt++;
		printf("bad frame: number %u, length %zd, said to be %u\n", frame->number, n,
		       frame->len);
		return true;
	}
	if (c->seen[frame->number]++) {
		c->repeated++;
		return true;
	}
	if (frame->number < c->last)
		c->reordered++;
	c->last = frame->number;
	c->touched += frame->touched != 0;
	c->received++;
	return true;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static uint32_t under_way(struct check *c)
{
	uint32_t settled = c->received + c->gone;

	return c->sent > settled ? c->sent - settled : 0;
}

static void check(struct check *c)
{
	double quiet = now();

	while (c->sent < c->count || under_way(c)) {
		struct pollfd p = { .fd = c->in.fd, .events = POLLIN };
		bool room = c->sent < c->count && under_way(c) < WINDOW;

		if (room)
			frame_send(c);
		poll(&p, 1, room ? 0 : 50);
		while (frame_receive(c))
			quiet = now();
		if (now() - quiet > LOST_MS / 1000.0) {
			c->gone = c->sent - c->received;
			quiet = now();
		}
	}
}

int main(int argc, char **argv)
{
	struct check c = { .seed = 0x52494700 };

	if (argc == 3 && !strcmp(argv[1], "echo"))
		echo(argv[2]);
	if (argc < 7 || strcmp(argv[1], "check")) {
		fprintf(stderr, "frames echo|check ...\n");
		return 2;
	}
	c.out = port_open(argv[2]);
	c.in = port_open(argv[3]);
	c.count = atoi(argv[4]);
	c.min = atoi(argv[5]);
	c.max = atoi(argv[6]);
	memset(c.to, 0xff, 6);
	if (argc > 7 && !ether_aton_r(argv[7], (struct ether_addr *)c.to))
		die("destination");
	if (c.min < sizeof(struct frame) || c.max < c.min || c.max > MAX_FRAME)
		die("lengths");
	c.seen = calloc(1, c.count);
	check(&c);
	printf("sent %u, received %u, repeated %u, reordered %u, corrupt %u, touched %u\n", c.sent,
	       c.received, c.repeated, c.reordered, c.corrupt, c.touched);
	return c.received == c.sent && !c.repeated && !c.reordered && !c.corrupt ? 0 : 1;
}
