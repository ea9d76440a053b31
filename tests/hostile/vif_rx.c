// SPDX-License-Identifier: GPL-2.0
/* Receive pages that cannot be written to, or none at all. */
#include "report.h"
#include "vif.h"

#define BAD_PAGE 40

struct rx_test {
	const char *name;
	uint32_t (*ref)(struct vif *vif);
};

static uint32_t no_ref(struct vif *vif)
{
	(void)vif;
	return NO_REF;
}

static uint32_t last_ref(struct vif *vif)
{
	(void)vif;
	return ~0u;
}

static uint32_t readonly_ref(struct vif *vif)
{
	return vif->readonly.ref;
}

static uint32_t elsewhere_ref(struct vif *vif)
{
	return vif->elsewhere.ref;
}

static const struct rx_test tests[] = {
	{ "a page that nobody lent", no_ref },
	{ "reference 4294967295", last_ref },
	{ "a page that is read-only", readonly_ref },
	{ "a page lent to somebody else", elsewhere_ref },
};

static const char *send_echo(struct vif *vif, size_t payload)
{
	struct script script = { };

	vif_add_echo(vif, &script, payload);
	vif_push(&vif->queue[0], &script);
	return vif_check_responses(vif, &vif->queue[0], &script);
}

/* Have frames sent to us until one should have been written to the page. */
static const char *run_bad_page(struct vif *vif, uint32_t ref)
{
	struct vif_queue *queue = &vif->queue[0];
	struct rx_response rsp;
	unsigned int tries, page;
	const char *why;

	vif_post(queue, BAD_PAGE, ref);
	ring_push(&queue->rx);
	for (tries = 0; tries < 5; tries++) {
		why = send_echo(vif, 64);
		if (why)
			return why;
		while (ring_wait(&queue->rx, 1000)) {
			page = queue->posted[queue->rx.cons % VIF_SLOTS];
			ring_take(&queue->rx, &rsp, sizeof(rsp));
			if (page == BAD_PAGE)
				return rsp.id == page && rsp.status < 0 ? NULL :
					reason("id %u status %d", rsp.id, rsp.status);
		}
	}
	return "no answer";
}

static const char *ping_with_page(struct vif *vif)
{
	struct vif_queue *queue = &vif->queue[0];

	vif_post(queue, 0, queue->rx_page[0].ref);
	ring_push(&queue->rx);
	return vif_ping(vif, queue);
}

/* Many frames are sent to us, and there is no page for any of them. */
static const char *run_no_pages(struct vif *vif)
{
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < 200 && !why; i++)
		why = send_echo(vif, ECHO_MAX);
	return why;
}

static const char *ping_with_pages(struct vif *vif)
{
	vif_post_all(&vif->queue[0]);
	return vif_ping(vif, &vif->queue[0]);
}

/* All pages are bad at once: nothing arrives, and nothing may be delayed. */
static const char *run_bad_pages(struct vif *vif)
{
	struct vif_queue *queue = &vif->queue[0];
	struct rx_response rsp;
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < 60; i++)
		vif_post(queue, BAD_PAGE, i % 2 ? NO_REF : vif->readonly.ref);
	ring_push(&queue->rx);
	for (i = 0; i < 100 && !why; i++)
		why = send_echo(vif, ECHO_MAX);
	while (!why && ring_wait(&queue->rx, 1000)) {
		ring_take(&queue->rx, &rsp, sizeof(rsp));
		if (rsp.id == BAD_PAGE && rsp.status >= 0)
			why = "written to a page that cannot be";
	}
	return why;
}

/* --- room before each frame --------------------------------------------- */

/* The frames are not checked, because the back may refuse, ignore or obey the key. */
static const char *run_headroom(struct vif *vif, const char *headroom)
{
	const struct pair keys[] = { { "xdp-headroom", headroom }, { } };
	const struct vif_setup setup = { .over = keys };
	const char *why = NULL;
	unsigned int i;

	vif_offer(vif, &setup);
	if (!device_wait(&vif->dev, CONNECTED, CLOSING))
		return reason("the back is in state %u", device_back_state(&vif->dev));
	if (device_back_state(&vif->dev) == CONNECTED) {
		vif_post_all(&vif->queue[0]);
		for (i = 0; i < 20 && !why; i++)
			why = send_echo(vif, i % 2 ? ECHO_MAX : 0);
		ring_wait(&vif->queue[0].rx, 1000);
	}
	device_begin(&vif->dev);
	return why ? why : vif_works_again(vif);
}

static void run_headrooms(struct vif *vif)
{
	static const char * const headrooms[] = {
		"1", "256", "2048", "4082", "4095", "4096", "4097", "32767", "65536",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(headrooms); i++) {
		report_context("headroom %s", headrooms[i]);
		report_case("frames are sent to us", run_headroom(vif, headrooms[i]));
	}
}

/* --- all of it ---------------------------------------------------------- */

void vif_rx(struct vif *vif)
{
	const struct vif_setup setup = { .no_rx = true };
	unsigned int i;

	report_case("ping", vif_works_again(vif));
	vif_connect(vif, &setup);
	report_case("ping with one page", ping_with_page(vif));
	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		report_case(tests[i].name, run_bad_page(vif, tests[i].ref(vif)));
		report_case("ping after it", ping_with_page(vif));
	}
	vif_close(vif);

	vif_connect(vif, &setup);
	report_case("200 frames and no page", run_no_pages(vif));
	report_case("ping after them", ping_with_pages(vif));
	vif_close(vif);

	vif_connect(vif, &setup);
	report_case("60 bad pages", run_bad_pages(vif));
	report_case("ping after them", ping_with_pages(vif));
	vif_close(vif);
	run_headrooms(vif);
}
