// SPDX-License-Identifier: GPL-2.0
/* Connecting a disk to a frontend, and serving it as a backend should. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "back_vbd.h"
#include "clock.h"

#define TAKE_MS 20000
#define EVENT_MS 5

/* What the frontend reads before it lends its rings. */
static const struct pair offer_keys[] = {
	{ "feature-max-indirect-segments", "256" }, { "max-ring-page-order", "0" },
	{ "multi-queue-max-queues", "1" }, { }
};

static const struct pair queues_keys[] = {
	{ "max-ring-page-order", "2" }, { "multi-queue-max-queues", "4" }, { }
};

/* And before the disk is there. */
static const struct pair ready_keys[] = {
	{ "sector-size", "512" }, { "physical-sector-size", "512" }, { "info", "0" },
	{ "feature-flush-cache", "1" }, { "feature-barrier", "0" }, { "feature-discard", "0" },
	{ "discard-granularity" }, { "discard-alignment" }, { "discard-secure" }, { }
};

static const struct {
	const char *name, *trusted, *persistent;
} modes[BACK_MODES] = {
	[DIRECT] = { "lent", "1", "0" },
	[PERSISTENT] = { "persistent", "1", "1" },
	[WIPED] = { "not trusted", "0", "0" },
};

/* --- connection ---------------------------------------------------------- */

void back_vbd_open(struct back_vbd *vbd, const char *guest, const char *id)
{
	const struct pair keys[] = {
		{ "virtual-device", id }, { "device-type", "disk" }, { }
	};

	vbd->disk = calloc(BACK_DISK_PAGES, PAGE);
	vbd->seen = calloc(BACK_SEGS, PAGE);
	if (!vbd->disk || !vbd->seen)
		die("no memory for the disk");
	back_create(&vbd->back, "vbd", guest, id, keys);
}

void back_vbd_context(const struct back_vbd *vbd, int number)
{
	const char *queues = vbd->many_queues ? ", several queues" : "";

	if (number)
		report_context("%d, pages %s%s", number, modes[vbd->mode].name, queues);
	else
		report_context("pages %s%s", modes[vbd->mode].name, queues);
}

void back_vbd_detach(struct back_vbd *vbd)
{
	unsigned int i;

	for (i = 0; i < vbd->nr_rings; i++) {
		channel_close(vbd->ring[i].port);
		unmap_pages(&vbd->mapped[i]);
	}
	vbd->nr_rings = 0;
	vbd->connected = false;
}

/* A ring of one page has a key of its own. */
static bool map_ring(struct back_vbd *vbd, struct mapped *pages, const char *dir,
		     unsigned int order)
{
	uint32_t refs[1 << BACK_ORDER] = { store_number(dir, "ring-ref", 0) };
	unsigned int i;
	char key[16];

	for (i = 0; order && i < 1u << order; i++) {
		snprintf(key, sizeof(key), "ring-ref%u", i);
		refs[i] = store_number(dir, key, 0);
	}
	return map_pages(pages, vbd->back.guest, refs, 1 << order, true);
}

/* Return: false if the frontend lends no such ring. */
static bool attach_ring(struct back_vbd *vbd, const char *dir, unsigned int order)
{
	unsigned int i = vbd->nr_rings;

	if (!map_ring(vbd, &vbd->mapped[i], dir, order))
		return false;
	back_inspect(&vbd->back, vbd->mapped[i].addr, PAGE << order);
	ring_attach(&vbd->ring[i], vbd->mapped[i].addr, layouts[0].slot, VBD_SLOTS << order);
	vbd->ring[i].port = channel_bind(vbd->back.guest, store_number(dir, "event-channel", 0));
	vbd->nr_rings++;
	return vbd->ring[i].port;
}

static const char *attach_rings(struct back_vbd *vbd)
{
	unsigned int i, nr = store_number(vbd->back.front, "multi-queue-num-queues", 1);
	unsigned int order = store_number(vbd->back.front, "ring-page-order", 0);
	char dir[96];

	if (nr > BACK_RINGS || order > BACK_ORDER || (vbd->many_queues && (nr == 1 || !order)))
		return reason("the front wants %u queues of order %u", nr, order);
	for (i = 0; i < nr; i++) {
		snprintf(dir, sizeof(dir), "%s/queue-%u", vbd->back.front, i);
		if (!attach_ring(vbd, nr > 1 ? dir : vbd->back.front, order))
			return reason("ring %u cannot be mapped", i);
	}
	return NULL;
}

const char *back_vbd_attach(struct back_vbd *vbd)
{
	struct back *back = &vbd->back;

	vbd->active = vbd->mode;
	back->trouble = NULL;
	store_write(back->front, "trusted", modes[vbd->mode].trusted);
	back_prepare(back, offer_keys);
	store_write(back->dir, "feature-persistent", modes[vbd->mode].persistent);
	if (vbd->many_queues)
		store_write_all(back->dir, queues_keys);
	if (vbd->offer)
		store_write_all(back->dir, vbd->offer);
	back_set_state(back, INITWAIT);
	if (!back_wait(back, INITIALISED, CLOSING) || back_front_state(back) != INITIALISED)
		return back_reason(back, "the front lends no rings");
	return attach_rings(vbd);
}

