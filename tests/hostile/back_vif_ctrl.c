// SPDX-License-Identifier: GPL-2.0
/*
 * Lies on the control ring, while the guest configures the hash of what it receives. Its
 * commands fail, and the interface works.
 */

#include "back_vif.h"

#define MESSAGE_MS 10000

static const struct pair with_ctrl[] = {
	{ "feature-ctrl-ring", "1" }, { "multi-queue-max-queues", "1" }, { }
};

static bool take_message(struct back_vif *vif, struct ctrl_request *req)
{
	unsigned int waited;

	for (waited = 0; waited < MESSAGE_MS; waited += 10) {
		if (ring_requests(&vif->ctrl) || ring_arm(&vif->ctrl)) {
			ring_take(&vif->ctrl, req, sizeof(*req));
			return true;
		}
		back_vif_serve_for(vif, 10);
	}
	return false;
}

/* Connect, and take the frontend's first message. */
static const char *connect_for_message(struct back_vif *vif, struct ctrl_request *req)
{
	const char *why;

	vif->offer = with_ctrl;
	why = back_vif_connect(vif);
	vif->offer = NULL;
	if (why)
		return why;
	return take_message(vif, req) ? NULL : "no message comes";
}

/* What is wrong with a response; bits of its fields. */
struct ctrl_case {
	const char *name;
	uint16_t id, type;
	uint32_t status, data;
};

static const struct ctrl_case ctrl_cases[] = {
	{ "an unknown id", .id = 1 },
	{ "an id of 16 bits more", .id = 0x8000 },
	{ "another type", .type = 2 },
	{ "a type that nobody knows", .type = 0xff00 },
	{ "status 4", .status = 4 },
	{ "status -1", .status = 0xffffffff },
	{ "data of all bits", .data = 0xffffffff },
};

static const char *answer_wrong(struct back_vif *vif, const struct ctrl_case *c)
{
	struct ctrl_request req;
	const char *why = connect_for_message(vif, &req);

	if (why)
		return why;
	*(struct ctrl_response *)ring_slot(&vif->ctrl, vif->ctrl.prod++) = (struct ctrl_response){
		.id = req.id ^ c->id, .type = req.type ^ c->type, .status = c->status,
		.data = c->data,
	};
	ring_show(&vif->ctrl);
	return back_vif_ping(vif);
}

static const char *index_beyond(struct back_vif *vif)
{
	struct ctrl_request req;
	const char *why = connect_for_message(vif, &req);

	if (why)
		return why;
	ring_show_index(&vif->ctrl, vif->ctrl.prod + CTRL_SLOTS + 1);
	return back_expect_error(&vif->back, "more answers than messages on the control ring");
}

void back_vif_ctrl(struct back_vif *vif)
{
	unsigned int i;

	back_vif_context(vif, 0);
	for (i = 0; i < ARRAY_SIZE(ctrl_cases); i++)
		back_vif_case_end(vif, ctrl_cases[i].name, answer_wrong(vif, &ctrl_cases[i]));
	back_vif_case_end(vif, "answers beyond the messages", index_beyond(vif));
	back_vif_case_end(vif, "works when connected again", back_vif_connect(vif));
}
