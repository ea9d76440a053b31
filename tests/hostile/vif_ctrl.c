// SPDX-License-Identifier: GPL-2.0
/* Control ring messages, valid and invalid, and the responses they must get. */
#include <string.h>

#include "report.h"
#include "vif.h"

enum { GET_FLAGS = 1, SET_FLAGS, SET_KEY, GET_MAPPING_SIZE, SET_MAPPING_SIZE, SET_MAPPING,
	SET_ALGORITHM };
enum { SUCCESS, NOT_SUPPORTED, INVALID, OVERFLOW };
/* A status the protocol leaves open. */
#define ANY_STATUS 99u

/* In place of a reference. */
enum { KEY_PAGE = 1, QUEUES_PAGE, NO_QUEUES_PAGE, READONLY_PAGE, ELSEWHERE_PAGE, NO_PAGE };

/* The first word of SET_KEY and SET_MAPPING names a page. */
struct ctrl_test {
	const char *name;
	uint16_t type;
	uint32_t data[3];
	uint32_t status;
	uint32_t answer;	/* expected data of messages that query something */
};

static const struct ctrl_test tests[] = {
	{ "message 0", 0, { }, NOT_SUPPORTED },
	{ "message 8", 8, { }, NOT_SUPPORTED },
	{ "message 9", 9, { 0, 1, 1 }, NOT_SUPPORTED },
	{ "message 10", 10, { 0, 1, 1 }, NOT_SUPPORTED },
	{ "message 65535", 65535, { ~0u, ~0u, ~0u }, NOT_SUPPORTED },
	{ "algorithm 2", SET_ALGORITHM, { 2 }, INVALID },
	{ "algorithm 4294967295", SET_ALGORITHM, { ~0u }, INVALID },
	{ "Toeplitz", SET_ALGORITHM, { 1 }, SUCCESS },
	{ "which flags", GET_FLAGS, { }, SUCCESS, 15 },
	{ "flags that nobody knows", SET_FLAGS, { 16 }, INVALID },
	{ "flags 4294967295", SET_FLAGS, { ~0u }, INVALID },
	{ "all flags", SET_FLAGS, { 15 }, SUCCESS },
	{ "a key of 0 bytes", SET_KEY, { KEY_PAGE, 0 }, ANY_STATUS },
	{ "a key of 39 bytes", SET_KEY, { KEY_PAGE, 39 }, SUCCESS },
	{ "a key of 41 bytes", SET_KEY, { KEY_PAGE, 41 }, OVERFLOW },
	{ "a key of 65535 bytes", SET_KEY, { KEY_PAGE, 65535 }, OVERFLOW },
	{ "a key of 65537 bytes", SET_KEY, { KEY_PAGE, 65537 }, OVERFLOW },
	{ "a key of 4294967295 bytes", SET_KEY, { KEY_PAGE, ~0u }, OVERFLOW },
	{ "a key without a page", SET_KEY, { NO_PAGE, 40 }, INVALID },
	{ "a key lent to somebody else", SET_KEY, { ELSEWHERE_PAGE, 40 }, INVALID },
	{ "a key that is read-only", SET_KEY, { READONLY_PAGE, 40 }, SUCCESS },
	{ "a key of 40 bytes", SET_KEY, { KEY_PAGE, 40 }, SUCCESS },
	{ "how long a mapping may be", GET_MAPPING_SIZE, { }, SUCCESS, 128 },
	{ "a mapping of 0", SET_MAPPING_SIZE, { 0 }, ANY_STATUS },
	{ "a mapping of 1", SET_MAPPING_SIZE, { 1 }, SUCCESS },
	{ "entry 1 of 1", SET_MAPPING, { QUEUES_PAGE, 1, 1 }, INVALID },
	{ "a mapping of 127", SET_MAPPING_SIZE, { 127 }, SUCCESS },
	{ "a mapping of 129", SET_MAPPING_SIZE, { 129 }, INVALID },
	{ "a mapping of 4294967295", SET_MAPPING_SIZE, { ~0u }, INVALID },
	{ "a mapping of 128", SET_MAPPING_SIZE, { 128 }, SUCCESS },
	{ "128 entries", SET_MAPPING, { QUEUES_PAGE, 128, 0 }, SUCCESS },
	{ "the last entry", SET_MAPPING, { QUEUES_PAGE, 1, 127 }, SUCCESS },
	{ "no entries", SET_MAPPING, { QUEUES_PAGE, 0, 0 }, ANY_STATUS },
	{ "an offset that overflows", SET_MAPPING, { QUEUES_PAGE, 0x20, 0xfffffff0 }, INVALID },
	{ "a length that overflows", SET_MAPPING, { QUEUES_PAGE, 0xfffffff0, 0x20 }, INVALID },
	{ "an entry past the end", SET_MAPPING, { QUEUES_PAGE, 1, 128 }, INVALID },
	{ "0x4001 entries", SET_MAPPING, { QUEUES_PAGE, 0x4001, 0 }, INVALID },
	{ "0x40000001 entries", SET_MAPPING, { QUEUES_PAGE, 0x40000001, 0 }, INVALID },
	{ "1025 entries", SET_MAPPING, { QUEUES_PAGE, 1025, 0 }, INVALID },
	{ "129 entries", SET_MAPPING, { QUEUES_PAGE, 129, 0 }, INVALID },
	{ "65 entries from 64 on", SET_MAPPING, { QUEUES_PAGE, 65, 64 }, INVALID },
	{ "2 entries from 127 on", SET_MAPPING, { QUEUES_PAGE, 2, 127 }, INVALID },
	{ "a queue that there is not", SET_MAPPING, { NO_QUEUES_PAGE, 2, 0 }, INVALID },
	{ "a mapping without a page", SET_MAPPING, { NO_PAGE, 4, 0 }, INVALID },
	{ "a mapping lent to somebody else", SET_MAPPING, { ELSEWHERE_PAGE, 4, 0 }, INVALID },
};