const char *back_vbd_ready(struct back_vbd *vbd)
{
	struct back *back = &vbd->back;

	store_write_all(back->dir, ready_keys);
	store_printf(back->dir, "sectors", "%u", BACK_DISK_SECTORS);
	if (vbd->ready)
		store_write_all(back->dir, vbd->ready);
	back_set_state(back, CONNECTED);
	if (!back_wait(back, CONNECTED, CLOSING))
		return back_reason(back, "the front does not connect");
	vbd->connected = true;
	return NULL;
}

const char *back_vbd_connect(struct back_vbd *vbd)
{
	const char *why;

	if (vbd->connected)
		return NULL;
	why = back_vbd_attach(vbd);
	return why ? why : back_vbd_ready(vbd);
}

const char *back_vbd_close(struct back_vbd *vbd)
{
	const char *why = back_close(&vbd->back);

	back_vbd_detach(vbd);
	return why;
}

/* --- requests ------------------------------------------------------------ */

static void get_segs(struct seg *seg, const uint8_t *at, unsigned int nr)
{
	for (; nr--; seg++, at += 8) {
		memcpy(&seg->ref, at, 4);
		seg->first = at[4];
		seg->last = at[5];
	}
}

static bool get_indirect(struct back_vbd *vbd, struct back_request *req, const uint8_t *s)
{
	static uint8_t list[PAGE];
	struct copy copy = { .len = PAGE, .addr = list };

	req->indirect = true;
	req->op = s[1];
	memcpy(&req->nr, s + 2, 2);
	memcpy(&copy.ref, s + layouts[0].ref, 4);
	if (req->nr > BACK_SEGS)
		die("an indirect request of %u segments", req->nr);
	if (!copy_from_guest(vbd->back.guest, &copy, 1))
		return false;
	back_inspect(&vbd->back, list, PAGE);
	get_segs(req->seg, list, req->nr);
	return true;
}

static bool get_request(struct back_vbd *vbd, struct ring *ring, struct back_request *req)
{
	const struct layout *l = &layouts[0];
	uint8_t s[112];

	ring_take(ring, s, sizeof(s));
	back_inspect(&vbd->back, s, sizeof(s));
	memset(req, 0, offsetof(struct back_request, seg));
	req->ring = ring;
	req->op = s[0];
	memcpy(&req->id, s + l->id, 8);
	memcpy(&req->sector, s + l->sector, 8);
	if (req->op == INDIRECT) {
		return get_indirect(vbd, req, s);
	} else if (req->op == DISCARD) {
		memcpy(&req->nr_sectors, s + l->nr_sectors, 8);
	} else {
		req->nr = s[1];
		if (req->nr > SLOT_SEGS)
			die("a request of %u segments", req->nr);
		get_segs(req->seg, s + l->seg, req->nr);
	}
	return true;
}

bool back_vbd_take_within(struct back_vbd *vbd, struct back_request *req, unsigned int ms)
{
	uint64_t end = clock_ms() + ms;
	unsigned int i;

	do {
		for (i = 0; i < vbd->nr_rings; i++) {
			if (!ring_requests(&vbd->ring[i]) && !ring_arm(&vbd->ring[i]))
				continue;
			if (get_request(vbd, &vbd->ring[i], req))
				return true;
			/* A frontend that closes takes back what it has lent. */
			if (!back_wait(&vbd->back, CLOSING, CLOSED))
				die("the segments of a request cannot be read");
			return false;
		}
		channel_wait(EVENT_MS);
	} while (clock_ms() < end);
	return false;
}

bool back_vbd_take(struct back_vbd *vbd, struct back_request *req)
{
	return back_vbd_take_within(vbd, req, TAKE_MS);
}

/* --- data ---------------------------------------------------------------- */

static unsigned int seg_sectors(const struct seg *seg)
{
	return seg->last - seg->first + 1;
}

/* Sectors of the request; 0 if it is not one for this disk. */
static unsigned int request_sectors(const struct back_request *req)
{
	unsigned int i, nr = 0;

	for (i = 0; i < req->nr; i++) {
		if (req->seg[i].first > req->seg[i].last || req->seg[i].last >= PAGE_SECTORS)
			return 0;
		nr += seg_sectors(&req->seg[i]);
	}
	return req->sector < BACK_DISK_SECTORS && nr <= BACK_DISK_SECTORS - req->sector ? nr : 0;
}

static bool is_zero(const uint8_t *at, size_t len)
{
	return !len || (!at[0] && !memcmp(at, at + 1, len - 1));
}

