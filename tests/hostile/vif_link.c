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
#include "report.h"
#include "vif.h"

/* --- broken rings ------------------------------------------------------- */

static struct ring *find_ring(struct vif *vif, const char *which)
{
	if (!strcmp(which, "tx"))
		return &vif->queue[0].tx;
	if (!strcmp(which, "rx"))
		return &vif->queue[0].rx;
	return &vif->ctrl;
}

/* The back reads the rx ring when it has something to send. */
static void make_it_look(struct vif *vif)
{
	struct script script = { };
	unsigned int i;

	for (i = 0; i < 4; i++)
		vif_add_echo(vif, &script, 64);
	vif_push(&vif->queue[0], &script);
}

/* The producer index is @beyond past the requests in the ring. */
void vif_ring_broken(struct vif *vif, const char *which, int beyond)
{
	const struct vif_setup one = { .split = true, .no_rx = true };
	const struct vif_setup all = { .queues = 2, .split = true, .ctrl = true };
	struct ring *ring = find_ring(vif, which);
	bool rx = ring == &vif->queue[0].rx;
	const char *why;

	report_context("%s producer %+d", which, beyond);
	report_case("ping", vif_works_again(vif));
	vif_connect(vif, rx ? &one : &all);
	ring_push_index(ring, ring->prod + beyond);
	if (rx)
		make_it_look(vif);
	why = device_wait(&vif->dev, CLOSING, CLOSING) ? NULL :
		reason("the back is in state %u", device_back_state(&vif->dev));
	report_case("the back closes", why);
	device_begin(&vif->dev);
	report_case("and works when connected again", vif_works_again(vif));
}

/* The rings have invalid indices before the device is connected. */
static const char *bad_start(struct vif *vif, const char *which)
{
	const struct vif_setup setup = { .ctrl = true };

	vif_prepare(vif, &setup);
	ring_set(find_ring(vif, which), REQ_PROD, 1000);
	device_set_state(&vif->dev, CONNECTED);
	return device_expect_refusal(&vif->dev);
}

/* --- pages in two roles ------------------------------------------------- */

/* Send some frames, with any outcome; then connect properly. */
static const char *try_it(struct vif *vif)
{
	unsigned int i;

	if (!device_wait(&vif->dev, CONNECTED, CLOSING))
		return reason("the back is in state %u", device_back_state(&vif->dev));
	for (i = 0; i < vif->nr_queues; i++) {
		vif_post_all(&vif->queue[i]);
		make_it_look(vif);
	}
	usleep(300000);
	make_it_look(vif);
	usleep(100000);
	device_begin(&vif->dev);
	return vif_works_again(vif);
}

/* The back writes received frames over one of the rings. */
static const char *frames_over(struct vif *vif, const struct ring *ring)
{
	const struct vif_setup setup = { };
	struct vif_queue *queue = &vif->queue[0];

	vif_offer(vif, &setup);
	device_expect(&vif->dev, CONNECTED);
	vif_post(queue, 0, ring->page.ref);
	return try_it(vif);
}

/* A key names a page that has another role already. */
static const char *used_twice(struct vif *vif, const struct vif_setup *setup, const char *key,
			      uint32_t value)
{
	vif_prepare(vif, setup);
	store_printf(vif->dev.front, key, "%u", value);
	device_set_state(&vif->dev, CONNECTED);
	return try_it(vif);
}

static const char *one_channel(struct vif *vif)
{
	const struct vif_setup setup = { .queues = 2 };

	vif_prepare(vif, &setup);
	store_printf(vif->dev.front, "queue-1/event-channel", "%u", vif->queue[0].tx.port);
	device_set_state(&vif->dev, CONNECTED);
	return try_it(vif);
}

void vif_pages(struct vif *vif)
{
	const struct vif_setup one = { .split = true }, two = { .queues = 2 };
	struct vif_queue *queue = vif->queue;

	report_case("ping", vif_works_again(vif));
	report_case("frames written over the rx ring", frames_over(vif, &queue[0].rx));
	report_case("frames written over the tx ring", frames_over(vif, &queue[0].tx));
	report_case("one page for both rings",
		    used_twice(vif, &one, "rx-ring-ref", queue[0].tx.page.ref));
	report_case("one ring for two queues",
		    used_twice(vif, &two, "queue-1/tx-ring-ref", queue[0].tx.page.ref));
	report_case("a channel that is another queue's", one_channel(vif));
}

/* --- keys --------------------------------------------------------------- */

struct key_test {
	const char *name;
	struct vif_setup setup;
	struct pair keys[4];
};

#define PLAIN { .queues = 0 }
#define TWO { .queues = 2 }
#define SPLIT { .split = true }
#define CTRL { .ctrl = true }

