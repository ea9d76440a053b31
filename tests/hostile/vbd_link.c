// SPDX-License-Identifier: GPL-2.0
/*
 * Broken rings and invalid xenstore keys: the back must close, report the error, and
 * offer the device again. In floods and races it must keep responding.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "flood.h"
#include "random.h"
#include "shared.h"
#include "vbd.h"

/* --- proof that the disk still works ------------------------------------ */

static uint64_t put_good(struct vbd *vbd)
{
	struct request req = {
		.id = vbd->next_id++, .op = READ, .nr_segs = 1,
		.seg[0] = { vbd->data[GOOD_PAGE].ref, 0, PAGE_SECTORS - 1 },
	};

	vbd_add_request(vbd, &req);
	return req.id;
}

static const char *good_read(struct vbd *vbd)
{
	uint64_t id = put_good(vbd);
	struct response rsp;

	ring_push(&vbd->ring);
	if (!vbd_wait_response(vbd, &rsp))
		return "a good read is not answered";
	return rsp.id == id && rsp.status == OKAY ? NULL : "a good read fails";
}

static const char *works_again(struct vbd *vbd)
{
	const char *why;

	vbd_connect(vbd, &layouts[0], false);
	why = good_read(vbd);
	vbd_close(vbd);
	return why;
}

/* --- a broken ring ------------------------------------------------------ */

/* The producer index is @beyond past the requests in the ring. */
void vbd_ring_broken(struct vbd *vbd, int beyond)
{
	const char *why;

	report_context("producer %+d", beyond);
	vbd_connect(vbd, &layouts[0], true);
	report_case("good read", good_read(vbd));
	ring_push_index(&vbd->ring, vbd->ring.prod + beyond);
	why = device_wait(&vbd->dev, CLOSING, CLOSING) ? NULL :
		reason("the back is in state %u", device_back_state(&vbd->dev));
	report_case("the back closes", why);
	device_begin(&vbd->dev);
	report_case("and works when connected again", works_again(vbd));
}

/* The ring has invalid indices before the device is connected. */
static const char *bad_start(struct vbd *vbd)
{
	vbd->layout = &layouts[0];
	vbd_prepare(vbd, NULL);
	ring_set(&vbd->ring, REQ_PROD, 1000);
	device_set_state(&vbd->dev, INITIALISED);
	return device_expect_refusal(&vbd->dev);
}

/* --- pages in two roles ------------------------------------------------- */

/* A read has the back write the disk's contents over the ring. */
static const char *read_over_ring(struct vbd *vbd)
{
	struct request req = {
		.id = vbd->next_id++, .op = READ, .nr_segs = 1,
		.seg[0] = { vbd->ring.page.ref, 0, PAGE_SECTORS - 1 },
	};

	vbd_connect(vbd, &layouts[0], false);
	vbd_add_request(vbd, &req);
	ring_push(&vbd->ring);
	usleep(300000);
	channel_send(vbd->ring.port);
	device_begin(&vbd->dev);
	return works_again(vbd);
}

/* A read has the back write over the segments that name its pages. */
static const char *read_over_descriptor(struct vbd *vbd)
{
	struct request req = {
		.id = vbd->next_id++, .op = INDIRECT, .inner_op = READ, .nr_segs = DISK_PAGES,
		.descriptor = vbd->descriptor.ref,
	};
	const struct seg seg = { vbd->descriptor.ref, 0, PAGE_SECTORS - 1 };
	struct response rsp;
	const char *why;
	unsigned int i;

	for (i = 0; i < DISK_PAGES; i++)
		vbd_set_segment(&vbd->descriptor, i, &seg);
	vbd_connect(vbd, &layouts[0], false);
	vbd_add_request(vbd, &req);
	ring_push(&vbd->ring);
	why = vbd_wait_response(vbd, &rsp) ? good_read(vbd) : "no answer";
	vbd_close(vbd);
	return why;
}

void vbd_pages(struct vbd *vbd)
{
	report_case("a read over the ring", read_over_ring(vbd));
	report_case("a read over its own segments", read_over_descriptor(vbd));
}

/* --- keys --------------------------------------------------------------- */

struct key_test {
	const char *name;
	struct pair keys[5];
};

