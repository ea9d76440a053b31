// SPDX-License-Identifier: GPL-2.0
/*
 * Key and table, and telling the backend.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "netfront/rss.h"

static_assert(XNF_RSS_PAGE_BYTES >= XNET_HASH_KEY_BYTES);
static_assert(XNF_RSS_PAGE_BYTES <= XNET_PAGE_BYTES);

/* --- what a user wants ---------------------------------------------------- */

void xnf_rss_spread(struct xnf_rss *rss, u32 nr_queues)
{
	u32 i;

	for (i = 0; i < XNET_HASH_MAPPING_MAX; i++)
		rss->table[i] = i % nr_queues;
}

void xnf_rss_init(struct xnf_rss *rss, const u8 *key, u32 nr_queues)
{
	rss->on = false;
	rss->nr = XNET_HASH_MAPPING_MAX;
	memcpy(rss->key, key, sizeof(rss->key));
	xnf_rss_spread(rss, nr_queues);
}

static bool table_fits(const u32 *table, u32 nr, u32 nr_queues)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (table[i] >= nr_queues)
			return false;
	return true;
}

bool xnf_rss_fit(const struct xnf_rss *rss, u32 nr_queues)
{
	return table_fits(rss->table, rss->nr, nr_queues);
}

int xnf_rss_change(struct xnf_rss *rss, const u32 *table, const u8 *key, u32 nr_queues)
{
	if (table && !table_fits(table, rss->nr, nr_queues))
		return -EINVAL;
	if (table)
		memcpy(rss->table, table, rss->nr * sizeof(*table));
	if (key)
		memcpy(rss->key, key, sizeof(rss->key));
	rss->on = true;
	return 0;
}

/* --- telling the backend -------------------------------------------------- */

/* A backend takes nothing else before it knows the algorithm. */
static const u16 steps[] = {
	XNET_CTRL_SET_HASH_ALGORITHM,
	XNET_CTRL_GET_HASH_FLAGS,
	XNET_CTRL_SET_HASH_FLAGS,
	XNET_CTRL_SET_HASH_KEY,
	XNET_CTRL_GET_HASH_MAPPING_SIZE,
	XNET_CTRL_SET_HASH_MAPPING_SIZE,
	XNET_CTRL_SET_HASH_MAPPING,
};

/* Behind the table: no hash at all, and the end. */
enum { STEP_OFF = ARRAY_SIZE(steps), STEP_END };

static u16 message_type(const struct xnf_rss_talk *talk)
{
	return talk->step == STEP_OFF ? XNET_CTRL_SET_HASH_ALGORITHM : steps[talk->step];
}

static void fill_message(const struct xnf_rss_talk *talk, struct xnet_ctrl_request *msg,
			 void *page)
{
	const struct xnf_rss *want = talk->want;

	switch (msg->type) {
	case XNET_CTRL_SET_HASH_ALGORITHM:
		msg->data[0] = talk->step == STEP_OFF ? XNET_HASH_NONE : XNET_HASH_TOEPLITZ;
		break;
	case XNET_CTRL_SET_HASH_FLAGS:
		msg->data[0] = talk->types;
		break;
	case XNET_CTRL_SET_HASH_KEY:
		memcpy(page, want->key, XNET_HASH_KEY_BYTES);
		msg->data[0] = talk->gref;
		msg->data[1] = XNET_HASH_KEY_BYTES;
		break;
	case XNET_CTRL_SET_HASH_MAPPING_SIZE:
		msg->data[0] = want->nr;
		break;
	case XNET_CTRL_SET_HASH_MAPPING:
		memcpy(page, want->table, want->nr * sizeof(want->table[0]));
		msg->data[0] = talk->gref;
		msg->data[1] = want->nr;
		break;
	}
}

static int take_data(struct xnf_rss_talk *talk, u16 type, u32 data)
{
	switch (type) {
	case XNET_CTRL_GET_HASH_FLAGS:
		talk->types = data & XNET_HASHF_ALL;
		return talk->types ? 0 : -EOPNOTSUPP;
	case XNET_CTRL_GET_HASH_MAPPING_SIZE:
		return talk->want->nr <= data ? 0 : -ENOSPC;
	default:
		return 0;
	}
}

void xnf_rss_begin(struct xnf_rss_talk *talk, const struct xnf_rss *want, u32 gref)
{
	talk->want = want;
	talk->gref = gref;
	talk->step = want->on ? 0 : STEP_OFF;
	talk->types = 0;
	talk->err = 0;
}

bool xnf_rss_next(struct xnf_rss_talk *talk, struct xnet_ctrl_request *msg, void *page)
{
	if (talk->step == STEP_END)
		return false;
	*msg = (struct xnet_ctrl_request){ .id = ++talk->id, .type = message_type(talk) };
	fill_message(talk, msg, page);
	return true;
}

static int status_to_err(u32 status)
{
	switch (status) {
	case XNET_CTRL_SUCCESS:
		return 0;
	case XNET_CTRL_NOT_SUPPORTED:
		return -EOPNOTSUPP;
	case XNET_CTRL_INVALID_PARAMETER:
		return -EINVAL;
	case XNET_CTRL_BUFFER_OVERFLOW:
		return -ENOSPC;
	default:
		return -EPROTO;
	}
}

/* The last thing said stands: the hash is off, or the backend is as it likes. */
static void answer_off(struct xnf_rss_talk *talk, int err)
{
	if (!talk->err)
		talk->err = err;
	talk->step = STEP_END;
}

static void answer_step(struct xnf_rss_talk *talk, int err)
{
	talk->err = err;
	if (err)
		talk->step = STEP_OFF;
	else if (++talk->step == STEP_OFF)
		talk->step = STEP_END;
}

static int break_off(struct xnf_rss_talk *talk)
{
	talk->err = -EPROTO;
	talk->step = STEP_END;
	return -EPROTO;
}

int xnf_rss_answer(struct xnf_rss_talk *talk, const struct xnet_ctrl_response *rsp)
{
	int err;

	if (talk->step == STEP_END || rsp->id != talk->id || rsp->type != message_type(talk))
		return break_off(talk);
	err = status_to_err(rsp->status);
	if (!err)
		err = take_data(talk, rsp->type, rsp->data);
	if (talk->step == STEP_OFF)
		answer_off(talk, err);
	else
		answer_step(talk, err);
	return 0;
}