/* The back must not connect. */
static const struct key_test refused[] = {
	{ "no request-rx-copy", PLAIN, { { "request-rx-copy" } } },
	{ "request-rx-copy 0", PLAIN, { { "request-rx-copy", "0" } } },
	{ "no tx-ring-ref", PLAIN, { { "tx-ring-ref" } } },
	{ "no rx-ring-ref", PLAIN, { { "rx-ring-ref" } } },
	{ "a tx ring that nobody lent", PLAIN, { { "tx-ring-ref", "524287" } } },
	{ "an rx ring that nobody lent", PLAIN, { { "rx-ring-ref", "524287" } } },
	{ "tx-ring-ref -1", PLAIN, { { "tx-ring-ref", "-1" } } },
	{ "tx-ring-ref 1x", PLAIN, { { "tx-ring-ref", "1x" } } },
	{ "an rx-ring-ref of 1000 digits", PLAIN, { { "rx-ring-ref", DIGITS_1000 } } },
	{ "an empty rx-ring-ref", PLAIN, { { "rx-ring-ref", "" } } },
	{ "no event channel", PLAIN, { { "event-channel" } } },
	{ "event-channel 0", PLAIN, { { "event-channel", "0" } } },
	{ "an event channel that is not open", PLAIN, { { "event-channel", "4000" } } },
	{ "event-channel 4294967296", PLAIN, { { "event-channel", "4294967296" } } },
	{ "event-channel-tx that is not open", SPLIT, { { "event-channel-tx", "4000" } } },
	{ "event-channel-rx that is not open", SPLIT, { { "event-channel-rx", "4000" } } },
	{ "event-channel-rx missing", SPLIT, { { "event-channel-rx" } } },
	{ "0 queues", PLAIN, { { "multi-queue-num-queues", "0" } } },
	{ "-1 queues", PLAIN, { { "multi-queue-num-queues", "-1" } } },
	{ "4294967295 queues", PLAIN, { { "multi-queue-num-queues", "4294967295" } } },
	{ "4294967297 queues", PLAIN, { { "multi-queue-num-queues", "4294967297" } } },
	{ "1x queues", PLAIN, { { "multi-queue-num-queues", "1x" } } },
	{ "2 queues, no folders", PLAIN, { { "multi-queue-num-queues", "2" } } },
	{ "2 queues, one folder", TWO, { { "queue-1" } } },
	{ "2 queues, the second without rings", TWO,
	  { { "queue-1/tx-ring-ref", "524287" }, { "queue-1/rx-ring-ref", "524287" } } },
	{ "2 queues, the second without an event channel", TWO,
	  { { "queue-1/event-channel", "4000" } } },
	{ "a control ring that nobody lent", CTRL, { { "ctrl-ring-ref", "524287" } } },
	{ "a control ring without an event channel", CTRL, { { "event-channel-ctrl", "4000" } } },
};

/* The back may ignore the key, but must go on working. */
static const struct key_test tolerated[] = {
	{ "features that are no numbers", PLAIN,
	  { { "feature-sg", "maybe" }, { "feature-gso-tcpv4", "-1" },
	    { "feature-rx-notify", "99999999999999999999" } } },
	{ "xdp-headroom 4294967295", PLAIN, { { "xdp-headroom", "4294967295" } } },
	{ "xdp-headroom without sense", PLAIN, { { "xdp-headroom", "x" } } },
	{ "request-multicast-control 7", PLAIN, { { "request-multicast-control", "7" } } },
};

static const char *run_refused(struct vif *vif, const struct key_test *t)
{
	struct vif_setup setup = t->setup;

	setup.over = t->keys;
	vif_offer(vif, &setup);
	return device_expect_refusal(&vif->dev);
}

/* The back may connect or refuse, and the device must work afterwards. */
static const char *run_tolerated(struct vif *vif, const struct key_test *t)
{
	struct vif_setup setup = t->setup;
	const char *why = NULL;

	setup.over = t->keys;
	vif_offer(vif, &setup);
	if (!device_wait(&vif->dev, CONNECTED, CLOSING))
		why = reason("the back is in state %u", device_back_state(&vif->dev));
	device_begin(&vif->dev);
	return why ? why : vif_works_again(vif);
}

void vif_keys(struct vif *vif)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++)
		if (!refused[i].setup.ctrl || vif_back_has(vif, "feature-ctrl-ring"))
			report_case(refused[i].name, run_refused(vif, &refused[i]));
	report_case("indices of tx that make no sense", bad_start(vif, "tx"));
	report_case("indices of rx that make no sense", bad_start(vif, "rx"));
	if (vif_back_has(vif, "feature-ctrl-ring"))
		report_case("indices of ctrl that make no sense", bad_start(vif, "ctrl"));
	report_case("connects with good keys", vif_works_again(vif));
	for (i = 0; i < ARRAY_SIZE(tolerated); i++)
		report_case(tolerated[i].name, run_tolerated(vif, &tolerated[i]));
}

void vif_flap(struct vif *vif)
{
	const struct vif_setup setup = { .queues = 2, .split = true, .ctrl = true };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		vif_offer(vif, &setup);
		device_flap(&vif->dev, 200);
		report_case("200 states in no order", vif_works_again(vif));
	}
}

