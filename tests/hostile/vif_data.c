// SPDX-License-Identifier: GPL-2.0
/* Sending and receiving frames. */
#include <string.h>

#include "report.h"
#include "vif.h"

/* --- out ---------------------------------------------------------------- */

struct tx_request *script_data(struct vif *vif, struct script *script, const struct lent *page,
			       unsigned int offset, unsigned int size, unsigned int flags)
{
	struct tx_request *req = &script->slot[script->nr++].req;

	*req = (struct tx_request){
		.ref = page->ref, .offset = offset, .size = size, .flags = flags,
		.id = vif->next_id++,
	};
	return req;
}

void script_extra(struct script *script, const struct extra *extra)
{
	unsigned int i = script->nr++;

	memset(&script->slot[i].req, 0, sizeof(script->slot[i].req));
	script->slot[i].extra = *extra;
	script->slot[i].any_id = true;
	script->slot[i].expect = TX_NULL;
}

void script_expect(struct script *script, unsigned int from, int16_t expect)
{
	for (; from < script->nr; from++)
		if (!script->slot[from].any_id)
			script->slot[from].expect = expect;
}

void vif_push(struct vif_queue *queue, const struct script *script)
{
	unsigned int i;

	for (i = 0; i < script->nr; i++)
		memcpy(ring_next_slot(&queue->tx), &script->slot[i].req, sizeof(struct tx_request));
	ring_push(&queue->tx);
}

static bool fits(int16_t expect, int16_t status)
{
	if (expect == TX_EITHER)
		return status >= TX_DROPPED && status <= TX_NULL;
	return status == expect || (expect == TX_ERROR && status == TX_DROPPED);
}

/* Responses may come in any order, and ids may repeat: find a slot that fits. */
static bool tick_off(struct script *script, bool *done, const struct tx_response *rsp)
{
	unsigned int i;

	for (i = 0; i < script->nr; i++)
		if (!done[i] && fits(script->slot[i].expect, rsp->status) &&
		    (script->slot[i].any_id || script->slot[i].req.id == rsp->id)) {
			done[i] = true;
			return true;
		}
	return false;
}

const char *vif_check_responses(struct vif *vif, struct vif_queue *queue, struct script *script)
{
	bool done[VIF_SLOTS] = { };
	struct tx_response rsp;
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < script->nr; i++) {
		if (!ring_wait(&queue->tx, ANSWER_MS))
			return reason("%u of %u slots are answered", i, script->nr);
		ring_take(&queue->tx, &rsp, sizeof(rsp));
		if (!tick_off(script, done, &rsp) && !why)
			why = reason("answer %u: id %u status %d", i, rsp.id, rsp.status);
		if (rsp.status == TX_OKAY)
			vif->taken++;
	}
	return why;
}

/* --- in ----------------------------------------------------------------- */

void vif_post(struct vif_queue *queue, unsigned int page, uint32_t ref)
{
	uint32_t index = queue->rx.prod % VIF_SLOTS;
	struct rx_request *req = ring_next_slot(&queue->rx);

	queue->posted[index] = page;
	*req = (struct rx_request){ .id = page, .ref = ref };
}

void vif_post_some(struct vif_queue *queue, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		vif_post(queue, i, queue->rx_page[i].ref);
	ring_push(&queue->rx);
}

void vif_post_all(struct vif_queue *queue)
{
	vif_post_some(queue, RX_PAGES);
}

static void trouble(struct vif *vif, const char *what)
{
	if (!vif->trouble)
		vif->trouble = what;
}

/* Take the next response, which must be for the page that was posted in its slot. */
static bool take_slot(struct vif *vif, struct vif_queue *queue, struct rx_response *rsp)
{
	unsigned int page = queue->posted[queue->rx.cons % VIF_SLOTS];

	if (!ring_wait(&queue->rx, 1000)) {
		trouble(vif, "responses were shown inside a frame");
		return false;
	}
	ring_take(&queue->rx, rsp, sizeof(*rsp));
	vif_post(queue, page, queue->rx_page[page].ref);
	if (rsp->id != page)
		trouble(vif, "a response of another slot");
	return true;
}

/* Return: bytes appended to the frame. */
static size_t take_data(struct vif *vif, struct vif_queue *queue, const struct rx_response *rsp,
			uint8_t *frame, size_t len)
{
	if (rsp->status < 0)
		return 0;
	if (rsp->offset + rsp->status > PAGE || len + rsp->status > FRAME_MAX || rsp->id >= RX_PAGES) {
		trouble(vif, "bytes outside of the page");
		return 0;
	}
	memcpy(frame + len, queue->rx_page[rsp->id].addr + rsp->offset, rsp->status);
	return rsp->status;
}

static void take_extras(struct vif *vif, struct vif_queue *queue)
{
	unsigned int page;
	struct extra extra;

	do {
		page = queue->posted[queue->rx.cons % VIF_SLOTS];
		if (!ring_wait(&queue->rx, 1000)) {
			trouble(vif, "an extra is missing");
			return;
		}
		ring_take(&queue->rx, &extra, sizeof(extra));
		vif_post(queue, page, queue->rx_page[page].ref);
		if (extra.type != GSO && extra.type != HASH &&
		    !(vif->headroom && extra.type == XDP))
			trouble(vif, "an extra that was not enabled");
	} while (extra.flags & EXTRA_MORE);
}

static size_t take_frame(struct vif *vif, struct vif_queue *queue, uint8_t *frame)
{
	struct rx_response rsp;
	bool first = true;
	size_t len = 0;

	do {
		if (!take_slot(vif, queue, &rsp))
			return 0;
		len += take_data(vif, queue, &rsp, frame, len);
		if (first)
			vif->flags = rsp.flags;
		if (first && rsp.flags & EXTRA)
			take_extras(vif, queue);
		first = false;
	} while (rsp.flags & MORE);
	ring_push(&queue->rx);
	return len;
}

size_t vif_receive(struct vif *vif, uint8_t *frame, unsigned int ms)
{
	unsigned int i, waited;
	size_t len;

	for (waited = 0; waited <= ms; waited++)
		for (i = 0; i < vif->nr_queues; i++) {
			if (!ring_wait(&vif->queue[i].rx, i ? 0 : 1))
				continue;
			len = take_frame(vif, &vif->queue[i], frame);
			if (len)
				return len;
		}
	return 0;
}

/* --- proof that it works ------------------------------------------------ */

#define ECHO_PAGE (TX_PAGES - 1)
#define ECHO_BYTES 300

void vif_add_echo(struct vif *vif, struct script *script, size_t payload)
{
	const struct lent *page = &vif->tx_page[ECHO_PAGE];
	size_t len = frame_echo(&vif->ends, page->addr, payload, ++vif->next_seq);

	script_data(vif, script, page, 0, len, 0);
}

const char *vif_wait_echo(struct vif *vif, size_t payload)
{
	static uint8_t frame[FRAME_MAX];
	unsigned int frames;
	size_t len;

	vif->echoes++;
	for (frames = 0; frames < 1000; frames++) {
		len = vif_receive(vif, frame, ANSWER_MS / 4);
		if (!len)
			return "no echo";
		if (frame_is_echo_reply(&vif->ends, frame, len, payload, vif->next_seq))
			return vif->trouble;
	}
	return "no echo among a thousand frames";
}

const char *vif_ping(struct vif *vif, struct vif_queue *queue)
{
	struct script script = { };
	const char *why;

	vif_add_echo(vif, &script, ECHO_BYTES);
	vif_push(queue, &script);
	why = vif_check_responses(vif, queue, &script);
	return why ? why : vif_wait_echo(vif, ECHO_BYTES);
}
