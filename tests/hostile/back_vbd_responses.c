// SPDX-License-Identifier: GPL-2.0
/*
 * Responses that lie: after a status outside the protocol the frontend goes on, after
 * anything else it must close, say why, and be served by the next connection.
 */
#include <unistd.h>

#include "back_vbd.h"

/* Requests served before a lie and after it. */
#define BEFORE 8
#define AFTER 12

/* After this time the frontend has taken all responses. */
#define SETTLE_US 100000

/* Error texts of the frontend. */
#define NO_REQUEST "a response to no request"
#define BAD_ID "a response with an id beyond the ring"
#define BAD_OP "a response to another operation"
#define TOO_MANY "more responses than requests"

/* --- statuses ------------------------------------------------------------ */

static const int16_t statuses[] = { ERROR, NOTSUPP, -3, 1, 2, 255, 32767, -32768 };

/* The request fails; it counts as not carried out, which it was not. */
static const char *bad_status(struct back_vbd *vbd, int16_t status)
{
	struct back_request req;
	const char *why = back_vbd_connect(vbd);
	unsigned int i;

	for (i = 0; !why && i < 3; i++) {
		if (!back_vbd_take(vbd, &req))
			return "no request comes";
		back_vbd_answer(&req, req.op == READ || req.op == WRITE ? status : OKAY);
	}
	return why ? why : back_vbd_serve(vbd, AFTER);
}

static void run_statuses(struct back_vbd *vbd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(statuses); i++) {
		back_vbd_context(vbd, statuses[i]);
		report_case("a status", bad_status(vbd, statuses[i]));
	}
}

/* --- ids and operations -------------------------------------------------- */

struct lie {
	const char *name;
	uint64_t id;
	uint8_t bits;	/* of the operation; if 0, the id is the lie */
	const char *error;
};

static const struct lie lies[] = {
	{ "id 32", .id = VBD_SLOTS, .error = BAD_ID },
	{ "id 255", .id = 255, .error = BAD_ID },
	{ "id 2^32", .id = 1ull << 32, .error = BAD_ID },
	{ "id 2^63", .id = 1ull << 63, .error = BAD_ID },
	{ "id -1", .id = ~0ull, .error = BAD_ID },
	/* The front has given the lower ones first, and has a few requests in flight only. */
	{ "an id that is not in flight", .id = VBD_SLOTS - 1, .error = NO_REQUEST },
	{ "read for write, write for read", .bits = 1, .error = BAD_OP },
	{ "an operation with bit 1 changed", .bits = 2, .error = BAD_OP },
	{ "an operation that may be indirect", .bits = 6, .error = BAD_OP },
	{ "an operation of 254 or 255", .bits = 254, .error = BAD_OP },
	{ "an operation of 255 or 254", .bits = 255, .error = BAD_OP },
};

static void put_lie(const struct lie *lie, const struct back_request *req)
{
	back_vbd_put(req->ring, lie->bits ? req->id : lie->id, req->op ^ lie->bits, OKAY);
	ring_show(req->ring);
}

static const char *one_lie(struct back_vbd *vbd, const struct lie *lie)
{
	struct back_request req;

	if (!back_vbd_take(vbd, &req))
		return "no request comes";
	back_vbd_do(vbd, &req);
	put_lie(lie, &req);
	return back_expect_error(&vbd->back, lie->error);
}

static const char *id_twice(struct back_vbd *vbd)
{
	struct back_request first, second;

	if (!back_vbd_take(vbd, &first) || !back_vbd_take(vbd, &second))
		return "no two requests come";
	back_vbd_do(vbd, &first);
	back_vbd_put(first.ring, first.id, first.op, OKAY);
	back_vbd_put(first.ring, first.id, first.op, OKAY);
	ring_show(first.ring);
	return back_expect_error(&vbd->back, NO_REQUEST);
}

/* --- indices ------------------------------------------------------------- */

static const int ahead[] = { VBD_SLOTS + 1, 1000, -1, -VBD_SLOTS, 0x7fffffff, -0x7fffffff - 1 };

static const char *index_ahead(struct back_vbd *vbd, int by)
{
	struct back_request req;

	if (!back_vbd_take(vbd, &req))
		return "no request comes";
	/* What has been shown and not been taken could be withdrawn unnoticed. */
	usleep(SETTLE_US);
	ring_show_index(req.ring, req.ring->prod + by);
	return back_expect_error(&vbd->back, TOO_MANY);
}

/* --- running them -------------------------------------------------------- */

/* Each case has a connection that has worked; the next one proves that the device does. */
static const char *begin(struct back_vbd *vbd)
{
	const char *why = back_vbd_connect(vbd);

	return why ? why : back_vbd_serve(vbd, BEFORE);
}

static void end(struct back_vbd *vbd, const char *name, const char *why)
{
	const char *close = back_vbd_close(vbd);

	report_case(name, why ? why : close);
}

/* The disk is there, and not a request has come. */
static const char *unasked(struct back_vbd *vbd)
{
	const char *why = back_vbd_attach(vbd);

	if (why)
		return why;
	/* The first request is written over it, if it comes before the index is judged. */
	back_vbd_put(&vbd->ring[0], VBD_SLOTS - 1, READ, OKAY);
	ring_show(&vbd->ring[0]);
	why = back_vbd_ready(vbd);
	return why ? why : back_expect_error(&vbd->back, "the backend broke the protocol");
}

static void run_lies(struct back_vbd *vbd)
{
	const char *why;
	unsigned int i;

	back_vbd_context(vbd, 0);
	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		why = begin(vbd);
		end(vbd, lies[i].name, why ? why : one_lie(vbd, &lies[i]));
	}
	why = begin(vbd);
	end(vbd, "an id twice", why ? why : id_twice(vbd));
}

static void run_indices(struct back_vbd *vbd)
{
	const char *why;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ahead); i++) {
		back_vbd_context(vbd, ahead[i]);
		why = begin(vbd);
		end(vbd, "an index", why ? why : index_ahead(vbd, ahead[i]));
	}
}

void back_vbd_responses(struct back_vbd *vbd)
{
	run_statuses(vbd);
	run_lies(vbd);
	run_indices(vbd);
	back_vbd_context(vbd, 0);
	end(vbd, "a response before the first request", unasked(vbd));
	end(vbd, "works when connected again", begin(vbd));
}
