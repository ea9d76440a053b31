// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams of all sizes both ways. A window keeps fewer of them in flight than any queue
 * on the path holds, so that a missing one was dropped although there was room for it.
 * Acknowledgements go over the control connection.
 */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pattern.h"
#include "stream.h"

#define MAX_PAYLOAD 65507
#define ACK_EVERY 8
/* Many times what may be in flight, because a full socket would drop datagrams as well. */
#define SOCKET_BYTES (16 << 20)
/* After so long without an acknowledgement, datagrams in flight count as lost. */
#define LOST_MS 5000

struct datagram {
	uint64_t seed;
	uint32_t number;
	uint32_t len;
};

enum message_kind { MESSAGE_PORT = 1, MESSAGE_ACK, MESSAGE_END, MESSAGE_DONE };

struct message {
	uint32_t kind;
	uint32_t value;
};

struct udp {
	struct stream *s;
	int fd;
	struct sockaddr_in6 to;
	/* to the peer: sent; how many it has; how many it will never have */
	uint32_t sent;
	uint32_t has;
	uint32_t gone;
	/* from the peer: what it has sent in all, once it has said so */
	uint32_t acked;
	uint32_t last;
	uint32_t promised;
	bool ended;
	bool end_told;
	bool peer_done;
	double quiet_since;
	unsigned char *seen;
	unsigned char buffer[MAX_PAYLOAD + 1];
};

static void tell(struct udp *u, uint32_t kind, uint32_t value)
{
	struct message m = { .kind = kind, .value = value };

	put(u->s->control, &m, sizeof(m));
}

/* The shortest and the longest first, then anything between. */
static uint32_t length(struct udp *u, uint64_t seed, uint32_t number)
{
	uint32_t max = u->s->request.max_len, min = sizeof(struct datagram);

	if (number < 2)
		return number ? max : min;
	return min + pattern_word(seed, number) % (max - min + 1);
}

static void udp_send(struct udp *u)
{
	uint32_t len = length(u, u->s->seed_out, u->sent);
	struct datagram d = { .seed = u->s->seed_out, .number = u->sent, .len = len };
	ssize_t n;

	memcpy(u->buffer, &d, sizeof(d));
	pattern_fill(u->s->seed_out + u->sent, 0, u->buffer + sizeof(d), len - sizeof(d));
	n = sendto(u->fd, u->buffer, len, 0, (struct sockaddr *)&u->to, sizeof(u->to));
	if (n < 0 && errno != ENOBUFS && errno != EAGAIN)
		die("sendto");
	if (n > 0)
		u->sent++;
}

/* One datagram. Returns false when there is none. */
static bool udp_receive(struct udp *u)
{
	struct stream_result *r = &u->s->result;
	ssize_t n = recv(u->fd, u->buffer, sizeof(u->buffer), MSG_DONTWAIT);
	struct datagram d;

	if (n < 0)
		return false;
	memcpy(&d, u->buffer, sizeof(d));
	if ((size_t)n < sizeof(d) || d.seed != u->s->seed_in ||
	    d.number >= u->s->request.amount || d.len != n ||
	    d.len != length(u, d.seed, d.number)) {
		r->corrupt++;
		return true;
	}
	if (pattern_wrong(d.seed + d.number, 0, u->buffer + sizeof(d), n - sizeof(d)))
		r->corrupt++;
	if (u->seen[d.number]++) {
		r->repeated++;
		return true;
	}
	if (r->received && d.number < u->last)
		r->reordered++;
	u->last = d.number;
	r->received++;
	return true;
}

static void acknowledge(struct udp *u, uint32_t at_least)
{
	if (u->s->result.received - u->acked < at_least)
		return;
	u->acked = u->s->result.received;
	tell(u, MESSAGE_ACK, u->acked);
}

static void hear(struct udp *u)
{
	struct message m;

	get(u->s->control, &m, sizeof(m));
	if (m.kind == MESSAGE_ACK) {
		u->has = m.value;
		u->quiet_since = now();
	} else if (m.kind == MESSAGE_END) {
		u->promised = m.value;
		u->ended = true;
		u->quiet_since = now();
	} else if (m.kind == MESSAGE_DONE) {
		u->peer_done = true;
	}
}

static bool all_sent(struct udp *u)
{
	return u->sent == u->s->request.amount;
}

/* Everything is there, or the missing ones have timed out. */
static bool all_received(struct udp *u)
{
	if (!u->ended)
		return false;
	return u->s->result.received >= u->promised ||
	       now() - u->quiet_since > LOST_MS / 1000.0;
}

static uint32_t under_way(struct udp *u)
{
	return u->sent - u->has - u->gone;
}

/* The window opens again; the loss is the receiver's to report. */
static void give_up_lost(struct udp *u)
{
	if (under_way(u) && now() - u->quiet_since > LOST_MS / 1000.0) {
		u->gone = u->sent - u->has;
		u->quiet_since = now();
	}
}