/* A frontend that does not trust us lends nothing but zeros and what is to be written. */
static void inspect_page(struct back_vbd *vbd, const struct back_request *req, unsigned int i)
{
	unsigned int first = req->seg[i].first * SECTOR, end = (req->seg[i].last + 1) * SECTOR;
	const uint8_t *page = vbd->seen[i];

	if (vbd->active == DIRECT)
		return;
	back_inspect(&vbd->back, page, PAGE);
	if (vbd->active != WIPED)
		return;
	if (req->op == READ)
		end = first;
	if (!is_zero(page, first) || !is_zero(page + end, PAGE - end))
		vbd->back.trouble = "a page holds more than what is to be written";
}

static bool read_pages(struct back_vbd *vbd, const struct back_request *req)
{
	struct copy copy[BACK_SEGS];
	unsigned int i;

	for (i = 0; i < req->nr; i++)
		copy[i] = (struct copy){ req->seg[i].ref, 0, PAGE, vbd->seen[i] };
	if (!copy_from_guest(vbd->back.guest, copy, req->nr))
		return false;
	for (i = 0; i < req->nr; i++)
		inspect_page(vbd, req, i);
	return true;
}

static bool write_pages(struct back_vbd *vbd, const struct back_request *req)
{
	uint8_t *from = vbd->disk[0] + req->sector * SECTOR;
	struct copy copy[BACK_SEGS];
	unsigned int i;

	for (i = 0; i < req->nr; i++) {
		copy[i] = (struct copy){
			req->seg[i].ref, req->seg[i].first * SECTOR,
			seg_sectors(&req->seg[i]) * SECTOR, from,
		};
		from += copy[i].len;
	}
	return copy_to_guest(vbd->back.guest, copy, req->nr);
}

static void store_pages(struct back_vbd *vbd, const struct back_request *req)
{
	uint8_t *to = vbd->disk[0] + req->sector * SECTOR;
	unsigned int i, len;

	for (i = 0; i < req->nr; i++) {
		len = seg_sectors(&req->seg[i]) * SECTOR;
		memcpy(to, vbd->seen[i] + req->seg[i].first * SECTOR, len);
		to += len;
	}
}

int16_t back_vbd_do(struct back_vbd *vbd, const struct back_request *req)
{
	if (req->op == FLUSH)
		return OKAY;
	if (req->op != READ && req->op != WRITE)
		return NOTSUPP;
	if (!request_sectors(req))
		return ERROR;
	if (!read_pages(vbd, req)) {
		vbd->back.trouble = "a request's page is not lent";
		return ERROR;
	}
	if (req->op == WRITE)
		store_pages(vbd, req);
	else if (!write_pages(vbd, req))
		vbd->back.trouble = "a page to read into cannot be written to";
	return OKAY;
}

/* --- responses ----------------------------------------------------------- */

void back_vbd_put(struct ring *ring, uint64_t id, uint8_t op, int16_t status)
{
	uint8_t *s = ring_slot(ring, ring->prod++);

	memcpy(s, &id, 8);
	s[8] = op;
	memcpy(s + 10, &status, 2);
}

void back_vbd_answer(const struct back_request *req, int16_t status)
{
	back_vbd_put(req->ring, req->id, req->op, status);
	ring_show(req->ring);
}

static bool serve_one(struct back_vbd *vbd, unsigned int ms)
{
	struct back_request req;

	if (!back_vbd_take_within(vbd, &req, ms))
		return false;
	back_vbd_answer(&req, back_vbd_do(vbd, &req));
	return true;
}

const char *back_vbd_serve(struct back_vbd *vbd, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (!serve_one(vbd, TAKE_MS))
			return back_reason(&vbd->back, "no request comes");
	return vbd->back.trouble;
}

void back_vbd_serve_for(struct back_vbd *vbd, unsigned int ms)
{
	uint64_t end = clock_ms() + ms;

	while (clock_ms() < end)
		serve_one(vbd, EVENT_MS);
}

void back_vbd_end(struct back_vbd *vbd)
{
	const char *why = back_vbd_close(vbd);

	if (why)
		die("%s", why);
	back_remove(&vbd->back);
}

/* --- groups -------------------------------------------------------------- */

void back_vbd_lent(struct back_vbd *vbd)
{
	vbd->mode = DIRECT;
}

void back_vbd_persistent(struct back_vbd *vbd)
{
	vbd->mode = PERSISTENT;
}

void back_vbd_wiped(struct back_vbd *vbd)
{
	vbd->mode = WIPED;
}

void back_vbd_queues(struct back_vbd *vbd)
{
	vbd->many_queues = true;
}

void back_vbd_one_queue(struct back_vbd *vbd)
{
	vbd->many_queues = false;
}

/* One that does not lie. */
void back_vbd_honest(struct back_vbd *vbd)
{
	const char *why;

	for (vbd->mode = 0; vbd->mode < BACK_MODES; vbd->mode++) {
		back_vbd_context(vbd, 0);
		why = back_vbd_connect(vbd);
		report_case("500 requests", why ? why : back_vbd_serve(vbd, 500));
		report_case("close", back_vbd_close(vbd));
	}
}