struct pages {
	struct lent key, queues, no_queues;
};

static uint32_t page_ref(struct vif *vif, const struct pages *pages, uint32_t which)
{
	switch (which) {
	case KEY_PAGE:
		return pages->key.ref;
	case QUEUES_PAGE:
		return pages->queues.ref;
	case NO_QUEUES_PAGE:
		return pages->no_queues.ref;
	case READONLY_PAGE:
		return vif->readonly.ref;
	case ELSEWHERE_PAGE:
		return vif->elsewhere.ref;
	default:
		return NO_REF;
	}
}

static void fill_pages(struct vif *vif, struct pages *pages)
{
	uint32_t *queue = (uint32_t *)pages->queues.addr;
	uint32_t *no_queue = (uint32_t *)pages->no_queues.addr;
	unsigned int i;

	memset(pages->key.addr, 0x6d, PAGE);
	for (i = 0; i < PAGE / sizeof(*queue); i++) {
		queue[i] = i % vif->nr_queues;
		no_queue[i] = i % 2 ? vif->nr_queues : 0;
	}
}

static const char *judge(const struct ctrl_test *t, const struct ctrl_request *req,
			 const struct ctrl_response *rsp)
{
	if (rsp->id != req->id || rsp->type != req->type)
		return reason("id %u type %u, not %u and %u", rsp->id, rsp->type, req->id,
			      req->type);
	if (t->status == ANY_STATUS)
		return NULL;
	if (rsp->status != t->status)
		return reason("status %u, not %u", rsp->status, t->status);
	return t->answer && rsp->data != t->answer ?
		reason("%u, not %u", rsp->data, t->answer) : NULL;
}

static const char *run_test(struct vif *vif, const struct pages *pages, const struct ctrl_test *t)
{
	struct ctrl_request req = { .id = vif->next_id++, .type = t->type };
	struct ctrl_response rsp;

	memcpy(req.data, t->data, sizeof(req.data));
	if (t->type == SET_KEY || t->type == SET_MAPPING)
		req.data[0] = page_ref(vif, pages, t->data[0]);
	memcpy(ring_next_slot(&vif->ctrl), &req, sizeof(req));
	ring_push(&vif->ctrl);
	if (!ring_wait(&vif->ctrl, ANSWER_MS))
		return "no answer";
	ring_take(&vif->ctrl, &rsp, sizeof(rsp));
	return judge(t, &req, &rsp);
}

/* A ring full of messages at once. */
static const char *run_full(struct vif *vif)
{
	struct ctrl_response rsp;
	unsigned int i;

	for (i = 0; i < CTRL_SLOTS; i++) {
		struct ctrl_request req = { .id = i, .type = i % 12 };

		memcpy(ring_next_slot(&vif->ctrl), &req, sizeof(req));
	}
	ring_push(&vif->ctrl);
	for (i = 0; i < CTRL_SLOTS; i++) {
		if (!ring_wait(&vif->ctrl, ANSWER_MS))
			return reason("%u of %u messages are answered", i, CTRL_SLOTS);
		ring_take(&vif->ctrl, &rsp, sizeof(rsp));
		if (rsp.id != i)
			return reason("answer %u is to %u", i, rsp.id);
	}
	return NULL;
}

void vif_ctrl(struct vif *vif)
{
	const struct vif_setup setup = { .queues = 2, .split = true, .ctrl = true };
	struct pages pages;
	unsigned int i;

	if (!vif_back_has(vif, "feature-ctrl-ring")) {
		report_skipped("control ring", "not offered");
		return;
	}
	lend(&pages.key);
	lend(&pages.queues);
	lend(&pages.no_queues);
	vif_connect(vif, &setup);
	fill_pages(vif, &pages);
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		report_case(tests[i].name, run_test(vif, &pages, &tests[i]));
	report_case("ping", vif_ping(vif, &vif->queue[0]));
	report_case("a ring full of messages", run_full(vif));
	report_case("ping after it", vif_ping(vif, &vif->queue[1]));
	vif_close(vif);
}
