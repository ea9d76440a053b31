// SPDX-License-Identifier: GPL-2.0
/*
 * A TCP connection with data both ways. TCP itself loses or moves nothing: a wrong byte means
 * that data was altered and the checksum was not verified.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "pattern.h"
#include "stream.h"

#define CHUNK 65536

/* Seconds without any data. A slow connection may be one that outlives a save. */
#define LIMIT 60
#define LIMIT_PACED 150

struct tcp {
	struct stream *s;
	uint64_t sent;
	double start;
	double moved;
	unsigned char buffer[CHUNK];
};

/* How much may have been sent by now. */
static uint64_t tcp_due(const struct tcp *t)
{
	const struct stream_request *q = &t->s->request;
	double due = (now() - t->start) * q->pace;

	return q->pace && due < q->amount ? due : q->amount;
}

static void tcp_wait(struct tcp *t, struct pollfd *p)
{
	bool paced = t->s->request.pace;

	if (poll(p, 1, paced ? 20 : 1000) > 0)
		t->moved = now();
	if (now() - t->moved < (paced ? LIMIT_PACED : LIMIT))
		return;
	errno = ETIMEDOUT;
	die("nothing moves");
}

/* Writes of many sizes make frames of many sizes. */
static void tcp_send(struct tcp *t)
{
	uint64_t left = tcp_due(t) - t->sent;
	size_t len = 1 + pattern_word(t->s->seed_out, t->sent) % CHUNK;
	ssize_t n;

	if (len > left)
		len = left;
	pattern_fill(t->s->seed_out, t->sent, t->buffer, len);
	n = send(t->s->control, t->buffer, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n > 0)
		t->sent += n;
	else if (errno != EAGAIN)
		die("send");
}

static void tcp_receive(struct tcp *t)
{
	struct stream_result *r = &t->s->result;
	uint64_t left = t->s->request.amount - r->received;
	ssize_t n = recv(t->s->control, t->buffer, left < CHUNK ? left : CHUNK, MSG_DONTWAIT);

	if (n == 0)
		errno = ECONNRESET;
	if (n > 0) {
		r->corrupt += pattern_wrong(t->s->seed_in, r->received, t->buffer, n);
		r->received += n;
	} else if (errno != EAGAIN) {
		die("recv");
	}
}

void tcp_run(struct stream *s)
{
	struct tcp t = { .s = s, .start = now(), .moved = now() };
	struct tcp_info info;
	socklen_t len = sizeof(info);

	while (t.sent < s->request.amount || s->result.received < s->request.amount) {
		struct pollfd p = { .fd = s->control };

		if (t.sent < tcp_due(&t))
			p.events |= POLLOUT;
		if (s->result.received < s->request.amount)
			p.events |= POLLIN;
		tcp_wait(&t, &p);
		if (p.revents & POLLOUT)
			tcp_send(&t);
		if (p.revents & (POLLIN | POLLHUP | POLLERR))
			tcp_receive(&t);
	}
	if (!getsockopt(s->control, IPPROTO_TCP, TCP_INFO, &info, &len))
		s->result.retransmitted = info.tcpi_total_retrans;
}
