// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that the backend keeps mapped, and data that changes after the response. The
 * frontend may hand on nothing that can still change, nor reuse a page before it is let go,
 * nor lend ever more of them.
 */
#include <string.h>
#include <unistd.h>

#include "back_vbd.h"
#include "hoard.h"

#define BEFORE 8
#define ROUNDS 15
#define FLIPS 20
#define READ_MS 1000
#define READ_TRIES 20

/* --- keeping pages ------------------------------------------------------- */

/* The pages of a request, mapped. */
struct hold {
	unsigned int nr;
	struct mapped page[BACK_SEGS];
};

static bool hold_pages(struct hold *hold, struct back_vbd *vbd, const struct back_request *req)
{
	for (hold->nr = 0; hold->nr < req->nr; hold->nr++)
		if (!map_page(&hold->page[hold->nr], vbd->back.guest, req->seg[hold->nr].ref,
			      req->op == READ))
			return false;
	return true;
}

static void release(struct hold *hold)
{
	while (hold->nr)
		unmap_pages(&hold->page[--hold->nr]);
}

/* Take a request of a kind, serving others. */
static bool take_op(struct back_vbd *vbd, struct back_request *req, uint8_t op)
{
	while (back_vbd_take(vbd, req)) {
		if (req->op == op)
			return true;
		back_vbd_answer(req, back_vbd_do(vbd, req));
	}
	return false;
}

static const char *hold_and_answer(struct back_vbd *vbd, struct hold *hold, uint8_t op)
{
	struct back_request req;
	const char *why;

	if (!take_op(vbd, &req, op))
		return "no request comes";
	if (!hold_pages(hold, vbd, &req))
		return "its pages cannot be mapped";
	back_vbd_answer(&req, back_vbd_do(vbd, &req));
	/* Where pages stay lent, a backend may keep them mapped. */
	if (vbd->active == PERSISTENT)
		return back_vbd_serve(vbd, BEFORE);
	why = back_expect_error(&vbd->back, "it holds pages of a request that it has answered");
	/* Long enough for the device to be given up, and for what must not happen then. */
	sleep(1);
	return why;
}

static void answered_but_held(struct back_vbd *vbd, const char *name, uint8_t op)
{
	const char *why = back_vbd_connect(vbd), *close;
	static struct hold hold;

	why = why ? why : back_vbd_serve(vbd, BEFORE);
	why = why ? why : hold_and_answer(vbd, &hold, op);
	close = back_vbd_close(vbd);
	release(&hold);
	report_case(name, why ? why : close);
}

/* The device goes while requests are under way; they end when their pages are let go. */
static const char *never_answered(struct back_vbd *vbd, struct hold *hold)
{
	const char *why = back_vbd_connect(vbd);
	struct back_request req;

	why = why ? why : back_vbd_serve(vbd, BEFORE);
	if (why)
		return why;
	if (!take_op(vbd, &req, READ))
		return "no request comes";
	if (!hold_pages(hold, vbd, &req))
		return "its pages cannot be mapped";
	why = back_vbd_close(vbd);
	sleep(2);
	return why;
}

/* A page that has been let go may be anybody's: it must not be seen by us any more. */
void back_vbd_pages(struct back_vbd *vbd)
{
	static struct hold hold;
	const char *why;

	back_vbd_context(vbd, 0);
	answered_but_held(vbd, "pages to read into are kept", READ);
	answered_but_held(vbd, "pages to be written are kept", WRITE);
	why = never_answered(vbd, &hold);
	release(&hold);
	report_case("the device goes, and pages are kept", why);
	why = back_vbd_connect(vbd);
	report_case("works when connected again", why ? why : back_vbd_serve(vbd, 50));
	report_case("close", back_vbd_close(vbd));
}

/* --- pages of many connections ------------------------------------------- */

#define HOARD_REQUESTS 64

/* Where pages stay lent, a backend may map those of all requests. */
static const char *keep_requests(struct back_vbd *vbd, struct hoard *hoard)
{
	struct back_request req;
	unsigned int i, seg;

	for (i = 0; i < HOARD_REQUESTS; i++) {
		if (!back_vbd_take(vbd, &req))
			return back_reason(&vbd->back, "no request comes");
		for (seg = 0; seg < req.nr; seg++)
			hoard_add(hoard, &vbd->back, req.seg[seg].ref);
		back_vbd_answer(&req, back_vbd_do(vbd, &req));
	}
	return NULL;
}

