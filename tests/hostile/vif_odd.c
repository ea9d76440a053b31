// SPDX-License-Identifier: GPL-2.0
/*
 * Unusual but valid frames: cut into slots in every way, and in segments. dom0's reply
 * shows whether they arrived as they were sent. Also the multicast filter and its bound.
 */
#include <string.h>

#include "random.h"
#include "report.h"
#include "vif.h"

#define ROUNDS 150
#define MAX_CUTS 18

/* --- cuts --------------------------------------------------------------- */

/*
 * Where a frame is cut, in order; several cuts at one place are empty slots. The
 * first slot is never empty.
 */
static void choose_cuts(unsigned int *cut, unsigned int nr, size_t len, bool small)
{
	unsigned int i, j, swap;

	for (i = 1; i < nr; i++)
		cut[i] = 1 + random_below(small ? 40 : len);
	cut[0] = 0;
	cut[nr] = len;
	for (i = 2; i < nr; i++)
		for (j = i; j > 1 && cut[j] < cut[j - 1]; j--) {
			swap = cut[j];
			cut[j] = cut[j - 1];
			cut[j - 1] = swap;
		}
}

static void put_cut(struct vif *vif, struct script *script, const uint8_t *frame,
		    const unsigned int *cut, unsigned int nr)
{
	unsigned int i, size, offset, flags;

	for (i = 0; i < nr; i++) {
		size = cut[i + 1] - cut[i];
		offset = random_below(PAGE - size + 1);
		flags = i + 1 < nr ? MORE : 0;
		memcpy(vif->tx_page[i].addr + offset, frame + cut[i], size);
		script_data(vif, script, &vif->tx_page[i], offset, i ? size : cut[nr], flags);
	}
}

static const char *run_cut(struct vif *vif, unsigned int nr, bool small)
{
	struct vif_queue *queue = &vif->queue[random_below(vif->nr_queues)];
	size_t payload = small ? random_below(100) : random_below(ECHO_MAX);
	static uint8_t frame[FRAME_MAX];
	unsigned int cut[MAX_CUTS + 1];
	struct script script = { };
	const char *why;
	size_t len;

	len = frame_echo(&vif->ends, frame, payload, ++vif->next_seq);
	choose_cuts(cut, nr, len, small);
	put_cut(vif, &script, frame, cut, nr);
	vif_push(queue, &script);
	why = vif_check_responses(vif, queue, &script);
	return why ? why : vif_wait_echo(vif, payload);
}

static const char *run_cuts(struct vif *vif, bool small)
{
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < ROUNDS && !why; i++)
		why = run_cut(vif, 1 + i % MAX_CUTS, small);
	return why;
}

/* --- segments ----------------------------------------------------------- */

static const char *reset_answer(struct vif *vif, uint32_t ack)
{
	static uint8_t frame[FRAME_MAX];
	unsigned int frames;
	size_t len;

	for (frames = 0; frames < 1000; frames++) {
		len = vif_receive(vif, frame, ANSWER_MS / 4);
		if (!len)
			break;
		if (frame_is_reset(&vif->ends, frame, len, ack))
			return vif->trouble;
	}
	return "no answer that says that all bytes arrived";
}

/* A long frame, whole pages behind the first slot. */
static void put_segments(struct vif *vif, struct script *script, const uint8_t *frame, size_t len,
			 size_t first, const struct extra *gso)
{
	const struct lent *page;
	size_t at, size;

	for (at = 0; at < len; at += size) {
		page = &vif->tx_page[script->nr];
		size = at ? len - at : first;
		if (size > PAGE)
			size = PAGE;
		memcpy(page->addr, frame + at, size);
		script_data(vif, script, page, 0, at ? size : len,
			    (at + size < len ? MORE : 0) | (at ? 0 : BLANK | VALID | EXTRA));
		if (!at)
			script_extra(script, gso);
	}
}

/* TCP to a closed port: the reset acknowledges the bytes. */
static const char *run_segments(struct vif *vif, size_t payload, uint16_t mss, size_t first)
{
	const struct extra gso = { GSO, 0, { mss & 0xff, mss >> 8, GSO_TCPV4 } };
	struct vif_queue *queue = &vif->queue[0];
	static uint8_t frame[FRAME_MAX];
	const uint32_t seq = 100000;
	struct script script = { };
	const char *why;
	size_t len;

	len = frame_tcp(&vif->ends, frame, payload, seq);
	put_segments(vif, &script, frame, len, first, &gso);
	vif_push(queue, &script);
	why = vif_check_responses(vif, queue, &script);
	return why ? why : reset_answer(vif, seq + payload);
}

void vif_odd(struct vif *vif)
{
	const struct vif_setup setup = { .queues = 2, .split = true };

	vif_connect(vif, &setup);
	report_case("frames cut anywhere into 1 to 18 slots", run_cuts(vif, false));
	report_case("frames cut in their headers", run_cuts(vif, true));
	report_case("3000 bytes in segments of 1448", run_segments(vif, 3000, 1448, TCP_HEAD));
	report_case("60000 bytes in segments of 1448", run_segments(vif, 60000, 1448, TCP_HEAD));
	report_case("60000 bytes in segments of 100", run_segments(vif, 60000, 100, TCP_HEAD));
	report_case("segments, 1 byte in the first slot", run_segments(vif, 60000, 1448, 1));
	report_case("segments, 20 bytes in the first slot", run_segments(vif, 60000, 1448, 20));
	report_case("segments, a page in the first slot", run_segments(vif, 60000, 1448, PAGE));
	report_case("1 byte in segments of 1448", run_segments(vif, 1, 1448, TCP_HEAD));
	vif_close(vif);
}

/* --- the filter for multicast ------------------------------------------- */

#define MCAST_MAX 64

static const char *change_filter(struct vif *vif, uint8_t type, uint8_t nr, int16_t expect)
{
	const struct extra extra = { type, 0, { 1, 0, 0x5e, 1, 1, nr } };
	struct script script = { };

	script_data(vif, &script, &vif->tx_page[0], 0, 60, EXTRA);
	script_extra(&script, &extra);
	script_expect(&script, 0, expect);
	vif_push(&vif->queue[0], &script);
	return vif_check_responses(vif, &vif->queue[0], &script);
}

static const char *fill_filter(struct vif *vif, unsigned int from, unsigned int nr, int16_t expect)
{
	const char *why = NULL;
	unsigned int i;

	for (i = from; i < from + nr && !why; i++)
		why = change_filter(vif, MCAST_ADD, i, expect);
	return why;
}

void vif_mcast(struct vif *vif)
{
	const struct vif_setup setup = { .mcast = true };

	if (!vif_back_has(vif, "feature-multicast-control")) {
		report_skipped("multicast filter", "not offered");
		return;
	}
	vif_connect(vif, &setup);
	report_case("64 addresses", fill_filter(vif, 0, MCAST_MAX, TX_OKAY));
	report_case("more than 64", fill_filter(vif, MCAST_MAX, 20, TX_ERROR));
	report_case("ping meanwhile", vif_ping(vif, &vif->queue[0]));
	report_case("one less", change_filter(vif, MCAST_DEL, 3, TX_OKAY));
	report_case("another one", fill_filter(vif, 100, 1, TX_OKAY));
	report_case("one less that is not there", change_filter(vif, MCAST_DEL, 200, TX_EITHER));
	report_case("ping", vif_ping(vif, &vif->queue[0]));
	vif_close(vif);
}