static void udp_step(struct udp *u)
{
	struct pollfd p[2] = {
		{ .fd = u->s->control, .events = POLLIN },
		{ .fd = u->fd, .events = POLLIN },
	};
	bool room = !all_sent(u) && (int32_t)under_way(u) < (int32_t)u->s->request.window;

	if (!room)
		acknowledge(u, 1);
	poll(p, 2, room ? 0 : 50);
	if (p[0].revents)
		hear(u);
	while (udp_receive(u)) {
		u->quiet_since = now();
		acknowledge(u, ACK_EVERY);
	}
	if (room)
		udp_send(u);
	if (all_sent(u) && !u->end_told) {
		tell(u, MESSAGE_END, u->sent);
		u->end_told = true;
	}
	give_up_lost(u);
}

static bool is_v4(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_V4MAPPED(addr);
}

/* The one that has this address. */
static unsigned int interface_of(const struct in6_addr *own)
{
	struct ifaddrs *all, *i;
	unsigned int index = 0;

	if (getifaddrs(&all))
		die("getifaddrs");
	for (i = all; i; i = i->ifa_next) {
		struct sockaddr_in *four = (struct sockaddr_in *)i->ifa_addr;
		struct sockaddr_in6 *six = (struct sockaddr_in6 *)i->ifa_addr;

		if (!i->ifa_addr)
			continue;
		if (is_v4(own) ? four->sin_family == AF_INET &&
				 !memcmp(&four->sin_addr, &own->s6_addr[12], 4) :
				 six->sin6_family == AF_INET6 &&
				 !memcmp(&six->sin6_addr, own, sizeof(*own)))
			index = if_nametoindex(i->ifa_name);
	}
	freeifaddrs(all);
	return index;
}

static void join(struct udp *u, unsigned int ifindex, const struct in6_addr *own)
{
	struct stream_request *q = &u->s->request;
	struct ipv6_mreq six = { .ipv6mr_multiaddr = q->group, .ipv6mr_interface = ifindex };
	struct ip_mreqn four = { .imr_ifindex = ifindex };
	int zero = 0, rc;

	memcpy(&four.imr_multiaddr, &q->group.s6_addr[12], 4);
	memcpy(&four.imr_address, &own->s6_addr[12], 4);
	if (is_v4(&q->group))
		rc = setsockopt(u->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof(four)) ||
		     setsockopt(u->fd, IPPROTO_IP, IP_MULTICAST_IF, &four, sizeof(four));
	else
		rc = setsockopt(u->fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &six, sizeof(six)) ||
		     setsockopt(u->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &ifindex,
				sizeof(ifindex));
	/* This one for both: the socket's family decides. */
	rc = rc || setsockopt(u->fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &zero, sizeof(zero));
	if (rc)
		die("join");
}

/* Both ends of a group use one port and hear each other, not themselves. */
static void open_socket(struct udp *u)
{
	struct stream_request *q = &u->s->request;
	struct sockaddr_in6 own = { 0 }, peer;
	socklen_t len = sizeof(own);
	int bytes = SOCKET_BYTES, one = 1;
	uint32_t port;

	if (getsockname(u->s->control, (struct sockaddr *)&own, &len) ||
	    getpeername(u->s->control, (struct sockaddr *)&peer, &len))
		die("names");
	u->fd = socket(AF_INET6, SOCK_DGRAM, 0);
	setsockopt(u->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	setsockopt(u->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	u->to = peer;
	if (q->kind == STREAM_MULTICAST) {
		unsigned int ifindex = interface_of(&own.sin6_addr);
		struct sockaddr_in6 any = {
			.sin6_family = AF_INET6,
			.sin6_port = htons(q->group_port),
		};

		if (bind(u->fd, (struct sockaddr *)&any, sizeof(any)))
			die("bind");
		join(u, ifindex, &own.sin6_addr);
		u->to.sin6_addr = q->group;
		u->to.sin6_port = htons(q->group_port);
		u->to.sin6_scope_id = ifindex;
	} else {
		own.sin6_port = 0;
		if (bind(u->fd, (struct sockaddr *)&own, sizeof(own)) ||
		    getsockname(u->fd, (struct sockaddr *)&own, &len))
			die("bind");
	}
	/* Also tells that the peer may send: this end listens. */
	port = own.sin6_port;
	put(u->s->control, &port, sizeof(port));
	get(u->s->control, &port, sizeof(port));
	if (q->kind != STREAM_MULTICAST)
		u->to.sin6_port = port;
}

void udp_run(struct stream *s)
{
	struct udp *u = calloc(1, sizeof(*u));

	u->s = s;
	u->seen = calloc(1, s->request.amount + 1);
	open_socket(u);
	u->quiet_since = now();
	while (!all_sent(u) || !all_received(u))
		udp_step(u);
	acknowledge(u, 1);
	/* The peer may still need its last acknowledgement, so both announce that they are done. */
	tell(u, MESSAGE_DONE, 0);
	while (!u->peer_done)
		hear(u);
	/* A duplicate may come late. */
	while (udp_receive(u))
		;
	s->result.lost = u->promised - s->result.received;
	close(u->fd);
}