static const char *keep_many(struct back_vbd *vbd, struct hoard *hoard)
{
	const char *why = NULL, *failed;

	while (!why) {
		failed = back_vbd_connect(vbd);
		if (failed)
			return hoard_judge(hoard, &vbd->back, failed);
		if (hoard->nr > HOARD_BOUND)
			return reason("the front connects, with %u pages held", hoard->nr);
		why = keep_requests(vbd, hoard);
		/* The disk waits for the next one, and need not end anything before. */
		why = why ? why : back_vanish(&vbd->back);
		back_vbd_detach(vbd);
	}
	return why;
}

void back_vbd_hoard(struct back_vbd *vbd)
{
	static struct hoard hoard;
	const char *why;

	vbd->mode = PERSISTENT;
	why = keep_many(vbd, &hoard);
	back_vbd_context(vbd, hoard.nr);
	report_case("pages of many connections are kept", why);
	hoard_end(&hoard);
	why = back_vbd_connect(vbd);
	report_case("works when all are let go", why ? why : back_vbd_serve(vbd, 50));
	report_case("close", back_vbd_close(vbd));
}

/* --- data that changes --------------------------------------------------- */

static void flip(struct hold *hold, const uint8_t (*data)[PAGE])
{
	unsigned int i, times;

	for (times = 0; times < FLIPS; times++)
		for (i = 0; i < hold->nr; i++) {
			memset(hold->page[i].addr, LIE, PAGE);
			memcpy(hold->page[i].addr, data[i], PAGE);
		}
}

/* Wait for a read; the frontend may be about to close, and is connected again then. */
static const char *next_read(struct back_vbd *vbd, struct back_request *req)
{
	const char *why;
	unsigned int i;

	for (i = 0; i < READ_TRIES; i++) {
		if (vbd->connected && back_front_state(&vbd->back) != CONNECTED) {
			why = back_vbd_close(vbd);
			if (why)
				return why;
		}
		why = back_vbd_connect(vbd);
		if (why)
			return why;
		while (back_vbd_take_within(vbd, req, READ_MS)) {
			if (req->op == READ)
				return NULL;
			back_vbd_answer(req, back_vbd_do(vbd, req));
		}
	}
	return back_reason(&vbd->back, "no read comes");
}

/*
 * The disk's bytes and others take turns in the pages of a read that has been answered. The
 * program that reads in the guest must not see its buffer change.
 */
static const char *change_data(struct back_vbd *vbd)
{
	static uint8_t data[BACK_SEGS][PAGE];
	static struct hold hold;
	struct back_request req;
	const char *why = next_read(vbd, &req);
	unsigned int i;

	if (why)
		return why;
	if (!hold_pages(&hold, vbd, &req)) {
		release(&hold);
		/* The read before this one may have made the frontend close. */
		return back_wait(&vbd->back, CLOSING, CLOSED) ? NULL : "its pages cannot be mapped";
	}
	back_vbd_do(vbd, &req);
	for (i = 0; i < hold.nr; i++)
		memcpy(data[i], hold.page[i].addr, PAGE);
	back_vbd_answer(&req, OKAY);
	flip(&hold, data);
	release(&hold);
	return NULL;
}

/* The guest must not see what was in the memory that the data should have been put into. */
static const char *no_data(struct back_vbd *vbd)
{
	struct back_request req;
	const char *why = next_read(vbd, &req);

	if (!why)
		back_vbd_answer(&req, OKAY);
	return why;
}

static const char *repeat(struct back_vbd *vbd, const char *(*lie)(struct back_vbd *vbd))
{
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < ROUNDS && !why; i++)
		why = lie(vbd);
	return why;
}

void back_vbd_data(struct back_vbd *vbd)
{
	const char *why;

	back_vbd_context(vbd, ROUNDS);
	/* Where pages stay lent, a page may hold other data of the disk, or a list of segments. */
	if (vbd->mode != PERSISTENT)
		report_case("reads without data", repeat(vbd, no_data));
	report_case("data that changes after the response", repeat(vbd, change_data));
	report_case("close", back_vbd_close(vbd));
	why = back_vbd_connect(vbd);
	report_case("works when connected again", why ? why : back_vbd_serve(vbd, 50));
	report_case("close", back_vbd_close(vbd));
}