static const struct key_test key_tests[] = {
	/* The first case, because the log soon reaches its rate limit. */
	{ "a protocol of two lines and an escape",
	  { { "protocol", "x\nhostile: a line of its own\033[2J" } } },
	{ "no ring-ref", { { "ring-ref" } } },
	{ "a ring that nobody lent", { { "ring-ref", "524287" } } },
	{ "ring-ref -1", { { "ring-ref", "-1" } } },
	{ "ring-ref 1x", { { "ring-ref", "1x" } } },
	{ "ring-ref beyond 32 bits", { { "ring-ref", "4294967296" } } },
	{ "an empty ring-ref", { { "ring-ref", "" } } },
	{ "a ring-ref of 1000 digits", { { "ring-ref", DIGITS_1000 } } },
	{ "no event-channel", { { "event-channel" } } },
	{ "event-channel 0", { { "event-channel", "0" } } },
	{ "an event channel that is not open", { { "event-channel", "4000" } } },
	{ "event-channel -1", { { "event-channel", "-1" } } },
	{ "an unknown protocol", { { "protocol", "m68k-abi" } } },
	{ "a protocol of 1000 digits", { { "protocol", DIGITS_1000 } } },
	{ "0 queues", { { "multi-queue-num-queues", "0" } } },
	{ "-1 queues", { { "multi-queue-num-queues", "-1" } } },
	{ "4294967295 queues", { { "multi-queue-num-queues", "4294967295" } } },
	{ "1x queues", { { "multi-queue-num-queues", "1x" } } },
	{ "2 queues, no folders", { { "multi-queue-num-queues", "2" } } },
	{ "order 5", { { "ring-page-order", "5" } } },
	{ "order -1", { { "ring-page-order", "-1" } } },
	{ "order 4294967295", { { "ring-page-order", "4294967295" } } },
	{ "order 1, no ring-ref0", { { "ring-page-order", "1" } } },
	{ "order 1, ring-ref0 that nobody lent",
	  { { "ring-page-order", "1" }, { "ring-ref0", "524287" }, { "ring-ref1", "524287" } } },
};

static const char *bad_keys(struct vbd *vbd, const struct key_test *t)
{
	vbd->layout = &layouts[0];
	vbd->persistent = true;
	vbd_offer(vbd, t->keys);
	return device_expect_refusal(&vbd->dev);
}

/* The first of two queues is good. */
static const char *bad_second_queue(struct vbd *vbd)
{
	char ref[16], port[16];
	const struct pair keys[] = {
		{ "multi-queue-num-queues", "2" },
		{ "queue-0/ring-ref", ref }, { "queue-0/event-channel", port },
		{ "queue-1/ring-ref", "524287" }, { "queue-1/event-channel", "0" }, { }
	};

	snprintf(ref, sizeof(ref), "%u", vbd->ring.page.ref);
	snprintf(port, sizeof(port), "%u", vbd->ring.port);
	vbd->layout = &layouts[0];
	vbd_offer(vbd, keys);
	return device_expect_refusal(&vbd->dev);
}

/* Both queues share one ring: invalid, but others must not be harmed. */
static const char *shared_ring(struct vbd *vbd)
{
	char ref[16], port[16], port2[16];
	uint32_t second = channel_open();
	const struct pair keys[] = {
		{ "multi-queue-num-queues", "2" },
		{ "queue-0/ring-ref", ref }, { "queue-0/event-channel", port },
		{ "queue-1/ring-ref", ref }, { "queue-1/event-channel", port2 }, { }
	};
	struct response rsp;

	snprintf(ref, sizeof(ref), "%u", vbd->ring.page.ref);
	snprintf(port2, sizeof(port2), "%u", second);
	vbd->layout = &layouts[0];
	vbd_prepare(vbd, NULL);
	snprintf(port, sizeof(port), "%u", vbd->ring.port);
	store_write_all(vbd->dev.front, keys);
	device_set_state(&vbd->dev, INITIALISED);
	if (!device_wait(&vbd->dev, CONNECTED, CLOSING))
		return reason("the back is in state %u", device_back_state(&vbd->dev));
	put_good(vbd);
	ring_push(&vbd->ring);
	channel_send(second);
	vbd_wait_response(vbd, &rsp);
	device_begin(&vbd->dev);
	channel_close(second);
	return works_again(vbd);
}

void vbd_keys(struct vbd *vbd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(key_tests); i++)
		report_case(key_tests[i].name, bad_keys(vbd, &key_tests[i]));
	report_case("a second queue without a ring", bad_second_queue(vbd));
	report_case("indices that make no sense", bad_start(vbd));
	report_case("one ring for two queues", shared_ring(vbd));
	report_case("connects with good keys", works_again(vbd));
}

void vbd_flap(struct vbd *vbd)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		vbd->layout = &layouts[0];
		vbd->persistent = i & 1;
		vbd_offer(vbd, NULL);
		device_flap(&vbd->dev, 250);
		report_case("250 states in no order", works_again(vbd));
	}
}

/* --- floods and races --------------------------------------------------- */

#define STORM_SECONDS 4