/* --- floods and races --------------------------------------------------- */

#define STORM_SECONDS 4

void vif_storm(struct vif *vif)
{
	const struct vif_setup setup = { .queues = 2, .split = true, .ctrl = true };
	time_t end = time(NULL) + STORM_SECONDS;
	unsigned int events, i;

	vif_connect(vif, &setup);
	for (events = 0; time(NULL) < end; events += 5) {
		for (i = 0; i < 2; i++) {
			channel_send(vif->queue[i].tx.port);
			channel_send(vif->queue[i].rx.port);
		}
		channel_send(vif->ctrl.port);
	}
	report_context("%u events in %u s", events, STORM_SECONDS);
	report_case("ping after the storm", vif_ping(vif, &vif->queue[0]));
	report_case("ping on the other queue", vif_ping(vif, &vif->queue[1]));
	vif_close(vif);
}

struct racer {
	pthread_t thread;
	struct ring *ring;
	bool stop;
};

/*
 * Change the length and flags of slots while the back reads them: each pass over
 * the ring finds other values than the pass before.
 */
static void *race(void *arg)
{
	struct racer *racer = arg;
	unsigned int i;

	for (i = 0; !READ_SHARED(racer->stop); i++) {
		struct tx_request *req = ring_slot(racer->ring, i);
		unsigned int pass = i / racer->ring->slots;

		WRITE_SHARED(req->size, pass & 1 ? 65535 : 64);
		WRITE_SHARED(req->flags, pass & 2 ? MORE | EXTRA : 0);
		WRITE_SHARED(req->offset, pass & 4 ? 4095 : 0);
	}
	return NULL;
}

/* Take responses until no more come. */
static void drain(struct ring *ring, unsigned int ms)
{
	struct tx_response rsp;

	while (ring->cons != ring->prod && ring_wait(ring, ms))
		ring_take(ring, &rsp, sizeof(rsp));
}

static void put_raced(struct vif *vif, struct ring *ring, unsigned int nr)
{
	while (nr-- && ring_room(ring)) {
		struct tx_request *req = ring_next_slot(ring);

		*req = (struct tx_request){
			.ref = vif->tx_page[random_below(TX_PAGES)].ref, .size = 64,
			.id = vif->next_id++,
		};
	}
	ring_push(ring);
}

/* A slot that ends a packet, whether it is read as data or as an extra. */
static void put_last(struct vif *vif, struct ring *ring)
{
	union {
		struct tx_request req;
		struct extra extra;
	} slot = { .req = { .ref = NO_REF, .size = 64, .id = vif->next_id++ } };

	slot.extra.flags = 0;
	*(struct tx_request *)ring_next_slot(ring) = slot.req;
	ring_push(ring);
}

/*
 * A chain that the race left open ends with a slot that continues none: as its extras,
 * too, which go on as long as the numbers of pages say so.
 */
static const char *end_chain(struct vif *vif, struct ring *ring)
{
	unsigned int i;

	for (i = 0; i < 8 && ring->cons != ring->prod && ring_room(ring); i++) {
		put_last(vif, ring);
		drain(ring, 1000);
	}
	return ring->cons == ring->prod ? NULL :
		reason("%u slots are not answered", ring->prod - ring->cons);
}

static const char *run_race(struct vif *vif, struct ring *ring)
{
	struct racer racer = { .ring = ring };
	unsigned int i;

	if (pthread_create(&racer.thread, NULL, race, &racer))
		die("no thread");
	for (i = 0; i < 200; i++) {
		put_raced(vif, ring, 64);
		drain(ring, 10);
	}
	WRITE_SHARED(racer.stop, true);
	pthread_join(racer.thread, NULL);
	drain(ring, 1000);
	return end_chain(vif, ring);
}

static const char *close_in_frames(struct vif *vif)
{
	const struct vif_setup setup = { .split = true };
	const struct tx_request frame = { .ref = vif->tx_page[0].ref, .size = 60 };

	vif_connect(vif, &setup);
	return flood_and_close(&vif->dev, &vif->queue[0].tx, &frame);
}

static const char *close_in_messages(struct vif *vif)
{
	const struct vif_setup setup = { .ctrl = true };
	const struct ctrl_request message = { .type = 1 };

	vif_connect(vif, &setup);
	return flood_and_close(&vif->dev, &vif->ctrl, &message);
}

void vif_race(struct vif *vif)
{
	const struct vif_setup setup = { };

	vif_connect(vif, &setup);
	report_case("slots that change while they are read", run_race(vif, &vif->queue[0].tx));
	report_case("ping", vif_ping(vif, &vif->queue[0]));
	vif_close(vif);
	report_case("closing in a flood of frames", close_in_frames(vif));
	if (vif_back_has(vif, "feature-ctrl-ring"))
		report_case("closing in a flood of messages", close_in_messages(vif));
	report_case("works when connected again", vif_works_again(vif));
}
