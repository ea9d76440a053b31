// SPDX-License-Identifier: GPL-2.0
/*
 * The hash key, the table of queues, and the session that configures the backend.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "netfront/rss.h"

static_assert(XNF_RSS_PAGE_BYTES >= XNET_HASH_KEY_BYTES);
static_assert(XNF_RSS_PAGE_BYTES <= XNET_PAGE_BYTES);

/* --- configuration -------------------------------------------------------- */

void xnf_rss_reset_table(struct xnf_rss *rss, u32 nr_queues)
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
	xnf_rss_reset_table(rss, nr_queues);
}

static bool table_fits(const u32 *table, u32 nr, u32 nr_queues)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (table[i] >= nr_queues)
			return false;
	return true;
}

bool xnf_rss_table_fits(const struct xnf_rss *rss, u32 nr_queues)
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

/* --- session -------------------------------------------------------------- */

/* A backend accepts nothing else before the algorithm has been set. */
static const u16 steps[] = {
	XNET_CTRL_SET_HASH_ALGORITHM,
	XNET_CTRL_GET_HASH_FLAGS,
	XNET_CTRL_SET_HASH_FLAGS,
	XNET_CTRL_SET_HASH_KEY,
	XNET_CTRL_GET_HASH_MAPPING_SIZE,
	XNET_CTRL_SET_HASH_MAPPING_SIZE,
	XNET_CTRL_SET_HASH_MAPPING,
};

/* Two steps follow those of the table: turn the hash off, and the end. */
enum { STEP_OFF = ARRAY_SIZE(steps), STEP_END };

static u16 message_type(const struct xnf_rss_session *session)
{
	return session->step == STEP_OFF ? XNET_CTRL_SET_HASH_ALGORITHM : steps[session->step];
}

static void fill_message(const struct xnf_rss_session *session, struct xnet_ctrl_request *msg,
			 void *page)
{
	const struct xnf_rss *want = session->want;

	switch (msg->type) {
	case XNET_CTRL_SET_HASH_ALGORITHM:
		msg->data[0] = session->step == STEP_OFF ? XNET_HASH_NONE : XNET_HASH_TOEPLITZ;
		break;
	case XNET_CTRL_SET_HASH_FLAGS:
		msg->data[0] = session->types;
		break;
	case XNET_CTRL_SET_HASH_KEY:
		memcpy(page, want->key, XNET_HASH_KEY_BYTES);
		msg->data[0] = session->gref;
		msg->data[1] = XNET_HASH_KEY_BYTES;
		break;
	case XNET_CTRL_SET_HASH_MAPPING_SIZE:
		msg->data[0] = want->nr;
		break;
	case XNET_CTRL_SET_HASH_MAPPING:
		memcpy(page, want->table, want->nr * sizeof(want->table[0]));
		msg->data[0] = session->gref;
		msg->data[1] = want->nr;
		break;
	}
}

static int take_data(struct xnf_rss_session *session, u16 type, u32 data)
{
	switch (type) {
	case XNET_CTRL_GET_HASH_FLAGS:
		session->types = data & XNET_HASHF_ALL;
		return session->types ? 0 : -EOPNOTSUPP;
	case XNET_CTRL_GET_HASH_MAPPING_SIZE:
		return session->want->nr <= data ? 0 : -ENOSPC;
	default:
		return 0;
	}
}

void xnf_rss_session_start(struct xnf_rss_session *session, const struct xnf_rss *want, u32 gref)
{
	session->want = want;
	session->gref = gref;
	session->step = want->on ? 0 : STEP_OFF;
	session->types = 0;
	session->err = 0;
}

bool xnf_rss_session_next(struct xnf_rss_session *session, struct xnet_ctrl_request *msg,
			  void *page)
{
	if (session->step == STEP_END)
		return false;
	*msg = (struct xnet_ctrl_request){ .id = ++session->id, .type = message_type(session) };
	fill_message(session, msg, page);
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

/*
 * If the backend refuses a message, the next one turns its hash off, so that it is never left
 * half configured.
 */
int xnf_rss_session_response(struct xnf_rss_session *session,
			     const struct xnet_ctrl_response *rsp)
{
	int err;

	if (session->step == STEP_END || rsp->id != session->id ||
	    rsp->type != message_type(session)) {
		session->err = -EPROTO;
		session->step = STEP_END;
		return -EPROTO;
	}
	err = status_to_err(rsp->status);
	if (!err)
		err = take_data(session, rsp->type, rsp->data);
	/* The first error is the one that counts: it made us turn the hash off. */
	if (!session->err)
		session->err = err;
	if (session->step == STEP_OFF)
		session->step = STEP_END;
	else if (err)
		session->step = STEP_OFF;
	else if (++session->step == STEP_OFF)
		session->step = STEP_END;
	return 0;
}