void vbd_storm(struct vbd *vbd)
{
	time_t end = time(NULL) + STORM_SECONDS;
	unsigned int events = 0;

	vbd_connect(vbd, &layouts[0], false);
	while (time(NULL) < end) {
		channel_send(vbd->ring.port);
		events++;
	}
	report_context("%u events in %u s", events, STORM_SECONDS);
	report_case("a good read after the storm", good_read(vbd));
	vbd_close(vbd);
}

struct racer {
	pthread_t thread;
	struct vbd *vbd;
	bool stop;
};

/*
 * Change requests while the back reads them: each pass finds another value in a
 * byte than the pass before. The second byte of a slot is the number of segments
 * of a read and the operation of an indirect request: it is never a write,
 * because nothing on the disk may change.
 */
static void *race(void *arg)
{
	struct racer *racer = arg;
	static const uint8_t second[] = { READ, 255, 7, 255 };
	struct vbd *vbd = racer->vbd;
	unsigned int i;

	for (i = 0; !READ_SHARED(racer->stop); i++) {
		uint8_t *s = ring_slot(&vbd->ring, i % VBD_SLOTS);
		uint8_t *seg = vbd->descriptor.addr + i % PAGE_SEGS * 8;
		unsigned int pass = i / VBD_SLOTS, seg_pass = i / PAGE_SEGS;

		WRITE_SHARED(s[1], second[pass % ARRAY_SIZE(second)]);
		WRITE_SHARED(s[2], pass & 1 ? 255 : 11);
		WRITE_SHARED(s[vbd->layout->seg + 4], pass & 2 ? 255 : 0);
		WRITE_SHARED(s[vbd->layout->seg + 5], pass & 1 ? 255 : 7);
		WRITE_SHARED(seg[5], seg_pass & 1 ? 255 : 7);
		WRITE_SHARED(seg[3], seg_pass & 2 ? 255 : 0);
	}
	return NULL;
}

static void put_raced(struct vbd *vbd)
{
	struct request req = {
		.id = vbd->next_id++, .op = random_below(2) ? INDIRECT : READ,
		.inner_op = READ, .nr_segs = 1 + random_below(SLOT_SEGS),
		.descriptor = vbd->descriptor.ref,
	};
	unsigned int i;

	for (i = 0; i < SLOT_SEGS; i++)
		req.seg[i] = (struct seg){ vbd->data[i].ref, 0, PAGE_SECTORS - 1 };
	vbd_add_request(vbd, &req);
}

static const char *answer_raced(struct vbd *vbd, unsigned int nr)
{
	struct response rsp;

	while (nr--) {
		if (!vbd_wait_response(vbd, &rsp))
			return "an answer is missing";
		if (rsp.status != OKAY && rsp.status != ERROR)
			return reason("status %d", rsp.status);
		if (rsp.op != READ && rsp.status == OKAY)
			return reason("operation %u was done", rsp.op);
	}
	return NULL;
}

static const char *run_race(struct vbd *vbd, unsigned int rounds)
{
	const char *why = NULL;
	unsigned int i;

	while (rounds-- && !why) {
		/* The pattern would show up on the disk if the back wrote. */
		for (i = 0; i < DATA_PAGES; i++)
			memset(vbd->data[i].addr, 0xd7, PAGE);
		for (i = 0; i < VBD_SLOTS; i++)
			put_raced(vbd);
		ring_push(&vbd->ring);
		why = answer_raced(vbd, VBD_SLOTS);
	}
	return why;
}

static const char *close_in_flood(struct vbd *vbd)
{
	uint8_t slot[112];

	vbd_connect(vbd, &layouts[0], false);
	put_good(vbd);
	memcpy(slot, ring_slot(&vbd->ring, 0), sizeof(slot));
	vbd->ring.prod = 0;
	return flood_and_close(&vbd->dev, &vbd->ring, slot);
}

void vbd_race(struct vbd *vbd)
{
	struct racer racer = { .vbd = vbd };
	unsigned int i;

	for (i = 0; i < PAGE_SEGS; i++) {
		struct seg seg = { vbd->data[i % GOOD_PAGE].ref, 0, PAGE_SECTORS - 1 };

		vbd_set_segment(&vbd->descriptor, i, &seg);
	}
	vbd_connect(vbd, &layouts[0], false);
	if (pthread_create(&racer.thread, NULL, race, &racer))
		die("no thread");
	report_case("requests that change while they are read", run_race(vbd, 100));
	WRITE_SHARED(racer.stop, true);
	pthread_join(racer.thread, NULL);
	report_case("a good read after that", good_read(vbd));
	vbd_close(vbd);
	report_case("closing in a flood of requests", close_in_flood(vbd));
	report_case("works when connected again", works_again(vbd));
}
